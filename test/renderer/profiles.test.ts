import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright';
import { axe, goTo, scan, settled, shoot, soon } from './browser.ts';
import { isReadOnly, markedLines, selectedText, textIn } from './editor.ts';
import { ownText } from './fakeca.ts';
import { people } from './fixtures.ts';
import { stage, tooWide } from './stage.ts';

const { fake, onPage, called } = stage;

const editor = (page: Page) => page.getByRole('textbox', { name: 'Text of the profile (JSON)' });
const previews = () => fake().calls.filter(({ method }) => method === 'profiles.preview').length;

async function open(page: Page, detail: string): Promise<void> {
  await goTo(page, `#/station/profiles/${detail}`);
  await editor(page).waitFor();
}

test('the list says where each is from, which is used, and which has mistakes', async (t) => {
  await onPage(t, async (page) => {
    await goTo(page, '#/station/profiles');
    const row = (name: string) => page.getByRole('listitem').filter({ hasText: name });
    await row('aws-iot-device').getByText('In use').waitFor();
    await row('aws-iot-device').getByText('Comes with the product').waitFor();
    await row('old-sensor').getByText('1 mistake').waitFor();
    await settled(page);
    await shoot(page, 'profiles');
    assert.deepEqual(await axe(page), []);
    await page.getByRole('link', { name: 'ieee-802.1ar-idevid' }).press('Enter');
    await page.getByText('subjectKeyIdentifier').waitFor();
    assert.ok(await isReadOnly(editor(page)));
    await page.getByText('with no end').waitFor();
    await soon(async () => assert.equal(await page.getByRole('button', { name: 'Save' }).count(), 0));
    assert.deepEqual(await axe(page), []);
  });
});

test('what is typed is shown at once as a certificate, or its mistake at its line', async (t) => {
  await onPage(t, async (page) => {
    await open(page, 'alster-sensor');
    await page.getByText('URI: urn:alster:MODEL-1:SN-000123').waitFor();
    await page.getByText('Critical').first().waitFor();
    await page.getByText('RFC 5280 §4.2.1.12').waitFor();
    await settled(page);
    await shoot(page, 'profile-own');
    assert.deepEqual(await axe(page), []);
    assert.equal(await tooWide(page), 0);
    await page.getByLabel('Model').fill('SENSE-9');
    await page.getByText('URI: urn:alster:SENSE-9:SN-000123').waitFor();

    await editor(page).fill(ownText.replace('commonName', 'commonname'));
    await page.getByText('subject[1].attribute').waitFor();
    assert.deepEqual(await markedLines(page), ['5']);
    await settled(page);
    await shoot(page, 'profile-mistake');
    assert.deepEqual(await axe(page), []);
    await page.getByRole('button', { name: 'Line 5' }).press('Enter');
    const selected = await selectedText(page);
    assert.match(selected, /"commonname"/);
    await soon(async () => assert.ok(await page.getByRole('button', { name: 'Save' }).isDisabled()));

    await editor(page).fill(ownText.replace('"subject": [', '"subject" ['));
    await page.getByText('cannot be read as JSON').waitFor();
    assert.deepEqual(await markedLines(page), ['3']);

    await editor(page).fill(ownText.replace('5475', '30000'));
    await page.getByText('it would outlive its issuing CA').waitFor();
    await page.getByText('RFC 5280 §6.1.3 (a)(2)').waitFor();
    await soon(async () => assert.ok(await page.getByRole('button', { name: 'Save' }).isDisabled()));
  });
});

test('typing is not a question for every key; a serial that cannot be is not asked at all', async (t) => {
  await onPage(t, async (page) => {
    await open(page, 'alster-sensor');
    await page.getByText('URI: urn:alster:MODEL-1:SN-000123').waitFor();
    const before = previews();
    await editor(page).press('ControlOrMeta+End');
    await page.keyboard.type('      ', { delay: 60 });
    await page.waitForFunction(() => document.querySelector('.workbench-side')?.getAttribute('aria-busy') === 'false');
    assert.ok(previews() - before <= 2, `${previews() - before} questions for six keys`);
    await page.getByLabel('Unit serial').fill('no spaces here');
    await page.getByText('Letters, digits, : _ and -').waitFor();
    const asked = previews();
    await page.waitForTimeout(400);
    assert.equal(previews(), asked);
  });
});

test('a scan leaves no letter in the text, and what is typed by hand does', async (t) => {
  await onPage(t, async (page) => {
    await open(page, 'alster-sensor');
    const before = await textIn(editor(page));
    await editor(page).press('ControlOrMeta+Home');
    await scan(page, 'SN-4711');
    await page.waitForTimeout(400);
    assert.equal(await textIn(editor(page)), before);
    await editor(page).press('ControlOrMeta+Home');
    // A hand pauses: after a scan, and between its keys.
    await page.waitForTimeout(600);
    await page.keyboard.type('x', { delay: 200 });
    await page.waitForTimeout(400);
    await page.keyboard.press('Enter');
    await page.locator('.cm-line').nth(1).filter({ hasText: /^\{$/ }).waitFor();
    assert.equal(await textIn(editor(page)), `x\n${before}`);
  });
});

test('a copy is written, saved, used and removed', async (t) => {
  await onPage(t, async (page) => {
    await open(page, 'aws-iot-device');
    await page.getByRole('link', { name: 'Make a copy' }).click();
    await page.getByRole('heading', { name: 'Copy of aws-iot-device' }).waitFor();
    const text = await textIn(editor(page));
    assert.equal((JSON.parse(text) as { name: string }).name, 'aws-iot-device-copy');
    await editor(page).fill(text.replace('aws-iot-device-copy', 'alster-sensor'));
    await page.getByText('There is a profile called alster-sensor already.').waitFor();
    assert.deepEqual(await markedLines(page), ['2']);
    await soon(async () =>
      assert.ok(await page.getByRole('button', { name: 'Save' }).isDisabled(), 'no other profile is overwritten'),
    );
    await editor(page).fill(text.replace('aws-iot-device-copy', 'line-three'));
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'line-three' }).waitFor();
    await soon(() => assert.equal(called('profiles.save')?.text, text.replace('aws-iot-device-copy', 'line-three')));
    await page.getByRole('button', { name: 'Use it' }).click();
    await page.getByRole('alertdialog').getByText('Certificates issued so far stay as they are.').waitFor();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Use it' }).click();
    await page.getByText('In use').waitFor();
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    await soon(() => assert.deepEqual(called('profiles.use'), { name: 'line-three' }));
    await soon(async () =>
      assert.equal(await page.getByRole('button', { name: 'Remove it' }).count(), 0, 'not while it is in use'),
    );
    await open(page, 'alster-sensor');
    await page.getByRole('button', { name: 'Remove it' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove it' }).click();
    await page.getByRole('heading', { name: 'Profiles' }).waitFor();
    await soon(() => assert.deepEqual(called('profiles.remove'), { name: 'alster-sensor' }));
    await page.getByRole('link', { name: 'alster-sensor' }).waitFor({ state: 'detached' });
  });
});

test('nobody is caught in the editor; QA only reads; dark and German fit', async (t) => {
  await onPage(
    t,
    async (page) => {
      fake().signIn(people.qa);
      await page.getByText('Quentin Ames').waitFor();
      await goTo(page, '#/station/profiles/alster-sensor');
      const area = page.getByRole('textbox', { name: 'Text des Profils (JSON)' });
      await area.focus();
      await page.keyboard.press('Tab');
      assert.equal(await area.evaluate((element) => element === document.activeElement), false);
      assert.ok(await isReadOnly(area));
      await soon(async () => assert.equal(await page.getByRole('button', { name: 'In Gebrauch nehmen' }).count(), 0));
      await page.getByText('Erweiterungen').waitFor();
      await settled(page);
      await shoot(page, 'profile-german');
      assert.deepEqual(await axe(page), []);
      assert.equal(await tooWide(page), 0);
    },
    { locale: 'de-DE', theme: 'dark' },
  );
});
