/** One page for all tests of a file: it is loaded once. Its screens are taken down after a test and put up for the next. */
import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright';
import { type Look, openPage, usualLocale } from './browser.ts';

/**
 * Runs an act on the screens as a browser without a past shows them, and holds them to the content security policy.
 *
 * A test that changes more of its page than what goes with its screens (its clock, its scripts, its network, its context)
 * asks for one of its own with `ownPage`.
 */
export type PageAct = (look: Look & { ownPage?: boolean }, act: (page: Page) => Promise<void>) => Promise<void>;

declare global {
  interface Window {
    /** See `renderer/main.tsx`. */
    screens: { takeDown(): void; putUp(): void };
  }
}

/** What a page is without its screens: each test finds it so, and leaves it so. */
type Bare = {
  /** Elements that are there, without what they hold: those of `index.html`. */
  elements: string[];
  /** Functions of the window that are not the browser's own. */
  changed: string[];
  /** All names of the window. */
  names: string[];
};

const bareElements = ['<html lang="en"></html>', '<body></body>', '<div id="app"></div>'];

const bareOf = (page: Page): Promise<Bare> =>
  page.evaluate(() => {
    const shown = (element: Node) => (element.cloneNode(false) as Element).outerHTML.replace(' style=""', '');
    // axe stays where it was once.
    const names = Object.getOwnPropertyNames(window).filter((name) => !['axe', '__core-js_shared__'].includes(name));
    return {
      elements: [document.documentElement, document.body, ...document.body.querySelectorAll('*')].map(shown),
      changed: names.filter((name) => {
        const value: unknown = Reflect.get(window, name);
        return typeof value === 'function' && !`${value}`.includes('[native code]');
      }),
      names,
    };
  });

/** Pages of one browser at one address. They go with the browser. */
export function keptPages(browser: Browser, address: string): PageAct {
  type Kept = { page: Page; bare: Bare };
  /** By language, which is its context's for good. */
  const kept = new Map<string, Kept>();

  const takeDown = async (page: Page): Promise<Bare> => {
    await page.evaluate(() => {
      window.screens.takeDown();
      localStorage.clear();
      sessionStorage.clear();
      history.replaceState(null, '', location.pathname);
      document.documentElement.lang = 'en';
      delete document.documentElement.dataset.theme;
      // The charts' library measures words in it, outside of React, and makes it when it is missing.
      document.getElementById('recharts_measurement_span')?.remove();
    });
    // What was under way asks nothing of the station between two tests.
    await page.context().setOffline(true);
    return bareOf(page);
  };

  const putUp = async (page: Page, { theme, width, height }: Look): Promise<void> => {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: theme });
    await page.mouse.move(0, 0);
    await page.context().setOffline(false);
    await page.evaluate(() => window.screens.putUp());
    await page.locator('.tile').first().waitFor();
  };

  return async ({ ownPage = false, locale = usualLocale, ...rest }, act) => {
    const look = { ...rest, locale };
    const before = ownPage ? undefined : kept.get(locale);
    // A page on which a test failed is not taken again.
    kept.delete(locale);
    if (before) await putUp(before.page, look);
    const page = before?.page ?? (await openPage(browser, address, look));
    try {
      await act(page);
      assert.deepEqual(await page.evaluate(() => window.violations), [], 'content security policy');
      if (ownPage) return;
      const bare = await takeDown(page);
      const { names } = before?.bare ?? bare;
      assert.deepEqual(bare, { elements: bareElements, changed: [], names }, 'a test leaves its page as it was');
      kept.set(locale, { page, bare });
    } finally {
      if (kept.get(locale)?.page !== page) await page.context().close();
    }
  };
}
