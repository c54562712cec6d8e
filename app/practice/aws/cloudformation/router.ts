import type { Account } from '../account.ts';
import { queryError } from '../errors.ts';
import type { Call, Reply } from '../http.ts';
import type { Stack } from '../nouns.ts';
import { formOf, queryOperation, queryReply } from '../query.ts';
import type { Node } from '../xml.ts';
import { createStack } from './stacks.ts';

/** Of AWS CloudFormation what brings a target's template into an account (CloudFormation API reference). */
const operations = ['CreateStack', 'DescribeStacks'];
const known =
  /^(Action|Version|StackName|TemplateBody|ClientRequestToken|(Capabilities|OnFailure)(\.member\.\d+)?|Parameters\.member\.\d+\.Parameter(Key|Value))$/;

/** @throws ServiceError InvalidAction */
export const cloudFormationOperation = (call: Call): string => queryOperation('cloudformation', operations, call);

/** @throws ServiceError ValidationError, AlreadyExistsException */
export async function callCloudFormation(
  operation: string,
  call: Call,
  account: Account,
  requestId: string,
): Promise<Reply> {
  const form = formOf(call);
  const strange = [...form.keys()].find((name) => !known.test(name));
  if (strange !== undefined) throw queryError('ValidationError', `The practice AWS does not offer ${strange}.`);
  const name = form.get('StackName') ?? '';
  if (operation === 'CreateStack') {
    const given = new Map<string, string>();
    for (let at = 1; form.has(`Parameters.member.${at}.ParameterKey`); at += 1) {
      const key = form.get(`Parameters.member.${at}.ParameterKey`) ?? '';
      given.set(key, form.get(`Parameters.member.${at}.ParameterValue`) ?? '');
    }
    const { id } = await createStack(account, name, form.get('TemplateBody') ?? '', given);
    return queryReply('cloudformation', operation, { StackId: id }, requestId);
  }
  const { stacks } = account.state;
  const found =
    name === '' ? [...stacks.values()] : [...stacks.values()].filter((one) => [one.name, one.id].includes(name));
  if (name !== '' && found.length === 0) throw queryError('ValidationError', `Stack with id ${name} does not exist`);
  return queryReply('cloudformation', operation, { Stacks: { member: found.map(shown) } }, requestId);
}

const shown = ({ name, id, status, reason, createdAt, outputs }: Stack): Node => ({
  StackName: name,
  StackId: id,
  CreationTime: new Date(createdAt * 1000).toISOString(),
  StackStatus: status,
  StackStatusReason: reason,
  DisableRollback: true,
  Outputs: { member: outputs.map(({ key, value }) => ({ OutputKey: key, OutputValue: value })) },
});
