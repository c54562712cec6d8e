/** The station's own checks before anything is issued: the clock, the disk, the records, the end of its CA. */
import { statfs } from 'node:fs/promises';
import type { Clock } from '../../contract/clock.ts';
import { StationError } from '../../contract/errors.ts';
import type { Finding } from '../../contract/model.ts';
import { coalesced, type Interlock, lockError } from '../../line/index.ts';
import type { Ledger, LogVerdict } from '../../records/index.ts';
import type { NamedCheckpoint } from '../../records/log/verdict.ts';
import type { StationAuthority } from '../authorities/signing.ts';
import { whyNotWritable } from '../folder/folder.ts';
import type { Log } from '../log.ts';

export type InterlockOptions = {
  dir: string;
  ledger: Pick<Ledger, 'trustedAt' | 'integrityCheck' | 'connectionProblems'>;
  authority: StationAuthority;
  clock: Clock;
  log: Log;
  onChange: () => void;
  /** Makes this process ask the system for its time zone again, because it may have changed since the last check. */
  redetectZone?: (() => void) | undefined;
  /** Absent in a command. */
  verification?: RecordsVerification | undefined;
  /** Checkpoints that were kept in other places. */
  checkpoints?: (() => Promise<NamedCheckpoint[]>) | undefined;
  /** What a quick look at the records found at the start; undefined when nothing. */
  foundAtStart?: string | undefined;
  /** Free bytes of a folder. Tests may give another function. */
  freeBytes?: FreeBytes | undefined;
};

/** Reads all records and compares them with their log, on a thread of its own. */
export type RecordsVerification = {
  /** It may wait for batches of many units. */
  run(given: readonly NamedCheckpoint[]): Promise<LogVerdict>;
  /** What waits begins now, and so does the next one. */
  hurry(): void;
};

/** What is wrong, for commands and for screens. */
type Trouble = Pick<Interlock, 'detail' | 'finding'>;

export type FreeBytes = (dir: string) => Promise<number>;

const mebi = 1024 * 1024;
export const leastFreeBytes = 200 * mebi;
const dayMs = 86_400_000;
/** A clock before the time at which this program was written means that the PC's battery is empty. */
const earliestPlausible = new Date('2026-01-01T00:00:00Z');
/** Records are never from the future. A clock that is set back by less than this was corrected. */
const backMs = 5 * 60_000;
/** A line that stood still for longer than this goes on only after an engineer says so. */
const aheadMs = 330 * dayMs;
/** A certificate ends with its CA, so a device that would work for only a few days is not made. */
const leastCaDays = 7;
const lookEveryMs = 30_000;
/**
 * To read all records takes time, and the line reads them, too. So this waits until commands and the start of the line
 * are over.
 */
const integrityAfterMs = 20_000;
const integrityEveryMs = 3_600_000;

export type Interlocks = Awaited<ReturnType<typeof createInterlocks>>;

/**
 * Checks once before it resolves, then every half minute. All records are read soon after the start, then once an hour.
 */
export async function createInterlocks(options: InterlockOptions) {
  const { dir, ledger, authority, clock, log, onChange, freeBytes = freeOf } = options;
  let found: Interlock[] = [];
  let recordTrouble: Trouble | undefined = changedTrouble(options.foundAtStart);
  let closed = false;
  const cancels = new Set<() => void>();

  const clockProblem = async (): Promise<Interlock | undefined> => {
    const now = clock.now();
    const wrong = (detail: string, finding: Finding): Interlock => ({ reason: 'clock', detail, finding });
    const values = { now: now.toISOString() };
    if (now < earliestPlausible)
      return wrong(`the PC clock says ${values.now}: set it`, { what: 'clockWrong', values });
    const last = await ledger.trustedAt();
    if (last === null) return undefined;
    const sinceMs = now.getTime() - Date.parse(last);
    const days = Math.round(sinceMs / dayMs);
    if (sinceMs < -backMs)
      return wrong(`the PC clock says ${values.now}, the last unit was begun at ${last}: set it`, {
        what: 'clockBack',
        values: { ...values, last },
      });
    if (sinceMs > aheadMs)
      return {
        ...wrong(`the PC clock is ${days} days after the last unit: set it, or release the bench`, {
          what: 'clockAhead',
          values: { days },
        }),
        releasable: true,
      };
    return undefined;
  };

  const diskProblem = async (): Promise<Trouble | undefined> => {
    const readOnly = await whyNotWritable(dir);
    if (readOnly !== undefined) {
      const detail = `the data folder cannot be written (${readOnly})`;
      return { detail, finding: { what: 'diskReadOnly', values: { why: readOnly } } };
    }
    try {
      const free = await freeBytes(dir);
      if (free >= leastFreeBytes) return undefined;
      const mib = Math.floor(free / mebi);
      const detail = `${mib} MiB are free on the disk of the data folder; ${leastFreeBytes / mebi} are needed`;
      return { detail, finding: { what: 'diskLow', values: { mib } } };
    } catch (thrown) {
      const why = thrown instanceof Error ? thrown.message : String(thrown);
      const detail = `the disk of the data folder cannot be asked: ${why}`;
      return { detail, finding: { what: 'failed', values: { why } } };
    }
  };

  const caProblem = (): Trouble | undefined => {
    const { path } = authority.caOf(authority.issuer.issuerId);
    const end = Math.min(...path.map(({ notAfter }) => notAfter.getTime()));
    const days = (end - clock.now().getTime()) / dayMs;
    // An expired CA has its own interlock.
    if (days >= leastCaDays || days < 0) return undefined;
    const left = Math.floor(days);
    const detail = `the issuing CA, or one above it, ends in ${left} days: certificates would end with it`;
    return { detail, finding: { what: 'caPathEnding', values: { days: left } } };
  };

  const look = coalesced(async (): Promise<void> => {
    const of = (reason: Interlock['reason'], trouble: Trouble | undefined): Interlock | undefined =>
      trouble && { reason, ...trouble };
    const problems = [
      of('records', recordTrouble),
      await clockProblem(),
      of('disk', await diskProblem()),
      of('caEnding', caProblem()),
    ];
    const before = JSON.stringify(found);
    found = problems.filter((problem) => problem !== undefined);
    if (JSON.stringify(found) === before) return;
    log.warn({ interlocks: found }, 'interlocks changed');
    onChange();
  });

  const readRecords = coalesced(async (): Promise<void> => {
    const verdict = await verified();
    // The verification checks the file as well: to read a million units twice would cost the line another minute.
    const problem = await (verdict ? ledger.connectionProblems() : ledger.integrityCheck()).then(
      ([first]) => first,
      (thrown: unknown) => {
        if (thrown instanceof StationError) return thrown.detail;
        throw thrown;
      },
    );
    recordTrouble = problem === undefined ? troubleOf(verdict) : damagedTrouble(problem);
    await look();
  });

  /** A verification that could not be made says nothing. One that was given up is followed by no other look. */
  const verified = async (): Promise<LogVerdict | undefined> => {
    const compare = async () => options.verification?.run((await options.checkpoints?.()) ?? []);
    const verdict = await compare().catch((thrown: unknown) => {
      if (thrown instanceof StationError && thrown.code === 'call.cancelled') throw thrown;
      if (!closed) log.error({ err: thrown }, 'the records could not be compared with their log');
      return undefined;
    });
    if (verdict?.firstBad) log.error({ verdict }, 'the records are not as the station left them');
    return verdict;
  };

  const every = (firstMs: number, ms: number, act: () => Promise<void>) => {
    const cancel = clock.after(firstMs, () => {
      cancels.delete(cancel);
      void act()
        .catch((thrown: unknown) => {
          if (!closed) log.error({ err: thrown }, 'the interlocks could not be looked at');
        })
        .then(() => {
          if (!closed) every(ms, ms, act);
        });
    });
    cancels.add(cancel);
  };
  await look();
  every(lookEveryMs, lookEveryMs, () => {
    options.redetectZone?.();
    return look();
  });
  every(integrityAfterMs, integrityEveryMs, readRecords);

  return {
    now: (): Interlock[] => found,
    isClockSound: (): boolean => found.every(({ reason }) => reason !== 'clock'),
    look,
    /** Compares the records with their log now. */
    verify(): Promise<void> {
      options.verification?.hurry();
      return readRecords();
    },
    /** See `IssueTools.assertSound`. */
    async assertSound(): Promise<void> {
      await look();
      const [first] = found;
      if (first) throw lockError(first);
    },
    close(): void {
      closed = true;
      for (const cancel of cancels) cancel();
    },
  };
}

/** What a verification found: a file that is damaged, or what another program did to it. */
function troubleOf(verdict: LogVerdict | undefined): Trouble | undefined {
  if (verdict?.firstBad === undefined) return undefined;
  const { what, where, meaning } = verdict.firstBad;
  return what === 'file' || what === 'derived' ? damagedTrouble(meaning) : changedTrouble(`${where}: ${meaning}`);
}

const damagedTrouble = (problem: string): Trouble => ({
  detail: problem,
  finding: { what: 'recordsDamaged', values: { problem } },
});

const changedTrouble = (problem: string | undefined): Trouble | undefined =>
  problem === undefined
    ? undefined
    : {
        detail: `the records are not as the station left them; ${problem}`,
        finding: { what: 'recordsChanged', values: { problem } },
      };

async function freeOf(dir: string): Promise<number> {
  const { bavail, bsize } = await statfs(dir);
  return bavail * bsize;
}
