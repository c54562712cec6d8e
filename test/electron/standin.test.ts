/** The stand-in is a judge: these show that it refuses what Electron refuses, and allows what Electron allows. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

type Standin = typeof import('./standin/electron.ts');
const folder = mkdtempSync(join(tmpdir(), 'birthmark-standin-'));
after(() => rmSync(folder, { recursive: true }));

let runs = 0;
const fresh = async (): Promise<Standin> => (await import(`./standin/electron.ts?judge=${++runs}`)) as Standin;

async function windowWith(preload: string, preferences: Record<string, unknown> = {}) {
  const electron = await fresh();
  const file = join(folder, `preload-${runs}.cjs`);
  writeFileSync(file, preload);
  electron.protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true } }]);
  electron.app.becomeReady();
  electron.protocol.handle('app', async () => new Response('page'));
  const window = new electron.BrowserWindow({ webPreferences: { preload: file, sandbox: true, ...preferences } });
  return { electron, window, load: () => window.loadURL('app://station/') };
}
const expose = (api: string) => `require('electron').contextBridge.exposeInMainWorld('api', ${api});`;

test('what belongs before ready is refused after it, and the other way round', async () => {
  const electron = await fresh();
  assert.throws(() => electron.session.defaultSession, /before app is ready/);
  assert.throws(() => new electron.BrowserWindow({}), /before app is ready/);
  assert.throws(() => electron.protocol.handle('app', async () => new Response()), /before app is ready/);
  electron.app.becomeReady();
  assert.throws(() => electron.protocol.registerSchemesAsPrivileged([]), /before app is ready/);
  assert.throws(() => electron.app.enableSandbox(), /before app is ready/);
});

test('a sandboxed preload can require only what Electron gives it', async () => {
  for (const name of ['node:fs', 'fs', 'child_process', 'zod', './other.cjs']) {
    const { load } = await windowWith(`require('${name}')`);
    await assert.rejects(load(), /module not found/, name);
  }
  const { load } = await windowWith(`require('events'); require('node:timers'); require('url');`);
  await load();
});

test('IPC carries structured clones only, and errors as their message only', async () => {
  const { electron, window, load } = await windowWith('');
  await load();
  const { webContents } = window;
  electron.ipcMain.handle('echo', (_event, value) => value);
  electron.ipcMain.handle('function', () => () => 1);
  electron.ipcMain.handle('broken', () => {
    throw Object.assign(new TypeError('no'), { code: 'SECRET' });
  });
  const ask = async (channel: string, value?: unknown) => webContents.invokeFrom(webContents.mainFrame, channel, value);
  class Point {
    x = 1;
  }
  assert.equal(Object.getPrototypeOf(await ask('echo', new Point())), Object.prototype);
  await assert.rejects(
    ask('echo', () => 1),
    /could not be cloned/,
  );
  await assert.rejects(ask('function'), /could not be cloned/);
  await assert.rejects(ask('missing'), /No handler registered/);
  await assert.rejects(ask('broken'), (error: Error) => /TypeError: no/.test(error.message) && !('code' in error));
  assert.throws(() => electron.ipcMain.handle('echo', () => 1), /second handler/);
  assert.throws(() => webContents.send('event', () => 1), /could not be cloned/);
  window.close();
  assert.throws(() => webContents.send('event', 1), /destroyed/);
});

test('the context bridge copies without prototypes, proxies functions, freezes, and refuses symbols', async () => {
  const { window, load } = await windowWith(
    expose(`(() => {
      class Secret { constructor() { this.shown = 1; } hidden() {} }
      return { thing: new Secret(), list: [1], twice: (n) => n * 2, fail: () => { throw new Error('said'); },
        later: async () => ({ a: 1 }) };
    })()`),
  );
  await load();
  const api = window.webContents.page.global.api as {
    thing: Record<string, unknown>;
    list: number[];
    twice(n: number): number;
    fail(): void;
    later(): Promise<unknown>;
  };
  assert.deepEqual(Object.keys(api.thing), ['shown']);
  assert.equal(api.thing.hidden, undefined);
  assert.equal(api.twice(21), 42);
  assert.throws(() => api.fail(), /said/);
  assert.deepEqual(structuredClone(await api.later()), { a: 1 });
  assert.throws(() => api.list.push(2), /not extensible/);
  assert.throws(() => Object.assign(api, { twice: 1 }), /read only/);
  await assert.rejects((await windowWith(expose(`{ s: Symbol('s') }`))).load(), /Symbols/);
  await assert.rejects((await windowWith(expose('{}'), { contextIsolation: false })).load(), /contextIsolation/);
});

test('everything is allowed that nobody denied', async () => {
  const { electron, window, load } = await windowWith('', { webviewTag: true });
  await load();
  const { webContents } = window;
  assert.equal(webContents.navigate('https://example.com/'), true);
  assert.equal(webContents.redirect('https://example.com/'), true);
  assert.equal(webContents.windowOpen('https://example.com/'), true);
  assert.equal(webContents.attachWebview(), true);
  assert.equal(await electron.standin.session.asks(webContents, 'media'), true);
  assert.equal(electron.standin.session.checks(), true);
  assert.equal(electron.standin.session.grantsDevice(), true);
  assert.equal(electron.standin.session.downloads(), true);
});

test('safeStorage does nothing before ready, and says yes where only the built-in password protects', async () => {
  const { app, safeStorage, standin } = await fresh();
  assert.equal(await safeStorage.isAsyncEncryptionAvailable(), false);
  assert.equal(safeStorage.getSelectedStorageBackend(), 'unknown');
  await assert.rejects(safeStorage.encryptStringAsync('text'), /before app is ready/);
  await assert.rejects(safeStorage.decryptStringAsync(Buffer.from('v11')), /before app is ready/);
  app.becomeReady();
  standin.keyring.state = 'absent';
  assert.equal(await safeStorage.isAsyncEncryptionAvailable(), true);
  const sealed = await safeStorage.encryptStringAsync('text');
  assert.equal(sealed.subarray(0, 3).toString(), 'v10');
  assert.equal((await safeStorage.decryptStringAsync(sealed)).result, 'text');
  assert.equal((await safeStorage.decryptStringAsync(Buffer.from('clear'))).result, 'clear');
});

test('power, monitors and acceleration belong after and before ready; a blocker lives until it is stopped', async () => {
  const { app, powerMonitor, powerSaveBlocker, screen } = await fresh();
  assert.throws(() => powerMonitor.on('suspend', () => undefined), /before app is ready/);
  assert.throws(() => powerSaveBlocker.start('prevent-display-sleep'), /before app is ready/);
  assert.throws(() => screen.getAllDisplays(), /before app is ready/);
  app.becomeReady();
  assert.throws(() => app.disableHardwareAcceleration(), /before app is ready/);
  const id = powerSaveBlocker.start('prevent-display-sleep');
  assert.equal(powerSaveBlocker.isStarted(id), true);
  powerSaveBlocker.stop(id);
  assert.equal(powerSaveBlocker.isStarted(id), false);
  assert.equal(powerMonitor.shutDown(), false, 'nobody asked for a moment');
});

test('quitting goes before-quit, close, closed, will-quit, quit; a window that stays calls it off', async () => {
  const { electron, window, load } = await windowWith('');
  await load();
  const { app } = electron;
  const order: string[] = [];
  const note = (name: string) => () => void order.push(name);
  for (const name of ['before-quit', 'window-all-closed', 'will-quit', 'quit']) app.on(name, note(name));
  for (const name of ['close', 'closed']) window.on(name, note(name));
  const stays = (event: { preventDefault(): void }) => event.preventDefault();
  window.on('close', stays);
  app.quit();
  assert.deepEqual(order.splice(0), ['before-quit', 'close']);
  assert.equal(window.isDestroyed(), false);
  window.off('close', stays);
  app.quit();
  assert.deepEqual(order.splice(0), ['before-quit', 'close', 'closed', 'will-quit', 'quit']);
  assert.throws(() => electron.dialog.showMessageBox(window, {}), /destroyed/);
});

test('a page whose process is gone hears nothing, and one that hangs does not load itself again', async () => {
  const { window, load } = await windowWith(expose('{}'));
  await load();
  const { webContents } = window;
  webContents.hang();
  webContents.reload();
  await new Promise(setImmediate);
  assert.equal(webContents.loads, 1);
  webContents.forcefullyCrashRenderer();
  assert.equal(webContents.isCrashed(), true);
  webContents.send('event', 1);
  assert.equal(webContents.lostMessages, 1);
  assert.equal(webContents.page.global.api, undefined);
  await webContents.loadURL('app://station/');
  assert.equal(webContents.isCrashed(), false);
});

test('a window that fills its monitor is not moved, and Windows asks it before a session ends', async () => {
  const { window } = await windowWith('');
  const there = { x: 10, y: 20, width: 300, height: 200 };
  window.setKiosk(true);
  window.setBounds(there);
  assert.notDeepEqual(window.getBounds(), there);
  window.setKiosk(false);
  window.setBounds(there);
  assert.deepEqual(window.getBounds(), there);
  assert.equal(window.querySessionEnd('logoff'), true);
});
