/** The files that the station keeps of a batch: what it sent to AWS, and AWS's reports about it. */
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
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
