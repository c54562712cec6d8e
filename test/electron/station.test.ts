/** The main bundle as it ships, its own station inside, on the stand-in of Electron. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createClient, type StationStatus, type Transport } from '../../app/contract/index.ts';
import { buildBundles, launch, until } from './standin/launch.ts';

test('the practice line opens in the bundle, a person signs in, and closing the window closes the station', async (t) => {
  const bundles = await buildBundles('real');
  const home = mkdtempSync(join(tmpdir(), 'birthmark-electron-'));
  process.env.BIRTHMARK_HOME = home;
  t.after(() => {
    bundles.remove();
    rmSync(home, { recursive: true, force: true });
  });
  const electron = await launch(bundles.folder, undefined, { args: ['--practice'] });
  await until(() => electron.BrowserWindow.all[0]?.visible === true || electron.app.exits.length > 0);
  assert.deepEqual(electron.standin.errorBoxes, []);
  const window = electron.BrowserWindow.all[0]!;
  const station = createClient(window.webContents.page.global.birthmark as Transport);

  const status: StationStatus = await station.call('station.status', {});
  assert.equal(status.practice, true);
  const engineer = status.practiceBadges?.find(({ role }) => role === 'engineer');
  assert.ok(engineer, 'the practice line names its people');
  await station.call('session.signIn', { badge: engineer.badge, pin: engineer.pin });
  const bench = await new Promise<{ practice: boolean }>((resolve) => station.on('bench.changed', resolve));
  assert.equal(bench.practice, true);

  window.close();
  await until(() => electron.app.exits.length > 0);
  assert.deepEqual(electron.app.exits, [0]);
});
