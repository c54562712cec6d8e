/** One browser and one fake station for the flows of all test files of a process. */
import { after, before, beforeEach, type TestContext } from 'node:test';
import type { Browser, Page } from 'playwright';
import { buildScreens, type Look, openBrowser } from './browser.ts';
import { type Fake, startFake } from './fake.ts';
import { people, stationStatus } from './fixtures.ts';
import { keptPages, type PageAct } from './keptpage.ts';

const first: Look = { theme: 'light', width: 1280, height: 800 };

export type Stage = {
  fake: () => Fake;
  /** Runs on the screens as they are first shown, with an engineer signed in (see `PageAct`). */
  onPage(
    t: TestContext,
    act: (page: Page) => Promise<void>,
    look?: Partial<Look> & { ownPage?: boolean },
  ): Promise<void>;
  /** The params of the last call of a method. */
  called(method: string): Record<string, unknown> | undefined;
};

let browser: Browser | undefined;
let fake: Fake;
let pages: PageAct;

// Outside of every suite: of all tests of the process, whose files share what they cost.
before(async () => {
  browser = await openBrowser();
  if (!browser) return;
  fake = await startFake(await buildScreens('stage'));
  pages = keptPages(browser, fake.address);
});
after(async () => {
  await browser?.close();
  await fake?.close();
});
beforeEach(() => {
  if (!browser) return;
  fake.reset();
  fake.signIn(people.engineer);
  const status = stationStatus();
  fake.show({ 'station.changed': { ...status, ca: { ...status.ca, state: 'locked' } } });
});

export const stage: Stage = {
  fake: () => fake,
  called: (method) => fake.calls.findLast((call) => call.method === method)?.params,
  async onPage(t, act, look = {}) {
    if (!browser) return t.skip('NO CHROMIUM AT /usr/bin/chromium: NO SCREEN WAS TESTED');
    await pages({ ...first, ...look }, act);
  },
};

/** Pixels by which the page is wider than the window. */
export const tooWide = (page: Page): Promise<number> =>
  page.evaluate(() =>
    Math.max(
      ...[document.documentElement, ...document.querySelectorAll('main')].map(
        (element) => element.scrollWidth - element.clientWidth,
      ),
    ),
  );
