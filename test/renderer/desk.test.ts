/** The screens of engineers and QA, in every look. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ids } from './authorities.ts';
import { axe, goTo, settled, shoot, soon } from './browser.ts';
import { certificateAt } from './certificates.ts';
import { people } from './fixtures.ts';
import { label, looks } from './looks.ts';
import { stage, tooWide } from './stage.ts';

const { fake, onPage, called } = stage;

describe('the desk', () => {
  const screens = [
    ['units', '#/units', 'row'],
    ['story', '#/units/BM-26-4102', 'heading'],
    ['batches', '#/batches', 'heading'],
    ['batch-made', '#/batches/B-0009', 'row'],
    ['batch-running', '#/batches/B-0008', 'row'],
    ['batch-done', '#/batches/B-0007', 'row'],
    ['batch-failed', '#/batches/B-0006', 'row'],
    ['station-ca', '#/station/ca', 'tabpanel'],
    ['station-ca-new', '#/station/ca/new', 'radio'],
    ['station-ca-split', `#/station/ca/split/${ids.root}`, 'heading'],
    ['station-profiles', '#/station/profiles', 'listitem'],
    ['station-profile', '#/station/profiles/alster-sensor', 'textbox'],
    ['station-recipes', '#/station/recipes', 'listitem'],
    ['station-recipe', '#/station/recipes/sense-2/4', 'textbox'],
    ['conversation', '#/units/BM-26-4102/conversation/2/2026-11-20T13:05:09.000Z', 'listitem'],
    ['story-reworked', '#/units/BM-26-0001', 'heading'],
    ['story-scrapped', '#/units/BM-26-0002', 'heading'],
    ['station-certificates', '#/station/certificates', 'row'],
    ['station-certificate', `#/station/certificates/${certificateAt(1).serialHex}`, 'heading'],
    ['station-orders', '#/station/orders', 'table'],
    ['station-people', '#/station/people', 'table'],
    ['station-slots', '#/station/slots', 'tabpanel'],
    ['station-cloud', '#/station/cloud', 'tabpanel'],
    ['station-backups', '#/station/backups', 'table'],
    ['station-doctor', '#/station/doctor', 'listitem'],
    ['setup', '#/setup', 'heading'],
  ] as const;
  for (const look of looks) {
    // Two dozen screens.
    test(`every screen fits at ${label(look)}, and axe finds nothing`, { timeout: 180_000 }, async (t) => {
      await onPage(
        t,
        async (page) => {
          for (const [name, hash, role] of screens) {
            await goTo(page, hash);
            await page.locator('main').getByRole(role).first().waitFor();
            await settled(page);
            await shoot(page, `${name}-${label(look)}`);
            assert.equal(await tooWide(page), 0, name);
            assert.deepEqual(await axe(page), [], name);
          }
        },
        look,
      );
    });
  }

  test('axe finds what is wrong', async (t) => {
    await onPage(t, async (page) => {
      await page.evaluate(() => document.querySelector('main')?.append(document.createElement('button')));
      assert.match((await axe(page)).join('\n'), /^button-name: .*button/);
    });
  });

  test('a hundred thousand units: by keyboard from the first to the last of the window', async (t) => {
    fake().signIn(people.qa);
    await onPage(t, async (page) => {
      await page.keyboard.press('u');
      const first = page.getByRole('link', { name: 'BM-26-100000' });
      await first.focus();
      await page.keyboard.press('ArrowDown');
      await page.waitForFunction(() => document.activeElement?.textContent === 'BM-26-099999');
      await page.keyboard.press('End');
      await page.waitForFunction(() => document.activeElement?.textContent === 'BM-26-090001');
      await soon(async () =>
        assert.ok((await page.locator('.table-row').count()) < 60, 'only what is on screen is drawn'),
      );
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'BM-26-090001' }).waitFor();
    });
  });

  test('an empty list teaches', async (t) => {
    fake().signIn(people.operator);
    await onPage(t, async (page) => {
      fake().units = 0;
      await page.keyboard.press('u');
      await page.getByText('No units yet.').waitFor();
      await shoot(page, 'units-empty');
      assert.deepEqual(await axe(page), []);
      await page.getByRole('link', { name: 'To the bench' }).waitFor();
    });
  });

  test('each role sees its own screens', async (t) => {
    await onPage(t, async (page) => {
      const entries = () => page.getByRole('navigation').getByRole('link').allTextContents();
      for (const [person, expected] of [
        [null, ['Bench']],
        [people.operator, ['Bench', 'Units']],
        [people.qa, ['Bench', 'Overview', 'Units', 'Batches', 'Connections', 'Audit', 'Station']],
        [people.engineer, ['Bench', 'Overview', 'Units', 'Batches', 'Connections', 'Audit', 'Station']],
      ] as const) {
        fake().signIn(person);
        await page.waitForFunction((count) => document.querySelectorAll('nav a').length === count, expected.length);
        assert.deepEqual(await entries(), expected);
      }
    });
  });

  test('stopping a task asks first and says what it does', async (t) => {
    fake().signIn(people.engineer);
    await onPage(t, async (page) => {
      await goTo(page, '#/batches/B-0008');
      await page.getByRole('button', { name: 'Stop the task' }).click();
      fake().calls.length = 0;
      const dialog = page.getByRole('alertdialog');
      await dialog.getByText('Units already registered stay registered.').waitFor();
      await shoot(page, 'batch-stop');
      assert.deepEqual(await axe(page), []);
      await dialog.getByRole('button', { name: 'Stop the task' }).click();
      await dialog.waitFor({ state: 'detached' });
      await soon(() => assert.equal(called('batches.stop')?.batchId, 'B-0008'));
    });
  });
});
