/** The section AWS: what a target may do, our CAs in the accounts, and acts on many certificates. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright';
import { axe, goTo, settled, shoot, soon } from './browser.ts';
import { certificateJobs, issuerId } from './faketargets.ts';
import { stationStatus, usualTarget } from './fixtures.ts';
import { stage, tooWide } from './stage.ts';

const { fake, onPage, called } = stage;

const show = () => {
  const targets = ['main', 'us', 'jp'].map((name) => ({ ...usualTarget, name }));
  fake().show({ 'station.changed': stationStatus({ targets }), 'cloud.changed': { seq: 1, jobs: certificateJobs } });
};
const pick = async (page: Page, within: ReturnType<Page['getByRole']>, shown: string, option: string) => {
  await within.getByRole('combobox').filter({ hasText: shown }).first().click();
  await page.getByRole('option', { name: option, exact: true }).click();
};

for (const theme of ['light', 'dark'] as const)
  test(`the test is for a way; a CA is acted on where it is chosen, and deleted by its typed name (${theme})`, (t) =>
    onPage(
      t,
      async (page) => {
        show();
        await goTo(page, '#/station/cloud');
        const ca = page.getByRole('region', { name: 'PRACTICE Line 3 Issuing CA' });
        await ca.getByText('jitp-sensors').waitFor();
        // With its targets the page asks again, once.
        await page.getByRole('region', { name: 'jp', exact: true }).waitFor();
        await settled(page);
        const asked = () => fake().calls.filter(({ method }) => method === 'cloud.cas').length;
        const before = asked();
        show();
        const main = page.getByRole('region', { name: 'main', exact: true });
        await pick(page, main, 'Bulk task', 'RegisterThing, unit by unit');
        await main.getByRole('button', { name: 'Who am I, and may I?' }).click();
        await main.getByText('One thing is missing.').waitFor();
        await soon(() => assert.deepEqual(called('targets.test'), { name: 'main', ways: ['registerThing'] }));
        assert.equal(asked(), before, 'AWS is not asked because the station told something');
        await settled(page);
        await shoot(page, `targets-test-${theme}`);
        await pick(page, ca, 'In all targets', 'us');
        await ca.getByText('Mode, auto-registration and template').click();
        await ca.scrollIntoViewIfNeeded();
        await settled(page);
        assert.equal(await tooWide(page), 0);
        assert.deepEqual(await axe(page), []);
        await shoot(page, `targets-ca-${theme}`);
        await ca.getByRole('button', { name: 'Delete from AWS' }).click();
        const dialog = page.getByRole('alertdialog');
        const del = dialog.getByRole('button', { name: 'Delete from AWS' });
        await soon(async () => assert.ok(await del.isDisabled()));
        await dialog.getByRole('textbox').fill('PRACTICE Line 3 Issuing CA');
        await settled(page);
        await shoot(page, `targets-delete-${theme}`);
        await del.click();
        await ca.getByText('us: deleted').waitFor();
        await soon(() => assert.deepEqual(called('cloud.changeCa'), { issuerId, targets: ['us'], act: 'delete' }));
        await pick(page, ca, 'us', 'jp');
        await pick(page, ca, 'DEFAULT: for one account of a Region', 'SNI_ONLY: for several accounts');
        await ca.getByLabel('Template', { exact: true }).fill('jitp-sensors');
        await ca.getByRole('button', { name: 'Register and activate' }).click();
        await ca.getByText('jp: registered and active').waitFor();
        const template = { templateName: 'jitp-sensors' };
        await soon(() =>
          assert.deepEqual(called('cloud.registerCas'), {
            ...{ issuerId, targets: ['jp'], mode: 'SNI_ONLY', autoRegistration: false, template },
          }),
        );
      },
      { theme },
    ));

test('many certificates: revoking asks for the number again; progress, stop, and results', (t) =>
  onPage(t, async (page) => {
    show();
    await goTo(page, '#/station/cloud');
    const form = page.getByRole('form', { name: 'Device certificates in AWS' });
    await pick(page, form, 'Those of an order', 'Those of certain units');
    await pick(page, form, 'Deactivate', 'Revoke');
    await form.getByLabel('Serials of the units').fill('BM-26-0001\nBM-26-0002\nBM-26-0002');
    await form.getByLabel('Why, in your own words').fill('the key was copied');
    const button = form.getByRole('button', { name: 'Revoke' });
    await soon(async () => assert.ok(await button.isDisabled()));
    await form.getByLabel('Type 2 to revoke').fill('2');
    await form.scrollIntoViewIfNeeded();
    await settled(page);
    assert.deepEqual(await axe(page), []);
    await shoot(page, 'targets-certificates');
    await button.click();
    await soon(() =>
      assert.deepEqual(called('cloud.setCertificates'), {
        ...{ act: 'revoke', target: 'main', unitSerials: ['BM-26-0001', 'BM-26-0002'] },
        ...{ reason: 'unspecified', note: 'the key was copied', perSecond: 8 },
      }),
    );
    const lot = page.getByRole('region', { name: /^Revoke: certificates in us/ });
    await lot.getByText('Running.').waitFor();
    await lot.getByRole('button', { name: 'Results' }).click();
    await lot.getByText('it is transferred').waitFor();
    await lot.getByRole('button', { name: 'Stop' }).click();
    const rests = page.getByRole('region', { name: /^Deactivate: certificates in main/ });
    await rests.getByRole('button', { name: 'Go on' }).click();
    await rests.scrollIntoViewIfNeeded();
    await settled(page);
    await shoot(page, 'targets-lots');
    await soon(() => assert.deepEqual(called('cloud.stopCertificates'), { jobId: certificateJobs[0]?.jobId }));
    await soon(() => assert.deepEqual(called('cloud.resumeCertificates'), { jobId: certificateJobs[1]?.jobId }));
  }));

test('the claim of an order is made with a passphrase, retired, and revoked by the typed order', (t) =>
  onPage(t, async (page) => {
    show();
    await goTo(page, '#/station/cloud');
    const claims = page.getByRole('region', { name: 'Claims of orders' });
    await claims.getByRole('cell', { name: '40 units, 31 registered' }).waitFor();
    await claims.getByRole('alert').getByText('The hook of main is not told which units may come').waitFor();
    await claims.scrollIntoViewIfNeeded();
    await settled(page);
    assert.equal(await tooWide(page), 0);
    assert.deepEqual(await axe(page), []);
    await shoot(page, 'claims');
    await soon(async () =>
      assert.equal(
        await claims.getByRole('button', { name: 'Retire: Claim 1' }).count(),
        0,
        'a revoked one has no acts',
      ),
    );

    await claims.getByLabel('Fleet template in AWS').fill('fleet');
    await claims.getByLabel('Passphrase for its key').fill('a passphrase for tests');
    await claims.getByRole('button', { name: 'Make the claim' }).click();
    await soon(() => assert.ok(called('claims.make')));
    const { orderId: _, ...made } = called('claims.make') as { orderId: string };
    assert.deepEqual(made, { target: 'main', template: 'fleet', passphrase: 'a passphrase for tests' });
    await soon(async () =>
      assert.equal(await claims.getByLabel('Passphrase for its key').inputValue(), '', 'the passphrase does not stay'),
    );

    await soon(async () =>
      assert.equal(await claims.getByRole('button', { name: 'Open: Claim 2' }).count(), 0, 'it is open'),
    );
    await claims.getByRole('button', { name: 'Open: Claim 3' }).click();
    const opening = page.getByRole('alertdialog');
    await opening.getByLabel('Passphrase for its key').fill('a passphrase for tests');
    await opening.getByRole('button', { name: 'Open' }).click();
    await opening.waitFor({ state: 'hidden' });
    await soon(() => assert.deepEqual(called('claims.open'), { passphrase: 'a passphrase for tests' }));

    await claims.getByRole('button', { name: 'Retire: Claim 2' }).click();
    const dialog = page.getByRole('alertdialog');
    await dialog.getByText('The 40 units that have it may still use it.').waitFor();
    await dialog.getByRole('button', { name: 'Retire' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await soon(() => assert.deepEqual(called('claims.retire'), { claimId: 2 }));

    await claims.getByRole('button', { name: 'Revoke: Claim 2' }).click();
    await dialog.getByText('9 units that have not used it yet can never do so.').waitFor();
    const revoke = dialog.getByRole('button', { name: 'Revoke' });
    await soon(async () => assert.ok(await revoke.isDisabled()));
    await dialog.getByRole('textbox').fill('WO-2114');
    await settled(page);
    await shoot(page, 'claims-revoke');
    await revoke.click();
    await dialog.waitFor({ state: 'hidden' });
    await soon(() => assert.deepEqual(called('claims.revoke'), { claimId: 2 }));
  }));
