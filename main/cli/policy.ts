import type { Command } from 'commander';
import { StationError } from '../../app/contract/errors.ts';
import { type PolicyOutcome, policyContext } from '../../app/contract/policies.ts';
import {
  checkCognito,
  checkPolicy,
  evaluate,
  evaluateCognito,
  explainReason,
  policyStarters,
} from '../../app/iot/index.ts';
import { conclude, print } from './command.ts';
import { addDocuments } from './documents.ts';
import { findingsOf } from './findinglines.ts';
import { jsonFrom, textFrom } from './jsonfile.ts';
import { addPolicyInAws } from './policyinaws.ts';

type Options = { json?: boolean };
type CheckOptions = Options & { cognito?: string };
type StarterOptions = Options & { region: string; account: string };
type SimulateOptions = Options & { action: string; resource: string; context?: string; cognito?: string };

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
        const starters = policyStarters({ region: options.region, accountId: options.account });
        const found = starters.find((starter) => starter.name === name);
        if (name !== undefined && !found)
          throw new StationError('call.badParams', `there is no starter "${name}"`, { data: { name } });
        if (found) print(options, found, () => found.text.trimEnd());
        else print(options, starters, () => starters.map((starter) => starter.name).join('\n'));
        return 0;
      }),
    );

  policy
    .command('simulate')
    .description('tell whether a policy allows one request, which statement decides, and why the others do not')
    .argument('<file>', 'the policy, JSON')
    .requiredOption('--action <action>', 'e.g. iot:Publish')
    .requiredOption('--resource <arn>', 'the resource of the request')
    .option(
      '--context <file>',
      'values of policy variables and condition keys: a JSON object, each value a string or a list of strings',
    )
    .option(
      '--cognito <file>',
      'decide for an authenticated Amazon Cognito identity: both this IAM policy and FILE must allow',
    )
    .option('--json', 'print one JSON value on stdout')
    .action((file: string, options: SimulateOptions) =>
      conclude(options, async () => {
        const context = policyContext.safeParse(options.context ? await jsonFrom(options.context) : {});
        if (!context.success)
          throw new StationError(
            'call.badParams',
            `${options.context} is no JSON object of strings and lists of strings`,
          );
        const { action, resource } = options;
        const request = { action, resource, context: context.data };
        const document = await jsonFrom(file);
        if (options.cognito === undefined) {
          const outcome = wellFormed(evaluate([document], request), file);
          print(options, told(outcome), () => linesOf(outcome).join('\n'));
          return 0;
        }
        const { decision, iot, iam } = evaluateCognito(document, await jsonFrom(options.cognito), request);
        const result = { decision, iot: told(wellFormed(iot, file)), iam: told(wellFormed(iam, options.cognito)) };
        print(options, result, () =>
          [decision, `IoT policy: ${linesOf(iot).join('\n  ')}`, `role policy: ${linesOf(iam).join('\n  ')}`].join(
            '\n',
          ),
        );
        return 0;
      }),
    );
}

/** @throws `call.badParams` – when the file is no policy */
function wellFormed(outcome: PolicyOutcome, file: string): PolicyOutcome {
  if (outcome.reasons.some(({ why }) => why.because === 'malformed'))
    throw new StationError('call.badParams', `${file} is no policy; "policy check" says where`);
  return outcome;
}

/** Each reason also as a sentence. One file has one document, which needs no number. */
const told = ({ decision, statement, sid, reasons }: PolicyOutcome) => ({
  decision,
  ...(statement !== undefined && { statement }),
  ...(sid !== undefined && { sid }),
  reasons: reasons.map(({ document, ...reason }) => ({ ...reason, message: explainReason(reason.why) })),
});

const linesOf = ({ decision, statement, sid, reasons }: PolicyOutcome): string[] => [
  statement === undefined ? decision : `${decision} by statement ${nameOf(statement, sid)}`,
  ...reasons.map((reason) => `statement ${nameOf(reason.statement, reason.sid)}: ${explainReason(reason.why)}`),
];

const nameOf = (statement: number | undefined, sid: string | undefined): string =>
  sid === undefined ? `${statement}` : `${statement} (${sid})`;
