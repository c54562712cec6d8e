/** Two stations that make units for one plant: from the command line that joins them to the unit that is stopped. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createClient, type Person, type PlantStation, type PlantUnit } from '../../app/contract/index.ts';
import { addressOf, admitLogin, initPlant } from '../../app/plant/index.ts';
import { createPracticeBench } from '../../app/practice/devices/index.ts';
import { systemClock } from '../../main/clock.ts';
import { openStation } from '../../main/openstation.ts';
import { openPlant } from '../../main/plant/postgres.ts';
import { json } from '../cli/commandline.ts';
import { makeBed } from '../line/support.ts';
import { refuses } from '../records/support.ts';
import { makeStation, passphrase } from '../support.ts';
import { sharedCluster, withoutPostgres } from './cluster.ts';

const erin: Person = { personId: 0, name: 'Erin', badge: 'EN-1', role: 'engineer' };

/** A station at work. All have devices with the same labels and hardware ids, and keys of their own. */
async function atWork(t: TestContext, dir: string) {
  const given = { slots: 1, driverOf: () => 'agent', clock: systemClock, baud: 0, computeMs: 0, seed: 7 };
  const bench = createPracticeBench({ ...given, labelPrefix: 'PLANT-' });
  const bed = await makeBed(0, { dir, bench });
  let closed = false;
  const close = async () => {
    if (!closed) await bed.close();
    closed = true;
  };
  t.after(close);
  const client = createClient(bed.station.connect('cli', erin));
  const run = () => {
    bench.unplug(1);
    const { label } = bench.plug(1);
    return client.call('line.run', { port: 'practice:1', unitSerial: label });
  };
  return { client, run, close, parts: bed.station.parts };
}

test('stations join by command; a unit that another one made is stopped before a key is made', {
  skip: withoutPostgres,
}, async (t) => {
  const cluster = await sharedCluster();
  const database = `commands_${process.pid}`;
  cluster.run('postgres', `CREATE DATABASE ${database}`);
  const folder = mkdtempSync(join(tmpdir(), 'birthmark-plant-'));
  const file = (name: string) => join(folder, name);
  writeFileSync(file('admin'), cluster.adminUrl(database));
  writeFileSync(file('passphrase'), passphrase);
  const office = ['--url-file', file('admin')];
  assert.equal((await json('plant', 'stations', ...office)).value.error.code, 'plant.refused');
  const { value: made } = await json('plant', 'init', ...office);
  assert.equal(made.made, made.version);

  const dirs: string[] = [];
  for (const name of ['one', 'two']) {
    const dir = await makeStation([], false, { own: name === 'two' });
    const login = `${name}_${process.pid}`;
    const admitted = await json('plant', 'admit', login, '--out', file(name), ...office);
    assert.deepEqual(admitted.value, { login, file: file(name), keyId: null });
    assert.equal(statSync(file(name)).mode & 0o077, 0);
    const rights = ['--data', dir, '--passphrase-file', file('passphrase')];
    const joined = await json('plant', 'join', '--url-file', file(name), '--wait', '30000', ...rights);
    assert.deepEqual([joined.code, joined.value.plantId, joined.value.config.offline], [0, made.plantId, 'goOn']);
    // The secret is in a file of its own, and in no other.
    assert.equal(statSync(join(dir, 'plant.url')).mode & 0o077, 0);
    const { password } = addressOf(readFileSync(file(name), 'utf8'));
    for (const other of ['station.json', 'records.db', 'records.db-wal'])
      assert.ok(!readFileSync(join(dir, other), { encoding: 'latin1', flag: 'a+' }).includes(password!), other);
    dirs.push(dir);
  }
  const order = ['--model', 'BM-1', '--quantity', '6', '--serial-from', 'A-08', '--serial-to', 'A-20', ...office];
  const planned = { orderId: 'PO-1', model: 'BM-1', quantity: 6, serialFrom: 'A-08', serialTo: 'A-20' };
  assert.deepEqual((await json('plant', 'order', 'PO-1', ...order)).value, { ...planned, shared: [] });
  const rightsOfOne = ['--data', dirs[0]!, '--passphrase-file', file('passphrase')];
  const { value: leased } = await json('plant', 'lease', 'PO-1', '--quantity', '4', ...rightsOfOne);
  assert.equal(leased.length, 1);
  const { orderId, quantity, serialFrom, serialTo, active } = leased[0];
  assert.match(orderId, /^PO-1-[0-9a-f]{8}$/);
  assert.deepEqual([quantity, serialFrom, serialTo, active], [4, 'A-08', 'A-11', false]);
  const tooMany = await json('plant', 'lease', 'PO-1', '--quantity', '3', ...rightsOfOne);
  assert.deepEqual([tooMany.code, tooMany.value.error.code], [1, 'plant.noLease']);
  assert.match(tooMany.value.error.detail, /PO-1 has 2 left/);
  const { value: returned } = await json('plant', 'give-back', orderId, ...rightsOfOne);
  assert.deepEqual([returned.quantity, returned.serials, returned.told], [4, [['A-08', 'A-11']], true]);
  const { value: listed } = await json('plant', 'orders', '--data', dirs[0]!);
  assert.deepEqual(listed.orders, [{ orderId: 'PO-1', model: 'BM-1', quantity: 6, left: 6, longestRun: 13 }]);
  assert.deepEqual([listed.leases[0].state, listed.leases[0].returned], ['closed', 4]);
  assert.equal((await json('plant', 'give-back', orderId, ...rightsOfOne)).value.error.code, 'plant.returned');

  const [one, two] = [await atWork(t, dirs[0]!), await atWork(t, dirs[1]!)];
  t.after(() => {
    for (const made of [folder, ...dirs.map((dir) => dirname(dir))]) rmSync(made, { recursive: true, force: true });
  });
  const first = await one.run();
  assert.equal(first.outcome, 'PASS');
  const stopped = await two.run();
  assert.equal(stopped.unitSerial, first.unitSerial);
  assert.deepEqual([stopped.outcome, stopped.error?.code, stopped.steps.length], ['FAIL', 'plant.collision', 0]);

  const shipped = await one.client.call('plant.ship', {});
  assert.equal(shipped.acknowledged, shipped.size);
  await two.client.call('plant.ship', {});
  const { value: found } = await json('plant', 'units', stopped.unitSerial, ...office);
  assert.deepEqual(found.map(({ state }: { state: string }) => state).sort(), ['failed', 'passed']);

  // QA reads all stations with a login of its own, by command and at a station's desk.
  const reading = `qa_${process.pid}`;
  await json('plant', 'admit', reading, '--reader', '--out', file('reader'), ...office);
  const desk = ['--url-file', file('reader')];
  const { value: seen } = await json('plant', 'overview', ...desk);
  assert.deepEqual(
    seen.stations.map(({ results }: PlantStation) => [results.passed, results.failed]),
    [
      [1, 0],
      [0, 1],
    ],
  );
  const { value: both } = await json('plant', 'search', first.unitSerial.slice(0, -1), ...desk);
  assert.equal(both.rows.length, 2);
  const { value: story } = await json('plant', 'show', first.unitSerial, ...desk);
  assert.ok(story.every(({ entries }: PlantUnit) => entries.every(({ proved }) => proved)));
  const [{ leafIndex }] = story[0].entries;
  const proving = ['plant', 'show', first.unitSerial, '--proof', String(leafIndex), ...desk];
  // The other station has a leaf of this number, too.
  assert.equal((await json(...proving)).value.error.code, 'call.badParams');
  const { value: proof } = await json(...proving, '--station', story[0].stationId);
  assert.deepEqual([proof.included, proof.signed], [true, true]);
  for (const more of [['NONE'], ['NONE', '--proof', '0'], [first.unitSerial, '--station', 'Nowhere']]) {
    const none = await json('plant', 'show', ...more, ...desk);
    assert.deepEqual([none.code, none.value.error.code], [1, 'unit.notFound']);
  }
  assert.equal((await json('plant', 'overview', '--days', 'x', ...desk)).value.error.code, 'call.badParams');
  const since = '2020-01-01T00:00:00.000Z';
  await assert.rejects(two.client.call('plant.overview', { since }), refuses('plant.noReader'));
  const urlIn = (name: string) => readFileSync(file(name), 'utf8');
  await assert.rejects(two.client.call('plant.readWith', { url: urlIn('two') }), refuses('plant.refused'));
  await assert.rejects(two.client.call('plant.readWith', { url: urlIn('admin') }), refuses('plant.refused'));
  const reads = (await two.client.call('plant.readWith', { url: urlIn('reader') })).reader;
  const { password: _, tls: __, client: ___, rootFile: ____, ...shown } = addressOf(urlIn('reader'));
  assert.deepEqual(reads, shown, 'where it reads, without the secret');
  assert.equal(statSync(join(dirs[1]!, 'plant-reader.url')).mode & 0o077, 0);
  assert.equal((await two.client.call('plant.overview', { since })).stations.length, 2);
  const { rows } = await two.client.call('plant.units', { query: first.unitSerial, offset: 0, limit: 10 });
  assert.deepEqual(rows.map(({ refused }) => refused).sort(), [false, true]);

  // The plant goes away. Work goes on, unless the station is told to wait for it.
  cluster.run('postgres', `ALTER DATABASE ${database} ALLOW_CONNECTIONS false`);
  cluster.run('postgres', `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database}'`);
  assert.equal((await two.run()).outcome, 'PASS');
  await assert.rejects(two.client.call('plant.ship', {}), refuses('plant.unreachable'));
  await two.parts.config.save({ ...two.parts.config.current(), plant: { offline: 'stop', askMs: 30_000 } });
  const waits = await two.run();
  assert.deepEqual([waits.outcome, waits.error?.code], ['ERROR', 'plant.unreachable']);
  // To let the line work is no question to the plant, which is away.
  const { config } = await two.client.call('plant.join', { offline: 'goOn' });
  assert.deepEqual(config, { offline: 'goOn', askMs: 30_000 });
  assert.equal((await two.run()).outcome, 'PASS');
  const health = await two.client.call('station.doctor', {});
  assert.deepEqual(
    health.filter(({ name }) => name === 'plant').map(({ finding }) => finding.what),
    ['plantBehind', 'plantRefused'],
  );

  // It is back, and has what was made without it.
  cluster.run('postgres', `ALTER DATABASE ${database} ALLOW_CONNECTIONS true`);
  const whole = await two.client.call('plant.ship', {});
  assert.equal(whole.acknowledged, whole.size);
  // A new log, as after a restore: the plant gets all of it once more, and counts what it says once.
  assert.equal((await two.client.call('plant.join', { again: true })).acknowledged, 0);
  const anew = await two.client.call('plant.ship', {});
  assert.equal(anew.acknowledged, anew.size);
  const { value: counted } = await json('plant', 'overview', ...desk);
  assert.deepEqual(
    counted.stations.map(({ results }: PlantStation) => results.passed),
    [1, 2],
  );
  await two.client.call('plant.leave', {});
  for (const secret of ['plant.url', 'plant-reader.url']) assert.throws(() => statSync(join(dirs[1]!, secret)));
  await assert.rejects(two.client.call('plant.ship', {}), refuses('plant.none'));
});

/** An address of this PC that is not loopback. */
const outer = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address;

test('a server without TLS gets neither a name nor a password', {
  skip: outer === undefined && 'this PC has loopback only',
}, async (t) => {
  let heard = Buffer.alloc(0);
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      heard = Buffer.concat([heard, chunk]);
      // PostgreSQL's "no TLS here".
      socket.write('N');
    });
  }).listen(0, '0.0.0.0');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  await assert.rejects(openPlant(`postgresql://line1:secret@${outer}:${port}/plant`), refuses('plant.untrusted'));
  // SSLRequest: its length and 80877103.
  assert.equal(heard.toString('hex'), '0000000804d2162f');
});

test('an engineer joins in parts from a screen: tried first, the password kept and in no answer', {
  skip: withoutPostgres,
}, async (t) => {
  const cluster = await sharedCluster();
  const database = `screen_${process.pid}`;
  cluster.run('postgres', `CREATE DATABASE ${database}`);
  const admin = await openPlant(cluster.adminUrl(database));
  t.after(() => admin.close());
  await initPlant(admin);
  const [line, other, reader] = ['line', 'other', 'reader'].map((name) => `${name}_${database}`) as [
    string,
    string,
    string,
  ];
  const passwords = new Map<string, string>();
  for (const [login, role] of [
    [line, 'station'],
    [other, 'station'],
    [reader, 'reader'],
  ] as const)
    passwords.set(login, await admitLogin(admin, login, role));
  const dir = await makeStation();
  t.after(() => rmSync(dirname(dir), { recursive: true, force: true }));
  const station = await openStation({ dir, kind: 'host', threads: false });
  t.after(() => station.close());
  const client = createClient(station.connect('test', erin));
  const { host, port } = addressOf(cluster.adminUrl(database));
  const login = (user: string, password = passwords.get(user)) => ({ host, port, database, user, password });

  await assert.rejects(client.call('plant.try', {}), refuses('plant.none'));
  await assert.rejects(
    client.call('plant.try', { login: login(line, 'wrong') }),
    refuses('plant.refused', { reason: 'plantPassword' }),
  );
  await assert.rejects(
    client.call('plant.try', { login: login(reader) }),
    refuses('plant.refused', { reason: 'plantLogin' }),
    'a reader ships nothing',
  );
  const nowhere = { ...login(line), database: 'postgres' };
  await assert.rejects(client.call('plant.try', { login: nowhere }), refuses('plant.refused'));
  await assert.rejects(client.call('plant.try', { login: { ...login(line), port: 1 } }), refuses('plant.unreachable'));
  const qa: Person = { ...erin, badge: 'QA-1', role: 'qa' };
  const forbidden = createClient(station.connect('test', qa)).call('plant.try', { login: login(line) });
  await assert.rejects(forbidden, (thrown: { code: string }) => thrown.code === 'session.forbidden');

  const tried = await client.call('plant.try', { login: login(line) });
  assert.equal((await client.call('plant.status', {})).config, null, 'a try joins nothing');
  const joined = await client.call('plant.join', { login: login(line) });
  assert.equal(joined.plantId, tried.plantId);
  assert.deepEqual(joined.address, { host, port, database, user: line });
  const file = join(dir, 'plant.url');
  assert.equal(statSync(file).mode & 0o077, 0);
  // A password with signs of an address, and one that is left out.
  await admin.query(`ALTER ROLE ${line} PASSWORD 'p@ss:w/o#r?d %41'`);
  await client.call('plant.join', { login: login(line, 'p@ss:w/o#r?d %41') });
  await client.call('plant.join', { login: { host, port, database, user: line }, askMs: 500 });
  await client.call('plant.ship', {});
  await assert.rejects(
    client.call('plant.try', { login: { host, port, database, user: other } }),
    refuses('plant.refused'),
    'the kept password is for no other user',
  );
  const { rows } = await station.parts.ledger.listAudit({ limit: 100, offset: 0 });
  for (const said of [JSON.stringify(await client.call('plant.status', {})), JSON.stringify(rows)])
    assert.ok(!said.includes('p@ss') && !said.includes('p%40ss') && !said.includes(passwords.get(line)!));
  // Another station cannot take the login, and says so when it tries.
  const second = await makeStation([], false, { own: true });
  t.after(() => rmSync(dirname(second), { recursive: true, force: true }));
  const there = await openStation({ dir: second, kind: 'host', threads: false });
  t.after(() => there.close());
  await assert.rejects(
    createClient(there.connect('test', erin)).call('plant.try', { login: login(line, 'p@ss:w/o#r?d %41') }),
    refuses('plant.refused', { reason: 'plantLogin' }),
  );
  await client.call('plant.leave', {});
  assert.equal((await client.call('plant.status', {})).address, null);
  assert.throws(() => statSync(file), /ENOENT/);
});
