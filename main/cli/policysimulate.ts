/** `policy simulate` and `policy try`: what policies decide about one request, and about a list. */
import type { Command } from 'commander';
import { StationError } from '../../app/contract/errors.ts';
import { type PolicyOutcome, policyContext, policyTrial } from '../../app/contract/policies.ts';
import { evaluate, evaluateCognito, explainReason, requestDoubts } from '../../app/iot/index.ts';
import { conclude, note, print } from './command.ts';
import { jsonFrom } from './givenfile.ts';

type Options = { json?: boolean; action: string; resource: string; context?: string; cognito?: string };
type TryOptions = { json?: boolean; requests: string };

export function addPolicySimulate(policy: Command): void {
  policy
    .command('simulate')
    .description('tell whether policies allow one request, which statement decides, and why the others do not')
    .argument('<file...>', 'the policies of the certificate, JSON')
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
    .action((files: string[], options: Options) =>
      conclude(options, async () => {
        const { action, resource, cognito } = options;
        const request = { action, resource, context: await contextFrom(options.context) };
        const documents = await Promise.all(files.map(jsonFrom));
        if (cognito === undefined) {
          const outcome = wellFormed(evaluate(documents, request), files);
          print(options, { ...told(outcome, files), ...doubtsOf(options) }, () => linesOf(outcome, files).join('\n'));
          return 0;
        }
        const { decision, iot, iam } = evaluateCognito(documents, await jsonFrom(cognito), request);
        wellFormed(iot, files);
        wellFormed(iam, [cognito]);
        const both = { decision, iot: told(iot, files), iam: told(iam, [cognito]), ...doubtsOf(options) };
        print(options, both, () => {
          const indented = (outcome: PolicyOutcome, of: readonly string[]) => linesOf(outcome, of).join('\n  ');
          return `${decision}\nIoT policy: ${indented(iot, files)}\nrole policy: ${indented(iam, [cognito])}`;
        });
        return 0;
      }),
    );

  policy
    .command('try')
    .description(
      'decide a list of requests, as the Policies screen saves it; exit 1 when a row has another decision than its "expect"',
    )
    .argument('<file...>', 'the policies of the certificate, JSON')
    .requiredOption('--requests <file>', 'a JSON list of {action, resource, context, expect?}')
    .option('--json', 'print one JSON value on stdout')
    .action((files: string[], options: TryOptions) =>
      conclude(options, async () => {
        const trials = policyTrial.array().safeParse(await jsonFrom(options.requests));
        if (!trials.success)
          throw new StationError(
            'call.badParams',
            `${options.requests} is no list of {action, resource, context, expect?}`,
          );
        // A list that a script has lost would always pass.
        if (trials.data.length === 0)
          throw new StationError('call.badParams', `${options.requests} has no request: nothing was tried`);
        const documents = await Promise.all(files.map(jsonFrom));
        const rows = trials.data.map(({ expect, ...request }) => {
          const outcome = wellFormed(evaluate(documents, request), files);
          const asWanted = expect === undefined || expect === outcome.decision;
          const warnings = requestDoubts(request).map(({ message }) => message);
          return {
            ...request,
            ...(expect !== undefined && { expect }),
            ...told(outcome, files),
            ...(warnings.length > 0 && { warnings }),
            ok: asWanted,
          };
        });
        const ok = rows.every((row) => row.ok);
        print(options, { ok, rows }, () =>
          rows
            .map((row) => `${row.ok ? '' : `NOT ${row.expect}: `}${row.decision}  ${row.action}  ${row.resource}`)
            .join('\n'),
        );
        return ok ? 0 : 1;
      }),
    );
}

/** @throws `call.badParams` – when a value is neither a string nor a list of strings */
async function contextFrom(file: string | undefined) {
  const context = policyContext.safeParse(file === undefined ? {} : await jsonFrom(file));
  if (context.success) return context.data;
  throw new StationError('call.badParams', `${file} is no JSON object of strings and lists of strings`);
}

/** @throws `call.badParams` – when a file is no policy */
function wellFormed(outcome: PolicyOutcome, files: readonly string[]): PolicyOutcome {
  const bad = outcome.reasons.find(({ why }) => why.because === 'malformed');
  if (!bad) return outcome;
  throw new StationError('call.badParams', `${files[bad.document]} is no policy; "policy check" says where`);
}

/** What is odd about the request: with `--json` a part of the result, else a note. */
function doubtsOf(options: Options): { warnings?: string[] } {
  const warnings = requestDoubts(options).map(({ message }) => message);
  if (warnings.length === 0) return {};
  if (!options.json) for (const warning of warnings) note(`warning: ${warning}`);
  return { warnings };
}

/** Each reason also as a sentence. A single document needs no number. */
const told = ({ decision, document, statement, sid, reasons }: PolicyOutcome, files: readonly string[]) => ({
  decision,
  ...(files.length > 1 && document !== undefined && { document }),
  ...(statement !== undefined && { statement }),
  ...(sid !== undefined && { sid }),
  reasons: reasons.map(({ document: of, ...reason }) => ({
    ...(files.length > 1 && { document: of }),
    ...reason,
    message: explainReason(reason.why),
  })),
});

function linesOf(outcome: PolicyOutcome, files: readonly string[]): string[] {
  const nameOf = ({ document = 0, statement, sid }: Omit<PolicyOutcome, 'decision' | 'reasons'>) =>
    `${files.length > 1 ? `${files[document]}, ` : ''}statement ${statement}${sid === undefined ? '' : ` (${sid})`}`;
  const { decision, statement, reasons } = outcome;
  return [
    statement === undefined ? decision : `${decision} by ${nameOf(outcome)}`,
    ...reasons.map((reason) => `${nameOf(reason)}: ${explainReason(reason.why)}`),
  ];
}
