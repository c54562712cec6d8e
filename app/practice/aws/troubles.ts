/** The troubles that every service answers in a form of its own. */
import { iotError, isIotError, isKmsError, isS3Error, kmsError, queryError, ServiceError, s3Error } from './errors.ts';
import { jsonTrouble } from './jsonservice.ts';
import type { Service, Trouble } from './service.ts';

const expired = 'The security token included in the request is expired';
const skew = 'Signature expired: the date of the request is more than 5 minutes from now.';
const unavailable = 'The service is temporarily unavailable.';
const internal = 'An internal error has occurred.';

const query: Trouble = {
  throttle: () => queryError('Throttling', 'Rate exceeded'),
  internal: () => queryError('InternalFailure', internal),
  unavailable: () => queryError('ServiceUnavailable', unavailable),
  expired: () => queryError('ExpiredToken', expired),
  skew: () => queryError('SignatureDoesNotMatch', skew),
  denied: (message) => queryError('AccessDenied', message),
};

export const troubles: Record<Service, Trouble> = {
  iot: {
    throttle: () => iotError('ThrottlingException', 'Rate exceeded'),
    internal: () => iotError('InternalFailureException', 'An unexpected error has occurred.'),
    unavailable: () => iotError('ServiceUnavailableException', unavailable),
    expired: () => iotError('ExpiredTokenException', expired),
    skew: () => iotError('InvalidSignatureException', skew),
    denied: (message) => iotError('AccessDeniedException', message),
  },
  s3: {
    throttle: () => s3Error('SlowDown', 'Please reduce your request rate.'),
    internal: () => s3Error('InternalError', 'We encountered an internal error. Please try again.'),
    unavailable: () => s3Error('ServiceUnavailable', 'Please reduce your request rate.'),
    expired: () => s3Error('ExpiredToken', 'The provided token has expired.'),
    skew: () =>
      s3Error('RequestTimeTooSkewed', 'The difference between the request time and the current time is too large.'),
    denied: (message) => s3Error('AccessDenied', message),
  },
  kms: {
    throttle: () => kmsError('ThrottlingException', 'You have exceeded the rate at which you may call KMS.'),
    internal: () => kmsError('KMSInternalException', internal),
    unavailable: () => kmsError('ServiceUnavailableException', unavailable),
    expired: () => kmsError('ExpiredTokenException', expired),
    skew: () => kmsError('InvalidSignatureException', skew),
    denied: (message) => kmsError('AccessDeniedException', message),
  },
  sts: query,
  iam: query,
  cloudformation: query,
  lambda: jsonTrouble({ throttle: 'TooManyRequestsException', internal: 'ServiceException' }),
  dynamodb: jsonTrouble({ throttle: 'ThrottlingException', internal: 'InternalServerError' }),
};

/** An error by its name, with the status that the service gives it. An unknown name has status 400. */
export function errorNamed(service: Service, name: string, message: string): ServiceError {
  if (service === 's3' && isS3Error(name)) return s3Error(name, message);
  if (service === 'kms' && isKmsError(name)) return kmsError(name, message);
  if (isIotError(name)) return iotError(name, message);
  return new ServiceError(name, 400, message);
}
