import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright';
import { driverNamed, driverNames } from '../../app/device/drivers/index.ts';
import { en } from '../../renderer/words/en.ts';
import { axe, goTo, settled, shoot, soon } from './browser.ts';
import { isReadOnly, markedLines, selectedText, textIn } from './editor.ts';
import { benchOf, people, stationStatus } from './fixtures.ts';
import { stage, tooWide } from './stage.ts';

const { fake, onPage, called } = stage;

const editor = (page: Page) => page.getByRole('textbox', { name: 'Text of the recipe (JSON)' });

async function open(page: Page, detail: string): Promise<void> {
  await goTo(page, `#/station/recipes/${detail}`);
  await editor(page).waitFor();
}

test('the list says which version is used, which is on the bench, and what keeps one from being used', async (t) => {
  await onPage(t, async (page) => {
    await goTo(page, '#/station/recipes');
    const row = (name: string, version: string) =>
      page.getByRole('region', { name }).getByRole('listitem').filter({ hasText: version });
    await row('sense-2', 'Version 3').getByText('In use').waitFor();
    await row('sense-2', 'Version 3').getByText('On the bench now').waitFor();
    await row('sense-2', 'Version 3').getByText('9f2c41ab').waitFor();
    await row('sense-2', 'Version 4').getByText('Draft').waitFor();
    await row('gate-1', 'Version 1').getByText('1 mistake').waitFor();
    assert.deepEqual(await axe(page), []);
    await row('gate-1', 'Version 1').getByRole('link').press('Enter');
    await page.getByText('old-sensor was changed since this version was approved').waitFor();
    await page.getByRole('button', { name: 'Approve again' }).click();
    await page.getByRole('alertdialog').getByText('The text is the same.').waitFor();
  });
});

test('a recipe of the plant says so: it can be copied, and not be changed', (t) =>
  onPage(t, async (page) => {
    fake().recipes = fake().recipes.map((one) => (one.name === 'sense-2' ? { ...one, fromPlant: true } : one));
    await open(page, 'sense-2/3');
    await page.getByText('This recipe comes from the plant and is changed there.').waitFor();
    await page.getByRole('link', { name: 'Make a copy' }).waitFor();
    await soon(async () => assert.equal(await page.getByRole('link', { name: 'Write a new version' }).count(), 0));
    await soon(async () => assert.equal(await page.getByRole('button', { name: /Approve|Retire/ }).count(), 0));
    assert.deepEqual(await axe(page), []);
  }));

test('a mistake is found while it is typed and points at its line; a draft is saved only without one', async (t) => {
  await onPage(t, async (page) => {
    await open(page, 'sense-2/3/edit');
    const text = await textIn(editor(page));
    const save = page.getByRole('button', { name: 'Save as a draft' });
    await soon(async () => assert.ok(await save.isDisabled(), 'nothing was changed'));
    await editor(page).fill(text.replace('"1366"', '"13G6"'));
    await page.getByText('four small hex digits').waitFor();
    assert.deepEqual(await markedLines(page), ['18']);
    await soon(async () => assert.ok(await save.isDisabled()));
    await page.getByRole('button', { name: 'Line 18' }).press('Enter');
    const selected = await selectedText(page);
    assert.match(selected, /13G6/);
    await editor(page).fill(text.replace('"sense-2"', '"sense-3"'));
    await page.getByText('A version keeps its name: sense-2.').waitFor();
    await soon(async () => assert.ok(await save.isDisabled()));
    const better = text.replace('"retries": 1', '"retries": 3');
    await editor(page).fill(better);
    await page.getByText('Tried 3 times more by itself').waitFor();
    await page.getByText('No mistakes.').waitFor();
    await save.click();
    await page.getByRole('heading', { name: 'sense-2 v5' }).waitFor();
    await soon(() => assert.deepEqual(called('recipes.save'), { text: better }));
    assert.ok(await isReadOnly(editor(page)), 'A version never changes');
  });
});

test('approving shows what changes for the next unit, and asks', async (t) => {
  await onPage(t, async (page) => {
    await open(page, 'sense-2/4');
    await page.getByRole('button', { name: 'Approve' }).click();
    const dialog = page.getByRole('alertdialog');
    await dialog.getByText('Units in work end as they began.').waitFor();
    const changed = async (kind: string) =>
      (await dialog.locator(`.diff .${kind} code`).allTextContents()).map((line) => line.trim());
    assert.deepEqual(await changed('gone'), ['"retries": 1,', '"timeLimitSeconds": 120,']);
    assert.deepEqual(await changed('new'), ['"retries": 2,', '"timeLimitSeconds": 90,']);
    await settled(page);
    await shoot(page, 'recipe-approve');
    assert.deepEqual(await axe(page), []);
    assert.equal(called('recipes.approve'), undefined);
    await dialog.getByRole('button', { name: 'Approve' }).click();
    await page.getByText('In use').waitFor();
    await dialog.waitFor({ state: 'detached' });
    await soon(() => assert.deepEqual(called('recipes.approve'), { name: 'sense-2', version: 4 }));
    await soon(async () =>
      assert.equal(await page.getByRole('button', { name: 'Approve' }).count(), 0, 'it is in use'),
    );
    await page.getByRole('button', { name: 'Retire' }).click();
    await dialog.getByText('lock the bench').waitFor();
    await dialog.getByRole('button', { name: 'Retire' }).click();
    await page.getByText('Retired', { exact: true }).waitFor();
    await soon(() => assert.deepEqual(called('recipes.retire'), { name: 'sense-2' }));
  });
});

test('a recipe is begun by copying, the first one from how the station works', async (t) => {
  await onPage(t, async (page) => {
    await open(page, 'sense-2/3');
    await page.getByRole('link', { name: 'Make a copy' }).click();
    await page.getByRole('heading', { name: 'Copy of sense-2' }).waitFor();
    const name = async () => (JSON.parse(await textIn(editor(page))) as { name: string }).name;
    assert.equal(await name(), 'sense-2-copy');
    await page.getByText('As the driver has it; a slot may differ').waitFor();
    const wired = {
      ...(JSON.parse(await textIn(editor(page))) as object),
      line: { baud: 9600, flowControl: 'none' },
    };
    await editor(page).fill(JSON.stringify(wired, null, 2));
    await page.getByText('Speed in baud: 9600 · Flow control: None (three wires); a slot may differ').waitFor();
    await editor(page).fill((await textIn(editor(page))).replace('sense-2-copy', 'gate-1'));
    await page.getByText('There is a recipe called gate-1 already.').waitFor();
    fake().recipes = [];
    await goTo(page, '#/station/recipes');
    await editor(page).waitFor({ state: 'detached' });
    await page.reload();
    await page.getByText('No recipes yet.').waitFor();
    await page.getByRole('link', { name: 'New recipe' }).click();
    await editor(page).waitFor();
    assert.equal(await name(), 'first-recipe');
    await page.getByText('No mistakes.').waitFor();
  });
});

test('QA reads recipes; an operator reads the one on the bench by pressing its name', async (t) => {
  await onPage(t, async (page) => {
    fake().signIn(people.qa);
    await page.getByText('Quentin Ames').waitFor();
    await open(page, 'sense-2/4');
    for (const name of ['Approve', 'Retire']) assert.equal(await page.getByRole('button', { name }).count(), 0);
    await soon(async () => assert.equal(await page.getByRole('link', { name: 'Write a new version' }).count(), 0));
    fake().signIn(people.operator);
    await goTo(page, '#/bench');
    await page.getByRole('button', { name: 'sense-2 v3' }).click();
    const dialog = page.getByRole('dialog', { name: 'sense-2 v3' });
    await dialog.getByText('Tried once more by itself').waitFor();
    await dialog.getByText('Hash 9f2c41ab').waitFor();
    await soon(async () => assert.equal(await dialog.getByRole('textbox').count(), 0));
    assert.deepEqual(await axe(page), []);
    await page.keyboard.press('Escape');
    const standard = { name: 'standard', version: 0, hash: '00ff00ff' };
    fake().show({ 'bench.changed': { ...benchOf(4), recipe: standard } });
    await page.getByRole('button', { name: 'Standard' }).click();
    await page.getByRole('dialog').getByText('No recipe is written for this order.').waitFor();
  });
});

test('an order may name its recipe', async (t) => {
  await onPage(t, async (page) => {
    await goTo(page, '#/station/orders');
    await page.getByText('by recipe sense-2').waitFor();
    await page.getByLabel('Order', { exact: true }).fill('WO-1');
    await page.getByLabel('Model', { exact: true }).fill('SENSE-2');
    await page.getByLabel('Quantity').fill('10');
    await page.getByRole('combobox', { name: 'Recipe' }).click();
    await page.getByRole('option').first().waitFor();
    await soon(async () =>
      assert.equal(await page.getByRole('option').count(), 3, 'by the model, and what is approved'),
    );
    await page.getByRole('option', { name: 'sense-2 v3' }).click();
    await page.getByRole('button', { name: 'Make the order' }).click();
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>('input')?.value === '');
    await soon(() => assert.equal(called('orders.make')?.recipe, 'sense-2'));
  });
});

test('a slot’s port says what is plugged in; a driver’s settings are those it reads', async (t) => {
  await onPage(t, async (page) => {
    const slots = [{ slotId: 1, name: 'Left', port: '/dev/ttyUSB9', driver: 'agent' }];
    fake().show({
      'station.changed': { ...stationStatus(), practice: false, slots },
      'bench.changed': { ...benchOf(4), practice: false },
    });
    await page.locator('.is-practice').waitFor({ state: 'detached' });
    await goTo(page, '#/station/slots');
    await page.getByText('Nothing is plugged in there now.').waitFor();
    await soon(async () => assert.equal(await page.getByLabel('Security tag of slot 1').count(), 0));
    const words: Record<string, string> = en.drivers.setting;
    for (const name of [...driverNames, 'agent']) {
      await page.getByRole('combobox', { name: 'Driver of slot 1' }).click();
      await page.getByRole('option', { name, exact: true }).click();
      const keys = Object.keys(driverNamed(name).settings);
      for (const key of keys) await page.getByLabel(`${words[key]} of slot 1`, { exact: true }).waitFor();
      await soon(async () => assert.equal(await page.locator('.slot-settings .field').count(), keys.length, name));
    }
    await page.getByLabel('Port of slot 1').click();
    await page.getByRole('option', { name: 'USB place 2' }).click();
    await page.getByText('USB place 2 · 1366:1051 · SEGGER J-Link').waitFor();
    const ask = page.getByRole('button', { name: 'Ask the device in slot 1 which driver it needs' });
    await ask.click();
    await page
      .getByRole('alert')
      .getByText(/speaks none of/)
      .waitFor();
    await soon(() =>
      assert.equal(called('station.recognise')?.port, '/dev/serial/by-path/pci-0000:00:14.0-usb-0:2:1.0-port0'),
    );
    await soon(async () =>
      assert.match(await page.getByRole('combobox', { name: 'Driver of slot 1' }).innerText(), /agent/),
    );
    await page.getByLabel('Port of slot 1').click();
    await page.getByRole('option', { name: 'USB place 1' }).click();
    await ask.click();
    await page.getByText('The device speaks nrf91.').waitFor();
    await page.getByLabel('Security tag of slot 1').fill('99999999999');
    await page.getByText('A number from 0 to 2147483647.').waitFor();
    await soon(async () => assert.ok(await page.getByRole('button', { name: 'Save the slots' }).isDisabled()));
    await page.getByLabel('Security tag of slot 1').fill('42');
    await page.getByRole('combobox', { name: 'AT commands of slot 1' }).click();
    await page.getByRole('option', { name: 'By the shell command “at”' }).click();
    await settled(page);
    await shoot(page, 'slots-settings');
    assert.deepEqual(await axe(page), []);
    await page.getByRole('button', { name: 'Save the slots' }).click();
    await page.getByText('Saved.').waitFor();
    const port = '/dev/serial/by-path/pci-0000:00:14.0-usb-0:1:1.0-port0';
    const settings = { secTag: 42, shell: 'at' };
    await soon(() =>
      assert.deepEqual(called('station.configure'), {
        slots: [{ slotId: 1, name: 'Left', port, driver: 'nrf91', settings }],
      }),
    );
  });
});

test('a slot’s line: what the next unit gets and why, and what is wired differently here', async (t) => {
  await onPage(t, async (page) => {
    const slots = [{ slotId: 1, name: 'Left', port: '/dev/another-name', driver: 'nrf91' }];
    fake().show({
      'station.changed': { ...stationStatus(), practice: false, slots },
      'bench.changed': { ...benchOf(4), practice: false },
    });
    await page.locator('.is-practice').waitFor({ state: 'detached' });
    await goTo(page, '#/station/slots');
    await page.getByText('USB place 2 · 1366:1051 · SEGGER J-Link').waitFor();
    const line = page.locator('.slot-line');
    await line.getByText('as the recipe or the driver says', { exact: true }).waitFor();
    await line.locator('summary').press('Enter');
    await line.getByText('Flow control: None (three wires) the recipe').waitFor();
    await line.getByText('Speed in baud: 115200 the driver').waitFor();
    await page.getByLabel('Speed in baud of slot 1').fill('1');
    await page.getByText('A number from 300 to 4000000.').waitFor();
    await soon(async () => assert.ok(await page.getByRole('button', { name: 'Save the slots' }).isDisabled()));
    await page.getByLabel('Speed in baud of slot 1').fill('9600');
    const pick = async (name: string, choice: string) => {
      await page.getByRole('combobox', { name: `${name} of slot 1` }).click();
      await page.getByRole('option', { name: choice, exact: true }).click();
    };
    // The driver's own choice is another thing than to leave it open: it comes before a recipe's.
    await pick('Flow control', 'RTS/CTS');
    await pick('DTR at opening', 'Off');
    await pick('RTS at opening', 'Off');
    await pick('RTS at opening', 'As the recipe or the driver says');
    await line.getByText('3 settings of its own').waitFor();
    await settled(page);
    await shoot(page, 'slots-line');
    assert.equal(await tooWide(page), 0);
    assert.deepEqual(await axe(page), []);
    await page.getByRole('button', { name: 'Save the slots' }).click();
    await page.getByText('Saved.').waitFor();
    await soon(() =>
      assert.deepEqual(called('station.configure'), {
        slots: [{ ...slots[0], line: { baud: 9600, flowControl: 'rtscts', dtr: 'off' } }],
      }),
    );
    const ask = page.getByRole('button', { name: 'Ask the device in slot 1 which driver it needs' });
    await ask.click();
    await page.getByRole('alert').first().waitFor();
    await soon(() =>
      assert.deepEqual(called('station.recognise')?.line, { baud: 9600, flowControl: 'rtscts', dtr: 'off' }),
    );
  });
});

test('dark and German fit', async (t) => {
  await onPage(
    t,
    async (page) => {
      for (const [name, hash] of [
        ['list', '#/station/recipes'],
        ['version', '#/station/recipes/sense-2/4'],
      ] as const) {
        await goTo(page, hash);
        await page.getByRole('heading', { level: 2 }).first().waitFor();
        await settled(page);
        await shoot(page, `recipes-${name}-german`);
        assert.equal(await tooWide(page), 0, name);
        assert.deepEqual(await axe(page), [], name);
      }
    },
    { theme: 'dark', locale: 'de-DE' },
  );
});

test('the way is chosen in a form, which writes the text; the account is then asked, and each finding has its next act', async (t) => {
  await onPage(t, async (page) => {
    await open(page, 'sense-2/3/edit');
    const form = page.getByRole('region', { name: 'Way of the units into AWS' });
    const choose = async (field: string, option: string) => {
      await form.getByRole('combobox', { name: field }).click();
      await page.getByRole('option', { name: option }).click();
    };
    await choose('Way of the units into AWS', 'Just-in-time provisioning (JITP)');
    await form.getByText('AWS makes the thing from the subject of the certificate').waitFor();
    await form.getByLabel('Overdue after so many days without a first connection').fill('30');
    await form.getByLabel('The device must connect at the bench before its PASS').check();
    const written = JSON.parse(await textIn(editor(page))) as Record<string, unknown>;
    const [target] = (written.provisioning as { targets: string[] }).targets;
    assert.deepEqual(written.provisioning, { way: 'jitp', targets: [target] });
    assert.deepEqual(written.firstConnection, { dueDays: 30, beforePass: true });
    await page.getByRole('button', { name: 'Check in AWS' }).click();
    await page.getByText(`${target}: 1 thing is missing`).waitFor();
    await page.getByText('birthmark cloud ca set-template "Line CA"').waitFor();
    await soon(() => assert.equal(called('recipes.checkInAws')?.target, target));
    await settled(page);
    await shoot(page, 'recipe-way');
    assert.deepEqual(await axe(page), []);
    assert.equal(await tooWide(page), 0);
    await choose('Way of the units into AWS', 'Fleet provisioning by trusted user');
    const claim = JSON.parse(await textIn(editor(page))) as Record<string, unknown>;
    assert.deepEqual(claim.provisioning, { way: 'trustedUser', target, template: 'fleet', by: 'station' });
    await choose('Way of the units into AWS', 'The orders say it');
    const none = JSON.parse(await textIn(editor(page))) as Record<string, unknown>;
    assert.deepEqual([none.provisioning, none.firstConnection], [undefined, undefined]);
  });
});
