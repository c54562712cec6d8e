import type { Command } from 'commander';
import { StationError } from '../../app/contract/errors.ts';
import { type PolicyOutcome, policyContext } from '../../app/contract/policies.ts';
import { checkPolicy, evaluate, explainReason } from '../../app/iot/index.ts';
import { conclude, print } from './command.ts';
import { jsonFrom } from './jsonfile.ts';

type Options = { json?: boolean };
type SimulateOptions = Options & { action: string; resource: string; context?: string };

export function addPolicy(program: Command): void {
  const policy = program.command('policy').description('AWS IoT policies');

  policy
    .command('check')
    .description('list the faults that AWS IoT would refuse in a policy')
    .argument('<file>', 'the policy, JSON')
    .option('--json', 'print one JSON value on stdout')
    .action((file: string, options: Options) =>
      conclude(options, async () => {
        const problems = checkPolicy(await jsonFrom(file));
        const ok = problems.length === 0;
        print(options, { ok, problems }, () =>
          ok ? 'ok' : problems.map(({ path, message }) => `${path || '(policy)'}: ${message}`).join('\n'),
        );
        return ok ? 0 : 1;
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
        const outcome = evaluate([await jsonFrom(file)], { action, resource, context: context.data });
        if (outcome.reasons.some(({ why }) => why.because === 'malformed'))
          throw new StationError('call.badParams', 'the policy is malformed; "policy check" says where');
        print(options, told(outcome), () => linesOf(outcome).join('\n'));
        return 0;
      }),
    );
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
