/** The practice line and the real station in one program: the way from one to the other, and who may go it. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { connect } from 'node:tls';
import { createClient, type Station, type StationStatus } from '../../app/contract/index.ts';
import { createLedger } from '../../app/records/index.ts';
import { paths, readConfig } from '../../app/station/index.ts';
import { systemClock } from '../../main/clock.ts';
import { openHost } from '../../main/compose.ts';
import type { Host } from '../../main/host.ts';
import { openDatabaseHere } from '../../main/threads/database.ts';
import { lockFolder } from '../../main/threads/lock.ts';
import { removeAtEnd } from '../folders.ts';
import { slotWhen } from '../line/support.ts';
import { refuses } from '../records/support.ts';
import { passphrase } from '../support.ts';

const plan = {
  name: 'Line 7',
  organisation: 'Test',
  passphrase,
  engineer: { name: 'Erin', badge: 'EN-1', pin: '275183' },
  operator: { name: 'Ola', badge: 'OP-1', pin: '386294' },
  slots: [{ slotId: 1, name: 'Slot 1', port: 'nowhere', driver: 'agent' }],
  device: { endpoint: 'devices.example' },
};
const engineer = { badge: 'EN-1', pin: '275183' };

/** A program on a PC where no station has been made yet. */
async function firstStart(t: TestContext): Promise<{ host: Host; client: Station; realDir: string }> {
  const home = await mkdtemp(join(tmpdir(), 'birthmark-host-'));
  const before = process.env.BIRTHMARK_HOME;
  process.env.BIRTHMARK_HOME = home;
  const host = await openHost();
  t.after(async () => {
    await host.close();
    if (before === undefined) delete process.env.BIRTHMARK_HOME;
    else process.env.BIRTHMARK_HOME = before;
    await rm(home, { recursive: true, force: true });
  });
  return { host, client: createClient(host.connect('test')), realDir: join(home, 'station') };
}

const statusWhen = (client: Station, fits: (status: StationStatus) => boolean): Promise<StationStatus> =>
  new Promise((resolve) => {
    const stop = client.on('station.changed', (status) => {
      if (!fits(status)) return;
      queueMicrotask(() => stop());
      resolve(status);
    });
  });

test('from the first start to a real station and back: made, opened, and left only by its engineer', async (t) => {
  const { host, client, realDir } = await firstStart(t);
  const first = await client.call('station.status', {});
  assert.deepEqual([first.practice, first.otherStation], [true, 'none']);
  assert.deepEqual(
    await client
      .call('setup.preview', { name: 'Line 7', organisation: 'Test' })
      .then(({ folder, exists }) => [folder, exists]),
    [realDir, false],
  );
  await assert.rejects(client.call('setup.open', { which: 'real' }), refuses('records.notStation'));

  const { stationId, folder, checks } = await client.call('setup.run', plan);
  assert.equal(folder, realDir);
  const checkNamed = (name: string) => checks.find((check) => check.name === name);
  assert.deepEqual([checkNamed('ca')?.ok, checkNamed('ca')?.finding.what], [true, 'caOpens']);
  assert.equal(checkNamed('records')?.ok, true);
  // Its port is nowhere on this machine.
  assert.deepEqual([checkNamed('ports')?.ok, checkNamed('ports')?.finding.remedy], [false, 'plugInSlots']);
  assert.equal((await client.call('station.status', {})).otherStation, 'real');
  await assert.rejects(client.call('setup.run', plan), refuses('records.exists'));

  const practiceEngineer = first.practiceBadges?.find(({ role }) => role === 'engineer');
  await client.call('session.signIn', { badge: practiceEngineer?.badge ?? '', pin: practiceEngineer?.pin ?? '' });
  const other = createClient(host.connect('test'));
  const people: (string | undefined)[] = [];
  client.on('session.changed', ({ person }) => people.push(person?.badge));
  const arrived = statusWhen(other, (status) => !status.practice);
  await client.call('setup.open', { which: 'real' });

  const status = await arrived;
  assert.equal(status.stationId, stationId, 'whoever listened hears the new station without asking again');
  assert.deepEqual([status.otherStation, status.ca.state, status.name], ['practice', 'locked', 'Line 7']);
  assert.equal((await client.call('session.current', {})).person, null, 'a sign-in is for one station');
  assert.deepEqual([people[0], people.at(-1)], [practiceEngineer?.badge, undefined]);

  for (const signIn of [undefined, { badge: 'OP-1', pin: '386294' }]) {
    if (signIn) await client.call('session.signIn', signIn);
    await assert.rejects(client.call('setup.open', { which: 'practice' }), refuses('session.forbidden'));
    await assert.rejects(client.call('setup.run', plan), refuses('session.forbidden'));
    await assert.rejects(client.call('practice.plug', { slotId: 1 }), refuses('call.badParams'));
  }
  const { badge, pin } = practiceEngineer ?? { badge: '', pin: '' };
  await assert.rejects(client.call('session.signIn', { badge, pin }), refuses('session.wrongPin'));
  assert.equal((await other.call('station.status', {})).stationId, stationId);

  await client.call('session.signIn', engineer);
  await client.call('setup.open', { which: 'practice' });
  assert.equal((await other.call('station.status', {})).practice, true);
  assert.equal((await client.call('session.current', {})).person, null);

  const database = openDatabaseHere(paths(realDir).records);
  const { rows } = await createLedger(database, systemClock).listAudit({ limit: 1, offset: 0 });
  await database.close();
  assert.deepEqual(
    rows.map(({ entry, actor }) => [entry, actor]),
    [['session.closed', 'Erin (EN-1)']],
    'the end of the session is on record at the station it was for',
  );
});

test('a station that cannot be opened leaves the present one at work', async (t) => {
  const { client, realDir } = await firstStart(t);
  await client.call('setup.run', plan);
  const lock = await lockFolder(realDir, 'command', { waitMs: 0 });
  const locked = statusWhen(client, ({ practice, ca }) => practice && ca.state === 'locked');
  await assert.rejects(client.call('setup.open', { which: 'real' }), refuses('records.inUse'));
  lock.release();
  const { practiceBadges, otherStation, ca } = await client.call('station.status', {});
  assert.deepEqual([otherStation, ca.state], ['real', 'unlocked']);
  const { badge = '', pin = '' } = practiceBadges?.find(({ role }) => role === 'engineer') ?? {};
  await client.call('session.signIn', { badge, pin });
  await client.call('ca.lock', {});
  await locked;
  await client.call('setup.open', { which: 'real' });
  assert.equal((await client.call('station.status', {})).practice, false);
});

test('two windows that ask for the same change at once both get it', async (t) => {
  const { host, client } = await firstStart(t);
  const other = createClient(host.connect('test'));
  await client.call('setup.run', plan);
  await Promise.all([client.call('setup.open', { which: 'real' }), other.call('setup.open', { which: 'real' })]);
  for (const one of [client, other]) assert.equal((await one.call('station.status', {})).name, 'Line 7');
  await client.call('session.signIn', engineer);
  assert.equal((await client.call('orders.list', {})).length, 1);
});

test('a unit that is being worked on keeps the station open', async (t) => {
  const { client } = await firstStart(t);
  await client.call('setup.run', plan);
  const { practiceBadges } = await client.call('station.status', {});
  const operator = practiceBadges?.find(({ role }) => role === 'operator');
  await client.call('session.signIn', { badge: operator?.badge ?? '', pin: operator?.pin ?? '' });
  await client.call('practice.plug', { slotId: 1 });
  await client.call('practice.fault', { slotId: 1, fault: 'silent' });
  await slotWhen(client, 1, 'SCAN');
  const { slots } = await client.call('practice.snapshot', {});
  await client.call('bench.scan', { text: slots[0]?.label ?? '' });
  await assert.rejects(client.call('setup.open', { which: 'real' }), refuses('unit.inProgress'));
  assert.equal((await client.call('station.status', {})).practice, true);
  await client.call('bench.abort', { slotId: 1 });
  await slotWhen(client, 1, 'FAIL');
  await client.call('setup.open', { which: 'real' });
});

test('the AWS of the practice line fails on demand, and no setting pretends to replace it', async (t) => {
  const { client, realDir } = await firstStart(t);
  const { practiceBadges, cloud, cloudGiven } = await client.call('station.status', {});
  assert.equal(cloudGiven, true);
  const { badge = '', pin = '' } = practiceBadges?.find(({ role }) => role === 'engineer') ?? {};
  await client.call('session.signIn', { badge, pin });
  assert.ok(cloud);
  const other = { ...cloud, bucket: 'another-bucket' };
  await assert.rejects(client.call('targets.save', { target: other }), refuses('cloud.given'));
  await assert.rejects(client.call('targets.remove', { name: cloud.name }), refuses('cloud.given'));
  await client.call('station.configure', { session: { idleMinutes: 30 } });
  assert.deepEqual(
    (await readConfig(join(realDir, '../practice'))).targets,
    [],
    'the address of today is not kept as a setting',
  );

  /** Every screen sees it. */
  const seen = (wanted: 'unavailable' | null) =>
    new Promise<void>((resolve) => {
      const stop = client.on('practice.changed', ({ outage }) => {
        if (outage !== wanted) return;
        queueMicrotask(() => stop());
        resolve();
      });
    });
  await client.call('practice.outage', { outage: 'unavailable' });
  await seen('unavailable');
  await assert.rejects(client.call('cloud.registerCa', {}), refuses('cloud.unreachable'));
  await client.call('practice.outage', { outage: null });
  await seen(null);
  await client.call('cloud.registerCa', {});
});

test('the practice line has a device gateway, and its panel says why a device could not connect', async (t) => {
  const { client } = await firstStart(t);
  const { cloud } = await client.call('station.status', {});
  const { host = '', port = 0, rootCaPem = '' } = cloud?.gateway ?? {};
  const ca = await readFile(rootCaPem);
  const socket = connect({ host, port, ca, servername: host });
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('close', resolve).resume());
  const { entries } = await client.call('practice.log', { failures: true });
  const [{ event, reason } = {}] = entries;
  assert.deepEqual([event, reason], ['Connect', 'The client showed no certificate.']);
});

test('units at work, sleep and resume reach the host across a change of station', async (t) => {
  const { host, client } = await firstStart(t);
  await client.call('setup.run', plan);
  const { practiceBadges } = await client.call('station.status', {});
  const operator = practiceBadges?.find(({ role }) => role === 'operator');
  await client.call('session.signIn', { badge: operator?.badge ?? '', pin: operator?.pin ?? '' });
  const told: number[] = [];
  const stop = host.onWork((units) => told.push(units));
  assert.deepEqual(told, [0], 'what is so now comes first');
  await client.call('practice.plug', { slotId: 1 });
  await client.call('practice.fault', { slotId: 1, fault: 'silent' });
  const { slots } = await client.call('practice.snapshot', {});
  await client.call('bench.scan', { text: slots[0]?.label ?? '' });
  await slotWhen(client, 1, 'WORKING');
  await host.suspend();
  assert.equal((await slotWhen(client, 1, 'CHECK_STATION')).error?.code, 'station.suspended');
  await host.resume();
  assert.deepEqual(told, [0, 1, 0]);

  await client.call('setup.open', { which: 'real' });
  await host.suspend();
  await host.resume();
  await client.call('session.signIn', engineer);
  stop();
  const late: number[] = [];
  host.onWork((units) => late.push(units))();
  assert.deepEqual([told.slice(0, 3), late], [[0, 1, 0], [0]]);
  assert.ok(told.slice(3).every((units) => units === 0));
});

test('a folder is open once: a second host is refused, and may have it when the first has closed', async (t) => {
  const { host, client, realDir } = await firstStart(t);
  await client.call('setup.run', plan);
  await client.call('setup.open', { which: 'real' });
  await assert.rejects(openHost({ dataDir: realDir }), refuses('records.inUse', { pid: process.pid, kind: 'host' }));
  assert.equal((await client.call('station.status', {})).name, 'Line 7', 'the first one has lost nothing');
  await host.close();
  await host.close();
  const second = await openHost({ dataDir: realDir });
  t.after(() => second.close());
  assert.match(second.describe(), /station in/);
  assert.equal((await createClient(second.connect('test')).call('station.status', {})).name, 'Line 7');
});

test('a folder that was named and holds no station is refused, not taken for a first start', async (_t) => {
  const empty = await mkdtemp(join(tmpdir(), 'birthmark-host-'));
  removeAtEnd(empty);
  await assert.rejects(openHost({ dataDir: empty }), refuses('records.notStation'));
});
