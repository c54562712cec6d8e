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

  // A page instead of JSON or XML.
  SyntaxError: 'cloud.badAnswer',
};

/** The SDK's names for an answer that it cannot read. Without the id of a request it is none of AWS. */
const unreadable: readonly string[] = ['SyntaxError', 'Unknown', 'UnknownError'];

/** What a person does about it, where AWS's own words are left out or say nothing. */
const remedies: Readonly<Record<string, string>> = {
  CredentialsProviderError: 'this PC has no credentials for AWS, or not those of the profile',
  ExpiredToken: 'they have expired, get new ones',
  ExpiredTokenException: 'they have expired, get new ones',
  InvalidAccessKeyId: 'AWS does not know the access key',
  InvalidClientTokenId: 'AWS does not know the access key',
  InvalidSignatureException: 'the secret key, the Region of the target or the clock of this PC is wrong',
  RequestTimeTooSkewed: 'the clock of this PC is wrong',
  SignatureDoesNotMatch: 'the secret key, the Region of the target or the clock of this PC is wrong',
  UnrecognizedClientException: 'AWS does not know the access key',
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
  $metadata?: Answered;
};
export type Answered = { httpStatusCode?: number; requestId?: string };

/** Something on the way answered: a proxy, its sign-in page, or a server of another kind at the address of the target. */
export function notAws(operation: string, { httpStatusCode: status }: Answered = {}, cause?: unknown): StationError {
  const code = status !== undefined && status >= 500 ? 'cloud.unreachable' : 'cloud.badAnswer';
  const said = status === undefined ? '' : ` with status ${status}`;
  return new StationError(
    code,
    `${operation} was answered by something else than AWS${said}: look for a proxy or its sign-in page`,
    { data: { operation, ...(status !== undefined && { httpStatus: status }) }, cause },
  );
}

/** @param operation the AWS operation that was called, for engineers */
export function cloudError(error: unknown, operation: string, signal?: AbortSignal): StationError {
  if (error instanceof StationError) return error;
  if (signal?.aborted) return new StationError('call.cancelled', `${operation} was cancelled`, { cause: error });
  const { name = 'Error', message = '', code, cause, $metadata } = (error ?? {}) as Foreign;
  const status = $metadata?.httpStatusCode;
  if (status !== undefined && $metadata?.requestId === undefined && unreadable.includes(name))
    return notAws(operation, $metadata, error);
  const network = [code, cause?.code].some((value) => typeof value === 'string' && networkCodes.test(value));
  const known = Object.hasOwn(byName, name) ? byName[name] : undefined;
  const own: ErrorCode =
    known ?? (network ? 'cloud.unreachable' : status === undefined ? 'cloud.badAnswer' : byStatus(status));
  // Texts about credentials can quote the signed request, and with it a session token.
  const ours = Object.hasOwn(remedies, name) ? `: ${remedies[name]}` : '';
  const said = own === 'cloud.credentials' || message === '' ? ours : `: ${message.slice(0, 300)}`;
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
  const detail = `${operation} answered without ${member}, which AWS never does: look for a proxy or its sign-in page`;
  throw new StationError('cloud.badAnswer', detail, { data: { operation } });
}
