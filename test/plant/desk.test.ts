/** QA looks at a plant of several stations, with a login that reads only. */
import assert from 'node:assert/strict';
import { randomBytes, sign } from 'node:crypto';
import { describe, type TestContext, test } from 'node:test';
import { type PlantStation, windowRows } from '../../app/contract/model.ts';
import {
  admitLogin,
  askPlant,
  findPlantUnits,
  initPlant,
  makePlantOrder,
  newPlantKey,
  overviewOfPlant,
  type PlantSql,
  proverOf,
  publicBytes,
  unitOfPlant,
  unitsOfPlant,
} from '../../app/plant/index.ts';
import { standingIn } from '../../app/plant/protocol.ts';
import { migrations } from '../../app/plant/schema/index.ts';
import { leafHash, nodeHash, rootOfRow } from '../../app/records/log/merkle.ts';
import { checkpointBody, originOf, readCheckpoint, signedNote } from '../../app/records/log/note.ts';
import { openPlant } from '../../main/plant/postgres.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { keyOf, passUnit, refuses, start } from '../records/support.ts';
import { withoutPostgres } from './cluster.ts';
import { leavesHere, makePlant, makeStationBed, type PlantBed, type StationBed, ship } from './support.ts';

async function reader(t: TestContext, plant: PlantBed): Promise<PlantSql> {
  const login = `qa_${plant.database}`;
  const password = await admitLogin(plant.admin, login, 'reader');
  const sql = await openPlant(plant.cluster.url(login, password, plant.database));
  t.after(() => sql.close());
  return sql;
}

const page = { offset: 0, limit: 100 };
const serials = (rows: { unitSerial: string; station: string }[]) =>
  rows.map(({ unitSerial, station }) => `${unitSerial} ${station}`);
const since = '2020-01-01T00:00:00.000Z';

/** Two stations with units, of which one collides, in logs of more than one tile. */
async function atWork(t: TestContext): Promise<{ plant: PlantBed; stations: StationBed[]; qa: PlantSql }> {
  const plant = await makePlant(t);
  const stations = [await makeStationBed(t, plant, 'north'), await makeStationBed(t, plant, 'south')];
  for (const station of stations) {
    for (let unit = 0; unit < 16; unit += 1) await passUnit(station, `${station.name}-${10 + unit}`);
    await ship(station, { pageLeaves: 100 });
  }
  await passUnit(stations[1]!, 'north-10', 'another key');
  await ship(stations[1]!);
  await ship(stations[1]!);
  return { plant, stations, qa: await reader(t, plant) };
}

describe('the desk of a plant', { skip: withoutPostgres }, () => {
  test('two stations at work, one collision', async (t) => {
    const { plant, stations, qa } = await atWork(t);
    const [north, south] = stations as [StationBed, StationBed];
    const [own, other] = (await Promise.all(stations.map(({ url }) => openPlant(url)))) as [PlantSql, PlantSql];
    t.after(() => Promise.all([own.close(), other.close()]));

    await t.test('units of all stations are found, listed in pages and told with their proofs', async () => {
      assert.ok(leavesHere(north).length > 256);

      // In order, page by page, without a gap.
      const listed: string[] = [];
      for (let after: Awaited<ReturnType<typeof unitsOfPlant>>['next'] | undefined; after !== null; ) {
        const part = await unitsOfPlant(qa, { offset: 0, limit: 7, ...(after && { after }) });
        listed.push(...serials(part.rows));
        after = part.next;
      }
      assert.equal(listed.length, 33);
      const inOrder = listed.map((one) => one.split(' ')[0]);
      assert.deepEqual([new Set(listed).size, inOrder], [33, inOrder.toSorted()]);
      const whole = await unitsOfPlant(qa, { offset: 0, limit: 33 });
      assert.deepEqual([whole.total, whole.more, whole.next, serials(whole.rows)], [33, false, null, listed]);
      assert.deepEqual(serials((await unitsOfPlant(qa, { offset: 30, limit: 2 })).rows), listed.slice(30, 32));

      const find = async (filter: Parameters<typeof unitsOfPlant>[1] | object) =>
        serials((await unitsOfPlant(qa, { ...page, ...filter })).rows);
      assert.deepEqual(
        await find({ query: 'north-1' }),
        listed.filter((one) => one.startsWith('north-1')),
      );
      assert.deepEqual(await find({ query: 'hw-south-12' }), ['south-12 south']);
      assert.deepEqual(await find({ query: keyOf('south-12').toUpperCase() }), ['south-12 south']);
      const { certificates } = await south.ledger.showUnit('south-12');
      const { serialHex, certificateId } = certificates[0]!;
      assert.deepEqual(await find({ query: serialHex.replace(/..(?=.)/g, '$&:') }), ['south-12 south']);
      assert.deepEqual(await find({ query: certificateId ?? '' }), ['south-12 south']);
      assert.deepEqual(await find({ refused: true }), ['north-10 south']);
      assert.equal((await find({ station: north.stationId })).length, 16);
      assert.deepEqual(await find({ query: 'nothing' }), []);
      assert.deepEqual(await find({ state: 'failed' }), []);
      assert.deepEqual(await find({ state: 'passed', query: 'south-1', station: north.stationId }), []);
      assert.deepEqual(await find({ orderId: 'WO-1' }), listed);
      assert.deepEqual(await find({ orderId: 'WO-2' }), []);

      const unit = await unitOfPlant(qa, { unitSerial: 'north-10', stationId: north.stationId });
      assert.deepEqual(serials(unit.elsewhere), ['north-10 south']);
      assert.deepEqual(unit.collisions, []);
      assert.equal(unit.certificates.length, 1);
      const here = leavesHere(north);
      assert.deepEqual(
        unit.entries.map(({ leaf }) => leaf),
        here.filter((leaf) => /"(subject|unitSerial)":"north-10"/.test(leaf)),
      );
      assert.ok(unit.entries.length > 5 && unit.entries.every(({ proved }) => proved));
      assert.ok(unit.entries.some(({ entry }) => entry === 'attempt.ended'));
      const loser = await unitOfPlant(qa, { unitSerial: 'north-10', stationId: south.stationId });
      assert.deepEqual([...new Set(loser.collisions.map(({ owner }) => owner))], ['north']);
      await assert.rejects(unitOfPlant(qa, { ...unit, unitSerial: 'none' }), refuses('unit.notFound'));

      // Each leaf is proved, from every place of the tree.
      const prover = await proverOf(qa, north.stationId);
      for (const leafIndex of [0, 1, 100, 255, 256, 257, here.length - 1]) {
        const proof = await prover.prove(leafIndex);
        assert.deepEqual(
          [proof?.leaf, proof?.included, proof?.signed],
          [here[leafIndex], true, true],
          `leaf ${leafIndex}`,
        );
      }
      assert.equal(await prover.prove(here.length), null);
    });

    await t.test('the overview counts results, orders and collisions of each station, once', async () => {
      for (const [orderId, quantity] of [
        ['PL-1', 30],
        ['PL-2', 5],
        ['PL-3', 5],
      ] as const)
        await makePlantOrder(plant.admin, { orderId, model: 'BM-1', quantity });
      const leased = (id: string, orderId: string, quantity: number, of: StationBed | undefined) =>
        plant.admin.query(
          'INSERT INTO birthmark.leases (lease_id, order_id, station_id, model, quantity) VALUES ($1, $2, $3, $4, $5)',
          [id, orderId, of?.stationId, 'BM-1', quantity],
        );
      const [ofSouth, ofNorth, all, back] = ['1a', '3fa9c1d2', '2b', '4c'].map(
        (start) => `${start.padEnd(8, '0')}-0000-4000-8000-000000000001`,
      ) as [string, string, string, string];
      await leased(ofSouth, 'PL-1', 4, stations[1]);
      await leased(ofNorth, 'PL-1', 20, stations[0]);
      await leased(all, 'PL-2', 5, stations[0]);
      await leased(back, 'PL-3', 5, stations[0]);
      await plant.admin.query(`INSERT INTO birthmark.returns (lease_id, order_id, quantity) VALUES ($1, 'PL-3', 0)`, [
        back,
      ]);
      await plant.admin.query(
        `UPDATE birthmark.units SET order_id = 'PL-1-3fa9c1d2', state = CASE unit_serial WHEN 'north-13' THEN 'failed' ELSE state END
         WHERE unit_serial IN ('north-11', 'north-12', 'north-13')`,
      );
      const seen = await overviewOfPlant(qa, since);
      assert.deepEqual(
        seen.stations.map(({ name, results, collisions }) => [name, results.passed, results.failed, collisions]),
        [
          ['north', 16, 0, 0],
          ['south', 17, 0, 2],
        ],
      );
      for (const { size, checkpointSize, wholeAt } of seen.stations) {
        assert.equal(checkpointSize, size);
        assert.notEqual(wholeAt, null);
      }
      // The latest first, without the one of which nothing is left and nothing is held.
      assert.deepEqual(seen.orders, [
        {
          ...{ orderId: 'PL-2', model: 'BM-1', quantity: 5, left: 0 },
          parts: [{ station: 'north', quantity: 5, made: 0, returned: 0 }],
        },
        {
          ...{ orderId: 'PL-1', model: 'BM-1', quantity: 30, left: 6 },
          parts: [
            { station: 'north', quantity: 20, made: 2, returned: 0 },
            { station: 'south', quantity: 4, made: 0, returned: 0 },
          ],
        },
      ]);
      assert.deepEqual(
        seen.collisions.map(({ kind, unitSerial, station, owner }) => [kind, unitSerial, station, owner]).sort(),
        [
          ['hardwareId', 'north-10', 'south', 'north'],
          ['unitSerial', 'north-10', 'south', 'north'],
        ],
      );
      const ids = await plant.admin.query<{ kind: string }>(
        'SELECT kind FROM birthmark.collisions ORDER BY collision_id DESC',
      );
      assert.deepEqual(
        seen.collisions.map(({ kind }) => kind),
        ids.map(({ kind }) => kind),
        'the latest first',
      );
      // An hour counts as a whole: the clock of both stations stands at eight.
      for (const [from, passed] of [
        ['2026-11-21T08:59:59.999Z', [16, 17]],
        ['2026-11-21T09:00:00.000Z', [0, 0]],
      ] as const) {
        const { stations: later } = await overviewOfPlant(qa, from);
        assert.deepEqual(
          later.map(({ results }) => [results.passed, results.first, results.firstPassed]),
          passed.map((count) => [count, count, count]),
          from,
        );
      }
      // A login that ships sees its own rows, and a reader changes nothing.
      assert.deepEqual(
        new Set(serials((await unitsOfPlant(own, page)).rows).map((one) => one.split(' ')[1])),
        new Set(['north']),
      );
      await plant.admin.query(
        `INSERT INTO birthmark.returned_serials SELECT lease_id, order_id, 'A', 'A' FROM birthmark.returns`,
      );
      await plant.admin.query(`INSERT INTO birthmark.returns (lease_id, order_id, quantity) VALUES ($1, 'PL-1', 1)`, [
        ofSouth,
      ]);
      await plant.admin.query(`INSERT INTO birthmark.returned_serials VALUES ($1, 'PL-1', 'A', 'A')`, [ofSouth]);
      const ofLog = 'log_id IN (SELECT log_id FROM birthmark.logs WHERE station_id = $1)';
      const ofLease = 'lease_id IN (SELECT lease_id FROM birthmark.leases WHERE station_id = $1)';
      for (const [table, mine] of [
        ...['leases', 'collisions'].map((name) => [name, 'station_id = $1']),
        ...['results', 'checkpoints', 'leaves', 'nodes'].map((name) => [name, ofLog]),
        ...['returns', 'returned_serials'].map((name) => [name, ofLease]),
      ]) {
        const count = async (sql: PlantSql, where = '', params: string[] = []) =>
          (
            await sql.query<{ rows: number }>(`SELECT count(*)::int AS rows FROM birthmark.${table} ${where}`, params)
          )[0]!.rows;
        const ofEach = await Promise.all(stations.map((one) => count(plant.admin, `WHERE ${mine}`, [one.stationId])));
        assert.ok(Math.max(...ofEach) > 0, table);
        assert.deepEqual([await count(own), await count(other)], ofEach, table);
        assert.equal(await count(qa), await count(plant.admin), table);
      }
      for (const act of ['DELETE FROM birthmark.results', `SELECT birthmark.keep_nodes(1, 0, 1)`])
        await assert.rejects(qa.query(act), refuses('plant.refused'), act);
    });

    await t.test('a leaf or a key that was changed in the plant is found', async () => {
      const { entries } = await unitOfPlant(qa, { unitSerial: 'north-10', stationId: north.stationId });
      const prover = await proverOf(qa, north.stationId);
      const here = leavesHere(north);
      const ended = entries.find(({ entry }) => entry === 'attempt.ended')!;
      await plant.admin.query(
        `UPDATE birthmark.leaves SET leaf = replace(leaf, 'PASS', 'FAIL') WHERE leaf_index = $1 AND log_id = $2`,
        [ended.leafIndex, prover.logId],
      );
      const changed = await (await proverOf(qa, north.stationId)).prove(ended.leafIndex);
      assert.deepEqual([changed?.included, changed?.signed], [false, true]);
      // A checkpoint that another key signed, neither.
      const { checkpoint } = (await prover.prove(0))!;
      await plant.admin.query(
        'UPDATE birthmark.logs SET public_key = (SELECT public_key FROM birthmark.logs WHERE log_id <> $1) WHERE log_id = $1',
        [prover.logId],
      );
      const forged = await (await proverOf(qa, north.stationId)).prove(here.length - 1);
      assert.deepEqual([forged?.included, forged?.signed], [true, false]);
      assert.equal(readCheckpoint(checkpoint)?.size, here.length);
    });

    await t.test(
      'a station that the plant knows no more is called by its id, and nothing of it is missing',
      async () => {
        const gone = 'aaaaaaaa-0000-4000-8000-000000000001';
        await plant.admin.query('UPDATE birthmark.collisions SET owner_station = $1, told_at = NULL', [gone]);
        await plant.admin.query('UPDATE birthmark.claims SET station_id = $1 WHERE station_id = $2', [
          gone,
          north.stationId,
        ]);
        await plant.admin.query('UPDATE birthmark.units SET station_id = $1 WHERE station_id = $2', [
          gone,
          north.stationId,
        ]);
        const owners = (found: readonly { owner: string }[]) => [...new Set(found.map(({ owner }) => owner))];
        assert.deepEqual(owners((await standingIn(other)).collisions), [gone]);
        assert.deepEqual(owners(await askPlant(other, [{ kind: 'unitSerial', value: 'north-11', unitSerial: 'X' }])), [
          gone,
        ]);
        assert.deepEqual(owners((await overviewOfPlant(qa, since)).collisions), [gone]);
        const key = { unitSerial: 'north-10', stationId: south.stationId };
        assert.deepEqual(owners((await unitOfPlant(qa, key)).collisions), [gone]);
        const found = await findPlantUnits(plant.admin, 'north-10');
        assert.deepEqual(
          found.map(({ station, collisions }) => [station, owners(collisions)]),
          [
            [gone, []],
            ['south', [gone]],
          ],
        );
        assert.deepEqual(serials((await unitsOfPlant(qa, { ...page, query: 'north-10' })).rows).sort(), [
          `north-10 ${gone}`,
          'north-10 south',
        ]);
      },
    );
  });

  test('first-pass yield is that of the stations: rework, repeats and station errors count no unit twice', async (t) => {
    const plant = await makePlant(t);
    const station = await makeStationBed(t, plant, 'yield');
    const { ledger, file } = station;
    const end = async (unitSerial: string, outcome: 'FAIL' | 'ERROR') => {
      const { attempt } = await ledger.startAttempt(start(unitSerial));
      await ledger.endAttempt({ unitSerial, attempt, outcome, actor: 'olga', ms: 5 });
    };
    await passUnit(station, 'A');
    await end('B', 'FAIL');
    await passUnit(station, 'B');
    await end('C', 'ERROR');
    await passUnit(station, 'C');
    await ship(station);
    await ledger.reworkUnit({ unitSerial: 'A', reason: 'repaired', actor: 'erik', agreedBy: 'olga' });
    await end('A', 'FAIL');
    await passUnit(station, 'A', 'another key');
    await end('D', 'FAIL');
    // Pages end between the attempts of a unit as well.
    await ship(station, { pageLeaves: 7 });
    const qa = await reader(t, plant);
    const sql = openSqlite(file, { readOnly: true });
    t.after(() => sql.close());
    const counted = (where: string) =>
      sql.get<{ n: number }>(`SELECT coalesce(sum(attempts), 0) AS n FROM attemptCounts WHERE first AND ${where}`)!.n;
    const [{ results }] = (await overviewOfPlant(qa, since)).stations as [PlantStation];
    assert.deepEqual([results.first, results.firstPassed], [4, 2], 'A and C passed at once, B and D did not');
    assert.deepEqual([results.first, results.firstPassed], [counted('true'), counted("outcome = 'passed'")]);
    assert.deepEqual([results.passed, results.failed, results.errors], [4, 3, 1]);
    await assert.rejects(qa.query('SELECT * FROM birthmark.first_results'), refuses('plant.refused'));
  });

  test('a plant of the first version gets what its leaves say when it is brought up to date', async (t) => {
    const plant = await makePlant(t);
    await plant.admin.query('DROP SCHEMA birthmark CASCADE; CREATE SCHEMA nothing; DROP SCHEMA nothing');
    await plant.admin.query(
      [
        'BEGIN',
        migrations[0],
        'CREATE TABLE birthmark.migrations (version int PRIMARY KEY, run_at timestamptz NOT NULL DEFAULT now())',
        'INSERT INTO birthmark.migrations (version) VALUES (1)',
        'COMMIT',
      ].join(';\n'),
    );
    const station = await makeStationBed(t, plant, 'older');
    for (let unit = 0; unit < 16; unit += 1) await passUnit(station, `OLD-${unit}`);
    const { attempt } = await station.ledger.startAttempt(start('OLD-16'));
    await station.ledger.endAttempt({ unitSerial: 'OLD-16', attempt, outcome: 'FAIL', actor: 'olga', ms: 5 });
    await passUnit(station, 'OLD-16');
    await ship(station);
    assert.equal((await initPlant(plant.admin)).made, migrations.length - 1);
    const qa = await reader(t, plant);
    const { results } = (await overviewOfPlant(qa, since)).stations[0]!;
    assert.deepEqual([results.passed, results.first, results.firstPassed], [17, 17, 16]);
    assert.equal((await (await proverOf(qa, station.stationId)).prove(3))?.included, true);
    const { entries } = await unitOfPlant(qa, { unitSerial: 'OLD-3', stationId: station.stationId });
    assert.ok(entries.length > 5 && entries.every(({ proved }) => proved));
    await passUnit(station, 'OLD-99');
    await ship(station);
    assert.equal((await overviewOfPlant(qa, since)).stations[0]?.results.passed, 18);
  });

  test('a list ends at its window, and goes on behind it', async (t) => {
    const plant = await makePlant(t);
    const { stationId } = await makeStationBed(t, plant, 'many');
    const made = (from: number, to: number) =>
      plant.admin.query(
        `INSERT INTO birthmark.units (unit_serial, station_id, order_id, model, state, updated_at)
         SELECT 'U-' || lpad(n::text, 6, '0'), $1, 'WO-1', 'BM-1', 'passed', now() FROM generate_series($2::int, $3::int) n`,
        [stationId, from, to],
      );
    const qa = await reader(t, plant);
    const end = async () => {
      const { total, more, rows, next } = await unitsOfPlant(qa, { offset: windowRows - 2, limit: 5 });
      return [total, more, rows.map(({ unitSerial }) => unitSerial), String(next?.key ?? '').split(' ')[0]];
    };
    const last = [windowRows - 1, windowRows].map((n) => `U-${String(n).padStart(6, '0')}`);
    await made(1, windowRows);
    assert.deepEqual(await end(), [windowRows, false, last, '']);
    await made(windowRows + 1, windowRows + 1);
    assert.deepEqual(await end(), [windowRows, true, last, last[1]]);
    const after = { key: `${last[1]} ${stationId}`, tie: 0 };
    const behind = await unitsOfPlant(qa, { offset: 0, limit: 5, after });
    assert.deepEqual(
      behind.rows.map(({ unitSerial }) => unitSerial),
      [`U-${String(windowRows + 1).padStart(6, '0')}`],
    );
  });

  test('a leaf of a log of sixteen million is proved from a few tiles of hashes', async (t) => {
    const plant = await makePlant(t);
    const { stationId } = await makeStationBed(t, plant, 'large');
    const { admin } = plant;
    const qa = await reader(t, plant);
    const [log] = await admin.query<{ id: number }>('SELECT log_id::int AS id FROM birthmark.logs');
    const prove = async (leafIndex: number) => (await proverOf(qa, stationId)).prove(leafIndex);
    assert.equal(await prove(0), null, 'nothing is signed yet');

    // Complete subtrees of 2^24, 2^16 and 2^8 leaves, and three leaves. Of most only the hash is there.
    const [million16, size] = [2 ** 24, 2 ** 24 + 2 ** 16 + 2 ** 8 + 3];
    const strangers = (count: number) => Array.from({ length: count }, () => randomBytes(32));
    const texts = (count: number, name: string) => Array.from({ length: count }, (_, at) => `${name} ${at}`);
    const putNodes = (level: number, first: number, hashes: readonly Buffer[]) =>
      admin.query(
        `INSERT INTO birthmark.nodes SELECT $1, $2, $3 + n - 1, h FROM unnest($4::bytea[]) WITH ORDINALITY AS u (h, n)`,
        [log?.id, level, first, hashes],
      );
    await admin.query(`SELECT birthmark.make_month(date_trunc('month', now())::date)`);
    const putLeaves = (first: number, leaves: readonly string[]) =>
      admin.query(
        `INSERT INTO birthmark.leaves SELECT date_trunc('month', now())::date, $1, $2 + n - 1, l
         FROM unnest($3::text[]) WITH ORDINALITY AS u (l, n)`,
        [log?.id, first, leaves],
      );
    const [before8, before16, [after8, after16]] = [strangers(255), strangers(255), strangers(2)];
    const [inTile, atEnd] = [texts(256, 'leaf'), texts(3, 'last')];
    await putNodes(8, 2 ** 16 - 256, before8);
    await putNodes(16, 0, before16);
    // With the last leaf of each subtree the plant makes its hash.
    await putLeaves(million16 - 256, inTile);
    await putNodes(8, 2 ** 16 + 2 ** 8, [after8!]);
    await putNodes(16, 256, [after16!]);
    await putLeaves(size - 3, atEnd);

    const row = (hashes: readonly Buffer[]) => rootOfRow(Buffer.concat(hashes));
    const first = row([...before16, row([...before8, row(inTile.map(leafHash))])]);
    const [one, two, three] = atEnd.map(leafHash) as [Buffer, Buffer, Buffer];
    const root = nodeHash(first, nodeHash(after16!, nodeHash(after8!, nodeHash(nodeHash(one, two), three))));
    const key = newPlantKey();
    const publish = (origin: string) => {
      const signature = sign(null, Buffer.from(checkpointBody(origin, { size, root })), key);
      const note = signedNote(origin, { size, root }, { publicKey: publicBytes(key), signature });
      return admin.query('UPDATE birthmark.logs SET checkpoint = $1, public_key = $2', [
        note,
        Buffer.from(publicBytes(key)),
      ]);
    };
    await publish(originOf(stationId));
    for (const [leafIndex, leaf] of [
      [million16 - 256, 'leaf 0'],
      [million16 - 1, 'leaf 255'],
      [size - 3, 'last 0'],
      [size - 1, 'last 2'],
    ] as const) {
      const proof = await prove(leafIndex);
      assert.deepEqual([proof?.leaf, proof?.included, proof?.signed, proof?.size], [leaf, true, true, size], leaf);
    }
    assert.equal((await prove(5))?.included, false, 'its leaf is not here');
    assert.equal(await prove(size), null);
    await publish(originOf('another'));
    assert.equal(await prove(size - 1), null, 'a checkpoint of another log');
  });
});
