import type { Account } from '../account.ts';
import { iotError, type ServiceError } from '../errors.ts';
import type { Call, Reply } from '../http.ts';
import { attachmentHandlers } from './attachments.ts';
import { authorityHandlers } from './authorities.ts';
import { billingHandlers } from './billing.ts';
import { certificateHandlers } from './certificates.ts';
import { decisionHandlers } from './decisions.ts';
import { endpointHandlers } from './endpoints.ts';
import { groupHandlers } from './groups.ts';
import { kindHandlers } from './kinds.ts';
import { type Handler, readInput } from './operation.ts';
import { policyHandlers } from './policies.ts';
import { principalHandlers } from './principals.ts';
import { registerHandlers } from './provision.ts';
import { ruleHandlers } from './rules.ts';
import { iotTable, type OperationName } from './table/index.ts';
import { tagHandlers } from './tags.ts';
import { taskHandlers } from './tasks.ts';
import { templateHandlers } from './templates.ts';
import { thingHandlers } from './things.ts';

/** Every row of the table has its handler, or this does not compile. */
const handlers: { [K in OperationName]: (input: never, account: Account) => object | Promise<object> } = {
  ...authorityHandlers,
  ...certificateHandlers,
  ...policyHandlers,
  ...attachmentHandlers,
  ...decisionHandlers,
  ...thingHandlers,
  ...principalHandlers,
  ...registerHandlers,
  ...kindHandlers,
  ...groupHandlers,
  ...billingHandlers,
  ...tagHandlers,
  ...templateHandlers,
  ...taskHandlers,
  ...endpointHandlers,
  ...ruleHandlers,
};

const isName = (name: string): name is OperationName => Object.hasOwn(iotTable, name);

const routes = Object.entries(iotTable)
  .map(([name, { method, path }]) => ({ name, method, pattern: path.slice(1).split('/') }))
  // A word goes before a label: addThingToThingGroup is no thing group.
  .sort((a, b) => labels(a.pattern) - labels(b.pattern));

function labels(pattern: readonly string[]): number {
  return pattern.filter((part) => part.startsWith('{')).length;
}

/**
 * The operation that a call asks for.
 * @throws ServiceError UnknownOperationException
 */
export function iotOperation(call: Call): string {
  const route = routes.find(
    ({ method, pattern }) =>
      method === call.method &&
      pattern.length === call.segments.length &&
      pattern.every((part, at) => (part.startsWith('{') ? call.segments[at] !== '' : part === call.segments[at])),
  );
  if (!route) throw iotError('UnknownOperationException', 'The practice AWS does not offer this operation.');
  return route.name;
}

export async function callIot(name: string, call: Call, account: Account): Promise<Reply> {
  if (!isName(name)) throw iotError('UnknownOperationException', 'The practice AWS does not offer this operation.');
  const handler = handlers[name] as Handler;
  const answer = await handler(readInput(iotTable[name], call), account);
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(answer) };
}

export function iotFailure(error: ServiceError): Reply {
  return {
    status: error.status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': error.name },
    body: JSON.stringify({ message: error.message, ...error.extra }),
  };
}

export const iotInternal = (): ServiceError =>
  iotError('InternalFailureException', 'An unexpected error has occurred.');
