import type { Command } from 'commander';
import { StationError } from '../../app/contract/errors.ts';
import { checkCognito, checkPolicy, policyStarters } from '../../app/iot/index.ts';
import { conclude, print } from './command.ts';
import { addDocuments } from './documents.ts';
import { findingsOf } from './findinglines.ts';
import { textFrom } from './givenfile.ts';
import { addPolicyInAws } from './policyinaws.ts';
import { addPolicySimulate } from './policysimulate.ts';

type Options = { json?: boolean };
type CheckOptions = Options & { cognito?: string };
type StarterOptions = Options & { region: string; account: string };

export function addPolicy(program: Command): void {
  const policy = program.command('policy').description('AWS IoT policies');

  policy
    .command('check')
    .description(
      'list what AWS IoT would refuse in a policy, and warn of what is legal and useless or dangerous; ' +
        'with --cognito also what an authenticated Amazon Cognito identity cannot do, because it needs both policies',
    )
    .argument('<file>', 'the policy, JSON')
    .option('--cognito <file>', "the IAM policy of the identity pool's role for authenticated identities, JSON")
    .option('--json', 'print one JSON value on stdout')
    .action((file: string, options: CheckOptions) =>
      conclude(options, async () => {
        const text = await textFrom(file);
        const checked = checkPolicy(text);
        if (options.cognito === undefined) {
          print(options, checked, () => findingsOf(checked, file).join('\n'));
          return checked.ok ? 0 : 1;
        }
        const { iot, iam } = checkCognito(text, await textFrom(options.cognito));
        const report = { ...checked, warnings: [...checked.warnings, ...iot], cognito: iam };
        print(options, report, () =>
          [...findingsOf(report, file), ...findingsOf(iam, options.cognito ?? '')].join('\n'),
        );
        return checked.ok && iam.ok ? 0 : 1;
      }),
    );

  addDocuments(policy, { kind: 'policy', formOf: () => 'iot' }, (save) => save);

  addPolicyInAws(policy);

  policy
    .command('starter')
    .description('print a policy to begin with; without a name the list of them')
    .argument('[name]', 'one of the list')
    .option('--region <region>', 'the Region of its resources', 'us-east-1')
    .option('--account <id>', 'the account of its resources', '123456789012')
    .option('--json', 'print one JSON value on stdout')
    .action((name: string | undefined, options: StarterOptions) =>
      conclude(options, async () => {
        if (!/^\d{12}$/.test(options.account)) throw new StationError('call.badParams', '--account has twelve digits');
        if (!/^[a-z]{2,4}(-[a-z]+)+-\d+$/.test(options.region))
          throw new StationError('call.badParams', `--region: "${options.region}" is no Region such as eu-west-1`);
        const starters = policyStarters({ region: options.region, accountId: options.account });
        const found = starters.find((starter) => starter.name === name);
        if (name !== undefined && !found)
          throw new StationError('call.badParams', `there is no starter "${name}"`, { data: { name } });
        if (found) print(options, found, () => found.text.trimEnd());
        else print(options, starters, () => starters.map((starter) => starter.name).join('\n'));
        return 0;
      }),
    );

  addPolicySimulate(policy);
}
