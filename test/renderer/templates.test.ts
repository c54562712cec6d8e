import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright';
import { StationError } from '../../app/contract/index.ts';
import { axe, goTo, settled, shoot, soon } from './browser.ts';
import { isReadOnly, markedLines, selectedText, textIn } from './editor.ts';
import { documentAt } from './fakedocuments.ts';
import { people } from './fixtures.ts';
import { stage, tooWide } from './stage.ts';

const { fake, onPage, called } = stage;

const editor = (page: Page) => page.getByRole('textbox', { name: 'Text of the template (JSON)' });
const drawing = (page: Page) => page.getByRole('region', { name: 'What it makes of these values' });

/** Begins with a starter, by keyboard. */
async function begin(page: Page, name: RegExp): Promise<void> {
  await page
    .getByRole('combobox')
    .filter({ hasText: /Choose a template|:/ })
    .first()
    .press('Enter');
  await page.getByRole('option', { name }).click();
}

test('a starter shows what it makes, and a problem stands at its line while a person types', async (t) => {
  await onPage(t, async (page) => {
    await goTo(page, '#/station/templates');
    await page.getByText('No templates yet.').waitFor();
    assert.deepEqual(await axe(page), []);
    await page.getByRole('link', { name: 'Write a template' }).press('Enter');
    await begin(page, /^Just-in-time/);
    await page.getByText('AWS takes this template').waitFor();
    await drawing(page).getByText('is attached to the thing').waitFor();
    await settled(page);
    await shoot(page, 'templates');
    assert.deepEqual(await axe(page), []);
    assert.equal(await tooWide(page), 0);

    await page.getByLabel('AWS::IoT::Certificate::SerialNumber').fill('');
    await drawing(page).getByText('AWS would not provision this unit').waitFor();

    const text = await textIn(editor(page));
    await editor(page).fill(text.replace('"ACTIVE"', '"ACTIVATED"'));
    await page.getByText('Problem: must be ACTIVE or INACTIVE').waitFor();
    await drawing(page).getByText('certificate.Status: must be ACTIVE or INACTIVE').waitFor();
    const line = String(text.split('\n').findIndex((one) => one.includes('"ACTIVE"')) + 1);
    assert.deepEqual(await markedLines(page), [line]);
    await page.getByRole('button', { name: `Line ${line}` }).press('Enter');
    assert.equal(await selectedText(page), '"ACTIVATED"');
    await soon(async () => assert.ok(await page.getByRole('button', { name: 'Save', exact: true }).isDisabled()));
    await settled(page);
    await shoot(page, 'templates-problem');
    assert.deepEqual(await axe(page), []);

    await page.keyboard.press('Backspace');
    await page.keyboard.press('Control+Space');
    await page.getByRole('option', { name: 'INACTIVE' }).waitFor();
    await settled(page);
    await shoot(page, 'templates-completion');
    await page.getByRole('option', { name: /^ACTIVE/ }).click();
    await page.getByText('AWS takes this template').waitFor();
    assert.equal(await textIn(editor(page)), text);
  });
});

test('a template is saved in versions, read in each, and retired', async (t) => {
  await onPage(t, async (page) => {
    await goTo(page, '#/station/templates/new');
    await begin(page, /^Fleet: by claim/);
    await page.getByText('AWS takes this template').waitFor();
    const save = page.getByRole('button', { name: 'Save', exact: true });
    await page.getByLabel('Name', { exact: true }).fill('claim');
    await save.press('Enter');
    await page.getByRole('heading', { name: 'claim v1' }).waitFor();
    const first = String(called('documents.save')?.text);
    await soon(() =>
      assert.deepEqual(called('documents.save'), { kind: 'template', form: 'fleet', name: 'claim', text: first }),
    );
    assert.ok(await isReadOnly(editor(page)));
    await page.getByRole('link', { name: 'Change it' }).press('Enter');
    await page.getByRole('heading', { name: 'Next version of claim' }).waitFor();
    await editor(page).fill(first.replace('device-', 'unit-'));
    await page.getByText('AWS takes this template').waitFor();
    await save.press('Enter');
    await page.getByRole('heading', { name: 'claim v2' }).waitFor();
    await page.getByRole('link', { name: 'Version 1' }).press('Enter');
    await page.getByRole('heading', { name: 'claim v1' }).waitFor();
    assert.equal(await textIn(editor(page)), first);
    // Two Enters that come faster than a hand could send them may be a scan.
    await page.getByRole('button', { name: 'Make it the default in AWS' }).click();
    const back = page.getByRole('alertdialog', { name: 'Make version 1 of claim the default in AWS?' });
    await back.waitFor();
    await settled(page);
    await shoot(page, 'templates-default');
    assert.deepEqual(await axe(page), []);
    await back.getByRole('button', { name: 'Make it the default in AWS' }).press('Enter');
    await page.getByText('Version 3 is the default in AWS.').waitFor();
    await soon(() =>
      assert.deepEqual([called('templates.setDefault')?.name, called('templates.setDefault')?.version], ['claim', 1]),
    );
    await page.getByRole('link', { name: 'Version 2' }).click();
    await page.getByRole('heading', { name: 'claim v2' }).waitFor();
    await page.getByRole('button', { name: 'Put in place in AWS' }).press('Enter');
    const dialog = page.getByRole('alertdialog');
    await dialog.getByText('Things that exist stay as they are.').waitFor();
    fake().refusals.set(
      'templates.push',
      new StationError('template.versions', '', { data: { name: 'claim', oldest: 1 } }),
    );
    await dialog.getByRole('button', { name: 'Put in place in AWS' }).click();
    await dialog.getByText('five versions in AWS').waitFor();
    await settled(page);
    await shoot(page, 'templates-push');
    assert.deepEqual(await axe(page), []);
    await dialog.getByRole('button', { name: 'Let the oldest version go' }).click();
    await page.getByText('Version 6 is the default in AWS.').waitFor();
    await soon(() =>
      assert.deepEqual([called('templates.push')?.name, called('templates.push')?.prune], ['claim', true]),
    );
    fake().inAws = { claim: [first, first.replace('device-', 'unit-'), first.replace('device-', 'old-')] };
    await page.getByRole('link', { name: 'Version 1' }).click();
    await page.getByText('AWS has another text, as version 3').waitFor();
    await page.getByText('What differs from version 3 in AWS').click();
    await page.getByText('Versions in AWS: 3 of at most 5').click();
    await settled(page);
    await shoot(page, 'templates-versions');
    assert.deepEqual(await axe(page), []);
    await page.getByRole('button', { name: 'Make it the default 1' }).press('Enter');
    await dialog.getByRole('button', { name: 'Make it the default' }).click();
    await page.getByText('AWS has this text, as version 1').waitFor();
    await soon(() => assert.equal(called('templates.setDefaultInAws')?.versionId, '1'));
    await page.getByRole('button', { name: 'Delete the version 3' }).press('Enter');
    await dialog.getByRole('button', { name: 'Delete the version' }).click();
    await page.getByText('Versions in AWS: 2 of at most 5').waitFor();
    await soon(() => assert.equal(called('templates.removeVersion')?.versionId, '3'));
    await page.getByRole('button', { name: 'Retire it' }).press('Enter');
    await page.getByRole('alertdialog').getByText('What is in AWS does not change.').waitFor();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Retire it' }).click();
    await page.getByText('Retired', { exact: true }).waitFor();
    await soon(() => assert.deepEqual(called('documents.retire'), { kind: 'template', name: 'claim' }));
  });
});

test('QA reads it and tries it; dark and German fit', async (t) => {
  await onPage(
    t,
    async (page) => {
      fake().signIn(people.qa);
      const text = '{"Resources": {"t": {"Type": "AWS::IoT::Thing", "Properties": {"ThingName": {"Ref": "Name"}}}}}';
      fake().documents = [documentAt('template', 'fleet', 'alster', 1, text)];
      await page.getByText('Quentin Ames').waitFor();
      await goTo(page, '#/station/templates');
      await page.getByRole('link', { name: 'alster' }).press('Enter');
      await page.getByText('Ein Name hat keinen Wert:').waitFor();
      await page.getByLabel('Name', { exact: true }).fill('SN-1');
      await page.getByRole('region', { name: 'Was sie aus diesen Werten macht' }).getByText('SN-1').waitFor();
      await soon(async () => assert.equal(await page.getByRole('button', { name: 'Stilllegen' }).count(), 0));
      await settled(page);
      await shoot(page, 'templates-german');
      assert.deepEqual(await axe(page), []);
      assert.equal(await tooWide(page), 0);
    },
    { locale: 'de-DE', theme: 'dark' },
  );
});
