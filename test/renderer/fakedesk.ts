/** The desk of the fake station: a hundred thousand units, an audit log, what a search finds, views. */

import { windowRows } from '../../app/contract/desk.ts';
import type {
  Alert,
  AlertRules,
  AuditEntry,
  ChartsAsked,
  ListCursor,
  Overview,
  SavedView,
} from '../../app/contract/index.ts';
import { certificateAt } from './certificates.ts';
import type { Fake } from './fake.ts';
import { fakeCharts } from './fakecharts.ts';
import { now, people, unitRowAt } from './fixtures.ts';

type Part = { offset: number; limit: number; after?: ListCursor };

/** A page of a list of `count` rows, in windows as the station has them. */
function pageOf<Row>({ offset, limit, after }: Part, count: number, rowAt: (index: number) => Row) {
  const begin = after?.tie ?? 0;
  const behind = Math.max(0, count - begin);
  const total = Math.min(behind, windowRows);
  const rows = Array.from({ length: Math.max(0, Math.min(limit, behind - offset)) }, (_, index) =>
    rowAt(begin + offset + index),
  );
  const end = begin + offset + rows.length;
  return { total, more: behind > windowRows, rows, next: end < count ? { key: '', tie: end } : null };
}

const auditEntries = 2500;
const kinds = [
  ['unit.passed', 'BM-26-004102', {}],
  ['sign.done', certificateAt(1).serialHex, { certificateId: 'a3f1'.repeat(16) }],
  ['unit.failed', 'BM-26-004103', { code: 'verify.readBackMismatch' }],
  ['order.activated', 'WO-2611-07', {}],
  ['session.signedIn', 'B-3001', {}],
  ['order.vanished', 'WO-2611-06', { of: 'another version' }],
] as const;

export const auditAt = (index: number): AuditEntry => {
  const [entry, subject, data] = kinds[index % kinds.length] ?? kinds[0];
  const seq = auditEntries - index;
  const at = new Date(Date.parse(now) - index * 47_000).toISOString();
  const actor = entry === 'order.vanished' ? 'plant' : `${people.operator.name} (${people.operator.badge})`;
  return { seq, at, entry, subject, data, actor };
};

export const overviewOf = (): Overview => {
  const days = Array.from({ length: 7 }, (_, index) => ({
    since: new Date(Date.parse('2026-11-13T23:00:00.000Z') + index * 86_400_000).toISOString(),
    until: new Date(Date.parse('2026-11-14T23:00:00.000Z') + index * 86_400_000).toISOString(),
    passed: 380 + index * 3,
    failed: 6 + (index % 3),
    errors: index % 2,
  }));
  return {
    today: { ...days[6]!, firstPassYield: 0.968, units: 401 },
    days,
    failures: [
      { code: 'verify.readBackMismatch', attempts: 21 },
      { code: 'link.timeout', attempts: 9 },
    ],
    batches: [{ batchId: 'B-0008', state: 'running', count: 12_000 }],
    openBatches: 3,
    overdue: 4,
    connectionsFailed: 2,
    revocationsQueued: 1,
    batchesFailed: 1,
    unprovedBackups: [],
  };
};

/** Two alerts that stand. */
const openAlerts: Alert[] = [
  { rule: 'yield', about: '', value: 84, limit: 95, orderId: 'WO-2611-07', raisedAt: now },
  { rule: 'sameCode', about: 'link.timeout', value: 5, limit: 5, orderId: 'WO-2611-07', raisedAt: now },
];

const alertRules: AlertRules = {
  yield: { units: 50, percent: 95 },
  sameCode: { times: 5 },
  stepTimes: [],
  overdue: true,
};

const none = { hits: [], more: false };

export function deskAnswers(fake: Fake) {
  let views: SavedView[] = [];
  return {
    'units.list': ({ query, orderBy, ...part }: Part & { query?: string; orderBy?: string }) => {
      const count = query ? (query.startsWith('BM') ? 3 : 0) : fake.units;
      return { ...pageOf(part, count, unitRowAt), mark: 900, orderedBy: orderBy ?? 'updatedAt' };
    },
    'audit.list': ({ after, subject, ...part }: Part & { subject?: string }) => {
      const rows = Array.from({ length: auditEntries }, (_, index) => auditAt(index)).filter(
        (row) => (subject === undefined || row.subject === subject) && (!after || row.seq < after.tie),
      );
      const page = pageOf(part, rows.length, (index) => rows[index]!);
      return { ...page, next: null };
    },
    'audit.actors': () => [`${people.operator.name} (${people.operator.badge})`, 'station'],
    'desk.overview': () => overviewOf(),
    'desk.alerts': () => ({ rules: alertRules, open: openAlerts }),
    'desk.charts': (asked: ChartsAsked) => fakeCharts(asked, asked.orderId === 'WO-2611-06'),
    'desk.find': ({ query, codes }: { query: string; codes?: string[] }) => ({
      exact: query === 'BM-26-4102' ? { kind: 'unit', unitSerial: query } : null,
      units: query.startsWith('BM')
        ? {
            hits: [0, 1, 2]
              .map(unitRowAt)
              .map(({ unitSerial, state, orderId, model }) => ({ unitSerial, state, orderId, model })),
            more: true,
          }
        : none,
      certificates: query.startsWith('BM')
        ? {
            hits: [certificateAt(1)].map(({ serialHex, state, unitSerial }) => ({ serialHex, state, unitSerial })),
            more: false,
          }
        : none,
      orders: query.startsWith('BM')
        ? { hits: [{ orderId: 'WO-2611-07', model: 'SENSE-2', state: 'open' }], more: false }
        : none,
      batches: query.startsWith('BM')
        ? { hits: [{ batchId: 'B-0008', state: 'running', count: 12_000 }], more: false }
        : none,
      models: none,
      people: query.startsWith('Olga') ? { hits: [{ name: people.operator.name }], more: false } : none,
      errors: { hits: (codes ?? []).slice(0, 3).map((code) => ({ code, units: 7 })), more: false },
      day: null,
    }),
    'views.list': ({ list }: { list: string }) => views.filter((view) => view.list === list),
    'views.save': (view: Pick<SavedView, 'list' | 'name' | 'filter' | 'shared'>) => {
      const made = { ...view, viewId: views.length + 1, madeBy: people.qa.name };
      views = [...views, made];
      return made;
    },
    'views.remove': ({ viewId }: { viewId: number }) => {
      views = views.filter((view) => view.viewId !== viewId);
      return {};
    },
  };
}
