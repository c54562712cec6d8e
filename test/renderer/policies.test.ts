import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright';
import { axe, goTo, settled, shoot, soon } from './browser.ts';
import { isReadOnly, selectedText, textIn } from './editor.ts';
import { documentAt } from './fakedocuments.ts';
import { people } from './fixtures.ts';
import { stage, tooWide } from './stage.ts';

const { fake, onPage, called } = stage;

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
    await page.getByText('No policies yet.').waitFor();
    assert.deepEqual(await axe(page), []);
    await page.getByRole('link', { name: 'Write a policy' }).press('Enter');
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
    await goTo(page, '#/station/policies//new');
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

test('a policy is saved in versions, read in each, and retired', async (t) => {
  await onPage(t, async (page) => {
    await goTo(page, '#/station/policies//new');
    await begin(page, /^JITR/);
    await page.getByText('AWS takes this policy').waitFor();
    const save = page.getByRole('button', { name: 'Save', exact: true });
    await page.getByLabel('Name').fill('no spaces');
    await page.getByText('at most 128').waitFor();
    await soon(async () => assert.ok(await save.isDisabled()));
    await page.getByLabel('Name').fill('sensor@1');
    await save.press('Enter');
    await page.getByRole('heading', { name: 'sensor@1' }).waitFor();
    const first = String(called('documents.save')?.text);
    await soon(() =>
      assert.deepEqual(called('documents.save'), { kind: 'policy', form: 'iot', name: 'sensor@1', text: first }),
    );

    await editor(page).fill(first.replace('"iot:Connect"', '"iot:Connec"'));
    await page.getByText('not an action of the data plane').waitFor();
    await save.press('Enter');
    await page.getByText('Saved.').waitFor();
    await page.getByRole('combobox').filter({ hasText: 'Version 2' }).press('Enter');
    await page.getByRole('option', { name: 'Version 1' }).click();
    await page.getByText('You read version 1.').waitFor();
    assert.equal(await textIn(editor(page)), first);
    await settled(page);
    await shoot(page, 'policies-version');
    assert.deepEqual(await axe(page), []);

    await page.getByRole('button', { name: 'Retire it' }).press('Enter');
    await page.getByRole('alertdialog').getByText('what devices may do, does not change').waitFor();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Retire it' }).click();
    await page.getByText('No policies yet.').waitFor();
  });
});

test('a kept policy is put into AWS, and the oldest version goes only by consent', async (t) => {
  await onPage(t, async (page) => {
    const text =
      '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "iot:Connect", "Resource": "arn:aws:iot:eu-central-1:123456789012:client/a"}}';
    fake().documents = [documentAt('policy', 'iot', 'alster', 1, text)];
    fake().inAws = { alster: ['{}', '{}', '{}', '{}', '{}'] };
    await goTo(page, '#/station/policies/alster');
    await page.getByText('AWS has another text, as version 5').waitFor();
    await page.getByRole('button', { name: 'Put into AWS' }).press('Enter');
    await page.getByRole('alertdialog').getByText('Version 1, the oldest that is not in use').waitFor();
    await settled(page);
    await shoot(page, 'policies-aws');
    assert.deepEqual(await axe(page), []);
    await page.getByRole('alertdialog').getByRole('button', { name: 'Put into AWS' }).click();
    await page.getByText('AWS has this text, as version 6').waitFor();
    await soon(() => assert.equal(called('policies.push')?.prune, true));
    await soon(async () => assert.ok(await page.getByRole('button', { name: 'Put into AWS' }).isDisabled()));
  });
});

const allow = (client: string) =>
  JSON.stringify(
    {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'iot:Connect', Resource: `arn:aws:iot:*:*:client/${client}` }],
    },
    null,
    2,
  );

test('what differs from AWS is shown; an older version becomes the default, and another one is deleted', async (t) => {
  await onPage(t, async (page) => {
    fake().documents = [documentAt('policy', 'iot', 'alster', 1, allow('new'))];
    // AWS has one without white space: only what differs counts.
    fake().inAws = { alster: [allow('one'), allow('two'), JSON.stringify(JSON.parse(allow('three')))] };
    await goTo(page, '#/station/policies/alster');
    await page.getByText('What differs from version 3 in AWS').click();
    const difference = page.getByRole('region', { name: 'What changes' });
    await difference.getByText('client/three').waitFor();
    await soon(async () => assert.equal(await difference.locator('.gone, .new').count(), 2));
    await page.getByText('Versions in AWS: 3 of at most 5').click();
    const list = page.getByRole('list', { name: 'Versions of alster in' });
    await list.getByText('Nov 20, 2026').waitFor();
    await settled(page);
    await shoot(page, 'policies-versions');
    assert.deepEqual(await axe(page), []);
    assert.equal(await tooWide(page), 0);

    await page.getByRole('button', { name: 'Make it the default 1' }).press('Enter');
    const dialog = page.getByRole('alertdialog', { name: /^Make version 1 of alster the default in/ });
    await dialog.getByText('client/one').waitFor();
    await dialog.getByText('client/three').waitFor();
    await settled(page);
    await shoot(page, 'policies-default');
    assert.deepEqual(await axe(page), []);
    await dialog.getByRole('button', { name: 'Make it the default' }).press('Enter');
    await page.getByText('AWS has another text, as version 1').waitFor();
    await soon(() => assert.equal(called('policies.setDefault')?.versionId, '1'));
    await soon(async () => assert.equal(await page.getByRole('button', { name: 'Delete the version 1' }).count(), 0));

    await page.getByRole('button', { name: 'Delete the version 2' }).press('Enter');
    const gone = page.getByRole('alertdialog', { name: /^Delete version 2 of alster in/ });
    await gone.getByText('AWS deletes it for good').waitFor();
    await gone.getByRole('button', { name: 'Delete the version' }).press('Enter');
    await page.getByText('Versions in AWS: 2 of at most 5').waitFor();
    await soon(() => assert.equal(called('policies.removeVersion')?.versionId, '2'));
  });
});

test('QA reads it and tries it out; dark and German fit', async (t) => {
  await onPage(
    t,
    async (page) => {
      fake().signIn(people.qa);
      const open =
        '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "iot:Connect", "Resource": "*"}}';
      fake().documents = [documentAt('policy', 'iot', 'alster', 1, open)];
      fake().inAws = { alster: [allow('one'), allow('two')] };
      await page.getByText('Quentin Ames').waitFor();
      await goTo(page, '#/station/policies');
      await page.getByRole('link', { name: 'alster' }).press('Enter');
      await page.getByText('1 Warnung').waitFor();
      await page.getByText('mit „*“ kann sich ein Gerät mit jeder Client-ID verbinden').waitFor();
      assert.ok(await isReadOnly(page.getByRole('textbox', { name: 'Text der Richtlinie (JSON)' })));
      await page.getByText('Was anders ist als in Version 2 in AWS').click();
      await page.getByText('Versionen in AWS: 2 von höchstens 5').click();
      await page.getByText('Gültig', { exact: true }).waitFor();
      await soon(async () =>
        assert.equal(await page.getByRole('button', { name: /Speichern|Gültig machen|Version löschen/ }).count(), 0),
      );
      await page.getByRole('button', { name: 'Zeile hinzufügen' }).press('Enter');
      await page.getByRole('status', { name: 'Entscheidung 1' }).getByText('Erlaubt').waitFor();
      await settled(page);
      await shoot(page, 'policies-german');
      assert.deepEqual(await axe(page), []);
      assert.equal(await tooWide(page), 0);
    },
    { locale: 'de-DE', theme: 'dark' },
  );
});
