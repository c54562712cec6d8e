import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { Page } from 'playwright';
import { type BenchSnapshot, type Slot, slotState } from '../../app/contract/index.ts';
import { axe, goTo, type Look, measureBench, settled, shoot, soon } from './browser.ts';
import { contrast, type Rgb } from './colour.ts';
import { benchesWith, benchOf, people, practiceOf, type SlotOf, slotIn } from './fixtures.ts';
import type { PageAct } from './keptpage.ts';
import { label, looks } from './looks.ts';
import { stage } from './stage.ts';

const rgb = (colour: string) => (colour.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number) as unknown as Rgb;

const { fake } = stage;

type LookHere = Parameters<PageAct>[0];

async function onPage(t: TestContext, look: LookHere, act: (page: Page) => Promise<void>): Promise<void> {
  fake()?.reset();
  fake()?.signIn(people.operator);
  await stage.onPage(t, act, look);
}

async function showBench(page: Page, count: number, slots: Slot[]): Promise<void> {
  // Each event is a rendering of its own.
  if (fake().snapshot('practice.changed').slots.length !== count)
    fake().show({ 'practice.changed': practiceOf(count) });
  fake().show({ 'bench.changed': { ...benchOf(count), slots } });
  const states = slots.map((slot) => slot.state).join();
  await page.waitForFunction(
    (wanted) =>
      [...document.querySelectorAll<HTMLElement>('.tile')].map((tile) => tile.dataset.state).join() === wanted,
    states,
  );
  await settled(page);
}

async function assertBench(page: Page, slots: readonly Slot[]): Promise<void> {
  const count = slots.length;
  const what = `${count}: ${[...new Set(slots.map((slot) => `${slot.state}${slot.golden ? ' golden' : ''}`))].join()}`;
  const measured = await measureBench(page);
  assert.deepEqual(measured.scrolls, [], `${what}: nothing scrolls`);
  assert.deepEqual(measured.overflows, [], `${what}: nothing is cut off`);
  assert.deepEqual(measured.overlaps, [], `${what}: nothing lies over the state word`);
  assert.deepEqual(measured.smallTargets, [], `${what}: targets`);
  const least = count <= 4 ? 64 : 28;
  assert.equal(measured.wordPixels.length, count);
  for (const pixels of measured.wordPixels) assert.ok(pixels >= least, `${what}: state word of ${pixels} px`);
  // A small tile at work shows its serial and its bar, and asks for nothing.
  const silent = count > 8 ? slots.filter(({ state }) => state === 'WORKING').length : 0;
  assert.equal(measured.asks.length, count - silent, `${what}: one sentence a tile`);
  for (const { text, pixels, whole } of measured.asks) {
    assert.ok(text !== '' && whole, `${what}: ${text} is seen whole`);
    assert.ok(pixels >= (count <= 4 ? 28 : 16), `${what}: a sentence of ${pixels} px`);
  }
  for (const { text, colour, background } of measured.texts) {
    const ratio = contrast(rgb(colour), rgb(background));
    assert.ok(ratio >= 7, `${what}: ${text}: ${colour} on ${background} is ${ratio.toFixed(2)}`);
  }
}

/** The golden unit, tried again by itself. */
const specialIn = (state: Slot['state'], slotId: number): Slot => ({
  ...slotIn(state, slotId),
  golden: true,
  retried: 1,
});

/** A fault of the station, with the button that an engineer gets. */
const faultOf = (slotId: number): Slot => ({
  ...slotIn('CHECK_STATION', slotId),
  prompt: { promptId: 'e', kind: 'retry', engineerOnly: true },
});

const plain: readonly SlotOf[] = slotState.options.map((state) => (slotId) => slotIn(state, slotId));
const special: readonly SlotOf[] = [
  ...(['WORKING', 'PASS', 'FAIL', 'CHECK_STATION'] as const).map(
    (state): SlotOf =>
      (slotId) =>
        specialIn(state, slotId),
  ),
  faultOf,
];

/** Locked for as many reasons as fit a bad day. */
const lockedBench = (count: number): BenchSnapshot => ({
  ...benchOf(count, 'LOCKED'),
  locked: 'clock',
  interlocks: [
    {
      reason: 'clock',
      detail: 'the PC clock says 2019-01-01T00:00:00Z, the records end at 2026-11-20T13:05:09Z: set it',
    },
    { reason: 'disk', detail: '112 MiB are free on the disk of the data folder; 200 are needed' },
    { reason: 'caLocked', detail: 'the issuing CA is locked' },
  ],
});

describe('the bench from three metres', () => {
  for (const look of looks) {
    test(`every state on 1, 4, 8 and 32 slots at ${label(look)}`, { timeout: 180_000 }, async (t) => {
      await onPage(t, look, async (page) => {
        for (const count of [1, 4, 8, 32]) {
          for (const slots of benchesWith(count, [...plain, ...special])) {
            await showBench(page, count, slots);
            await assertBench(page, slots);
          }
          await showBench(page, count, benchOf(count).slots);
          await shoot(page, `bench-${count}-${label(look)}`);
          assert.deepEqual(await axe(page), [], `axe on ${count}`);
        }
      });
    });
  }

  test('in German, with its longer words', { timeout: 120_000 }, async (t) => {
    await onPage(t, { theme: 'light', width: 1280, height: 800, locale: 'de-DE' }, async (page) => {
      await soon(async () => assert.equal(await page.locator('html').getAttribute('lang'), 'de'));
      for (const count of [1, 4, 8, 32]) {
        for (const slots of benchesWith(count, [...plain, faultOf])) {
          await showBench(page, count, slots);
          await assertBench(page, slots);
        }
        await showBench(page, count, benchOf(count).slots);
        await shoot(page, `bench-${count}-german`);
      }
    });
  });

  test('without the font of its own, in whatever wide one the computer has', { timeout: 120_000 }, async (t) => {
    for (const locale of ['en-GB', 'de-DE']) {
      await onPage(t, { theme: 'light', width: 1280, height: 800, locale, ownPage: true }, async (page) => {
        const hasFont = () =>
          page.evaluate(() =>
            [...document.fonts].some(({ family, status }) => family.includes('Inter') && status === 'loaded'),
          );
        assert.ok(await hasFont(), 'the font comes with the screens');
        await page.route('**/*.woff2', (route) => route.abort());
        await page.reload();
        await page.locator('.tile').first().waitFor();
        assert.ok(!(await hasFont()), 'the font is not there');
        for (const count of [1, 4, 8, 32]) {
          for (const slots of benchesWith(count, plain)) {
            await showBench(page, count, slots);
            assert.deepEqual((await measureBench(page)).overflows, [], `${locale}: ${count}`);
          }
        }
        await shoot(page, `bench-32-fallback-${locale}`);
      });
    }
  });

  test('a locked bench says why, what to do, and small all that holds', async (t) => {
    for (const look of [...looks, { ...(looks[0] as Look), locale: 'de-DE' }]) {
      await onPage(t, look, async (page) => {
        for (const count of [1, 32]) {
          fake().show({ 'bench.changed': lockedBench(count), 'practice.changed': practiceOf(count) });
          const face = page.locator('.locked-all');
          await face.waitFor();
          await settled(page);
          await soon(async () => assert.equal(await page.locator('.tile').count(), 1, 'one face for all slots'));
          const { scrolls, overflows, overlaps, wordPixels, texts } = await measureBench(page);
          assert.deepEqual([scrolls, overflows, overlaps], [[], [], []]);
          assert.ok((wordPixels[0] ?? 0) >= 64);
          for (const { text, colour, background } of texts)
            assert.ok(contrast(rgb(colour), rgb(background)) >= 7, `${text}: ${colour} on ${background}`);
          await soon(async () => assert.equal(await face.locator('.interlocks li').count(), 3));
        }
        await shoot(page, `bench-locked-${label(look)}${look.locale ? '-german' : ''}`);
        assert.deepEqual(await axe(page), []);
      });
    }
  });

  test('at twice the size nothing is out of reach', async (t) => {
    await onPage(t, { theme: 'light', width: 640, height: 400 }, async (page) => {
      await showBench(page, 4, benchOf(4).slots);
      await shoot(page, 'bench-4-zoom');
      assert.deepEqual((await measureBench(page)).overflows, []);
      const wide = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      assert.equal(wide, 0, 'no sideways scrolling');
      await page.locator('.tile').last().scrollIntoViewIfNeeded();
      await page.getByRole('button', { name: 'Type the label' }).click();
      assert.deepEqual(await axe(page), []);
    });
  });

  test('a failed unit says what happened, what to do, and answers the right prompt', async (t) => {
    await onPage(t, looks[0] as Look, async (page) => {
      await showBench(page, 2, [slotIn('FAIL', 1), slotIn('EMPTY', 2)]);
      const tile = page.getByRole('article', { name: 'Slot 1: FAIL' });
      await tile.getByText('The unit stored something else than it was sent.').waitFor();
      await tile.getByText('red bin').waitFor();
      fake().calls.length = 0;
      await tile.getByRole('button', { name: 'Try again' }).click();
      await page.waitForFunction(() => document.querySelector('.retry')?.getAttribute('aria-busy') === 'false');
      assert.deepEqual(fake().calls.at(-1), { method: 'bench.retry', params: { slotId: 1, promptId: 'retry-1' } });
    });
  });

  test('a small tile opens large, with its button', async (t) => {
    await onPage(t, looks[0] as Look, async (page) => {
      await showBench(page, 32, benchOf(32, 'FAIL').slots);
      await page.getByRole('button', { name: /^Slot 7: FAIL/ }).press('Enter');
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('button', { name: 'Try again' }).click();
      await shoot(page, 'bench-32-opened');
      assert.deepEqual(await axe(page), []);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
    });
  });

  test('practice is marked on every screen, a real station on none', async (t) => {
    await onPage(t, looks[0] as Look, async (page) => {
      await showBench(page, 4, benchOf(4).slots);
      for (const hash of ['#/bench', '#/units', '#/setup']) {
        await goTo(page, hash);
        await page.locator('.mark').getByText('Practice', { exact: true }).first().waitFor();
      }
      fake().show({ 'bench.changed': { ...benchOf(4), practice: false } });
      await page.locator('.mark').waitFor({ state: 'detached' });
    });
  });
});
