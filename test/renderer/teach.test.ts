/** The page that teaches a keyboard scanner, in Chromium. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright';
import { testText } from '../../renderer/scannerteaching/testcodes.ts';
import { axe, goTo, sendKeys, settled, shoot, soon } from './browser.ts';
import { stationStatus } from './fixtures.ts';
import { stage, tooWide } from './stage.ts';
import { typedBy, type Way } from './usscanner.ts';

const { fake, onPage, called } = stage;

const texts = [
  ['Scan the digits', '0123456789'],
  ['Scan the capital letters A to M', 'ABCDEFGHIJKLM'],
  ['Scan the capital letters N to Z', 'NOPQRSTUVWXYZ'],
  ['Scan the small letters a to m', 'abcdefghijklm'],
  ['Scan the small letters n to z', 'nopqrstuvwxyz'],
  ['Scan the signs', '-_:/.+()%$*]# '],
  ['Scan the GS1 code', '10AB\u001d21CD'],
] as const;

const scanCode = (page: Page, text: string, way: Way) => sendKeys(page, typedBy(text, way, 0));

async function begin(page: Page): Promise<void> {
  await goTo(page, '#/station/scanner');
  await page.getByText('No scanner is taught yet').waitFor();
  await page.getByRole('button', { name: 'Teach the scanner' }).press('Enter');
  await page.getByRole('heading', { name: 'Scan the digits' }).waitFor();
}

test('a US scanner on a German PC is taught, tried and kept, by keys alone', async (t) => {
  const way: Way = { pc: 'de', suffix: ['tab'] };
  await onPage(t, async (page) => {
    await goTo(page, '#/station/scanner');
    await page.getByText('No scanner is taught yet').waitFor();
    await shoot(page, 'scanner-empty');
    await begin(page);
    assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'H3', 'no button has the focus');
    await settled(page);
    await shoot(page, 'scanner-code');
    assert.deepEqual(await axe(page), []);
    assert.ok((await tooWide(page)) <= 0);
    for (const [heading, text] of texts) {
      await page.getByRole('heading', { name: heading }).waitFor();
      await scanCode(page, text, way);
    }
    await page.getByText('The layouts of scanner and PC differ.').waitFor();
    await page.getByText('taught: F8').waitFor();
    const keep = page.getByRole('button', { name: 'Keep it for this station' });
    await soon(async () => assert.ok(await keep.isDisabled(), 'not before the test'));
    await scanCode(page, 'Test-2026', way);
    await page.getByText('The text came out wrong: Test-2026.').waitFor();
    await scanCode(page, testText, way);
    await page.getByText(`The text is read as it is printed: ${testText}`).waitFor();
    await settled(page);
    await shoot(page, 'scanner-learned');
    assert.deepEqual(await axe(page), []);
    await keep.press('Enter');
    await page.getByText('No scanner is taught yet').waitFor();
    const kept = called('station.configure')?.keyboardScanner as { suffix: string[]; keys: Record<string, string> };
    assert.deepEqual(kept.suffix, ['tab']);
    assert.deepEqual([kept.keys.KeyY, kept.keys.Slash, kept.keys.F8], ['y', '/', '\u001d']);
    assert.ok(!fake().calls.some(({ method }) => method === 'scan.read'), 'nothing was delivered meanwhile');
    // From now on scans are read so.
    const scanner = { ...kept, prefix: '', gapMs: 8, overlaps: false, taughtAt: '2026-11-20T08:00:00Z', taughtBy: 'E' };
    fake().show({ 'station.changed': stationStatus({ keyboardScanner: scanner as never }) });
    await page.getByText('Taught by E').waitFor();
    await shoot(page, 'scanner-kept');
    await sendKeys(page, typedBy('BM-YZ_1', way, 0));
    await soon(() => assert.deepEqual(called('scan.read'), { text: 'BM-YZ_1' }));
    await page.goBack();
    await sendKeys(page, typedBy('BM-YZ_1', { ...way, suffix: ['enter'] }, 0));
    await page.getByText('ends in another way').waitFor();
  });
});

test('what the station cannot adapt to it says, with what to set', async (t) => {
  await onPage(
    t,
    async (page) => {
      await begin(page);
      await scanCode(page, '0123456789', { periodMs: 80 });
      await page.getByRole('alert').getByText('Set its inter-character delay to 0').waitFor();
      await scanCode(page, '0123456', {});
      await page.getByRole('alert').getByText('Characters are missing: 7 of 10 came').waitFor();
      await shoot(page, 'scanner-problem');
      assert.deepEqual(await axe(page), []);
      for (const [heading, text] of texts.slice(0, 6)) {
        await page.getByRole('heading', { name: heading }).waitFor();
        await scanCode(page, text, { suffix: [] });
      }
      await page.getByRole('heading', { name: 'Scan the GS1 code' }).waitFor();
      await scanCode(page, texts[6][1], { suffix: [], gsLost: true });
      await page.getByText('function-key mapping is off').waitFor();
      await page.getByRole('button', { name: 'Our labels have no GS1 codes: skip' }).click();
      await page.getByText('Better: set Enter as its suffix').waitFor();
      await page.getByRole('button', { name: 'Begin again' }).click();
      await page.getByRole('heading', { name: 'Scan the digits' }).waitFor();
      await page.getByRole('button', { name: 'Stop teaching' }).click();
      await page.getByText('No scanner is taught yet').waitFor();
      assert.equal(called('station.configure'), undefined);
    },
    { theme: 'dark' },
  );
});

test('a scanner is forgotten after asking, and that is undone', async (t) => {
  await onPage(t, async (page) => {
    const keys = Object.fromEntries([...'0123456789'].map((digit) => [`Digit${digit}`, digit]));
    const taught = { suffix: ['enter' as const], prefix: '', gapMs: 8, overlaps: false, keys };
    const scanner = { ...taught, taughtAt: '2026-11-20T08:00:00Z', taughtBy: 'Erika Sommer' };
    fake().show({ 'station.changed': stationStatus({ keyboardScanner: scanner }) });
    await goTo(page, '#/station/scanner');
    await page.getByRole('button', { name: 'Forget it' }).click();
    const asked = page.getByRole('alertdialog', { name: 'Forget the scanner?' });
    await asked.getByRole('button', { name: 'Forget it' }).click();
    await asked.waitFor({ state: 'detached' });
    await soon(() => assert.deepEqual(called('station.configure'), { keyboardScanner: null }));
    fake().show({ 'station.changed': stationStatus() });
    await page.getByText('The scanner is forgotten.').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await soon(() => assert.notEqual(called('station.configure')?.keyboardScanner, null));
    await soon(() => assert.deepEqual(called('station.configure'), { keyboardScanner: taught }));
  });
});
