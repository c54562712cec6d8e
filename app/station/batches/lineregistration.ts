/** Orders whose units are registered while the line runs: seconds after their PASS, by a batch that stays open. */
import type { Clock } from '../../contract/clock.ts';
import type { EventName } from '../../contract/methods.ts';
import type { Ledger } from '../../records/index.ts';
import type { Log } from '../log.ts';
import type { BatchJobs } from './jobs.ts';

export type LineRegistration = {
  /** Units may have passed, or orders have changed. It returns at once: a PASS never waits for AWS. */
  wake: () => void;
  close: () => Promise<void>;
};

type Tools = {
  ledger: Ledger;
  clock: Clock;
  batchJobs: Pick<BatchJobs, 'newBatchId' | 'run' | 'isRunning'>;
  log: Log;
  changed: (...events: EventName[]) => void;
};

/** A batch that rests, e.g. because AWS could not be reached, is tried again after this. */
const restMs = 60_000;
/** Units that join in one commit. The line's own writes get their turn in between. */
const joinAtOnce = 200;

/** The registration of orders' units as they pass. */
export function createLineRegistration(tools: Tools): LineRegistration {
  const { ledger, clock, log, changed } = tools;
  const { newBatchId, run, isRunning } = tools.batchJobs;
  let isWanted = false;
  let isClosed = false;
  let isWorking = false;
  let working = Promise.resolve();
  let stopTimer: (() => void) | undefined;

  const join = async () => {
    for (const { orderId, target, way } of await ledger.lineRegistrations()) {
      // A unit that AWS refused waits for a person: it is not told to AWS again and again.
      const units = await ledger.batchCandidates({ orderId, target, state: 'passed' });
      for (let from = 0; from < units.length && !isClosed; from += joinAtOnce) {
        const page = units.slice(from, from + joinAtOnce).map((unit) => ({
          unitSerial: unit.unitSerial,
          certificateId: unit.certificateId,
        }));
        await ledger.joinLineBatch({ orderId, target, way, batchId: newBatchId(), units: page });
        changed('batches.changed');
      }
    }
  };

  const start = async () => {
    for (const { batchId, waiting, isOver } of await ledger.openLineBatches()) {
      if (isClosed || isRunning(batchId) || (waiting === 0 && !isOver)) continue;
      void run(batchId).then(wake, (thrown: unknown) => {
        log.info({ batchId, err: thrown }, 'units wait for their registration');
        later();
      });
    }
  };

  const work = async () => {
    while (isWanted && !isClosed) {
      isWanted = false;
      await join();
      await start();
    }
  };

  function wake(): void {
    isWanted = true;
    if (isClosed || isWorking) return;
    isWorking = true;
    working = work()
      .catch((thrown: unknown) => log.warn({ err: thrown }, 'units were not put into batches'))
      .finally(() => {
        isWorking = false;
        if (isWanted) wake();
      });
  }

  function later(): void {
    if (isClosed) return;
    stopTimer?.();
    stopTimer = clock.after(restMs, wake);
  }

  return {
    wake,
    async close() {
      isClosed = true;
      stopTimer?.();
      await working;
    },
  };
}
