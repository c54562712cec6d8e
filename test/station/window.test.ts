/** Who may ask what of the program's window, and what the station makes of what happens to it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createClient, firstWindowSettings, type WindowView } from '../../app/contract/index.ts';
import { createPracticeBench } from '../../app/practice/devices/index.ts';
import type { WindowControl, WindowEvent } from '../../app/station/index.ts';
import { systemClock } from '../../main/clock.ts';
import { openStation } from '../../main/openstation.ts';
import { refuses } from '../records/support.ts';
import { makeStation } from '../support.ts';

const view: WindowView = {
  pageReloads: 0,
  graphicsLosses: 0,
  software: false,
  kiosk: true,
  closing: false,
  settings: { ...firstWindowSettings, kiosk: true },
  displays: [],
  printers: [],
};

async function open(window?: WindowControl) {
  const dir = await makeStation([{ slotId: 1, name: 'Slot 1', port: 'practice:1', driver: 'agent' }]);
  const ports = createPracticeBench({ slots: 1, driverOf: () => 'agent', clock: systemClock, baud: 0, computeMs: 0 });
  const station = await openStation({ dir, kind: 'host', threads: false, ports, ...(window ? { window } : {}) });
  const page = createClient(station.connect('test'));
  const signIn = (badge: string, pin: string) => page.call('session.signIn', { badge, pin });
  return { dir, station, page, signIn };
}

function control() {
  const asked: unknown[] = [];
  const listeners = new Set<(event: WindowEvent) => void>();
  const facts = { ...view };
  const window: WindowControl = {
    brief: () => facts,
    view: async () => facts,
    configure: async (change) => void asked.push(change),
    kiosk: (on) => void asked.push(on),
    stay: () => void asked.push('stay'),
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const tell = (event: WindowEvent) => {
    for (const listener of listeners) listener(event);
  };
  return { window, asked, facts, listeners, tell };
}

test('only an engineer sets the window and leaves the full screen, on record; anyone keeps the program open', async (t) => {
  const { window, asked } = control();
  const { station, page, signIn } = await open(window);
  t.after(() => station.close());
  const acts = () => [
    page.call('window.show', {}),
    page.call('window.configure', { kiosk: false }),
    page.call('window.kiosk', { on: false }),
  ];
  for (const act of acts()) await assert.rejects(act, refuses('session.signedOut'));
  await signIn('OP-1', '1111');
  for (const act of acts()) await assert.rejects(act, refuses('session.forbidden'));
  assert.deepEqual(asked, []);
  await page.call('window.stay', {});
  await signIn('EN-1', '2222');
  await Promise.all(acts());
  assert.deepEqual(asked, ['stay', { kiosk: false }, false]);
  await assert.rejects(page.call('window.configure', { zoomPercent: 201 }), refuses('call.badParams'));
  const { rows } = await station.parts.ledger.listAudit({ limit: 500, offset: 0 });
  const entries = rows.map(({ entry }) => entry);
  for (const entry of ['window.stayed', 'window.configured', 'window.kioskLeft'])
    assert.ok(entries.includes(entry), entry);
});

test('a program without a window says so, and shows none in its status', async (t) => {
  const { station, page, signIn } = await open();
  t.after(() => station.close());
  await signIn('EN-1', '2222');
  await assert.rejects(page.call('window.show', {}), refuses('window.none'));
  await assert.rejects(page.call('window.kiosk', { on: false }), refuses('window.none'));
  assert.equal((await page.call('station.status', {})).window, undefined);
  assert.ok(!(await page.call('station.doctor', {})).some(({ name }) => name === 'window'));
});

test('a page that was gone is counted in the status, named by the doctor and kept in the log', async (t) => {
  const { window, facts, listeners, tell } = control();
  const { dir, station, page, signIn } = await open(window);
  await signIn('EN-1', '2222');
  const check = async () => (await page.call('station.doctor', {})).find(({ name }) => name === 'window');
  assert.equal((await check())?.ok, true);
  const seen: number[] = [];
  page.on('station.changed', (status) => seen.push(status.window?.pageReloads ?? -1));
  facts.pageReloads = 1;
  facts.lastReloadAt = '2026-11-20T13:05:09.000Z';
  tell({ what: 'pageGone', level: 'warn', reason: 'oom', exitCode: 5 });
  await new Promise<void>((resolve) => {
    page.on('station.changed', (status) => status.window?.pageReloads === 1 && resolve());
  });
  const bad = await check();
  assert.equal(bad?.ok, false);
  assert.match(bad?.detail ?? '', /gone or hung 1 times/);
  assert.ok(bad?.remedy);
  await station.close();
  assert.equal(listeners.size, 0, 'a station that is closed hears nothing more');
  const lines = readFileSync(join(dir, 'log', 'station.log'), 'utf8').split('\n');
  assert.ok(lines.some((line) => line.includes('"what":"pageGone"') && line.includes('"reason":"oom"')));
  t.diagnostic(`${seen.length} snapshots`);
});
