/** What screens say of a PC that slept, and of a data folder that another program copies about. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { nextActOf } from '../../app/contract/index.ts';
import { axe, goTo, settled, shoot, soon } from './browser.ts';
import { benchOf, people, slotIn, stationStatus } from './fixtures.ts';
import { stage, tooWide } from './stage.ts';

const { fake, onPage } = stage;

describe('a PC that slept', () => {
  const words = {
    'en-GB': {
      what: 'The PC went to sleep.',
      next: 'Scan the label again.',
      again: 'Try again',
    },
    'de-DE': {
      what: 'Der PC war im Ruhezustand.',
      next: 'Scannen Sie das Etikett noch einmal.',
      again: 'Noch einmal',
    },
  };
  for (const [locale, { what, next, again }] of Object.entries(words))
    test(`its units ask for their label, and nobody is called (${locale})`, async (t) => {
      await onPage(
        t,
        async (page) => {
          fake().signIn(people.operator);
          const slots = [1, 2, 3, 4].map((slotId) => ({
            ...slotIn('CHECK_STATION', slotId),
            ask: 'scanLabel' as const,
            prompt: { promptId: `retry-${slotId}`, kind: 'retry' as const },
            error: { code: 'station.suspended' as const, detail: 'the PC went to sleep while the unit was worked on' },
          }));
          fake().show({ 'bench.changed': { ...benchOf(4), slots } });
          const tile = page.locator('.tile').first();
          await tile.getByText(what).waitFor();
          await tile.getByText(next).waitFor();
          assert.equal(nextActOf('station.suspended'), 'scanAgain');
          await soon(async () =>
            assert.doesNotMatch(
              (await page.locator('main').textContent()) ?? '',
              /Call an engineer|Rufen Sie die Technik/,
            ),
          );
          await settled(page);
          await shoot(page, `bench-slept-${locale}`);
          assert.deepEqual(await axe(page), []);
          await tile.getByRole('button', { name: again }).click();
          await soon(() => assert.equal(fake().calls.at(-1)?.method, 'bench.retry'));
        },
        { locale },
      );
    });
});

test('a synchronised data folder is said to engineers on the Station screen, and to nobody at the bench', async (t) => {
  await onPage(t, async (page) => {
    fake().show({ 'station.changed': { ...stationStatus(), folderSyncedBy: 'OneDrive' } });
    const strip = page.getByRole('region', { name: 'Data folder' });
    await goTo(page, '#/station/doctor');
    await strip.getByText('OneDrive synchronises the data folder.').waitFor();
    await settled(page);
    await shoot(page, 'station-synced');
    assert.deepEqual([await axe(page), await tooWide(page)], [[], 0]);
    await goTo(page, '#/bench');
    await page.locator('.tile').first().waitFor();
    await soon(async () => assert.equal(await strip.count(), 0));
    fake().signIn(people.qa);
    await goTo(page, '#/station/doctor');
    await page.locator('main').getByRole('listitem').first().waitFor();
    await soon(async () => assert.equal(await strip.count(), 0, 'QA cannot move it'));
  });
});
