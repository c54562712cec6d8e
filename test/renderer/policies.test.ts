import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright';
import { axe, goTo, settled, shoot } from './browser.ts';
import { selectedText, textIn } from './editor.ts';
import { people } from './fixtures.ts';
import { stage, tooWide } from './stage.ts';

const { fake, onPage } = stage('policies');

const editor = (page: Page) => page.getByRole('textbox', { name: 'Text of the policy (JSON)' });
const decision = (page: Page, row: number) => page.getByRole('status', { name: `Decision ${row}` });

/** Begins with a starter, by keyboard. */
async function begin(page: Page, name: RegExp): Promise<void> {
  await page
    .getByRole('combobox')
    .filter({ hasText: /Choose a policy|:/ })
    .first()
    .press('Enter');
  await page.getByRole('option', { name }).click();
}

test('a starter is checked, and its rows show what it allows while a person types', async (t) => {
  await onPage(t, async (page) => {
    await goTo(page, '#/station/policies');
    await begin(page, /^Device:/);
    await page.getByText('AWS takes this policy').waitFor();
    await decision(page, 1).getByText('Allowed').waitFor();
    await decision(page, 3).getByText('Not allowed').waitFor();
    await page.getByRole('button', { name: 'Why the others do not decide 3' }).press('Enter');
    await page.getByText('Statement 2 (Allow): it is about other resources.').waitFor();
    await settled(page);
    await shoot(page, 'policies');
    assert.deepEqual(await axe(page), []);
    assert.equal(await tooWide(page), 0);

    await page
      .getByRole('textbox', { name: 'Resource 3' })
      .fill('arn:aws:iot:eu-central-1:123456789012:topic/devices/SN-000123/x');
    await decision(page, 3).getByText('by statement 2').waitFor();
    await page.getByRole('textbox', { name: 'Values of the request 3' }).fill('iot:ClientId');
    await page.getByText('One “key = value” in each line').waitFor();
    await page.getByRole('textbox', { name: 'Values of the request 3' }).fill('iot:ClientId = SN-000999');
    await page.getByText('the variable iot:Connection.Thing.ThingName has no value').waitFor();
    await page.getByRole('button', { name: 'Add a row' }).press('Enter');
    await decision(page, 5).waitFor();
    await page.getByRole('button', { name: 'Remove the row 5' }).press('Enter');
    await decision(page, 5).waitFor({ state: 'detached' });
  });
});

test('problems and warnings stand at their places; a text that is no policy decides nothing', async (t) => {
  await onPage(t, async (page) => {
    await goTo(page, '#/station/policies');
    await begin(page, /^Claim/);
    await page.getByText('AWS takes this policy').waitFor();
    const text = await textIn(editor(page));
    await editor(page).fill(text.replaceAll('create-from-csr', 'create-csr').replace('"Allow"', '"allow"'));
    await page.getByText('1 problem').waitFor();
    await decision(page, 1).getByText('No decision yet').waitFor();
    await page.getByRole('button', { name: 'Line 5' }).press('Enter');
    assert.match(await selectedText(page), /"allow"/);
    await editor(page).fill(text.replaceAll('create-from-csr', 'create-csr'));
    await page.getByText('cannot ask for a certificate').waitFor();
    await decision(page, 1).getByText('no statement allows it').waitFor();
    await settled(page);
    await shoot(page, 'policies-warning');
    assert.deepEqual(await axe(page), []);
    await begin(page, /^Jobs/);
    await page.getByRole('alertdialog').getByText('What you typed is not saved').waitFor();
    await page.getByRole('button', { name: 'Replace it' }).click();
    await decision(page, 3).getByText('Allowed').waitFor();
  });
});

test('QA reads it; dark and German fit', async (t) => {
  await onPage(
    t,
    async (page) => {
      fake().signIn(people.qa);
      await page.getByText('Quentin Ames').waitFor();
      await goTo(page, '#/station/policies');
      await page.getByRole('combobox').last().press('Enter');
      await page.getByRole('option', { name: /^Shadows/ }).click();
      await page.getByText('Erlaubt').first().waitFor();
      await settled(page);
      await shoot(page, 'policies-german');
      assert.deepEqual(await axe(page), []);
      assert.equal(await tooWide(page), 0);
    },
    { locale: 'de-DE', theme: 'dark' },
  );
});
