/** Scanners on serial ports: the real serialport package on pseudo-terminals. */
import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, type TestContext, test } from 'node:test';
import { createClient, type EventData, type Station } from '../../app/contract/index.ts';
import type { ScannerConfig } from '../../app/contract/model.ts';
import { openStation } from '../../main/openstation.ts';
import { startScanner } from '../../main/practicescanner.ts';
import { serialPorts } from '../../native/serial.ts';
import { isError } from '../device/support.ts';
import { makeStation, movableClock } from '../support.ts';

type Snapshot = EventData<'scanners.changed'>;

const when = (client: Station, fits: (snapshot: Snapshot) => boolean): Promise<Snapshot> =>
  new Promise((resolve) => {
    const stop = client.on('scanners.changed', (snapshot) => {
      if (!fits(snapshot)) return;
      queueMicrotask(() => stop());
      resolve(snapshot);
    });
  });

const states = ({ scanners }: Snapshot) => scanners.map(({ state }) => state).join(' ');
const slots = [{ slotId: 1, name: 'Slot 1', port: 'nowhere', driver: 'agent' }];

const time = movableClock();
const station = await openStation({ dir: await makeStation(slots), kind: 'host', threads: false, clock: time.clock });
after(() => station.close());
const engineer = createClient(station.connect('test'));
const page = createClient(station.connect('test'));
await engineer.call('session.signIn', { badge: 'EN-1', pin: '2222' });

/** Scanners at links in a folder of their own, none of them plugged in. */
async function makeBed(t: TestContext, ...changes: Partial<ScannerConfig>[]) {
  const folder = await mkdtemp(join(tmpdir(), 'birthmark-scanner-'));
  const links = changes.map((_, index) => join(folder, `scanner-${index + 1}`));
  const scanners = changes.map((change, index) => ({
    scannerId: index + 1,
    name: `Scanner ${index + 1}`,
    port: links[index] ?? '',
    ...change,
  }));
  await engineer.call('station.configure', { scanners });
  const { last } = await when(page, ({ scanners: set }) => set.length === changes.length);
  const isNew = (scanId: string | undefined, than = last?.scanId) => scanId !== undefined && scanId !== than;
  return {
    scanners,
    links,
    /** Open for so long that nothing can be in the middle of a scan. */
    async ready(count: number) {
      await when(page, (snapshot) => states(snapshot) === Array(count).fill('ready').join(' '));
      time.advance(1000);
    },
    async plug(index: number, suffix: ScannerConfig['suffix'] = 'cr') {
      const scanner = await startScanner({ suffix, link: links[index] ?? '' });
      t.after(() => scanner.stop());
      return scanner;
    },
    /** The next scan, after the one named. */
    async next(than?: string) {
      const snapshot = await when(page, (shown) => isNew(shown.last?.scanId, than));
      assert.ok(snapshot.last);
      return snapshot.last;
    },
  };
}

const textOf = async ({ scanId }: { scanId: string }) => (await page.call('scan.take', { scanId })).text;

describe('scanners on serial ports', () => {
  test('a scan is announced without its text, and one page gets it', async (t) => {
    const bed = await makeBed(t, {});
    assert.equal(states(await when(page, ({ scanners }) => scanners.length === 1)), 'absent');
    const scanner = await bed.plug(0);
    await bed.ready(1);
    scanner.scan(']d201\u001d21ABC');
    const { scanId, ...last } = await bed.next();
    assert.deepEqual([last.scannerId, last.refused], [1, undefined]);
    assert.ok(!JSON.stringify(last).includes('ABC'));
    const taken = await Promise.allSettled([
      page.call('scan.take', { scanId }),
      engineer.call('scan.take', { scanId }),
    ]);
    assert.deepEqual(
      taken.map((one) => (one.status === 'fulfilled' ? one.value : one.reason.code)),
      [{ text: ']d201\u001d21ABC', scannerId: 1 }, 'call.stale'],
    );
  });

  test('scans that come at once wait for each other, and none is kept for a page that comes late', async (t) => {
    const bed = await makeBed(t, {}, { suffix: 'lf' });
    const [one, two] = [await bed.plug(0), await bed.plug(1, 'lf')];
    await bed.ready(2);
    one.send('SN-1\rSN-2\r');
    const first = await bed.next();
    assert.equal(await textOf(first), 'SN-1');
    const second = await bed.next(first.scanId);
    assert.equal(await textOf(second), 'SN-2');
    two.scan('SN-3');
    const third = await bed.next(second.scanId);
    assert.equal(third.scannerId, 2);
    time.advance(6000);
    await assert.rejects(textOf(third), isError('call.stale'));
  });

  test('what is cut or damaged is refused, and its rest is no scan', async (t) => {
    const bed = await makeBed(t, {});
    const scanner = await bed.plug(0);
    await bed.ready(1);
    scanner.send('SN\u0000-1\r');
    const garbled = await bed.next();
    assert.deepEqual([garbled.refused?.code, garbled.refused?.data?.reason], ['scan.incomplete', 'garbled']);
    await assert.rejects(textOf(garbled), isError('call.stale'));
    scanner.send('GAP45-');
    const late = await bed.next(garbled.scanId);
    assert.equal(late.refused?.data?.reason, 'noEnd');
    // In one piece: once the whole scan is there, so is the piece behind it.
    scanner.send('ABCDEFGH\rSN-1\rGAP46-');
    for (let scan = await bed.next(late.scanId); ; scan = await bed.next(scan.scanId)) {
      if (scan.refused) continue;
      assert.equal(await textOf(scan), 'SN-1');
      await scanner.stop();
      const cut = (await bed.next(scan.scanId)).refused?.data?.reason;
      return assert.ok(cut === 'unplugged' || cut === 'noEnd', String(cut));
    }
  });

  test('it comes and goes, and what comes at once after it came may be the end of a scan', async (t) => {
    const bed = await makeBed(t, {});
    const first = await bed.plug(0);
    await bed.ready(1);
    await first.stop();
    await when(page, (snapshot) => states(snapshot) === 'absent');
    const second = await bed.plug(0);
    await bed.ready(1);
    second.scan('SN-2');
    assert.equal(await textOf(await bed.next()), 'SN-2');
  });

  test('a port that another program has is said to be in trouble, and used once it is free', async (t) => {
    const bed = await makeBed(t, {});
    await engineer.call('station.configure', { scanners: [] });
    const scanner = await bed.plug(0);
    const other = await serialPorts.open(scanner.port, { baud: 9600, flowControl: 'none' });
    await engineer.call('station.configure', { scanners: bed.scanners });
    const { scanners } = await when(page, (snapshot) => states(snapshot) === 'trouble');
    assert.match(scanners[0]?.detail ?? '', /cannot be opened/);
    await other.close();
    time.advance(2500);
    await when(page, (snapshot) => states(snapshot) === 'ready');
  });

  test("a port is a slot's or a scanner's; settings stay as they were where one is refused", async (t) => {
    const bed = await makeBed(t, {});
    const both = { slots: [{ slotId: 1, name: 'Slot 1', port: bed.links[0] ?? '', driver: 'agent' }] };
    await assert.rejects(engineer.call('station.configure', both), isError('call.badParams'));
    const onSlot = { scanners: [...bed.scanners, { scannerId: 2, name: 'Two', port: 'nowhere' }] };
    await assert.rejects(engineer.call('station.configure', onSlot), isError('call.badParams'));
    const twice = { scanners: [...bed.scanners, { scannerId: 2, name: 'Two', port: bed.links[0] ?? '' }] };
    await assert.rejects(engineer.call('station.configure', twice), isError('call.badParams'));
    const status = await engineer.call('station.status', {});
    assert.deepEqual(
      status.scanners.map(({ port, suffix }) => [port, suffix]),
      bed.links.map((link) => [link, 'cr']),
    );
  });

  test('the text of a scan is in no log', async () => {
    const log = station.parts.dir;
    const { readdir, readFile } = await import('node:fs/promises');
    for (const file of await readdir(join(log, 'log')))
      assert.doesNotMatch(await readFile(join(log, 'log', file), 'utf8'), /GAP4|SN-1|21ABC/);
  });
});
