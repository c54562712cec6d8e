import { createHash } from 'node:crypto';
import { type Account, nowSeconds } from '../account.ts';
import { jsonError } from '../jsonservice.ts';
import type { LambdaFunction } from '../nouns.ts';
import { roleOf } from '../permissions/role.ts';

/** The functions that the account has. */

export const functionArn = (account: Account, name: string) =>
  `arn:aws:lambda:${account.region}:${account.id}:function:${name}`;

/** By its name, or by the ARN that ends in it. */
export const functionNamed = (account: Account, asked: string): LambdaFunction | undefined =>
  account.state.functions.get((asked.split(':function:').at(-1) ?? asked).split(':')[0] ?? asked);

/** @throws ServiceError ResourceNotFoundException */
export function findFunction(account: Account, asked: string): LambdaFunction {
  const made = functionNamed(account, asked);
  if (!made) throw jsonError('ResourceNotFoundException', `Function not found: ${functionArn(account, asked)}`, 404);
  return made;
}

export type NewFunction = {
  FunctionName: string;
  Runtime: string;
  Role: string;
  Handler: string;
  Description?: string | undefined;
  Timeout?: number | undefined;
  MemorySize?: number | undefined;
  Environment?: Record<string, unknown> | undefined;
};

/** @throws ServiceError ResourceConflictException · InvalidParameterValueException – there is no such role */
export async function createFunction(account: Account, input: NewFunction, zip: Buffer): Promise<LambdaFunction> {
  const { FunctionName: name, Description: description, Environment: environment } = input;
  if (account.state.functions.has(name)) {
    throw jsonError('ResourceConflictException', `Function already exist: ${name}`);
  }
  // With any role for a registration task, any will do here too: then it runs as the user.
  if (account.roleArn !== undefined && !roleOf(account, input.Role)) {
    throw jsonError(
      'InvalidParameterValueException',
      'The role defined for the function cannot be assumed by Lambda: make it with iam create-role.',
    );
  }
  const made: LambdaFunction = {
    name,
    runtime: input.Runtime,
    role: input.Role,
    handler: input.Handler,
    ...(description !== undefined && { description }),
    ...(environment !== undefined && { environment }),
    timeout: input.Timeout ?? 3,
    memory: input.MemorySize ?? 128,
    blob: '',
    size: 0,
    sha256: '',
    modifiedAt: nowSeconds(account),
  };
  await setCode(account, made, zip);
  account.state.functions.set(name, made);
  account.changed();
  return made;
}

export async function setCode(account: Account, made: LambdaFunction, zip: Buffer): Promise<void> {
  made.blob = await account.blobs.put(zip);
  made.size = zip.length;
  made.sha256 = createHash('sha256').update(zip).digest('base64');
  made.modifiedAt = nowSeconds(account);
}

/** As AWS shows it. */
export const shown = (account: Account, made: LambdaFunction) => ({
  FunctionName: made.name,
  FunctionArn: functionArn(account, made.name),
  Runtime: made.runtime,
  Role: made.role,
  Handler: made.handler,
  CodeSize: made.size,
  CodeSha256: made.sha256,
  Description: made.description ?? '',
  Timeout: made.timeout,
  MemorySize: made.memory,
  LastModified: new Date(made.modifiedAt * 1000).toISOString().replace('Z', '+0000'),
  Version: '$LATEST',
  Environment: made.environment,
  PackageType: 'Zip',
  State: 'Active',
  LastUpdateStatus: 'Successful',
});
