import { type ErrorCode, StationError } from '../contract/errors.ts';

/**
 * The one place that turns AWS's errors into the station's: by error name, then by HTTP status, never by message text.
 * Names: service model iot/2015-05-28, "Common errors" of the API references, the SDK's and Node's own.
 */
const byName: Record<string, ErrorCode> = {
  AbortError: 'call.cancelled',

  AuthFailure: 'cloud.credentials',
  CredentialsProviderError: 'cloud.credentials',
  ExpiredToken: 'cloud.credentials',
  ExpiredTokenException: 'cloud.credentials',
  IncompleteSignature: 'cloud.credentials',
  InvalidAccessKeyId: 'cloud.credentials',
  InvalidClientTokenId: 'cloud.credentials',
  InvalidSignatureException: 'cloud.credentials',
  InvalidToken: 'cloud.credentials',
  MissingAuthenticationToken: 'cloud.credentials',
  MissingAuthenticationTokenException: 'cloud.credentials',
  RequestTimeTooSkewed: 'cloud.credentials',
  SignatureDoesNotMatch: 'cloud.credentials',
  TokenProviderError: 'cloud.credentials',
  UnrecognizedClientException: 'cloud.credentials',

  AccessDenied: 'cloud.denied',
  AccessDeniedException: 'cloud.denied',
  UnauthorizedException: 'cloud.denied',

  ProvisionedThroughputExceededException: 'cloud.throttled',
  RequestLimitExceeded: 'cloud.throttled',
  SlowDown: 'cloud.throttled',
  Throttling: 'cloud.throttled',
  ThrottlingException: 'cloud.throttled',
  TooManyRequestsException: 'cloud.throttled',

  AuthorizationHeaderMalformed: 'cloud.bucket',
  NoSuchBucket: 'cloud.bucket',
  PermanentRedirect: 'cloud.bucket',

  InternalError: 'cloud.unreachable',
  InternalFailureException: 'cloud.unreachable',
  RequestTimeout: 'cloud.unreachable',
  ServiceUnavailable: 'cloud.unreachable',
  ServiceUnavailableException: 'cloud.unreachable',
  TimeoutError: 'cloud.unreachable',

  // A proxy answered with an HTML page instead of JSON or XML.
  SyntaxError: 'cloud.badAnswer',
};

const byStatus = (status: number): ErrorCode => {
  if (status === 401 || status === 403) return 'cloud.denied';
  if (status === 429) return 'cloud.throttled';
  if (status >= 500) return 'cloud.unreachable';
  if (status >= 400) return 'cloud.refused';
  return 'cloud.badAnswer';
};

const networkCodes = /^(E[A-Z]+|CERT_[A-Z_]+|UND_ERR_[A-Z_]+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN)$/;

type Foreign = {
  name?: string;
  message?: string;
  code?: unknown;
  cause?: { code?: unknown };
  $metadata?: { httpStatusCode?: number; requestId?: string };
};

/** @param operation the AWS operation that was called, for engineers */
export function cloudError(error: unknown, operation: string, signal?: AbortSignal): StationError {
  if (error instanceof StationError) return error;
  if (signal?.aborted) return new StationError('call.cancelled', `${operation} was cancelled`, { cause: error });
  const { name = 'Error', message = '', code, cause, $metadata } = (error ?? {}) as Foreign;
  const status = $metadata?.httpStatusCode;
  const network = [code, cause?.code].some((value) => typeof value === 'string' && networkCodes.test(value));
  const known = Object.hasOwn(byName, name) ? byName[name] : undefined;
  const own: ErrorCode =
    known ?? (network ? 'cloud.unreachable' : status === undefined ? 'cloud.badAnswer' : byStatus(status));
  // Texts about credentials can quote the signed request, and with it a session token.
  const said = own === 'cloud.credentials' || message === '' ? '' : `: ${message.slice(0, 300)}`;
  return new StationError(own, `${operation} ended with ${name}${said}`, {
    data: {
      operation,
      awsError: name,
      ...(status !== undefined && { httpStatus: status }),
      ...($metadata?.requestId !== undefined && { requestId: $metadata.requestId }),
    },
    cause: error,
  });
}

/** True when the same call may succeed later without any act of a person. */
export const isPassing = (error: unknown): error is StationError =>
  error instanceof StationError && (error.code === 'cloud.throttled' || error.code === 'cloud.unreachable');

/**
 * A member that an answer must have.
 * @throws `cloud.badAnswer` – when it is missing
 */
export function required<T>(value: T | undefined, operation: string, member: string): T {
  if (value !== undefined) return value;
  throw new StationError('cloud.badAnswer', `${operation} answered without ${member}`, { data: { operation } });
}
