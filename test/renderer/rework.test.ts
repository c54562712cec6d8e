import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { axe, goTo, scan, settled, shoot, soon } from './browser.ts';
import { benchOf, people, slotIn } from './fixtures.ts';
import { stage, tooWide } from './stage.ts';

const { fake, onPage, called } = stage;

test('rework takes a reason and a second person, whose badge is scanned wherever the focus is', async (t) => {
  await onPage(t, async (page) => {
    fake().signIn(people.operator);
    await goTo(page, '#/units/BM-26-4102');
    await page.getByRole('button', { name: 'Rework' }).click();
    const dialog = page.getByRole('dialog', { name: 'Rework BM-26-4102' });
    await dialog.getByText('makes another key').waitFor();
    const go = dialog.getByRole('button', { name: 'Give it back to the bench' });
    await soon(async () => assert.ok(await go.isDisabled()));
    await dialog.getByLabel('Why').pressSequentially('antenna replaced', { delay: 60 });
    await scan(page, 'B-3001');
    await page.waitForFunction(() => document.activeElement?.getAttribute('type') === 'password');
    await soon(async () => assert.equal(await dialog.getByLabel('Badge number').inputValue(), 'B-3001'));
    await soon(async () =>
      assert.equal(await dialog.getByLabel('Why').inputValue(), 'antenna replaced', 'the scan left nothing behind'),
    );
    for (const digit of '9999') await dialog.getByRole('button', { name: digit, exact: true }).click();
    await settled(page);
    await shoot(page, 'rework');
    assert.deepEqual(await axe(page), []);
    await go.click();
    await dialog.getByRole('alert').waitFor();
    await soon(async () =>
      assert.equal(await dialog.getByLabel('PIN', { exact: true }).inputValue(), '', 'a wrong PIN is not kept'),
    );
    await dialog.getByLabel('PIN', { exact: true }).pressSequentially('1234', { delay: 60 });
    await go.click();
    await dialog.waitFor({ state: 'detached' });
    const second = { badge: 'B-3001', pin: '1234' };
    await soon(() =>
      assert.deepEqual(called('units.rework'), { unitSerial: 'BM-26-4102', reason: 'antenna replaced', second }),
    );
    assert.ok(!fake().calls.some(({ method }) => method === 'bench.scan'), 'no scan went to the bench');
  });
});

test('a label scanned while a badge is asked for goes nowhere', async (t) => {
  await onPage(t, async (page) => {
    fake().signIn(people.operator);
    await goTo(page, '#/units/BM-26-4102');
    await page.getByRole('button', { name: 'Scrap' }).click();
    const dialog = page.getByRole('dialog', { name: 'Scrap BM-26-4102' });
    await dialog.getByText('The bench never takes this unit again.').waitFor();
    await scan(page, 'BM:26:4101');
    await page.getByText('This is not a badge. Scan the badge.').waitFor();
    await scan(page, 'B-1001');
    await page.getByText('B-1001 went into “Badge number”.').waitFor();
    await soon(async () => assert.equal(await dialog.getByLabel('Badge number').inputValue(), 'B-1001'));
    assert.ok(!fake().calls.some(({ method }) => method === 'bench.scan'));
    await soon(async () => assert.ok(await dialog.isVisible()));
  });
});

test('neither is offered to QA, for a unit on the bench, or for a scrapped one', async (t) => {
  await onPage(t, async (page) => {
    const acts = () => page.getByRole('button', { name: /^(Rework|Scrap)$/ }).count();
    await goTo(page, '#/units/BM-26-4102');
    await page.getByRole('button', { name: 'Rework' }).waitFor();
    fake().show({ 'bench.changed': { ...benchOf(2), slots: [slotIn('WORKING', 2)] } });
    await page.getByRole('button', { name: 'Rework' }).waitFor({ state: 'detached' });
    assert.equal(await acts(), 0);
    fake().signIn(people.qa);
    fake().show({ 'bench.changed': benchOf(1) });
    await page.getByText('Quentin Ames').waitFor();
    assert.equal(await acts(), 0);
    fake().signIn(people.engineer);
    await goTo(page, '#/units/BM-26-0002');
    await page.getByText('Scrapped').waitFor();
    assert.equal(await acts(), 0);
  });
});

test('a story tells proofs in plain words, golden checks, and which certificate took which one’s place', async (t) => {
  await onPage(t, async (page) => {
    await goTo(page, '#/units/BM-26-0001');
    await page.locator('details.attempt').first().waitFor();
    const folded = page.locator('details.attempt:not([open]) > summary');
    for (let left = await folded.count(); left > 0; left--) {
      // Keys that come faster than a hand are held, for they may be a scan.
      await folded.first().press('Enter');
      await page.waitForFunction(
        (still) => document.querySelectorAll('details.attempt:not([open])').length < still,
        left,
      );
    }
    await page.getByText('the request alone').waitFor();
    await page.getByText('Could not be read back: chain, host.').waitFor();
    await page.getByText('sense-2 v3').waitFor();
    await page.getByText('Why: antenna replaced. Olga Petrova asked, Quentin Ames agreed.').waitFor();
    await page.getByText('Between attempts').waitFor();
    await page.getByText('unit.blessed').waitFor();
    // What this version does not know is shown as it is.
    await page.getByText('"by": "a later version"').waitFor();
    await page.getByText('Replaced by …22222222').waitFor();
    const golden = page.locator('.golden-checks li');
    await soon(async () =>
      assert.deepEqual(await golden.locator('strong').allTextContents(), [
        'Golden check failed',
        'Golden check passed',
      ]),
    );
    await settled(page);
    await shoot(page, 'story-reworked');
    assert.deepEqual(await axe(page), []);
    assert.equal(await tooWide(page), 0);
  });
});

test('a conversation of thousands of lines: drawn as far as it is seen, searched, copied, saved', async (t) => {
  await onPage(t, async (page) => {
    fake().signIn(people.qa);
    await goTo(page, '#/units/BM-26-4102');
    await page.getByRole('link', { name: 'Golden check' }).first().waitFor();
    await soon(async () => assert.equal(await page.getByRole('link', { name: 'Golden check' }).count(), 2));
    await page.getByRole('link', { name: 'Golden check' }).last().click();
    await page.getByRole('heading', { name: 'Golden check' }).waitFor();
    await soon(() => assert.equal(called('units.transcript')?.startedAt, '2026-11-20T21:00:00.000Z', 'the very one'));
    await page.getByRole('link', { name: 'The story of BM-26-4102' }).click();
    await page.getByRole('link', { name: 'Attempt 2' }).press('Enter');
    await page.getByText('4,000 lines').waitFor();
    await page.getByText('This conversation was too long to be kept').waitFor();
    const lines = page.locator('.talk-line');
    await lines.first().waitFor();
    await page.getByText('About 2,048 bytes left out here').waitFor();
    await page.getByText('The port was gone').waitFor();
    await soon(async () => assert.ok((await lines.count()) < 100, 'only what is on screen is drawn'));
    await soon(async () =>
      assert.match((await lines.first().textContent()) ?? '', /0:00\.000Station to device.*AT\+CGSN/),
    );
    await page.getByRole('searchbox').fill('the LAST line');
    await page.getByText('1 of 1').waitFor();
    await page.locator('.talk-line.current mark').waitFor();
    await soon(async () =>
      assert.equal(await page.locator('.talk-line.current').getAttribute('aria-posinset'), '4000'),
    );
    await page.getByRole('searchbox').fill('keygen');
    await page.getByText('1 of 999').waitFor();
    await page.keyboard.press('Shift+Enter');
    await page.getByText('999 of 999').waitFor();
    await page.getByRole('button', { name: 'The next one' }).click();
    await page.getByText('1 of 999').waitFor();
    await settled(page);
    assert.deepEqual(await axe(page), []);
    await page.getByRole('region', { name: 'Conversation of attempt 2' }).focus();
    await page.keyboard.press('End');
    await page.getByText('ERROR the last line').waitFor();
    await page.keyboard.press('Home');
    await page.locator('.talk-line[aria-posinset="1"]').waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save as a file' }).click();
    const file = await download;
    assert.equal(file.suggestedFilename(), 'BM-26-4102-attempt-2.txt');
    const text = await readFile(await file.path(), 'utf8');
    assert.equal(text.split('\n').length, 4005);
    await page.getByRole('button', { name: 'Copy all of it' }).click();
    await page.getByText('Copied').waitFor();
    await goTo(page, '#/units/BM-26-4102/conversation/3/2026-11-20T13:05:09.000Z');
    await page.getByText('unit.noTranscript').waitFor();
  });
});
