import type { Account } from '../account.ts';
import type { ServiceError } from '../errors.ts';
import type { Call, Reply } from '../http.ts';
import { flag, object, structure, text, whole } from '../iot/shapes.ts';
import { jsonError, jsonReply, offeredBody } from '../jsonservice.ts';
import { answerInvoke } from './answer.ts';
import { createFunction, findFunction, setCode, shown } from './functions.ts';
import { addPermission, permissionMembers, resourcePolicy } from './permission.ts';

/** Functions: made, changed, read with their code, run and deleted (Lambda API reference). */

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

const routes: Readonly<Record<string, string>> = {
  'POST ': 'CreateFunction',
  'GET NAME': 'GetFunction',
  'DELETE NAME': 'DeleteFunction',
  'PUT NAME/code': 'UpdateFunctionCode',
  'POST NAME/invocations': 'Invoke',
  'POST NAME/policy': 'AddPermission',
  'GET NAME/policy': 'GetPolicy',
};

/** @throws ServiceError UnknownOperationException */
export function lambdaOperation({ method, segments }: Call): string {
  const inPath = path.every((part, at) => segments[at] === part);
  const rest = segments.slice(2).map((part, at) => (at === 0 ? 'NAME' : part));
  const operation = inPath ? routes[`${method} ${rest.join('/')}`] : undefined;
  if (operation !== undefined) return operation;
  throw jsonError('UnknownOperationException', 'The practice AWS does not offer this operation.');
}

export async function callLambda(operation: string, call: Call, account: Account): Promise<Reply> {
  if (operation === 'CreateFunction') return create(call, account);
  const made = findFunction(account, call.segments[2] ?? '');
  switch (operation) {
    case 'GetFunction': {
      const Location = `${account.endpoint}/-/code/${made.name}/${made.blob}`;
      return jsonReply(200, { Configuration: shown(account, made), Code: { RepositoryType: 'S3', Location } });
    }
    case 'UpdateFunctionCode':
      await setCode(account, made, zipIn(offeredBody(call, ['ZipFile', 'Publish'], refuse)));
      account.changed();
      return jsonReply(200, shown(account, made));
    case 'Invoke':
      return answerInvoke(account, made, call);
    case 'AddPermission':
      return jsonReply(201, { Statement: addPermission(account, made, offeredBody(call, permissionMembers, refuse)) });
    case 'GetPolicy':
      return jsonReply(200, {
        Policy: JSON.stringify(resourcePolicy(account, made)),
        RevisionId: made.blob.slice(0, 36),
      });
    default:
      account.state.functions.delete(made.name);
      account.changed();
      return { status: 204 };
  }
}

const refuse = (message: string) => jsonError('InvalidParameterValueException', message);

function zipIn({ ZipFile, ...others }: Record<string, unknown>): Buffer {
  const more = Object.entries(others).filter(([name]) => name !== 'Publish');
  if (typeof ZipFile !== 'string' || more.length > 0) throw refuse('Only Code.ZipFile is offered.');
  const zip = Buffer.from(ZipFile, 'base64');
  if (zip.length > maxCodeBytes) throw jsonError('RequestTooLargeException', 'The code is too large.');
  if (zip.subarray(0, 2).toString('latin1') !== 'PK') throw refuse('Could not unzip uploaded file.');
  return zip;
}

async function create(call: Call, account: Account): Promise<Reply> {
  const input = readRequest(offeredBody(call, Object.keys(members), refuse));
  const zip = zipIn(input.Code);
  const made = await createFunction(account, input, zip);
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

function readRequest(body: Record<string, unknown>): ReturnType<typeof request> {
  try {
    return request(body, 'request');
  } catch (error) {
    throw jsonError('ValidationException', `1 validation error detected: ${(error as Error).message}`);
  }
}
