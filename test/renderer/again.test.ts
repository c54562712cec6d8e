import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright';
import { goTo, scan, settled, soon } from './browser.ts';
import { people } from './fixtures.ts';
import { stage } from './stage.ts';

const { fake, onPage } = stage;

/** What a person sees, without the numbers in names that React and the controls count up. */
const seen = (page: Page) =>
  page.evaluate(() => ({
    screens: document.getElementById('app')?.innerHTML.replaceAll(/base-ui-[\w«»-]+|_r_\w+_|:r\w+:/g, 'id'),
    theme: document.documentElement.dataset.theme,
    language: document.documentElement.lang,
    title: document.title,
    address: location.hash,
    focus: document.activeElement?.tagName,
  }));

/** How many listeners the window and the document have, by event. */
async function listeners(page: Page): Promise<Record<string, number>> {
  const session = await page.context().newCDPSession(page);
  const counts: Record<string, number> = {};
  for (const expression of ['window', 'document']) {
    const { result } = await session.send('Runtime.evaluate', { expression });
    const found = await session.send('DOMDebugger.getEventListeners', { objectId: result.objectId ?? '' });
    for (const { type } of found.listeners)
      counts[`${expression} ${type}`] = (counts[`${expression} ${type}`] ?? 0) + 1;
  }
  await session.detach();
  return counts;
}

async function shown(page: Page): Promise<void> {
  await page.getByText(people.engineer.name).waitFor();
  await page.getByRole('button', { name: 'Sound is on' }).waitFor();
  await settled(page);
}

const takeDown = (page: Page) =>
  page.evaluate(() => {
    window.screens.takeDown();
    localStorage.clear();
    sessionStorage.clear();
    history.replaceState(null, '', location.pathname);
  });

async function putUp(page: Page): Promise<void> {
  await page.evaluate(() => window.screens.putUp());
  await page.locator('.tile').first().waitFor();
  await shown(page);
}

/** Leaves something in each module that holds state: wishes, a draft, a question, a scan, a sound, a place in the history. */
async function useIt(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Deutsch' }).click();
  // The sound and the look.
  for (const place of [0, 1]) await page.locator('.tools button').nth(place).click();
  await goTo(page, '#/units?state=passed');
  await page.getByRole('row').nth(2).waitFor();
  await scan(page, 'BM-26-4101');
  await page.getByText('BM-26-4101').first().waitFor();
  await goTo(page, '#/station/policies//new');
  await page.locator('.cm-content').fill('{ "Version": "mine" }');
  fake().signIn(null);
  await page.getByRole('button', { name: 'Anmelden' }).first().click();
  await page.getByRole('dialog').waitFor();
}

test('screens that are put up again are as those of a page that was just loaded', async (t) => {
  await onPage(
    t,
    async (page) => {
      // A browser lets sounds out after a key, and keeps to that.
      await page.keyboard.press('Shift');
      await shown(page);
      const first = await seen(page);
      await takeDown(page);
      const left = await listeners(page);
      await putUp(page);
      assert.deepEqual(await seen(page), first, 'at once');

      await useIt(page);
      await takeDown(page);
      assert.equal(await page.locator('#app').innerHTML(), '');
      assert.deepEqual(await listeners(page), left, 'nothing goes on listening');
      fake().signIn(people.engineer);
      const asked = fake().calls.length;
      await putUp(page);
      assert.deepEqual(await seen(page), first, 'after use');
      await goTo(page, '#/station/policies//new');
      await soon(async () => assert.doesNotMatch(await page.locator('.cm-content').innerText(), /mine/));
      assert.ok(
        fake()
          .calls.slice(asked)
          .every(({ method }) => method !== 'session.signIn'),
      );
    },
    { ownPage: true },
  );
});
