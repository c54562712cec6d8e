/**
 * The errors of AWS: names and HTTP statuses of the service model (iot/2015-05-28) and of the S3 and KMS API
 * references.
 */

const iotStatus = {
  CertificateConflictException: 409,
  CertificateStateException: 406,
  CertificateValidationException: 400,
  ConflictingResourceUpdateException: 409,
  DeleteConflictException: 409,
  InternalFailureException: 500,
  InvalidRequestException: 400,
  LimitExceededException: 410,
  MalformedPolicyException: 400,
  RegistrationCodeValidationException: 400,
  ResourceAlreadyExistsException: 409,
  ResourceNotFoundException: 404,
  ResourceRegistrationFailureException: 400,
  ServiceUnavailableException: 503,
  SqlParseException: 400,
  ThrottlingException: 400,
  UnauthorizedException: 401,
  VersionConflictException: 409,
  VersionsLimitExceededException: 409,
  // Not in the IoT model: every AWS JSON service may answer this before the service itself sees the call.
  AccessDeniedException: 403,
  ExpiredTokenException: 403,
  InvalidSignatureException: 403,
  MissingAuthenticationTokenException: 403,
  UnknownOperationException: 404,
  UnrecognizedClientException: 403,
} as const;

const s3Status = {
  AccessDenied: 403,
  AuthorizationHeaderMalformed: 400,
  BadDigest: 400,
  BucketAlreadyOwnedByYou: 409,
  BucketNotEmpty: 409,
  EntityTooLarge: 400,
  EntityTooSmall: 400,
  ExpiredToken: 400,
  IllegalLocationConstraintException: 400,
  IncompleteBody: 400,
  InternalError: 500,
  InvalidAccessKeyId: 403,
  InvalidArgument: 400,
  InvalidBucketName: 400,
  InvalidPart: 400,
  InvalidPartOrder: 400,
  InvalidRange: 416,
  InvalidRequest: 400,
  MalformedXML: 400,
  MethodNotAllowed: 405,
  NoSuchBucket: 404,
  NoSuchBucketPolicy: 404,
  NoSuchPublicAccessBlockConfiguration: 404,
  NoSuchKey: 404,
  NoSuchUpload: 404,
  NotImplemented: 501,
  PreconditionFailed: 412,
  RequestTimeTooSkewed: 403,
  ServiceUnavailable: 503,
  SignatureDoesNotMatch: 403,
  SlowDown: 503,
  XAmzContentSHA256Mismatch: 400,
} as const;

const kmsStatus = {
  AccessDeniedException: 400,
  DependencyTimeoutException: 500,
  DisabledException: 400,
  ExpiredTokenException: 400,
  InvalidArnException: 400,
  InvalidKeyUsageException: 400,
  InvalidMarkerException: 400,
  InvalidSignatureException: 400,
  KMSInternalException: 500,
  KMSInvalidStateException: 400,
  KeyUnavailableException: 500,
  LimitExceededException: 400,
  MissingAuthenticationTokenException: 400,
  NotFoundException: 400,
  ServiceUnavailableException: 503,
  TagException: 400,
  ThrottlingException: 400,
  UnknownOperationException: 400,
  UnrecognizedClientException: 400,
  UnsupportedOperationException: 400,
  ValidationException: 400,
} as const;

/** STS and IAM ("Common errors" of their API references). */
const queryStatus = {
  AccessDenied: 403,
  AlreadyExistsException: 400,
  ExpiredToken: 403,
  IncompleteSignature: 400,
  InternalFailure: 500,
  InvalidAction: 400,
  InvalidClientTokenId: 403,
  InvalidInput: 400,
  MissingAuthenticationToken: 403,
  NoSuchEntity: 404,
  ServiceUnavailable: 503,
  SignatureDoesNotMatch: 403,
  Throttling: 400,
  ValidationError: 400,
} as const;

type IotErrorName = keyof typeof iotStatus;
export type S3ErrorName = keyof typeof s3Status;
type KmsErrorName = keyof typeof kmsStatus;

/** An error answer. `extra` joins the body (`resourceId` and `resourceArn` of ResourceAlreadyExistsException). */
export class ServiceError extends Error {
  readonly status: number;
  readonly extra: Record<string, string>;

  constructor(name: string, status: number, message: string, extra: Record<string, string> = {}) {
    super(message);
    this.name = name;
    this.status = status;
    this.extra = extra;
  }
}

export const iotError = (name: IotErrorName, message: string, extra?: Record<string, string>): ServiceError =>
  new ServiceError(name, iotStatus[name], message, extra);

export const s3Error = (name: S3ErrorName, message: string): ServiceError =>
  new ServiceError(name, s3Status[name], message);

export const kmsError = (name: KmsErrorName, message: string): ServiceError =>
  new ServiceError(name, kmsStatus[name], message);

export const queryError = (name: keyof typeof queryStatus, message: string): ServiceError =>
  new ServiceError(name, queryStatus[name], message);

export const isIotError = (name: string): name is IotErrorName => Object.hasOwn(iotStatus, name);
export const isS3Error = (name: string): name is S3ErrorName => Object.hasOwn(s3Status, name);
export const isKmsError = (name: string): name is KmsErrorName => Object.hasOwn(kmsStatus, name);

/** @throws ServiceError – InvalidArgument */
export function decodedSource(source: string): string {
  try {
    return decodeURIComponent(source);
  } catch {
    throw s3Error('InvalidArgument', 'The copy source is not valid percent-encoding.');
  }
}
