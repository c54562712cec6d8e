/** A window that lasts a shift: its page dies, the graphics process dies, the PC sleeps, someone closes it. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { csp } from '../../main/csp.ts';
import { afterStop, reloadAfterMs } from '../../main/electron/watch.ts';
import { begin } from './standin/begin.ts';
import { buildBundles, until } from './standin/launch.ts';

let bundles: Awaited<ReturnType<typeof buildBundles>>;
before(async () => {
  bundles = await buildBundles('fake');
});
after(() => bundles.remove());
const start = (options: Parameters<typeof begin>[1] = {}) => begin(bundles.folder, options);

describe('a page whose process is gone', () => {
  test('is back within two seconds, at the same place and with its connection; the station hears and counts', async () => {
    const { contents, station, control, told, page } = await start();
    await contents.loadURL('app://station/#/units');
    contents.crash('oom', 5);
    station.push('session.changed', { seq: 2, person: null });
    await until(() => contents.loads === 2 && !contents.isCrashed());
    assert.ok(reloadAfterMs <= 1000, 'a second is left for the page itself');
    assert.equal(contents.getURL(), 'app://station/#/units');
    assert.equal(station.connections.length, 1);
    assert.equal(station.connections[0]!.closed, false);
    assert.equal((await page().call({ method: 'station.status', params: {} })).ok, true);
    const { pageReloads, lastReloadAt } = control.brief();
    assert.equal(pageReloads, 1);
    assert.ok(lastReloadAt);
    assert.equal(told('pageGone').length, 1);
    assert.equal(told('pageGone')[0]?.reason, 'oom');
  });

  test('is told nothing while it is gone', async () => {
    const { contents, station, page } = await start();
    (page() as unknown as { subscribe(event: string, listener: () => void): void }).subscribe(
      'session.changed',
      () => {},
    );
    await until(() => station.connections[0]!.listening().length === 1);
    contents.crash('crashed');
    station.push('session.changed', { seq: 2, person: null });
    assert.equal(contents.lostMessages, 0);
    assert.deepEqual(station.connections[0]!.listening(), []);
  });

  test('that only hangs gets a new process: a page that hangs does not load itself again', async () => {
    const { contents, told } = await start();
    contents.hang();
    await until(() => contents.loads === 2 && !contents.isCrashed());
    assert.equal(told('pageGone')[0]?.reason, 'hung');
  });

  test('three times within a minute gives a plain page in both languages, which loads again at a press', async () => {
    const { contents, control, electron } = await start({
      prepare: ({ app }) => {
        app.locale = 'de-AT';
      },
    });
    for (const loads of [2, 3]) {
      contents.crash('crashed');
      await until(() => contents.loads === loads && !contents.isCrashed());
      assert.equal(contents.getURL(), 'app://station/');
    }
    contents.crash('crashed');
    await until(() => contents.getURL() === 'app://station/trouble');
    assert.equal(control.brief().pageReloads, 3);
    const html = await contents.response!.text();
    assert.ok(html.indexOf('Seite wieder zeigen') < html.indexOf('Show the page again'), 'German first on this PC');
    assert.doesNotMatch(html, /<script|<style|style=/);
    assert.equal(contents.response!.headers.get('content-security-policy'), csp);
    const css = await electron.standin.load('app://station/trouble.css');
    assert.equal(css.headers.get('content-type'), 'text/css; charset=utf-8');

    assert.equal(contents.navigate('app://station/'), true);
    await contents.loadURL('app://station/');
    contents.crash('crashed');
    await until(() => contents.getURL() === 'app://station/' && !contents.isCrashed());
  });

  test('the plain page starts the program again once no unit is at work, and only that page can', async () => {
    const { contents, electron, work } = await start();
    assert.equal(contents.navigate('app://station/restart'), false);
    assert.equal(electron.app.relaunches, 0);
    await contents.loadURL('app://station/trouble');
    work(2);
    assert.equal(contents.navigate('app://station/restart'), false);
    assert.deepEqual(electron.app.exits, []);
    work(0);
    await until(() => electron.app.exits.length > 0);
    assert.equal(electron.app.relaunches, 1);
    assert.deepEqual(electron.app.exits, [0]);
  });

  test('is left alone when it ended cleanly or its window is closed', async () => {
    const { contents, window, control, electron } = await start();
    contents.crash('clean-exit');
    assert.equal(control.brief().pageReloads, 0);
    window.close();
    contents.crash('crashed');
    await until(() => electron.app.exits.length > 0);
    assert.equal(control.brief().pageReloads, 0);
  });

  test('stops more than a minute apart are never too often', () => {
    let stops: readonly number[] = [];
    for (const at of [0, 40_000, 61_000, 101_000, 122_000]) {
      const next = afterStop(stops, at);
      assert.equal(next.show, 'page');
      stops = next.stops;
    }
    assert.equal(afterStop(stops, 123_000).show, 'trouble');
  });
});

describe('the graphics process', () => {
  test('once lost, the next start draws in software, and the station says so', async () => {
    const home = join(bundles.folder, 'graphics');
    const { electron, control, told } = await start({ home });
    assert.equal(electron.app.accelerated, true);
    electron.standin.childGone('Utility', 'crashed');
    electron.standin.childGone('GPU', 'clean-exit');
    assert.equal(control.brief().graphicsLosses, 0);
    electron.standin.childGone('GPU', 'crashed');
    // On disk before anything else: Chromium may end the whole program next.
    assert.equal(JSON.parse(readFileSync(join(home, 'window.json'), 'utf8')).graphics, 'software');
    assert.equal(control.brief().graphicsLosses, 1);
    assert.equal(told('graphicsLost')[0]?.reason, 'crashed');
    assert.deepEqual(electron.app.exits, []);

    const next = await start({ home });
    assert.equal(next.electron.app.accelerated, false);
    assert.equal(next.control.brief().software, true);
  });

  test('lost twice in a run, the program starts again as soon as no unit is at work', async () => {
    const { electron, work } = await start({ home: join(bundles.folder, 'graphics-twice') });
    work(1);
    electron.standin.childGone('GPU', 'crashed');
    electron.standin.childGone('GPU', 'launch-failed');
    assert.deepEqual(electron.app.exits, []);
    work(0);
    await until(() => electron.app.exits.length > 0);
    assert.equal(electron.app.relaunches, 1);
  });
});

describe('the power of the PC', () => {
  test('while units work neither the PC nor its screen sleeps', async () => {
    const { electron, work } = await start();
    const { blockers } = electron.standin;
    assert.equal(blockers.size, 0);
    work(1);
    work(3);
    assert.deepEqual([...blockers.values()], ['prevent-display-sleep']);
    work(0);
    assert.equal(blockers.size, 0);
    work(1);
    assert.equal(blockers.size, 1);
  });

  test('the station is told of sleep and waking', async () => {
    const { electron, host, told } = await start();
    electron.powerMonitor.emit('suspend');
    assert.equal(host.suspended, 1);
    assert.equal(host.resumed, 0);
    electron.powerMonitor.emit('resume');
    assert.equal(host.resumed, 1);
    assert.deepEqual([told('suspend').length, told('resume').length], [1, 1]);
  });

  test('a PC that is locked signs the person out; nothing is asked where nobody is signed in', async () => {
    let person: object | null = { name: 'Ola' };
    const { electron, station } = await start({
      answer: (method) => {
        if (method === 'session.signOut') person = null;
        return { seq: 1, person };
      },
    });
    const asked = () => station.connections[0]!.calls.map(({ method }) => method);
    electron.powerMonitor.emit('lock-screen');
    await until(() => asked().includes('session.signOut'));
    electron.powerMonitor.emit('unlock-screen');
    electron.powerMonitor.emit('lock-screen');
    await until(() => asked().length === 3);
    assert.deepEqual(asked(), ['session.current', 'session.signOut', 'session.current']);
  });

  test('a shutdown is held up for as long as the station needs to close, units at work or not', async () => {
    const closing = Promise.withResolvers<void>();
    const { electron, work, host } = await start({ closes: closing.promise });
    work(3);
    assert.equal(electron.powerMonitor.shutDown(), true);
    await until(() => host.closed === 1);
    assert.deepEqual(electron.app.exits, []);
    closing.resolve();
    await until(() => electron.app.exits.length > 0);
    assert.deepEqual(electron.app.exits, [0]);
    assert.deepEqual(electron.standin.messageBoxes, []);
  });
});

describe('closing', () => {
  const [stay, wait, now] = [0, 1, 2];

  test('with nothing at work asks nothing', async () => {
    const { window, electron, host } = await start();
    window.close();
    await until(() => electron.app.exits.length > 0);
    assert.equal(host.closed, 1);
    assert.deepEqual(electron.standin.messageBoxes, []);
  });

  test('with units at work asks once; what a scanner or a stray Enter answers is to stay', async () => {
    const { window, electron, work, host, page } = await start();
    await page().act({ act: 'speak', locale: 'de' });
    work(3);
    window.close();
    window.close();
    const { messageBoxes } = electron.standin;
    assert.equal(messageBoxes.length, 1);
    const { message, buttons, defaultId, cancelId } = messageBoxes[0]!.options;
    assert.equal(message, '3 Geräte sind in Arbeit.');
    assert.deepEqual(buttons, ['Offen lassen', 'Schließen, wenn sie fertig sind', 'Jetzt schließen']);
    assert.deepEqual([defaultId, cancelId], [stay, stay]);
    messageBoxes[0]!.answer(stay);
    await until(() => messageBoxes.length === 0);
    assert.equal(host.closed, 0);
    window.close();
    await until(() => messageBoxes.length === 1);
  });

  test('when they are done: says so meanwhile, can be taken back, and then ends by itself', async () => {
    const { window, electron, work, host, control, told } = await start();
    const { messageBoxes } = electron.standin;
    work(2);
    window.close();
    messageBoxes[0]!.answer(wait);
    await until(() => control.brief().closing);
    control.stay();
    assert.equal(control.brief().closing, false);
    work(0);
    assert.equal(host.closed, 0);
    work(1);
    window.close();
    messageBoxes[0]!.answer(wait);
    await until(() => control.brief().closing);
    assert.equal(told('closesWhenIdle').length, 2);
    work(0);
    await until(() => electron.app.exits.length > 0);
    assert.equal(host.closed, 1);
  });

  test('with unsaved text asks first, in the language of the screens; what a stray Enter answers is to stay', async () => {
    const { window, electron, host, page } = await start();
    const { messageBoxes } = electron.standin;
    await page().act({ act: 'speak', locale: 'de' });
    window.webContents.unsaved = true;
    window.close();
    window.close();
    assert.equal(messageBoxes.length, 1);
    const { message, buttons, defaultId, cancelId } = messageBoxes[0]!.options;
    assert.equal(message, 'Es gibt Text, der nicht gespeichert ist.');
    assert.deepEqual(buttons, ['Offen lassen', 'Ohne Speichern verlassen']);
    assert.deepEqual([defaultId, cancelId], [stay, stay]);
    messageBoxes[0]!.answer(stay);
    await until(() => messageBoxes.length === 0);
    assert.deepEqual([host.closed, window.isDestroyed()], [0, false]);
    window.close();
    messageBoxes[0]!.answer(1);
    await until(() => electron.app.exits.length > 0);
    assert.equal(host.closed, 1);
  });

  test('a system that ends waits for no unsaved text', async () => {
    const { window, electron, host } = await start();
    window.webContents.unsaved = true;
    window.endSession('shutdown');
    await until(() => electron.app.exits.length > 0);
    assert.equal(host.closed, 1);
    assert.deepEqual(electron.standin.messageBoxes, []);
  });

  test('now: the station closes, which ends its units, before the program does', async () => {
    const closing = Promise.withResolvers<void>();
    const { window, electron, work, host } = await start({ closes: closing.promise });
    work(8);
    window.close();
    electron.standin.messageBoxes[0]!.answer(now);
    await until(() => host.closed === 1);
    assert.deepEqual(electron.app.exits, []);
    closing.resolve();
    await until(() => electron.app.exits.length > 0);
    assert.deepEqual(electron.app.exits, [0]);
  });

  test('a menu’s Quit goes the same way, and is called off when the person stays', async () => {
    const { electron, work, window } = await start();
    work(1);
    electron.app.quit();
    assert.equal(electron.standin.messageBoxes.length, 1);
    electron.standin.messageBoxes[0]!.answer(stay);
    assert.equal(window.isDestroyed(), false);
    assert.equal(electron.app.quitting, false);
    work(0);
    electron.app.quit();
    await until(() => electron.app.exits.length > 0);
  });

  test('Windows ends the session: asked about units, not where it is critical, and closed when it goes on', async () => {
    const { window, electron, work, host } = await start();
    assert.equal(window.querySessionEnd('logoff'), true);
    work(2);
    assert.equal(window.querySessionEnd('shutdown', 'critical'), true);
    assert.equal(window.querySessionEnd('logoff'), false);
    assert.equal(electron.standin.messageBoxes.length, 1);
    window.endSession('logoff');
    await until(() => host.closed === 1);
    await until(() => electron.app.exits.length > 0);
  });

  test('a signal of the system ends the program without a question', async () => {
    const { electron, work, host } = await start();
    const before = process.listeners('SIGTERM');
    work(1);
    (before.at(-1) as () => void)();
    await until(() => electron.app.exits.length > 0);
    assert.equal(host.closed, 1);
    assert.deepEqual(electron.standin.messageBoxes, []);
  });
});

describe('a covered window', () => {
  test('keeps its timers, on every system', async () => {
    const { electron, window } = await start();
    assert.equal(window.options.webPreferences?.backgroundThrottling, false);
    assert.equal(electron.app.switches.has('disable-backgrounding-occluded-windows'), true);
    assert.equal(electron.app.switches.has('disable-renderer-backgrounding'), true);
    assert.equal(electron.app.switches.get('disable-features'), 'CalculateNativeWinOcclusion');
  });
});

describe('zoom', () => {
  test('by keys and wheel, within bounds, kept for the next start; no key of it reaches the page', async () => {
    const home = join(bundles.folder, 'zoom');
    const { contents } = await start({ home });
    assert.equal(contents.zoomFactor, 1);
    assert.equal(contents.key({ key: '+', control: true }), false);
    assert.equal(contents.zoomFactor, 1.1);
    contents.emit('zoom-changed', {}, 'in');
    assert.equal(contents.zoomFactor, 1.25);
    assert.equal(contents.key({ key: '+' }), true, 'a plus sign is typed');
    assert.equal(contents.key({ key: 'c', control: true }), true);
    const file = join(home, 'window.json');
    await until(() => {
      try {
        return JSON.parse(readFileSync(file, 'utf8')).zoomPercent === 125;
      } catch {
        return false;
      }
    });
    const next = await start({ home });
    await until(() => next.contents.zoomFactor === 1.25);
    for (let press = 0; press < 20; press++) next.contents.key({ key: '-', control: true });
    assert.equal(next.contents.zoomFactor, 0.5);
    next.contents.key({ key: '0', control: true });
    assert.equal(next.contents.zoomFactor, 1);
  });

  test('a damaged file is no reason not to start; what can be read of it holds', async () => {
    const home = join(bundles.folder, 'damaged');
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'window.json'), '{"zoomPercent":150,"kiosk":"yes","display":7}');
    const { control } = await start({ home });
    const { settings } = await control.view();
    assert.equal(settings.zoomPercent, 150);
    assert.equal(settings.kiosk, false);
    writeFileSync(join(home, 'window.json'), '{"zoom');
    assert.equal((await (await start({ home })).control.view()).settings.zoomPercent, 100);
  });
});
