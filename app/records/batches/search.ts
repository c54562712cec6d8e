/** Batches for the screens and for a submission. */
import type { WireError } from '../../contract/errors.ts';
import type { BatchMember, BatchRow, BatchState, BatchTemplate, BatchWay, MemberState } from '../../contract/model.ts';
import { read } from '../call.ts';
import { pageSize } from '../windows.ts';
import { thingName } from './candidates.ts';
import { ofMember, shownState, stateOfBatch } from './head.ts';
import { type MemberPage, type PageRow, pageOf } from './pages.ts';

type Stored = { error: string | null; template: string | null };
type Row = Omit<BatchRow, keyof Stored> & Stored;

const selectBatches = `
  SELECT b.batchId, ${shownState('b')} AS state, b.target, b.way, b.template, b.lineOrder,
    iif(b.way = 'bulk' AND b.objectKey <> '', b.digest, NULL) AS digest, b.createdAt, b.createdBy, b.taskId, b.error,
    b.members AS count, b.registered, b.rejected, b.unaccounted
  FROM batches b`;

type Read = { error: WireError | null; template: BatchTemplate | null };
const withRead = <R extends Stored>(row: R): Omit<R, keyof Stored> & Read => ({
  ...row,
  error: row.error === null ? null : (JSON.parse(row.error) as WireError),
  template: row.template === null ? null : (JSON.parse(row.template) as BatchTemplate),
});

/** All batches with their counts, the latest first. */
export const listBatches = read((sql): BatchRow[] =>
  sql.all<Row>(`${selectBatches} ORDER BY b.createdAt DESC, b.batchId DESC`).map(withRead),
);

type Page = { batchId: string; state?: MemberState | undefined; offset?: number; limit?: number };

/**
 * The batch with its counts, and a page of its members in line order; `total` counts the members in that state.
 *
 * @throws batch.notFound
 */
export const showBatch = read((sql, page: Page): BatchRow & { total: number; members: BatchMember[] } => {
  const { batchId, offset = 0, limit = pageSize, state } = page;
  stateOfBatch(sql, batchId);
  const where = `WHERE batchId = @batchId${state === undefined ? '' : ' AND state = @state'}`;
  const params = { batchId, ...(state === undefined ? {} : { state }) };
  const batch = withRead(sql.get<Row>(`${selectBatches} WHERE b.batchId = @batchId`, { batchId })!);
  return {
    ...batch,
    total: inState(batch, state),
    members: sql.all<BatchMember>(
      `SELECT line, unitSerial, certificateId, state, thingName, reason FROM members ${where}
       ORDER BY line LIMIT @limit OFFSET @offset`,
      { ...params, offset, limit },
    ),
  };
});

/** How many of its members are in that state, from the counts that are kept. */
const inState = ({ count, ...of }: BatchRow, state: MemberState | undefined): number => {
  if (state === undefined) return count;
  return state === 'waiting' ? count - of.registered - of.rejected - of.unaccounted : of[state];
};

export type BatchHead = {
  batchId: string;
  state: BatchState;
  target: string;
  way: BatchWay;
  template: BatchTemplate | null;
  lineOrder: string | null;
  /** SHA-256 of the batch's file, lower-case hex. */
  digest: string;
  objectKey: string;
  bucket: string | null;
  region: string | null;
  taskId: string | null;
  /** Facts that the submission needs after a restart. */
  details: Record<string, unknown>;
  error: WireError | null;
  createdAt: string;
  createdBy: string;
};

type HeadRow = Omit<BatchHead, keyof Stored | 'details'> & Stored & { details: string | null };

/**
 * The batch without its members.
 *
 * @throws batch.notFound
 */
export const batchHead = read((sql, batchId: string): BatchHead => {
  stateOfBatch(sql, batchId);
  const { details, ...head } = sql.get<HeadRow>(
    `SELECT batchId, ${shownState('b')} AS state, target, way, template, lineOrder, digest, objectKey, bucket, region, taskId, details, error, createdAt, createdBy
     FROM batches b WHERE batchId = @batchId`,
    { batchId },
  )!;
  return { ...withRead(head), details: JSON.parse(details ?? '{}') as Record<string, unknown> };
});

/** The CAs of this station that signed the members' certificates, and how many members each has. */
export const batchAuthorities = read((sql, batchId: string): { issuerId: string; count: number }[] =>
  sql.all(
    `SELECT c.issuerId, count(*) AS count FROM members m JOIN certificates c ON ${ofMember('m')}
     WHERE m.batchId = @batchId AND c.issuerId IS NOT NULL GROUP BY c.issuerId ORDER BY min(m.line)`,
    { batchId },
  ),
);

type After = {
  batchId: string /** The last line of the page before; 0 for the first page. */;
  afterLine: number;
  limit: number;
};

/** A page of the names of members, in columns and in line order; empty after the last one. */
export const memberNames = read((sql, page: After): Pick<MemberPage, 'thingNames' | 'certificateIds'> => {
  const rows = sql.rows<[thingName: string, certificateId: string]>(
    `SELECT ${thingName}, m.certificateId FROM members m JOIN certificates c ON ${ofMember('m')}
     WHERE m.batchId = @batchId AND m.line > @afterLine ORDER BY m.line LIMIT @limit`,
    page,
  );
  return {
    thingNames: rows.map(([thingName]) => thingName),
    certificateIds: rows.map(([, certificateId]) => certificateId),
  };
});

/**
 * A page of members with their certificates, in line order; empty after the last one.
 *
 * @throws records.damaged – a member has no certificate on record
 */
export const memberCertificates = read(
  (sql, page: After): MemberPage =>
    pageOf(
      sql.rows<PageRow>(
        `SELECT m.unitSerial, ${thingName}, m.certificateId, c.issuerId, c.der
       FROM members m LEFT JOIN certificates c ON ${ofMember('m')}
       WHERE m.batchId = @batchId AND m.line > @afterLine ORDER BY m.line LIMIT @limit`,
        page,
      ),
    ),
);
