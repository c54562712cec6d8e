/** The rules for a new PIN. An old one may break them: its owner can sign in with it, and is told. */
import { z } from 'zod';

/** Six, unless an engineer chose fewer and gave a reason. */
export const usualPinDigits = 6;
const fewestDigits = 4;
const mostDigits = 12;

/** The PINs of the practice line stand on its screens and in its manual, so a real station takes none of them. */
export const practicePins = { operator: '1001', qa: '2002', engineer: '3003' } as const;

/**
 * `short`: fewer digits than the station asks for. `weak`: among the first guesses. `badge`: printed on the badge.
 * `practice`: a PIN of the practice line.
 */
export const pinProblem = z.enum(['short', 'weak', 'badge', 'practice']);
export type PinProblem = z.infer<typeof pinProblem>;

/** What a person who signs in is told about their PIN. `given`: an engineer gave it, and so knows it. */
export const pinNotice = z.enum([...pinProblem.options, 'given']);

/** The least number of digits of a new PIN. Fewer than six need a reason, which is recorded. */
export const pinConfig = z
  .strictObject({ leastDigits: z.int().min(fewestDigits).max(mostDigits), reason: z.string().trim().max(200) })
  .refine(({ leastDigits, reason }) => leastDigits >= usualPinDigits || reason.length >= 10, {
    path: ['reason'],
    message: 'fewer than six digits need a reason, of ten characters at least',
  });
export type PinConfig = z.infer<typeof pinConfig>;

/** Patterns of a keypad and of a calendar that are neither steps nor repetitions. */
const wellKnown = [
  '159753',
  '147258',
  '258369',
  '147258369',
  '789456',
  '456789123',
  '112233',
  '445566',
  '778899',
  '121314',
];

/** Why a PIN of digits cannot be a new one, or undefined. */
export function pinProblemOf(pin: string, badge: string, leastDigits: number = usualPinDigits): PinProblem | undefined {
  if (Object.values<string>(practicePins).includes(pin)) return 'practice';
  if (pin.length < leastDigits) return 'short';
  if (isSteps(pin) || isRepeated(pin) || wellKnown.includes(pin)) return 'weak';
  const digitsOfBadge = badge.replace(/\D/g, '');
  const isOfBadge =
    digitsOfBadge.includes(pin) || (digitsOfBadge.length >= fewestDigits && pin.includes(digitsOfBadge));
  return isOfBadge ? 'badge' : undefined;
}

/** 000000, 123456, 987654, 890123, 135791: all steps between digits are the same. */
function isSteps(pin: string): boolean {
  const digits = [...pin].map(Number);
  const step = (digits[1]! - digits[0]! + 10) % 10;
  return digits.every((digit, at) => at === 0 || (digit - digits[at - 1]! + 10) % 10 === step);
}

/** 121212, 123123, 00110011: a part is repeated; or almost all digits are the same, as in 000001. */
function isRepeated(pin: string): boolean {
  const half = Math.floor(pin.length / 2);
  for (let length = 1; length <= half; length++) {
    if (
      pin ===
      pin
        .slice(0, length)
        .repeat(Math.ceil(pin.length / length))
        .slice(0, pin.length)
    )
      return true;
  }
  const most = Math.max(...[...new Set(pin)].map((digit) => pin.split(digit).length - 1));
  return most >= pin.length - 1;
}
