/** Three stations and a plant in a real PostgreSQL: what is shipped, what is refused, and what becomes of it after a loss. */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { randomInt, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { StationError } from '../../app/contract/errors.ts';
import {
  admitLogin,
  askPlant,
  findPlantUnits,
  initPlant,
  leaseOf,
  makePlantOrder,
  type PlantSql,
  tellPlant,
  viewPlant,
} from '../../app/plant/index.ts';
import { migrations } from '../../app/plant/schema/index.ts';
import { openPlant } from '../../main/plant/postgres.ts';
import { keyOf, passUnit, refuses, start } from '../records/support.ts';
import { withoutPostgres } from './cluster.ts';
import { joinAgain, leavesHere, leavesThere, makePlant, makeStationBed, type StationBed, ship } from './support.ts';

/** Breaks before or after some statements: the plant may have done what the station does not hear of. */
const cutting = (odds: number) => (sql: PlantSql) => ({
  ...sql,
  async query<T>(text: string, params?: readonly unknown[]): Promise<T[]> {
    const place = randomInt(odds);
    if (place === 0) throw new StationError('plant.unreachable', 'cut before');
    const rows = await sql.query<T>(text, params);
    if (place === 1) throw new StationError('plant.unreachable', 'cut after');
    return rows;
  },
});

describe('a plant of several stations', { skip: withoutPostgres }, () => {
  test('three stations that are cut off again and again arrive whole, in order and once', async (t) => {
    const plant = await makePlant(t);
    const stations = await Promise.all(['north', 'south', 'east'].map((name) => makeStationBed(t, plant, name)));
    for (let round = 0; round < 3; round += 1)
      await Promise.all(
        stations.map(async (station) => {
          for (let unit = 0; unit < 4; unit += 1) await passUnit(station, `${station.name}-${round}-${unit}`);
          await ship(station, { pageLeaves: 15, through: cutting(5) }).catch((thrown: StationError) =>
            assert.equal(thrown.code, 'plant.unreachable'),
          );
        }),
      );
    for (const station of stations) {
      await ship(station);
      const here = leavesHere(station);
      assert.ok(here.length > 100);
      assert.deepEqual(await leavesThere(plant, station), here);
      assert.equal((await station.ledger.plantStanding()).mark?.acknowledged, here.length);
    }
    const view = await viewPlant(plant.admin);
    assert.deepEqual(
      view.stations.map(({ name, units, collisions }) => ({ name, units, collisions })),
      ['east', 'north', 'south'].map((name) => ({ name, units: 12, collisions: 0 })),
    );
    const [found, ...others] = await findPlantUnits(plant.admin, 'hw-south-1-2');
    assert.equal(others.length, 0);
    assert.equal(found?.unitSerial, 'south-1-2');
    assert.equal(found?.state, 'passed');
    assert.deepEqual(
      found?.certificates.map(({ spkiSha256, state }) => ({ spkiSha256, state })),
      [{ spkiSha256: keyOf('south-1-2'), state: 'issued' }],
    );
  });

  test('a station that is killed in the middle goes on where the plant is', async (t) => {
    const plant = await makePlant(t);
    const station = await makeStationBed(t, plant, 'killed');
    for (let unit = 0; unit < 20; unit += 1) await passUnit(station, `K-${unit}`);
    const sizeThere = async (): Promise<number> => {
      const [log] = await plant.admin.query<{ size: number }>('SELECT size::int AS size FROM birthmark.logs');
      return log?.size ?? 0;
    };
    for (const enough of [10, 60]) {
      const child = fork(fileURLToPath(new URL('./shipchild.ts', import.meta.url)), [
        station.file,
        station.stationId,
        station.url,
      ]);
      const ended = once(child, 'exit');
      while ((await sizeThere()) < enough && child.exitCode === null) await setTimeout(5);
      child.kill('SIGKILL');
      assert.deepEqual(await ended, [null, 'SIGKILL']);
    }
    assert.ok((await sizeThere()) < leavesHere(station).length);
    await ship(station);
    assert.deepEqual(await leavesThere(plant, station), leavesHere(station));
  });

  test('a serial, a device and a key that another station used are refused, and the unit goes no further', async (t) => {
    const plant = await makePlant(t);
    const [first, second] = [await makeStationBed(t, plant, 'first'), await makeStationBed(t, plant, 'second')];
    await passUnit(first, 'SN-1');
    await passUnit(first, 'SN-2');
    await ship(first);
    // The second one was cut off: it made the same unit, and a clone of a key.
    await passUnit(second, 'SN-1');
    await passUnit(second, 'SN-9', 'SN-2');
    await passUnit(second, 'SN-3');
    await ship(second);
    assert.equal((await second.ledger.plantStanding()).refused, 2);
    await assert.rejects(second.ledger.startAttempt(start('SN-1')), refuses('plant.collision'));
    const facts = await second.ledger.issuingFacts({
      unitSerial: 'SN-9',
      spkiSha256: keyOf('SN-2'),
      profile: 'aws-iot-device',
    });
    assert.deepEqual(facts.plantRefusal, { kind: 'key', owner: 'first', ownerUnit: 'SN-2' });
    // No batch takes them, and the one that is right is not touched.
    assert.deepEqual(
      (await second.ledger.batchCandidates({})).map(({ unitSerial }) => unitSerial),
      ['SN-3'],
    );
    await assert.rejects(second.ledger.batchCandidates({ unitSerials: ['SN-9'] }), refuses('plant.collision'));
    assert.equal((await first.ledger.batchCandidates({})).length, 2);
    const twice = await findPlantUnits(plant.admin, 'SN-1');
    assert.deepEqual(
      twice.map(({ station, collisions }) => [station, collisions.map(({ kind }) => kind).sort()]),
      [
        ['first', []],
        ['second', ['hardwareId', 'key', 'unitSerial']],
      ],
    );
    const issuedBy = async ({ ledger }: StationBed, unitSerial: string) =>
      (await ledger.showUnit(unitSerial)).certificates.map(({ serialHex }) => serialHex);
    assert.deepEqual(
      twice.map(({ certificates }) => certificates.map(({ serialHex }) => serialHex)),
      [await issuedBy(first, 'SN-1'), await issuedBy(second, 'SN-1')],
    );
    // By each of its ids, as people write them.
    const [{ serialHex, certificateId } = { serialHex: '', certificateId: '' }] = (await first.ledger.showUnit('SN-2'))
      .certificates;
    for (const [text, units] of [
      [keyOf('SN-2').toUpperCase(), ['SN-2 first', 'SN-9 second']],
      [serialHex.toUpperCase(), ['SN-2 first']],
      [`${certificateId}`.toUpperCase(), ['SN-2 first']],
      ['SN-', []],
    ] as const)
      assert.deepEqual(
        (await findPlantUnits(plant.admin, text)).map(({ unitSerial, station }) => `${unitSerial} ${station}`),
        units,
        text,
      );
    // Told once, and not at each contact.
    await ship(second);
    const journal = await second.ledger.showUnit('SN-1');
    assert.equal(journal.journal.filter(({ entry }) => entry === 'unit.refused').length, 3);
    // When it was told stays, and no other station says that it was.
    const told = () =>
      plant.admin.query<{ id: number; at: Date | null }>(
        'SELECT collision_id::int AS id, told_at AS at FROM birthmark.collisions ORDER BY 1',
      );
    const before = await told();
    assert.ok(before.length > 3 && before.every(({ at }) => at !== null));
    const [one, other] = [await openPlant(first.url), await openPlant(second.url)];
    t.after(() => Promise.all([one.close(), other.close()]));
    const say = (sql: PlantSql) =>
      tellPlant(
        sql,
        before.map(({ id }) => id),
      );
    await say(other);
    assert.deepEqual(await told(), before);
    await plant.admin.query('UPDATE birthmark.collisions SET told_at = NULL');
    await say(one);
    assert.ok((await told()).every(({ at }) => at === null));
  });

  test('what a device says with signs that PostgreSQL has not stops no log', async (t) => {
    const plant = await makePlant(t);
    const [first, second] = [await makeStationBed(t, plant, 'first'), await makeStationBed(t, plant, 'second')];
    // A firmware that gives its whole buffer: the hardware id has the zeros behind it.
    for (const [{ ledger }, unitSerial] of [
      [first, 'SN-1'],
      [second, 'SN-2'],
    ] as const) {
      const { attempt } = await ledger.startAttempt(start(unitSerial));
      const device = { hardwareId: 'AB12\0\0', model: 'BM-1', firmware: '1.0', hardwareRevision: 'A' };
      await ledger.recordDevice({ unitSerial, attempt, ...device });
    }
    await ship(first);
    await ship(second);
    assert.deepEqual(await leavesThere(plant, first), leavesHere(first));
    assert.equal((await second.ledger.plantStanding()).refused, 1, 'the same device is known again');
  });

  test('what is asked before a unit goes on is taken at once', async (t) => {
    const plant = await makePlant(t);
    const [first, second] = [await makeStationBed(t, plant, 'first'), await makeStationBed(t, plant, 'second')];
    const [one, other] = [await openPlant(first.url), await openPlant(second.url)];
    t.after(() => Promise.all([one.close(), other.close()]));
    const claim = { kind: 'unitSerial', value: 'SN-1', unitSerial: 'SN-1' } as const;
    assert.deepEqual(await askPlant(one, [claim]), []);
    assert.deepEqual(await askPlant(one, [claim]), []);
    const found = await askPlant(other, [claim]);
    assert.deepEqual(
      found.map(({ kind, owner, ownerUnit }) => ({ kind, owner, ownerUnit })),
      [{ kind: 'unitSerial', owner: 'first', ownerUnit: 'SN-1' }],
    );
    // A unit that was refused for one key has another one, which no other station gets.
    const key = (value: string, unitSerial: string) => ({ kind: 'key', value, unitSerial }) as const;
    assert.deepEqual(await askPlant(one, [key('aa', 'SN-1')]), []);
    const refused = async (sql: PlantSql, value: string, unitSerial: string) =>
      (await askPlant(sql, [key(value, unitSerial)])).map(({ owner, ownerUnit }) => [owner, ownerUnit]);
    assert.deepEqual(await refused(other, 'aa', 'SN-2'), [['first', 'SN-1']]);
    assert.deepEqual(await refused(other, 'bb', 'SN-2'), []);
    assert.deepEqual(await refused(one, 'bb', 'SN-3'), [['second', 'SN-2']]);
    assert.deepEqual(await refused(other, 'aa', 'SN-4'), [['first', 'SN-1']], 'and so is another unit with that key');
    // Of a hundred that ask for the same at the same moment one gets it.
    const values = Array.from({ length: 50 }, (_, index) => ({ ...claim, value: `R-${index}` }));
    const answers = await Promise.all(
      [values, values.toReversed()].map((claims, index) => askPlant([one, other][index]!, claims)),
    );
    assert.equal(answers.flat().length, 50);
  });

  test('a plant that was restored from yesterday gets all again, with the same owners', async (t) => {
    const plant = await makePlant(t);
    const [first, second] = [await makeStationBed(t, plant, 'first'), await makeStationBed(t, plant, 'second')];
    await passUnit(first, 'SN-1');
    await ship(first);
    await ship(second);
    const yesterday = plant.cluster.dump(plant.database);
    await passUnit(first, 'SN-2');
    await ship(first);
    await passUnit(second, 'SN-2');
    await passUnit(second, 'SN-4');
    await ship(second);
    await plant.admin.close();
    plant.cluster.restore(plant.database, yesterday);
    const admin = await openPlant(plant.cluster.adminUrl(plant.database));
    t.after(() => admin.close());
    const restored = { ...plant, admin };
    // The one that was refused comes first now.
    await ship(second);
    await ship(first);
    await ship(second);
    for (const station of [first, second]) assert.deepEqual(await leavesThere(restored, station), leavesHere(station));
    const owners = await admin.query(
      `SELECT DISTINCT s.station_name AS owner FROM birthmark.claims c JOIN birthmark.stations s USING (station_id)
       WHERE c.value IN ('SN-2', 'hw-SN-2', $1)`,
      [keyOf('SN-2')],
    );
    assert.deepEqual(owners, [{ owner: 'first' }]);
    assert.equal((await first.ledger.plantStanding()).refused, 0);
    assert.equal((await second.ledger.plantStanding()).refused, 1);
    assert.ok(leavesHere(first).some((leaf) => leaf.includes('"entry":"plant.restored"')));
    assert.notEqual((await viewPlant(admin)).restoredAt, null);
  });

  test('a station that was restored from a backup does not overwrite its past; it joins again', async (t) => {
    const plant = await makePlant(t);
    const station = await makeStationBed(t, plant, 'twin');
    await passUnit(station, 'SN-1');
    await ship(station);
    // The plant knows a log that the station, as it is now, never had.
    await plant.admin.query(`UPDATE birthmark.logs SET root = sha256('other') WHERE station_id = $1`, [
      station.stationId,
    ]);
    await passUnit(station, 'SN-2');
    await assert.rejects(ship(station), refuses('plant.forked'));
    await joinAgain(station, true);
    await ship(station);
    assert.deepEqual(await leavesThere(plant, station), leavesHere(station));
    const logs = await plant.admin.query('SELECT 1 FROM birthmark.logs WHERE station_id = $1', [station.stationId]);
    assert.equal(logs.length, 2);
    const [seen, ...others] = (await viewPlant(plant.admin)).stations;
    assert.deepEqual(others, [], 'it is one station still');
    assert.deepEqual([seen?.stationId, seen?.size], [station.stationId, leavesHere(station).length]);
    assert.notEqual(seen?.shippedAt, null);
    // A log has ended once, and keeps when.
    const ended = () => plant.admin.query('SELECT ended_at FROM birthmark.logs ORDER BY log_id');
    const [first] = await ended();
    await joinAgain(station, true);
    assert.deepEqual([(await ended()).length, (await ended())[0]], [3, first]);
    assert.equal((await station.ledger.plantStanding()).refused, 0);
  });

  test('leaves that do not give the root are not taken, and no leaf is left out', async (t) => {
    const plant = await makePlant(t);
    const station = await makeStationBed(t, plant, 'careful');
    await passUnit(station, 'SN-1');
    const page = await station.ledger.plantPage({ size: 0, root: null, limit: 20 });
    assert.ok(typeof page === 'object');
    const sql = await openPlant(station.url);
    t.after(() => sql.close());
    const send = (first: number, leaves: string[]) =>
      sql.query<{ said: { size: number } }>('SELECT birthmark.ship($1, $2, $3, NULL, $4) AS said', [
        first,
        leaves,
        Buffer.from(page.root),
        JSON.stringify(page.facts),
      ]);
    await assert.rejects(send(0, page.leaves.with(3, '{}')), refuses('plant.forked'));
    await assert.rejects(send(0, page.leaves.slice(1)), refuses('plant.forked'));
    const [gap] = await send(5, page.leaves);
    assert.equal(gap?.said.size, 0);
    assert.deepEqual(await leavesThere(plant, station), []);
    await send(0, page.leaves);
    const [again] = await send(0, page.leaves);
    assert.equal(again?.said.size, 20);
    assert.deepEqual(await leavesThere(plant, station), page.leaves);
  });

  test('a station sees its own rows and writes none by hand; a reader writes nothing; a stranger sees nothing', async (t) => {
    const plant = await makePlant(t);
    const [first, second] = [await makeStationBed(t, plant, 'first'), await makeStationBed(t, plant, 'second')];
    await passUnit(first, 'SN-1');
    await passUnit(second, 'SN-2');
    await Promise.all([ship(first), ship(second)]);
    const login = `reader_${plant.database}`;
    const password = await admitLogin(plant.admin, login, 'reader');
    const [station, reader] = [
      await openPlant(first.url),
      await openPlant(plant.cluster.url(login, password, plant.database)),
    ];
    t.after(() => Promise.all([station.close(), reader.close()]));
    for (const [table, own] of [
      ['units', 1],
      ['certificates', 1],
      ['logs', 1],
      ['stations', 1],
    ] as const) {
      const count = `SELECT count(*)::int AS rows FROM birthmark.${table}`;
      assert.deepEqual(await station.query(count), [{ rows: own }], table);
      assert.deepEqual(await reader.query(count), [{ rows: 2 * own }], table);
    }
    const [leaves] = await station.query<{ rows: number }>('SELECT count(*)::int AS rows FROM birthmark.leaves');
    assert.equal(leaves?.rows, leavesHere(first).length);
    const denied = refuses('plant.refused');
    for (const act of [
      `UPDATE birthmark.units SET state = 'passed'`,
      'DELETE FROM birthmark.leaves',
      `INSERT INTO birthmark.stations (login) VALUES ('x')`,
      'SELECT * FROM birthmark.claims',
      `SELECT birthmark.take(gen_random_uuid(), '[]')`,
    ])
      for (const sql of [station, reader]) await assert.rejects(sql.query(act), denied, act);
    await assert.rejects(reader.query('SELECT birthmark.standing()'), denied);
    await assert.rejects(
      openPlant(plant.cluster.url(login, 'wrong', plant.database)),
      (thrown: StationError) => thrown.code === 'plant.refused' && !thrown.detail.includes('wrong'),
    );
    // One login is one station, and one station one login.
    await assert.rejects(joinAgain({ ...second, url: first.url }, false), denied);
    await assert.rejects(joinAgain({ ...first, stationId: randomUUID() }, false), denied);
    const spare = `spare_${plant.database}`;
    const url = plant.cluster.url(spare, await admitLogin(plant.admin, spare, 'station'), plant.database);
    await assert.rejects(joinAgain({ ...first, url }, false), denied);
    assert.deepEqual(
      (await viewPlant(plant.admin)).stations.map(({ stationId, size, shippedAt }) => [
        stationId,
        size === null,
        shippedAt === null,
      ]),
      [
        [first.stationId, false, false],
        [second.stationId, false, false],
        [null, true, true],
      ],
    );
  });

  test('a plant is made once, and made again changes nothing', async (t) => {
    const plant = await makePlant(t);
    const { version, made } = await initPlant(plant.admin);
    assert.deepEqual(
      [version, made, (await viewPlant(plant.admin)).version],
      [migrations.length, 0, migrations.length],
    );
    for (const login of ['', 'Line', '1a', 'a-b', 'a b', 'a'.repeat(41)])
      await assert.rejects(admitLogin(plant.admin, login, 'station'), refuses('call.badParams'), login);
    const longest = `a${'b'.repeat(39)}`;
    await admitLogin(plant.admin, longest, 'station');
    t.after(() => plant.cluster.run('postgres', `DROP ROLE ${longest}`));
    await assert.rejects(admitLogin(plant.admin, longest, 'reader'), refuses('call.badParams'));
    await plant.admin.query('INSERT INTO birthmark.migrations (version) VALUES (1000)');
    await assert.rejects(initPlant(plant.admin), refuses('plant.newer'));
  });

  test('stations that are offline cannot make more than their leases, nor the same serials', async (t) => {
    const plant = await makePlant(t);
    const [first, second] = [await makeStationBed(t, plant, 'first'), await makeStationBed(t, plant, 'second')];
    const order = { orderId: 'PL-1', model: 'BM-1', quantity: 50, serialFrom: 'A-0095', serialTo: 'A-0200' };
    await makePlantOrder(plant.admin, order);
    const lease = async (station: StationBed, quantity: number, orderId = 'PL-1') => {
      await ship(station);
      const sql = await openPlant(station.url);
      const leases = await leaseOf(sql, orderId, quantity).finally(() => sql.close());
      return station.ledger.keepPlantLeases(leases);
    };
    const shown = (leases: Awaited<ReturnType<typeof lease>>) =>
      leases.map(({ quantity, serialFrom, serialTo }) => [quantity, serialFrom, serialTo]);
    const [mine] = await lease(first, 10);
    assert.deepEqual(shown([mine!]), [[10, 'A-0095', 'A-0104']]);
    assert.deepEqual(shown(await lease(second, 20)), [[20, 'A-0105', 'A-0124']]);
    // The answer to an earlier lease was lost: it has no order here, and comes again with the next one.
    assert.deepEqual(shown(await lease(first, 5)), [
      [10, 'A-0095', 'A-0104'],
      [5, 'A-0125', 'A-0129'],
    ]);
    await assert.rejects(lease(second, 16), refuses('plant.noLease'));
    await assert.rejects(lease(second, 1, 'PL-2'), refuses('plant.noLease'));

    const { orderId, quantity, model } = mine!;
    const terms = { orderId, quantity, model, profile: 'aws-iot-device', serialFrom: 'A-0095', serialTo: 'A-0104' };
    await first.ledger.makeOrder({ ...terms, activate: true, actor: 'test' });
    await assert.rejects(first.ledger.changeOrder({ orderId, quantity: 11, actor: 'test' }), refuses('order.leased'));
    assert.equal((await first.ledger.changeOrder({ orderId, quantity: 9, actor: 'test' })).quantity, 9);
    await assert.rejects(first.ledger.startAttempt(start('A-0105', orderId)), refuses('order.serialOutOfRange'));

    // A plant that forgot leases gives none before all stations have told theirs.
    await ship(first);
    await ship(second);
    await plant.admin.query('DELETE FROM birthmark.leases');
    await plant.admin.query(
      `UPDATE birthmark.logs SET size = 0, frontier = '{}', root = NULL, whole_at = NULL; DELETE FROM birthmark.leaves`,
    );
    await assert.rejects(lease(first, 1), refuses('plant.noLease'));
    await ship(second);
    assert.deepEqual(shown((await lease(first, 1)).slice(-1)), [[1, 'A-0130', 'A-0130']]);
  });
});
