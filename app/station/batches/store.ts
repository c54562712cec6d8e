/** The records as the submission uses them. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { pemOf } from '../../ca/index.ts';
import { StationError } from '../../contract/errors.ts';
import type { BatchCandidate, Ledger } from '../../records/index.ts';
import {
  type BatchMember,
  type BatchStore,
  type Cloud,
  type SubmissionData,
  writeBatchFile,
} from '../../registration/index.ts';

/** Members that are read at once. One page is quick to read, and its certificates take a megabyte. */
const pageSize = 500;

type Pages = AsyncIterable<readonly BatchCandidate[]> | Iterable<readonly BatchCandidate[]>;

/** A batch's members in line order, from line 1. */
export async function* memberPages(ledger: Ledger, batchId: string) {
  let afterLine = 0;
  for (;;) {
    const page = await ledger.batchMembers({ batchId, afterLine, limit: pageSize });
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    afterLine = last.line;
  }
}

/** Members for the batch's file, made while it is written. Only one page of certificates is in memory at a time. */
export async function* fileMembers(ledger: Ledger, pages: Pages, issuerPem: IssuerPem): AsyncIterable<BatchMember> {
  for await (const page of pages) {
    const ders = await ledger.certificateDers(page.map(({ certificateId: id }) => id));
    if (ders.length !== page.length) throw new StationError('records.damaged', 'a member has no certificate on record');
    for (const [index, { unitSerial, thingName, certificateId: id, issuerId }] of page.entries()) {
      yield {
        unitSerial,
        thingName,
        certificateId: id,
        certificatePem: pemOf('CERTIFICATE', ders[index]!),
        caCertificatePem: issuerPem(issuerId),
      };
    }
  }
}

/** PEM of a CA certificate on record; null for AWS's own CA. */
export type IssuerPem = (issuerId: string | null) => string | null;

type StoreOptions = { ledger: Ledger; batches: string; issuerPem: IssuerPem; cloud: Cloud; actor: string };

/** The store of one submission over the ledger and the folder of batches. */
export function batchStore({ ledger, batches, issuerPem, cloud, actor }: StoreOptions): BatchStore {
  return {
    async load(batchId) {
      const [batch, authorities] = await Promise.all([ledger.batchHead(batchId), ledger.batchAuthorities(batchId)]);
      const key = batch.objectKey;
      const file = join(batches, key.slice(key.lastIndexOf('/') + 1));
      const there = await access(file).then(
        () => true,
        () => false,
      );
      if (!there) {
        // The file only repeats the records, so a new copy must be the same to the byte.
        const again = await writeBatchFile(
          batches,
          batchId,
          fileMembers(ledger, memberPages(ledger, batchId), issuerPem),
        );
        if (again.digest !== batch.digest) {
          throw new StationError('records.damaged', `the members of ${batchId} no longer give the digest on record`);
        }
      }
      return {
        ...(batch.details as SubmissionData),
        batchId,
        state: batch.state,
        file,
        key,
        digest: batch.digest,
        count: authorities.reduce((sum, { count }) => sum + count, 0),
        caCertificateIds: authorities.map(({ issuerId }) => issuerId),
        ...(batch.taskId === null ? {} : { taskId: batch.taskId }),
      };
    },

    async advance(batchId, state, data) {
      const { taskId, failure, ...details } = data;
      await ledger.advanceBatch({
        batchId,
        state,
        actor,
        data: {
          ...cloud.target,
          details,
          ...(taskId === undefined ? {} : { taskId }),
          ...(failure === undefined ? {} : { error: failure }),
        },
      });
    },

    async *members(batchId) {
      for await (const page of memberPages(ledger, batchId)) yield* page;
    },

    recordResults: (batchId, results) => ledger.recordResults({ batchId, results }),
  };
}
