/** Facts about first connections, put on record. */
import type { ConnectionReason, ConnectionState, ConnectionWay } from '../../contract/firstconnections.ts';
import { isSelfMade } from '../../contract/firstconnections.ts';
import type { JournalFact } from '../../contract/model.ts';
import { patientWrite } from '../call.ts';
import type { Sql } from '../sql.ts';
import { append } from '../units/journal.ts';
import { never } from './expect.ts';
import { after, type ConnectionFact, type Standing } from './machine.ts';

export type NotedConnection = {
  unitSerial: string;
  target: string;
  fact: ConnectionFact;
  /** When AWS is to be asked about the unit again, ISO 8601 UTC; null for not at all. Absent: as planned before. */
  askAt?: string | null | undefined;
};

type Row = Standing & { way: ConnectionWay; registeredAt: string | null; attempts: number; state: ConnectionState };

/**
 * Records facts, some hundred at most. A fact that changes nothing leaves no trace. The unit's journal gets
 * `connection.seen`, `connection.failed` and `connection.registered`. Units that are not waited for are left out.
 *
 * @returns how many units have another state now
 */
export const noteConnections = patientWrite((sql, { noted }: { noted: readonly NotedConnection[] }, at): number => {
  let changed = 0;
  for (const one of noted) {
    const row = sql.get<Row>(
      `SELECT f.way, f.state, f.dueAt, f.connectedAt, f.source, f.clientId, f.sourceIp, f.tries, f.lastTryAt, f.reason, f.madeName,
         f.certificateId, f.registeredAt, j.attempts
       FROM firstConnections f JOIN journalIndex j USING (unitSerial)
       WHERE f.unitSerial = @unitSerial AND f.target = @target AND f.state <> 'ended'`,
      { unitSerial: one.unitSerial, target: one.target },
    );
    if (row && noteOne(sql, one, row, at)) changed += 1;
  }
  return changed;
});

function noteOne(sql: Sql, { unitSerial, target, fact, askAt }: NotedConnection, row: Row, at: string): boolean {
  const next = after(row, fact, at);
  const made = fact.kind === 'found' && fact.made !== null && isSelfMade(row.way) ? fact.made : null;
  const isNew = made !== null && row.registeredAt === null;
  const registeredAt = isNew ? at : row.registeredAt;
  if (askAt === undefined && registeredAt === row.registeredAt && isSame(row, next)) return false;
  sql.run(
    `UPDATE firstConnections SET state = @state, connectedAt = @connectedAt, source = @source, clientId = @clientId,
       sourceIp = @sourceIp, tries = @tries, lastTryAt = @lastTryAt, reason = @reason, madeName = @madeName,
       certificateId = @certificateId, registeredAt = @registeredAt, askAt = coalesce(@askAt, askAt)
     WHERE unitSerial = @unitSerial AND target = @target`,
    { ...columnsOf(next), registeredAt, askAt: askAt === null ? never : (askAt ?? null), unitSerial, target },
  );
  const tell = (entry: JournalFact) =>
    append(sql, { ...entry, unitSerial, at, attempt: row.attempts, actor: 'station' });
  if (made && isNew) {
    const stays = !isInForce(sql, unitSerial, made.certificateId);
    tell({ entry: 'connection.registered', data: { target, way: row.way, ...made, reason: next.reason }, stays });
  }
  const { connectedAt, source, clientId, sourceIp } = next;
  const isSeen = connectedAt !== null && source !== null;
  if (isSeen && (row.connectedAt === null || (row.clientId === null && clientId !== null)))
    tell({ entry: 'connection.seen', data: { target, connectedAt, source, clientId, sourceIp } });
  if (next.state === 'failed' && (row.state !== 'failed' || row.reason !== next.reason))
    tell({
      entry: 'connection.failed',
      data: { target, reason: next.reason as ConnectionReason, tries: next.tries },
    });
  return row.state !== next.state;
}

const columnsOf = ({ dueAt: _, ...columns }: Standing): Omit<Standing, 'dueAt'> => ({
  state: columns.state,
  connectedAt: columns.connectedAt,
  source: columns.source,
  clientId: columns.clientId,
  sourceIp: columns.sourceIp,
  tries: columns.tries,
  lastTryAt: columns.lastTryAt,
  reason: columns.reason,
  madeName: columns.madeName,
  certificateId: columns.certificateId,
});

const isSame = (row: Standing, next: Standing): boolean => {
  const [one, other] = [columnsOf(row), columnsOf(next)];
  return (Object.keys(one) as (keyof typeof one)[]).every((column) => one[column] === other[column]);
};

/** A claim's unit has no certificate of ours: AWS's is the one. */
const isInForce = (sql: Sql, unitSerial: string, certificateId: string): boolean => {
  const ours = sql.get<{ certificateId: string }>(
    `SELECT certificateId FROM certificates WHERE unitSerial = @unitSerial AND state = 'issued'`,
    { unitSerial },
  );
  return ours === undefined || ours.certificateId === certificateId;
};

/**
 * Marks up to `limit` units as overdue whose time has passed. Journal `connection.overdue`.
 *
 * @returns how many
 */
export const markOverdue = patientWrite((sql, { limit }: { limit: number }, at): number => {
  const due = sql.all<{ unitSerial: string; target: string; dueAt: string; attempts: number }>(
    `SELECT f.unitSerial, f.target, f.dueAt, j.attempts FROM firstConnections f INDEXED BY firstConnectionsDue
     CROSS JOIN journalIndex j USING (unitSerial) WHERE f.state = 'waiting' AND f.dueAt <= @at ORDER BY f.dueAt LIMIT @limit`,
    { at, limit },
  );
  for (const { unitSerial, target, dueAt, attempts: attempt } of due) {
    sql.run(`UPDATE firstConnections SET state = 'overdue' WHERE unitSerial = @unitSerial AND target = @target`, {
      unitSerial,
      target,
    });
    append(sql, { unitSerial, at, attempt, actor: 'station', entry: 'connection.overdue', data: { target, dueAt } });
  }
  return due.length;
});
