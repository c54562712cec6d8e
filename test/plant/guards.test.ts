/** What a plant gives to no two stations: serials of two orders, those that a backup forgot, and those of a lost station. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { addressOf, leaseOf, makePlantOrder, plantOrders } from '../../app/plant/index.ts';
import { openPlant } from '../../main/plant/postgres.ts';
import { json } from '../cli/commandline.ts';
import { passUnit, refuses } from '../records/support.ts';
import { withoutPostgres } from './cluster.ts';
import { joinAgain, leavesHere, leavesThere, makePlant, makeStationBed, type StationBed, ship } from './support.ts';

async function lease(station: StationBed, orderId: string, quantity: number) {
  await ship(station);
  const sql = await openPlant(station.url);
  const leases = await leaseOf(sql, orderId, quantity).finally(() => sql.close());
  await station.ledger.keepPlantLeases(leases);
  return leases.slice(-1).map(({ serialFrom, serialTo }) => `${serialFrom} ${serialTo}`)[0];
}

const order = { orderId: 'PL-1', model: 'BM-1', quantity: 10, serialFrom: 'S-01', serialTo: 'S-10' };

describe('a plant', { skip: withoutPostgres }, () => {
  test('no serial is leased twice, whichever order it is of, and the last unit goes to one station', async (t) => {
    const plant = await makePlant(t);
    const [first, second] = [await makeStationBed(t, plant, 'first'), await makeStationBed(t, plant, 'second')];
    assert.deepEqual(await makePlantOrder(plant.admin, order), []);
    // Another prefix, as long as the first one: its serials lie between those of PL-1.
    await makePlantOrder(plant.admin, {
      ...order,
      orderId: 'PL-0',
      serialFrom: 'S-0A1',
      serialTo: 'S-0A9',
      quantity: 9,
    });
    const wide = { ...order, orderId: 'PL-3', serialFrom: 'S-001', serialTo: 'S-099', quantity: 99 };
    await makePlantOrder(plant.admin, wide);
    assert.equal(await lease(first, 'PL-0', 9), 'S-0A1 S-0A9');
    assert.equal(await lease(first, 'PL-3', 99), 'S-001 S-099');
    assert.equal(await lease(first, 'PL-1', 4), 'S-01 S-04');
    const shared = { ...order, orderId: 'PL-2', serialFrom: 'S-03', serialTo: 'S-08', quantity: 6 };
    assert.deepEqual(await makePlantOrder(plant.admin, shared), ['PL-1']);
    assert.equal(await lease(second, 'PL-2', 3), 'S-05 S-07');
    assert.equal(await lease(first, 'PL-1', 3), 'S-08 S-10');
    await assert.rejects(lease(second, 'PL-2', 1), refuses('plant.noLease'));

    const sql = await openPlant(second.url);
    t.after(() => sql.close());
    for (const none of [0, -5]) await assert.rejects(leaseOf(sql, 'PL-1', none), refuses('plant.noLease'));
    await makePlantOrder(plant.admin, { orderId: 'PL-4', model: 'BM-1', quantity: 1 });
    const raced = await Promise.allSettled([first, second].map((station) => lease(station, 'PL-4', 1)));
    assert.deepEqual(raced.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    assert.equal((await plantOrders(plant.admin)).find(({ orderId }) => orderId === 'PL-4')?.left, 0);
  });

  test('a plant that was put back leases nothing to the first who comes, who cannot know what it forgot', async (t) => {
    const plant = await makePlant(t);
    const [first, second] = [await makeStationBed(t, plant, 'first'), await makeStationBed(t, plant, 'second')];
    await makePlantOrder(plant.admin, order);
    await ship(first);
    const yesterday = plant.cluster.dump(plant.database);
    assert.equal(await lease(second, 'PL-1', 4), 'S-01 S-04');
    await ship(second);
    await plant.admin.close();
    plant.cluster.restore(plant.database, yesterday);
    await assert.rejects(lease(first, 'PL-1', 4), refuses('plant.noLease'));
    await ship(second);
    assert.equal(await lease(first, 'PL-1', 4), 'S-05 S-08');
  });

  test('a station that does not come again holds up no lease, is let in no more, and comes back with another file', async (t) => {
    const plant = await makePlant(t);
    const [first, lost] = [await makeStationBed(t, plant, 'first'), await makeStationBed(t, plant, 'lost')];
    await makePlantOrder(plant.admin, order);
    await passUnit(lost, 'SN-1');
    await ship(lost);
    await plant.admin.query('UPDATE birthmark.plant SET restored_at = now()');
    await assert.rejects(lease(first, 'PL-1', 4), refuses('plant.noLease'));
    const folder = mkdtempSync(join(tmpdir(), 'birthmark-plant-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const [admin, again] = [join(folder, 'admin'), join(folder, 'again')];
    writeFileSync(admin, plant.cluster.adminUrl(plant.database));
    const { user } = addressOf(lost.url);
    const still = await openPlant(lost.url);
    t.after(() => still.close());
    const office = ['--url-file', admin];
    assert.equal((await json('plant', 'dismiss', 'nobody', ...office)).value.error.code, 'call.badParams');
    assert.deepEqual((await json('plant', 'dismiss', user, ...office)).value, { login: user });
    await assert.rejects(ship(lost), refuses('plant.refused'));
    await assert.rejects(leaseOf(still, 'PL-1', 1), refuses('plant.refused'), 'nor by a connection from before');
    assert.equal(await lease(first, 'PL-1', 4), 'S-01 S-04');

    await json('plant', 'admit', user, '--again', '--out', again, ...office);
    const back = { ...lost, url: readFileSync(again, 'utf8').trim() };
    await joinAgain(back, false);
    await ship(back);
    assert.deepEqual(await leavesThere(plant, back), leavesHere(back));
  });
});
