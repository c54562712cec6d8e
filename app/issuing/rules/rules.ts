/**
 * Whether a unit may have a certificate for a key. One list of rules decides twice: before the reservation, so that a refusal
 * costs no serial, and in the transaction that reserves, as facts may have changed. Codes and `data.reason`: docs/gate.md.
 */
import { type ErrorCode, StationError, type WireError } from '../../contract/errors.ts';
import { fitsPattern, inRange } from '../../contract/serials.ts';
import type { IssuingFacts, OrderTerms, RecordFacts } from './facts.ts';

export type Refusal = { code: ErrorCode; detail: string; data: NonNullable<WireError['data']> };

/** Returns the refusal if the facts break the rule. The name of the function is the name of the rule. */
export type Rule = (facts: IssuingFacts) => Refusal | undefined;

type Of<K extends keyof RecordFacts> = Pick<RecordFacts, K>;
type OfOrder<K extends keyof OrderTerms> = { order: Pick<OrderTerms, K | 'orderId'> };

export function unitIsNotScrapped({ scrapped, unitSerial }: Of<'scrapped' | 'unitSerial'>): Refusal | undefined {
  if (!scrapped) return undefined;
  return { code: 'unit.scrapped', detail: `${unitSerial} has been scrapped`, data: { unitSerial } };
}

/** It may have been told after the unit was begun, when the plant could not be reached before. */
export function plantHasNotRefused({
  plantRefusal,
  unitSerial,
}: Of<'plantRefusal' | 'unitSerial'>): Refusal | undefined {
  if (plantRefusal === null) return undefined;
  const { kind, owner, ownerUnit } = plantRefusal;
  return {
    code: 'plant.collision',
    detail: `station ${owner} has the ${kindWords[kind]} of ${unitSerial}, as unit ${ownerUnit}`,
    data: { unitSerial, kind, owner, ownerUnit },
  };
}
const kindWords = { unitSerial: 'unit serial', hardwareId: 'hardware id', key: 'public key' } as const;

/** Its certificate is another station's, or the plant revoked the unit as a whole. */
export function plantHasNotRevoked({
  plantRevocation,
  unitSerial,
}: Of<'plantRevocation' | 'unitSerial'>): Refusal | undefined {
  if (plantRevocation === null) return undefined;
  const { reason, note } = plantRevocation;
  return {
    code: 'plant.revoked',
    detail: `the plant revoked ${unitSerial} (${reason}): ${note}`,
    data: { unitSerial, revocation: reason, note },
  };
}

/** Both attributes name a device (RFC 5280 app. A.1, IEEE 802.1AR §8.6). Neither may contradict the unit serial. */
function subjectFitsUnit({ request, unitSerial }: IssuingFacts): Refusal | undefined {
  const claimed = [request?.commonName, request?.serialNumber].find(
    (name) => name !== undefined && name !== unitSerial,
  );
  if (claimed === undefined) return undefined;
  return {
    code: 'csr.subjectMismatch',
    detail: 'the request names another unit',
    data: { reason: 'subjectMismatch', claimed, unitSerial },
  };
}

function keyIsNoCaKey({ request }: IssuingFacts): Refusal | undefined {
  if (!request?.isCaKey) return undefined;
  return { code: 'policy.keySeen', detail: 'the public key is a CA key of this station', data: { reason: 'caKey' } };
}

/** A second unit with the same key is a clone, or a random generator has failed. The same unit may ask again. */
export function keyIsNew({ keySeenOn }: Of<'keySeenOn'>): Refusal | undefined {
  if (keySeenOn === null) return undefined;
  return {
    code: 'policy.keySeen',
    detail: `this public key belongs to unit ${keySeenOn}`,
    data: { reason: 'keySeen', seenOn: keySeenOn },
  };
}

/** A reworked unit needs another key. */
function keyIsNotSuperseded({ keySuperseded, unitSerial }: IssuingFacts): Refusal | undefined {
  if (!keySuperseded) return undefined;
  return {
    code: 'policy.keySeen',
    detail: `${unitSerial} is reworked: it needs another key than before`,
    data: { unitSerial, reason: 'superseded' },
  };
}

function keyIsNotCompromised({ keyCompromised, unitSerial }: IssuingFacts): Refusal | undefined {
  if (!keyCompromised) return undefined;
  return {
    code: 'policy.keyCompromised',
    detail: `the key of ${unitSerial} was reported compromised`,
    data: { unitSerial, reason: 'keyCompromised' },
  };
}

/** A certificate for this very key is installed again and never signed again. */
function unitHasNone({ unitHasCertificate }: IssuingFacts): Refusal | undefined {
  if (!unitHasCertificate) return undefined;
  return {
    code: 'policy.unitHasCertificate',
    detail: 'the unit has a certificate for another key: a new key needs rework',
    data: { reason: 'unitHasCertificate' },
  };
}

export function orderIsOpen({ order: { orderId, state } }: OfOrder<'state'>): Refusal | undefined {
  if (state !== 'closed') return undefined;
  return { code: 'order.closed', detail: `order ${orderId} is closed`, data: { orderId } };
}

/** A paused order takes no new units; a unit that was begun is finished. So this is no rule of issuing. */
export function orderIsNotPaused({ order: { orderId, state } }: OfOrder<'state'>): Refusal | undefined {
  if (state !== 'paused') return undefined;
  return { code: 'order.paused', detail: `order ${orderId} is paused: it takes no new units`, data: { orderId } };
}

export function orderHasNotEnded({ order, at }: OfOrder<'endsAt'> & Of<'at'>): Refusal | undefined {
  const { orderId, endsAt } = order;
  if (endsAt === null || at < endsAt) return undefined;
  return { code: 'order.ended', detail: `order ${orderId} ended at ${endsAt}`, data: { orderId, endsAt } };
}

type Serials = OfOrder<'serialFrom' | 'serialTo' | 'pattern' | 'listed' | 'onList'>;

export function orderTakesSerial({ order, unitSerial }: Serials & Of<'unitSerial'>): Refusal | undefined {
  const { orderId, serialFrom, serialTo, pattern, listed, onList } = order;
  const refused = (takes: string, data: Refusal['data']): Refusal => ({
    code: 'order.serialOutOfRange',
    detail: `order ${orderId} is for ${takes}, not ${unitSerial}`,
    data: { orderId, unitSerial, ...data },
  });
  if (serialFrom !== null && serialTo !== null && !inRange(unitSerial, serialFrom, serialTo)) {
    return refused(`${serialFrom} to ${serialTo}`, { serialFrom, serialTo });
  }
  if (pattern !== null && !fitsPattern(unitSerial, pattern)) return refused(`serials such as ${pattern}`, { pattern });
  if (listed !== null && !onList) return refused(`the ${listed} serials on its list`, { listed });
  return undefined;
}

function orderTakesProfile({ order, profile }: IssuingFacts): Refusal | undefined {
  const { orderId, profile: allowed } = order;
  if (profile === allowed) return undefined;
  return {
    code: 'order.profileNotAllowed',
    detail: `order ${orderId} is for ${allowed}, not ${profile}`,
    data: { orderId, profile },
  };
}

type Room = { order: OfOrder<'quantity'>['order'] & { left: number } };

export function orderHasRoom({ order: { orderId, quantity, left } }: Room): Refusal | undefined {
  if (left > 0) return undefined;
  return { code: 'order.full', detail: `order ${orderId} has its ${quantity}`, data: { orderId, quantity } };
}

/** The order of the rules. The unit's identity comes first, and a full order last, because it would hide the others. */
export const rules: readonly Rule[] = [
  unitIsNotScrapped,
  plantHasNotRefused,
  plantHasNotRevoked,
  subjectFitsUnit,
  keyIsNoCaKey,
  keyIsNew,
  keyIsNotSuperseded,
  keyIsNotCompromised,
  unitHasNone,
  orderIsOpen,
  orderHasNotEnded,
  orderTakesSerial,
  orderTakesProfile,
  orderHasRoom,
];

/**
 * Turns a refusal into an error.
 *
 * @throws the code of the refusal – when there is one
 */
export function enforce(refusal: Refusal | undefined): void {
  if (refusal) throw new StationError(refusal.code, refusal.detail, { data: refusal.data });
}

/**
 * Checks all rules, in their order. Pure.
 *
 * @throws unit.scrapped, plant.collision, plant.revoked, csr.subjectMismatch, policy.keySeen, policy.keyCompromised, policy.unitHasCertificate,
 * order.closed, order.ended, order.serialOutOfRange, order.profileNotAllowed, order.full – by the first broken rule
 */
export function assertMayIssue(facts: IssuingFacts): void {
  for (const rule of rules) enforce(rule(facts));
}
