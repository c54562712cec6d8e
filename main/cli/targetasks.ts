/** `target test`, `target cloudformation`, `target endpoint`: what AWS says of a target, and what has to be there. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { errorCodes } from '../../app/contract/errors.ts';
import { type RegistrationWay, StationError, type TargetTest } from '../../app/contract/index.ts';
import { registrationWay } from '../../app/contract/model.ts';
import { plainFiles } from '../../app/registration/index.ts';
import { writeOut } from '../../app/station/index.ts';
import { type CommonOptions, inStation, note, print, withRights, withStation } from './command.ts';

type AskOptions = CommonOptions & { way?: string[]; out?: string; plain?: boolean };

const wayHelp = `ways in which units come in: ${registrationWay.options.join(', ')} (default: bulk)`;

export function addTargetAsks(target: Command): void {
  withStation(target.command('test').argument('<name>'))
    .description('ask AWS who the station is there and whether it may do all that is needed; changes nothing')
    .option('--way <way...>', wayHelp)
    .action((name: string, options: AskOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const tested = await client.call('targets.test', { name, ...waysOf(options) });
        print(options, tested, () => testText(tested));
        return tested.ok ? 0 : 1;
      }),
    );

  withStation(target.command('cloudformation').argument('<name>'))
    .description(
      'write what has to be in the account: bucket, role, policies, and the parts of just-in-time registration',
    )
    .option('--way <way...>', wayHelp)
    .option('--plain', 'JSON documents with aws-cli commands, for an account without CloudFormation')
    .option('--out <path>', 'a file; with --plain a folder')
    .action((name: string, options: AskOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const { cloudFormation, documents, commands } = await client.call('targets.setUp', {
          name,
          ...waysOf(options),
        });
        const { out } = options;
        if (out === undefined) {
          const plain = Object.fromEntries(
            documents.map(({ name: file, text }) => [file, file.endsWith('.json') ? JSON.parse(text) : text]),
          );
          if (options.plain)
            print(options, { documents: plain, commands }, () => `${JSON.stringify(plain, null, 2)}\n${commands}`);
          else print(options, JSON.parse(cloudFormation), () => cloudFormation.trimEnd());
          return 0;
        }
        const files = options.plain ? [...documents, { name: script, text: scriptOf(commands) }] : [];
        if (!options.plain) await writeOut(out, cloudFormation);
        else await removeEarlier(out, documents);
        for (const { name: file, text } of files) await writeOut(join(out, file), text);
        const deploy = `aws cloudformation deploy --template-file ${out} --stack-name birthmark-${name} --capabilities CAPABILITY_NAMED_IAM`;
        note(options.plain ? `run the commands of ${join(out, script)} in ${out}` : `put it in place with: ${deploy}`);
        print(options, { out, files: options.plain ? files.map((one) => one.name) : [out] }, () => out);
        return 0;
      }),
    );

  withRights(withStation(target.command('endpoint').argument('<name>')))
    .description("compare the endpoint of the units with that of the target's account")
    .option('--take', "give units AWS's endpoint from now on")
    .action((name: string, options: CommonOptions & { take?: boolean }) =>
      inStation(options, { ca: false }, async ({ client }) => {
        if (options.take) {
          const taken = await client.call('targets.takeEndpoint', { name });
          print(options, taken, () => `units get ${taken.endpoint} from now on`);
          return 0;
        }
        const { endpoint, problems, warnings } = await client.call('targets.test', { name, ways: [] });
        if (!endpoint) throw whyNone([...problems, ...warnings]);
        const { aws, sealed, same } = endpoint;
        print(options, endpoint, () =>
          same ? `units get ${sealed}, as AWS has it` : `units get ${sealed || '-'}, AWS has ${aws}`,
        );
        return same ? 0 : 1;
      }),
    );
}

/** Why AWS did not say its endpoint. A finding about an error of AWS begins with its code. */
function whyNone(findings: TargetTest['problems']): StationError {
  const found = findings.find(({ path }) => ['credentials', 'accountId', 'endpoint'].includes(path));
  const [, code, detail = ''] = /^(cloud\.\w+): (.*)$/s.exec(found?.message ?? '') ?? [];
  const known = errorCodes.find((one) => one === code);
  return known === undefined
    ? new StationError('cloud.credentials', found?.message ?? 'AWS did not say its endpoint')
    : new StationError(known, detail);
}

/** @throws `call.badParams` – for a way that there is not */
export function waysOf({ way }: { way?: string[] }): { ways?: RegistrationWay[] } {
  if (way === undefined) return {};
  const ways = registrationWay.array().safeParse(way);
  if (!ways.success) throw new StationError('call.badParams', `--way is one of ${registrationWay.options.join(', ')}`);
  return { ways: ways.data };
}

const script = 'commands.sh';

/** A later command needs what an earlier one made: with a role that is not there, it would say something else. */
const scriptOf = (commands: string): string =>
  `#!/bin/sh
# It stops at the first command that fails. To go on, mend the cause, and leave out the commands that are done.
set -eu
${commands}`;

/**
 * Removes what an earlier set-up of the folder had and this one has not. Its commands say what was its own: a file of
 * the same name that a person put there stays.
 */
async function removeEarlier(folder: string, documents: readonly { name: string }[]): Promise<void> {
  const earlier = await readFile(join(folder, script), 'utf8').catch(() => '');
  const used = new Set(
    [...earlier.matchAll(/file:\/\/(\S+)|zip \w+\.zip (\S+)/g)].map(([, one, zipped]) => one ?? zipped),
  );
  const gone = plainFiles().filter((name) => used.has(name) && !documents.some((one) => one.name === name));
  for (const name of gone) await rm(join(folder, name), { force: true });
}

const marks = { allowed: 'yes', missing: 'NO ', unknown: '?  ' } as const;

function testText({ identity, how, permissions, problems, warnings, statement, role, endpoint }: TargetTest): string {
  const lines = identity ? [`account ${identity.accountId}, as ${identity.arn}`] : [];
  if (how)
    lines.push(how === 'simulated' ? 'the policies were asked:' : 'each action was tried so that nothing changes:');
  lines.push(
    ...permissions.map(({ verdict, action, resource }) => `  ${marks[verdict]}  ${action.padEnd(40)} ${resource}`),
  );
  if (endpoint)
    lines.push(`endpoint ${endpoint.aws}${endpoint.same ? '' : ` (units get ${endpoint.sealed || 'none'})`}`);
  lines.push(...problems.map(({ path, message }) => `problem: ${path}: ${message}`));
  lines.push(...warnings.map(({ path, message }) => `warning: ${path}: ${message}`));
  if (role?.state === 'fits') lines.push('AWS IoT may take the role, and the role may do what it needs');
  if (role?.add)
    lines.push(
      role.add.to === 'role'
        ? 'Add this policy to the role:'
        : 'Add this to the identity of the station, so that it can look:',
      role.add.statement,
    );
  if (statement) lines.push('Add this policy to the identity of the station:', statement);
  return lines.join('\n');
}
