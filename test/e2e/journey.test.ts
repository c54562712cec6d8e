/** The whole job on the screens: an operator provisions, an engineer registers, QA reads the story. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright';
import { axe, buildScreens, openBrowser, openPage, scan, shoot, shootFault } from '../renderer/browser.ts';
import { agentUnits, type FactoryBed, openFactory } from './bed.ts';

const look = { theme: 'light', width: 1280, height: 800 } as const;

const tile = (page: Page, slot: number, state: string) =>
  page.locator(`.tile[data-state="${state}"]`).filter({ hasText: `Slot ${slot}` });

async function signIn(page: Page, badge: string, pin: string): Promise<void> {
  await scan(page, badge);
  await page.getByLabel('PIN').waitFor();
  await page.keyboard.type(pin, { delay: 80 });
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
}

describe('the journey on the screens', { concurrency: false }, () => {
  let browser: Browser | undefined;
  let bed: FactoryBed;
  let page: Page;

  before(async () => {
    browser = await openBrowser({ whole: true });
    if (!browser) return;
    bed = await openFactory(await buildScreens('e2e'));
    page = await openPage(browser, bed.address, look);
    page.setDefaultTimeout(20_000);
  });
  after(async () => {
    await browser?.close();
    await bed?.close();
  });

  const step = (name: string, act: () => Promise<void>) =>
    test(name, { timeout: 120_000 }, async (t) => {
      if (!browser) return t.skip('NO CHROMIUM AT /usr/bin/chromium: THE JOURNEY WAS NOT TESTED');
      await act().catch(async (thrown) => {
        await shootFault(page, 'e2e-went-wrong-here');
        throw thrown;
      });
    });

  step('nobody is signed in: the bench says so, and nothing can start', async () => {
    await page.locator('.act-sentence').getByText('Scan your badge to sign in.').waitFor();
    const face = page.getByRole('article', { name: 'LOCKED', exact: true });
    await face.getByText('No one is signed in', { exact: true }).waitFor();
    assert.equal(await page.locator('.tile').count(), 1, 'one face in place of four slots');
    await shoot(page, 'e2e-signed-out');
  });

  step('an operator signs in with badge and PIN; a wrong PIN is refused in words', async () => {
    await scan(page, 'OP-1');
    await page.getByLabel('PIN').waitFor();
    await page.keyboard.type('9999', { delay: 80 });
    await page.keyboard.press('Enter');
    await page.getByRole('alert').first().waitFor();
    await page.keyboard.press('Escape');
    await signIn(page, 'OP-1', '1111');
    await tile(page, 1, 'EMPTY').waitFor();
  });

  step('three agents are plugged in at once and pass, the one on the bad cable too', async () => {
    await bed.plugAgents();
    for (let asked = 0; asked < agentUnits.length; asked += 1) {
      // The screen asks for one slot at a time; the label scanned is that unit's.
      const sentence = await page
        .getByText(/^Scan the label of the unit in slot [1-3]\.$/)
        .first()
        .innerText();
      const slot = Number(/slot (\d)/.exec(sentence)?.[1]);
      await scan(page, agentUnits[slot - 1]!);
      await page.getByText(`Label ${agentUnits[slot - 1]} went to slot ${slot}.`).waitFor();
      await tile(page, slot, 'SCAN').waitFor({ state: 'detached' });
    }
    for (const slot of [1, 2, 3]) await tile(page, slot, 'PASS').waitFor();
    await shoot(page, 'e2e-three-passed');
  });

  step('a simulated unit fails with a clear reason, and passes when it is tried again', async () => {
    await page.getByRole('button', { name: 'Plug in, slot 4' }).click();
    await tile(page, 4, 'SCAN').waitFor();
    const pick = page.getByRole('combobox', { name: 'What goes wrong in slot 4' });
    await pick.click();
    await page.getByRole('option', { name: 'Cannot make a key' }).click();
    await page.getByRole('button', { name: 'Scan it, slot 4' }).click();
    const failed = tile(page, 4, 'FAIL');
    await failed.waitFor();
    assert.match(await failed.innerText(), /key/i);
    await shoot(page, 'e2e-failed');
    await pick.click();
    await page.getByRole('option', { name: 'Nothing goes wrong' }).click();
    await failed.getByRole('button', { name: /Try again/ }).click();
    await tile(page, 4, 'PASS').waitFor();
  });

  step('the engineer registers the CA, makes a batch, submits it, and every unit is registered', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click();
    await signIn(page, 'EN-1', '2222');
    await page.getByRole('link', { name: 'Batches' }).click();
    await page.getByText('4 units passed and are in no batch yet').waitFor();
    await page.getByRole('button', { name: 'Register the CA with AWS' }).click();
    await page.getByRole('button', { name: 'Register the CA with AWS' }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Make a batch' }).click();
    await page.getByRole('button', { name: 'Submit to AWS' }).click();
    await page.getByRole('progressbar').waitFor();
    await shoot(page, 'e2e-submitting');
    await page.getByText('Done', { exact: true }).first().waitFor();
    const rows = page.getByRole('row').filter({ hasText: /SENSE-|SIM-/ });
    await rows.nth(3).waitFor();
    for (const row of await rows.all()) assert.match(await row.innerText(), /Registered/);
    await shoot(page, 'e2e-registered');
    assert.deepEqual(await axe(page), []);
  });

  step("a unit's story shows each step, its certificate and its registration", async () => {
    await page.getByRole('link', { name: 'Units' }).click();
    await page.getByText(agentUnits[2]).first().click();
    await page.getByRole('heading', { name: agentUnits[2] }).waitFor();
    const story = await page.locator('main').innerText();
    const { journal } = await bed.station.parts.ledger.showUnit(agentUnits[2]);
    const done = journal.filter((entry) => entry.entry === 'step.done');
    assert.equal(done.length, 8);
    assert.match(story, /Ola/);
    assert.match(story, /Erin/);
    await shoot(page, 'e2e-story');
    assert.deepEqual(await axe(page), []);
  });

  step('the content security policy was never broken', async () => {
    assert.deepEqual(await page.evaluate(() => window.violations), []);
  });
});
