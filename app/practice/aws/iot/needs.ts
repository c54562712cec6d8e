import { type Account, iotArn } from '../account.ts';
import { ServiceError } from '../errors.ts';
import type { Call } from '../http.ts';
import { readInput } from './operation.ts';
import type { Row } from './shapes.ts';
import { iotTable, type OperationName } from './table/index.ts';

/** What the table says of a call beside what it does: the permissions that it needs, and how often it may come. */

const rowOf = (name: string): Row | undefined =>
  Object.hasOwn(iotTable, name) ? iotTable[name as OperationName] : undefined;

/** `iot:OPERATION` on each of its resources, and `iam:PassRole` for a role that is handed on. */
export function iotNeeds(name: string, call: Call, account: Account): { action: string; resource: string }[] {
  const row = rowOf(name);
  const input = row === undefined ? {} : membersOf(row, call);
  const arn = (resource: string) => {
    const members = [...resource.matchAll(/\{(\w+)\}/g)].map(([, member = '']) => input[member]);
    if (members.some((value) => typeof value !== 'string')) return '*';
    const filled = resource.replace(/\{(\w+)\}/g, (_, member: string) => String(input[member]));
    return resource.startsWith('{') ? filled : iotArn(account, filled);
  };
  const role = row?.passes
    ?.split('.')
    .reduce<unknown>((at, member) => (at as Record<string, unknown> | undefined)?.[member], input);
  return [
    ...(row?.resource?.split(' ').map(arn) ?? ['*']).map((resource) => ({ action: `iot:${name}`, resource })),
    ...(typeof role === 'string' ? [{ action: 'iam:PassRole', resource: role }] : []),
  ];
}

/** Calls a second that AWS takes by default. */
export const iotRate = (name: string): number => rowOf(name)?.rate ?? 10;

/** A malformed call is refused by the operation itself. Until then it is one for any resource. */
function membersOf(row: Row, call: Call): Record<string, unknown> {
  try {
    return readInput(row, call);
  } catch (error) {
    if (error instanceof ServiceError) return {};
    throw error;
  }
}
