/** The order in which a station ships: what is on record before the plant hears of it, and when it stops. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { type PlantSql, shipAll } from '../../app/plant/index.ts';
import { refuses } from '../records/support.ts';

type Said = { plantId: string; logId: number; size: number; root: null; collisions: object[] };
const stands = (size: number, more: object = {}): Said => ({
  ...{ plantId: 'p', logId: 1, size, root: null, collisions: [] },
  ...more,
});
const page = (leaves: number, returned: (object | null)[] = []) => ({
  ...{ from: 0, leaves: Array.from({ length: leaves }, String), root: new Uint8Array(32), checkpoint: null },
  facts: { units: [], certificates: [], keys: [], refused: [], leases: returned.map((one) => ({ returned: one })) },
});

type Given = { said: Said[]; pages: (object | string)[]; mark?: object | null; stopAfter?: number };

/** Ships between a plant and records that only note what is asked. Each act takes a moment, so that none overtakes another. */
async function ship({ said, pages, mark = null, stopAfter = Number.POSITIVE_INFINITY }: Given) {
  const acts: unknown[] = [];
  const act = async (...what: unknown[]) => {
    await setImmediate();
    acts.push(what.length === 1 ? what[0] : what);
  };
  const sql: PlantSql = {
    async query<T>(text: string, params: readonly unknown[] = []): Promise<T[]> {
      const name = /birthmark\.(\w+)\(/.exec(text)?.[1];
      await (name === 'told' || name === 'notice_restore' ? act(name, params[0]) : act(name));
      return name === 'standing' || name === 'ship' ? ([{ said: said.shift() }] as T[]) : [];
    },
    close: async () => {},
  };
  const ledger = {
    plantStanding: async () => ({ mark }),
    recordPlantRefusals: (collisions: { collisionId: number }[]) => act('recorded', collisions.length),
    keepPlantMark: ({ acknowledged }: { acknowledged: number }) => act('mark', acknowledged),
    plantPage: async ({ size, limit }: { size: number; limit: number }) => {
      await act('page', [size, limit]);
      return pages.shift();
    },
    audit: ({ entry, subject, data }: { entry: string; subject: string; data: object }) => act(entry, subject, data),
  };
  let asked = 0;
  const isStopped = () => {
    asked += 1;
    return asked > stopAfter;
  };
  const shipped = await shipAll({ sql, ledger: ledger as never, stationId: 's', isStopped, pageLeaves: 3 });
  return { shipped, acts };
}

test('what the plant refused is on record before it hears so, each answer is marked, and the end is said', async () => {
  const collisions = [{ collisionId: 7 }, { collisionId: 9 }];
  const given = { said: [stands(2), stands(5, { collisions }), stands(6)], pages: [page(3), page(1), 'whole'] };
  assert.deepEqual(await ship(given), {
    shipped: 4,
    acts: [
      ...['standing', ['mark', 2], ['page', [2, 3]], 'ship'],
      ...[['recorded', 2], ['told', [7, 9]], ['mark', 5], ['page', [5, 3]], 'ship'],
      ...[['mark', 6], ['page', [6, 3]], 'whole'],
    ],
  });
});

test('a station that stops ships no further page, and does not say that the plant has all', async () => {
  const none = await ship({ said: [stands(2)], pages: [], stopAfter: 0 });
  assert.deepEqual(none, { shipped: 0, acts: ['standing', ['mark', 2]] });
  const one = await ship({ said: [stands(2), stands(5)], pages: [page(3)], stopAfter: 1 });
  assert.deepEqual([one.shipped, one.acts.at(-1)], [3, ['mark', 5]]);
});

test('a plant that takes nothing, or has another log, ends it', async () => {
  for (const size of [2, 1])
    await assert.rejects(ship({ said: [stands(2), stands(size)], pages: [page(3)] }), refuses('plant.refused'));
  await assert.rejects(ship({ said: [stands(2)], pages: ['forked'] }), refuses('plant.forked'));
});

test('only a plant that has less of this log than it acknowledged was restored', async () => {
  const mark = { plantId: 'p', logId: 1, acknowledged: 5 };
  const seen = async (known: object | null, size: number) =>
    (await ship({ said: [stands(size)], pages: ['whole'], mark: known })).acts.slice(1, -3);
  const data = { plantId: 'p', acknowledged: 5, size: 4 };
  assert.deepEqual(await seen(mark, 4), [
    ['notice_restore', 5],
    ['plant.restored', 's', data],
  ]);
  for (const [known, size] of [
    [mark, 5],
    [mark, 6],
    [null, 4],
    [{ ...mark, plantId: 'q' }, 4],
    [{ ...mark, logId: 2 }, 4],
  ] as const)
    assert.deepEqual(await seen(known, size), [], JSON.stringify([known, size]));
});

test('a page with a return goes only to a plant that hears of returns', async () => {
  const asks = async (returned: (object | null)[]) =>
    (await ship({ said: [stands(0), stands(3)], pages: [page(3, returned), 'whole'] })).acts.slice(2, -3);
  assert.deepEqual(await asks([]), [['page', [0, 3]], 'ship']);
  assert.deepEqual(await asks([null, null]), [['page', [0, 3]], 'ship']);
  assert.deepEqual(await asks([null, { quantity: 1 }]), [['page', [0, 3]], 'takes_returns', 'ship']);
});
