/** `cloud ca`: our CAs in the AWS accounts of the targets. */
import type { Command } from 'commander';
import { type AtTargets, type CasInAws, type Station, StationError } from '../../app/contract/index.ts';
import { caMode } from '../../app/contract/model.ts';
import { type CommonOptions, inStation, print, withPassphrase, withRights, withStation } from './command.ts';
import { textFrom } from './givenfile.ts';
import { caOf } from './hierarchy.ts';

type Where = CommonOptions & { target?: string[] };
type Template = { template?: string; templateFile?: string; roleArn?: string };

export function addCloudCas(cloud: Command): void {
  const ca = cloud.command('ca').description('our CAs in AWS, in every target or in those named');

  withStation(ca.command('list'))
    .description('what each account says of each of our CAs, and which CAs it has that are not ours')
    .action((options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const list = await client.call('cloud.cas', {});
        print(options, list, () => listText(list));
        return list.cas.some(({ at }) => at.some(({ error }) => error !== undefined)) ? 3 : 0;
      }),
    );

  withTemplate(
    withTargets(
      withPassphrase(
        withStation(ca.command('register').argument('[ca]', 'a CA by name or id; the default is the active one')),
      ),
    ),
  )
    .description('register and activate a CA in every target at once; safe to repeat')
    .option(
      '--mode <mode>',
      'DEFAULT: one account of a Region. SNI_ONLY: several accounts, no proof of the key',
      'DEFAULT',
    )
    .option('--auto', 'register devices at their first connection (JITR; with a template JITP)')
    .action((name: string | undefined, options: Where & Template & { mode: string; auto?: boolean }) => {
      // SNI_ONLY takes no proof, so the CA's key stays where it is.
      const signs = options.mode !== 'SNI_ONLY';
      return inStation(options, { ca: signs ? true : 'useful', roles: ['engineer'] }, async ({ client }) => {
        const mode = caMode.safeParse(options.mode);
        if (!mode.success) throw new StationError('call.badParams', `--mode is one of ${caMode.options.join(', ')}`);
        const template = await templateOf(options);
        const done = await client.call('cloud.registerCas', {
          ...(name === undefined ? {} : { issuerId: await idOf(client, name) }),
          ...(options.target ? { targets: options.target } : {}),
          ...(template ? { template } : {}),
          mode: mode.data,
          autoRegistration: options.auto === true || template !== undefined,
        });
        return printed(options, done);
      });
    });

  const acts = [
    ['activate', 'let AWS register certificates of this CA again'],
    [
      'deactivate',
      'let AWS register nothing more under this CA; what is registered stays, and its devices still connect',
    ],
    ['delete', 'delete an inactive CA from AWS; registered certificates stay'],
    ['auto-on', 'register devices at their first connection'],
    ['auto-off', 'register no devices by themselves'],
    ['remove-template', 'take the template of first connections away, and auto-registration with it'],
  ] as const;
  const methodActs = { 'auto-on': 'autoOn', 'auto-off': 'autoOff', 'remove-template': 'removeTemplate' } as const;
  for (const [name, description] of acts)
    withTargets(withRights(withStation(ca.command(name).argument('<ca>', 'name or id'))))
      .description(description)
      .action((which: string, options: Where) =>
        inStation(options, { ca: false, roles: ['engineer'] }, async ({ client }) => {
          const act = name in methodActs ? methodActs[name as keyof typeof methodActs] : (name as 'activate');
          const targets = options.target ? { targets: options.target } : {};
          const done = await client.call('cloud.changeCa', { issuerId: await idOf(client, which), act, ...targets });
          return printed(options, done, needsCa.includes(act));
        }),
      );

  withTemplate(withTargets(withRights(withStation(ca.command('set-template').argument('<ca>', 'name or id')))))
    .description('attach a template of type JITP, by name or as a file with its role')
    .action((which: string, options: Where & Template) =>
      inStation(options, { ca: false, roles: ['engineer'] }, async ({ client }) => {
        const template = await templateOf(options);
        const change = { issuerId: await idOf(client, which), act: 'setTemplate' as const };
        const targets = options.target ? { targets: options.target } : {};
        return printed(
          options,
          await client.call('cloud.changeCa', { ...change, ...targets, ...(template ? { template } : {}) }),
          true,
        );
      }),
    );
}

const withTargets = (command: Command): Command =>
  command.option('--target <name...>', 'only these targets (default: all)');
const withTemplate = (command: Command): Command =>
  command
    .option('--template <name>', 'a template of type JITP that is in the account')
    .option('--template-file <file>', 'or its body, with --role-arn')
    .option('--role-arn <arn>', 'the role with which AWS IoT registers by that body');

async function templateOf({ template, templateFile, roleArn }: Template) {
  if (template !== undefined && templateFile !== undefined)
    throw new StationError('call.badParams', 'give --template or --template-file, not both');
  if (roleArn !== undefined && templateFile === undefined)
    throw new StationError('call.badParams', '--role-arn is for --template-file; a template in AWS has its own role');
  if (template !== undefined) return { templateName: template };
  if (templateFile === undefined) return undefined;
  if (roleArn === undefined) throw new StationError('call.badParams', '--template-file needs --role-arn');
  return { templateBody: await textFrom(templateFile), roleArn };
}

const idOf = async (client: Station, name: string): Promise<string> => (await caOf(client, name)).issuerId;

/** Acts that do nothing where the account does not have the CA. The others leave it as it was asked for: not there. */
const needsCa: readonly string[] = ['activate', 'autoOn'];

function printed(options: CommonOptions, done: AtTargets, needed = false): number {
  const said = ({ outcome, error }: AtTargets['results'][number]) =>
    error ? `${error.code}: ${error.detail}` : outcome === 'unknown' ? unknownSaid : outcome;
  print(options, done, () => done.results.map((one) => `${one.target.padEnd(16)} ${said(one)}`).join('\n'));
  if (done.results.some(({ error }) => error !== undefined)) return 3;
  return needed && done.results.some(({ outcome }) => outcome === 'unknown') ? 1 : 0;
}

const unknownSaid = 'unknown: this account does not have the CA; `cloud ca register` puts it there';

function listText({ cas, others }: CasInAws): string {
  const lines = cas.flatMap(({ commonName, issuerId, active, revoked, at }) => [
    `${commonName}  ${issuerId.slice(0, 16)}${active ? '  active here' : ''}${revoked ? '  REVOKED' : ''}`,
    ...at.map(({ target, ca, error }) => {
      const state = ca
        ? `${ca.status}  ${ca.mode}  auto-registration ${ca.autoRegistration ? 'on' : 'off'}${ca.template === null ? '' : `  template ${ca.template || '(body)'}`}`
        : 'not registered';
      return `  ${target.padEnd(16)} ${error ? `${error.code}: ${error.detail}` : state}`;
    }),
  ]);
  return [...lines, ...others.map(({ target, issuerId }) => `not ours: ${issuerId}  in ${target}`)].join('\n');
}
