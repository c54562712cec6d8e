import type { Account } from '../account.ts';
import { jsonError } from '../jsonservice.ts';
import type { FunctionPermission, LambdaFunction } from '../nouns.ts';
import { functionArn } from './functions.ts';

/** The resource-based policy of a function: who may run it beside the account ("AddPermission", Lambda API reference). */

export const permissionMembers = ['StatementId', 'Action', 'Principal', 'SourceArn', 'SourceAccount'];

/**
 * @returns the statement, as JSON
 * @throws ServiceError InvalidParameterValueException · ResourceConflictException
 */
export function addPermission(account: Account, made: LambdaFunction, body: Record<string, unknown>): string {
  const { StatementId: sid, Action, Principal: principal, SourceArn, SourceAccount } = body;
  const refuse = (message: string) => jsonError('InvalidParameterValueException', message);
  if (typeof sid !== 'string' || !/^[a-zA-Z0-9-_]{1,100}$/.test(sid)) throw refuse('StatementId is not valid.');
  if (Action !== 'lambda:InvokeFunction') throw refuse('Only the action lambda:InvokeFunction is offered.');
  if (typeof principal !== 'string') throw refuse('Principal is not valid.');
  if (made.permissions?.some((one) => one.sid === sid)) {
    throw jsonError('ResourceConflictException', `The statement id (${sid}) provided already exists.`);
  }
  const permission: FunctionPermission = {
    sid,
    principal,
    ...(SourceArn !== undefined && { sourceArn: String(SourceArn) }),
    ...(SourceAccount !== undefined && { sourceAccount: String(SourceAccount) }),
  };
  made.permissions = [...(made.permissions ?? []), permission];
  account.changed();
  return JSON.stringify(statementOf(account, made, permission));
}

/** @throws ServiceError ResourceNotFoundException – it has none */
export function resourcePolicy(account: Account, made: LambdaFunction): object {
  if (!made.permissions) {
    throw jsonError('ResourceNotFoundException', 'No policy is associated with the given resource.', 404);
  }
  const Statement = made.permissions.map((one) => statementOf(account, made, one));
  return { Version: '2012-10-17', Id: 'default', Statement };
}

/** Whether a service of AWS may run the function for one of its resources, such as a topic rule. */
export const mayInvoke = (account: Account, made: LambdaFunction, principal: string, sourceArn: string): boolean =>
  (made.permissions ?? []).some(
    (one) =>
      one.principal === principal &&
      (one.sourceAccount ?? account.id) === account.id &&
      (one.sourceArn === undefined || matches(one.sourceArn, sourceArn)),
  );

/** `ArnLike`: `*` stands for any characters. */
const matches = (pattern: string, arn: string): boolean =>
  new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(arn);

const statementOf = (account: Account, made: LambdaFunction, one: FunctionPermission) => ({
  Sid: one.sid,
  Effect: 'Allow',
  Principal: { Service: one.principal },
  Action: 'lambda:InvokeFunction',
  Resource: functionArn(account, made.name),
  ...((one.sourceArn ?? one.sourceAccount) !== undefined && {
    Condition: {
      ...(one.sourceAccount !== undefined && { StringEquals: { 'AWS:SourceAccount': one.sourceAccount } }),
      ...(one.sourceArn !== undefined && { ArnLike: { 'AWS:SourceArn': one.sourceArn } }),
    },
  }),
});
