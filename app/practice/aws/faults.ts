import type { ServiceError } from './errors.ts';
import type { Service } from './service.ts';
import { errorNamed, troubles } from './troubles.ts';

/**
 * Faults on demand, as data. `operation` is an AWS operation name (`PutObject`, `StartThingRegistrationTask`…; `GetReport`
 * is the fetch of a report link). Without it a fault affects every call. A fault affects `times` calls and is then spent;
 * `deny` stays until it is cleared.
 */
export type Fault =
  | { kind: 'throttle'; times: number; operation?: string }
  | { kind: 'error'; status: 500 | 503; times: number; operation?: string }
  /** Any error of the service's model, for cases where its real cause is not practical. */
  | { kind: 'refuse'; name: string; times: number; operation: string }
  /** Cuts the connection before or after the call is carried out. The caller cannot know which. */
  | { kind: 'hangup'; when: 'before' | 'after'; times: number; operation?: string }
  /** The right answer, `ms` milliseconds late. */
  | { kind: 'slow'; ms: number; times: number; operation?: string }
  /** The session of the caller is over. */
  | { kind: 'expired'; times: number; operation?: string }
  /** The caller's clock is too far off. */
  | { kind: 'skew'; times: number; operation?: string }
  /** A page of some proxy with status 200 in place of the answer. Nothing is carried out. */
  | { kind: 'html'; times: number; operation?: string }
  | { kind: 'deny'; operation: string }
  /** The next report that is fetched lacks this line (1-based), or has it twice. */
  | { kind: 'reportLacks' | 'reportTwice'; line: number; times: number }
  /** Line `line` (1-based) of the next input file fails. */
  | { kind: 'failLine'; line: number }
  /** A policy opens this bucket to everybody: so says `GetBucketPolicyStatus`. It stays until it is cleared. */
  | { kind: 'publicBucket'; bucket: string }
  /** A grant of its ACL opens this bucket to everybody: so says `GetBucketAcl`. It stays until it is cleared. */
  | { kind: 'publicAcl'; bucket: string }
  /** A connection of a device meets this trouble. */
  | { kind: 'gateway'; trouble: GatewayTrouble; times: number }
  /** The next task to start ends as `Failed`. */
  | { kind: 'failTask'; message: string };

/**
 * The gateway closes a connection at once, or after CONNECT; it answers CONNECT late; it shows a certificate that is not
 * under the root which devices trust.
 */
export const gatewayTroubles = ['refuses', 'drops', 'slow', 'certificate'] as const;
export type GatewayTrouble = (typeof gatewayTroubles)[number];

/** A standing trouble of the whole AWS, until it is ended. */
export const outages = [
  'unavailable',
  'slow',
  'drops',
  'throttles',
  'expired',
  'skew',
  'html',
  'reportLacks',
  'reportTwice',
  'gatewayRefuses',
  'gatewayDrops',
  'gatewaySlow',
  'gatewayCertificate',
  /** Every function says no: a hook refuses, and a device that registers itself is on no list. */
  'functionsRefuse',
  /** A temporary claim is over as soon as it is made. */
  'claimsExpired',
] as const;
export type Outage = (typeof outages)[number];
/** Longer than a person expects and shorter than the limit of the station's SDK. */
export const slowMs = 4000;

/** What one call meets. */
export type Meeting = { error?: ServiceError; hangup?: 'before' | 'after'; slowMs?: number; html?: true };

export type Faults = {
  /** Adds a fault; `null` clears all of them. */
  set(fault: Fault | null): void;
  /** The faults that are not spent. */
  list(): readonly Fault[];
  /** Counts the call and returns the faults it meets. */
  meet(service: Service, operation: string): Meeting;
  /** Begins an outage; `null` ends it. */
  setOutage(outage: Outage | null): void;
  outage(): Outage | null;
  /** What every call meets during the outage. */
  standing(service: Service): Meeting;
  /** A report as it is given out. */
  report(bytes: Buffer): Buffer;
  /** Whether a connection of a device meets this trouble. Counts it. */
  atGateway(trouble: GatewayTrouble): boolean;
  /** Whether everybody may read this bucket, by its policy or by its ACL. */
  isPublic(bucket: string, by: 'policy' | 'acl'): boolean;
  lineFails(line: number): boolean;
  taskFails(): string | undefined;
};

export function createFaults(): Faults {
  let faults: Fault[] = [];
  let outage: Outage | null = null;
  const drop = (fault: Fault) => {
    faults = faults.filter((other) => other !== fault);
  };
  const spend = (fault: Fault & { times: number }) => {
    fault.times -= 1;
    if (fault.times <= 0) drop(fault);
  };
  const first = <K extends Fault['kind']>(...kinds: K[]) =>
    faults.find((fault): fault is Extract<Fault, { kind: K }> => kinds.some((kind) => kind === fault.kind));
  return {
    set: (fault) => {
      faults = fault === null ? [] : [...faults, { ...fault }];
    },
    list: () => faults,
    meet: (service, operation) => {
      const fault = faults.filter(isOfCalls).find((one) => (one.operation ?? operation) === operation);
      if (fault === undefined) return {};
      if ('times' in fault) spend(fault);
      return meetingOf(fault, service, operation);
    },
    setOutage: (next) => {
      outage = next;
    },
    outage: () => outage,
    standing: (service) => {
      switch (outage) {
        case 'unavailable':
          return { error: troubles[service].unavailable() };
        case 'throttles':
          return { error: troubles[service].throttle() };
        case 'slow':
          return { slowMs };
        case 'drops':
          return { hangup: 'before' };
        case 'expired':
        case 'skew':
        case 'html':
          return meetingOf({ kind: outage, times: 1 }, service, '');
        default:
          return {};
      }
    },
    report: (bytes) => {
      const fault = first('reportLacks', 'reportTwice');
      if (fault) spend(fault);
      const kind = fault?.kind ?? outage;
      if (kind !== 'reportLacks' && kind !== 'reportTwice') return bytes;
      const lines = bytes.toString('utf8').split(/(?<=\n)/);
      const at = (fault?.line ?? 1) - 1;
      const changed = lines.flatMap((line, index) => {
        if (index !== at) return [line];
        return kind === 'reportTwice' ? [line, line] : [];
      });
      return Buffer.from(changed.join(''));
    },
    atGateway: (trouble) => {
      const fault = faults.find((one): one is GatewayFault => one.kind === 'gateway' && one.trouble === trouble);
      if (fault) spend(fault);
      return fault !== undefined || outage === outageOf[trouble];
    },
    isPublic: (bucket, by) =>
      faults.some(
        (one) => one.kind === (by === 'acl' ? 'publicAcl' : 'publicBucket') && 'bucket' in one && one.bucket === bucket,
      ),
    lineFails: (line) => {
      const fault = faults.find((f) => f.kind === 'failLine' && f.line === line);
      if (fault) drop(fault);
      return fault !== undefined;
    },
    taskFails: () => {
      const fault = first('failTask');
      if (fault) drop(fault);
      return fault?.message;
    },
  };
}

type GatewayFault = Extract<Fault, { kind: 'gateway' }>;
const outageOf: Record<GatewayTrouble, Outage> = {
  refuses: 'gatewayRefuses',
  drops: 'gatewayDrops',
  slow: 'gatewaySlow',
  certificate: 'gatewayCertificate',
};

type CallFault = Exclude<Fault, GatewayFault | { line: number } | { message: string } | { bucket: string }>;
const isOfCalls = (fault: Fault): fault is CallFault =>
  !('line' in fault || 'message' in fault || 'bucket' in fault || fault.kind === 'gateway');

function meetingOf(fault: CallFault, service: Service, operation: string): Meeting {
  const trouble = troubles[service];
  switch (fault.kind) {
    case 'throttle':
      return { error: trouble.throttle() };
    case 'error':
      return { error: fault.status === 500 ? trouble.internal() : trouble.unavailable() };
    case 'refuse':
      return { error: errorNamed(service, fault.name, 'A fault was asked for.') };
    case 'hangup':
      return { hangup: fault.when };
    case 'slow':
      return { slowMs: fault.ms };
    case 'expired':
      return { error: trouble.expired() };
    case 'skew':
      return { error: trouble.skew() };
    case 'html':
      return { html: true };
    case 'deny':
      return {
        error: trouble.denied(`User: ${user} is not authorized to perform: ${service}:${operation} on resource: *`),
      };
  }
}

const user = 'arn:aws:iam::practice:user/birthmark';
