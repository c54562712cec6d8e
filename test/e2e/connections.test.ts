/** First connections on the practice line, seen on the screens: devices that are let in, and those that are refused, with why and what to do. */
import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright';
import { createClient, type Station } from '../../app/contract/index.ts';
import { deviceTable } from '../../app/registration/account/cloudformation.ts';
import type { Cloud } from '../../app/registration/index.ts';
import { startKiosk } from '../../main/kiosk/server.ts';
import { openPracticeLine } from '../../main/practiceline.ts';
import { tables } from '../../renderer/words/index.ts';
import { axe, buildScreens, goTo, openBrowser, openPage, scan, shoot, shootFault } from '../renderer/browser.ts';

const look = { theme: 'light', width: 1280, height: 800 } as const;

describe('first connections on the screens', { concurrency: false }, () => {
  let browser: Browser | undefined;
  let close = async () => {};
  let page: Page;
  /** The practice itself, and the account as its people know it. */
  let around: Station;
  let cloud: () => Promise<{ name: string; account: Cloud['account'] }>;

  before(async () => {
    browser = await openBrowser();
    if (!browser) return;
    const folder = await mkdtemp(join(tmpdir(), 'birthmark-seen-'));
    // A device waits for AWS as firmware does, but not as long.
    const line = await openPracticeLine(folder, { patience: { tries: 1000, firstMs: 100, mostMs: 400 } });
    around = createClient(line.connect('test'));
    cloud = async () => {
      const { cloudLink } = line.parts;
      return { name: cloudLink.target()?.name ?? '', account: (await cloudLink.cloud()).account };
    };
    await around.call('session.signIn', { badge: 'EN-3003', pin: '3003' });
    const kiosk = await startKiosk({ connect: line.connect, assetsDir: await buildScreens('seen') });
    close = async () => {
      await kiosk.close();
      await line.close();
    };
    page = await openPage(browser, kiosk.address, look);
    page.setDefaultTimeout(30_000);
  });
  after(async () => {
    await browser?.close();
    await close();
  });

  const signIn = async (badge: string, pin: string) => {
    const signOut = page.getByRole('button', { name: 'Sign out' });
    if (await signOut.isVisible()) await signOut.click();
    await scan(page, badge);
    await page.getByLabel('PIN').waitFor();
    await page.keyboard.type(pin, { delay: 80 });
    await page.keyboard.press('Enter');
    await signOut.waitFor();
  };
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const choose = async (list: string, name: string) => {
    await page.getByRole('combobox', { name: list }).click();
    await page.getByRole('option', { name, exact: true }).click();
  };
  /** Prepares the line for a way, as the engineer does. */
  const practise = async (way: string) => {
    await goTo(page, '#/bench');
    await press('The practice AWS');
    await page.getByRole('menuitem', { name: 'Way to practise' }).click();
    const dialog = page.getByRole('dialog', { name: 'Way to practise' });
    const list = dialog.getByRole('combobox', { name: 'Way to practise' });
    await list.click();
    await page.getByRole('option', { name: way }).click();
    await dialog.getByText('Preparing').waitFor({ state: 'detached' });
    await list.filter({ hasText: way }).waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  };
  /** Makes a unit in slot 1, as the operator does; its serial. */
  const provision = async () => {
    await press('Plug in, slot 1');
    const serial = await page.locator('.practice-slot .mono').first().innerText();
    await press('Scan it, slot 1');
    await page.locator('.tile[data-state="PASS"]').waitFor();
    return serial;
  };
  const row = (serial: string) => page.getByRole('row').filter({ hasText: serial });
  const act = async (name: string, run: () => Promise<void>) => {
    try {
      await run();
    } catch (thrown) {
      await shootFault(page, 'e2e-seen-went-wrong-here');
      throw new Error(name, { cause: thrown });
    }
  };

  test('JITP lets a device in by itself; one that was revoked is shown with its reason and the next act', {
    timeout: 180_000,
  }, async (t) => {
    if (!browser) return t.skip('NO CHROMIUM AT /usr/bin/chromium: FIRST CONNECTIONS WERE NOT TESTED');
    let serial = '';
    await act('the engineer chooses JITP', async () => {
      await signIn('EN-3003', '3003');
      await practise('(JITP)');
    });
    await act('the operator makes a unit, whose device connects by itself', async () => {
      await signIn('OP-1001', '1001');
      serial = await provision();
      await page.locator('.practice-field .connected').getByText(serial).waitFor();
      await press('Unplug, slot 1');
    });
    await act('the engineer sees when, from where and as what it connected', async () => {
      await signIn('EN-3003', '3003');
      await page.getByRole('link', { name: 'Connections' }).click();
      const seen = row(serial).filter({ hasText: `${serial} · 127.0.0.1` });
      await seen.waitFor();
      const words = await seen.innerText();
      assert.match(words, /connected/);
      assert.match(words, new RegExp(String(new Date().getFullYear())));
      assert.match(words, /JITP/);
      await shoot(page, 'e2e-seen-connected');
      assert.deepEqual(await axe(page), []);
    });
    await act('its story has it', async () => {
      await goTo(page, `#/units/${serial}`);
      await page.getByText(`as ${serial} from 127.0.0.1`).waitFor();
      await shoot(page, 'e2e-seen-story');
    });
    await act('the certificate of the next device is revoked: asked now, AWS says so', async () => {
      await goTo(page, '#/bench');
      await choose('What goes wrong in slot 1', tables.en.practice.faultName.revoked);
      await signIn('OP-1001', '1001');
      serial = await provision();
      await page.locator('.practice-field .connecting').getByText(serial).waitFor();
      await signIn('EN-3003', '3003');
      await goTo(page, '#/connections');
      await press('Check now');
      await row(serial).filter({ hasText: 'failed' }).waitFor();
      const reasons = page.getByRole('region', { name: 'What is wrong, and what to do' });
      await reasons.getByText('1 certificate is revoked in AWS').waitFor();
      await reasons.getByText('rework it').waitFor();
      await shoot(page, 'e2e-seen-failed');
      assert.deepEqual(await axe(page), []);
      await goTo(page, '#/bench');
      await press('Unplug, slot 1');
      await choose('What goes wrong in slot 1', tables.en.practice.noFault);
    });
    assert.deepEqual(await page.evaluate(() => window.violations), []);
  });

  /** The group of the reason, with its next act; and what the unit's own page says. */
  const isToldWhy = async (serial: string, reason: 'notAllowed' | 'revoked', what: string) => {
    const { name, next } = tables.en.firstConnections.reason[reason];
    await goTo(page, '#/connections');
    await row(serial).filter({ hasText: 'failed' }).waitFor();
    const reasons = page.getByRole('region', { name: 'What is wrong, and what to do' });
    await reasons.getByRole('listitem').filter({ hasText: what }).getByText(next).waitFor();
    await shoot(page, `e2e-seen-${reason}`);
    await goTo(page, `#/units/${serial}`);
    const story = page.locator('.card').filter({ hasText: 'First connections' });
    await story.getByText(name).first().waitFor();
    await story.getByText(next).waitFor();
    assert.deepEqual(await axe(page), []);
  };
  /** A person of the account adds the certificate to the table as revoked. */
  const revokeInTable = async (unitSerial: string) => {
    const { certificates } = await around.call('units.show', { unitSerial });
    const { name, account } = await cloud();
    const table = account.allowList(deviceTable(name));
    await table.change({ revoke: [certificates[0]?.serialHex ?? ''] });
  };

  test('JITR: a unit on no allow-list, and one on the list of the revoked, are shown with why; what to do is done, and it is in', {
    timeout: 240_000,
  }, async (t) => {
    if (!browser) return t.skip('NO CHROMIUM AT /usr/bin/chromium: FIRST CONNECTIONS WERE NOT TESTED');
    let serial = '';
    const isIn = () => page.locator('.practice-field .connected').getByText(serial).waitFor();
    const make = async () => {
      await signIn('OP-1001', '1001');
      serial = await provision();
    };
    const registration = async (choice: string) => {
      await goTo(page, '#/station/orders');
      await choose('Registration of order PRACTICE-8', choice);
      await page
        .getByRole('combobox', { name: 'Registration of order PRACTICE-8' })
        .filter({ hasText: choice })
        .waitFor();
    };
    await act('the engineer practises JITR; a unit that passes is listed, and let in', async () => {
      await signIn('EN-3003', '3003');
      await practise('(JITR)');
      await make();
      await isIn();
      await press('Unplug, slot 1');
    });
    await act('the order is taken off the list; the next device is refused, and the watch says why', async () => {
      await signIn('EN-3003', '3003');
      await registration('Units wait for a batch');
      await goTo(page, '#/bench');
      await make();
      await signIn('EN-3003', '3003');
      await isToldWhy(serial, 'notAllowed', '1 unit is on no allow-list');
    });
    await act('the engineer does what it says, and the device is in', async () => {
      await registration('main: Just-in-time registration (JITR)');
      await goTo(page, '#/connections');
      await row(serial)
        .filter({ hasText: `${serial} · 127.0.0.1` })
        .waitFor();
      await goTo(page, '#/bench');
      await press('Unplug, slot 1');
    });
    await act(
      'a certificate is on the list of the revoked before its device comes: AWS revokes it, and the watch says so',
      async () => {
        await around.call('practice.outage', { outage: 'gatewayRefuses' });
        await make();
        await revokeInTable(serial);
        await around.call('practice.outage', { outage: null });
        await signIn('EN-3003', '3003');
        await isToldWhy(serial, 'revoked', 'revoked in AWS');
      },
    );
    assert.deepEqual(await page.evaluate(() => window.violations), []);
  });
});
