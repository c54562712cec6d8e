/** PINs on the screens: who is told, how one is changed, and what an engineer may choose. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axe, goTo, settled, shoot, soon } from './browser.ts';
import { people, stationStatus } from './fixtures.ts';
import { stage, tooWide } from './stage.ts';

const { fake, onPage, called } = stage;
/** The PINs of the practice line are public, and they cannot be changed there. */
const real = () => ({ 'station.changed': { ...stationStatus(), practice: false } });

test('whoever has a short PIN is told, and changes it with the keypad alone', async (t) => {
  for (const theme of ['light', 'dark'] as const) {
    await onPage(
      t,
      async (page) => {
        fake().show(real());
        await soon(async () => assert.equal(await page.getByRole('region', { name: 'Your PIN' }).count(), 0));
        fake().signIn({ ...people.operator, pinProblem: 'short' } as typeof people.operator);
        const notice = page.getByRole('region', { name: 'Your PIN' });
        await notice.getByText('A PIN has at least 6 digits here.').waitFor();
        await page.getByRole('button', { name: 'Change your PIN' }).click();
        const dialog = page.getByRole('dialog');
        const press = async (field: string, digits: string) => {
          await dialog.getByLabel(field, { exact: true }).focus();
          for (const digit of digits) await dialog.getByRole('button', { name: digit, exact: true }).click();
        };
        await press('Current PIN', '4812');
        await press('New PIN', '123456');
        await dialog.getByText('This PIN is easy to guess.').waitFor();
        await settled(page);
        await shoot(page, `pin-change-${theme}`);
        assert.deepEqual(await axe(page), []);
        assert.equal(await tooWide(page), 0);
        await soon(async () => assert.ok(await dialog.getByRole('button', { name: 'Change it' }).isDisabled()));
        await dialog.getByLabel('New PIN', { exact: true }).fill('904713');
        await dialog.getByLabel('New PIN again').fill('904714');
        await dialog.getByText('Not the same as above.').waitFor();
        await dialog.getByLabel('New PIN again').fill('904713');
        await dialog.getByLabel('New PIN again').press('Enter');
        await dialog.waitFor({ state: 'detached' });
        await soon(() => assert.deepEqual(called('session.changePin'), { pin: '4812', newPin: '904713' }));
        await notice.waitFor({ state: 'detached' });
      },
      { theme },
    );
  }
});

test('a wrong Current PIN says so and leaves nothing typed', async (t) => {
  await onPage(t, async (page) => {
    fake().show(real());
    await page.getByRole('button', { name: 'Change your PIN' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Current PIN', { exact: true }).fill('9999');
    await dialog.getByLabel('New PIN', { exact: true }).fill('904713');
    await dialog.getByLabel('New PIN again').fill('904713');
    await dialog.getByRole('button', { name: 'Change it' }).click();
    await dialog.getByRole('alert').waitFor();
    for (const field of ['Current PIN', 'New PIN', 'New PIN again'])
      await soon(async () => assert.equal(await dialog.getByLabel(field, { exact: true }).inputValue(), ''));
  });
});

test('a new person has six digits; an engineer chooses four only with a reason', async (t) => {
  await onPage(t, async (page) => {
    await goTo(page, '#/station/people');
    await page.getByLabel('Name').fill('Pat');
    await page.getByLabel('Badge number').fill('OP-7007');
    const pin = page.getByLabel('PIN', { exact: true });
    const add = page.getByRole('button', { name: 'Add the person' });
    for (const [typed, why] of [
      ['4812', 'A PIN has at least 6 digits here.'],
      ['121212', 'This PIN is easy to guess.'],
      ['907007', 'This PIN is printed on the badge.'],
    ] as const) {
      await pin.fill(typed);
      await page.getByText(why).waitFor();
      await soon(async () => assert.ok(await add.isDisabled(), typed));
    }
    await pin.fill('275183');
    await soon(async () => assert.ok(await add.isEnabled()));

    await page.getByRole('combobox', { name: 'At least' }).click();
    await page.getByRole('option', { name: '4 digits' }).click();
    const save = page.getByRole('button', { name: 'Save' });
    await soon(async () => assert.ok(await save.isDisabled(), 'no reason yet'));
    await page.getByLabel('Why fewer than six').fill('short');
    await page.getByText('Write a reason of at least ten characters.').waitFor();
    await page.getByLabel('Why fewer than six').fill('the terminals have four keys only');
    await settled(page);
    await shoot(page, 'pin-rule');
    assert.deepEqual(await axe(page), []);
    assert.equal(await tooWide(page), 0);
    await save.click();
    await page.getByText('Saved.').waitFor();
    const reason = 'the terminals have four keys only';
    await soon(() => assert.deepEqual(called('station.configure'), { pins: { leastDigits: 4, reason } }));
  });
});
