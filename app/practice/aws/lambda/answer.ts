import type { Account } from '../account.ts';
import type { Call, Reply } from '../http.ts';
import { jsonError } from '../jsonservice.ts';
import type { LambdaFunction } from '../nouns.ts';
import { functionArn } from './functions.ts';
import type { Invocation } from './invocation.ts';
import { invoke } from './run.ts';

/** "Lambda quotas": 6 MB for a call that waits, 1 MB for one that does not. */
const maxBytes = { RequestResponse: 6 * 1024 * 1024, Event: 1024 * 1024, DryRun: 6 * 1024 * 1024 };
/** "Invoke", Lambda API reference: fifteen minutes is the most that a function may have. */
const longestMs = 900_000;

/** The operation Invoke. @throws ServiceError InvalidParameterValueException · InvalidRequestContentException · RequestTooLargeException */
export async function answerInvoke(account: Account, made: LambdaFunction, call: Call): Promise<Reply> {
  const type = call.headers['x-amz-invocation-type'] ?? 'RequestResponse';
  if (!Object.hasOwn(maxBytes, type))
    throw jsonError('InvalidParameterValueException', `No invocation type is ${type}.`);
  if (call.headers['x-amz-log-type'] === 'Tail' || call.query.has('Qualifier')) {
    throw jsonError(
      'InvalidParameterValueException',
      'The practice AWS offers no log with the answer, and no versions.',
    );
  }
  if (call.body.length > maxBytes[type as keyof typeof maxBytes]) {
    throw jsonError('RequestTooLargeException', 'The payload is too large.');
  }
  const event = eventIn(call.body);
  if (type === 'DryRun') return { status: 204 };
  const running = invoke(account, functionArn(account, made.name), event, { timeoutMs: longestMs });
  if (type === 'Event') return { status: 202 };
  const invocation = await running;
  return {
    status: 200,
    headers: {
      'content-type': 'application/json',
      'x-amz-executed-version': '$LATEST',
      ...(!invocation.ok && { 'x-amz-function-error': 'Unhandled' }),
    },
    body: JSON.stringify(invocation.ok ? (invocation.value ?? null) : errorBody(invocation)),
  };
}

function eventIn(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw jsonError('InvalidRequestContentException', 'Could not parse request body into json.');
  }
}

/** "Lambda function errors", Lambda developer guide. */
function errorBody({ kind, message }: Extract<Invocation, { ok: false }>): object {
  if (kind === 'timeout') return { errorType: 'Sandbox.Timedout', errorMessage: message };
  const [, errorType = 'Error', errorMessage = message] = /^([\w.]+): (.*)$/s.exec(message) ?? [];
  return { errorType, errorMessage };
}
