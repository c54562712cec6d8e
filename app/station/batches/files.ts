/** The files that the station keeps of a batch: what it sent to AWS, and AWS's reports about it. */
import { open, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { StationError } from '../../contract/errors.ts';
import type { BatchFileFacts } from '../../contract/model.ts';
import type { Ledger } from '../../records/index.ts';
import { type KeptReports, reportFile, reportKinds } from '../../registration/index.ts';

/** Where a batch's file is, in the folder of batches. */
export const batchFilePath = (folder: string, objectKey: string): string =>
  join(folder, objectKey.slice(objectKey.lastIndexOf('/') + 1));

export type KeptFile = BatchFileFacts & { path: string };

/**
 * The files of a batch that are on disk, with the digests on record.
 *
 * @throws batch.notFound
 */
export async function filesOfBatch(ledger: Ledger, folder: string, batchId: string): Promise<KeptFile[]> {
  const [{ digest, objectKey, details }, { count }] = await Promise.all([
    ledger.batchHead(batchId),
    ledger.showBatch({ batchId, limit: 1 }),
  ]);
  if (objectKey === '') return [];
  const path = batchFilePath(folder, objectKey);
  const reports = details.reports as KeptReports | undefined;
  const kept = [
    { kind: 'file' as const, path, digest, lines: count },
    ...reportKinds.flatMap((kind) => {
      const report = reports?.[kind];
      const name = kind === 'RESULTS' ? ('results' as const) : ('errors' as const);
      return report ? [{ kind: name, path: reportFile(path, kind), ...report }] : [];
    }),
  ];
  const found = await Promise.all(
    kept.map(async (file) => {
      const facts = await stat(file.path).catch(() => undefined);
      return facts ? [{ ...file, name: basename(file.path), bytes: facts.size }] : [];
    }),
  );
  return found.flat();
}

/** One answer of the station. Larger ones would hold up what comes behind them on the same connection. */
const partBytes = 1024 * 1024;

type Part = { batchId: string; kind: BatchFileFacts['kind']; offset: number };

/**
 * A piece of a file of a batch, from `offset` on.
 *
 * @throws batch.notFound
 * @throws batch.badState – there is no such file
 * @throws records.damaged – it cannot be read
 */
export async function partOfFile(ledger: Ledger, folder: string, { batchId, kind, offset }: Part) {
  const file = (await filesOfBatch(ledger, folder, batchId)).find((one) => one.kind === kind);
  if (!file) throw badState(batchId, kind);
  const handle = await open(file.path).catch((cause: unknown) => {
    throw new StationError('records.damaged', `${file.name} cannot be read`, { cause });
  });
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(partBytes), 0, partBytes, offset);
    const next = offset + bytesRead;
    const isLast = bytesRead === 0 || next >= file.bytes;
    return { bytes: buffer.toString('base64', 0, bytesRead), next: isLast ? null : next, digest: file.digest };
  } finally {
    await handle.close();
  }
}

const badState = (batchId: string, kind: string): StationError =>
  new StationError('batch.badState', `the station has no ${kind} of batch ${batchId}`, { data: { batchId } });
