/** Alerts about orders: judged after units, raised once, and cleared when what they say is no longer so. */
import { type Alert, type AlertFacts, type AlertRules, stepRuns } from '../../contract/alerts.ts';
import { isNamed } from '../../contract/model.ts';
import { audit } from '../audit/audit.ts';
import { read, together, write } from '../call.ts';
import { auditNames, journalNames } from '../entrynames.ts';
import { countColumns } from '../orders/counts.ts';
import type { Sql } from '../sql.ts';

/** `after`: the last result that was judged; null looks at every open order. */
type Ask = { rules: AlertRules; after: number | null };
type Change = { orderId: string; facts: AlertFacts; raised: boolean };
type Open = Alert & { seq: number };

const told = `entry IN (${auditNames('alert.raised', 'alert.cleared')})`;
const keyOf = ({ rule, about }: Pick<AlertFacts, 'rule' | 'about'>): string => `${rule} ${about}`;

/** The alerts that were raised and not cleared, the latest first. There are few entries of these names. */
function openOf(sql: Sql): Open[] {
  const open = new Map<string, Open>();
  for (const row of sql.all<{ seq: number; at: string; entry: string; orderId: string; data: string }>(
    `SELECT seq, at, entry, subject AS orderId, data FROM audit WHERE ${told} ORDER BY seq`,
  )) {
    const { seq, at: raisedAt, orderId } = row;
    const facts = JSON.parse(row.data) as AlertFacts;
    const key = `${orderId}\n${keyOf(facts)}`;
    if (isNamed(row, 'alert.raised')) open.set(key, { ...facts, orderId, raisedAt, seq });
    else open.delete(key);
  }
  return [...open.values()].sort((one, other) => other.seq - one.seq);
}

/** The alerts that stand now. */
export const openAlerts = read((sql): Alert[] => openOf(sql).map(({ seq, ...alert }) => alert));

const findChanges = read((sql, ask: Ask, at): { upTo: number; changes: Change[] } => ({
  upTo: sql.get<{ upTo: number }>('SELECT coalesce(max(seq), 0) AS upTo FROM outbox')!.upTo,
  changes: changesOf(sql, ask, at),
}));

const recordChanges = write((sql, ask: Ask, at): void => {
  // Judged again, because another commit may have come between.
  for (const { orderId, facts, raised } of changesOf(sql, ask, at))
    audit(sql, {
      ...(raised ? { entry: 'alert.raised', data: facts } : { entry: 'alert.cleared', data: facts }),
      ...{ at, actor: 'station', subject: orderId },
    });
});

/**
 * Judges the orders that had results, those with an alert, and those past their day. Audit `alert.raised` and
 * `alert.cleared`. Without a change it writes nothing. `upTo`: the last result that was judged.
 */
export const judgeAlerts = together(
  { findChanges, recordChanges },
  async (ask, asked: Ask): Promise<{ upTo: number; changed: boolean }> => {
    const { upTo, changes } = await ask.findChanges(asked);
    if (changes.length > 0) await ask.recordChanges(asked);
    return { upTo, changed: changes.length > 0 };
  },
);

function changesOf(sql: Sql, { rules, after }: Ask, at: string): Change[] {
  const open = openOf(sql);
  const orders = new Set([
    ...open.map(({ orderId }) => orderId),
    ...(rules.overdue || after === null ? openOrders(sql, after === null ? null : at) : []),
    ...(after === null ? [] : ordersWithResults(sql, after)),
  ]);
  return [...orders].flatMap((orderId) => {
    const mine = open.filter((alert) => alert.orderId === orderId);
    const stands = new Set(mine.map(keyOf));
    const wanted = wantedOf(sql, rules, orderId, at);
    const wants = new Set(wanted.map(keyOf));
    const cleared = mine.filter((alert) => !wants.has(keyOf(alert)));
    return [
      ...cleared.map(({ rule, about, value, limit }) => ({
        orderId,
        facts: { rule, about, value, limit },
        raised: false,
      })),
      ...wanted.filter((facts) => !stands.has(keyOf(facts))).map((facts) => ({ orderId, facts, raised: true })),
    ];
  });
}

const names = (rows: { orderId: string }[]) => rows.map(({ orderId }) => orderId);
/** `dueBy`: only those that were to be made by then. */
const openOrders = (sql: Sql, dueBy: string | null): string[] =>
  names(
    sql.all(`SELECT orderId FROM orders WHERE state = 'open' ${dueBy === null ? '' : 'AND dueAt <= @dueBy'}`, {
      ...(dueBy === null ? {} : { dueBy }),
    }),
  );
/** NOT INDEXED: by the place of the event. SQLite would read all of the index by order, a million events once a second. */
const ordersWithResults = (sql: Sql, after: number): string[] =>
  names(
    sql.all('SELECT DISTINCT orderId FROM outbox NOT INDEXED WHERE seq > @after AND entryId IS NOT NULL', { after }),
  );

type Result = { unitSerial: string; attempt: number; position: number; state: string; code: string | null };

/** The last results of an order, the latest first: through the outbox, which has them by order. */
const lastResults = (sql: Sql, orderId: string, most: number): Result[] =>
  sql.all(
    `SELECT j.unitSerial, j.attempt, j.position, j.state, json_extract(j.data, '$.error.code') AS code
     FROM outbox o JOIN journal j USING (entryId) WHERE o.orderId = @orderId ORDER BY o.seq DESC LIMIT @most`,
    { orderId, most },
  );

function wantedOf(sql: Sql, rules: AlertRules, orderId: string, at: string): AlertFacts[] {
  const order = sql.get<{ dueAt: string | null; quantity: number; passed: number }>(
    `SELECT o.dueAt, o.quantity, ${countColumns} FROM orders o WHERE o.orderId = @orderId AND o.state = 'open'`,
    { orderId },
  );
  if (!order) return [];
  const left = order.quantity - order.passed;
  return [
    ...yieldAlert(sql, rules.yield, orderId),
    ...sameCodeAlert(sql, rules.sameCode, orderId),
    ...rules.stepTimes.flatMap((rule) => stepAlert(sql, rule, orderId)),
    ...(rules.overdue && order.dueAt !== null && order.dueAt <= at && left > 0
      ? [{ rule: 'overdue' as const, about: '', value: left, limit: 0 }]
      : []),
  ];
}

/** Of many repeats few are first results; so many results are looked at for each that is wanted. */
const looks = 3;

function yieldAlert(sql: Sql, rule: AlertRules['yield'], orderId: string): AlertFacts[] {
  if (!rule) return [];
  const { units, percent } = rule;
  const firsts = lastResults(sql, orderId, units * looks)
    .filter(
      ({ unitSerial, position, state }) =>
        (state === 'passed' || state === 'failed') &&
        !sql.get(
          `SELECT 1 FROM journal WHERE unitSerial = @unitSerial AND position < @position AND state IN ('passed', 'failed')`,
          { unitSerial, position },
        ),
    )
    .slice(0, units);
  const value = (firsts.filter(({ state }) => state === 'passed').length / units) * 100;
  return firsts.length === units && value < percent ? [{ rule: 'yield', about: '', value, limit: percent }] : [];
}

function sameCodeAlert(sql: Sql, rule: AlertRules['sameCode'], orderId: string): AlertFacts[] {
  if (!rule) return [];
  const ended = lastResults(sql, orderId, rule.times * looks).filter(({ state }) => state !== 'aborted');
  const code = ended[0]?.code;
  if (code === null || code === undefined) return [];
  const other = ended.findIndex((result) => result.code !== code);
  const value = other < 0 ? ended.length : other;
  return value >= rule.times ? [{ rule: 'sameCode', about: code, value: rule.times, limit: rule.times }] : [];
}

function stepAlert(sql: Sql, { step, limitMs }: AlertRules['stepTimes'][number], orderId: string): AlertFacts[] {
  const times = sql
    .all<{ ms: number }>(
      `SELECT s.ms FROM (SELECT j.unitSerial, j.attempt FROM outbox o JOIN journal j USING (entryId)
         WHERE o.orderId = @orderId ORDER BY o.seq DESC LIMIT ${stepRuns.most}) a
       JOIN journal s ON s.unitSerial = a.unitSerial AND s.attempt = a.attempt
         AND s.entry = ${journalNames('step.done')} AND s.step = @step WHERE s.ms IS NOT NULL ORDER BY s.ms`,
      { orderId, step },
    )
    .map(({ ms }) => ms);
  if (times.length < stepRuns.least) return [];
  const value = Math.round(times[Math.ceil(times.length * 0.95) - 1] ?? 0);
  return value > limitMs ? [{ rule: 'stepTime', about: step, value, limit: limitMs }] : [];
}
