/** First start: the practice line at once, and from there a real station by the wizard, as a browser sees it. */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright';
import { openHost } from '../../main/compose.ts';
import type { Host } from '../../main/host.ts';
import { type Kiosk, startKiosk } from '../../main/kiosk/server.ts';
import { buildScreens, openBrowser, openPage, scan } from '../renderer/browser.ts';

const passphrase = 'correct horse battery staple';

describe('first start', { concurrency: false }, () => {
  const homeBefore = process.env.BIRTHMARK_HOME;
  let home: string;
  let browser: Browser | undefined;
  let host: Host;
  let kiosk: Kiosk;
  let page: Page;

  before(async () => {
    browser = await openBrowser();
    if (!browser) return;
    home = await mkdtemp(join(tmpdir(), 'birthmark-first-'));
    process.env.BIRTHMARK_HOME = home;
    host = await openHost();
    kiosk = await startKiosk({ connect: host.connect, assetsDir: await buildScreens('setup') });
    page = await openPage(browser, kiosk.address, { theme: 'light', width: 1280, height: 800 });
    page.setDefaultTimeout(20_000);
  });
  after(async () => {
    await browser?.close();
    await kiosk?.close();
    await host?.close();
    if (homeBefore === undefined) delete process.env.BIRTHMARK_HOME;
    else process.env.BIRTHMARK_HOME = homeBefore;
  });

  const step = (name: string, act: () => Promise<void>) =>
    test(name, { timeout: 120_000 }, async (t) => {
      if (!browser) return t.skip('NO CHROMIUM AT /usr/bin/chromium: FIRST START WAS NOT TESTED');
      await act();
    });

  step('the practice line is there at once, marked as such, and its subjects say PRACTICE', async () => {
    await page.locator('.mark').waitFor();
    assert.deepEqual(await readdir(home), ['practice']);
    const root = await readFile(join(home, 'practice', 'ca', 'root.crt.pem'));
    assert.match(new X509Certificate(root).subject, /OU=PRACTICE/);
  });

  step('the wizard shows what it will make, makes it in a folder of its own, and opens it', async () => {
    const fill = (name: string, value: string) => page.getByLabel(name, { exact: true }).fill(value);
    const next = () => page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('button', { name: 'Set up a real station' }).click();
    await fill('Name of the station', 'Line 4');
    await fill('Organisation', 'Alster Sensors');
    await next();
    await fill('Passphrase', passphrase);
    await fill('Passphrase again', passphrase);
    await page.getByLabel('I have put the passphrase in a safe place').check();
    await next();
    await fill('Name', 'Erika Sommer');
    await fill('Badge number', 'B-1001');
    await fill('PIN', '246813');
    await next();
    await fill('Port of slot 1', join(home, 'no-such-port'));
    // One press is enough, though what was found is still offered below the field.
    await page.locator('button', { hasText: 'Next' }).click();
    await page.getByLabel('Later. The bench works without AWS.').check();
    await next();
    await page.getByText('CN=Line 4 Root CA,O=Alster Sensors').waitFor();
    assert.deepEqual(await readdir(home), ['practice'], 'nothing is made before the last press');
    await page.getByRole('button', { name: 'Make the station' }).click();
    await page.getByText('The station is made.').waitFor();
    assert.deepEqual((await readdir(home)).sort(), ['practice', 'station']);
    const config = JSON.parse(await readFile(join(home, 'station', 'station.json'), 'utf8'));
    assert.equal(config.practice, false);
    assert.equal(config.slots.length, 1);
    await page.getByRole('button', { name: 'Open it' }).click();
    // The screens before it name the new station too, but not in their header.
    await page.locator('header').getByText('Line 4', { exact: true }).waitFor();
    await page.locator('.mark').waitFor({ state: 'detached' });
  });

  step('its engineer signs in and unlocks the CA; the bench is ready', async () => {
    await scan(page, 'B-1001');
    await page.getByLabel('PIN').fill('246813');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'Station' }).click();
    await page.getByRole('button', { name: 'Unlock: Line 4 Issuing CA' }).click();
    const dialog = page.getByRole('dialog', { name: 'Unlock Line 4 Issuing CA' });
    await dialog.getByLabel('Passphrase').fill(passphrase);
    await dialog.getByRole('button', { name: 'Unlock', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('The CA is unlocked').first().waitFor();
    await page.getByRole('link', { name: 'Bench' }).click();
    await page.locator('.tile[data-state="EMPTY"]').waitFor();
    assert.deepEqual(await page.evaluate(() => window.violations), []);
  });
});
