/** Plugging and pulling, seen by one watcher for the whole bench. A temporary folder stands for /dev. */
import assert from 'node:assert/strict';
import fs, { type FSWatcher, mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { mock, type TestContext, test } from 'node:test';
import { watchFile } from '../../../native/ports/file.ts';
import { createListWatch, everySecond } from '../../../native/ports/listed.ts';
import { createPortWatch, type PortWatchOptions } from '../../../native/ports/portwatch.ts';
import { folderFor } from '../../device/support.ts';
import { rest, until } from './support.ts';

const never = 3_600_000;
const slots = Array.from({ length: 32 }, (_, index) => index);

function bedOf(t: TestContext, options: PortWatchOptions) {
  const dev = folderFor(t);
  const byPath = join(dev, 'serial/by-path');
  const hub = createPortWatch(options);
  const seen = new Map<number, boolean[]>();
  const link = (slot: number) => join(byPath, `pci-0000:00:14.0-usb-0:${slot}:1.0`);
  const node = (slot: number) => join(dev, `ttyACM${slot}`);
  const watch = (slot: number) => {
    const told: boolean[] = [];
    seen.set(slot, told);
    const stop = watchFile(hub, link(slot), (present) => told.push(present));
    t.after(stop);
    return stop;
  };
  const plug = (slot: number) => {
    writeFileSync(node(slot), '');
    mkdirSync(byPath, { recursive: true });
    symlinkSync(`../../ttyACM${slot}`, link(slot));
  };
  /** As udev does it: the folder goes with the last link. */
  const pull = (slot: number) => {
    unlinkSync(node(slot));
    unlinkSync(link(slot));
    if (fs.readdirSync(byPath).length === 0) rmSync(join(dev, 'serial'), { recursive: true });
  };
  return { dev, hub, seen, link, node, watch, plug, pull };
}

test('32 places: each coming and going is seen by its events alone, well within 300 ms', async (t) => {
  const { hub, seen, watch, plug, pull } = bedOf(t, { lookMs: never });
  const stops = slots.map(watch);
  assert.equal(hub.watching().length, 1, 'the folder above, until there is a by-path');
  const took: number[] = [];
  // The last one takes the folder with it; in the second round it is made again.
  for (const round of [slots, slots.slice(0, 4)]) {
    for (const act of [plug, pull]) {
      for (const slot of round) {
        const began = performance.now();
        const before = seen.get(slot)!.length;
        act(slot);
        await until(`${act.name} ${slot}`, () => seen.get(slot)!.length > before);
        took.push(performance.now() - began);
      }
    }
  }
  for (const [slot, told] of seen)
    assert.deepEqual(told, slot < 4 ? [false, true, false, true, false] : [false, true, false]);
  const sorted = took.sort((a, b) => a - b);
  t.diagnostic(
    `seen after ${sorted[sorted.length / 2]?.toFixed(0)} ms (median), ${sorted.at(-1)?.toFixed(0)} ms (longest)`,
  );
  // The median: a loaded machine may hold a single one up.
  assert.ok(sorted[sorted.length / 2]! < 300);
  for (const stop of stops) stop();
  assert.deepEqual(hub.watching(), [], 'nothing is watched for nobody');
});

test('all plugged in at once, as a hub with its power switched on; a node gone from behind its link', async (t) => {
  const { seen, node, watch, plug } = bedOf(t, { lookMs: never });
  slots.map(watch);
  slots.map(plug);
  await until('all', () => slots.every((slot) => seen.get(slot)!.at(-1) === true));
  unlinkSync(node(7));
  await until('the node', () => seen.get(7)!.at(-1) === false);
  assert.deepEqual(seen.get(8), [false, true]);
});

test('a folder in the place of another is watched in its stead', async (t) => {
  const { dev, hub, seen, watch, plug } = bedOf(t, { lookMs: never });
  plug(1);
  watch(1);
  renameSync(join(dev, 'serial'), join(dev, 'serial.old'));
  mkdirSync(join(dev, 'serial/by-path'), { recursive: true });
  await until('nothing', () => seen.get(1)!.at(-1) === false);
  assert.ok(hub.watching().includes(join(dev, 'serial/by-path')));
  await rest(200);
  plug(1);
  await until('its link', () => seen.get(1)!.at(-1) === true);
});

test('idle, or with bytes on every line, it reads no folder and looks once a second', async (t) => {
  const { node, watch, plug } = bedOf(t, {});
  slots.map(plug);
  slots.map(watch);
  await rest(200);
  const calls = { readdirSync: 0, realpath: 0 };
  mock.method(fs, 'readdirSync', () => ++calls.readdirSync);
  const { native } = fs.realpathSync;
  fs.realpathSync.native = ((path: string) => {
    calls.realpath += 1;
    return native(path);
  }) as typeof native;
  syncBuiltinESMExports();
  t.after(() => {
    mock.restoreAll();
    fs.realpathSync.native = native;
    syncBuiltinESMExports();
  });
  const seconds = 3;
  for (let round = 0; round < seconds * 20; round += 1) {
    for (const slot of slots) writeFileSync(node(slot), 'bytes', { flag: 'r+' });
    await rest(50);
  }
  assert.equal(calls.readdirSync, 0);
  assert.ok(calls.realpath >= slots.length, 'it does look');
  // One more for a loaded machine, on which the rests are longer.
  assert.ok(calls.realpath <= slots.length * (2 * seconds + 1), `${calls.realpath} looks at ${slots.length} ports`);
});

test('whatever else happens in the folder, it looks at most twenty times a second', async (t) => {
  const { dev, hub, watch, plug } = bedOf(t, { lookMs: never });
  plug(0);
  watch(0);
  let looks = 0;
  t.after(hub.add({ folders: () => [dev], look: () => (looks += 1) }));
  const began = performance.now();
  for (let round = 0; round < 100; round += 1) {
    writeFileSync(join(dev, `other${round}`), '');
    await rest(5);
  }
  const most = 2 + (performance.now() - began) / 50;
  assert.ok(looks > 1 && looks <= most, `${looks} looks, ${most} allowed`);
});

test('a watcher that dies is set up again by the next look', async (t) => {
  const made: FSWatcher[] = [];
  let broken = false;
  const watchFolder = ((...args: Parameters<typeof fs.watch>) => {
    if (broken) throw new Error('ENOSPC: no more watches');
    made.push(fs.watch(...args));
    return made.at(-1);
  }) as typeof fs.watch;
  const options = { watchFolder, lookMs: 150 };
  const { hub, seen, watch, plug, pull } = bedOf(t, options);
  plug(1);
  watch(1);
  const before = hub.watching().length;
  assert.equal(made.length, before);
  broken = true;
  for (const watcher of made) watcher.emit('error', new Error('it died'));
  assert.deepEqual(hub.watching(), []);
  pull(1);
  await until('pulled, without a watcher', () => seen.get(1)!.at(-1) === false);
  assert.deepEqual(hub.watching(), []);
  broken = false;
  const dead = made.length;
  await until('new watchers', () => made.length > dead);
  plug(1);
  await until('plugged in again', () => seen.get(1)!.at(-1) === true);
});

test('who stops while being told is not told again, and stops nobody else', async (t) => {
  const { dev } = bedOf(t, {});
  const hub = createPortWatch({ lookMs: never });
  const path = join(dev, 'ttyUSB0');
  const told: string[] = [];
  const stopFirst = watchFile(hub, path, (present) => {
    told.push(`first ${present}`);
    if (present) stopFirst();
  });
  t.after(watchFile(hub, path, (present) => told.push(`second ${present}`)));
  writeFileSync(path, '');
  await until('it', () => told.includes('second true'));
  unlinkSync(path);
  await until('it goes', () => told.at(-1) === 'second false');
  assert.deepEqual(told.sort(), ['first false', 'first true', 'second false', 'second false', 'second true']);
});

test('Windows: one list a second for 32 slots, four while units are plugged in', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let asked = 0;
  let there = ['COM1'];
  const list = async () => {
    asked += 1;
    if (there.length === 0) throw new Error('the list cannot be had');
    return there.map((path) => ({ path, label: path }));
  };
  const watch = createListWatch(list, everySecond);
  const told = slots.map((): boolean[] => []);
  const stops = slots.map((slot) => watch(`COM${slot + 1}`, (present) => told[slot]!.push(present)));
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 50) {
      for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
      t.mock.timers.tick(50);
    }
  };
  await pass(10_000);
  assert.ok(asked >= 9 && asked <= 11, `${asked} in ten seconds`);
  assert.deepEqual([told[0], told[1]], [[true], [false]]);
  there = ['COM1', 'COM2'];
  await pass(1100);
  assert.deepEqual(told[1], [false, true]);
  const before = asked;
  await pass(2000);
  assert.ok(asked - before >= 6 && asked - before <= 9, `${asked - before} in two seconds`);
  there = [];
  await pass(10_000);
  assert.deepEqual(told[0], [true], 'a list that cannot be had is not an empty one');
  for (const stop of stops) stop();
  const stopped = asked;
  await pass(3000);
  assert.equal(asked, stopped);
});

test('after a sleep the watchers may be deaf: what is plugged in by then is seen by the look that is asked for', (t) => {
  let made = 0;
  let closed = 0;
  const deaf = (() => {
    made += 1;
    const close = () => {
      closed += 1;
    };
    return { on() {}, close };
  }) as unknown as typeof fs.watch;
  const { hub, seen, watch, plug } = bedOf(t, { lookMs: never, watchFolder: deaf });
  watch(1);
  plug(1);
  const before = made;
  assert.deepEqual(seen.get(1), [false]);
  hub.lookNow();
  assert.deepEqual(seen.get(1), [false, true]);
  assert.ok(made > before, 'and watchers are made anew');
  assert.ok(closed >= before, 'in place of the old ones');
});
