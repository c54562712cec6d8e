import { createHash } from 'node:crypto';
import { type Account, type LambdaFunction, nowSeconds } from '../account.ts';
import type { ServiceError } from '../errors.ts';
import type { Call, Reply } from '../http.ts';
import { flag, object, structure, text, whole } from '../iot/shapes.ts';
import { jsonError, jsonReply, offeredBody } from '../jsonservice.ts';

/** Functions as they are kept: made, read with their code, and deleted (Lambda API reference). None of them runs. */

const path = ['2015-03-31', 'functions'];
const members = {
  FunctionName: text(1, 140, /^[a-zA-Z0-9-_]+$/),
  Runtime: text(1, 64),
  Role: text(20, 2048, /^arn:[^:]+:iam::\d{12}:role\/.+$/),
  Handler: text(1, 128, /^\S+$/),
  Description: text(0, 256),
  Timeout: whole(1, 900),
  MemorySize: whole(128, 10_240),
  Environment: object,
  Publish: flag,
  Code: object,
};
const request = structure(members, ['FunctionName', 'Runtime', 'Role', 'Handler', 'Code']);
/** Of the code itself, unzipped functions are larger (Lambda quotas: 50 MB, zipped, for direct upload). */
const maxCodeBytes = 50 * 1024 * 1024;

/** @throws ServiceError UnknownOperationException */
export function lambdaOperation({ method, segments }: Call): string {
  const inPath = path.every((part, at) => segments[at] === part);
  if (inPath && segments.length === 2 && method === 'POST') return 'CreateFunction';
  if (inPath && segments.length === 3 && method === 'GET') return 'GetFunction';
  if (inPath && segments.length === 3 && method === 'DELETE') return 'DeleteFunction';
  throw jsonError('UnknownOperationException', 'The practice AWS does not offer this operation.');
}

export async function callLambda(operation: string, call: Call, account: Account): Promise<Reply> {
  if (operation === 'CreateFunction') return create(call, account);
  const made = findFunction(account, nameIn(call.segments[2] ?? ''));
  if (operation === 'GetFunction') {
    const Location = `${account.endpoint}/-/code/${made.name}/${made.blob}`;
    return jsonReply(200, { Configuration: shown(account, made), Code: { RepositoryType: 'S3', Location } });
  }
  account.state.functions.delete(made.name);
  account.changed();
  return { status: 204 };
}

async function create(call: Call, account: Account): Promise<Reply> {
  const refuse = (message: string) => jsonError('InvalidParameterValueException', message);
  const input = readRequest(offeredBody(call, Object.keys(members), refuse));
  const { FunctionName: name, Description: description, Environment: environment } = input;
  const { ZipFile, ...otherCode } = input.Code;
  if (typeof ZipFile !== 'string' || Object.keys(otherCode).length > 0) throw refuse('Only Code.ZipFile is offered.');
  const zip = Buffer.from(ZipFile, 'base64');
  if (zip.length > maxCodeBytes) throw jsonError('RequestTooLargeException', 'The code is too large.');
  if (zip.subarray(0, 2).toString('latin1') !== 'PK') throw refuse('Could not unzip uploaded file.');
  if (account.state.functions.has(name)) {
    throw jsonError('ResourceConflictException', `Function already exist: ${name}`);
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
    blob: await account.blobs.put(zip),
    size: zip.length,
    sha256: createHash('sha256').update(zip).digest('base64'),
    modifiedAt: nowSeconds(account),
  };
  account.state.functions.set(name, made);
  account.changed();
  return jsonReply(201, shown(account, made));
}

/** The zip file behind a link of GetFunction. */
export async function codeBytes(account: Account, segments: readonly string[]): Promise<Buffer | undefined> {
  const made = account.state.functions.get(segments[2] ?? '');
  return made && made.blob === segments[3] ? account.blobs.get(made.blob) : undefined;
}

export const lambdaFailure = (error: ServiceError): Reply => ({
  status: error.status,
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': error.name },
  body: JSON.stringify({
    Type: error.status < 500 ? 'User' : 'Server',
    Message: error.message,
    message: error.message,
  }),
});

/** A name, or the ARN that ends in it. */
const nameIn = (asked: string): string => asked.split(':function:').at(-1) ?? asked;
const arnOf = (account: Account, name: string) => `arn:aws:lambda:${account.region}:${account.id}:function:${name}`;

function findFunction(account: Account, name: string): LambdaFunction {
  const made = account.state.functions.get(name);
  if (!made) throw jsonError('ResourceNotFoundException', `Function not found: ${arnOf(account, name)}`, 404);
  return made;
}

function readRequest(body: Record<string, unknown>): ReturnType<typeof request> {
  try {
    return request(body, 'request');
  } catch (error) {
    throw jsonError('ValidationException', `1 validation error detected: ${(error as Error).message}`);
  }
}

const shown = (account: Account, made: LambdaFunction) => ({
  FunctionName: made.name,
  FunctionArn: arnOf(account, made.name),
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
