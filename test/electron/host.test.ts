/** The real main and preload bundles on the stand-in of Electron. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createClient, maxCallBytes, type Reply, type Transport } from '../../app/contract/index.ts';
import { csp } from '../../main/csp.ts';
import type { HostOptions } from '../../main/host.ts';
import { createFakeStation, idle } from '../fake.ts';
import { buildBundles, launch, until } from './standin/launch.ts';

let bundles: Awaited<ReturnType<typeof buildBundles>>;
before(async () => {
  bundles = await buildBundles('fake');
});
after(() => bundles.remove());

const session = (seq: number) => ({ seq, person: null });

async function start(options: { args?: string[] } = {}) {
  const station = createFakeStation(({ method, params }) => ({ method, params }));
  station.push('session.changed', session(1));
  const asked: HostOptions[] = [];
  let closed = 0;
  const electron = await launch(
    bundles.folder,
    async ({ vault: _vault, window: _window, ...hostOptions }) => {
      asked.push(hostOptions);
      return {
        ...idle,
        connect: station.connect,
        close: async () => void closed++,
        describe: () => 'A station for tests',
      };
    },
    options,
  );
  await until(() => electron.BrowserWindow.all[0]?.visible === true);
  const window = electron.BrowserWindow.all[0]!;
  const contents = window.webContents;
  const page = () => contents.page.global.birthmark as Transport;
  return { electron, station, window, contents, page, asked, closed: () => closed };
}

const invokeChannel = 'birthmark:invoke';
const callMessage = { kind: 'call', envelope: { method: 'station.status', params: {} } };
const refusedFor = (reply: unknown) => {
  const { ok, error } = reply as Extract<Reply, { ok: false }>;
  assert.equal(ok, false);
  assert.equal(error.code, 'session.forbidden');
  return error.data?.reason;
};

describe('calls and events', () => {
  test('a call travels to the station and its result back', async () => {
    const { page, station } = await start();
    const reply = await page().call({ method: 'units.show', params: { unitSerial: 'SN-1' } });
    assert.deepEqual(structuredClone(reply), {
      ok: true,
      result: { method: 'units.show', params: { unitSerial: 'SN-1' } },
    });
    assert.equal(station.connections.length, 1);
    assert.equal(station.connections[0]?.origin, 'electron');
  });

  test('a listener gets the current snapshot first, then changes, then nothing once it stopped', async () => {
    const { page, station } = await start();
    const seen: number[] = [];
    const stop = createClient(page()).on('session.changed', ({ seq }) => seen.push(seq));
    await until(() => seen.length === 1);
    station.push('session.changed', session(2));
    await until(() => seen.length === 2);
    stop();
    await until(() => station.connections[0]!.listening().length === 0);
    station.push('session.changed', session(3));
    await page().call({ method: 'session.current', params: {} });
    assert.deepEqual(seen, [1, 2]);
  });

  test('two listeners of one event both get the current snapshot', async () => {
    const { page } = await start();
    const seen: string[] = [];
    page().subscribe('session.changed', () => seen.push('first'));
    page().subscribe('session.changed', () => seen.push('second'));
    await until(() => seen.length === 2);
    assert.deepEqual(seen, ['first', 'second']);
  });

  test('a reloaded page starts with no listeners and keeps its connection', async () => {
    const { page, station, contents } = await start();
    page().subscribe('session.changed', () => undefined);
    await until(() => station.connections[0]!.listening().length === 1);
    await contents.loadURL('app://station/');
    await until(() => station.connections[0]!.listening().length === 0);
    assert.equal(station.connections.length, 1);
    assert.equal(station.connections[0]!.closed, false);
    const seen: unknown[] = [];
    page().subscribe('session.changed', (data) => seen.push(data));
    await until(() => seen.length === 1);
  });

  test('a call too large for the wire and one that is not JSON are refused with their codes', async () => {
    const { contents, station } = await start();
    const ask = async (params: unknown) => {
      const message = { kind: 'call', envelope: { method: 'bench.scan', params } };
      const reply = (await contents.invokeFrom(contents.mainFrame, invokeChannel, message)) as Reply;
      return reply.ok ? undefined : reply.error.code;
    };
    assert.equal(await ask('x'.repeat(maxCallBytes)), 'call.tooLarge');
    assert.equal(await ask({ big: 1n }), 'call.malformed');
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    assert.equal(await ask(loop), 'call.malformed');
    assert.equal(await ask({ text: 'SN-1' }), undefined);
    assert.equal(station.connections[0]!.calls.length, 1);
  });

  test('a message of no known form, and an unknown event, are refused', async () => {
    const { contents } = await start();
    for (const message of [
      undefined,
      null,
      'call',
      {},
      { kind: 'eval' },
      { kind: 'subscribe', id: 1, event: 'toString' },
      { kind: 'unsubscribe', id: '1' },
    ]) {
      const reply = (await contents.invokeFrom(contents.mainFrame, invokeChannel, message)) as Reply;
      assert.equal(reply.ok === false && reply.error.code, 'call.malformed', JSON.stringify(message));
    }
  });
});

describe('who may call', () => {
  test('a frame inside the page is refused', async () => {
    const { contents, station } = await start();
    const frame = { url: 'app://station/', parent: contents.mainFrame };
    assert.equal(refusedFor(await contents.invokeFrom(frame, invokeChannel, callMessage)), 'notTopFrame');
    assert.equal(refusedFor(await contents.invokeFrom(null, invokeChannel, callMessage)), 'notTopFrame');
    assert.deepEqual(station.connections[0]!.calls, []);
  });

  test('a page of another origin is refused', async () => {
    const { contents, station } = await start();
    for (const url of [
      'https://station/',
      'app://other/',
      'about:blank',
      'file:///etc/passwd',
      'app://station.evil/',
      '',
    ]) {
      assert.equal(
        refusedFor(await contents.invokeFrom({ url, parent: null }, invokeChannel, callMessage)),
        'wrongOrigin',
      );
    }
    assert.deepEqual(station.connections[0]!.calls, []);
  });

  test('web contents that are not a window of ours are refused', async () => {
    const { electron, station } = await start();
    const stranger = new electron.BrowserWindow({}).webContents;
    const frame = { url: 'app://station/', parent: null };
    assert.equal(refusedFor(await stranger.invokeFrom(frame, invokeChannel, callMessage)), 'unknownWindow');
    assert.equal(station.connections.length, 1);
  });
});

describe('what a page may do', () => {
  test('it may reload itself and navigate nowhere else', async () => {
    const { contents } = await start();
    assert.equal(contents.navigate('app://station/'), true);
    for (const url of [
      'https://example.com/',
      'app://station/other',
      'app://elsewhere/',
      'file:///etc/passwd',
      'javascript:1',
    ]) {
      assert.equal(contents.navigate(url), false, url);
    }
    assert.equal(contents.navigate('app://station/', { url: '', parent: contents.mainFrame }), false);
    assert.equal(contents.redirect('https://example.com/'), false);
  });

  test('it opens no window and no webview, and neither does a window that is not ours', async () => {
    const { electron, contents } = await start();
    assert.equal(contents.windowOpen('https://example.com/'), false);
    assert.equal(contents.attachWebview(), false);
    const stranger = new electron.BrowserWindow({ webPreferences: { webviewTag: true } }).webContents;
    assert.equal(stranger.windowOpen('app://station/'), false);
    assert.equal(stranger.attachWebview(), false);
    assert.equal(stranger.navigate('https://example.com/'), false);
  });

  test('it gets no permission, no device, no screen and no download', async () => {
    const { electron, contents } = await start();
    for (const permission of ['media', 'serial', 'usb', 'hid', 'geolocation', 'notifications', 'clipboard-read']) {
      assert.equal(await electron.standin.session.asks(contents, permission), false, permission);
    }
    assert.equal(electron.standin.session.checks(), false);
    assert.equal(electron.standin.session.grantsDevice(), false);
    assert.equal(await electron.standin.session.sharesScreen(), null);
    assert.equal(electron.standin.session.downloads(), false);
  });

  test('its world holds the three functions of the bridge and nothing of Node or Electron', async () => {
    const { contents } = await start();
    assert.deepEqual(Object.keys(contents.page.global), ['birthmark']);
    const bridge = contents.page.global.birthmark as object;
    assert.deepEqual(Object.keys(bridge).sort(), ['act', 'call', 'subscribe']);
    assert.ok(Object.isFrozen(bridge));
  });
});

describe('the page and its files', () => {
  test('come with the content security policy and the other headers', async () => {
    const { contents, electron } = await start();
    assert.equal(contents.response?.headers.get('content-security-policy'), csp);
    assert.equal(contents.response?.headers.get('x-content-type-options'), 'nosniff');
    assert.match(await contents.response!.text(), /<title>Page/);
    const script = await electron.standin.load('app://station/assets/index-AbC123.js');
    assert.equal(script.headers.get('content-type'), 'text/javascript; charset=utf-8');
    assert.equal(script.headers.get('content-security-policy'), csp);
  });

  test('what is not a built file is not found, policy included', async () => {
    const { electron } = await start();
    for (const path of [
      'missing.js',
      'assets/',
      '..%2f..%2fpackage.json',
      '../electron/main.js',
      'index.html?x',
      '%00',
      'assets/..%2findex.html',
    ]) {
      const response = await electron.standin.load(`app://station/${path}`);
      assert.equal(response.status, 404, path);
      assert.equal(response.headers.get('content-security-policy'), csp);
    }
    assert.equal((await electron.standin.load('app://other/')).status, 404);
    assert.equal((await electron.standin.load('app://station/', 'POST')).status, 404);
  });
});

describe('the window', () => {
  test('is wired with every security setting written out', async () => {
    const { window, electron } = await start();
    const { preload, devTools, ...preferences } = window.options.webPreferences ?? {};
    assert.deepEqual(preferences, {
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      navigateOnDragDrop: false,
      safeDialogs: true,
      spellcheck: false,
      backgroundThrottling: false,
    });
    assert.match(preload ?? '', /electron[\\/]preload\.cjs$/);
    assert.equal(devTools, true);
    assert.equal(electron.app.sandboxed, true);
    assert.equal(window.options.kiosk, false);
  });

  test('fills the screen with --kiosk, and the station is the one of --data and --practice', async () => {
    const { window, asked } = await start({ args: ['--kiosk', '--data', 'folder', '--practice', '--no-sandbox'] });
    assert.equal(window.options.kiosk, true);
    assert.deepEqual(asked, [{ dataDir: 'folder', practice: true }]);
    assert.deepEqual((await start()).asked, [{}]);
  });

  test('ends its connection when it closes, then the station closes and the program ends', async () => {
    const { window, station, electron, page, closed } = await start();
    page().subscribe('session.changed', () => undefined);
    await until(() => station.connections[0]!.listening().length === 1);
    window.close();
    assert.equal(station.connections[0]!.closed, true);
    station.push('session.changed', session(2));
    await until(() => electron.app.exits.length > 0);
    assert.equal(closed(), 1);
    assert.deepEqual(electron.app.exits, [0]);
  });

  test('comes forward when the program is started a second time', async () => {
    const { window, electron } = await start();
    electron.app.emit('second-instance', {}, [], '');
    assert.equal(window.focused, 1);
    assert.equal(electron.BrowserWindow.all.length, 1);
  });
});

describe('when it cannot start', () => {
  test('a second instance leaves without opening the station', async () => {
    let opened = 0;
    const open = async () => {
      opened++;
      throw new Error('must not be opened');
    };
    const electron = await launch(bundles.folder, open, { locked: true });
    await until(() => electron.app.exits.length > 0);
    assert.equal(opened, 0);
    assert.equal(electron.BrowserWindow.all.length, 0);
  });

  test('a station that does not open is told in a box, and the exit code says so', async () => {
    const electron = await launch(bundles.folder, () => Promise.reject(new Error('the disk is gone')));
    await until(() => electron.app.exits.length > 0);
    assert.deepEqual(electron.app.exits, [3]);
    assert.match(electron.standin.errorBoxes.join(), /the disk is gone/);
  });
});
