/** What a station asks of a PIN, and what it tells those whose PIN is less. */
import { StationError } from '../../contract/errors.ts';
import {
  type Person,
  type PinProblem,
  pinProblemOf,
  pin as pinShape,
  type SignedIn,
  usualPinDigits,
} from '../../contract/model.ts';
import type { StationParts } from '../composition.ts';
import type { StationConfig } from '../folder/config.ts';

const reasons = { short: 'pinShort', weak: 'pinWeak', badge: 'pinBadge' } as const satisfies Record<PinProblem, string>;
const details = {
  short: 'the PIN has too few digits',
  weak: 'the PIN is among the first that anyone would try',
  badge: 'the PIN is printed on the badge',
} as const satisfies Record<PinProblem, string>;

export const weakPin = (reason: (typeof reasons)[PinProblem] | 'pinSame', detail: string, leastDigits?: number) =>
  new StationError('session.weakPin', detail, { data: { reason, ...(leastDigits ? { leastDigits } : {}) } });

/** Throws `session.weakPin`, with `data.reason`. */
export function assertGoodPin(pin: string, badge: string, { pins }: Pick<StationConfig, 'pins'>): void {
  const problem = pinProblemOf(pin, badge, pins.leastDigits);
  if (problem === undefined) return;
  const digits = problem === 'short' ? `, it needs ${pins.leastDigits}` : '';
  throw weakPin(reasons[problem], `${details[problem]}${digits}`, pins.leastDigits);
}

/** Of a station that is being made. Throws `session.weakPin`, `call.badParams`. */
export function assertFirstPin(pin: string, badge: string): void {
  if (!pinShape.safeParse(pin).success) throw new StationError('call.badParams', 'a PIN has 6 to 12 digits');
  assertGoodPin(pin, badge, { pins: { leastDigits: usualPinDigits, reason: '' } });
}

/** Who has signed in, and what of their PIN they should know. The PINs of the practice line are for all to read. */
export function toldOf(
  { config, practice }: Pick<StationParts, 'config'> & { practice?: unknown },
  pin: string,
  person: Person,
): SignedIn {
  if (practice !== undefined) return person;
  const problem = pinProblemOf(pin, person.badge, config.current().pins.leastDigits);
  return problem === undefined ? person : { ...person, pinProblem: problem };
}
