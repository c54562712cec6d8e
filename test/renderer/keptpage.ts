/** One page for all tests of a file: a page that is loaded again takes half the processor's time of a new one. */
import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright';
import { type Look, openPage } from './browser.ts';

/**
 * Runs an act on the screens as a browser without a past shows them, and holds them to the content security policy.
 *
 * A test that changes more of its page than what a reload takes back (its clock, its scripts, its network, its context)
 * asks for one of its own with `ownPage`.
 */
export type PageAct = (look: Look & { ownPage?: boolean }, act: (page: Page) => Promise<void>) => Promise<void>;

/** Pages of one browser at one address. They go with the browser. */
export function keptPages(browser: Browser, address: string): PageAct {
  /** By language, which is its context's for good. */
  const kept = new Map<string | undefined, Page>();

  const takeAgain = async (page: Page, { theme, width, height }: Look): Promise<void> => {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: theme });
    await page.mouse.move(0, 0);
    await page.evaluate(() => {
      localStorage.clear();
      sessionStorage.clear();
      history.replaceState(null, '', location.pathname);
    });
    await page.context().setOffline(false);
    await page.reload();
    await page.locator('.tile').first().waitFor();
  };

  return async ({ ownPage = false, ...look }, act) => {
    const before = ownPage ? undefined : kept.get(look.locale);
    // A page on which a test failed is not taken again.
    kept.delete(look.locale);
    if (before) await takeAgain(before, look);
    const page = before ?? (await openPage(browser, address, look));
    let whole = false;
    try {
      await act(page);
      assert.deepEqual(await page.evaluate(() => window.violations), [], 'content security policy');
      const clock = await page.evaluate(() => `${Date}`);
      assert.ok(ownPage || clock.includes('[native code]'), 'a test that sets the clock asks for a page of its own');
      whole = !ownPage;
    } finally {
      if (whole) {
        // It asks nothing of the station between two tests.
        await page.context().setOffline(true);
        kept.set(look.locale, page);
      } else await page.context().close();
    }
  };
}
