/** The log of the practice AWS's gateway, from the practice panel. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PracticeLogEntry } from '../../app/contract/index.ts';
import { axe, goTo, settled, shoot, soon } from './browser.ts';
import { practiceOf } from './fixtures.ts';
import { label, looks } from './looks.ts';
import { stage, tooWide } from './stage.ts';

const { fake, onPage, called } = stage;
const certificate = '0b1cd7e29a'.repeat(6).padEnd(64, '0');
const entry = (seq: number, more: Partial<PracticeLogEntry>): PracticeLogEntry => ({
  ...{ seq, at: `2026-11-29T13:00:${String(seq).padStart(2, '0')}.000Z`, event: 'Connect', failed: false },
  ...more,
});
const failure = entry(7, { failed: true, principalId: certificate, reason: 'The certificate is REVOKED.' });
const log: PracticeLogEntry[] = [
  entry(9, { event: 'Publish-In', clientId: 'BM-26-4101', topic: 'devices/BM-26-4101/up' }),
  entry(8, { clientId: 'BM-26-4101' }),
  failure,
];

test('the newest is first, what failed has its reason, and only that is asked for by keyboard', async (t) => {
  await onPage(t, async (page) => {
    fake().show({ 'practice.changed': practiceOf(4) });
    fake().practiceLog = log;
    await goTo(page, '#/bench');
    await page.getByRole('button', { name: 'The practice AWS' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'What happened at the gateway' }).press('Enter');
    const dialog = page.getByRole('dialog');
    const rows = dialog.getByRole('row');
    await rows.nth(1).getByText('devices/BM-26-4101/up').waitFor();
    await soon(async () =>
      assert.match((await rows.nth(3).textContent()) ?? '', /Connectfailed0b1cd7e29a0bThe certificate is REVOKED\./),
    );
    fake().practiceLog = [failure];
    await dialog.getByRole('combobox').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('option', { name: 'Only what failed' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await soon(() => assert.equal(called('practice.log')?.failures, true));
    await rows.nth(2).waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });
});

test('an empty log says what will be there', async (t) => {
  await onPage(t, async (page) => {
    fake().show({ 'practice.changed': practiceOf(4) });
    fake().practiceLog = [];
    await goTo(page, '#/bench');
    await page.getByRole('button', { name: 'The practice AWS' }).click();
    await page.getByRole('menuitem', { name: 'What happened at the gateway' }).click();
    await page
      .getByRole('dialog')
      .getByText(/A device that connects to the gateway shows here/)
      .waitFor();
  });
});

test('it fits both sizes and themes, and axe finds nothing', async (t) => {
  for (const look of looks) {
    await onPage(
      t,
      async (page) => {
        fake().show({ 'practice.changed': practiceOf(4) });
        fake().practiceLog = log;
        await goTo(page, '#/bench');
        await page.getByRole('button', { name: 'The practice AWS' }).click();
        await page.getByRole('menuitem', { name: 'What happened at the gateway' }).click();
        await page.getByRole('dialog').getByText('REVOKED').waitFor();
        await settled(page);
        await shoot(page, `practice-log-${label(look)}`);
        assert.deepEqual([await axe(page), await tooWide(page)], [[], 0]);
      },
      look,
    );
  }
});
