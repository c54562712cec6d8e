/** One search over everything that a person may have in hand. */
import { type Found, hitsShown } from '../../contract/desk.ts';
import type { BatchState, CertificateState, UnitState } from '../../contract/model.ts';
import { shownState as shownBatchState } from '../batches/head.ts';
import { read, together } from '../call.ts';
import { stateOf, withRevocation } from '../certificates/search.ts';
import type { Sql, SqlParams } from '../sql.ts';
import { candidatesOf, termsOf } from '../units/candidates.ts';
import { shownState, withScraps } from '../units/scrapped.ts';
import { dayOf } from '../units/search.ts';

type Ask = { query: string; codes: readonly string[] };

const groupOf = <R>(rows: R[]): { hits: R[]; more: boolean } => ({
  hits: rows.slice(0, hitsShown),
  more: rows.length > hitsShown,
});
const none = { hits: [], more: false };
const limit = hitsShown + 1;

const findInRecords = read((sql, { query, codes }: Ask): Omit<Found, 'day'> => {
  const exact = exactOf(sql, query);
  const { part, beginning } = termsOf(query);
  // A label that was scanned needs no further search.
  const units = exact?.kind === 'unit' ? { serials: [exact.unitSerial] } : candidatesOf(sql, query);
  return {
    exact,
    units: unitsOf(sql, units.serials),
    certificates: certificatesOf(sql, query),
    orders: groupOf(
      sql.all(
        `SELECT orderId, model, state FROM orders WHERE orderId LIKE @part ESCAPE '\\' ORDER BY createdAt DESC, orderId LIMIT ${limit}`,
        {
          part,
        },
      ),
    ),
    batches: groupOf(
      sql.all<{ batchId: string; state: BatchState; count: number }>(
        `SELECT b.batchId, ${shownBatchState('b')} AS state, b.members AS count FROM batches b WHERE b.batchId LIKE @part ESCAPE '\\'
         ORDER BY b.createdAt DESC LIMIT ${limit}`,
        { part },
      ),
    ),
    models: groupOf(modelsLike(sql, query)),
    people: groupOf(
      sql.all(
        `SELECT name FROM (SELECT name FROM people UNION SELECT DISTINCT actor FROM auditDays) WHERE name LIKE @part ESCAPE '\\'
         ORDER BY name LIMIT ${limit}`,
        { part },
      ),
    ),
    errors: errorsOf(sql, codes, beginning),
  };
});

/**
 * What a text may mean. `codes` are error codes whose words have the text in them. The thread that asks works out the
 * day.
 */
export const find = together({ findInRecords }, async (ask, { query, codes }: Ask): Promise<Found> => {
  const text = query.trim();
  const day = dayOf(text);
  const period = day ? { since: day.from, until: day.until } : null;
  if (text === '' || day) return { ...nothing, day: period };
  return { ...(await ask.findInRecords({ query: text, codes })), day: null };
});

const nothing: Omit<Found, 'day'> = {
  exact: null,
  units: none,
  certificates: none,
  orders: none,
  batches: none,
  models: none,
  people: none,
  errors: none,
};

function exactOf(sql: Sql, query: string): Found['exact'] {
  const unit = sql.get<{ unitSerial: string }>(
    'SELECT unitSerial FROM units WHERE unitSerial COLLATE NOCASE = @query UNION ALL SELECT unitSerial FROM units WHERE hardwareId COLLATE NOCASE = @query LIMIT 1',
    { query },
  );
  if (unit) return { kind: 'unit', ...unit };
  // As openssl writes them: in capitals, with a colon after each byte.
  const id = query.replaceAll(':', '').toLowerCase();
  const certificate = sql.get<{ serialHex: string }>(
    'SELECT serialHex FROM certificates WHERE serialHex = @id UNION ALL SELECT serialHex FROM certificates WHERE certificateId = @id LIMIT 1',
    { id },
  );
  return certificate ? { kind: 'certificate', ...certificate } : null;
}

function unitsOf(sql: Sql, serials: readonly string[]): Found['units'] {
  return groupOf(
    sql.all<{ unitSerial: string; state: UnitState; orderId: string; model: string }>(
      `SELECT u.unitSerial, ${shownState} AS state, u.orderId, u.model FROM json_each(@serials) given
       JOIN units u ON u.unitSerial = given.value JOIN journalIndex j USING (unitSerial) ${withScraps} ORDER BY given.key`,
      { serials: JSON.stringify(serials.slice(0, limit)) },
    ),
  );
}

const hexOnly = /^[0-9a-f]{4,}$/;

function certificatesOf(sql: Sql, query: string): Found['certificates'] {
  const id = query.replaceAll(':', '').toLowerCase();
  if (!hexOnly.test(id)) return none;
  const range: SqlParams = { low: id, high: `${id}g` };
  return groupOf(
    sql.all<{ serialHex: string; state: CertificateState; unitSerial: string | null }>(
      `SELECT c.serialHex, ${stateOf} AS state, c.unitSerial FROM ${withRevocation} WHERE c.serialHex IN (
         SELECT serialHex FROM (SELECT serialHex FROM certificates WHERE serialHex >= @low AND serialHex < @high LIMIT ${limit})
         UNION SELECT serialHex FROM (SELECT serialHex FROM certificates WHERE certificateId >= @low AND certificateId < @high LIMIT ${limit}))
       LIMIT ${limit}`,
      range,
    ),
  );
}

/** Each model once: the index is asked for the next one, so that the units of a model are not read. */
function modelsLike(sql: Sql, query: string): { model: string }[] {
  const wanted = query.toLowerCase();
  const found: { model: string }[] = [];
  for (let model = firstModel(sql, ''); model !== null && found.length < limit; ) {
    if (model.toLowerCase().includes(wanted)) found.push({ model });
    const next = firstModel(sql, model);
    // Bytes that are no text come as other ones, before which SQLite finds them again.
    if (next === model) break;
    model = next;
  }
  return found;
}

const firstModel = (sql: Sql, after: string): string | null =>
  sql.get<{ model: string | null }>('SELECT min(model) AS model FROM journalIndex WHERE model > @after', { after })!
    .model;

function errorsOf(sql: Sql, codes: readonly string[], beginning: string): Found['errors'] {
  return groupOf(
    sql.all<{ code: string; units: number }>(
      `SELECT errorCode AS code, count(*) AS units FROM journalIndex
       WHERE errorCode IS NOT NULL AND (errorCode IN (SELECT value FROM json_each(@codes)) OR errorCode LIKE @beginning ESCAPE '\\')
       GROUP BY errorCode ORDER BY units DESC LIMIT ${limit}`,
      { codes: JSON.stringify(codes), beginning: `%${beginning}` },
    ),
  );
}
