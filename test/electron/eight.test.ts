/** Eight units at work on the practice line, in the window: the page dies, the PC sleeps, someone closes it. Nothing is lost. */
import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import { createClient, type Slot, type Station, type Transport } from '../../app/contract/index.ts';
import { createPracticeBench } from '../../app/practice/devices/index.ts';
import { systemClock, systemUptimeMs } from '../../main/clock.ts';
import { judgeRecords } from '../bench/line/judge.ts';
import { type Bed, benchWhen, makeBed } from '../line/support.ts';
import { buildBundles, launch, until } from './standin/launch.ts';

let bundles: Awaited<ReturnType<typeof buildBundles>>;
before(async () => {
  bundles = await buildBundles('fake');
});
after(() => bundles.remove());

const eight = [1, 2, 3, 4, 5, 6, 7, 8];
const drivers = ['agent', 'nrf91', 'freertos', 'zephyr'];
const driverOf = (slot: number) => drivers[slot % drivers.length]!;
const ended: readonly Slot['state'][] = ['PASS', 'FAIL', 'CHECK_STATION'];

/** The program with a real station, and its page with an operator signed in. */
async function open(t: TestContext, seed: number) {
  // Slow enough that all eight are under way at once, each somewhere else.
  const given = { clock: systemClock, baud: 57_600, computeMs: 30, seed, labelPrefix: `W${seed}-` };
  const bench = createPracticeBench({ slots: 8, driverOf, ...given });
  const bed = await makeBed(8, { bench, driverOf, uptimeMs: systemUptimeMs });
  t.after(() => bed.close());
  const { station } = bed;
  const electron = await launch(bundles.folder, async () => ({ ...station, describe: () => 'eight slots' }));
  await until(() => electron.BrowserWindow.all[0]?.visible === true);
  const window = electron.BrowserWindow.all[0]!;
  const page = (): Station => createClient(window.webContents.page.global.birthmark as Transport);
  await page().call('session.signIn', { badge: 'OP-1', pin: '1111' });
  const labels = new Map(eight.map((slot) => [slot, bench.plug(slot).label]));
  return { bed, bench, electron, window, page, labels };
}

const scanAll = async (operator: Station, labels: Iterable<string>) => {
  for (const text of labels) await operator.call('bench.scan', { text });
};

/** The moment at which three certificates are on record: eight units, each somewhere else. */
function middle({ station }: Bed): Promise<void> {
  const { ledger } = station.parts;
  const { recordIssued } = ledger;
  let issued = 0;
  return new Promise((resolve) => {
    ledger.recordIssued = async (params) => {
      await recordIssued(params);
      issued += 1;
      if (issued === 3) resolve();
    };
  });
}

const results = async (operator: Station) =>
  (await benchWhen(operator, ({ slots }) => slots.every(({ state }) => ended.includes(state)))).slots;

/** Every unit has one certificate that stands, and the records agree with themselves. */
function assertAllGood(bed: Bed): void {
  const { problems, open: unfinished, known } = judgeRecords(bed.station.parts.dir);
  assert.deepEqual([problems, unfinished], [[], []]);
  assert.equal(known.live.size, 8);
}

test('killing the page: all eight pass meanwhile, and the page that comes back has its person and shows them', async (t) => {
  const { bed, electron, window, page, labels } = await open(t, 71);
  const moment = middle(bed);
  await scanAll(page(), labels.values());
  await moment;
  assert.equal(electron.standin.blockers.size, 1, 'the PC stays awake');
  window.webContents.crash('oom');
  await until(() => window.webContents.loads === 2 && !window.webContents.isCrashed());
  for (const slot of await results(page())) assert.equal(slot.state, 'PASS', JSON.stringify(slot.error));
  assert.equal((await page().call('session.current', {})).person?.badge, 'OP-1');
  assert.equal(window.webContents.lostMessages, 0);
  assertAllGood(bed);
  assert.equal(electron.standin.blockers.size, 0);
});

test('suspending: each unit has passed or goes on at its next scan, and then all have passed', async (t) => {
  const { bed, electron, page, labels } = await open(t, 72);
  const moment = middle(bed);
  await scanAll(page(), labels.values());
  await moment;
  electron.powerMonitor.emit('suspend');
  const stopped = (await results(page())).filter(({ state }) => state !== 'PASS');
  assert.ok(stopped.length > 0);
  for (const { error } of stopped) assert.equal(error?.code, 'station.suspended');
  electron.powerMonitor.emit('resume');
  // Both are told and not answered: what the station says is how a page knows.
  await benchWhen(page(), ({ slots }) => slots.every(({ ask }) => ask === 'scanLabel' || ask === 'removePassed'));
  const again = stopped.map(({ slotId }) => labels.get(slotId) ?? '');
  await bed.station.resume();
  await scanAll(page(), again);
  for (const slot of await results(page())) assert.equal(slot.state, 'PASS', JSON.stringify(slot.error));
  assertAllGood(bed);
});

test('closing now: the program ends in time, and each unit has passed or goes on at its next scan', async (t) => {
  const { bed, bench, electron, window, page, labels } = await open(t, 73);
  const moment = middle(bed);
  await scanAll(page(), labels.values());
  await moment;
  window.close();
  const [box] = electron.standin.messageBoxes;
  assert.match(String(box?.options.message), /^[5-8] units are at work\.$/);
  box?.answer(2);
  await until(() => electron.app.exits.length > 0);
  assert.deepEqual(electron.app.exits, [0]);
  assert.deepEqual(judgeRecords(bed.station.parts.dir).problems, []);

  const next = await makeBed(8, { dir: bed.station.parts.dir, bench, driverOf });
  t.after(() => next.close());
  for (const label of labels.values()) {
    const { state } = await next.operator.call('units.show', { unitSerial: label });
    if (state === 'passed') continue;
    assert.ok(['aborted', 'error'].includes(state), state);
    await next.operator.call('bench.scan', { text: label });
  }
  const passed = async () => {
    for (const label of labels.values())
      assert.equal((await next.operator.call('units.show', { unitSerial: label })).state, 'passed', label);
  };
  await benchWhen(next.operator, ({ slots }) => slots.every(({ state }) => ['PASS', 'SCAN'].includes(state)));
  await passed();
  assertAllGood(next);
});
