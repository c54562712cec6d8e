/** Making a batch: its members are recorded and its file is written page by page, side by side. */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../contract/clock.ts';
import { StationError } from '../../contract/errors.ts';
import type { BatchRow, BatchWay } from '../../contract/model.ts';
import { sentences } from '../../contract/sentences.ts';
import { firstTargetName } from '../../contract/targets.ts';
import { asStationError } from '../../line/index.ts';
import type { CandidatePage, Candidates, Ledger } from '../../records/index.ts';
import { type MemberPages, writeBatchFile } from '../../registration/index.ts';
import type { Log } from '../log.ts';
import { fileMembers, type IssuerPem, membersIn } from './store.ts';
import type { BatchTemplates } from './templates.ts';

export type BatchPlan = Candidates & { way?: BatchWay | undefined; actor: string };

type MakingOptions = {
  ledger: Ledger;
  clock: Clock;
  /** The folder of batch files. */
  batches: string;
  issuerPem: IssuerPem;
  templates: BatchTemplates;
  log: Log;
  /** So many members are on record. */
  onProgress: (batchId: string, members: number) => void;
  onChange: () => void;
};

/** The making of a batch in this process. It rejects when it rests or when the batch failed. */
export type Making = { batchId: string; done: Promise<BatchRow>; stop: () => void };

/** Pages that wait for their commit together. They share it, and a slow disk is waited for less often. */
const pagesAhead = 3;

/** Members that leave together when a making fails. One page is a short commit. */
const pageSize = 500;

/** Makes batches, and goes on with those that a crash left half made. */
export function createMaking(options: MakingOptions) {
  const { ledger, clock, batches, issuerPem, templates, log, onProgress, onChange } = options;
  const running = new Map<string, Making>();
  let isClosing = false;

  /**
   * Begins a batch of the units that are ready.
   *
   * @throws batch.empty; document.notFound, template.unfit – of the target's template; the refusals of `batchCandidates` about named units
   */
  const begin = async ({ way = 'bulk', actor, ...chosen }: BatchPlan): Promise<Making> => {
    // A named unit that is not ready is refused by its name, before there is a batch.
    const wanted = { ...chosen, way };
    if (wanted.unitSerials) await ledger.batchCandidates(wanted);
    const template = await templates.ofTarget(wanted.target ?? firstTargetName, way);
    const upTo = await ledger.lastEntry();
    let page = { unitSerials: [] as string[], next: 0 as number | null };
    while (page.unitSerials.length === 0 && page.next !== null)
      page = await ledger.candidatePage({ wanted, upTo, after: page.next });
    if (page.unitSerials.length === 0) {
      const { orderId, since, until, state } = chosen;
      const isChosen = [orderId, since, until, state].some((one) => one !== undefined);
      const of = isChosen ? ' of this order, period and state' : '';
      throw new StationError('batch.empty', `no unit${of} has passed that is not in a batch already`);
    }
    const batchId = newBatchId(clock.now());
    await ledger.beginBatch({ batchId, wanted, upTo, way, template, actor });
    return goOn(batchId, actor);
  };

  /** Goes on with a batch that is not made whole. It may be called again for one that is under way. */
  const goOn = (batchId: string, actor: string): Making => {
    const known = running.get(batchId);
    if (known) return known;
    const stopping = new AbortController();
    const done = make(batchId, actor, stopping.signal).finally(() => {
      running.delete(batchId);
      onChange();
    });
    // A caller that waits sees the rejection. Without one, the reason is on record.
    done.catch((thrown) => log.warn({ batchId, err: thrown }, 'a batch was not made'));
    const making = { batchId, done, stop: () => stopping.abort() };
    running.set(batchId, making);
    onChange();
    return making;
  };

  const make = async (batchId: string, actor: string, signal: AbortSignal): Promise<BatchRow> => {
    const { way, template } = await ledger.batchHead(batchId);
    try {
      const all = membersOf(batchId, actor, signal);
      const members = template ? templates.fitting(template, all) : all;
      if (way !== 'bulk') for await (const _ of members);
      const file = way === 'bulk' ? await writeBatchFile(batches, batchId, members) : undefined;
      return await ledger.finishBatch({ batchId, actor, digest: file?.digest, objectKey: file?.key });
    } catch (thrown) {
      await fail(batchId, actor, asStationError(thrown), signal.aborted);
      throw thrown;
    }
  };

  /**
   * The members as they come on record: first those from before a crash, then the units that are still ready. A page is
   * recorded while the next one is read.
   */
  async function* membersOf(batchId: string, actor: string, signal: AbortSignal): MemberPages {
    const { details } = await ledger.batchHead(batchId);
    const { wanted, upTo } = details.making as { wanted: Candidates; upTo: number };
    let count = 0;
    for await (const page of fileMembers(ledger, batchId, issuerPem)) {
      count += page.length;
      yield page;
    }
    let reading = ledger.candidatePage({ wanted, upTo, after: 0 });
    const recording: { page: CandidatePage; left: Promise<number[]> }[] = [];
    for (;;) {
      const page = await reading;
      const { next, seen, unitSerials, certificateIds } = page;
      if (signal.aborted || isClosing) throw new StationError('call.cancelled', 'making the batch was stopped');
      if (unitSerials.length > 0) {
        const units = { unitSerials, certificateIds };
        recording.push({ page, left: heard(ledger.addToBatch({ batchId, actor, units, seen })) });
      }
      if (next !== null) reading = heard(ledger.candidatePage({ wanted, upTo, after: next }));
      while (recording.length > (next === null ? 0 : pagesAhead)) {
        const oldest = recording.shift()!;
        const members = membersIn(oldest.page, issuerPem, await oldest.left);
        yield members;
        count += members.length;
        onProgress(batchId, count);
      }
      if (next === null) return;
    }
  }

  /** A full disk is a matter of the station: the batch rests and is gone on with. What AWS would refuse ends the batch. */
  const fail = async (batchId: string, actor: string, failure: StationError, isStopped: boolean) => {
    const isFinal = isStopped || ['call.badParams', 'batch.empty', 'template.unfit'].includes(failure.code);
    if (!isFinal || (await ledger.batchHead(batchId)).state !== 'making') return;
    const state = isStopped ? 'stopped' : 'failed';
    await ledger.advanceBatch({ batchId, state, actor, data: isStopped ? {} : { error: failure.toJSON() } });
    await letGo(ledger, batchId, actor, sentences.batchNotMade);
  };

  return {
    begin,
    goOn,
    making: (batchId: string): Making | undefined => running.get(batchId),
    /** Resolves when no making writes any more. Those under way are gone on with at the next start. */
    async close(): Promise<void> {
      isClosing = true;
      await Promise.allSettled([...running.values()].map(({ done }) => done));
    },
  };
}

/** A promise that is awaited later. Its failure must not end the process until then. */
function heard<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

/** Members without a thing leave the batch, a page at a time. */
export async function letGo(ledger: Ledger, batchId: string, actor: string, reason: string): Promise<void> {
  while ((await ledger.letGoMembers({ batchId, actor, reason, limit: pageSize })) > 0);
}

/** An id that sorts by time, can be read out over a phone, and has only characters that S3 keys allow. */
export function newBatchId(now: Date): string {
  const stamp = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  return `B${stamp}-${randomBytes(2).toString('hex')}`;
}
