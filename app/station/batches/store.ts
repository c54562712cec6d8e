/** The records as the submission uses them. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { StationError } from '../../contract/errors.ts';
import type { Ledger, MemberPage } from '../../records/index.ts';
import {
  type BatchMember,
  type BatchStore,
  type Cloud,
  type MemberPages,
  type SubmissionData,
  writeBatchFile,
} from '../../registration/index.ts';

/** Members that are read at once. One page is quick to read, and its certificates take a megabyte. */
const pageSize = 500;

/** The pages of a list that is read by its lines, from line 1. The next page is read while one is worked on. */
async function* pagesOf<P extends { certificateIds: string[] }>(
  read: (page: { afterLine: number; limit: number }) => Promise<P>,
) {
  let afterLine = 0;
  let page = await read({ afterLine, limit: pageSize });
  while (page.certificateIds.length > 0) {
    afterLine += page.certificateIds.length;
    const next = read({ afterLine, limit: pageSize });
    // It is awaited after the page; the reader of the pages may stop before that.
    next.catch(() => {});
    yield page;
    page = await next;
  }
}

/** The members of a page for the batch's file. `left` has the places of those that are none. */
export function membersIn(page: MemberPage, issuerPem: IssuerPem, left: readonly number[] = []): BatchMember[] {
  const cas = page.issuers.map(issuerPem);
  const members = page.unitSerials.map((unitSerial, at) => ({
    unitSerial,
    thingName: page.thingNames[at]!,
    certificateId: page.certificateIds[at]!,
    certificatePem: page.certificatePems[at]!,
    caCertificatePem: cas[page.issuerOf[at]!] ?? null,
  }));
  return left.length === 0 ? members : members.filter((_, at) => !left.includes(at));
}

/**
 * Members for the batch's file, page by page in line order. Only two pages of certificates are in memory at a time.
 *
 * @throws records.damaged – a member has no certificate on record
 */
export async function* fileMembers(ledger: Ledger, batchId: string, issuerPem: IssuerPem): MemberPages {
  for await (const page of pagesOf((lines) => ledger.memberCertificates({ batchId, ...lines })))
    yield membersIn(page, issuerPem);
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
        const again = await writeBatchFile(batches, batchId, fileMembers(ledger, batchId, issuerPem));
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
      for await (const page of pagesOf((lines) => ledger.memberNames({ batchId, ...lines }))) {
        const { thingNames, certificateIds } = page;
        for (const [at, thingName] of thingNames.entries()) yield { thingName, certificateId: certificateIds[at]! };
      }
    },

    recordResults: (batchId, results) => ledger.recordResults({ batchId, results }),
  };
}
