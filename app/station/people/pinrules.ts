/** The station's rules for a PIN, and the notice to people whose PIN breaks them. */
import { StationError } from '../../contract/errors.ts';
import { type PinProblem, pinProblemOf, pin as pinShape, type SignedIn, usualPinDigits } from '../../contract/model.ts';
import type { SignedInPerson } from '../../records/index.ts';
import type { StationParts } from '../composition.ts';
import type { StationConfig } from '../folder/config.ts';

const reasons = {
  short: 'pinShort',
  weak: 'pinWeak',
  badge: 'pinBadge',
  practice: 'pinPractice',
} as const satisfies Record<PinProblem, string>;
const details = {
  short: 'the PIN has too few digits',
  weak: 'the PIN is among the first that anyone would try',
  badge: 'the PIN is printed on the badge',
  practice: 'the PIN is one of the practice line, which everyone knows',
} as const satisfies Record<PinProblem, string>;

/** The error `session.weakPin`. `leastDigits` is for words that tell a person the rule. */
export const weakPin = (reason: (typeof reasons)[PinProblem] | 'pinSame', detail: string, leastDigits?: number) =>
  new StationError('session.weakPin', detail, { data: { reason, ...(leastDigits ? { leastDigits } : {}) } });

/**
 * Checks a new PIN against the station's rules.
 *
 * @throws `session.weakPin` – with `data.reason`
 */
export function assertGoodPin(pin: string, badge: string, { pins }: Pick<StationConfig, 'pins'>): void {
  const problem = pinProblemOf(pin, badge, pins.leastDigits);
  if (problem === undefined) return;
  const digits = problem === 'short' ? `, it needs ${pins.leastDigits}` : '';
  throw weakPin(reasons[problem], `${details[problem]}${digits}`, pins.leastDigits);
}

/**
 * Checks the first PIN of a new station.
 * @throws `session.weakPin`, `call.badParams`
 */
export function assertFirstPin(pin: string, badge: string): void {
  if (!pinShape.safeParse(pin).success) throw new StationError('call.badParams', 'a PIN has 6 to 12 digits');
  assertGoodPin(pin, badge, { pins: { leastDigits: usualPinDigits, reason: '' } });
}

/** The signed-in person, with a notice about their PIN. The PINs of the practice line are public, so it gives none. */
export function toldOf(
  { config, practice }: Pick<StationParts, 'config'> & { practice?: unknown },
  pin: string,
  { pinGiven, ...person }: SignedInPerson,
): SignedIn {
  if (practice !== undefined) return person;
  const weak = pinProblemOf(pin, person.badge, config.current().pins.leastDigits);
  const problem = weak ?? (pinGiven ? 'given' : undefined);
  return problem === undefined ? person : { ...person, pinProblem: problem };
}
