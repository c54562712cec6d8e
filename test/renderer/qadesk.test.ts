/** QA finds a thing, sees how the station does, reads the audit log, and takes what is on the screen along. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { axe, goTo, settled, shoot, soon } from './browser.ts';
import { people } from './fixtures.ts';
import { label, looks } from './looks.ts';
import { stage, tooWide } from './stage.ts';

const { fake, onPage, called } = stage;

describe('the desk of QA', () => {
  const screens = [
    ['overview', '#/overview', 'heading'],
    ['found', '#/overview?q=BM-26', 'link'],
    ['audit', '#/audit', 'row'],
    ['audit-entry', '#/audit/2498', 'heading'],
    ['exports', '#/exports', 'radio'],
    ['units-chosen', '#/units?state=failed&by=unitSerial&columns=unitSerial.errorCode.hardwareId.updatedAt', 'row'],
  ] as const;
  for (const look of looks) {
    for (const locale of ['en-GB', 'de-DE'] as const) {
      test(`its screens fit at ${label(look)} in ${locale}, and axe finds nothing`, { timeout: 120_000 }, async (t) => {
        fake().signIn(people.qa);
        await onPage(
          t,
          async (page) => {
            for (const [name, hash, role] of screens) {
              await goTo(page, hash);
              await page.locator('main').getByRole(role).first().waitFor();
              await settled(page);
              await shoot(page, `${name}-${locale.slice(0, 2)}-${label(look)}`);
              assert.equal(await tooWide(page), 0, name);
              assert.deepEqual(await axe(page), [], name);
            }
          },
          { ...look, locale },
        );
      });
    }
  }

  test('a serial and Enter open the unit; a part of it shows groups that lead to their lists', async (t) => {
    fake().signIn(people.qa);
    await onPage(t, async (page) => {
      await page.keyboard.press('o');
      await page.getByText('96.8%').waitFor();
      const box = page.getByRole('searchbox', { name: 'Search everything' });
      await box.fill('BM-26');
      await page.getByRole('heading', { name: 'Orders' }).waitFor();
      const all = page.locator('section', { hasText: 'Units' }).getByRole('link', { name: 'Show all' }).first();
      await soon(async () => assert.match((await all.getAttribute('href')) ?? '', /^#\/units\?q=BM-26$/));
      await box.fill('BM-26-4102');
      await box.press('Enter');
      await page.getByRole('heading', { name: 'BM-26-4102' }).waitFor();
    });
  });

  test('words of an error find the units that stand with it', async (t) => {
    fake().signIn(people.qa);
    await onPage(t, async (page) => {
      await goTo(page, '#/overview?q=label');
      await page.getByRole('heading', { name: 'Errors' }).waitFor();
      await soon(() => assert.ok((called('desk.find')!.codes as string[]).includes('unit.labelMismatch')));
      const link = page.locator('section', { hasText: 'Errors' }).getByRole('link').first();
      const code = (called('desk.find')!.codes as string[])[0] ?? '';
      await link.click();
      await page.getByRole('heading', { name: 'Units' }).waitFor();
      await page.getByRole('button', { name: new RegExp(code) }).waitFor();
      await soon(() => assert.equal(called('units.list')?.errorCode, code));
    });
  });

  test('warnings and figures lead to their lists', async (t) => {
    fake().signIn(people.qa);
    await onPage(t, async (page) => {
      await goTo(page, '#/overview');
      await page.getByRole('link', { name: /batch failed/ }).waitFor();
      await page.getByRole('link', { name: /Certificates to be revoked/ }).click();
      await page.getByRole('heading', { name: 'Certificates' }).first().waitFor();
      await page.waitForFunction(() => document.location.hash.includes('state=revocationQueued'));
      await soon(() => assert.equal(called('certificates.list')?.state, 'revocationQueued'));
    });
  });

  test('the audit log by subject, entry by entry, down to what is on record', async (t) => {
    fake().signIn(people.qa);
    await onPage(t, async (page) => {
      await page.keyboard.press('a');
      await page.getByRole('searchbox').fill('WO-2611-07');
      await page.waitForFunction(() => document.querySelectorAll('.table-row').length > 5);
      await soon(() => assert.equal(called('audit.list')?.subject, 'WO-2611-07'));
      await page.getByRole('table').getByRole('link').first().click();
      await page.getByText('"entry": "order.activated"').waitFor();
      await page.getByRole('link', { name: 'WO-2611-07', exact: true }).click();
      await page.getByRole('heading', { name: /WO-2611-07/ }).waitFor();
      await goTo(page, '#/audit/2495');
      await page.getByRole('heading', { name: 'order.vanished' }).waitFor();
    });
  });

  test('what the plant did is told in the language of the screen; its address leads an operator back to the bench', async (t) => {
    fake().signIn(people.qa);
    await onPage(
      t,
      async (page) => {
        await goTo(page, '#/audit');
        await page.getByRole('cell', { name: 'Werk', exact: true }).first().waitFor();
        fake().signIn(people.operator);
        await page.getByRole('link', { name: 'Zurück zum Platz' }).click();
        await page.locator('.tile').first().waitFor();
      },
      { locale: 'de-DE' },
    );
  });

  test('a column’s head puts the list in order, and a press more turns it round', async (t) => {
    fake().signIn(people.qa);
    await onPage(t, async (page) => {
      await page.keyboard.press('u');
      const head = page.getByRole('columnheader', { name: 'Unit serial' });
      await head.getByRole('button').press('Enter');
      await page.waitForFunction(() => document.querySelector('[aria-sort="ascending"]') !== null);
      await soon(() =>
        assert.deepEqual([called('units.list')?.orderBy, called('units.list')?.descending], ['unitSerial', false]),
      );
      await head.getByRole('button').press('Enter');
      await page.waitForFunction(() => document.querySelector('[aria-sort="descending"]') !== null);
      await soon(() => assert.equal(called('units.list')?.descending, true));
    });
  });

  test('more than a window: the next ten thousand, and back', async (t) => {
    fake().signIn(people.qa);
    await onPage(t, async (page) => {
      await page.keyboard.press('u');
      await page.getByText('More than 10,000').waitFor();
      await page.getByRole('button', { name: 'Next 10,000' }).click();
      await page.getByRole('link', { name: 'BM-26-090000' }).waitFor();
      await page.getByRole('button', { name: 'Back to the first' }).click();
      await page.getByRole('link', { name: 'BM-26-100000' }).waitFor();
    });
  });

  test('a list is saved as it is seen: its filter, order and columns', async (t) => {
    fake().signIn(people.qa);
    fake().units = 1200;
    await onPage(t, async (page) => {
      await goTo(page, '#/units?state=failed&columns=unitSerial.state');
      await page.getByRole('button', { name: 'Columns' }).click();
      await page.getByRole('menuitemcheckbox', { name: 'Order' }).click();
      await page.keyboard.press('Escape');
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'CSV' }).click(),
      ]);
      assert.equal(file.suggestedFilename(), 'units.csv');
      const lines = (await readFile((await file.path())!, 'utf8')).split('\r\n');
      assert.deepEqual(lines.slice(0, 2), ['unitSerial,state,orderId', 'BM-26-100000,passed,WO-2611-07']);
      assert.equal(lines.length, 1200 + 2, 'the head, each unit, and the last line end');
      await soon(() => assert.equal(called('units.list')?.state, 'failed'));
      await page.getByText('units.csv saved.').waitFor();
    });
  });

  test('an export that was stopped leaves nothing', async (t) => {
    fake().signIn(people.qa);
    await onPage(t, async (page) => {
      await goTo(page, '#/units');
      let downloads = 0;
      page.on('download', () => {
        downloads += 1;
      });
      await page.getByRole('button', { name: 'JSON Lines' }).click();
      await page.getByRole('button', { name: 'Stop', exact: true }).click();
      await page.getByText('Stopped, nothing was saved.').waitFor();
      assert.equal(downloads, 0);
    });
  });

  test('a view is kept under a name, and its address brings the list back', async (t) => {
    fake().signIn(people.qa);
    await onPage(t, async (page) => {
      await goTo(page, '#/units?state=failed');
      await page.getByRole('button', { name: 'Saved views' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText('No view of this list is saved yet.').waitFor();
      await dialog.getByRole('textbox', { name: 'Name' }).fill('Failed ones');
      await dialog.getByRole('checkbox').check();
      await dialog.getByRole('button', { name: 'Save the view' }).click();
      await dialog.getByRole('link', { name: 'Failed ones' }).waitFor();
      await settled(page);
      await shoot(page, 'views');
      assert.deepEqual(await axe(page), []);
      await soon(() =>
        assert.deepEqual(called('views.save'), {
          list: 'units',
          name: 'Failed ones',
          filter: 'state=failed',
          shared: true,
        }),
      );
      await page.keyboard.press('Escape');
      await goTo(page, '#/units');
      await page.getByRole('button', { name: 'Saved views' }).click();
      await dialog.getByRole('link', { name: 'Failed ones' }).click();
      await page.waitForFunction(() => document.location.hash === '#/units?state=failed');
      await page.getByRole('button', { name: 'Saved views' }).click();
      await dialog.getByRole('button', { name: 'Remove view Failed ones' }).click();
      await dialog.getByText('No view of this list is saved yet.').waitFor();
    });
  });

  test('an export: what, in which format, how far it is, a stop, and where it was saved', async (t) => {
    fake().signIn(people.qa);
    const at = '2026-11-28T08:00:00.000Z';
    const job = {
      ...{ exportId: 7, state: 'running' as const, format: 'bundle' as const, scope: { orderId: 'WO-2611-07' } },
      ...{ startedAt: at, endedAt: null, done: 1200, of: 4000, file: null, error: null },
    };
    await onPage(t, async (page) => {
      await page.keyboard.press('a');
      await page.getByRole('link', { name: 'Export with proofs' }).click();
      await page.getByRole('textbox', { name: 'Order' }).fill(' WO-2611-07 ');
      await page.getByLabel('First day').fill('11/28/2026');
      await page.getByText('Write the day as 2026-12-24.').waitFor();
      await soon(async () => assert.ok(await page.getByRole('button', { name: 'Make the file' }).isDisabled()));
      await page.getByLabel('First day').fill('28.11.2026');
      await soon(async () => assert.equal(await page.getByLabel('First day').inputValue(), '2026-11-28'));
      await page.getByLabel('Last day').fill('2026-11-27');
      await page.getByText('The last day is before the first one.').waitFor();
      await soon(async () => assert.ok(await page.getByRole('button', { name: 'Make the file' }).isDisabled()));
      await page.getByLabel('First day').fill('');
      await page.getByLabel('Last day').fill('');
      await page.getByRole('textbox', { name: 'Order' }).press('Enter');
      await page.waitForFunction(() => true);
      await page.getByText('Nothing exported since the station started.').waitFor();
      fake().show({ 'exports.changed': { seq: 2, job } });
      await page.getByText('1,200 entries so far').waitFor();
      await soon(() =>
        assert.deepEqual(called('exports.start'), { format: 'bundle', scope: { orderId: 'WO-2611-07' } }),
      );
      await shoot(page, 'export-running');
      await page.getByRole('button', { name: 'Stop', exact: true }).click();
      fake().show({ 'exports.changed': { seq: 3, job: { ...job, state: 'stopped' as const, endedAt: at } } });
      await page.getByText('Stopped, nothing was kept:').waitFor();
      await soon(() => assert.deepEqual(called('exports.stop'), {}));
      const file = { name: 'birthmark-WO-2611-07.zip', bytes: 5, entries: 4000, size: 90_000, root: 'a'.repeat(43) };
      fake().show({ 'exports.changed': { seq: 4, job: { ...job, state: 'done' as const, endedAt: at, file } } });
      await page.getByText('exports/birthmark-WO-2611-07.zip').waitFor();
      await settled(page);
      await shoot(page, 'export-done');
      assert.deepEqual(await axe(page), []);
      const [saved] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Save the file' }).click(),
      ]);
      assert.equal(await readFile((await saved.path())!, 'utf8'), 'PKzip');
      await page.getByText('birthmark-WO-2611-07.zip saved.').waitFor();
      await goTo(page, '#/units/BM-26-4102');
      await page.getByRole('heading', { name: 'BM-26-4102' }).waitFor();
      await shoot(page, 'birth-record');
      const [pdf] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Birth record (PDF)' }).click(),
      ]);
      assert.equal(pdf.suggestedFilename(), 'BM-26-4102.pdf');
    });
  });
});
