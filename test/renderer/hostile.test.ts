/** Texts of any length, everywhere: they wrap or end in an ellipsis, and the whole can be had. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright';
import type { BenchSnapshot, Slot } from '../../app/contract/index.ts';
import { goTo, scan, settled } from './browser.ts';
import {
  batchesSnapshot,
  benchesWith,
  benchOf,
  people,
  practiceOf,
  type SlotOf,
  slotIn,
  stationStatus,
} from './fixtures.ts';
import { spills } from './spills.ts';
import { stage } from './stage.ts';

const { fake, onPage } = stage;

const wide = 'W'.repeat(300);

/** The fields that people, devices or AWS fill with any text. */
const free =
  /^(name|label|unitSerial|orderId|model|detail|remedy|lot|thingName|reason|subject|bucket|actor|recipe|madeBy|approvedBy|createdBy|hardwareId|issuingSubject|rootSubject|commonName|profile|serialFrom|serialTo|hardwareRevision|port|region|description|title|path)$/;

/** The same data with a wide text in every free field. */
function stretched<T>(value: T, key = ''): T {
  if (Array.isArray(value)) return value.map((one) => stretched(one, key)) as T;
  // The names of steps are of a closed list.
  if (key === 'steps') return value;
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, stretched(one, name)])) as T;
  return (typeof value === 'string' && free.test(key) ? `${value}${wide}` : value) as T;
}

async function assertInPlace(page: Page, what: string): Promise<void> {
  await settled(page);
  assert.deepEqual(await spills(page), [], what);
}

const benchWith = (count: number, slots: Slot[]): BenchSnapshot => {
  const bench = stretched({ ...benchOf(count), slots });
  return { ...bench, recipe: { name: `r${wide}`, version: 3, hash: '9f2c41ab' } };
};

/** The kinds of slot that say the most. */
const wordy = (['WORKING', 'PASS', 'FAIL', 'CHECK_STATION', 'LOCKED'] as const).map(
  (state): SlotOf =>
    (slotId) => ({ ...slotIn(state, slotId), golden: state === 'PASS' }),
);

test('the bench: names, serials, orders, recipes, labels scanned ahead, error details', {
  timeout: 120_000,
}, async (t) => {
  for (const locale of ['en-GB', 'de-DE']) {
    await onPage(
      t,
      async (page) => {
        fake().show({
          'station.changed': stretched(stationStatus()),
          'session.changed': { seq: 1, person: stretched({ ...people.operator }) },
        });
        for (const count of [1, 4, 8, 32]) {
          for (const slots of benchesWith(count, wordy)) {
            fake().show({ 'bench.changed': benchWith(count, slots), 'practice.changed': stretched(practiceOf(count)) });
            const states = slots.map(({ state }) => state).join();
            await page.waitForFunction(
              (wanted) =>
                [...document.querySelectorAll<HTMLElement>('.tile')].map((tile) => tile.dataset.state).join() ===
                wanted,
              states,
            );
            await assertInPlace(page, `${count}: ${states}`);
          }
        }
        const empty = benchWith(
          4,
          [1, 2, 3, 4].map((slotId) => slotIn('EMPTY', slotId)),
        );
        fake().show({
          'bench.changed': { ...empty, continuous: true, heldLabel: wide },
          'practice.changed': practiceOf(4),
        });
        await page.getByText('WWW…WWW').first().waitFor();
        await assertInPlace(page, 'a label scanned ahead');
        const golden = { unitSerial: wide, passedAt: null, due: true };
        fake().show({ 'bench.changed': { ...empty, golden } });
        await assertInPlace(page, 'a golden unit that is due');
        const interlocks = [
          { reason: 'disk' as const, detail: wide },
          { reason: 'clock' as const, detail: wide },
        ];
        fake().show({
          'bench.changed': {
            ...empty,
            locked: 'disk',
            interlocks,
            slots: empty.slots.map(({ slotId }) => slotIn('LOCKED', slotId)),
          },
        });
        await page.locator('.locked-all').waitFor();
        await assertInPlace(page, 'locked');
      },
      { locale },
    );
  }
});

test('a slot that is opened shows everything whole, and a scan of 300 characters is told by both ends', async (t) => {
  await onPage(t, async (page) => {
    fake().signIn(people.operator);
    const failed = {
      ...slotIn('FAIL', 1),
      name: `Name ${wide}`,
      unitSerial: `S${wide}`,
      error: { code: 'device.refused' as const, detail: `said ${wide}!` },
    };
    fake().show({ 'bench.changed': { ...benchOf(4), slots: [failed, ...[2, 3, 4].map((id) => slotIn('SCAN', id))] } });
    await page.getByRole('button', { name: /^Slot 1: FAIL/ }).press('Enter');
    const dialog = page.getByRole('dialog');
    for (const whole of [`Name ${wide}`, `S${wide}`])
      await dialog.locator('dd').getByText(whole, { exact: true }).waitFor();
    await dialog.locator('dd').getByText(`device.refused: said ${wide}!`).waitFor();
    await assertInPlace(page, 'the opened slot');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await scan(page, `X${'7'.repeat(298)}Y`);
    await page.locator('[data-scan-went]').first().waitFor();
    await assertInPlace(page, 'the scan');
    await page.getByRole('button', { name: 'Type the label' }).click();
    await page.getByRole('textbox').fill(`AMBI-${'7'.repeat(250)}`);
    await page.getByRole('button', { name: 'Use this label' }).click();
    await page.getByRole('dialog', { name: 'What did you scan?' }).waitFor();
    await assertInPlace(page, 'the question what a scan is');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await goTo(page, '#/units');
    await page.getByRole('searchbox').waitFor();
    await scan(page, `X${'7'.repeat(298)}Z`);
    await page.locator('.scan-strip').waitFor();
    await assertInPlace(page, 'the scan beside the bench');
  });
});

test('a real station in German, at every width down to twice the size: the header and the widest pages', async (t) => {
  const wrong: string[] = [];
  for (const [width, height] of [
    [1366, 768],
    [1280, 800],
    [1024, 768],
    [640, 400],
  ] as const)
    await onPage(
      t,
      async (page) => {
        fake().show({ 'station.changed': { ...stationStatus(), practice: false } });
        for (const screen of ['bench', 'units', 'audit', 'station/ca', 'station/certificates', 'station/people']) {
          await goTo(page, `#/${screen}`);
          await page.locator('.loading').waitFor({ state: 'detached' });
          await settled(page);
          wrong.push(...(await spills(page)).map((one) => `${screen} at ${width}: ${one}`));
        }
      },
      { width, height, locale: 'de-DE' },
    );
  assert.deepEqual(wrong, []);
});

test('the lists and their pages', { timeout: 120_000 }, async (t) => {
  const screens = [
    '#/units',
    '#/units/BM-26-4102',
    '#/units/BM-26-0001',
    `#/units/${wide}`,
    '#/units//order/WO-2611-07',
    '#/batches',
    '#/batches/B-0007',
    '#/station/ca',
    '#/station/profiles',
    '#/station/recipes',
    '#/station/certificates',
    '#/station/orders',
    '#/station/people',
    '#/station/slots',
    '#/station/labels',
    '#/station/cloud',
    '#/station/doctor',
  ];
  for (const look of [
    { width: 1280, height: 800 },
    { width: 1920, height: 1080 },
  ]) {
    await onPage(
      t,
      async (page) => {
        let open = 0;
        await page.route('**/api/call', async (route) => {
          open += 1;
          const response = await route.fetch();
          const reply = await response.json();
          await route.fulfill({
            response,
            json: reply.ok ? { ...reply, result: stretched(reply.result) } : stretched(reply),
          });
          open -= 1;
        });
        fake().show({
          'batches.changed': stretched(batchesSnapshot()),
          'station.changed': {
            ...stretched(stationStatus()),
            slots: stationStatus().slots.map((slot) => ({ ...slot, name: wide })),
          },
        });
        const wrong: Record<string, string[]> = {};
        for (const hash of screens) {
          await goTo(page, hash);
          // What a page asks for, and what it asks for then.
          for (let calm = 0; calm < 3; calm = open === 0 ? calm + 1 : 0) await settled(page);
          const found = await spills(page);
          if (found.length > 0) wrong[hash] = found;
        }
        assert.deepEqual(wrong, {});
      },
      { ...look, ownPage: true },
    );
  }
});
