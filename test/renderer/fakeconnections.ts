/** First connections as the screens get them. */
import {
  type ConnectionReason,
  type ConnectionState,
  type ConnectionsSnapshot,
  connectionReason,
  type FirstConnection,
  type Params,
  type Result,
  type UnitHistory,
} from '../../app/contract/index.ts';
import { storyOf } from './fixtures.ts';

export const noConnections = (): ConnectionsSnapshot => ({
  ...{ seq: 1, total: { waiting: 0, connected: 0, failed: 0, overdue: 0 }, orders: [], reasons: [] },
  ...{ watches: [], check: null, lacks: 'recipe' },
});

const order = { orderId: 'WO-2611-07', target: 'main' };

/** An order in which every state is to be seen. */
export const someConnections = (change: Partial<ConnectionsSnapshot> = {}): ConnectionsSnapshot => ({
  ...noConnections(),
  total: { waiting: 1820, connected: 3410, failed: 57, overdue: 13 },
  orders: [
    { ...order, waiting: 1200, connected: 748, failed: 52, overdue: 0 },
    { orderId: 'WO-2610-31', target: 'china', waiting: 620, connected: 2662, failed: 5, overdue: 13 },
  ],
  reasons: [
    { ...order, reason: 'templateFailed', count: 41 },
    { ...order, reason: 'notAllowed', count: 11 },
    { orderId: 'WO-2610-31', target: 'china', reason: 'otherThing', count: 7 },
    { orderId: 'WO-2610-31', target: 'china', reason: 'noPolicy', count: 5 },
  ],
  watches: [
    { target: 'main', events: 'on', lookedAt: '2026-11-21T09:58:00Z', error: null },
    { target: 'china', events: 'refused', lookedAt: '2026-11-21T09:57:00Z', error: null },
  ],
  lacks: null,
  ...change,
});

const stateAt = (index: number): ConnectionState =>
  (['connected', 'waiting', 'failed', 'connected', 'overdue'] as const)[index % 5]!;
const reasonAt = (index: number): ConnectionReason | null =>
  stateAt(index) === 'failed' ? connectionReason.options[index % connectionReason.options.length]! : null;

export function connectionAt(index: number): FirstConnection {
  const unitSerial = `SN-26-${String(index + 1).padStart(6, '0')}`;
  const state = stateAt(index);
  const isConnected = state === 'connected';
  return {
    ...{ unitSerial, ...order, way: 'jitp', state, thingName: unitSerial },
    madeName: isConnected ? unitSerial : null,
    certificateId: index.toString(16).padStart(64, 'a'),
    passedAt: '2026-11-20T08:00:00Z',
    dueAt: '2027-02-18T08:00:00Z',
    registeredAt: isConnected ? '2026-11-21T08:00:01Z' : null,
    connectedAt: isConnected ? '2026-11-21T08:00:00Z' : null,
    source: isConnected ? 'presence' : null,
    clientId: isConnected ? unitSerial : null,
    sourceIp: isConnected ? '192.0.2.17' : null,
    tries: state === 'failed' ? 3 : 0,
    lastTryAt: state === 'failed' ? '2026-11-21T09:12:00Z' : null,
    reason: reasonAt(index),
  };
}

export const failedUnit = 'BM-26-0777';

/** A unit that came three times and was not let in. */
export function failedStory(): UnitHistory {
  const story = storyOf(failedUnit);
  const last = story.journal.at(-1)!;
  const data = { target: 'main', reason: 'noPolicy', tries: 3 };
  return {
    ...story,
    journal: [...story.journal, { ...last, entryId: last.entryId + 1, entry: 'connection.failed', data }],
    connections: [{ ...connectionAt(2), unitSerial: failedUnit, reason: 'noPolicy' }],
  };
}

/** Of so many units; the filter is by state only. */
export function connectionAnswers(count = 5000): Record<string, (params: never) => unknown> {
  return {
    'connections.list': (params: Params<'connections.list'>): Result<'connections.list'> => {
      const { state, after, offset = 0, limit = 100 } = params;
      const indexes = Array.from({ length: count }, (_, index) => index).filter(
        (index) => state === undefined || stateAt(index) === state,
      );
      const from = after ? indexes.findIndex((index) => connectionAt(index).unitSerial > after.unitSerial) : offset;
      const page = from < 0 ? [] : indexes.slice(from, from + limit);
      return { total: indexes.length, rows: page.map(connectionAt) };
    },
    'connections.check': () => ({}),
    'connections.stop': () => ({}),
  };
}
