/** A unit at a port that is named, by the dispatcher: who may, what holds it up, what stops it, what it leaves. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { createClient, type EventData, type Origin, type Person, type Station } from '../../app/contract/index.ts';
import type { LineJob } from '../../app/contract/issuingmethods.ts';
import { createPracticeBench } from '../../app/practice/devices/index.ts';
import { systemClock } from '../../main/clock.ts';
import { type BedOptions, makeBed, slotWhen } from '../line/support.ts';
import { refuses } from '../records/support.ts';
import { makeStation } from '../support.ts';

const olga: Person = { personId: 0, name: 'Olga', badge: 'OP-1', role: 'operator' };
const mebi = 1024 * 1024;
const port = 'practice:2';

/** A station whose only slot is at the first port, and a command line that an operator has signed in to. */
async function bedOf(t: TestContext, options: BedOptions = {}) {
  const dir = await makeStation([{ slotId: 1, name: 'Slot 1', port: 'practice:1', driver: 'agent' }]);
  const given = { slots: 2, driverOf: () => 'agent', clock: systemClock, baud: 0, computeMs: 0, seed: 7 };
  const bench = createPracticeBench({ ...given, labelPrefix: 'RUN-' });
  const opened: string[] = [];
  const bed = await makeBed(1, {
    dir,
    bench,
    portsOf: (real) => ({
      list: () => real.list(),
      watch: (name, listener) => real.watch(name, listener),
      open(name, line) {
        opened.push(name);
        return real.open(name, line);
      },
    }),
    ...options,
  });
  t.after(() => bed.close());
  const { ledger } = bed.station.parts;
  const connectionAs = (origin: Origin, person?: Person) => bed.station.connect(origin, person);
  const command = createClient(connectionAs('cli', olga));
  const entries = async () => (await ledger.listAudit({ limit: 500, offset: 0 })).rows;
  /** The work is interrupted once, from inside the unit's own life, so that nothing can come too late. */
  const meanwhile = (act: () => unknown) => {
    const { recordDevice } = ledger;
    ledger.recordDevice = async (params) => {
      ledger.recordDevice = recordDevice;
      await act();
      await recordDevice(params);
    };
  };
  const run = (client: Station, more: Partial<LineJob> = {}) => {
    bench.unplug(2);
    const device = bench.plug(2);
    return client.call('line.run', { port, unitSerial: device.label, ...more });
  };
  return { ...bed, bench, opened, command, connectionAs, entries, meanwhile, run };
}

test('a unit passes; its steps are told, and what it leaves on record is what a slot leaves', async (t) => {
  const { command, run, entries, opened, station } = await bedOf(t);
  let told: EventData<'line.changed'>['runs'] = [];
  const stop = command.on('line.changed', ({ runs }) => {
    if (runs.length > 0) told = runs;
  });
  const result = await run(command);
  stop();
  assert.deepEqual([result.outcome, result.error], ['PASS', undefined]);
  assert.match(result.certificateId ?? '', /^[0-9a-f]{64}$/);
  const names = ['identify', 'key', 'csr', 'decide', 'issue', 'install', 'verify', 'seal'];
  assert.deepEqual(
    result.steps.map(({ name }) => name),
    names,
  );
  assert.ok(result.link.bytesSent > 0 && result.link.bytesReceived > 0);
  if (told[0]) assert.deepEqual([told[0].port, told[0].unitSerial], [port, result.unitSerial]);
  assert.deepEqual(opened, [port]);
  const mine = (await entries()).filter(({ actor }) => actor === 'Olga (OP-1)').map(({ entry }) => entry);
  const left = ['attempt.started', 'csr.accepted', 'sign.intent', 'sign.done', 'unit.passed'];
  assert.deepEqual(
    mine.reverse().filter((entry) => entry !== 'session.signedIn'),
    left,
  );
  assert.deepEqual(station.parts.lineRuns.snapshot(), { runs: [] });
  assert.equal((await command.call('bench.snapshot', {})).counters.passed, 1);
});

test('no page may have a device opened by its path, whoever is signed in there', async (t) => {
  const { connectionAs, run, entries, opened } = await bedOf(t);
  const erin: Person = { personId: 0, name: 'Erin', badge: 'EN-1', role: 'engineer' };
  for (const origin of ['electron', 'kiosk', 'test'] as const) {
    const page = createClient(connectionAs(origin, erin));
    await assert.rejects(run(page), refuses('session.forbidden', { origin }));
    await assert.rejects(page.call('line.abort', {}), refuses('session.forbidden', { origin }));
  }
  assert.deepEqual(opened, []);
  const refused = (await entries()).filter(({ entry, subject }) => entry === 'call.refused' && subject === 'line.run');
  assert.equal(refused.length, 3);
});

test('QA may not, and nobody may who is not signed in', async (t) => {
  const { connectionAs, run, opened } = await bedOf(t);
  const quinn: Person = { ...olga, personId: 0, role: 'qa' };
  await assert.rejects(run(createClient(connectionAs('cli', quinn))), refuses('session.forbidden', { role: 'qa' }));
  await assert.rejects(run(createClient(connectionAs('cli'))), refuses('session.signedOut'));
  assert.deepEqual(opened, []);
});

test('a port that a scanner, a slot at work or another run has is refused', async (t) => {
  const { command, run, engineer, operator, bench, meanwhile, opened } = await bedOf(t);
  const scanner = { scannerId: 1, name: 'Hand scanner', port, baud: 9600, suffix: 'cr', prefix: '' } as const;
  await engineer.call('station.configure', { scanners: [scanner] });
  await assert.rejects(run(command), refuses('call.badParams', { path: 'port', port }));
  await engineer.call('station.configure', { scanners: [] });
  assert.deepEqual(opened, []);

  const refusedMeanwhile = Promise.withResolvers<unknown>();
  const another = (at: string) => () =>
    command
      .call('line.run', { port: at, unitSerial: 'ANOTHER' })
      .then(() => new Error('it was not refused'))
      .catch((thrown: unknown) => thrown);
  meanwhile(async () => refusedMeanwhile.resolve(await another(port)()));
  assert.equal((await run(command)).outcome, 'PASS');
  assert.equal(((await refusedMeanwhile.promise) as { code?: string }).code, 'unit.inProgress');

  const inSlot = Promise.withResolvers<unknown>();
  meanwhile(async () => inSlot.resolve(await another('practice:1')()));
  const { label } = bench.plug(1);
  await slotWhen(operator, 1, 'SCAN');
  await operator.call('bench.scan', { text: label });
  assert.equal(((await inSlot.promise) as { code?: string }).code, 'unit.inProgress');
  await slotWhen(operator, 1, 'PASS');
});

test("the station's interlocks hold it; those of the active order do not where another one is named", async (t) => {
  let free = 0;
  const bed = await bedOf(t, { freeBytes: async () => free });
  const { command, run, engineer, station, opened } = bed;
  await assert.rejects(run(command), refuses('policy.interlock', { reason: 'disk' }));
  free = 500 * mebi;
  await engineer.call('ca.lock', {});
  await assert.rejects(run(command), refuses('ca.locked'));
  await station.parts.authority.unlock('a passphrase for tests only');
  await engineer.call('orders.close', { orderId: 'default' });
  await assert.rejects(run(command), refuses('order.none'));
  await assert.rejects(run(command, { orderId: 'default' }), refuses('order.closed'));
  assert.deepEqual(opened, []);
  await engineer.call('orders.make', { orderId: 'NAMED', model: '*', quantity: 1, activate: false });
  assert.equal((await run(command, { orderId: 'NAMED' })).outcome, 'PASS');
});

test('a serial or a label, and not both; a recipe that was written says the driver', async (t) => {
  const { command, run } = await bedOf(t);
  await assert.rejects(run(command, { label: 'SN-1' }), refuses('call.badParams', { path: 'unitSerial' }));
  await assert.rejects(command.call('line.run', { port }), refuses('call.badParams', { path: 'unitSerial' }));
  await assert.rejects(run(command, { unitSerial: 'no serial' }), refuses('unit.badSerial'));
  await assert.rejects(run(command, { driver: 'unheard-of' }), refuses('call.badParams'));
});

test('a person stops it by the connection that began it, and by no other one', async (t) => {
  const { command, connectionAs, run, meanwhile, entries } = await bedOf(t);
  const other = createClient(connectionAs('cli', olga));
  meanwhile(() => other.call('line.abort', {}));
  assert.equal((await run(command)).outcome, 'PASS');
  meanwhile(() => command.call('line.abort', {}));
  const { outcome, error } = await run(command);
  assert.deepEqual([outcome, error?.code, error?.detail], ['ABORTED', 'call.cancelled', 'stopped by a person']);
  const [last] = await entries();
  assert.deepEqual([last?.entry, last?.actor], ['unit.aborted', 'Olga (OP-1)']);
});

test('what was stopped before it began leaves nothing', async (t) => {
  const { command, run, station, opened } = await bedOf(t);
  const { interlocks } = station.parts;
  const { look } = interlocks;
  interlocks.look = async () => {
    await command.call('line.abort', {});
    await look();
  };
  await assert.rejects(run(command), refuses('call.cancelled'));
  interlocks.look = look;
  assert.deepEqual(opened, []);
  assert.equal((await command.call('units.list', {})).total, 0);
});

test('a connection that is closed, a PC that goes to sleep, a station that is closed: each ends it for its reason', async (t) => {
  const { station, connectionAs, run, meanwhile } = await bedOf(t);
  const connection = connectionAs('cli', olga);
  meanwhile(() => connection.close());
  const gone = await run(createClient(connection));
  assert.deepEqual([gone.outcome, gone.error?.code], ['ABORTED', 'call.cancelled']);

  const command = createClient(connectionAs('cli', olga));
  meanwhile(() => void station.suspend());
  const slept = await run(command);
  assert.deepEqual([slept.outcome, slept.error?.code], ['ERROR', 'station.suspended']);
  await station.resume();

  const closing = new EventTarget();
  meanwhile(() => {
    station.close().then(() => closing.dispatchEvent(new Event('closed')));
  });
  const closed = once(closing, 'closed');
  const last = await run(command);
  assert.deepEqual([last.outcome, last.error?.detail], ['ABORTED', 'the station was closed']);
  await closed;
  await assert.rejects(run(command), refuses('call.cancelled'));
});
