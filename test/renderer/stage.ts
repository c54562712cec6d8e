/** One browser and one fake station for a test file of flows. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, type TestContext } from 'node:test';
import type { Browser, Page } from 'playwright';
import { buildScreens, type Look, openBrowser, openPage } from './browser.ts';
import { type Fake, startFake } from './fake.ts';
import { firstCa } from './fakeca.ts';
import { firstRecipes } from './fakeline.ts';
import { benchOf, people, stationStatus } from './fixtures.ts';

const first: Look = { theme: 'light', width: 1280, height: 800 };

export type Stage = {
  fake: () => Fake;
  /** Runs on a fresh page with an engineer signed in, and holds it to the content security policy. */
  onPage(t: TestContext, act: (page: Page) => Promise<void>, look?: Partial<Look>): Promise<void>;
  /** The params of the last call of a method. */
  called(method: string): Record<string, unknown> | undefined;
};

export function stage(name: string): Stage {
  let browser: Browser | undefined;
  let fake: Fake;
  before(async () => {
    browser = await openBrowser();
    if (browser) fake = await startFake(await buildScreens(name));
  });
  after(async () => {
    await browser?.close();
    await fake?.close();
  });
  beforeEach(() => {
    if (!browser) return;
    fake.ca = firstCa();
    fake.recipes = firstRecipes();
    fake.documents = [];
    fake.inAws = {};
    fake.refusals.clear();
    fake.calls.length = 0;
    fake.signIn(people.engineer);
    const status = stationStatus();
    fake.show({
      'station.changed': { ...status, ca: { ...status.ca, state: 'locked' } },
      'bench.changed': benchOf(4),
    });
  });
  return {
    fake: () => fake,
    called: (method) => fake.calls.findLast((call) => call.method === method)?.params,
    async onPage(t, act, look = {}) {
      if (!browser) return t.skip('NO CHROMIUM AT /usr/bin/chromium: NO SCREEN WAS TESTED');
      const page = await openPage(browser, fake.address, { ...first, ...look });
      try {
        await act(page);
        assert.deepEqual(await page.evaluate(() => window.violations), [], 'content security policy');
      } finally {
        await page.context().close();
      }
    },
  };
}

/** Pixels by which the page is wider than the window. */
export const tooWide = (page: Page): Promise<number> =>
  page.evaluate(() =>
    Math.max(
      ...[document.documentElement, ...document.querySelectorAll('main')].map(
        (element) => element.scrollWidth - element.clientWidth,
      ),
    ),
  );
