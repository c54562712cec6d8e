/** Screens of acts that take two persons, and of a CA that is given up. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright';
import { type CaRevocation, StationError } from '../../app/contract/index.ts';
import { hierarchyOf, ids, withCa } from './authorities.ts';
import { axe, goTo, scan, settled, shoot, soon } from './browser.ts';
import { stage, tooWide } from './stage.ts';

const { fake, onPage, called } = stage;
const passphrase = 'correct horse battery staple';
const byQuentin = { badge: 'B-3001', pin: '123456' };

const card = (page: Page, name: string) => page.getByRole('article', { name, exact: true });
async function openTree(page: Page): Promise<void> {
  await goTo(page, '#/station/ca');
  await card(page, 'Line 3 Root CA').waitFor();
}
async function pick(page: Page, name: string, act: string): Promise<void> {
  await page.getByRole('button', { name: `More about ${name}`, exact: true }).click();
  await page.getByRole('menuitem', { name: act }).click();
}
const several = (hierarchy = hierarchyOf()) => {
  fake().ca.hierarchy = { ...hierarchy, alone: false };
};

test('exporting waits for the second person, whose badge is scanned; a wrong PIN is typed anew', async (t) => {
  await onPage(t, async (page) => {
    several();
    await openTree(page);
    await pick(page, 'Line 3 Issuing CA 2', 'Export the key…');
    await page.getByLabel('Passphrase of the key').fill(passphrase);
    const fields = page.locator('input[type="password"]');
    await page.getByLabel('New passphrase of the file', { exact: true }).fill(passphrase);
    await page.getByLabel('New passphrase of the file,').fill(passphrase);
    const go = page.getByRole('button', { name: 'Export', exact: true });
    await soon(async () => assert.ok(await go.isDisabled(), 'one person is not enough'));
    await soon(async () => assert.ok((await fields.count()) >= 4));
    await page.getByText('A second person agrees').waitFor();
    await scan(page, byQuentin.badge);
    // From the badge, once that is taken, on to the PIN.
    await page.waitForFunction(() => document.activeElement?.hasAttribute('data-scan-next'));
    await page.getByLabel('PIN', { exact: true }).pressSequentially('999999', { delay: 60 });
    await settled(page);
    await shoot(page, 'two-export');
    assert.deepEqual(await axe(page), []);
    fake().refusals.set('ca.exportKey', new StationError('session.wrongPin', 'badge and PIN do not go together'));
    await go.click();
    await page.getByRole('alert').waitFor();
    await soon(async () =>
      assert.equal(await page.getByLabel('PIN', { exact: true }).inputValue(), '', 'a wrong PIN is not kept'),
    );
    await page.getByLabel('PIN', { exact: true }).pressSequentially(byQuentin.pin, { delay: 60 });
    await go.click();
    await page.getByText('is saved.').waitFor();
    await soon(() => assert.deepEqual(called('ca.exportKey')?.second, byQuentin));
  });
});

test('who is the only one is told so before the act, and is asked for nobody', async (t) => {
  await onPage(t, async (page) => {
    await openTree(page);
    await pick(page, 'Line 3 Issuing CA', 'Make active…');
    const dialog = page.getByRole('alertdialog');
    await dialog.getByText('You are the only person here who may agree').waitFor();
    await soon(async () => assert.equal(await dialog.getByLabel('Badge number').count(), 0));
    await dialog.getByRole('button', { name: 'Make active' }).click();
    await dialog.waitFor({ state: 'detached' });
    await soon(() => assert.deepEqual(called('ca.activate'), { issuerId: ids.old }));
  });
});

test('activating asks two, by keyboard too', async (t) => {
  await onPage(t, async (page) => {
    several();
    await openTree(page);
    await pick(page, 'Line 3 Issuing CA', 'Make active…');
    const dialog = page.getByRole('alertdialog');
    const go = dialog.getByRole('button', { name: 'Make active' });
    await soon(async () => assert.ok(await go.isDisabled()));
    await dialog.getByLabel('Badge number').pressSequentially(byQuentin.badge, { delay: 60 });
    await dialog.getByLabel('PIN', { exact: true }).pressSequentially(byQuentin.pin, { delay: 60 });
    await settled(page);
    await shoot(page, 'two-activate');
    assert.deepEqual(await axe(page), []);
    await go.focus();
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await soon(() => assert.deepEqual(called('ca.activate'), { issuerId: ids.old, second: byQuentin }));
  });
});

test('the key store keeps a passphrase by two; opening a CA for the day takes one', async (t) => {
  await onPage(t, async (page) => {
    several();
    await openTree(page);
    await page.getByRole('button', { name: 'Unlock: Line 3 Issuing CA 2' }).click();
    const dialog = page.getByRole('dialog', { name: 'Unlock Line 3 Issuing CA 2' });
    await dialog.getByLabel('Passphrase of the key').fill(passphrase);
    const go = dialog.getByRole('button', { name: 'Unlock', exact: true });
    await soon(async () => assert.ok(await go.isEnabled()));
    await dialog.getByRole('checkbox').check();
    await soon(async () => assert.ok(await go.isDisabled()));
    await dialog.getByRole('checkbox').uncheck();
    await go.click();
    await dialog.waitFor({ state: 'detached' });
    assert.equal(called('ca.unlock')?.second, undefined);
  });
});

test('a CA is given up: what it means, the root’s key, its name, two persons; then the card and the list say so', async (t) => {
  for (const theme of ['light', 'dark'] as const) {
    await onPage(
      t,
      async (page) => {
        several();
        await openTree(page);
        await pick(page, 'Line 3 Issuing CA 2', 'Revoke…');
        const dialog = page.getByRole('dialog', { name: 'Revoke Line 3 Issuing CA 2' });
        await dialog.getByText('48,190 certificates live under it.').waitFor();
        await dialog.getByText('The line stands still until another CA is active.').waitFor();
        const go = dialog.getByRole('button', { name: 'Revoke for good' });
        await dialog.getByLabel('Why, in words').fill('the PC was stolen');
        await dialog.getByLabel('Passphrase of the key').fill(passphrase);
        await dialog.getByLabel('Type its common name').fill('Line 3 Issuing CA');
        await dialog.getByLabel('Badge number').pressSequentially(byQuentin.badge, { delay: 60 });
        await dialog.getByLabel('PIN', { exact: true }).pressSequentially(byQuentin.pin, { delay: 60 });
        await soon(async () => assert.ok(await go.isDisabled(), 'the neighbour’s name will not do'));
        await dialog.getByLabel('Type its common name').fill('Line 3 Issuing CA 2');
        await settled(page);
        await shoot(page, `ca-revoke-${theme}`);
        assert.deepEqual(await axe(page), []);
        await go.click();
        await dialog.getByText('CRL 8 of the root says so.').waitFor();
        const { access, reason, note, second } = called('ca.revoke') ?? {};
        assert.deepEqual(
          { access, reason, note, second },
          {
            access: { kind: 'secret', secret: passphrase },
            reason: 'unspecified',
            note: 'the PC was stolen',
            second: byQuentin,
          },
        );
        await dialog.getByRole('button', { name: 'Close' }).last().click();
        await dialog.waitFor({ state: 'detached' });
        const given = card(page, 'Line 3 Issuing CA 2');
        await given.getByText('Revoked', { exact: true }).waitFor();
        await given.getByText('(B-3001) agreed.').waitFor();
        await given.getByText('AWS is still to be told').waitFor();
        await card(page, 'Line 3 Root CA').getByText('1 CA revoked').waitFor();
        await settled(page);
        await shoot(page, `ca-revoked-${theme}`);
        assert.deepEqual(await axe(page), []);
        assert.equal(await tooWide(page), 0);
        await given.getByRole('link', { name: '48,190 still in use' }).click();
        await page.getByRole('heading', { name: 'Issued by Line 3 Issuing CA 2' }).waitFor();
        await soon(() => assert.equal(called('certificates.list')?.issuerId, ids.active));
        await page.getByRole('link', { name: 'All certificates' }).click();
      },
      { theme },
    );
  }
});

test('of a CA under a root elsewhere it is said who can; a revoked one is offered neither the line nor AWS', async (t) => {
  await onPage(t, async (page) => {
    const revocation: CaRevocation = {
      reason: 'superseded',
      note: 'renewed',
      actor: 'Erika Sommer (B-1001)',
      agreedBy: null,
      revokedAt: '2026-11-20T13:05:09.000Z',
      cloud: 'inactive',
    };
    fake().ca.hierarchy = withCa(ids.old, { revocation });
    await openTree(page);
    await pick(page, 'Line 3 Cloud CA', 'Revoke…');
    const dialog = page.getByRole('dialog', { name: 'Revoke Line 3 Cloud CA' });
    await dialog
      .getByText('Ask the people who run Alster Device Policy CA to revoke this CA. Its key is not at this station.')
      .waitFor();
    await settled(page);
    await shoot(page, 'ca-revoke-outside');
    assert.deepEqual(await axe(page), []);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await card(page, 'Line 3 Issuing CA').getByText('Erika Sommer (B-1001) did it alone.').waitFor();
    await page.getByRole('button', { name: 'More about Line 3 Issuing CA', exact: true }).click();
    const items = await page.getByRole('menuitem').allTextContents();
    for (const gone of ['Make active…', 'Register with AWS…', 'Revoke…']) assert.ok(!items.includes(gone), gone);
  });
});

test('the CRL of a root is made from its menu, and the card says until when it is good', async (t) => {
  await onPage(t, async (page) => {
    fake().ca.hierarchy = withCa(ids.root, { rootCrl: { last: null, due: 'revocation' } });
    await openTree(page);
    await card(page, 'Line 3 Root CA').getByText('the CRL does not say so yet').waitFor();
    await pick(page, 'Line 3 Root CA', 'Make its CRL…');
    const dialog = page.getByRole('dialog', { name: 'Make the CRL of Line 3 Root CA' });
    await dialog.getByText('It is good for 365 days.').waitFor();
    await dialog.getByLabel('Passphrase of the key').fill(passphrase);
    await settled(page);
    await shoot(page, 'ca-rootcrl');
    assert.deepEqual(await axe(page), []);
    await dialog.getByRole('button', { name: 'Make the CRL' }).click();
    await dialog.waitFor({ state: 'detached' });
    await card(page, 'Line 3 Root CA').getByText('Good until').waitFor();
    await card(page, 'Line 3 Root CA').getByText('no CA revoked').waitFor();
  });
});
