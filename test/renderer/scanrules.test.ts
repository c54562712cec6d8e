/** Label rules and serial scanners on the Station screen: typed, tried, saved. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright';
import { axe, goTo, shoot, soon } from './browser.ts';
import { storyOf } from './fixtures.ts';
import { stage, tooWide } from './stage.ts';

const { fake, onPage, called } = stage;

const group = (page: Page, name: string) => page.getByRole('group', { name, exact: true });
async function pick(page: Page, label: string, option: RegExp): Promise<void> {
  await page.getByRole('combobox', { name: label }).first().click();
  await page.getByRole('option', { name: option }).click();
}
async function open(page: Page): Promise<void> {
  await goTo(page, '#/station/labels');
  await page.getByRole('region', { name: 'Try a label' }).waitFor();
}

test('a rule is tried before it is saved: what the label is, and why it is refused', async (t) => {
  await onPage(t, async (page) => {
    await open(page);
    const answer = page.getByRole('region', { name: 'Try a label' }).getByRole('status');
    const save = page.getByRole('button', { name: 'Save the rules' });
    await soon(async () => assert.ok(await save.isDisabled(), 'nothing was changed'));
    const tried = page.getByRole('textbox', { name: 'What the scanner sends' });
    await tried.fill('EN-3001');
    await answer.getByText('A unit: EN-3001').waitFor();
    await group(page, 'Badges').getByRole('textbox', { name: 'Pattern' }).fill('[A-Z]{2}-[0-9]{4}');
    await answer.getByText('A badge: EN-3001').waitFor();
    await pick(page, 'How a label is read', /^GS1/);
    await soon(async () => assert.ok(await save.isDisabled(), 'how long a serial is has to be said'));
    const units = group(page, 'Labels of units');
    await units.getByRole('textbox', { name: 'Shortest length' }).fill('8');
    await units.getByRole('textbox', { name: 'Longest length' }).fill('8');
    await units.getByRole('textbox', { name: 'GTINs and their models' }).fill('4006381333931 ACME');
    await tried.fill(']d2010400638133393110L7<GS>21ABCDEFGH');
    await answer.getByText('A unit: ABCDEFGH').waitFor();
    await answer.getByText('Model ACME · GTIN 04006381333931 · Lot L7').waitFor();
    assert.deepEqual(await axe(page), []);
    await shoot(page, 'station-labels');
    await tried.fill('(01)04006381333932(21)ABCDEFGH');
    await answer.getByText('The check digit of this label is wrong.').waitFor();
    await group(page, 'Labels of orders').getByRole('textbox', { name: 'Pattern' }).fill('(');
    await answer.getByText('A label rule cannot be used.').waitFor();
    await group(page, 'Labels of orders').getByRole('textbox', { name: 'Pattern' }).fill('');
    await save.click();
    await page.getByText('Saved.').waitFor();
    await soon(() =>
      assert.deepEqual(called('station.configure')?.scan, {
        badge: { kind: 'pattern', pattern: '[A-Z]{2}-[0-9]{4}', check: 'none' },
        order: null,
        unit: { kind: 'gs1', gtins: [{ gtin: '4006381333931', model: 'ACME' }], length: { min: 8, max: 8 } },
      }),
    );
    assert.equal(await tooWide(page), 0);
  });
});

test('what was typed can be taken back', async (t) => {
  await onPage(t, async (page) => {
    await open(page);
    const badge = group(page, 'Badges').getByRole('textbox', { name: 'Pattern' });
    await badge.fill('B\\d+');
    await page.getByRole('button', { name: 'Back to what is saved' }).click();
    await soon(async () => assert.equal(await badge.inputValue(), ''));
    assert.equal(called('station.configure'), undefined);
  });
});

test('a scanner on a serial port is added, shown as it is, and removed, by keys alone', async (t) => {
  await onPage(t, async (page) => {
    await open(page);
    await page.getByText('No scanner is set on a serial port.').waitFor();
    await page.getByRole('button', { name: 'Add a scanner' }).press('Enter');
    const port = page.getByRole('combobox', { name: 'Port of scanner 1' });
    await port.fill('/dev/ttyACM7');
    await page.keyboard.press('Escape');
    await pick(page, 'Suffix of scanner 1', /^CR LF/);
    await page.getByRole('button', { name: 'Save the scanners' }).press('Enter');
    await page.getByText('Saved.').waitFor();
    await soon(() =>
      assert.deepEqual(called('station.configure')?.scanners, [
        { scannerId: 1, name: 'Scanner 1', port: '/dev/ttyACM7', baud: 9600, suffix: 'crlf', prefix: '' },
      ]),
    );
    const scanners = [{ scannerId: 1, name: 'Scanner 1', state: 'trouble' as const, detail: 'another program has it' }];
    fake().show({ 'scanners.changed': { seq: 1, scanners, taught: false } });
    await page.getByText('Cannot be opened').waitFor();
    await page.getByText('another program has it').waitFor();
    assert.deepEqual(await axe(page), []);
    await page.getByRole('button', { name: 'Remove scanner 1' }).press('Enter');
    await page.getByText('No scanner is set on a serial port.').waitFor();
  });
});

test('an order has a rule of its own, and the list says so; in German, too', async (t) => {
  await onPage(t, async (page) => {
    await goTo(page, '#/station/orders');
    await page.getByText('Labels: GS1').waitFor();
    await page.getByRole('textbox', { name: 'Order', exact: true }).fill('WO-9');
    await page.getByRole('textbox', { name: 'Model', exact: true }).fill('SENSE-2');
    await page.getByRole('textbox', { name: 'Quantity' }).fill('5');
    await pick(page, 'Labels of this order', /own/);
    await pick(page, 'How a label is read', /^Pattern/);
    const make = page.getByRole('button', { name: 'Make the order' });
    await soon(async () => assert.ok(await make.isDisabled()));
    await page.getByRole('textbox', { name: 'Pattern', exact: true }).fill('(?P<serial>\\d{8})');
    await make.click();
    await page.waitForFunction(() => (document.querySelector('input') as HTMLInputElement).value === '');
    await soon(() =>
      assert.deepEqual(called('orders.make')?.label, { kind: 'pattern', pattern: '(?P<serial>\\d{8})', check: 'none' }),
    );
    await goTo(page, '#/station/labels');
    await page.getByRole('button', { name: 'Deutsch' }).click();
    await page.getByRole('heading', { name: 'Ein Etikett ausprobieren' }).waitFor();
    await shoot(page, 'station-labels-de');
  });
});

test('the story of a unit shows the label it was begun with', async (t) => {
  await onPage(t, async (page) => {
    assert.ok(storyOf('BM-26-0100').journal.some(({ data }) => 'scanned' in data));
    await goTo(page, '#/units/BM-26-0100');
    await page.getByText('Scanned: ]d2010400638133393110L7␝21BM-26-0100').waitFor();
    await page.getByText('Lot L7').waitFor();
  });
});
