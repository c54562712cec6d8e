/** The program in Electron itself, driven by Playwright. Runs where Electron's binary is installed. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { _electron, type ElectronApplication, type Page } from 'playwright';

const root = join(import.meta.dirname, '../..');
const folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));

function findBinary(): string | undefined {
  const pathFile = join(folder, 'path.txt');
  if (!existsSync(pathFile)) return undefined;
  const binary = join(folder, 'dist', readFileSync(pathFile, 'utf8'));
  return existsSync(binary) ? binary : undefined;
}

const binary = findBinary();
const hasDisplay = process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
const skip =
  binary === undefined
    ? 'Electron binary is NOT INSTALLED here: the program was not tested in Electron itself'
    : !hasDisplay &&
      'Electron binary is here but NO DISPLAY: run under xvfb-run to test the program in Electron itself';

describe('the program in Electron', { skip }, () => {
  const home = mkdtempSync(join(tmpdir(), 'birthmark-app-'));
  let app: ElectronApplication;
  let page: Page;

  before(async () => {
    // Chromium refuses its own sandbox to root. A station never runs as root, but tests on test machines do.
    const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const args = [...sandbox, root, '--practice'];
    // What the runner loads into each Node is nothing for Electron.
    const { NODE_OPTIONS: _, ...mine } = process.env as Record<string, string>;
    const env = { ...mine, BIRTHMARK_HOME: home };
    app = await _electron.launch({ executablePath: binary ?? '', args, env });
    page = await app.firstWindow();
    await page.waitForLoadState('load');
  });
  after(async () => {
    await app.close();
    rmSync(home, { recursive: true, force: true });
  });

  test('shows the page from its own origin, with the bridge and without Node', async () => {
    assert.equal(new URL(page.url()).href, 'app://station/');
    const globals = await page.evaluate(() => ({
      bridge: Object.keys((globalThis as { birthmark?: object }).birthmark ?? {}).sort(),
      node: typeof (globalThis as { require?: unknown }).require,
      process: typeof (globalThis as { process?: unknown }).process,
    }));
    assert.deepEqual(globals, { bridge: ['act', 'call', 'subscribe'], node: 'undefined', process: 'undefined' });
  });

  test('answers calls and delivers the current snapshot', async () => {
    const practice = await page.evaluate(async () => {
      type Bridge = {
        call(envelope: object): Promise<{ result: { practice: boolean } }>;
        subscribe(event: string, listener: (data: { practice: boolean }) => void): () => void;
      };
      const { birthmark } = globalThis as unknown as { birthmark: Bridge };
      const status = await birthmark.call({ method: 'station.status', params: {} });
      const bench = await new Promise<{ practice: boolean }>((resolve) =>
        birthmark.subscribe('bench.changed', resolve),
      );
      return [status.result.practice, bench.practice];
    });
    assert.deepEqual(practice, [true, true]);
  });

  test('goes nowhere else, opens no window, runs no foreign script', async () => {
    await page.evaluate(() => {
      window.location.href = 'https://example.invalid/';
      window.open('https://example.invalid/');
      const script = document.createElement('script');
      try {
        script.text = 'globalThis.intruder = true';
        document.head.append(script);
      } catch {
        // Trusted Types refuse the text itself.
      }
    });
    assert.equal(new URL(page.url()).href, 'app://station/');
    assert.equal(app.windows().length, 1);
    assert.equal(await page.evaluate(() => 'intruder' in globalThis), false);
  });

  test('grants no permission', async () => {
    const state = await page.evaluate(async () => (await navigator.permissions.query({ name: 'geolocation' })).state);
    assert.equal(state, 'denied');
  });

  test('comes back when its page’s process is gone', async () => {
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer());
    const back = () =>
      app.evaluate(async ({ BrowserWindow }) => {
        const contents = BrowserWindow.getAllWindows()[0]?.webContents;
        if (!contents || contents.isCrashed() || contents.isLoading()) return undefined;
        return contents.executeJavaScript('typeof birthmark.act') as Promise<string>;
      });
    let found: string | undefined;
    while (found === undefined) found = await back().catch(() => undefined);
    assert.equal(found, 'function');
  });
});
