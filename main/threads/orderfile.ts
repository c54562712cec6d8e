/** The thread that reads one file of orders and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { StationError } from '../../app/contract/errors.ts';
import { badOrderFile } from '../../app/contract/orderimport.ts';
import { readTable } from '../orders/table.ts';

const { name, bytes } = workerData as { name: string; bytes: Uint8Array };
readTable(name, bytes).then(
  (table) => parentPort?.postMessage({ table }),
  (thrown: unknown) => parentPort?.postMessage({ refused: refusalOf(thrown).toJSON() }),
);

const refusalOf = (thrown: unknown): StationError =>
  thrown instanceof StationError ? thrown : badOrderFile('fileUnread', 'the file cannot be read');
