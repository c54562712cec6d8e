/** No page says a word of the other language. Texts of machines and of people are not the program's words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright';
import { de } from '../../renderer/words/de.ts';
import { en } from '../../renderer/words/en.ts';
import { errorsDe } from '../../renderer/words/errors.de.ts';
import { errorsEn } from '../../renderer/words/errors.en.ts';
import { goTo, settled, shoot, soon } from './browser.ts';
import { benchOf, people, stationStatus } from './fixtures.ts';
import { stage } from './stage.ts';

const { fake, onPage } = stage;

/** Every text of a table. */
const leaves = (table: object): string[] =>
  Object.values(table).flatMap((value: unknown) => (typeof value === 'string' ? [value] : leaves(value as object)));

const tables = {
  en: new Set([...leaves(en), ...leaves(errorsEn)]),
  de: new Set([...leaves(de), ...leaves(errorsDe)]),
};
/** Words that every longer sentence of a language has, and none of the other one. */
const telltale = {
  en: /\b(the|and|with|is|are|of|has|have|this|that|from|your|you|for|which|cannot|does|been|its|by|or|to)\b/i,
  de: /\b(der|das|und|ist|sind|nicht|mit|eine?|Sie|wird|werden|für|von|zu|oder|kein)\b/,
};
type Language = keyof typeof tables;

/** The texts that a person can see or hear, without those of machines (`code`, `lang="en"`) and of editors. */
const textsOf = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const skipped = 'code, .code, .mono, pre, kbd, time, textarea, .cm-content, [lang="en"], script, style';
    const found: string[] = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode())
      if (!node.parentElement?.closest(skipped)) found.push(node.textContent ?? '');
    for (const element of document.querySelectorAll('[aria-label], [title], [placeholder], [aria-description]'))
      if (!element.closest(skipped))
        for (const name of ['aria-label', 'title', 'placeholder', 'aria-description'])
          found.push(element.getAttribute(name) ?? '');
    return [...new Set(found.map((text) => text.replaceAll(/\s+/g, ' ').trim()))].filter((text) => text !== '');
  });

/** Names that people or the makers of devices gave, in the fixtures. */
const names = /^(Cable \d|Line 3, Hamburg|Early shift)/;

/** Waits until the page asks nothing more and is laid out. */
async function quiet(page: Page): Promise<void> {
  for (let calls = -1; calls !== fake().calls.length; ) {
    calls = fake().calls.length;
    await settled(page);
    await settled(page);
  }
}

/** The texts of the page that are not of the screen's own language. */
async function foreign(page: Page, own: Language): Promise<string[]> {
  await settled(page);
  const other = own === 'de' ? 'en' : 'de';
  const texts = (await textsOf(page)).filter((text) => !names.test(text));
  return texts.filter((text) => (tables[other].has(text) && !tables[own].has(text)) || telltale[other].test(text));
}

const pages = [
  '#/bench',
  '#/units',
  '#/units/BM-26-4102',
  '#/units/BM-26-0001',
  '#/units/BM-26-0003',
  '#/batches',
  ...['B-0006', 'B-0007', 'B-0008', 'B-0009'].map((id) => `#/batches/${id}`),
  ...['ca', 'profiles', 'recipes', 'certificates', 'orders', 'shifts', 'people', 'slots', 'scanner', 'labels'].map(
    (section) => `#/station/${section}`,
  ),
  ...[
    'cloud',
    'window',
    'backups',
    'checkpoints',
    'doctor',
    'recipes/sense-2/3',
    'recipes/sense-2/3/edit',
    'profiles/alster-sensor',
  ].map((section) => `#/station/${section}`),
  '#/station/ca/new',
  '#/setup',
];

for (const [own, locale] of [
  ['de', 'de-DE'],
  ['en', 'en-GB'],
] as const)
  test(`every page in ${locale} speaks one language: no word of the other table, and no sentence of it`, (t) =>
    onPage(
      t,
      async (page) => {
        const status = stationStatus();
        fake().show({
          'station.changed': {
            ...status,
            practice: false,
            window: { pageReloads: 1, graphicsLosses: 0, software: false, kiosk: false, closing: false },
          },
        });
        const found: Record<string, string[]> = {};
        for (const address of pages) {
          await goTo(page, address);
          await page.waitForFunction((at) => window.location.hash === at, address);
          await page.locator('.loading').waitFor({ state: 'detached' });
          await quiet(page);
          const texts = await foreign(page, own);
          if (texts.length > 0) found[address] = texts;
        }
        await page.keyboard.press('?');
        await page.getByRole('dialog').waitFor();
        assert.deepEqual(await foreign(page, own), [], 'help');
        await page.keyboard.press('Escape');
        fake().signIn(null);
        await goTo(page, '#/bench');
        await page
          .getByRole('banner')
          .locator('button', { hasText: own === 'de' ? 'Anmelden' : 'Sign in' })
          .click();
        await page.getByRole('dialog').waitFor();
        assert.deepEqual(await foreign(page, own), [], 'signing in');
        await page.keyboard.press('Escape');
        fake().signIn(people.engineer);
        assert.deepEqual(found, {});
        if (own === 'en') return;
        await goTo(page, '#/station/doctor');
        await page.getByText('nur 120 MiB frei').waitFor();
        await page.getByText('Schaffen Sie Platz').waitFor();
        await shoot(page, 'health-de');
        // What a system said stands in a German sentence, and is marked as English for those who hear it.
        const machine = (text: string) => page.getByText(text, { exact: true }).getAttribute('lang');
        assert.equal(await machine('the plant cannot be reached (ECONNREFUSED)'), 'en');
        assert.equal(await machine('the folder is not there'), 'en');
        await page.getByText('3 Einträge warten auf das Werk. Das Werk ist nicht erreichbar.').waitFor();
        await goTo(page, '#/units/BM-26-0003');
        await page.getByText('AWS hat kein Zertifikat ausgestellt').waitFor();
        await page.getByText(errorsDe['cloud.denied'].meaning, { exact: false }).first().waitFor();
        await page.locator('details.attempt ol summary').last().press('Enter');
        assert.equal(await machine('the role may not call this of AWS'), 'en');
      },
      { locale },
    ));

test('the locks of the bench say their facts in German, and slots without a name of their own are numbered in it', (t) =>
  onPage(
    t,
    async (page) => {
      const locked = benchOf(4, 'LOCKED');
      fake().show({
        'bench.changed': {
          ...locked,
          locked: 'clock',
          interlocks: [
            {
              reason: 'clock',
              detail: 'the PC clock says 2026-11-20T12:00:00.000Z, the last unit was begun at 2026-11-20T13:00:00.000Z',
              finding: {
                what: 'clockBack',
                values: { now: '2026-11-20T12:00:00.000Z', last: '2026-11-20T13:00:00.000Z' },
              },
            },
            { reason: 'disk', detail: '120 MiB are free', finding: { what: 'diskLow', values: { mib: 120 } } },
            { reason: 'caLocked', detail: 'the issuing CA is locked' },
            {
              reason: 'orderFull',
              detail: 'order WO-1 has its 400',
              finding: { what: 'orderFull', values: { order: 'WO-1', quantity: 400 } },
            },
          ],
          slots: locked.slots.map((slot) => ({ ...slot, lockReason: 'clock' as const })),
        },
      });
      await page.getByText('das letzte Gerät wurde um 20.11.2026, 14:00:00 begonnen').waitFor();
      await soon(async () =>
        assert.equal(await page.getByText('the issuing CA is locked').count(), 0, 'the detail repeats the reason'),
      );
      assert.deepEqual(await foreign(page, 'de'), []);
      await shoot(page, 'locks-de');

      const bench = benchOf(4);
      const named = ['1', 'Slot 2', 'Links', 'Slot 1'];
      const slots = bench.slots.map((slot, index) => ({ ...slot, name: named[index] ?? '' }));
      fake().show({
        'bench.changed': { ...bench, slots },
        'station.changed': stationStatus({ name: 'Practice line' }),
      });
      await page.locator('.tile-name', { hasText: 'Links' }).waitFor();
      await soon(async () =>
        assert.deepEqual(await page.locator('.tile-name').allTextContents(), [
          'Steckplatz 1',
          'Steckplatz 2',
          'Links',
          'Slot 1',
        ]),
      );
      await page.getByRole('banner').getByText('Übungslinie').waitFor();
    },
    { locale: 'de-DE', theme: 'dark' },
  ));
