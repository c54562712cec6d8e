/** What a person typed and found survives leaving the page: unsaved text by a question, a list by its address. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright';
import { axe, goTo, settled, shoot, soon } from './browser.ts';
import { textIn } from './editor.ts';
import { people, stationStatus } from './fixtures.ts';
import { stage } from './stage.ts';

const { fake, onPage, called } = stage;

const editor = (page: Page) => page.getByRole('textbox', { name: 'Text of the recipe (JSON)' });
const question = (page: Page) => page.getByRole('alertdialog', { name: 'Leave without saving?' });
const hash = (page: Page) => page.evaluate(() => window.location.hash);
const stay = (page: Page) => question(page).getByRole('button', { name: 'Cancel' }).click();
const leave = (page: Page) => question(page).getByRole('button', { name: 'Leave without saving' }).click();

/** The editor of a recipe, with another number of retries in it, reached from the list. */
async function typed(page: Page): Promise<string> {
  await goTo(page, '#/station/recipes');
  await page.getByRole('region', { name: 'sense-2' }).getByRole('link', { name: 'Version 3' }).click();
  await page.getByRole('link', { name: 'Write a new version' }).click();
  await editor(page).waitFor();
  const text = (await textIn(editor(page))).replace('"retries": 1', '"retries": 3');
  await editor(page).fill(text);
  await page.getByText('Tried 3 times more by itself').waitFor();
  return text;
}

test('a page without typed text asks nothing, whatever the station tells meanwhile', (t) =>
  onPage(t, async (page) => {
    for (const at of ['slots', 'shifts', 'recipes/sense-2/3', 'profiles/iot-device', 'cloud', 'people', 'orders'])
      for (const practice of [true, false]) {
        fake().show({ 'station.changed': { ...stationStatus(), practice } });
        await goTo(page, `#/station/${at}`);
        await page.locator('main').waitFor();
        await settled(page);
        fake().show({ 'station.changed': { ...stationStatus(), practice, version: '9.9.9' } });
        await settled(page);
        await page.getByRole('link', { name: 'Units' }).click();
        await page.waitForFunction(() => window.location.hash === '#/units');
        await soon(async () => assert.equal(await question(page).count(), 0, `${at}, practice: ${practice}`));
      }
  }));

test('unsaved recipe text: each way out asks, staying keeps text and address, agreeing goes there', (t) =>
  onPage(t, async (page) => {
    const text = await typed(page);
    const here = await hash(page);
    const ways: [name: string, leave: () => Promise<unknown>][] = [
      ['a link of the header', () => page.getByRole('link', { name: 'Units' }).click()],
      ['a tab of the page', () => page.getByRole('tab', { name: 'Orders' }).click()],
      ['the link back', () => page.getByRole('link', { name: 'Back to the version' }).click()],
      ['Back of the browser', () => page.evaluate(() => window.history.back())],
      ['two steps back', () => page.evaluate(() => window.history.go(-2))],
      ['another recipe, by its address', () => goTo(page, '#/station/recipes/gate-1/1')],
      ['signing out', () => page.getByRole('button', { name: 'Sign out' }).click()],
    ];
    for (const [name, act] of ways) {
      await act();
      await question(page).waitFor();
      await page.waitForFunction((at) => window.location.hash === at, here);
      await stay(page);
      await question(page).waitFor({ state: 'detached' });
      assert.equal(await textIn(editor(page)), text, name);
      assert.equal(await hash(page), here, name);
    }
    assert.equal(called('session.signOut'), undefined);

    await page.evaluate(() => window.history.back());
    await question(page).waitFor();
    assert.deepEqual(await axe(page), []);
    await shoot(page, 'leave-question');
    await leave(page);
    await page.waitForFunction(() => window.location.hash === '#/station/recipes/sense-2/3');
    await page.getByRole('link', { name: 'Write a new version' }).click();
    await editor(page).waitFor();
    assert.notEqual(await textIn(editor(page)), text, 'what was given up is gone');
    await page.getByRole('link', { name: 'Units' }).click();
    await page.getByRole('heading', { name: 'Units' }).waitFor();
  }));

test('unsaved text: a reload and closing ask in the words of the browser; a saved text asks nothing', (t) =>
  onPage(
    t,
    async (page) => {
      await typed(page);
      const asked: string[] = [];
      page.on('dialog', (dialog) => {
        asked.push(dialog.type());
        void dialog.dismiss();
      });
      await page.evaluate(() => setTimeout(() => window.location.reload()));
      await page.waitForEvent('dialog');
      assert.deepEqual(asked, ['beforeunload']);
      await page.getByRole('button', { name: 'Save as a draft' }).click();
      await page.getByRole('heading', { name: 'sense-2 v5' }).waitFor();
      await soon(async () => assert.equal(await question(page).count(), 0));
      await page.reload();
      await page.getByRole('heading', { name: 'sense-2 v5' }).waitFor();
      assert.deepEqual(asked, ['beforeunload']);
    },
    { ownPage: true },
  ));

test('a person who was signed out while writing finds the text again', (t) =>
  onPage(t, async (page) => {
    const text = await typed(page);
    fake().signIn(null);
    await editor(page).waitFor({ state: 'detached' });
    fake().signIn(people.engineer);
    await editor(page).waitFor();
    assert.equal(await textIn(editor(page)), text);
    await page.getByRole('link', { name: 'Units' }).click();
    await question(page).waitFor();
  }));

test('a form has its text again after the station signed its person out, without its secrets', (t) =>
  onPage(t, async (page) => {
    const order = page.getByLabel('Order', { exact: true });
    await goTo(page, '#/station/orders');
    await order.fill('WO-77');
    await page.getByLabel('Quantity', { exact: true }).fill('12');
    await page.getByRole('link', { name: 'Units' }).click();
    await question(page).waitFor();
    // The station signs the person out while the question is open: nothing is left to ask about.
    fake().signIn(null);
    await order.waitFor({ state: 'detached' });
    await question(page).waitFor({ state: 'detached' });
    fake().signIn(people.engineer);
    await soon(async () => assert.equal(await order.inputValue(), 'WO-77'));
    assert.equal(await page.getByLabel('Quantity', { exact: true }).inputValue(), '12');
    await page.getByRole('link', { name: 'Units' }).click();
    await leave(page);
    await goTo(page, '#/station/orders');
    await soon(async () => assert.equal(await order.inputValue(), ''));
    fake().show({ 'station.changed': { ...fake().snapshot('station.changed'), practice: false } });
    await goTo(page, '#/station/plant');
    const plant = page.getByRole('form', { name: 'Join a plant' });
    await plant.getByLabel('Password').fill('of-the-plant');
    await plant.getByLabel('Database', { exact: true }).fill('plant-2');
    fake().signIn(null);
    await plant.waitFor({ state: 'detached' });
    fake().signIn(people.engineer);
    await soon(async () => assert.equal(await plant.getByLabel('Database', { exact: true }).inputValue(), 'plant-2'));
    assert.equal(await plant.getByLabel('Password').inputValue(), '');
  }));

test('settings, orders, profiles and slots ask alike; a form that is as it was asks nothing', (t) =>
  onPage(t, async (page) => {
    const status = fake().snapshot('station.changed');
    fake().show({ 'station.changed': { ...status, practice: false } });
    const forms: [address: string, type: () => Promise<unknown>, undo?: () => Promise<unknown>][] = [
      [
        'cloud',
        async () => {
          await page.getByRole('button', { name: 'Change', exact: true }).click();
          await page.getByLabel('S3 bucket for batch files').fill('another-bucket');
        },
        () => page.getByLabel('S3 bucket for batch files').fill('alster-registration'),
      ],
      [
        'orders',
        () => page.getByLabel('Order', { exact: true }).fill('WO-1'),
        () => page.getByLabel('Order', { exact: true }).fill(''),
      ],
      ['slots', () => page.getByLabel('Name of slot 1').fill('Left')],
      ['shifts', () => page.getByLabel('Name of shift 1').fill('Früh')],
    ];
    for (const [address, type, undo] of forms) {
      await goTo(page, `#/station/${address}`);
      await type();
      await goTo(page, '#/bench');
      await question(page).waitFor();
      await stay(page);
      if (!undo) {
        await goTo(page, '#/bench');
        await leave(page);
      } else {
        await undo();
        await goTo(page, '#/bench');
      }
      await page.locator('.tile').first().waitFor();
    }
    await goTo(page, '#/station/profiles/alster-sensor/copy');
    const profile = page.getByRole('textbox', { name: 'Text of the profile (JSON)' });
    await profile.fill(`${await textIn(profile)} `);
    await goTo(page, '#/bench');
    await question(page).waitFor();
  }));

test('search, filter and place of the units are there again after Back, after the link back, and after a reload', (t) =>
  onPage(t, async (page) => {
    await goTo(page, '#/units');
    const search = page.getByRole('searchbox', { name: 'Search units' });
    await search.fill('BM-26-');
    await page.getByRole('combobox', { name: 'State' }).click();
    await page.getByRole('option', { name: 'Passed' }).click();
    await page.waitForFunction(() => window.location.hash.includes('state='));
    const filtered = await hash(page);
    const asIs = async (name: string) => {
      await soon(async () => assert.equal(await search.inputValue(), 'BM-26-', name));
      await soon(() =>
        assert.deepEqual([called('units.list')?.query, called('units.list')?.state], ['BM-26-', 'passed'], name),
      );
      assert.equal(await hash(page), filtered, name);
    };
    const row = page.getByRole('table').getByRole('link').first();
    await row.click();
    await page.getByRole('link', { name: 'All units' }).waitFor();
    fake().calls.length = 0;
    await page.evaluate(() => window.history.back());
    await row.waitFor();
    await asIs('Back');
    await row.click();
    await page.getByRole('link', { name: 'All units' }).click();
    await row.waitFor();
    await asIs('the link back');
    await page.reload();
    await row.waitFor();
    await asIs('a reload');
    await page.getByRole('link', { name: 'Units', exact: true }).click();
    await page.waitForFunction(() => window.location.hash === '#/units');
    await soon(async () => assert.equal(await search.inputValue(), '', 'the header leads to all units'));

    const list = page.locator('.table-scroll');
    await list.evaluate((element) => element.scrollTo(0, 48_000));
    await page.waitForFunction(() => (window.history.state as { scroll?: number }).scroll === 48_000);
    await page.locator('[data-index="1002"] a').click();
    await page.getByRole('link', { name: 'All units' }).click();
    await page.locator('[data-index="1002"] a').waitFor();
    assert.equal(await list.evaluate((element) => element.scrollTop), 48_000);
  }));

test('the filters of certificates and of a batch come back too; an unknown one shows all', (t) =>
  onPage(t, async (page) => {
    await goTo(page, '#/station/certificates?q=0a&state=revoked');
    await page.getByRole('table').getByRole('link').first().click();
    await page.getByRole('link', { name: 'All certificates' }).click();
    await page.waitForFunction(() => window.location.hash === '#/station/certificates?q=0a&state=revoked');
    await soon(() =>
      assert.deepEqual([called('certificates.list')?.query, called('certificates.list')?.state], ['0a', 'revoked']),
    );

    await goTo(page, '#/batches/B-0007');
    const rejected = page.getByRole('button', { name: /Rejected/ });
    await rejected.click();
    await page.getByRole('table').getByRole('link').first().click();
    await page.getByRole('link', { name: 'All units' }).waitFor();
    await page.evaluate(() => window.history.back());
    await page.locator('.count[aria-pressed="true"]', { hasText: 'Rejected' }).waitFor();
    await goTo(page, '#/batches/B-0007?state=lost');
    await page.locator('.count[aria-pressed="true"]', { hasText: 'All' }).waitFor();
    await settled(page);
  }));
