import {
  type IotErrorName,
  iotError,
  isKmsError,
  type KmsErrorName,
  kmsError,
  type ServiceError,
  s3Error,
} from './errors.ts';
import type { Service } from './signature.ts';

/**
 * Faults on demand, as data. `operation` is an AWS operation name (`PutObject`, `StartThingRegistrationTask`…). Without
 * it a fault affects every call. A fault affects `times` calls and is then spent; `deny` stays until it is cleared.
 */
export type Fault =
  | { kind: 'throttle'; times: number; operation?: string }
  | { kind: 'error'; status: 500 | 503; times: number; operation?: string }
  /** Any error of the model, for cases where its real cause is not practical. */
  | { kind: 'refuse'; name: IotErrorName | KmsErrorName; times: number; operation: string }
  /** Cuts the connection before or after the call is carried out. The caller cannot know which. */
  | { kind: 'hangup'; when: 'before' | 'after'; times: number; operation?: string }
  | { kind: 'deny'; operation: string }
  /** Line `line` (1-based) of the next input file fails. */
  | { kind: 'failLine'; line: number }
  /** The next task to start ends as `Failed`. */
  | { kind: 'failTask'; message: string };

/**
 * A standing trouble of the whole AWS, until it is ended. `unavailable`: each call is answered with 503. `slow`: each
 * answer takes `slowMs`. `drops`: each connection is cut before the call is carried out.
 */
export type Outage = 'unavailable' | 'slow' | 'drops';
/** Longer than a person expects and shorter than the limit of the station's SDK. */
export const slowMs = 4000;

export type Faults = {
  /** Adds a fault; `null` clears all of them. */
  set(fault: Fault | null): void;
  /** Counts the call and returns the faults it meets. */
  meet(service: Service, operation: string): { error?: ServiceError; hangup?: 'before' | 'after' };
  /** Begins an outage; `null` ends it. */
  setOutage(outage: Outage | null): void;
  outage(): Outage | null;
  unavailable(service: Service): ServiceError;
  lineFails(line: number): boolean;
  taskFails(): string | undefined;
};

export function createFaults(): Faults {
  let faults: Fault[] = [];
  let outage: Outage | null = null;
  const spend = (fault: Fault & { times: number }) => {
    fault.times -= 1;
    if (fault.times <= 0) faults = faults.filter((other) => other !== fault);
  };
  const take = <K extends 'failLine' | 'failTask'>(
    kind: K,
    wanted: (fault: Extract<Fault, { kind: K }>) => boolean,
  ) => {
    const found = faults.find(
      (f): f is Extract<Fault, { kind: K }> => f.kind === kind && wanted(f as Extract<Fault, { kind: K }>),
    );
    faults = faults.filter((fault) => fault !== found);
    return found;
  };
  return {
    set: (fault) => {
      faults = fault === null ? [] : [...faults, { ...fault }];
    },
    meet: (service, operation) => {
      const fault = faults.find((f) =>
        'operation' in f && f.operation !== undefined ? f.operation === operation : 'times' in f,
      );
      switch (fault?.kind) {
        case 'throttle':
          spend(fault);
          return { error: errors[service].throttle() };
        case 'error':
          spend(fault);
          return { error: fault.status === 500 ? errors[service].internal() : errors[service].unavailable() };
        case 'refuse':
          spend(fault);
          return { error: refusal(service, fault.name) };
        case 'hangup':
          spend(fault);
          return { hangup: fault.when };
        case 'deny':
          return { error: errors[service].denied(operation) };
        default:
          return {};
      }
    },
    setOutage: (next) => {
      outage = next;
    },
    outage: () => outage,
    unavailable: (service) => errors[service].unavailable(),
    lineFails: (line) => take('failLine', (fault) => fault.line === line) !== undefined,
    taskFails: () => take('failTask', () => true)?.message,
  };
}

const refusal = (service: Service, name: IotErrorName | KmsErrorName): ServiceError => {
  const message = 'A fault was asked for.';
  return service === 'kms' && isKmsError(name) ? kmsError(name, message) : iotError(name as IotErrorName, message);
};

const user = 'arn:aws:iam::practice:user/birthmark';
const errors = {
  iot: {
    throttle: () => iotError('ThrottlingException', 'Rate exceeded'),
    internal: () => iotError('InternalFailureException', 'An unexpected error has occurred.'),
    unavailable: () => iotError('ServiceUnavailableException', 'The service is temporarily unavailable.'),
    denied: (operation: string) =>
      iotError('AccessDeniedException', `User: ${user} is not authorized to perform: iot:${operation} on resource: *`),
  },
  s3: {
    throttle: () => s3Error('SlowDown', 'Please reduce your request rate.'),
    internal: () => s3Error('InternalError', 'We encountered an internal error. Please try again.'),
    unavailable: () => s3Error('ServiceUnavailable', 'Please reduce your request rate.'),
    denied: (operation: string) =>
      s3Error('AccessDenied', `User: ${user} is not authorized to perform: s3:${operation} on resource: *`),
  },
  kms: {
    throttle: () => kmsError('ThrottlingException', 'You have exceeded the rate at which you may call KMS.'),
    internal: () => kmsError('KMSInternalException', 'An internal error has occurred.'),
    unavailable: () => kmsError('ServiceUnavailableException', 'The service is temporarily unavailable.'),
    denied: (operation: string) =>
      kmsError('AccessDeniedException', `User: ${user} is not authorized to perform: kms:${operation} on resource: *`),
  },
};
