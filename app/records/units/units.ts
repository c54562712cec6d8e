/** How a unit enters an order, and what its device says about itself. */
import { StationError } from '../../contract/errors.ts';
import type { RecipeMark } from '../../contract/recipe.ts';
import type { Scanned } from '../../contract/scanning.ts';
import { audit } from '../audit/audit.ts';
import { read, write } from '../call.ts';
import { thingOfAws } from '../certificates/awsthings.ts';
import { lastCsr } from '../certificates/keys.ts';
import { liveCertificate, type StandingCertificate, standingCertificate } from '../certificates/lifecycle.ts';
import { openSupersession } from '../certificates/supersessions.ts';
import { journalNames } from '../entrynames.ts';
import {
  activeId,
  assertNotPaused,
  assertTakes,
  findOrder,
  isOpen,
  type OrderFacts,
  termsOf,
} from '../orders/orders.ts';
import { assertNotRefused, isRefused } from '../plant/refusals.ts';
import { bit, type Sql } from '../sql.ts';
import { append, journalOf, type Position, positionOf } from './journal.ts';
import { assertNotScrapped, isScrapped } from './scrapped.ts';

/** An order for any model. Each of its units has the model that its device reports. */
const anyModel = '*';

/** The journal's and the certificates' facts about a unit before work on it. */
export type Standing = {
  certificate?: StandingCertificate;
  /** SHA-256 of the SubjectPublicKeyInfo of the last accepted CSR, lower-case hex. */
  keySpkiSha256?: string;
  /** The last accepted CSR. `keyMark` is the mark of its key on the device, if the protocol has such marks. */
  csr?: { csrDer: Uint8Array; keyMark?: string };
  /**
   * Whether the unit is being reworked: its certificate was superseded and has no successor yet. It then needs another
   * key, even if the device still holds the old one.
   */
  rework?: boolean;
};

type Unit = { unitSerial: string; orderId: string; model: string };
type Arrival = { unitSerial: string; orderId: string; practice: boolean; actor: string };
/** Without an order it is the active one. */
type Asked = Omit<Arrival, 'orderId'> & { orderId?: string | undefined };
type Admitted = { position: Position; standing: Standing; orderId: string; isNew: boolean };

/** The unit with this serial; undefined for an unknown one. */
export const findUnit = (sql: Sql, unitSerial: string): Unit | undefined =>
  sql.get<Unit>('SELECT unitSerial, orderId, model FROM units WHERE unitSerial = @unitSerial', { unitSerial });

/**
 * The unit with this serial.
 *
 * @throws unit.notFound
 */
export function assertUnit(sql: Sql, unitSerial: string): Unit {
  const unit = findUnit(sql, unitSerial);
  if (!unit) throw new StationError('unit.notFound', `there is no unit ${unitSerial}`, { data: { unitSerial } });
  return unit;
}

export type StartParams = Arrival & {
  slotId: number | null;
  driver: string;
  /** The recipe of the attempt. */
  recipe?: RecipeMark | undefined;
  /** The scanned label, as it was read. */
  scanned?: Scanned | undefined;
};

/**
 * Step 1. Begins an attempt. One commit holds the unit, if it is new, and `attempt.started` in journal and audit log. A
 * unit that holds a certificate stays in the order under which it was issued.
 *
 * @throws order.notFound
 * @throws order.closed
 * @throws order.paused
 * @throws order.ended
 * @throws order.full
 * @throws order.serialOutOfRange
 * @throws unit.alreadyPassed
 * @throws unit.inProgress – an attempt on it has not ended
 * @throws unit.scrapped
 */
export const startAttempt = write((sql, params: StartParams, at): { attempt: number; standing: Standing } => {
  const { unitSerial, actor, slotId, driver, recipe, scanned } = params;
  const { position, standing, orderId } = admit(sql, params, at);
  if (position.passed) {
    throw new StationError('unit.alreadyPassed', `${unitSerial} has passed`, {
      data: { unitSerial, ...(standing.certificate ? { certificateId: standing.certificate.certificateId } : {}) },
    });
  }
  const attempt = position.attempts + 1;
  const data = { orderId, slotId, driver, ...(recipe ? { recipe } : {}), ...(scanned ? { scanned } : {}) };
  append(sql, { unitSerial, at, attempt, entry: 'attempt.started', actor, data });
  audit(sql, { at, entry: 'attempt.started', actor, subject: unitSerial, data: { ...data, attempt } });
  return { attempt, standing };
});

/**
 * Admits the unit of a CSR that came as a file (attempt 0). Audit `unit.admitted`.
 *
 * @throws order.none – when none is named and none is active
 * @throws as `startAttempt`, except `unit.alreadyPassed`
 */
export const admitUnit = write((sql, params: Asked, at): Standing => {
  const { unitSerial, actor } = params;
  const { standing, orderId, isNew } = admit(sql, { ...params, orderId: params.orderId ?? activeId(sql) }, at);
  append(sql, { unitSerial, at, attempt: 0, entry: 'unit.admitted', actor, data: { orderId }, stays: !isNew });
  audit(sql, { at, entry: 'unit.admitted', actor, subject: unitSerial, data: { orderId } });
  return standing;
});

function standingOf(sql: Sql, unitSerial: string, position: Position): Standing {
  const found: Standing = {};
  const certificate = standingCertificate(liveCertificate(sql, unitSerial));
  if (certificate) {
    const made = certificate.issuerId === null ? thingOfAws(sql, certificate.certificateId) : undefined;
    found.certificate = { ...certificate, ...(made && { thing: made.thing }) };
  }
  if (position.keySpkiSha256 !== null) found.keySpkiSha256 = position.keySpkiSha256;
  const csr = lastCsr(sql, unitSerial);
  if (csr) found.csr = csr;
  if (!certificate && openSupersession(sql, unitSerial) !== undefined) found.rework = true;
  return found;
}

/**
 * What the records say about a unit that is not being worked on.
 *
 * @throws unit.notFound
 * @throws unit.scrapped
 */
export const standing = read((sql, unitSerial: string): Standing => {
  assertUnit(sql, unitSerial);
  assertNotScrapped(sql, unitSerial);
  return standingOf(sql, unitSerial, positionOf(journalOf(sql, unitSerial)));
});

/** Finds or adds the unit, if the order and the unit allow work on it. */
function admit(sql: Sql, { unitSerial, orderId, practice }: Arrival, at: string): Admitted {
  const order = termsOf(sql, orderId, unitSerial);
  const unit = knownUnit(sql, unitSerial);
  if (unit === undefined) {
    assertNotPaused(order);
    assertTakes(order, { unitSerial, at });
    addUnit(sql, unitSerial, order, practice, at);
    // Journals, certificates and CSRs are of units on record: there are none to look for.
    return { position: positionOf([]), standing: {}, orderId, isNew: true };
  }
  const live = liveCertificate(sql, unitSerial);
  const position = positionOf(journalOf(sql, unitSerial));
  if (position.open || live?.state === 'reserved') {
    throw new StationError('unit.inProgress', `${unitSerial} is being worked on`, { data: { unitSerial } });
  }
  const standing = standingOf(sql, unitSerial, position);
  const { certificate } = standing;
  const known = { position, standing, isNew: false };
  // A unit with a certificate counts in the order under which it was issued, and needs no more room there.
  if (certificate || position.passed) return { ...known, orderId: unit.orderId };
  // A reworked unit keeps its place there while that order takes certificates.
  const own = standing.rework ? findOrder(sql, unit.orderId) : undefined;
  // Work that was begun is finished, also after a pull of the cable. All other work is new.
  assertNotPaused(own && isOpen(own, at) ? own : order);
  if (own && isOpen(own, at)) return { ...known, orderId: unit.orderId };
  assertTakes(order, { unitSerial, at });
  if (unit.orderId !== orderId) moveUnit(sql, unit, order);
  return { ...known, orderId };
}

/**
 * The unit, when it may be worked on. A unit that is not on record yet may be revoked by the plant.
 *
 * @throws unit.scrapped, plant.collision, plant.revoked
 */
function knownUnit(sql: Sql, unitSerial: string): Unit | undefined {
  const { scrapped, refused, ...unit } = sql.get<
    (Unit | { [K in keyof Unit]: null }) & { scrapped: number; refused: number }
  >(
    `SELECT u.unitSerial, u.orderId, u.model, ${isScrapped('g')} AS scrapped, ${isRefused('g')} AS refused
     FROM (SELECT @unitSerial AS unitSerial) g LEFT JOIN units u ON u.unitSerial = g.unitSerial`,
    { unitSerial },
  )!;
  // Who reads why asks once more. Hardly any unit is.
  if (scrapped === 1) assertNotScrapped(sql, unitSerial);
  if (refused === 1) assertNotRefused(sql, unitSerial);
  return unit.unitSerial === null ? undefined : unit;
}

function addUnit(sql: Sql, unitSerial: string, order: OrderFacts, practice: boolean, at: string): void {
  sql.run(
    `INSERT INTO units (unitSerial, orderId, model, practice, createdAt)
     VALUES (@unitSerial, @orderId, @model, @practice, @at)`,
    { unitSerial, orderId: order.orderId, model: order.model, practice: bit(practice), at },
  );
}

const moveUnit = (sql: Sql, unit: Unit, { orderId, model }: OrderFacts) =>
  sql.run('UPDATE units SET orderId = @orderId, model = @model WHERE unitSerial = @unitSerial', {
    unitSerial: unit.unitSerial,
    orderId,
    model,
  });

export type DeviceParams = {
  unitSerial: string;
  attempt: number;
  hardwareId: string;
  model: string;
  firmware: string;
  hardwareRevision: string;
};

/**
 * Step 2. Records the device, with a journal entry. A device that does not report its model or its hardware id leaves
 * it empty.
 *
 * @throws unit.wrongModel – the unit's order is for another model
 * @throws unit.hardwareIdTaken – the device is on record as another unit
 * @throws unit.labelMismatch – the unit's certificate is in another device
 * @throws unit.scrapped
 */
export const recordDevice = write((sql, params: DeviceParams, at): void => {
  const { unitSerial, attempt, ...device } = params;
  const { hardwareId, model } = device;
  const unit = assertUnit(sql, unitSerial);
  assertNotScrapped(sql, unitSerial);
  if (model !== '' && unit.model !== anyModel && model !== unit.model) {
    throw new StationError('unit.wrongModel', `order ${unit.orderId} is for ${unit.model}, the device is a ${model}`, {
      data: { expected: unit.model, actual: model },
    });
  }
  const other = sql.get<{ unitSerial: string }>(
    "SELECT unitSerial FROM units WHERE hardwareId = NULLIF(@hardwareId, '') AND unitSerial <> @unitSerial",
    { hardwareId, unitSerial },
  );
  if (other) {
    throw new StationError('unit.hardwareIdTaken', `device ${hardwareId} is on record as unit ${other.unitSerial}`, {
      data: { hardwareId, unitSerial: other.unitSerial },
    });
  }
  assertSameDevice(sql, unitSerial, hardwareId);
  sql.run(
    `UPDATE units SET hardwareId = NULLIF(@hardwareId, ''), model = COALESCE(NULLIF(@model, ''), model), firmware = @firmware,
       hardwareRevision = @hardwareRevision WHERE unitSerial = @unitSerial`,
    params,
  );
  const actor = actorOf(sql, unitSerial, attempt);
  append(sql, { unitSerial, at, attempt, entry: 'device.identified', step: 'identify', actor, data: device });
});

/**
 * A unit may get another board until a certificate is issued. After that, another board means that the label is on the
 * wrong device.
 */
function assertSameDevice(sql: Sql, unitSerial: string, hardwareId: string): void {
  const known = sql.get<{ hardwareId: string | null }>('SELECT hardwareId FROM units WHERE unitSerial = @unitSerial', {
    unitSerial,
  })?.hardwareId;
  if (known == null || known === hardwareId || !liveCertificate(sql, unitSerial)) return;
  throw new StationError('unit.labelMismatch', `${unitSerial} is on record with device ${known}, not ${hardwareId}`, {
    data: { label: unitSerial, device: hardwareId, expected: known },
  });
}

/**
 * The actor of this attempt: the person who began it. Attempt 0 begins with each file and each check of a golden unit.
 *
 * @throws records.conflict – the unit has no such attempt
 */
export function actorOf(sql: Sql, unitSerial: string, attempt: number): string {
  const last = sql.get<{ actor: string }>(
    `SELECT actor FROM journal WHERE unitSerial = @unitSerial AND attempt = @attempt
       AND entry IN (${journalNames('attempt.started', 'golden.started', 'unit.admitted')}) ORDER BY position DESC LIMIT 1`,
    { unitSerial, attempt },
  );
  if (!last)
    throw new StationError('records.conflict', `${unitSerial} has no attempt ${attempt}`, { data: { unitSerial } });
  return last.actor;
}
