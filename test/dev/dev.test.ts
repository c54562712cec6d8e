/** `npm run dev`: the practice line in a page that follows its sources. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import type { Page } from 'playwright';
import { removeAtEnd } from '../folders.ts';
import { openBrowser } from '../renderer/browser.ts';

const root = join(import.meta.dirname, '../..');

/** Resolves with the first message of Vite's of this type. */
const viteSays = (page: Page, type: string): Promise<void> =>
  new Promise((resolve) => {
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => {
        if ((JSON.parse(`${payload}`) as { type: string }).type === type) resolve();
      }),
    );
  });

// Vite reads and translates every module of the screens for the first page.
test('the practice line works, and a screen that changes is replaced without a reload', {
  timeout: 300_000,
}, async (t) => {
  const browser = await openBrowser();
  if (!browser) return t.skip('NO CHROMIUM AT /usr/bin/chromium: NO SCREEN WAS TESTED');
  t.after(() => browser.close());
  const data = mkdtempSync(join(tmpdir(), 'birthmark-dev-'));
  removeAtEnd(data);
  const script = join(root, 'main/dev/main.ts');
  const dev = spawn(process.execPath, [script, '--data', join(data, 'practice'), '--listen', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => dev.kill('SIGKILL'));
  let address: string | undefined;
  for await (const line of createInterface({ input: dev.stdout })) {
    address = /open at (\S+)/.exec(line)?.[1];
    if (address !== undefined) break;
  }
  assert.ok(address, 'it says where it is open');

  const page = await browser.newPage();
  page.setDefaultTimeout(120_000);
  const [connected, updated] = [viteSays(page, 'connected'), viteSays(page, 'update')];
  await page.goto(address, { timeout: 120_000 });
  await page.locator('.tile').first().waitFor();
  await connected;
  const mark = () => page.evaluate(() => Object.assign(window, { stayed: true }));
  await mark();
  // On a busy machine Vite watches the files a while after it has given them out.
  const save = () => utimesSync(join(root, 'renderer/bench/benchpage.tsx'), new Date(), new Date());
  const saving = setInterval(save, 1000);
  t.after(() => clearInterval(saving));
  save();
  await updated;
  clearInterval(saving);
  assert.equal(await page.evaluate(() => 'stayed' in window), true, 'the page was not loaded again');

  const ended = once(dev, 'exit');
  dev.kill('SIGTERM');
  assert.deepEqual(await ended, [0, null]);
});
