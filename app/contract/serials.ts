/**
 * The unit serials of an order as it prints them on its labels: a range (a prefix and a number of fixed width), or a
 * pattern (`#` stands for a digit, `@` for a capital letter, `?` for either; the rest stands for itself).
 */

type Numbered = { prefix: string; digits: string };

const numbered = (serial: string): Numbered | undefined => {
  const found = /^(.*?)(\d+)$/.exec(serial);
  return found ? { prefix: found[1] ?? '', digits: found[2] ?? '' } : undefined;
};

/** A serial as a range counts it: `digits` is empty for one that does not end in a number. */
export const splitSerial = (serial: string): Numbered => numbered(serial) ?? { prefix: serial, digits: '' };

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

/** How many serials a range has. */
export const runLength = (from: string, to: string): number =>
  Number(BigInt(numbered(to)?.digits ?? 0) - BigInt(numbered(from)?.digits ?? 0)) + 1;

/** The runs of a range without the `used` serials, both ends included. Used ones that are not in it do not count. */
export function unusedRuns(range: { from: string; to: string }, used: readonly string[]): [string, string][] {
  const [first, last] = [numbered(range.from), numbered(range.to)];
  if (!first || !last) return [];
  const [width, end] = [first.digits.length, BigInt(last.digits)];
  const serial = (number: bigint) => `${first.prefix}${String(number).padStart(width, '0')}`;
  const taken = used
    .filter((one) => inRange(one, range.from, range.to))
    .map((one) => BigInt(one.slice(first.prefix.length)))
    .sort((a, b) => (a < b ? -1 : 1));
  const runs: [string, string][] = [];
  let next = BigInt(first.digits);
  for (const number of [...taken, end + 1n]) {
    if (number > next) runs.push([serial(next), serial(number - 1n)]);
    next = number + 1n;
  }
  return runs;
}

const wildcards: Record<string, string> = { '#': '[0-9]', '@': '[A-Z]', '?': '[0-9A-Z]' };

/** The mistake in a pattern of serials, in words; undefined for a good one. */
export function patternProblem(pattern: string): string | undefined {
  if (pattern.length > 64) return 'a pattern has at most 64 characters';
  if (!/^[A-Za-z0-9#@?][A-Za-z0-9:_#@?-]*$/.test(pattern)) {
    return 'a pattern has letters, digits, : _ and -, and # for a digit, @ for a capital letter, ? for either';
  }
  return /[#@?]/.test(pattern)
    ? undefined
    : 'a pattern has at least one # (a digit), @ (a capital letter) or ? (either)';
}

/** Whether a serial is one that the pattern stands for. */
export const fitsPattern = (serial: string, pattern: string): boolean =>
  new RegExp(`^${pattern.replace(/[#@?]/g, (sign) => wildcards[sign] ?? sign)}$`).test(serial);

export type SerialTerms = { serialFrom: string | null; serialTo: string | null; pattern: string | null };

const choices: Record<string, number> = { '#': 10, '@': 26, '?': 36 };

/**
 * How many unit serials there are within the terms of an order, and what has them; undefined when any serial will do.
 *
 * @param listed the length of its list; null for none
 */
export function serialCount(terms: SerialTerms & { listed: number | null }): { has: number; what: string } | undefined {
  const { serialFrom, serialTo, pattern, listed } = terms;
  if (listed !== null) return { has: listed, what: 'list' };
  if (pattern !== null) return { has: [...pattern].reduce((n, sign) => n * (choices[sign] ?? 1), 1), what: 'pattern' };
  return serialFrom === null || serialTo === null ? undefined : { has: runLength(serialFrom, serialTo), what: 'range' };
}

export type SerialsProblem = {
  /** The name of the field. */
  path: string;
  detail: string;
  /** When there are fewer serials than units: how many. */
  has?: number;
};

/** Says it when an order of this quantity can never be made whole: it would end at the bench, with units too few. */
export function quantityProblem(
  quantity: number,
  terms: SerialTerms & { listed: number | null },
): SerialsProblem | undefined {
  const count = serialCount(terms);
  if (count === undefined || quantity <= count.has) return undefined;
  const { has, what } = count;
  return { path: 'quantity', detail: `the quantity is ${quantity}, and the ${what} has ${has} serials`, has };
}

type Given = SerialTerms & { serials?: readonly string[] | undefined; quantity: number };

/** The mistake in the unit serials that an order is for; undefined when there is none. */
export function serialsProblem({ serials, quantity, ...terms }: Given): SerialsProblem | undefined {
  const { serialFrom, serialTo, pattern } = terms;
  if ((serialFrom === null) !== (serialTo === null)) return { path: 'serialFrom', detail: 'a range has two ends' };
  const range = serialFrom === null || serialTo === null ? undefined : rangeProblem(serialFrom, serialTo);
  if (range) return { path: 'serialFrom', detail: range };
  const mask = pattern === null ? undefined : patternProblem(pattern);
  if (mask) return { path: 'pattern', detail: mask };
  const ways = [serialFrom !== null, pattern !== null, (serials?.length ?? 0) > 0].filter(Boolean).length;
  if (ways > 1)
    return { path: 'serials', detail: 'an order has a range, a pattern or a list of serials, and only one of them' };
  const seen = new Set<string>();
  for (const serial of serials ?? []) {
    if (seen.has(serial)) return { path: 'serials', detail: `${serial} stands twice in the list of serials` };
    seen.add(serial);
  }
  return quantityProblem(quantity, { ...terms, listed: serials?.length || null });
}
