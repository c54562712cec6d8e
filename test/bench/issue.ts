/**
 * How fast the CA issues, against what node:crypto alone can do in the same run. One certificate is parse, prove,
 * decide, build, lint, sign, verify, encode; the limit is one signature and one verification. Issuing cannot reach it: a
 * key that is new has to be imported, and two signatures are verified, the request's and the certificate's. What that
 * takes alone stands beside it as the floor.
 */
import { createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { issue, makeCsr, type TestCa, testCa } from '../ca/support.ts';

/** `p95`: what 95 of 100 are at least as good as. */
export type Figure = { name: string; unit: string; median: number; p95: number; n: number };

const measureMs = 2500;
const warmUp = 100;
const inFlight = 16;
/** More than the keys the CA remembers, so that each is new to it, as on a line. */
const requests = 256;

type Bench = {
  ca: TestCa;
  nextCsr: () => Uint8Array;
  message: Uint8Array;
  key: { privateKey: KeyObject; publicKey: KeyObject };
  spkiDer: Buffer;
};

/** Each per certificate, or per pair. */
type Turn = { issueMs: number; limitMs: number; floorMs: number };

/** Certificates a second, the limit, and their ratio; in turns, so that a busy machine is unfair to neither. About 3 s. */
export async function benchIssue(): Promise<Figure[]> {
  const ca = await testCa();
  const nextCsr = endlessCsrs();
  const { reservation } = await issue(nextCsr(), 'SN-0001', ca);
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spkiDer = key.publicKey.export({ type: 'spki', format: 'der' });
  const bench = { ca, nextCsr, message: reservation.tbsDer, key, spkiDer };
  const turns: Turn[] = [];
  for (let i = 0; i < warmUp; i++) await turn(bench);
  for (const end = performance.now() + measureMs; performance.now() < end; ) turns.push(await turn(bench));
  const sorted = (pick: (one: Turn) => number): number[] => turns.map(pick).sort((a, b) => a - b);
  const issueMs = sorted((one) => one.issueMs);
  const limitMs = sorted((one) => one.limitMs);
  const floorMs = sorted((one) => one.floorMs);
  const share = (name: string, whole: readonly number[]): Figure => {
    const at = (part: number): number => Math.round((100 * quantile(whole, part)) / quantile(issueMs, part));
    return { name, unit: '%', median: at(0.5), p95: at(0.95), n: turns.length };
  };
  return [
    rate('issue, P-256', 'certificates/s', issueMs),
    rate('limit: node:crypto sign + verify, P-256', 'pairs/s', limitMs),
    rate('floor: import, 2 × verify, sign', 'sets/s', floorMs),
    share('issue, of the limit', limitMs),
    share('issue, of the floor', floorMs),
  ];
}

/** One turn each, `inFlight` at once as on a full bench: signing is asynchronous, and so it is in the limits. */
async function turn({ ca, nextCsr, message, key, spkiDer }: Bench): Promise<Turn> {
  const { privateKey, publicKey } = key;
  const check = async (by: KeyObject): Promise<Uint8Array> => {
    const signature = await signAsync(message, privateKey);
    if (!verify('sha256', message, by, signature)) throw new Error('not verified');
    return signature;
  };
  const issueMs = await timed(() => issue(nextCsr(), 'SN-0001', ca));
  const limitMs = await timed(() => check(publicKey));
  const floorMs = await timed(async () => {
    const signature = await check(createPublicKey({ key: spkiDer, format: 'der', type: 'spki' }));
    if (!verify('sha256', message, publicKey, signature)) throw new Error('not verified');
  });
  return { issueMs, limitMs, floorMs };
}

/** Milliseconds for each of `inFlight` at once. */
async function timed(act: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await Promise.all(Array.from({ length: inFlight }, act));
  return (performance.now() - start) / inFlight;
}

function endlessCsrs(): () => Uint8Array {
  const made = Array.from({ length: requests }, () => makeCsr('SN-0001').csrDer);
  let at = 0;
  return () => made[at++ % requests]!;
}

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
