/** The records as the submission sees them. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { pemOf } from '../../ca/index.ts';
import { StationError } from '../../contract/errors.ts';
import type { BatchCandidate, Ledger, MemberResult as RecordedResult } from '../../records/index.ts';
import {
  type BatchMember,
  type BatchStore,
  type Cloud,
  type SubmissionData,
  writeBatchFile,
} from '../../registration/index.ts';

/** Made one by one, as the file is written. */
export function* membersOf(candidates: readonly BatchCandidate[], issuerPem: IssuerPem): Iterable<BatchMember> {
  for (const { unitSerial, thingName, certificateId: id, certificateDer, issuerId } of candidates) {
    yield {
      unitSerial,
      thingName,
      certificateId: id,
      certificatePem: pemOf('CERTIFICATE', certificateDer),
      caCertificatePem: issuerPem(issuerId),
    };
  }
}

/** PEM of a CA certificate on record. */
export type IssuerPem = (issuerId: string) => string;

type StoreOptions = { ledger: Ledger; batches: string; issuerPem: IssuerPem; cloud: Cloud; actor: string };

/** Members never change once the batch is on record. */
const linesOf = (members: readonly { certificateId: string; line: number }[]): Map<string, number> =>
  new Map(members.map(({ certificateId: id, line }) => [id, line]));

export function batchStore({ ledger, batches, issuerPem, cloud, actor }: StoreOptions): BatchStore {
  let lines: Map<string, number> | undefined;
  return {
    async load(batchId) {
      const batch = await ledger.loadBatch(batchId);
      const key = batch.objectKey;
      const file = join(batches, key.slice(key.lastIndexOf('/') + 1));
      const there = await access(file).then(
        () => true,
        () => false,
      );
      if (!there) {
        // The file is only a form of the records: made again, it must be the same to the byte.
        const again = await writeBatchFile(batches, batchId, membersOf(batch.members, issuerPem));
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
        count: batch.members.length,
        caCertificateIds: [...new Set(batch.members.map(({ issuerId }) => issuerId))],
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

    async members(batchId) {
      const { members } = await ledger.loadBatch(batchId);
      return members.map(({ thingName, certificateId: id }) => ({ thingName, certificateId: id }));
    },

    async recordResults(batchId, results) {
      lines ??= linesOf((await ledger.loadBatch(batchId)).members);
      await ledger.recordResults({
        batchId,
        results: results.flatMap((result): RecordedResult[] => {
          const line = lines?.get(result.certificateId);
          if (line === undefined) return [];
          if (result.state === 'registered') return [{ line, state: result.state, thingName: result.thingName }];
          return [{ line, state: result.state, ...(result.state === 'rejected' ? { reason: result.reason } : {}) }];
        }),
      });
    },
  };
}
