/** Which entries an export has: the conditions of a person as SQL over the audit log, the journals and the statements. */
import { StationError } from '../../contract/errors.ts';
import type { ExportScope } from '../../contract/exports.ts';
import type { Source } from '../log/leaves.ts';
import type { Sql, SqlParams } from '../sql.ts';

/** The unit serials, and the subjects of the audit log, that a scope is about. Undefined where it is about all. */
export type About = { units: string[]; subjects: string[] };

/**
 * Finds what the scope is about.
 *
 * @throws order.notFound, batch.notFound, unit.notFound – there is none
 * @throws call.badParams – the period ends before it begins, or no person of this name or badge is on record
 */
export function aboutOf(sql: Sql, scope: ExportScope): About | undefined {
  const { from, to, orderId, batchId, unitSerial } = scope;
  if (from !== undefined && to !== undefined && from >= to)
    throw new StationError('call.badParams', `the period from ${from} ends before it begins: to is ${to}`);
  assertThere(sql, scope);
  const sets: About[] = [];
  if (orderId !== undefined) {
    const units = column(sql, 'SELECT unitSerial FROM units WHERE orderId = @orderId ORDER BY 1', { orderId });
    sets.push(about(sql, units, [orderId, ...batchesOf(sql, orderId)]));
  }
  if (batchId !== undefined) {
    const units = column(sql, 'SELECT unitSerial FROM members WHERE batchId = @batchId ORDER BY 1', { batchId });
    sets.push(about(sql, units, [batchId]));
  }
  if (unitSerial !== undefined) sets.push(about(sql, [unitSerial], []));
  return sets.reduce<About | undefined>((all, one) => (all === undefined ? one : common(all, one)), undefined);
}

function assertThere(sql: Sql, { orderId, batchId, unitSerial, operator }: ExportScope): void {
  if (operator !== undefined) assertKnown(sql, operator);
  if (orderId !== undefined && !sql.get('SELECT 1 FROM orders WHERE orderId = @orderId', { orderId }))
    throw new StationError('order.notFound', `there is no order ${orderId}`, { data: { orderId } });
  if (batchId !== undefined && !sql.get('SELECT 1 FROM batches WHERE batchId = @batchId', { batchId }))
    throw new StationError('batch.notFound', `there is no batch ${batchId}`, { data: { batchId } });
  if (unitSerial !== undefined && !sql.get('SELECT 1 FROM units WHERE unitSerial = @unitSerial', { unitSerial }))
    throw new StationError('unit.notFound', `there is no unit ${unitSerial}`, { data: { unitSerial } });
}

const column = (sql: Sql, text: string, params: SqlParams): string[] =>
  sql.all<Record<string, string>>(text, params).flatMap((row) => Object.values(row));

/** A batch with units of another order would tell of that order, so that it is left out. */
const batchesOf = (sql: Sql, orderId: string): string[] =>
  column(
    sql,
    `SELECT DISTINCT m.batchId FROM units u JOIN members m USING (unitSerial) WHERE u.orderId = @orderId AND NOT EXISTS (
       SELECT 1 FROM members o JOIN units v USING (unitSerial) WHERE o.batchId = m.batchId AND v.orderId <> @orderId)`,
    { orderId },
  );

function about(sql: Sql, units: string[], others: string[]): About {
  const serials = inParts(units, (part) =>
    column(
      sql,
      'SELECT serialHex FROM certificates WHERE unitSerial IN (SELECT value FROM json_each(@part)) ORDER BY 1',
      { part },
    ),
  );
  return { units, subjects: [...others, ...units, ...serials] };
}

function common(one: About, other: About): About {
  const [units, subjects] = [new Set(other.units), new Set(other.subjects)];
  return {
    units: one.units.filter((unit) => units.has(unit)),
    subjects: one.subjects.filter((subject) => subjects.has(subject)),
  };
}

const partSize = 1000;
function inParts<R>(values: readonly string[], read: (part: string) => R[]): R[] {
  const all: R[] = [];
  for (let at = 0; at < values.length; at += partSize)
    for (const row of read(JSON.stringify(values.slice(at, at + partSize)))) all.push(row);
  return all;
}

/**
 * How entries name a person: the name with the badge, and the badge alone at a sign-in. Badges that were replaced count,
 * since entries from before keep them.
 */
function actorsOf(sql: Sql, operator: string): string[] {
  const people = sql.all<{ name: string; badge: string }>(
    `WITH badges AS (SELECT personId, name, badge FROM people
       UNION ALL SELECT f.personId, p.name, f.badge FROM formerBadges f JOIN people p USING (personId))
     SELECT name, badge FROM badges WHERE personId IN
       (SELECT personId FROM badges WHERE name = @operator OR badge = @operator OR name || ' (' || badge || ')' = @operator)`,
    { operator },
  );
  return [...new Set([operator, ...people.flatMap(({ name, badge }) => [`${name} (${badge})`, badge])])];
}

/** A name with a slip would give an export without entries, which looks as if the person had done nothing. */
function assertKnown(sql: Sql, operator: string): void {
  const acted = sql.get(
    `SELECT 1 FROM auditDays WHERE actor = @operator UNION ALL SELECT 1 FROM attemptCounts WHERE operator = @operator LIMIT 1`,
    { operator },
  );
  if (acted || actorsOf(sql, operator).length > 1) return;
  throw new StationError('call.badParams', `there is no person ${operator} on record`, { data: { path: 'operator' } });
}

/** The period and the person, for both kinds of entries. */
export function conditionsOf(
  sql: Sql,
  { from, to, operator }: ExportScope,
): { where: string; params: Record<string, string> } {
  const params: Record<string, string> = {};
  let where = '';
  if (from !== undefined) {
    where += ' AND at >= @since';
    params.since = from;
  }
  if (to !== undefined) {
    where += ' AND at < @until';
    params.until = to;
  }
  if (operator !== undefined) {
    where += ' AND actor IN (SELECT value FROM json_each(@actors))';
    params.actors = JSON.stringify(actorsOf(sql, operator));
  }
  return { where, params };
}

/** What is stated of these rows goes along with the entries of a unit. */
const statedOf = (sql: Sql, { units, subjects }: About, { orderId }: ExportScope): [string, string][] => {
  const serials = new Set(subjects);
  const certificates = inParts(units, (part) =>
    column(sql, 'SELECT serialHex FROM certificates WHERE unitSerial IN (SELECT value FROM json_each(@part))', {
      part,
    }),
  );
  return [
    ...(orderId !== undefined && serials.has(orderId)
      ? [['orders', JSON.stringify([orderId])] as [string, string]]
      : []),
    ...units.map((unit): [string, string] => ['units', JSON.stringify([unit])]),
    ...certificates.map((serial): [string, string] => ['certificates', JSON.stringify([serial])]),
  ];
};

/** The ids of a source in their order, when the scope is about certain units. */
export function idsOf(sql: Sql, source: Source, scope: ExportScope, among: About): number[] {
  const { where, params } = conditionsOf(sql, scope);
  const ids = (values: readonly string[], text: string) =>
    inParts(values, (part) => sql.all<{ id: number }>(text, { ...params, part }).map(({ id }) => id));
  const found = (): number[] => {
    switch (source) {
      case 'audit':
        return ids(
          among.subjects,
          `SELECT seq AS id FROM audit WHERE subject IN (SELECT value FROM json_each(@part))${where}`,
        );
      case 'journal':
        return ids(
          among.units,
          `SELECT entryId AS id FROM journal WHERE unitSerial IN (SELECT value FROM json_each(@part))${where}`,
        );
      case 'statement':
        return where === ''
          ? statementIds(sql, new Set(statedOf(sql, among, scope).map(([table, key]) => `${table} ${key}`)))
          : [];
    }
  };
  return [...new Set(found())].sort((a, b) => a - b);
}

/** Statements have no index by what they are of: all are looked at once. */
function statementIds(sql: Sql, wanted: ReadonlySet<string>): number[] {
  const all: number[] = [];
  let after = 0;
  for (;;) {
    const rows = sql.all<{ id: number; what: string }>(
      `SELECT statementId AS id, ofTable || ' ' || rowKey AS what FROM logStatements
       WHERE statementId > @after ORDER BY statementId LIMIT 10000`,
      { after },
    );
    for (const { id, what } of rows) if (wanted.has(what)) all.push(id);
    const last = rows.at(-1);
    if (last === undefined) return all;
    after = last.id;
  }
}
