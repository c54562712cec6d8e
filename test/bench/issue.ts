/**
 * How fast the CA issues, against what node:crypto alone can do in the same run. One certificate is parse, prove,
 * decide, build, lint, sign, verify, encode; the limit is one signature and one verification.
 */
import { generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { issue, makeCsr, type TestCa, testCa } from '../ca/support.ts';

/** `p95`: what 95 of 100 are at least as good as. */
export type Figure = { name: string; unit: string; median: number; p95: number; n: number };

const measureMs = 2500;
const warmUp = 20;
const inFlight = 16;
/** More than the keys the CA remembers, so that each is new to it, as on a line. */
const requests = 256;

type Bench = {
  ca: TestCa;
  nextCsr: () => Uint8Array;
  message: Uint8Array;
  key: { privateKey: KeyObject; publicKey: KeyObject };
};

/** Certificates a second, the limit, and their ratio; in turns, so that a busy machine is unfair to neither. About 3 s. */
export async function benchIssue(): Promise<Figure[]> {
  const ca = await testCa();
  const nextCsr = endlessCsrs();
  const { reservation } = await issue(nextCsr(), 'SN-0001', ca);
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const bench = { ca, nextCsr, message: reservation.tbsDer, key };
  const turns: { issueMs: number; limitMs: number }[] = [];
  for (let i = 0; i < warmUp; i++) await turn(bench);
  for (const end = performance.now() + measureMs; performance.now() < end; ) turns.push(await turn(bench));
  const issueMs = turns.map((one) => one.issueMs).sort((a, b) => a - b);
  const limitMs = turns.map((one) => one.limitMs).sort((a, b) => a - b);
  const ratio = (part: number): number => Math.round((100 * quantile(limitMs, part)) / quantile(issueMs, part));
  return [
    rate('issue, P-256', 'certificates/s', issueMs),
    rate('limit: node:crypto sign + verify, P-256', 'pairs/s', limitMs),
    { name: 'issue, of the limit', unit: '%', median: ratio(0.5), p95: ratio(0.95), n: turns.length },
  ];
}

/** One turn each, `inFlight` at once as on a full bench: signing is asynchronous, and so it is in the limit. */
async function turn({ ca, nextCsr, message, key }: Bench): Promise<{ issueMs: number; limitMs: number }> {
  const start = performance.now();
  await together(() => issue(nextCsr(), 'SN-0001', ca));
  const between = performance.now();
  await together(async () => {
    if (!verify('sha256', message, key.publicKey, await signAsync(message, key.privateKey)))
      throw new Error('not verified');
  });
  return { issueMs: (between - start) / inFlight, limitMs: (performance.now() - between) / inFlight };
}

function endlessCsrs(): () => Uint8Array {
  const made = Array.from({ length: requests }, () => makeCsr('SN-0001').csrDer);
  let at = 0;
  return () => made[at++ % requests]!;
}

const together = (act: () => Promise<unknown>): Promise<unknown> => Promise.all(Array.from({ length: inFlight }, act));

const signAsync = (message: Uint8Array, key: KeyObject): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    sign('sha256', message, key, (error, signature) => (error === null ? resolve(signature) : reject(error)));
  });

const quantile = (sorted: readonly number[], part: number): number => sorted[Math.floor((sorted.length - 1) * part)]!;

const rate = (name: string, unit: string, sortedMs: readonly number[]): Figure => ({
  name,
  unit,
  median: Math.round(1000 / quantile(sortedMs, 0.5)),
  p95: Math.round(1000 / quantile(sortedMs, 0.95)),
  n: sortedMs.length,
});
