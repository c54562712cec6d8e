/** QA reads the charts without a mouse, compares two periods, and takes pictures and numbers along. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import type { Page } from 'playwright';
import { StationError } from '../../app/contract/index.ts';
import { isPicture } from '../../app/contract/picture.ts';
import { axe, goTo, settled, shoot, soon } from './browser.ts';
import { people } from './fixtures.ts';
import { label, looks } from './looks.ts';
import { stage, tooWide } from './stage.ts';

const { fake, onPage, called } = stage;
const period = 'from=2026-11-07&to=2026-11-20';

/** Opens the page and waits until everything is drawn. */
async function open(page: Page, filter: string): Promise<void> {
  await goTo(page, `#/charts?${filter}`);
  await page.waitForFunction(() => document.querySelectorAll('.drawing svg').length >= 5, undefined, {
    timeout: 30_000,
  });
  await settled(page);
}

/** What a press on the button saves. */
async function saved(page: Page, card: string, name: string): Promise<{ name: string; text: string }> {
  const part = page.locator('section.card', { has: page.getByRole('heading', { name: card, exact: true }) });
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    part.getByRole('button', { name, exact: true }).first().press('Enter'),
  ]);
  return { name: file.suggestedFilename(), text: await readFile(await file.path(), 'utf8') };
}

describe('yield and throughput', () => {
  for (const look of looks) {
    for (const locale of ['en-GB', 'de-DE'] as const) {
      test(`it fits at ${label(look)} in ${locale}, and axe finds nothing`, { timeout: 120_000 }, async (t) => {
        fake().signIn(people.qa);
        await onPage(
          t,
          async (page) => {
            // One language sees one period, the other one sees two.
            const isCompared = (locale === 'de-DE') === (look.theme === 'light');
            await open(page, isCompared ? `${period}&compare=before&by=slot&step=verify` : period);
            await shoot(page, `charts-${locale.slice(0, 2)}-${label(look)}`);
            assert.equal(await tooWide(page), 0);
            assert.deepEqual(await axe(page), []);
          },
          { ...look, locale },
        );
      });
    }
  }

  test('the values stand on the chart, and what is outside of the limits has another shape and a sentence', async (t) => {
    fake().signIn(people.qa);
    await onPage(t, async (page) => {
      await open(page, period);
      const yields = page.getByRole('img', { name: /^First-pass yield/ });
      await soon(async () =>
        assert.match((await yields.getAttribute('aria-label')) ?? '', /Nov 18: 85%, below the limit\./),
      );
      await soon(async () => assert.match((await yields.textContent()) ?? '', /98\.5%.*85%/));
      await soon(async () => assert.equal(await yields.locator('polygon').count(), 1, 'one triangle'));
      const failures = page.getByRole('img', { name: /^Failures/ });
      await soon(async () => assert.match((await failures.textContent()) ?? '', /21 · sum ?46\.7%.*15 · sum 80%/));
      await page.getByText('The numbers').first().press('Enter');
      await page.getByRole('cell', { name: 'below' }).waitFor();
    });
  });

  test('filters are in the address and reach the station; two periods differ in words; a period without a unit says so', async (t) => {
    fake().signIn(people.qa);
    await onPage(t, async (page) => {
      await open(page, `${period}&order=WO-2611-07&by=hour&columns=week`);
      await soon(() => {
        const { bucket, by, orderId } = called('desk.charts') as Record<string, string>;
        assert.deepEqual([bucket, by, orderId], ['week', 'hour', 'WO-2611-07']);
      });
      await page.getByText('6:00 – 7:00').first().waitFor();
      // A day that no calendar has is said at its field, and the usual period is shown.
      await goTo(page, '#/charts?from=2026-99-99&to=2026-11-20');
      await page.getByText('Write the day as 2026-12-24.').waitFor();
      await page.getByText('In the whole period').waitFor();
      assert.equal(await page.getByRole('alert').count(), 0);
      await goTo(page, `#/charts?${period}&order=WO-2611-06`);
      await page.getByText('No unit was worked on in this period.').waitFor();
      await open(page, 'from=2026-11-14&to=2026-11-20&compare=other&from2=2026-11-01&to2=2026-11-10');
      const total = page.getByRole('row', { name: /^Passed/ }).first();
      await soon(async () => assert.match((await total.textContent()) ?? '', /2,681.*3,845.*1,164 less/));
      await soon(async () => assert.equal(await page.getByRole('img', { name: /^First-pass yield/ }).count(), 2));
      fake().refusals.set('desk.charts', new StationError('call.badParams', 'more than 120 columns'));
      await goTo(page, '#/charts?from=2020-01-01&to=2026-11-20&columns=hour');
      await page.getByRole('alert').first().waitFor();
    });
  });

  test('each chart is saved as a picture of its own and as its numbers', async (t) => {
    fake().signIn(people.qa);
    await onPage(t, async (page) => {
      await open(page, period);
      const picture = await saved(page, 'First-pass yield', 'SVG');
      assert.match(picture.name, /^yield-2026-11-0\d-2026-11-\d\d\.svg$/);
      assert.ok(isPicture(picture.text));
      assert.match(picture.text, /<polygon [^>]*fill="rgb\(/, 'colours without the style sheet');
      assert.match(picture.text, />98\.5%</);
      const numbers = await saved(page, 'Failures', 'CSV');
      assert.equal(
        numbers.text,
        'key,attempts,of\r\nverify.readBackMismatch,21,\r\nlink.timeout,15,\r\ncsr.weakKey,9,\r\n',
      );
    });
  });

  test('alerts stand on the overview; QA reads the rules, an engineer sets them', async (t) => {
    fake().signIn(people.qa);
    await onPage(t, async (page) => {
      await goTo(page, '#/overview');
      await page.getByRole('link', { name: /WO-2611-07: first-pass yield 84%, below 95%/ }).click();
      await page.waitForFunction(() => document.location.hash.includes('order=WO-2611-07'));
      await page.getByText('yield of the last 50 units below 95%', { exact: false }).waitFor();
      await soon(async () => assert.equal(await page.getByRole('button', { name: 'Save the rules' }).count(), 0));
    });
    fake().signIn(people.engineer);
    await onPage(t, async (page) => {
      await goTo(page, '#/charts');
      await page.getByLabel('Same error in a row').fill('99');
      await page.getByText(/repeats 2 to 50/).waitFor();
      await page.getByLabel('Same error in a row').fill('7');
      await page.getByLabel('Yield: units looked at').fill('');
      await page.getByLabel('Yield below (%)').fill('');
      await page.getByRole('button', { name: 'Save the rules' }).press('Enter');
      await soon(() =>
        assert.deepEqual(called('station.configure')?.alerts, {
          ...{ yield: null, sameCode: { times: 7 }, stepTimes: [], overdue: true },
        }),
      );
    });
  });
});
