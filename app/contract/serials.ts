/** Ranges of unit serials as an order prints them on its labels: a prefix and a number of fixed width. */

type Numbered = { prefix: string; digits: string };

const numbered = (serial: string): Numbered | undefined => {
  const found = /^(.*?)(\d+)$/.exec(serial);
  return found ? { prefix: found[1] ?? '', digits: found[2] ?? '' } : undefined;
};

/** The mistake in a range, in words; undefined for a good one. */
export function rangeProblem(from: string, to: string): string | undefined {
  const [first, last] = [numbered(from), numbered(to)];
  if (!first || !last) return 'both ends of a range end in a number';
  if (first.prefix !== last.prefix) return 'both ends of a range begin alike';
  if (first.digits.length !== last.digits.length) return 'the numbers of a range have the same width';
  return BigInt(first.digits) <= BigInt(last.digits) ? undefined : 'a range begins with its smaller end';
}

/** Whether a serial is one of `from` … `to`, both included. */
export function inRange(serial: string, from: string, to: string): boolean {
  const first = numbered(from);
  const last = numbered(to);
  if (!first || !last || !serial.startsWith(first.prefix)) return false;
  const digits = serial.slice(first.prefix.length);
  if (digits.length !== first.digits.length || !/^\d+$/.test(digits)) return false;
  return BigInt(digits) >= BigInt(first.digits) && BigInt(digits) <= BigInt(last.digits);
}
