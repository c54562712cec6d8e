/** What the mutations came to, in words and as one JSON value. */
import type { Verdict } from './judge.ts';
import type { Mutant } from './mutants.ts';

export type Spared = { part: string; mutant: Mutant; reason: string };
export type Result = { seed: number; floor: number; verdicts: Verdict[]; equivalents: Spared[]; broken: string[] };

export type Score = { killed: number; total: number; percent: number };

export function score(verdicts: readonly Verdict[]): Score {
  const killed = verdicts.filter(({ outcome }) => outcome !== 'survived').length;
  const total = verdicts.length;
  return { killed, total, percent: total === 0 ? 100 : Math.floor((1000 * killed) / total) / 10 };
}

const partsIn = (verdicts: readonly Verdict[]) => [...new Set(verdicts.map(({ part }) => part))];
const of = (verdicts: readonly Verdict[], wanted: string) => verdicts.filter(({ part }) => part === wanted);
const survivorsOf = (verdicts: readonly Verdict[]) => verdicts.filter(({ outcome }) => outcome === 'survived');

/** Every part reaches the floor, each on its own. */
export const isEnough = ({ verdicts, floor }: Result): boolean =>
  partsIn(verdicts).every((part) => score(of(verdicts, part)).percent >= floor);

/** The two texts without most of what they have in common. */
export function narrowed(before: string, after: string): [string, string] {
  const around = 60;
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  const from = head > around ? head - around : 0;
  const cut = (text: string) => {
    const to = tail > around ? text.length - tail + around : text.length;
    return `${from > 0 ? '… ' : ''}${text.slice(from, to)}${to < text.length ? ' …' : ''}`;
  };
  return [cut(before), cut(after)];
}

const change = ({ file, line, kind, before, after }: Mutant) => {
  const [is, becomes] = narrowed(before, after);
  return [`${file}:${line} ${kind}`, `  - ${is}`, `  + ${becomes}`];
};

const tests = (ran: readonly string[]) => (ran.length === 0 ? 'no test reaches it' : `passed: ${ran.join(', ')}`);

export function inWords(result: Result): string {
  const { verdicts, equivalents, broken, seed } = result;
  const line = ({ killed, total, percent }: Score) => `${killed}/${total} killed (${percent} %)`;
  const names = partsIn(verdicts);
  const perPart = names.length > 1 ? names.map((part) => `${part}: ${line(score(of(verdicts, part)))}`) : [];
  const spared = equivalents.flatMap(({ mutant, reason }) => ['', ...change(mutant), `  equivalent: ${reason}`]);
  const survivors = survivorsOf(verdicts).flatMap(({ mutant, ran }) => ['', ...change(mutant), `  ${tests(ran)}`]);
  return [
    ...broken.map((why) => `left out, for it fails without a mutation: ${why}`),
    ...spared,
    ...(spared.length > 0 ? [''] : []),
    `seed ${seed}`,
    ...perPart,
    line(score(verdicts)),
    ...survivors,
  ].join('\n');
}

export function asJson(result: Result) {
  const { verdicts, equivalents, broken, seed, floor } = result;
  const plain = ({ file, line, kind, before, after }: Mutant) => ({ file, line, kind, before, after });
  return {
    seed,
    floor,
    ...score(verdicts),
    parts: Object.fromEntries(partsIn(verdicts).map((part) => [part, score(of(verdicts, part))])),
    timedOut: verdicts.filter(({ outcome }) => outcome === 'hung').length,
    survivors: survivorsOf(verdicts).map(({ part, mutant, ran }) => ({ part, ...plain(mutant), tests: ran })),
    equivalents: equivalents.map(({ part, mutant, reason }) => ({ part, ...plain(mutant), reason })),
    broken,
  };
}
