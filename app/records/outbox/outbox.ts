/** The events that an MES reads or is sent, and how far the webhook has come. */
import type { HookEvent } from '../../contract/intake.ts';
import { read, write } from '../call.ts';

type Row = {
  seq: number;
  orderId: string;
  at: string;
  entry: string;
  unitSerial: string | null;
  attempt: number | null;
  data: string;
  certificateId: string | null;
};
type Ended = { outcome: NonNullable<HookEvent['unit']>['outcome']; error?: { code: string } };
type Page = { after: number; limit: number; orderId?: string | undefined };

/** `more`: there are others behind them. `removed`: the last event that went by the rule. */
type Listed = { events: HookEvent[]; more: boolean; removed: number };

/** Events after `after`, the oldest first. */
export const listEvents = read((sql, { after, limit, orderId }: Page): Listed => {
  const rows = sql.all<Row>(
    `SELECT o.seq, o.orderId, coalesce(j.at, a.at) AS at, coalesce(j.entry, a.entry) AS entry, j.unitSerial, j.attempt,
       coalesce(j.data, a.data) AS data,
       (SELECT c.certificateId FROM certificates c WHERE c.unitSerial = j.unitSerial AND c.issuedAt <= j.at
         ORDER BY c.issuedAt DESC LIMIT 1) AS certificateId
     FROM outbox o LEFT JOIN journal j USING (entryId) LEFT JOIN audit a ON a.seq = o.auditSeq
     WHERE o.seq > @after ${orderId === undefined ? '' : 'AND o.orderId = @orderId'} ORDER BY o.seq LIMIT @most`,
    { after, most: limit + 1, ...(orderId === undefined ? {} : { orderId }) },
  );
  const { removed } = sql.get<{ removed: number }>('SELECT removed FROM outboxMark')!;
  return { events: rows.slice(0, limit).map(eventOf), more: rows.length > limit, removed };
});

function eventOf({ seq, orderId, at, entry, unitSerial, attempt, data, certificateId }: Row): HookEvent {
  if (unitSerial === null) {
    const about = entry.startsWith('alert.') ? { alert: JSON.parse(data) as NonNullable<HookEvent['alert']> } : {};
    return { seq, at, type: entry as HookEvent['type'], orderId, ...about };
  }
  const { outcome, error } = JSON.parse(data) as Ended;
  const unit = { unitSerial, attempt: attempt ?? 0, outcome, errorCode: error?.code ?? null, certificateId };
  return { seq, at, type: 'unit.result', orderId, unit };
}

export type Delivery = {
  delivered: number;
  waiting: number;
  tries: number;
  nextTryAt: string | null;
  pausedAt: string | null;
  error: string | null;
};

/** How far the webhook has come. */
export const delivery = read(
  (sql): Delivery =>
    sql.get<Delivery>(
      `SELECT delivered, tries, nextTryAt, pausedAt, error,
         (SELECT count(*) FROM outbox WHERE seq > delivered) AS waiting FROM outboxMark`,
    )!,
);

type Told = { delivered: number } | { failed: string; nextTryAt: string; pause: boolean };

/** What became of a try. */
export const recordDelivery = write((sql, told: Told, at): void => {
  if ('delivered' in told) {
    sql.run(
      'UPDATE outboxMark SET delivered = @delivered, tries = 0, nextTryAt = NULL, pausedAt = NULL, error = NULL',
      told,
    );
    return;
  }
  const { failed, nextTryAt, pause } = told;
  sql.run('UPDATE outboxMark SET tries = tries + 1, error = @failed, nextTryAt = @nextTryAt, pausedAt = @pausedAt', {
    failed,
    nextTryAt: pause ? null : nextTryAt,
    pausedAt: pause ? at : null,
  });
});

/** Ends a pause, and tries at once. `skip`: a new receiver gets what happens from now on. */
export const resumeDelivery = write((sql, { skip }: { skip: boolean }): void => {
  sql.run('UPDATE outboxMark SET tries = 0, nextTryAt = NULL, pausedAt = NULL, error = NULL');
  if (skip) sql.run('UPDATE outboxMark SET delivered = (SELECT coalesce(max(seq), 0) FROM outbox)');
});
