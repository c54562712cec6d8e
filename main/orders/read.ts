/** Reads a file of orders in a thread with bounds of memory and time, so that no file stops the station. */
import { Worker } from 'node:worker_threads';
import { StationError, type WireError } from '../../app/contract/errors.ts';
import { badOrderFile, type OrderTable } from '../../app/contract/orderimport.ts';
import { besides } from '../threads/thread.ts';

const longestMs = 20_000;
const memoryMb = 256;

/**
 * The cells of the file.
 *
 * @throws order.badFile
 */
export function readOrderFile(name: string, bytes: Uint8Array): Promise<OrderTable> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(besides('orderfile'), {
      name: 'orderfile',
      workerData: { name, bytes },
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    });
    const fail = (refusal: StationError) => {
      clearTimeout(timer);
      reject(refusal);
      void worker.terminate();
    };
    const timer = setTimeout(
      () =>
        fail(
          badOrderFile('fileSlow', `the file takes longer than ${longestMs / 1000} s to read; split it`, {
            limit: longestMs / 1000,
          }),
        ),
      longestMs,
    );
    worker.on('error', () =>
      fail(badOrderFile('fileMemory', 'the file takes more memory than there is for it; split it')),
    );
    worker.on('exit', () => fail(badOrderFile('fileUnread', 'the file cannot be read')));
    worker.on('message', (answer: { table: OrderTable } | { refused: WireError }) => {
      if ('refused' in answer) return fail(StationError.from(answer.refused));
      clearTimeout(timer);
      resolve(answer.table);
      void worker.terminate();
    });
  });
}
