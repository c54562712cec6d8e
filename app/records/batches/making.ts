/**
 * A batch is made page by page, however many units it has: each page of members is a commit of its own, so that the
 * line's writes have their turn in between, and a crash loses nothing. Until the last page the batch is `making`.
 */
import type { BatchTemplate, BatchWay } from '../../contract/batches.ts';
import { StationError } from '../../contract/errors.ts';
import type { BatchRow } from '../../contract/model.ts';
import { firstTargetName } from '../../contract/targets.ts';
import { audit } from '../audit/audit.ts';
import { patientWrite, read, write } from '../call.ts';
import { journalNames } from '../entrynames.ts';
import type { Sql } from '../sql.ts';
import { insertBatch } from './batches.ts';
import { type Candidates, readyOf, thingName, wantedOf, wantedWhere } from './candidates.ts';
import { badState, stateOfBatch } from './head.ts';
import { type Joiners, joinPage, type Seen, seenNow } from './membership.ts';
import { type MemberPage, type PageRow, pageOf } from './pages.ts';
import { showBatch } from './search.ts';

/** What the batch is made of: these units, as far as they were ready when it began (`upTo` is the last entry of then). */
export type Making = { wanted: Candidates; upTo: number };

/** Units whose last entry came after this one are ready too late for a batch that begins now. */
export const lastEntry = read(
  (sql): number => sql.get<{ last: number | null }>('SELECT max(entryId) AS last FROM journalIndex')!.last ?? 0,
);

/** `after`: 0, or `next` of the page before. */
type Page = Making & { after: number };
export type CandidatePage = MemberPage & { next: number | null; seen: Seen };

/** So many units are looked at for a page: of a station's whole past few may be ready, and no read may take long. */
const scanned = 4000;
/** Whole statements of the log (64 members each, `boundTables`): one that a later page goes on with is made twice. */
const pageUnits = 512;

/** A page of the units that are ready, the oldest pass first. It may be empty; `next` is null after the last one. */
export const candidatePage = read((sql, { wanted, upTo, after }: Page): CandidatePage => {
  const span = `(SELECT * FROM journalIndex WHERE entryId > @after AND entryId <= @upTo ORDER BY entryId LIMIT ${scanned})`;
  const found = sql.rows<PageRow>(
    `SELECT j.unitSerial, ${thingName}, c.certificateId, c.issuerId, c.der, j.entryId
     ${readyOf(`${span} j`)} ${wantedWhere} ORDER BY j.entryId LIMIT ${pageUnits}`,
    { ...wantedOf(wanted), after, upTo },
  );
  const next =
    found.length === pageUnits
      ? found.at(-1)![5]!
      : sql.get<{ last: number | null }>(`SELECT max(entryId) AS last FROM ${span}`, { after, upTo })!.last;
  return { ...pageOf(found), next, seen: seenNow(sql) };
});

type Begin = Making & {
  batchId: string;
  way?: BatchWay | undefined;
  /** The kept template of its lines; null for the station's own. */
  template?: BatchTemplate | null;
  actor: string;
};

/**
 * Puts a batch on record that has no members yet.
 *
 * @throws records.conflict – the batch is on record
 */
export const beginBatch = write(
  (sql, { batchId, wanted, upTo, way = 'bulk', template = null, actor }: Begin, at): void => {
    if (sql.get('SELECT 1 FROM batches WHERE batchId = @batchId', { batchId })) {
      throw new StationError('records.conflict', `batch ${batchId} is on record`, { data: { batchId } });
    }
    const { target = firstTargetName } = wanted;
    insertBatch(sql, { batchId, target, way, template, at, actor, digest: undefined, objectKey: undefined });
    sql.run('UPDATE batches SET details = @details WHERE batchId = @batchId', {
      batchId,
      details: JSON.stringify({ making: { wanted, upTo } satisfies Making }),
    });
  },
);

type Add = {
  batchId: string;
  actor: string;
  units: Joiners;
  /** Of the page that the units come from. Without it each of them is looked at again. */
  seen?: Seen;
};

/**
 * Adds a page of members after the last line, with `batch.member` in the story of each. A unit that is not ready any more
 * is left out.
 *
 * @returns the places of the units that were left out, from 0
 * @throws batch.notFound
 * @throws batch.badState – the batch has its members, or was withdrawn
 */
export const addToBatch = patientWrite((sql, { batchId, actor, units, seen }: Add, at): number[] => {
  const { target, way } = makingOf(sql, batchId);
  return joinPage(sql, { batchId, target, way, actor, at }, units, seen);
});

type Finish = { batchId: string; digest?: string | undefined; objectKey?: string | undefined; actor: string };

/**
 * The batch has all its members, and its file where its way has one. Audit `batch.made`.
 *
 * @throws batch.notFound, batch.badState – as `addToBatch`
 * @throws batch.empty – it has no members
 */
export const finishBatch = write((sql, { batchId, digest, objectKey, actor }: Finish, at): BatchRow => {
  const { target, way } = makingOf(sql, batchId);
  sql.run(
    `UPDATE batches SET details = NULL, error = NULL, digest = coalesce(@digest, digest),
       objectKey = coalesce(@objectKey, objectKey) WHERE batchId = @batchId`,
    { batchId, digest: digest ?? null, objectKey: objectKey ?? null },
  );
  const { total: _, members: __, ...row } = showBatch(sql, { batchId, limit: 0 }, at);
  if (row.count === 0) throw new StationError('batch.empty', 'no unit is ready to be registered');
  const file = digest === undefined ? {} : { digest, objectKey };
  const template = row.template === null ? {} : { template: row.template };
  const data = { count: row.count, ...file, target, way, ...template };
  audit(sql, { at, entry: 'batch.made', actor, subject: batchId, data });
  return row;
});

function makingOf(sql: Sql, batchId: string): { target: string; way: BatchWay } {
  const state = stateOfBatch(sql, batchId);
  if (state !== 'making') throw badState(batchId, `is ${state}; it has its members`);
  return sql.get<{ target: string; way: BatchWay }>('SELECT target, way FROM batches WHERE batchId = @batchId', {
    batchId,
  })!;
}

type LetGo = { batchId: string; reason: string; limit: number; actor: string };

/**
 * Lets go of a page of members without a thing, so that they may join another batch: of a batch that ended, or whose
 * making did. `batch.left` in the journal of each.
 *
 * @returns how many; 0 when all have left
 * @throws batch.notFound
 * @throws batch.badState – AWS may still register them
 */
export const letGoMembers = patientWrite((sql, { batchId, reason, limit, actor }: LetGo, at): number => {
  const state = stateOfBatch(sql, batchId);
  if (!['failed', 'stopped', 'done'].includes(state)) throw badState(batchId, `is ${state}; its members stay`);
  const page = `SELECT line FROM members WHERE batchId = @batchId AND live = 1 AND state <> 'registered' ORDER BY line LIMIT @limit`;
  sql.run(
    `INSERT INTO journal (unitSerial, position, at, attempt, entry, actor, data)
     SELECT m.unitSerial, (SELECT max(position) + 1 FROM journal p WHERE p.unitSerial = m.unitSerial), @at, j.attempts,
       ${journalNames('batch.left')}, @actor, json_object('batchId', m.batchId, 'line', m.line, 'reason', @reason)
     FROM members m JOIN journalIndex j USING (unitSerial) WHERE m.batchId = @batchId AND m.line IN (${page})
     ORDER BY m.line`,
    { batchId, reason, limit, actor, at },
  );
  return sql.run(
    `UPDATE members SET live = 0, state = iif(state = 'rejected', state, 'unaccounted'), reason = coalesce(reason, @reason)
     WHERE batchId = @batchId AND line IN (${page})`,
    { batchId, reason, limit },
  ).changes;
});
