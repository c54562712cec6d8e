/** Parts of a plant's order that stations give back, in a real PostgreSQL. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { leaseOf, makePlantOrder, type PlantSql, plantOrders } from '../../app/plant/index.ts';
import { createLedger } from '../../app/records/index.ts';
import { createLeasing } from '../../app/station/plant/leasing.ts';
import { openPlant } from '../../main/plant/postgres.ts';
import { openDatabaseHere } from '../../main/threads/database.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { passUnit, refuses, start } from '../records/support.ts';
import { withoutPostgres } from './cluster.ts';
import { makePlant, makeStationBed, type PlantBed, type StationBed, ship } from './support.ts';

/** Leases a part, and makes the order of it here. */
async function lease(station: StationBed, quantity: number) {
  await ship(station);
  const sql = await openPlant(station.url);
  const leases = await leaseOf(sql, 'PL-1', quantity).finally(() => sql.close());
  const held = await station.ledger.keepPlantLeases(leases);
  const { orderId, model, serialFrom, serialTo } = held.at(-1)!;
  const terms = { orderId, model, quantity, serialFrom, serialTo, profile: 'aws-iot-device' };
  await station.ledger.makeOrder({ ...terms, activate: true, actor: 'test' });
  return { orderId, serials: [serialFrom, serialTo] };
}

const leftIn = async ({ admin }: PlantBed) => {
  const [found] = await plantOrders(admin);
  return { left: found?.left, longestRun: found?.longestRun };
};

const order = { orderId: 'PL-1', model: 'BM-1', quantity: 30, serialFrom: 'A-0001', serialTo: 'A-0040' };

describe('leases that come back', { skip: withoutPostgres }, () => {
  test('what was not used is for others again, once, and the order here makes no more', async (t) => {
    const plant = await makePlant(t);
    const [first, second] = [await makeStationBed(t, plant, 'first'), await makeStationBed(t, plant, 'second')];
    await makePlantOrder(plant.admin, order);
    const mine = await lease(first, 10);
    const theirs = await lease(second, 10);
    assert.deepEqual(
      [mine.serials, theirs.serials],
      [
        ['A-0001', 'A-0010'],
        ['A-0011', 'A-0020'],
      ],
    );
    for (const serial of ['A-0001', 'A-0005']) await passUnit(first, serial, serial, mine.orderId);
    // One that was begun and came to nothing keeps its serial, not its place.
    await first.ledger.startAttempt(start('A-0006', mine.orderId));

    const returned = await first.ledger.giveBackLease({ lease: mine.orderId, actor: 'test' });
    assert.deepEqual(
      [returned.quantity, returned.serials],
      [
        8,
        [
          ['A-0002', 'A-0004'],
          ['A-0007', 'A-0010'],
        ],
      ],
    );
    await assert.rejects(first.ledger.startAttempt(start('A-0002', mine.orderId)), refuses('order.closed'));
    await assert.rejects(first.ledger.giveBackLease({ lease: mine.orderId, actor: 'test' }), refuses('plant.returned'));
    // The plant was not there: it hears of it with the log, and from each copy of the log once.
    assert.deepEqual(await leftIn(plant), { left: 10, longestRun: 20 });
    const cut = (sql: PlantSql): PlantSql => ({
      ...sql,
      async query<T>(text: string, params?: readonly unknown[]): Promise<T[]> {
        const rows = await sql.query<T>(text, params);
        if (text.includes('birthmark.ship(')) throw new Error('cut after the plant took it');
        return rows;
      },
    });
    await assert.rejects(ship(first, { pageLeaves: 5000, through: cut }), /cut after/);
    await ship(first);
    assert.deepEqual(await leftIn(plant), { left: 18, longestRun: 20 });
    await plant.admin.query(
      `UPDATE birthmark.logs SET size = 0, frontier = '{}', root = NULL; DELETE FROM birthmark.leaves`,
    );
    for (const station of [first, second, first]) await ship(station);
    assert.deepEqual(await leftIn(plant), { left: 18, longestRun: 20 });

    // The shortest run that is long enough is taken, and no serial is given to two.
    assert.deepEqual((await lease(second, 3)).serials, ['A-0002', 'A-0004']);
    assert.deepEqual((await lease(second, 4)).serials, ['A-0007', 'A-0010']);
    assert.deepEqual((await lease(second, 2)).serials, ['A-0021', 'A-0022']);
    await assert.rejects(lease(second, 10), refuses('plant.noLease'));
    // What came back from the second holder counts as free again, too; its neighbours become one run.
    await second.ledger.giveBackLease({ lease: theirs.orderId, actor: 'test' });
    await ship(second);
    assert.deepEqual(await leftIn(plant), { left: 19, longestRun: 18 });
    assert.deepEqual((await lease(first, 10)).serials, ['A-0011', 'A-0020']);
  });

  test('an order that is closed gives back its lease by itself, and one without a range its quantity', async (t) => {
    const plant = await makePlant(t);
    const station = await makeStationBed(t, plant, 'only');
    await makePlantOrder(plant.admin, { orderId: 'PL-1', model: 'BM-1', quantity: 10 });
    const { orderId } = await lease(station, 7);
    await passUnit(station, 'FREE-1', 'FREE-1', orderId);
    assert.deepEqual(
      (await station.ledger.leasesHere()).map(({ state, made, returned }) => ({ state, made, returned })),
      [{ state: 'open', made: 1, returned: null }],
    );
    await station.ledger.closeOrder({ orderId, actor: 'test' });
    await ship(station);
    assert.deepEqual(await leftIn(plant), { left: 9, longestRun: null });
    const [held] = await station.ledger.leasesHere();
    assert.deepEqual([held?.state, held?.returned], ['closed', 6]);
    // A lease whose answer comes again makes no second order.
    const sql = await openPlant(station.url);
    const leases = await leaseOf(sql, 'PL-1', 1).finally(() => sql.close());
    assert.equal((await station.ledger.keepPlantLeases(leases)).length, 1);
    await assert.rejects(station.ledger.giveBackLease({ lease: 'PO-9', actor: 'test' }), refuses('order.notFound'));
  });

  test('a station from a backup that is older than the return does not make those serials again', async (t) => {
    const plant = await makePlant(t);
    const station = await makeStationBed(t, plant, 'twin');
    await makePlantOrder(plant.admin, order);
    const held = await lease(station, 10);
    const copy = `${station.file}.copy`;
    const sql = openSqlite(station.file, { readOnly: true });
    sql.exec(`VACUUM INTO '${copy}'`);
    sql.close();
    const { leaseId } = await station.ledger.giveBackLease({ lease: held.orderId, actor: 'test' });
    await ship(station);

    const database = openDatabaseHere(copy);
    t.after(() => database.close());
    const ledger = createLedger(database, station.clock);
    const tools = { ledger, ship: async () => {}, open: () => openPlant(station.url), assertJoined: () => {} };
    const leasing = createLeasing({ ...tools, next: (work) => work() });
    assert.equal((await ledger.leasesHere())[0]?.state, 'open');
    await leasing.settle('test');
    assert.equal((await ledger.leasesHere())[0]?.state, 'closed');
    await assert.rejects(ledger.startAttempt(start('A-0002', held.orderId)), refuses('order.closed'));
    // Once: what is closed stays as it is, and no lease that came back is told of again.
    await leasing.settle('test');
    const fresh = await leasing.lease('PL-1', 1);
    assert.deepEqual(
      fresh.map((one) => one.leaseId === leaseId),
      [false],
    );
    assert.equal((await ledger.leasesHere()).length, 2);
  });

  test('a plant that hears of no returns gets no page with one, until it is brought up to date', async (t) => {
    const plant = await makePlant(t);
    const station = await makeStationBed(t, plant, 'newer');
    await makePlantOrder(plant.admin, order);
    const { orderId } = await lease(station, 5);
    await station.ledger.giveBackLease({ lease: orderId, actor: 'test' });
    await plant.admin.query('ALTER FUNCTION birthmark.takes_returns RENAME TO gone');
    await assert.rejects(ship(station, { pageLeaves: 5000 }), refuses('plant.refused'));
    assert.equal((await leftIn(plant)).left, 25);
    await plant.admin.query('ALTER FUNCTION birthmark.gone RENAME TO takes_returns');
    await ship(station);
    assert.equal((await leftIn(plant)).left, 30);
  });

  test('an order gets another quantity and another range, and what stations have of it is never free', async (t) => {
    const plant = await makePlant(t);
    const [first, second] = [await makeStationBed(t, plant, 'first'), await makeStationBed(t, plant, 'second')];
    const set = (quantity: number, serialFrom: string, serialTo: string) =>
      makePlantOrder(plant.admin, { orderId: 'PL-1', model: 'BM-1', quantity, serialFrom, serialTo });
    await set(60, 'A-0001', 'A-0060');
    assert.deepEqual((await lease(first, 10)).serials, ['A-0001', 'A-0010']);
    assert.deepEqual((await lease(second, 10)).serials, ['A-0011', 'A-0020']);
    // From behind what stations have: what lies before the range is not free.
    await set(70, 'A-0025', 'A-0060');
    assert.deepEqual(await leftIn(plant), { left: 50, longestRun: 36 });
    assert.deepEqual((await lease(first, 3)).serials, ['A-0025', 'A-0027']);
    // Up to before what a station has: what lies behind the range is not free.
    await set(70, 'A-0001', 'A-0022');
    assert.deepEqual(await leftIn(plant), { left: 47, longestRun: 2 });
    await assert.rejects(lease(first, 3), refuses('plant.noLease'));
    assert.deepEqual((await lease(first, 2)).serials, ['A-0021', 'A-0022']);
    assert.deepEqual(await leftIn(plant), { left: 45, longestRun: 0 });
    // Serials of another beginning or width are others.
    await set(70, 'B-0001', 'B-0030');
    assert.deepEqual(await leftIn(plant), { left: 45, longestRun: 30 });
    await set(70, 'A-00001', 'A-00030');
    assert.deepEqual((await lease(second, 1)).serials, ['A-00001', 'A-00001']);
    // Of two runs that are as long the first one is taken.
    const between = await lease(second, 10);
    assert.deepEqual((await lease(second, 9)).serials, ['A-00012', 'A-00020']);
    const behind = await lease(second, 1);
    await second.ledger.giveBackLease({ lease: between.orderId, actor: 'test' });
    await ship(second);
    assert.deepEqual(
      [between.serials, behind.serials],
      [
        ['A-00002', 'A-00011'],
        ['A-00021', 'A-00021'],
      ],
    );
    assert.deepEqual(await leftIn(plant), { left: 34, longestRun: 10 });
    const again = await lease(second, 8);
    assert.deepEqual(again.serials, ['A-00022', 'A-00029']);
    await second.ledger.giveBackLease({ lease: again.orderId, actor: 'test' });
    await set(70, 'A-00001', 'A-00031');
    await ship(second);
    assert.deepEqual((await lease(second, 5)).serials, ['A-00002', 'A-00006']);
    await set(70, 'A-00001', 'A-00030');
    await set(20, 'A-00001', 'A-00030');
    assert.deepEqual(await leftIn(plant), { left: 0, longestRun: 9 });
    await assert.rejects(set(20, 'A-1', 'B-9'), refuses('call.badParams', { path: 'serialFrom' }));
    await makePlantOrder(plant.admin, { orderId: 'PL-1', model: 'BM-2', quantity: 30 });
    assert.deepEqual(
      (await plantOrders(plant.admin)).map(({ model, left, longestRun }) => [model, left, longestRun]),
      [['BM-2', 0, null]],
    );
    const short = { orderId: 'PL-4', model: 'BM-1', quantity: 9, serialFrom: 'A-1', serialTo: 'A-8' };
    await assert.rejects(makePlantOrder(plant.admin, short), refuses('call.badParams', { path: 'quantity' }));
    await makePlantOrder(plant.admin, { orderId: 'PL-2', model: 'BM-1', quantity: 1 });
    await assert.rejects(makePlantOrder(plant.admin, { orderId: 'PL-3', model: 'BM-1', quantity: 0 }));
    const orders = async () => (await plantOrders(plant.admin)).map(({ orderId }) => orderId);
    assert.deepEqual(await orders(), ['PL-2', 'PL-1'], 'the latest first');
    await plant.admin.query(
      `INSERT INTO birthmark.orders (order_id, model, quantity, made_at)
       SELECT 'OLD-' || n, 'BM-1', 1, now() - n * interval '1 day' FROM generate_series(1, 200) n`,
    );
    const listed = await orders();
    assert.deepEqual([listed.length, listed.slice(0, 3), listed.at(-1)], [200, ['PL-2', 'PL-1', 'OLD-1'], 'OLD-198']);
  });
});
