/** A shift on the practice line: every kind of firmware, a recipe written and approved, a unit reworked, its conversation read. */
import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright';
import { createClient, type Station } from '../../app/contract/index.ts';
import { startKiosk } from '../../main/kiosk/server.ts';
import { openPracticeLine } from '../../main/practiceline.ts';
import { axe, buildScreens, goTo, openBrowser, openPage, scan, shoot, shootFault } from '../renderer/browser.ts';

const look = { theme: 'light', width: 1280, height: 800 } as const;
const drivers = ['agent', 'nrf91', 'freertos', 'zephyr'];

describe('a shift on the practice line', { concurrency: false }, () => {
  let browser: Browser | undefined;
  let close = async () => {};
  let page: Page;
  /** Reads what the station holds, as QA would. */
  let station: Station;
  let serial = '';

  before(async () => {
    browser = await openBrowser();
    if (!browser) return;
    const line = await openPracticeLine(await mkdtemp(join(tmpdir(), 'birthmark-shift-')));
    const kiosk = await startKiosk({ connect: line.connect, assetsDir: await buildScreens('shift') });
    close = async () => {
      await kiosk.close();
      await line.close();
    };
    station = createClient(line.connect('test', { personId: 2, name: 'Quinn', badge: 'QA-2002', role: 'qa' }));
    page = await openPage(browser, kiosk.address, look);
    page.setDefaultTimeout(30_000);
  });
  after(async () => {
    await browser?.close();
    await close();
  });

  const step = (name: string, act: () => Promise<void>) =>
    test(name, { timeout: 120_000 }, async (t) => {
      if (!browser) return t.skip('NO CHROMIUM AT /usr/bin/chromium: THE SHIFT WAS NOT TESTED');
      await act().catch(async (thrown) => {
        await shootFault(page, 'e2e-shift-went-wrong-here');
        throw thrown;
      });
    });

  const signIn = async (badge: string, pin: string) => {
    const signOut = page.getByRole('button', { name: 'Sign out' });
    if (await signOut.isVisible()) await signOut.click();
    await scan(page, badge);
    await page.getByLabel('PIN').waitFor();
    await page.keyboard.type(pin, { delay: 80 });
    await page.keyboard.press('Enter');
    await signOut.waitFor();
  };
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const passes = (slot: number) =>
    page
      .locator('.tile[data-state="PASS"]')
      .filter({ hasText: `Slot ${slot}` })
      .waitFor();
  const provision = async (slot: number, plug = 'Plug in') => {
    await press(`${plug}, slot ${slot}`);
    await press(`Scan it, slot ${slot}`);
    await passes(slot);
  };
  const passedIn = async (slot: number) => {
    const { slots } = await station.call('bench.snapshot', {});
    return slots.find(({ slotId }) => slotId === slot)?.unitSerial ?? '';
  };

  step('a device of each kind passes in its slot', async () => {
    await signIn('OP-1001', '1001');
    for (const slot of drivers.keys()) await provision(slot + 1);
    const units = await Promise.all(drivers.map((_, slot) => passedIn(slot + 1)));
    const talks = await Promise.all(units.map((unitSerial) => station.call('units.transcripts', { unitSerial })));
    assert.deepEqual(
      talks.map((rows) => rows.map(({ driver }) => driver)),
      drivers.map((driver) => [driver]),
    );
    const stories = await Promise.all(units.map((unitSerial) => station.call('units.show', { unitSerial })));
    for (const { certificates } of stories) assert.equal(certificates.length, 1);
  });

  step('an engineer writes the first recipe and approves it; its mark is on the bench and in the record', async () => {
    await signIn('EN-3003', '3003');
    await goTo(page, '#/station/recipes');
    await page.getByRole('link', { name: 'New recipe' }).click();
    await page.getByText('No mistakes.').waitFor();
    await press('Save as a draft');
    await page.getByRole('heading', { name: 'first-recipe v1' }).waitFor();
    await press('Approve');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Approve' }).click();
    await page.getByText('In use').waitFor();
    await signIn('OP-1001', '1001');
    await goTo(page, '#/bench');
    await page.getByRole('button', { name: 'first-recipe v1' }).waitFor();
    await press('Unplug, slot 1');
    await provision(1);
    serial = await passedIn(1);
    const { journal } = await station.call('units.show', { unitSerial: serial });
    const { recipe } = await station.call('bench.snapshot', {});
    const started = journal.find(({ entry }) => entry === 'attempt.started');
    assert.match(JSON.stringify(started?.data), new RegExp(recipe?.hash ?? 'no recipe'));
  });

  step('a unit comes back, a second person agrees, and it passes with another certificate', async () => {
    await press('Unplug, slot 1');
    await goTo(page, `#/units/${serial}`);
    await press('Rework');
    const dialog = page.getByRole('dialog', { name: `Rework ${serial}` });
    await dialog.getByLabel('Why').fill('antenna replaced');
    await scan(page, 'QA-2002');
    await page.waitForFunction(() => document.activeElement?.getAttribute('type') === 'password');
    await dialog.getByLabel('PIN', { exact: true }).pressSequentially('2002', { delay: 60 });
    await dialog.getByRole('button', { name: 'Give it back to the bench' }).click();
    await dialog.waitFor({ state: 'detached' });
    await goTo(page, '#/bench');
    await provision(1, 'Plug in again');
    const { certificates } = await station.call('units.show', { unitSerial: serial });
    assert.equal(certificates.length, 2);
    await goTo(page, `#/units/${serial}`);
    await page.locator('details.attempt > summary').first().press('Enter');
    await page.getByText(/Why: antenna replaced\. Ola Operator .* asked, Quinn Quality .* agreed\./).waitFor();
    await page.getByText(/^Replaced by …/).waitFor();
    await shoot(page, 'e2e-shift-reworked');
    assert.deepEqual(await axe(page), []);
  });

  step('its conversation is there to be read', async () => {
    await page
      .getByRole('link', { name: /^Attempt \d$/ })
      .last()
      .click();
    await page.locator('.talk-line').first().waitFor();
    await page
      .getByText(/BEGIN|hello|csr/i)
      .first()
      .waitFor();
    await shoot(page, 'e2e-shift-conversation');
    assert.deepEqual(await page.evaluate(() => window.violations), []);
  });
});
