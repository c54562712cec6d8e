import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import type { Page } from 'playwright';
import { StationError } from '../../app/contract/index.ts';
import { hierarchyOf, ids, request, shareTexts, withCa } from './authorities.ts';
import { axe, goTo, measureBench, settled, shoot, soon } from './browser.ts';
import { benchOf, people, slotIn, stationStatus } from './fixtures.ts';
import { stage, tooWide } from './stage.ts';

const { fake, onPage, called } = stage;
const passphrase = 'correct horse battery staple';

const card = (page: Page, name: string) => page.getByRole('article', { name, exact: true });
async function pick(page: Page, name: string, act: string): Promise<void> {
  await page.getByRole('button', { name: `More about ${name}`, exact: true }).click();
  await page.getByRole('menuitem', { name: act }).click();
}
async function openTree(page: Page): Promise<void> {
  await goTo(page, '#/station/ca');
  await card(page, 'Line 3 Root CA').waitFor();
}

test('the hierarchy is drawn, says how each CA stands, and fits', async (t) => {
  for (const theme of ['light', 'dark'] as const) {
    await onPage(
      t,
      async (page) => {
        await openTree(page);
        const tree = page.getByRole('list', { name: /^CAs, each under/ });
        await tree.getByRole('list').first().waitFor();
        await card(page, 'Line 3 Issuing CA').getByText('60 days left').waitFor();
        await card(page, 'Line 3 Pilot CA').getByText('ended 41 days ago').waitFor();
        await card(page, 'Line 3 Issuing CA HSM').getByText('Token not plugged in').waitFor();
        await card(page, 'Line 3 Issuing CA HSM').getByText('A wrong PIN was typed.').waitFor();
        await card(page, 'Line 3 Issuing CA 2').getByText('48,211 in all').waitFor();
        await card(page, 'Line 3 Cloud CA').getByText('AWS KMS').waitFor();
        await settled(page);
        await shoot(page, `ca-tree-${theme}`);
        assert.deepEqual(await axe(page), []);
        assert.equal(await tooWide(page), 0);
      },
      { theme },
    );
  }
});

test('QA sees it all and changes nothing', async (t) => {
  await onPage(t, async (page) => {
    fake().signIn(people.qa);
    await page.getByText('Quentin Ames').waitFor();
    await openTree(page);
    await soon(async () => assert.equal(await page.getByRole('button', { name: /^Unlock/ }).count(), 0));
    await soon(async () => assert.equal(await page.getByRole('link', { name: 'New CA…' }).count(), 0));
    await soon(async () => assert.equal(await page.getByRole('region', { name: 'PKCS#11 modules' }).count(), 0));
    await page.getByRole('button', { name: 'More about Line 3 Root CA' }).click();
    await soon(async () =>
      assert.deepEqual(await page.getByRole('menuitem').allTextContents(), ['Save the certificate']),
    );
    await page.keyboard.press('Escape');
    await goTo(page, '#/station/orders');
    await page.getByText('This part is for engineers.').waitFor();
    await goTo(page, '#/station/certificates');
    await page.getByRole('link', { name: '0000000003e8' }).waitFor();
    await soon(async () => assert.equal(await page.getByRole('button', { name: 'Make now' }).count(), 0));
  });
});

test('unlocking: a wrong passphrase says so, the right one opens and may be kept', async (t) => {
  await onPage(t, async (page) => {
    await openTree(page);
    await page.getByRole('button', { name: 'Unlock: Line 3 Issuing CA 2' }).press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Unlock Line 3 Issuing CA 2' });
    fake().refusals.set('ca.unlock', new StationError('ca.wrongPassphrase', 'the passphrase is wrong'));
    await page.waitForFunction(() => document.activeElement instanceof HTMLInputElement);
    await page.keyboard.type('wrong', { delay: 70 });
    await page.keyboard.press('Enter');
    await dialog.getByText('The passphrase is wrong.').waitFor();
    await soon(async () =>
      assert.equal(await dialog.getByLabel('Passphrase of the key').inputValue(), '', 'nothing is left on screen'),
    );
    await shoot(page, 'ca-unlock');
    assert.deepEqual(await axe(page), []);
    await dialog.getByLabel('Passphrase of the key').fill(passphrase);
    await dialog.getByLabel(/^Keep it in this computer/).check();
    await dialog.getByRole('button', { name: 'Unlock', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    await soon(() =>
      assert.deepEqual(called('ca.unlock'), { issuerId: ids.active, secret: passphrase, remember: true }),
    );
    await card(page, 'Line 3 Issuing CA 2').getByText('Unlocked').waitFor();
    await pick(page, 'Line 3 Issuing CA 2', 'Lock');
    await page.getByRole('button', { name: 'Unlock: Line 3 Issuing CA 2' }).waitFor();
    await pick(page, 'Line 3 Issuing CA 2', 'Forget the kept passphrase…');
    await page.getByRole('button', { name: 'Forget it' }).click();
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    await soon(() => assert.deepEqual(called('ca.forget'), { issuerId: ids.active }));
  });
});

test('where the computer keeps nothing, it says why; a token asks for its PIN, KMS for nothing', async (t) => {
  await onPage(t, async (page) => {
    const remember = { available: false, reason: 'no key store runs for this user' };
    fake().ca.hierarchy = { ...withCa(ids.token, { keyState: 'locked', pin: 'finalTry' }), remember };
    await openTree(page);
    await page.getByRole('button', { name: 'Unlock: Line 3 Issuing CA HSM' }).click();
    await page.getByText('This is the last try').waitFor();
    await page.getByText('no key store runs for this user').waitFor();
    await page.getByLabel('PIN of hsm-hamburg (0A3F21)').fill('4321');
    await page.getByRole('button', { name: 'Unlock', exact: true }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await soon(() => assert.deepEqual(called('ca.unlock'), { issuerId: ids.token, secret: '4321', remember: false }));
    await page.getByRole('button', { name: 'Unlock: Line 3 Cloud CA' }).click();
    await page.getByText('there is nothing to type').waitFor();
    await page.getByRole('button', { name: 'Unlock', exact: true }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await soon(() => assert.deepEqual(called('ca.unlock'), { issuerId: ids.kms, secret: '', remember: false }));
  });
});

test('a passphrase is changed by whoever knows the one before, and leaves nothing on screen', async (t) => {
  await onPage(t, async (page) => {
    await openTree(page);
    await pick(page, 'Line 3 Issuing CA 2', 'Change the passphrase…');
    const dialog = page.getByRole('dialog', { name: 'Change the passphrase of Line 3 Issuing CA 2' });
    const go = dialog.getByRole('button', { name: 'Change it' });
    await dialog.getByLabel('Passphrase now').fill('wrong');
    await dialog.getByLabel('New passphrase', { exact: true }).fill('short');
    await soon(async () => assert.ok(await go.isDisabled()));
    await dialog.getByLabel('New passphrase', { exact: true }).fill(passphrase);
    await dialog.getByLabel('New passphrase, again').fill(passphrase);
    fake().refusals.set('ca.changePassphrase', new StationError('ca.wrongPassphrase', 'the passphrase is wrong'));
    await go.click();
    await dialog.getByText('The passphrase is wrong.').waitFor();
    await soon(async () => assert.equal(await dialog.getByLabel('Passphrase now').inputValue(), ''));
    await settled(page);
    await shoot(page, 'ca-passphrase');
    assert.deepEqual(await axe(page), []);
    await dialog.getByLabel('Passphrase now').fill('the one before it');
    await go.click();
    await dialog.waitFor({ state: 'detached' });
    await soon(() =>
      assert.deepEqual(called('ca.changePassphrase'), {
        issuerId: ids.active,
        secret: 'the one before it',
        passphrase,
      }),
    );
  });
});

test('making another CA active explains that what was issued stays good', async (t) => {
  await onPage(t, async (page) => {
    await openTree(page);
    await pick(page, 'Line 3 Issuing CA', 'Make active…');
    await page.getByRole('alertdialog').getByText('Certificates issued so far stay good').waitFor();
    await shoot(page, 'ca-activate');
    await page.getByRole('button', { name: 'Make active', exact: true }).click();
    await card(page, 'Line 3 Issuing CA').getByText('Active', { exact: true }).waitFor();
    await soon(() => assert.deepEqual(called('ca.activate'), { issuerId: ids.old }));
    await pick(page, 'Line 3 Issuing CA', 'Register with AWS…');
    await page.getByRole('button', { name: 'Register', exact: true }).click();
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    await soon(() => assert.deepEqual(called('cloud.registerCa'), { issuerId: ids.old }));
  });
});

test('taking offline needs a proved backup and the typed name', async (t) => {
  await onPage(t, async (page) => {
    await openTree(page);
    await pick(page, 'Line 3 Root CA', 'Take offline…');
    await page.getByText('No backup of this key was proved yet.').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    fake().ca.hierarchy = withCa(ids.root, { backupProvedAt: '2026-11-20T13:05:09.000Z' });
    fake().show({ 'station.changed': stationStatus() });
    await card(page, 'Line 3 Root CA').getByText('Proved on').waitFor();
    await pick(page, 'Line 3 Root CA', 'Take offline…');
    const remove = page.getByRole('button', { name: 'Remove the key' });
    const name = page.getByLabel('Type its common name: Line 3 Root CA');
    await soon(async () => assert.ok(await remove.isDisabled()));
    await name.fill('line 3 root ca');
    await page.getByText('This is not the name.').waitFor();
    await soon(async () => assert.ok(await remove.isDisabled()));
    await name.press('Enter');
    assert.equal(called('ca.takeOffline'), undefined);
    await name.fill('Line 3 Root CA');
    await shoot(page, 'ca-offline');
    assert.deepEqual(await axe(page), []);
    await remove.click();
    await card(page, 'Line 3 Root CA').getByText('Offline').waitFor();
    await soon(() => assert.deepEqual(called('ca.takeOffline'), { issuerId: ids.root, confirm: 'Line 3 Root CA' }));
  });
});

test('an export is saved under a passphrase of its own, and proved', async (t) => {
  await onPage(t, async (page) => {
    await openTree(page);
    await pick(page, 'Line 3 Root CA', 'Export the key…');
    await page.getByLabel('Passphrase of the key').fill('root passphrase');
    await page.getByLabel(/^PKCS#12/).check();
    await page.getByLabel('New passphrase of the file', { exact: true }).fill(passphrase);
    const go = page.getByRole('button', { name: 'Export', exact: true });
    await soon(async () => assert.ok(await go.isDisabled(), 'the passphrase is typed twice'));
    await page.getByLabel('New passphrase of the file, again').fill(passphrase);
    await shoot(page, 'ca-export');
    const [download] = await Promise.all([page.waitForEvent('download'), go.click()]);
    assert.equal(download.suggestedFilename(), 'line-3-root-ca.p12');
    assert.equal(await readFile(await download.path(), 'utf8'), '-----BEGIN ENCRYPTED PRIVATE KEY-----\n');
    await soon(() =>
      assert.deepEqual(called('ca.exportKey'), {
        issuerId: ids.root,
        access: { kind: 'secret', secret: 'root passphrase' },
        format: 'p12',
        passphrase,
      }),
    );
    await page.getByRole('link', { name: 'Prove it now' }).click();
    await page.getByLabel('File of the export').setInputFiles(await download.path());
    await page.getByLabel('Passphrase of the export').fill(passphrase);
    fake().refusals.set('ca.proveBackup', new StationError('ca.badKeyFile', 'its passphrase does not open the file'));
    await page.getByRole('button', { name: 'Prove it', exact: true }).click();
    await page.getByText('its passphrase does not open the file').waitFor();
    await page.getByRole('button', { name: 'Prove it', exact: true }).click();
    await page.getByText('The backup is good.').waitFor();
    await page.getByRole('button', { name: 'Take the CA offline…' }).click();
    await page.getByLabel('Type its common name: Line 3 Root CA').waitFor();
  });
});

test('shares are shown one at a time, and enough of them brought back', async (t) => {
  await onPage(t, async (page) => {
    await openTree(page);
    await pick(page, 'Line 3 Root CA', 'Split backup…');
    await page.getByRole('combobox', { name: 'Shares in all' }).click();
    await page.getByRole('option', { name: '3', exact: true }).click();
    await page.getByRole('listbox').waitFor({ state: 'detached' });
    await page.getByText('Any 3 of the 3 people can restore the key together. None may be lost.').waitFor();
    await page.getByRole('combobox', { name: 'Needed to restore' }).click();
    await page.getByRole('option', { name: '2', exact: true }).click();
    await page.getByRole('listbox').waitFor({ state: 'detached' });
    await page.getByLabel('Passphrase of the key').fill('root passphrase');
    await page.getByRole('button', { name: 'Split the key' }).click();
    for (const number of [1, 2, 3]) {
      await page.locator('.share').getByText(`Share ${number} of 3`).waitFor();
      const shown = (await page.locator('body').textContent()) ?? '';
      const visible = shareTexts.filter((share) => shown.includes(share));
      assert.deepEqual(visible, [shareTexts[number - 1]], 'never two on one screen');
      if (number === 2) await shoot(page, 'ca-share');
      const next = page.getByRole('button', { name: number < 3 ? `Show share ${number + 1}` : 'All handed over' });
      await soon(async () => assert.ok(await next.isDisabled(), 'not before it is handed over'));
      await page.getByRole('checkbox').check();
      if (number === 2) assert.deepEqual(await axe(page), []);
      await next.click();
    }
    await page.getByText('Now bring 2 of the 3 shares back').waitFor();
    assert.ok(!(await page.content()).includes('birthmark-share-'), 'no share is left');
    const add = async (share: string) => {
      await page.getByLabel('The next share').fill(` ${share}\n`);
      await page.getByRole('button', { name: 'Add this share' }).click();
    };
    await add(shareTexts[2] ?? '');
    await page.getByText('1 share added').waitFor();
    await page.getByLabel('The next share').fill(shareTexts[2] ?? '');
    await page.getByText('This share was added already.').waitFor();
    const prove = page.getByRole('button', { name: 'Prove it', exact: true });
    await soon(async () => assert.ok(await prove.isDisabled()));
    await add(shareTexts[0] ?? '');
    await shoot(page, 'ca-prove-shares');
    await prove.click();
    await page.getByText('The backup is good.').waitFor();
    const access = { kind: 'shares', shares: [shareTexts[2], shareTexts[0]] };
    await soon(() => assert.deepEqual(called('ca.proveBackup'), { issuerId: ids.root, access }));
  });
});

test('a printed share is alone on its page', async (t) => {
  const act = async (page: Page) => {
    await goTo(page, `#/station/ca/split/${ids.root}`);
    await page.getByLabel('Passphrase of the key').fill('root passphrase');
    await page.getByRole('button', { name: 'Split the key' }).click();
    await page.locator('.share').waitFor();
    await page.evaluate(() => Object.assign(window, { print: () => document.body.setAttribute('data-printed', '') }));
    await page.getByRole('button', { name: 'Print' }).click();
    await page.locator('body[data-printed]').waitFor();
    await page.emulateMedia({ media: 'print' });
    const visible = await page.evaluate(() =>
      ['.share code', '.header', '.sections-list', '.share'].map((selector) =>
        document.querySelector(selector)?.checkVisibility({ visibilityProperty: true }),
      ),
    );
    assert.deepEqual(visible, [true, false, false, true]);
  };
  await onPage(t, act, { ownPage: true });
});

test('a certificate comes back from elsewhere, from files or pasted', async (t) => {
  await onPage(t, async (page) => {
    await openTree(page);
    await page.getByRole('button', { name: 'Copy the request (CSR)' }).waitFor();
    await page.getByRole('button', { name: 'Bring the certificate back' }).click();
    const pem = (body: string) => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`;
    await page.getByLabel('Certificate files').setInputFiles([
      { name: 'issued.pem', mimeType: 'text/plain', buffer: Buffer.from(pem('AAAA')) },
      { name: 'root.crt', mimeType: 'text/plain', buffer: Buffer.from(pem('BBBB')) },
    ]);
    await page.getByText('2 certificates').waitFor();
    await shoot(page, 'ca-bring-back');
    assert.deepEqual(await axe(page), []);
    const unfit = new StationError('ca.unfit', 'the certificate is for another key', { data: { reason: 'otherKey' } });
    fake().refusals.set('ca.complete', unfit);
    await page.getByRole('button', { name: 'Take it into use' }).click();
    await page.getByText('the certificate is for another key', { exact: true }).waitFor();
    await page.getByText('The key belongs to another CA.').waitFor();
    await page.getByRole('button', { name: 'Take it into use' }).click();
    await card(page, 'From the company').waitFor();
    const sent = called('ca.complete');
    assert.equal(sent?.requestId, request.requestId);
    assert.match(String(sent?.certificates), /AAAA[\s\S]*BBBB/);
    assert.equal(sent?.activate, true);
  });
});

test('discarding a request asks first', async (t) => {
  await onPage(t, async (page) => {
    await openTree(page);
    await pick(page, request.subject, 'Discard…');
    await page.getByRole('alertdialog').getByText('Its key is destroyed.').waitFor();
    await page.getByRole('button', { name: 'Discard…' }).last().click();
    await page.getByText('Waiting for a certificate from elsewhere').waitFor({ state: 'detached' });
    await soon(() => assert.deepEqual(called('ca.discard'), { requestId: request.requestId }));
  });
});

test('how long keys stay open is set in plain words', async (t) => {
  await onPage(t, async (page) => {
    await openTree(page);
    await page.getByRole('combobox', { name: 'Lock by itself' }).click();
    await page.getByRole('option', { name: 'After eight hours' }).click();
    await page.getByText('Saved.').waitFor();
    await soon(() => assert.deepEqual(called('station.configure'), { ca: { autoLockMinutes: 480 } }));
  });
});

test('the CRL schedule refuses what would leave a gap', async (t) => {
  await onPage(t, async (page) => {
    await goTo(page, '#/station/certificates');
    const save = page.getByRole('button', { name: 'Save', exact: true });
    await page.getByLabel('Make one every (hours)').fill('48');
    await page.getByLabel('Each is good for (days)').fill('2');
    await page.getByText('The next one must come before this one ends.').waitFor();
    await soon(async () => assert.ok(await save.isDisabled()));
    await page.getByLabel('Each is good for (days)').fill('14');
    await save.click();
    await page.getByRole('button', { name: 'Save', exact: true }).waitFor();
    await soon(() => assert.deepEqual(called('station.configure'), { crl: { everyHours: 48, validDays: 14 } }));
  });
});

test('an empty hierarchy teaches', async (t) => {
  await onPage(t, async (page) => {
    fake().ca.hierarchy = hierarchyOf({ authorities: [], requests: [] });
    await goTo(page, '#/station/ca');
    await page.getByText('No CA yet.').waitFor();
    assert.deepEqual(await axe(page), []);
  });
});

test('a CA that ends soon is said on bench and Station, and the bench still fits', async (t) => {
  const ending = [
    { issuerId: ids.old, commonName: 'Line 3 Issuing CA', notAfterAt: '2027-01-19T13:05:09Z', daysLeft: 60 },
    { issuerId: ids.root, commonName: 'Line 3 Root CA', notAfterAt: '2027-02-01T13:05:09Z', daysLeft: 73 },
  ];
  await onPage(t, async (page) => {
    const status = stationStatus();
    fake().show({ 'station.changed': { ...status, ca: { ...status.ca, ending } } });
    const strip = page.getByRole('region', { name: 'A CA ends' });
    await strip.getByText('The CA Line 3 Issuing CA ends in 60 days.').waitFor();
    for (const count of [4, 32]) {
      fake().show({ 'bench.changed': { ...benchOf(count), slots: benchOf(count, 'WORKING').slots } });
      await page.waitForFunction((wanted) => document.querySelectorAll('.tile').length === wanted, count);
      await settled(page);
      const measured = await measureBench(page);
      assert.deepEqual([measured.scrolls, measured.overflows, measured.smallTargets], [[], [], []]);
    }
    await shoot(page, 'bench-ending');
    assert.deepEqual(await axe(page), []);
    await goTo(page, '#/station/orders');
    await strip.getByRole('link', { name: 'Look at the CAs' }).click();
    await card(page, 'Line 3 Root CA').waitFor();
    await shoot(page, 'station-ending');
    await goTo(page, '#/units');
    await strip.waitFor({ state: 'detached' });
  });
});

test('a token that was pulled locks the bench and says what to plug in', async (t) => {
  await onPage(t, async (page) => {
    const slots = [1, 2].map((id) => ({
      ...slotIn('LOCKED', id),
      ask: 'plugInToken' as const,
      lockReason: 'caAbsent' as const,
    }));
    fake().show({ 'bench.changed': { ...benchOf(2), locked: 'caAbsent', slots } });
    await page.locator('.act-sentence').getByText('Plug the token with the CA key in again.').waitFor();
    const face = page.getByRole('article', { name: 'LOCKED', exact: true });
    await face.getByText('The token with the CA key is not plugged in').waitFor();
    await shoot(page, 'bench-token-absent');
    await page.getByRole('button', { name: 'Look at the CA' }).click();
    await card(page, 'Line 3 Root CA').waitFor();
  });
});

test('a refused request says the very reason on the bench and in the story', async (t) => {
  await onPage(t, async (page) => {
    const error = {
      code: 'csr.weakKey' as const,
      detail: 'modulus divisible by 3',
      data: { reason: 'rsaSmallFactor' },
    };
    fake().show({ 'bench.changed': { ...benchOf(1), slots: [{ ...slotIn('FAIL', 1), error }] } });
    await page.getByText('csr.weakKey · The RSA modulus has a small factor').waitFor();
    await settled(page);
    assert.deepEqual((await measureBench(page)).overflows, []);
    await goTo(page, '#/units/BM-26-4102');
    await page.getByText('The RSA modulus has a small factor: the key was made wrongly.').waitFor();
  });
});

test('the PKCS#11 modules: an engineer keeps the list, and what others could change says so', async (t) => {
  for (const theme of ['light', 'dark'] as const) {
    await onPage(
      t,
      async (page) => {
        await openTree(page);
        const modules = page.getByRole('region', { name: 'PKCS#11 modules' });
        await modules.getByText('Opens the key of Line 3 Issuing CA HSM').waitFor();
        await modules.getByText('The file, or a folder above it, can be written by others.').waitFor();
        await modules.scrollIntoViewIfNeeded();
        await settled(page);
        await shoot(page, `ca-modules-${theme}`);
        assert.deepEqual(await axe(page), []);
        assert.equal(await tooWide(page), 0);
        if (theme === 'dark') return;
        const opensc = '/usr/lib/opensc-pkcs11.so';
        await modules
          .getByRole('row', { name: /opensc/ })
          .getByText('Found, not loaded')
          .waitFor();
        await modules.getByRole('button', { name: `Put on the list: ${opensc}` }).press('Enter');
        await modules.getByRole('button', { name: `Take off: ${opensc}` }).waitFor();
        await soon(() => assert.deepEqual(called('ca.addModule'), { path: opensc }));

        await modules.getByLabel('Another module').fill('/tmp/evil.so');
        await modules.getByLabel('Another module').press('Enter');
        await modules.getByText('/tmp/evil.so can be written by others').waitFor();
        await soon(async () =>
          assert.equal(await modules.getByLabel('Another module').inputValue(), '/tmp/evil.so', 'it can be corrected'),
        );

        await modules.getByRole('button', { name: `Take off: ${opensc}` }).click();
        const dialog = page.getByRole('alertdialog');
        await dialog.getByText('Keys that it opens are locked now').waitFor();
        await dialog.getByRole('button', { name: 'Cancel' }).click();
        await dialog.waitFor({ state: 'detached' });
        assert.equal(called('ca.removeModule'), undefined);
        await modules.getByRole('button', { name: `Take off: ${opensc}` }).click();
        await dialog.getByRole('button', { name: 'Take off' }).click();
        await modules.getByRole('button', { name: `Put on the list: ${opensc}` }).waitFor();
        await soon(() => assert.deepEqual(called('ca.removeModule'), { path: opensc }));
      },
      { theme },
    );
  }
});
