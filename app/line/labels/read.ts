/** Tells what a scan is: badge, order or unit. Rules and records decide it, never the open screen. */
import { StationError, type WireError } from '../../contract/errors.ts';
import {
  badge as badgeNumber,
  type CertainReading,
  type LabelRule,
  order,
  type PatternRule,
  type ScanReading,
  type ScanRules,
  type UnitReading,
  unitSerial,
} from '../../contract/model.ts';
import { type Found, refusal } from './found.ts';
import { matchGs1 } from './gs1.ts';
import { matchPattern, type Parts } from './pattern.ts';
import { bodyOf, groupSeparator, isDamaged, type ScanBody } from './text.ts';

/** The station's knowledge besides its rules. */
export type KnownToScan = {
  /** Whether the text, without its AIM identifier, is the badge of an active person, and whether it is an order. */
  isBadge: boolean;
  isOrder: boolean;
  /** The order that is made now. Its model is compared with the label's; `*` means any. */
  active?: { orderId: string; model: string } | undefined;
};

/** The text that is looked up in the records before a scan is read. */
export const lookedUp = (text: string): string => bodyOf(text).body;

export function readScan(text: string, rules: ScanRules, known: KnownToScan): ScanReading {
  const scan = bodyOf(text);
  const damaged = damageOf(scan);
  if (damaged) return damaged;
  const unit = rules.unit.kind === 'plain' ? undefined : unitOf(scan, rules.unit, known);
  const all = [badgeOf(scan, rules.badge, known), orderOf(scan, rules.order, known), unit];
  const readings = all.flatMap((found): CertainReading[] => (found && 'reading' in found ? [found.reading] : []));
  const [only] = readings;
  if (readings.length > 1) return { kind: 'ambiguous', readings };
  if (only) return only;
  const wrong = [unit, ...all].find((found) => found && 'error' in found);
  if (wrong && 'error' in wrong) return { kind: 'unknown', error: wrong.error };
  return readingOf(unitOf(scan, rules.unit, known));
}

/** Reads the same scan after a person said that it is a unit's label. */
export function readUnit(
  text: string,
  rule: LabelRule,
  known: KnownToScan,
): UnitReading | Extract<ScanReading, { kind: 'unknown' }> {
  const scan = bodyOf(text);
  return damageOf(scan) ?? readingOf(unitOf(scan, rule, known));
}

const damageOf = ({ body }: ScanBody): Extract<ScanReading, { kind: 'unknown' }> | undefined => {
  if (body !== '' && !isDamaged(body)) return undefined;
  const detail = body === '' ? 'there is nothing in this scan' : 'there are characters in it that no label holds';
  return { kind: 'unknown', ...refusal('scan.incomplete', detail, { reason: body === '' ? 'empty' : 'damaged' }) };
};

const readingOf = (found: Found<UnitReading>): UnitReading | { kind: 'unknown'; error: WireError } => {
  if (found && 'reading' in found) return found.reading;
  const { error } = found ?? refusal('scan.unknown', 'it is no unit label by the rule in use');
  return { kind: 'unknown', error };
};

function badgeOf(scan: ScanBody, rule: PatternRule | null, { isBadge }: KnownToScan): Found<CertainReading> {
  const found = rule ? matchPattern(rule, 'badge', scan.body) : undefined;
  // A badge on record stays a badge, even if the rule refuses it.
  if (isBadge && !(found && 'reading' in found)) return { reading: { kind: 'badge', badge: scan.body } };
  if (!found || 'error' in found) return found;
  const badge = badgeNumber.safeParse(found.reading.value);
  if (badge.success) return { reading: { kind: 'badge', badge: badge.data } };
  return refusal('scan.unknown', 'by its rule it is a badge, but no badge number', { part: 'badge' });
}

function orderOf(scan: ScanBody, rule: PatternRule | null, { isOrder }: KnownToScan): Found<CertainReading> {
  const found = rule ? matchPattern(rule, 'order', scan.body) : undefined;
  if (isOrder && !(found && 'reading' in found)) return { reading: { kind: 'order', orderId: scan.body } };
  if (!found || 'error' in found) return found;
  const orderId = order.shape.orderId.safeParse(found.reading.value);
  if (orderId.success) return { reading: { kind: 'order', orderId: orderId.data } };
  return refusal('scan.unknown', 'by its rule it is an order, but no order number', { part: 'order' });
}

function unitOf(scan: ScanBody, rule: LabelRule, known: KnownToScan): Found<UnitReading> {
  const found = partsOf(scan, rule);
  if (!found || 'error' in found) return found;
  const { value, model, order: orderId, lot } = found.reading;
  const serial = unitSerial.safeParse(value);
  if (!serial.success)
    return refusal('unit.badSerial', 'a unit serial has letters, digits, ":", "_" and "-", at most 64 of them');
  const wrong = strangerProblem(serial.data, model, orderId, known.active);
  if (wrong) return wrong;
  const gtin = 'gtin' in found.reading ? found.reading.gtin : undefined;
  return {
    reading: {
      kind: 'unit',
      unitSerial: serial.data,
      ...(model === undefined ? {} : { model }),
      ...(typeof gtin === 'string' ? { gtin } : {}),
      ...(lot === undefined ? {} : { lot }),
    },
  };
}

function partsOf(scan: ScanBody, rule: LabelRule): Found<Parts> {
  if (rule.kind === 'pattern') return matchPattern(rule, 'unit', scan.body);
  if (rule.kind === 'gs1') return matchGs1(rule, scan);
  // The data of a GS1 label looks like one long serial when its marks are missing.
  if (scan.gs1 === 'yes' || scan.body.includes(groupSeparator))
    return refusal('scan.unknown', 'this is a GS1 label, and the rule in use is for a plain serial', { part: 'gs1' });
  return { reading: { value: scan.body } };
}

/**
 * The unit has another model or another order than the present one. `data` names the unit for screens that only look it
 * up.
 */
function strangerProblem(
  serial: string,
  model: string | undefined,
  orderId: string | undefined,
  active: KnownToScan['active'],
) {
  if (!active) return undefined;
  if (model !== undefined && active.model !== '*' && model !== active.model) {
    const detail = `the label is of a ${model}, order ${active.orderId} is for ${active.model}`;
    return refusal('scan.wrongModel', detail, { expected: active.model, actual: model, unitSerial: serial });
  }
  if (orderId !== undefined && orderId !== active.orderId) {
    const detail = `the label is of order ${orderId}, ${active.orderId} is made now`;
    return refusal('scan.wrongOrder', detail, { expected: active.orderId, actual: orderId, unitSerial: serial });
  }
  return undefined;
}

/**
 * The unit that the reading may begin.
 * @throws its refusal, `scan.notUnit`, `scan.ambiguous`
 */
export function unitFrom(reading: ScanReading): UnitReading {
  if (reading.kind === 'unit') return reading;
  if (reading.kind === 'unknown') throw StationError.from(reading.error);
  if (reading.kind === 'ambiguous') {
    const kinds = reading.readings.map(({ kind }) => kind).join(',');
    throw new StationError('scan.ambiguous', `it can be each of these: ${kinds}`, { data: { kinds } });
  }
  throw new StationError('scan.notUnit', `it is the label of a ${reading.kind}`, { data: { kind: reading.kind } });
}
