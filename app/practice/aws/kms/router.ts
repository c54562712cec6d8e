import type { Account } from '../account.ts';
import { kmsError, ServiceError } from '../errors.ts';
import type { Call, Reply } from '../http.ts';
import type { Operation } from '../iot/operation.ts';
import { keyOperations } from './keys.ts';
import { signOperations } from './sign.ts';

/** The AWS JSON 1.1 protocol has one path, the operation in a header, and the error's name in the body. */
const contentType = 'application/x-amz-json-1.1';
const target = 'TrentService.';

const operations: Record<string, Operation> = { ...keyOperations, ...signOperations };

/** @throws ServiceError UnknownOperationException */
export function kmsOperation(call: Call): string {
  const asked = call.headers['x-amz-target'] ?? '';
  const name = asked.startsWith(target) ? asked.slice(target.length) : '';
  const inForm = call.method === 'POST' && call.rawPath === '/' && call.headers['content-type'] === contentType;
  if (!inForm || !Object.hasOwn(operations, name)) {
    throw kmsError('UnknownOperationException', 'The practice AWS does not offer this operation.');
  }
  return name;
}

export async function callKms(name: string, call: Call, account: Account): Promise<Reply> {
  try {
    const answer = await operations[name]?.run(call, account);
    return { status: 200, headers: { 'content-type': contentType }, body: JSON.stringify(answer) };
  } catch (error) {
    // The input tables are shared with IoT, whose name for this refusal is different.
    const malformed = error instanceof ServiceError && error.name === 'InvalidRequestException';
    throw malformed ? kmsError('ValidationException', `1 validation error detected: ${error.message}`) : error;
  }
}

export const kmsFailure = (error: ServiceError): Reply => ({
  status: error.status,
  headers: { 'content-type': contentType },
  body: JSON.stringify({ __type: error.name, message: error.message }),
});

export const kmsInternal = (): ServiceError => kmsError('KMSInternalException', 'An internal error has occurred.');
