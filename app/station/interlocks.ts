/** What the station itself looks at before anything is issued: the clock, the disk, the records, the end of its CA. */
import { statfs } from 'node:fs/promises';
import type { Clock } from '../contract/clock.ts';
import type { Interlock } from '../line/index.ts';
import type { Ledger } from '../records/index.ts';
import type { StationAuthority } from './authority.ts';
import type { Log } from './log.ts';

export type InterlockOptions = {
  dir: string;
  ledger: Pick<Ledger, 'listAudit' | 'integrityCheck'>;
  authority: StationAuthority;
  clock: Clock;
  log: Log;
  onChange: () => void;
  /** Free bytes of a folder; the disk's own unless a test has another. */
  freeBytes?: (dir: string) => Promise<number>;
};

export const leastFreeBytes = 200 * 1024 * 1024;
/** A PC whose clock says a time before this program was written has lost its battery. */
const earliestPlausible = new Date('2026-01-01T00:00:00Z');
/** Records are never from the future; a clock set back by less is a correction. */
const backMs = 5 * 60_000;
/** Nor does a line stand still for longer than this and then go on. */
const aheadMs = 400 * 24 * 3_600_000;
/** Certificates end with their CA: a device that is good for days is good for nothing. */
const leastCaDays = 7;
const lookEveryMs = 30_000;
const integrityEveryMs = 3_600_000;

export type Interlocks = Awaited<ReturnType<typeof createInterlocks>>;

/** Looks once before it resolves, then every half minute; the records are read through once an hour. */
export async function createInterlocks(options: InterlockOptions) {
  const { dir, ledger, authority, clock, log, onChange, freeBytes = freeOf } = options;
  let found: Interlock[] = [];
  let recordProblem: string | undefined;
  let checkedMs = Number.NEGATIVE_INFINITY;
  let cancel = () => {};
  let closed = false;

  const clockProblem = async (): Promise<string | undefined> => {
    const now = clock.now();
    if (now < earliestPlausible) return `the PC clock says ${now.toISOString()}: set it`;
    const [last] = (await ledger.listAudit({ limit: 1, offset: 0 })).rows;
    if (!last) return undefined;
    const sinceMs = now.getTime() - Date.parse(last.at);
    if (sinceMs < -backMs) return `the PC clock says ${now.toISOString()}, the records end at ${last.at}: set it`;
    if (sinceMs > aheadMs)
      return `the PC clock is ${Math.round(sinceMs / 86_400_000)} days after the last record: set it`;
    return undefined;
  };

  const diskProblem = async (): Promise<string | undefined> => {
    const free = await freeBytes(dir);
    if (free >= leastFreeBytes) return undefined;
    return `${Math.round(free / 1024 / 1024)} MiB are free on the disk of the data folder; ${leastFreeBytes / 1024 / 1024} are needed`;
  };

  const caProblem = (): string | undefined => {
    const { path } = authority.caOf(authority.issuer.issuerId);
    const end = Math.min(...path.map(({ notAfter }) => notAfter.getTime()));
    const days = (end - clock.now().getTime()) / 86_400_000;
    if (days >= leastCaDays || days < 0) return undefined;
    return `the issuing CA, or one above it, ends in ${Math.floor(days)} days: certificates would end with it`;
  };

  const look = async (): Promise<void> => {
    if (clock.monotonicMs() - checkedMs >= integrityEveryMs) {
      checkedMs = clock.monotonicMs();
      recordProblem = (await ledger.integrityCheck())[0];
    }
    const problems: [Interlock['reason'], string | undefined][] = [
      ['records', recordProblem],
      ['clock', await clockProblem()],
      ['disk', await diskProblem()],
      ['caEnding', caProblem()],
    ];
    const before = JSON.stringify(found);
    found = problems.flatMap(([reason, detail]) => (detail === undefined ? [] : [{ reason, detail }]));
    if (JSON.stringify(found) === before) return;
    log.warn({ interlocks: found }, 'interlocks changed');
    onChange();
  };

  const watch = () => {
    cancel = clock.after(lookEveryMs, async () => {
      await look().catch((thrown: unknown) => log.error({ err: thrown }, 'the interlocks could not be looked at'));
      if (!closed) watch();
    });
  };
  await look();
  watch();

  return {
    now: (): Interlock[] => found,
    look,
    close(): void {
      closed = true;
      cancel();
    },
  };
}

async function freeOf(dir: string): Promise<number> {
  const { bavail, bsize } = await statfs(dir);
  return bavail * bsize;
}
