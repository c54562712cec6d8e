/** What the registry says about a unit, and what it means for the unit's first connection. Pure. */
import {
  type ConnectionReason,
  type ConnectionWay,
  comesByItself,
  isSelfMade,
} from '../../contract/firstconnections.ts';

/** A unit that is waited for. */
export type Awaited = {
  unitSerial: string;
  way: ConnectionWay;
  /** The thing name that its device was told. */
  thingName: string;
  /** Null as long as AWS has not made it. */
  certificateId: string | null;
  /** When AWS was seen to have made its thing, ISO 8601 UTC. */
  registeredAt: string | null;
  /** When it passed, ISO 8601 UTC. */
  passedAt: string;
};

/** The unit's certificate in the account; `undefined` when the account does not know it. */
export type InAccount =
  | {
      certificateId: string;
      status: string;
      createdAt: Date | undefined;
      /** Asked only of an ACTIVE one. */
      things: readonly string[];
      hasPolicy: boolean;
      typeName: string | undefined;
    }
  | undefined;

export type Verdict = {
  reason: ConnectionReason | null;
  /** The certificate waits for its activation, perhaps only since a moment ago. */
  isPending?: true;
  made: { thingName: string; certificateId: string } | null;
  /** When the device came for the first time, as the registry has it. */
  cameAt: Date | null;
  /** When to ask again, in milliseconds; infinite when something else will tell. */
  againMs: number;
};

/** AWS makes a thing in a second or two; a function and its table may take longer. */
export const graceMs = 60_000;
const minute = 60_000;
const [soonMs, quarterMs, dayMs] = [minute, 15 * minute, 24 * 60 * minute];

/** The lists of our CAs show what comes by them. What comes with a claim shows only when its thing is asked for. */
const againMs = ({ way, passedAt }: Awaited, now: Date): number => {
  if (way === 'jitp' || way === 'jitr') return Number.POSITIVE_INFINITY;
  return Math.min(Math.max((now.getTime() - Date.parse(passedAt)) / 8, quarterMs), dayMs);
};

/** @param typeName the type that the things of the target get, if they get one */
export function judge(unit: Awaited, found: InAccount, now: Date, typeName: string | undefined): Verdict {
  const [byItself, isOwn] = [comesByItself(unit.way), isSelfMade(unit.way)];
  const nothing = { reason: null, made: null, cameAt: null };
  if (!found) {
    const isGone = unit.registeredAt !== null;
    return { ...nothing, reason: isGone ? 'missing' : null, againMs: againMs(unit, now) };
  }
  const { status, createdAt, things, certificateId } = found;
  const isYoung = createdAt !== undefined && now.getTime() - createdAt.getTime() < graceMs;
  const cameAt = byItself ? (createdAt ?? now) : null;
  if (status === 'PENDING_ACTIVATION') {
    const reason = unit.way === 'jitp' ? 'templateFailed' : 'notActivated';
    return { ...nothing, reason: isYoung ? null : reason, isPending: true, againMs: isYoung ? soonMs : quarterMs };
  }
  if (status === 'REVOKED') return { ...nothing, reason: 'revoked', againMs: dayMs };
  // The station's own ways attach the thing first, and activate the certificate of AWS's CA last.
  if (status !== 'ACTIVE')
    return { ...nothing, reason: isOwn || things.length > 0 ? 'inactive' : null, againMs: quarterMs };
  const [first] = things;
  if (first === undefined) {
    const isEarly = isYoung || !isOwn;
    return { ...nothing, reason: isEarly ? null : 'noThing', againMs: isEarly ? soonMs : quarterMs };
  }
  const isTold = things.includes(unit.thingName);
  const made = { thingName: isTold ? unit.thingName : first, certificateId };
  if (!found.hasPolicy) return { reason: 'noPolicy', made, cameAt: null, againMs: quarterMs };
  const isOtherType = typeName !== undefined && found.typeName !== typeName;
  const reason = !isTold ? 'otherThing' : isOtherType ? 'otherType' : null;
  return { reason, made, cameAt, againMs: dayMs };
}
