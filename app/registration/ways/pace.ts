/** The rate at which AWS lets an account make calls. */
import type { Clock } from '../../contract/clock.ts';
import type { PacedOperation } from '../../contract/targets.ts';
import { pause } from '../patience.ts';

/** Calls a second that AWS allows an account by default ("AWS IoT Core endpoints and quotas"). */
const defaultRates: Record<PacedOperation, number> = {
  RegisterThing: 10,
  RegisterCertificate: 10,
  RegisterCertificateWithoutCA: 10,
  DescribeCertificate: 10,
  UpdateCertificate: 10,
  // The page has no figure for this one.
  ListPrincipalThings: 10,
  ListAttachedPolicies: 15,
  AttachPolicy: 15,
  CreateThing: 100,
  DescribeThing: 350,
  UpdateThing: 100,
  AttachThingPrincipal: 100,
  // 60 and not 100, which is the figure of the smaller Regions.
  AddThingToThingGroup: 60,
  AddThingToBillingGroup: 60,
};

/** Rates that the account has instead of AWS's defaults. */
export type Rates = Partial<Record<PacedOperation, number>>;

/** A rate never falls below this part of what the account is said to have. */
const leastPart = 1 / 20;
/** So many calls bring a rate from half back to the whole. */
const callsToRecover = 100;
/** Refusals that come together are answers to one wave of calls. They slow it down once. */
const waveMs = 1_000;

export type Pace = {
  /**
   * Waits for the turn of a call.
   *
   * @throws call.cancelled – `signal` fired
   */
  turn(operation: PacedOperation, signal?: AbortSignal): Promise<void>;
  /** AWS throttled this operation: half the rate from now on. It grows again with each call that follows. */
  slower(operation: PacedOperation): void;
  /** Calls a second, at present. */
  rate(operation: PacedOperation): number;
};

type Lane = { most: number; rate: number; nextMs: number; slowedMs: number };

/** One lane for each operation, as AWS counts them. Calls are spread evenly, so that none is refused in the first place. */
export function createPace(clock: Clock, rates: Rates = {}): Pace {
  const lanes = new Map<PacedOperation, Lane>();
  const laneOf = (operation: PacedOperation): Lane => {
    const most = rates[operation] ?? defaultRates[operation];
    const lane = lanes.get(operation) ?? { most, rate: most, nextMs: 0, slowedMs: Number.NEGATIVE_INFINITY };
    lanes.set(operation, lane);
    return lane;
  };
  return {
    async turn(operation, signal) {
      const lane = laneOf(operation);
      const nowMs = clock.monotonicMs();
      const atMs = Math.max(nowMs, lane.nextMs);
      lane.nextMs = atMs + 1_000 / lane.rate;
      lane.rate = Math.min(lane.most, lane.rate + lane.most / 2 / callsToRecover);
      if (atMs > nowMs) await pause(clock, atMs - nowMs, signal);
    },
    slower(operation) {
      const lane = laneOf(operation);
      const nowMs = clock.monotonicMs();
      if (nowMs - lane.slowedMs < waveMs) return;
      lane.slowedMs = nowMs;
      lane.rate = Math.max(lane.most * leastPart, lane.rate / 2);
    },
    rate: (operation) => laneOf(operation).rate,
  };
}
