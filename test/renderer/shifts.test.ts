/** The shift calendar on the Station page, and the shift at the edge of the bench. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BenchSnapshot } from '../../app/contract/index.ts';
import { axe, goTo, settled, shoot, soon } from './browser.ts';
import { benchOf } from './fixtures.ts';
import { stage, tooWide } from './stage.ts';

const { fake, onPage, called } = stage;
const count = (change: Partial<BenchSnapshot['counters']>) => {
  const bench = benchOf(4);
  const { shift: _, ...counters } = bench.counters;
  fake().show({ 'bench.changed': { ...bench, counters: { ...counters, ...change } } });
};

test('an engineer sets the shifts: names, starts, weekdays and the zone; mistakes are named at their place', (t) =>
  onPage(t, async (page) => {
    await goTo(page, '#/station/shifts');
    const form = page.getByRole('form', { name: 'Shift calendar' });
    await form.getByText(/^Now: Early shift, since Nov 20, 2026/).waitFor();
    const save = form.getByRole('button', { name: 'Save the shifts' });
    await soon(async () => assert.equal(await save.isDisabled(), true, 'nothing was changed'));
    await form.getByLabel('Name of shift 1').fill('Früh');
    await form.getByRole('button', { name: 'Remove shift 3' }).click();
    await form.getByRole('group', { name: 'Shift 1 starts on' }).getByLabel('Sunday').uncheck();
    await form.getByLabel('Shift 2 starts at').fill('06:00');
    await form.getByText('A time such as 06:00, at which no other shift starts').waitFor();
    await soon(async () => assert.equal(await save.isDisabled(), true));
    await form.getByLabel('Shift 2 starts at').fill('15:30');
    await form.getByRole('button', { name: 'Add a shift' }).click();
    await form.getByLabel('Shift 3 starts at').fill('23:30');
    await form.getByLabel('Time zone').fill('Europe/Bielefeld');
    await form.getByText('This time zone is not known').waitFor();
    await form.getByLabel('Time zone').fill('');
    await page.keyboard.press('Escape');
    assert.deepEqual(await axe(page), []);
    assert.ok((await tooWide(page)) <= 0);
    await shoot(page, 'shifts-en');
    await save.click();
    await form.getByText('Saved.').waitFor();
    const day = [1, 2, 3, 4, 5, 6, 7];
    await soon(() =>
      assert.deepEqual(called('station.configure'), {
        shifts: {
          zone: null,
          shifts: [
            { name: 'Früh', starts: '06:00', days: [1, 2, 3, 4, 5, 6] },
            { name: '', starts: '15:30', days: day },
            { name: '', starts: '23:30', days: day },
          ],
        },
      }),
    );
  }));

test('the bench names its shift, and says takt in seconds, however long', (t) =>
  onPage(t, async (page) => {
    const edge = page.locator('.shift');
    const takt = edge.locator('dl > div', { hasText: 'Takt' }).locator('dd');
    await edge.getByText('Early shift').waitFor();
    await soon(async () => assert.equal(await takt.textContent(), '61.3 s'));
    count({ shift: { name: '' }, taktSeconds: 200.4 });
    await takt.getByText('200 s', { exact: true }).waitFor();
    await edge.getByText('This shift', { exact: true }).waitFor();
    count({ taktSeconds: 0.34 });
    await takt.getByText('0.3 s', { exact: true }).waitFor();
    await edge.getByText('Outside the shifts').waitFor();
    count({ shift: { name: 'The shift with the longest name, forty' }, taktSeconds: 3600 });
    await takt.getByText('3,600 s', { exact: true }).waitFor();
    await settled(page);
    await shoot(page, 'shift-edge');
    assert.ok((await tooWide(page)) <= 0);
  }));

test('the shift calendar in German and dark', (t) =>
  onPage(
    t,
    async (page) => {
      await goTo(page, '#/station/shifts');
      const form = page.getByRole('form', { name: 'Schichtkalender' });
      await form.getByRole('group', { name: 'Schicht 1 beginnt am' }).getByLabel('Montag').waitFor();
      assert.deepEqual(await axe(page), []);
      await shoot(page, 'shifts-de-dark');
    },
    { locale: 'de-DE', theme: 'dark' },
  ));
