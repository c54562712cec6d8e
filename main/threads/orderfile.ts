/** The thread that reads one file of orders and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { StationError } from '../../app/contract/errors.ts';
import { readTable } from '../orders/table.ts';

const { name, bytes } = workerData as { name: string; bytes: Uint8Array };
readTable(name, bytes).then(
  (table) => parentPort?.postMessage({ table }),
  (thrown: unknown) =>
    parentPort?.postMessage({ refused: thrown instanceof StationError ? thrown.detail : 'the file cannot be read' }),
);
