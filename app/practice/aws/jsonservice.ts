import { ServiceError } from './errors.ts';
import type { Call, Reply } from './http.ts';
import type { Trouble } from './service.ts';

/** What the services of JSON share that are here only as far as just-in-time registration needs them: Lambda and DynamoDB. */

/** Names that every such service may answer before it looks at the call ("Common errors" of their API references). */
const statuses: Readonly<Record<string, number>> = {
  AccessDeniedException: 403,
  ExpiredTokenException: 403,
  InternalServerError: 500,
  InvalidParameterValueException: 400,
  InvalidRequestContentException: 400,
  InvalidSignatureException: 403,
  MissingAuthenticationTokenException: 403,
  RequestTooLargeException: 413,
  ResourceConflictException: 409,
  ServiceException: 500,
  ServiceUnavailableException: 503,
  ThrottlingException: 400,
  TooManyRequestsException: 429,
  UnknownOperationException: 404,
  UnrecognizedClientException: 403,
  ValidationException: 400,
};

export const jsonError = (name: string, message: string, status = statuses[name] ?? 400): ServiceError =>
  new ServiceError(name, status, message);

/** @param names those of the service for a throttled call and for a failure of its own */
export const jsonTrouble = (names: { throttle: string; internal: string }): Trouble => ({
  throttle: () => jsonError(names.throttle, 'Rate exceeded'),
  internal: () => jsonError(names.internal, 'An internal error has occurred.'),
  unavailable: () => jsonError('ServiceUnavailableException', 'The service is temporarily unavailable.'),
  expired: () => jsonError('ExpiredTokenException', 'The security token included in the request is expired'),
  skew: () => jsonError('InvalidSignatureException', 'Signature expired: the date of the request is too far from now.'),
  denied: (message) => jsonError('AccessDeniedException', message),
});

/**
 * The body of a call. A member that is not offered is refused, because it would change what the call does.
 * @throws ServiceError – as `refuse` makes it
 */
export function offeredBody(
  call: Call,
  offered: readonly string[],
  refuse: (message: string) => ServiceError,
): Record<string, unknown> {
  let body: unknown;
  try {
    body = JSON.parse(call.body.toString('utf8') || '{}');
  } catch {
    throw refuse('The request body is not JSON.');
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw refuse('The request body is no object.');
  const strange = Object.keys(body).find((member) => !offered.includes(member));
  if (strange !== undefined) throw refuse(`The practice AWS does not offer ${strange}.`);
  return body as Record<string, unknown>;
}

export const jsonReply = (status: number, body: object, type = 'application/json'): Reply => ({
  status,
  headers: { 'content-type': type },
  body: JSON.stringify(body),
});
