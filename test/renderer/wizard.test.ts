/** The wizard of a new station: no page is left empty, it goes on where it was, and it ends with a check. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright';
import { axe, goTo, settled, shoot, soon } from './browser.ts';
import { stage, tooWide } from './stage.ts';

const { onPage, called } = stage;

const fill = (page: Page, name: string, value: string) => page.getByLabel(name, { exact: true }).fill(value);
const next = (page: Page) => page.getByRole('button', { name: 'Next' }).click();
const at = (page: Page, step: string) => page.getByRole('region', { name: new RegExp(`^Step . of 6: ${step}$`) });
const held = (page: Page) => page.getByRole('alert').getByText('This page is not complete.');
const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('aria-invalid'));
const stepper = (page: Page, step: string) => page.locator('.wizard-steps').getByRole('button', { name: step });

const passphrase = 'correct horse battery staple';
async function fillIdentity(page: Page): Promise<void> {
  await fill(page, 'Name of the station', 'Line 4');
  await fill(page, 'Organisation', 'Alster Sensors');
}
async function fillCa(page: Page): Promise<void> {
  await fill(page, 'Passphrase', passphrase);
  await fill(page, 'Passphrase again', passphrase);
  await page.getByLabel('I have put the passphrase in a safe place').check();
}
async function fillPeople(page: Page): Promise<void> {
  await fill(page, 'Name', 'Erika Sommer');
  await fill(page, 'Badge number', 'B-1001');
  await fill(page, 'PIN', '739150');
}
async function fillSlots(page: Page): Promise<void> {
  await fill(page, 'Port of slot 1', '/dev/ttyUSB0');
  await page.keyboard.press('Escape');
}

test('each page holds a person until it is complete, marks what is missing and puts the focus there', (t) =>
  onPage(t, async (page) => {
    await goTo(page, '#/setup');
    await at(page, 'Station').waitFor();
    await soon(async () =>
      assert.equal(
        await page.getByText('The station needs a name.').count(),
        0,
        'nothing is wrong before a person tries',
      ),
    );
    await next(page);
    await held(page).waitFor();
    await page.getByText('The station needs a name.').waitFor();
    await page.getByText('The certificates need an organisation.').waitFor();
    assert.equal(await focused(page), 'true');
    await settled(page);
    assert.deepEqual(await axe(page), []);
    await shoot(page, 'wizard-held');
    // Neither does the list of steps lead past it.
    await stepper(page, 'Review').click();
    await at(page, 'Station').waitFor();
    await fillIdentity(page);
    await next(page);

    await at(page, 'CA').waitFor();
    await soon(async () => assert.equal(await held(page).count(), 0, 'the next page begins without a mark'));
    await next(page);
    await page.getByText('Put the passphrase in a safe place first, then say so here.').waitFor();
    await fillCa(page);
    await next(page);

    await at(page, 'People').waitFor();
    await next(page);
    await page.getByText('3 to 32 letters, digits or -').waitFor();
    await fillPeople(page);
    await next(page);

    await at(page, 'Slots').waitFor();
    await next(page);
    await page.getByText('Choose the port of this slot.').waitFor();
    assert.equal(await focused(page), 'true');
    await fillSlots(page);
    await page.getByRole('button', { name: 'Add a slot' }).click();
    await fill(page, 'Port of slot 2', '/dev/ttyUSB0');
    await page.keyboard.press('Escape');
    await next(page);
    await page.getByText('Another slot has this port.').first().waitFor();
    await page.getByRole('button', { name: 'Remove slot 2' }).click();
    await next(page);

    await at(page, 'AWS').waitFor();
    await page.getByLabel('Set the target now').check();
    await next(page);
    await held(page).waitFor();
    await page.getByLabel('Later. The bench works without AWS.').check();
    await next(page);
    await at(page, 'Review').waitFor();
    assert.equal(called('setup.run'), undefined);
  }));

test('after leaving and after a reload it goes on at its page, asks for the secrets again, and ends with a check', (t) =>
  onPage(t, async (page) => {
    await goTo(page, '#/setup');
    await fillIdentity(page);
    await next(page);
    await fillCa(page);
    await next(page);
    await fillPeople(page);
    await next(page);
    await at(page, 'Slots').waitFor();
    await page.getByRole('button', { name: 'Leave, go on later' }).click();
    await goTo(page, '#/setup');
    await at(page, 'Slots').waitFor();
    await page.reload();
    await at(page, 'Slots').waitFor();
    await page.getByText('Passphrase and PINs were not kept.').waitFor();
    await fillSlots(page);
    await next(page);
    await next(page);
    await at(page, 'Review').waitFor();
    const make = page.getByRole('button', { name: 'Make the station' });
    await soon(async () => assert.equal(await make.isDisabled(), true));
    await page.locator('.notice').getByRole('button', { name: 'CA' }).click();
    await fillCa(page);
    await next(page);
    await fill(page, 'PIN', '739150');
    await stepper(page, 'Review').click();
    await make.click();
    await page.getByText('1 of 3 checks needs attention.').waitFor();
    await page.getByText('The passphrase opens the keys of the CA.').waitFor();
    await page.getByText('0 of 1 slots have a device.').waitFor();
    await page.getByText('Plug the cables of all slots in').waitFor();
    await settled(page);
    assert.deepEqual(await axe(page), []);
    assert.ok((await tooWide(page)) <= 0);
    await shoot(page, 'wizard-done');
    await page.getByRole('button', { name: 'Open it' }).waitFor();
    const kept = await page.evaluate(() => localStorage.getItem('birthmark.setup'));
    assert.equal(kept, null, 'the next station begins afresh');
  }));

test('a held page in German and dark', (t) =>
  onPage(
    t,
    async (page) => {
      await goTo(page, '#/setup');
      await page.getByRole('button', { name: 'Weiter', exact: true }).click();
      await page.getByText('Die Station braucht einen Namen.').waitFor();
      await settled(page);
      assert.deepEqual(await axe(page), []);
      await shoot(page, 'wizard-held-de-dark');
    },
    { locale: 'de-DE', theme: 'dark' },
  ));
