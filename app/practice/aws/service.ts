import type { ServiceError } from './errors.ts';

/** The services of the practice AWS, by their names in signatures and in IAM. */
export type Service = 'iot' | 's3' | 'kms' | 'sts' | 'iam' | 'lambda' | 'dynamodb' | 'cloudformation';

/** The troubles that every service has, in its own form. */
export type Trouble = {
  throttle(): ServiceError;
  internal(): ServiceError;
  unavailable(): ServiceError;
  expired(): ServiceError;
  skew(): ServiceError;
  denied(message: string): ServiceError;
};
