/** An engineer at a real station: the next issuing CA by the wizard, its certificate judged by openssl, a profile looked at. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from '../../app/contract/index.ts';
import { signCsr } from '../../app/line/index.ts';
import { startKiosk } from '../../main/kiosk/server.ts';
import { openStation } from '../../main/openstation.ts';
import { makeCsr, needTools, openssl, scratch } from '../ca/support.ts';
import { axe, buildScreens, goTo, openBrowser, openPage, scan } from '../renderer/browser.ts';
import { makeStation, passphrase } from '../support.ts';

test('the next issuing CA is made on screen, and what it issues leads to the root', async (t) => {
  const browser = await openBrowser();
  if (!browser) return t.skip('NO CHROMIUM AT /usr/bin/chromium: THE CA WAS NOT MADE ON SCREEN');
  if (!needTools(t, 'openssl')) return;
  const slots = [{ slotId: 1, name: 'Slot 1', port: 'no-such-port', driver: 'agent' }];
  const station = await openStation({ dir: await makeStation(slots), kind: 'host' });
  const kiosk = await startKiosk({ connect: station.connect, assetsDir: await buildScreens('e2e') });
  t.after(async () => {
    await browser.close();
    await kiosk.close();
    await station.close();
  });
  const page = await openPage(browser, kiosk.address, { theme: 'light', width: 1280, height: 800 });
  page.setDefaultTimeout(30_000);
  const next = () => page.getByRole('button', { name: 'Next' }).click();

  await scan(page, 'EN-1');
  await page.getByLabel('PIN').fill('2222');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
  await goTo(page, '#/station/ca/new');
  await page.getByRole('radio', { name: /^The next issuing CA/ }).check();
  await next();
  await page.getByLabel('Common name').fill('Line 4 Issuing CA 2');
  await page.getByLabel('Valid for (years)').fill('50');
  await next();
  await page.getByLabel('Passphrase of its key', { exact: true }).fill(passphrase);
  await page.getByLabel('Passphrase of its key, again').fill(passphrase);
  await next();
  await page.getByRole('radio', { name: /^Test station Root CA/ }).check();
  await page.getByLabel('Passphrase of the key').fill(passphrase);
  await next();
  await page.getByText('CN=Line 4 Issuing CA 2,O=Test').waitFor();
  await page.getByRole('button', { name: 'Make the CA' }).click();
  await page.getByRole('heading', { name: 'The CA is made. What to do now' }).waitFor();
  await goTo(page, '#/station/ca');
  await page.getByText('The CA is unlocked').first().waitFor();
  assert.deepEqual(await axe(page), []);

  await goTo(page, '#/station/profiles/aws-iot-device');
  await page.getByText('CN=Line 4 Issuing CA 2,O=Test').first().waitFor();

  const { ledger, clock, authority } = station.parts;
  const job = { csr: makeCsr('UNIT-1').csrDer, unitSerial: 'UNIT-1', orderId: undefined, actor: 'test' };
  const { serialHex } = await signCsr(job, { ledger, clock, authority: authority.current, practice: false });
  const client = createClient(station.connect('test', { personId: 2, name: 'Erin', badge: 'EN-1', role: 'engineer' }));
  const { pem, chainPem } = await client.call('certificates.show', { serialHex });
  const { authorities } = await client.call('ca.hierarchy', {});
  assert.equal(authorities.find(({ active }) => active)?.commonName, 'Line 4 Issuing CA 2');
  const at = scratch(t);
  const root = at('root.pem', authorities.find(({ role }) => role === 'root')?.certificatePem ?? '');
  const judged = openssl([
    ...['verify', '-x509_strict', '-CAfile', root, '-untrusted', at('chain.pem', chainPem ?? '')],
    at('leaf.pem', pem ?? ''),
  ]);
  assert.ok(judged.ok, judged.output);
});
