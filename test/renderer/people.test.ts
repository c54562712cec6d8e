/** People on screen: an engineer replaces, changes, gives and unlocks; QA looks; a shift is handed over. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright';
import { StationError } from '../../app/contract/index.ts';
import { axe, goTo, settled, shoot, soon } from './browser.ts';
import { benchOf, people, slotIn } from './fixtures.ts';
import { looks } from './looks.ts';
import { stage, tooWide } from './stage.ts';

const { fake, onPage, called } = stage;
const rowOf = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });

test('the list shows last sign-in, wrong PINs, the lock that counts down, and former badges', async (t) => {
  for (const look of looks)
    await onPage(
      t,
      async (page) => {
        await goTo(page, '#/station/people');
        const olga = rowOf(page, people.operator.name);
        await olga.getByText('5 wrong PINs').waitFor();
        await olga.getByText(/^Locked, (1:0\d|0:5\d) left$/).waitFor();
        await rowOf(page, 'Otto Brandt').getByText('Deactivated').waitFor();
        const quentin = rowOf(page, people.qa.name);
        await quentin.getByText('Never').waitFor();
        await quentin.getByText('1 former badge').click();
        await quentin.getByText('B-3000: lost, Erika Sommer (B-1001)').waitFor();
        await settled(page);
        assert.deepEqual(await axe(page), []);
        assert.equal(await tooWide(page), 0);
        await shoot(page, `people-${look.theme}`);
      },
      look,
    );
});

test('each act says what it means, and asks the station for that and no more', (t) =>
  onPage(t, async (page) => {
    await goTo(page, '#/station/people');
    const open = async (name: string, act: string) => {
      await page.getByRole('button', { name: `More about ${name}` }).click();
      await page.getByRole('menuitem', { name: act }).click();
    };
    await page.getByRole('button', { name: 'Unlock the badge of Olga Petrova' }).click();
    await settled(page);
    await soon(() => assert.deepEqual(called('people.unlock'), { personId: 2 }));

    await open('Olga Petrova', 'Replace the badge');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('The badge B-2001 stops working at once').waitFor();
    const replace = dialog.getByRole('button', { name: 'Replace it' });
    await soon(async () => assert.ok(await replace.isDisabled(), 'no badge yet'));
    await dialog.getByLabel('New badge number').fill('B-2001');
    await soon(async () => assert.ok(await replace.isDisabled(), 'the same one'));
    await dialog.getByLabel('New badge number').fill('B-2009');
    await settled(page);
    assert.deepEqual(await axe(page), []);
    await shoot(page, 'replace-badge');
    fake().refusals.set(
      'people.replaceBadge',
      new StationError('call.badParams', 'the badge B-2009 belongs to another person', { data: { path: 'badge' } }),
    );
    await replace.click();
    await dialog.getByRole('alert').getByText('the badge B-2009 belongs to another person').waitFor();
    await dialog.getByLabel('New badge number').fill('B-2010');
    await replace.click();
    await dialog.waitFor({ state: 'detached' });
    await soon(() => assert.deepEqual(called('people.replaceBadge'), { personId: 2, badge: 'B-2010', reason: 'lost' }));

    await open('Olga Petrova', 'Change the role');
    await dialog.getByRole('combobox').click();
    await page.getByRole('option', { name: 'Engineer' }).click();
    await dialog.getByRole('button', { name: 'Change it' }).click();
    await dialog.waitFor({ state: 'detached' });
    await soon(() => assert.deepEqual(called('people.setRole'), { personId: 2, role: 'engineer' }));

    await open('Olga Petrova', 'Give a new PIN');
    await dialog.getByText('You know this PIN').waitFor();
    await dialog.getByLabel('New PIN').fill('3003');
    await dialog.getByText('This is a PIN of the practice line. Everyone knows it.').waitFor();
    await dialog.getByLabel('New PIN').fill('904713');
    await settled(page);
    await shoot(page, 'give-pin');
    await dialog.getByRole('button', { name: 'Give it' }).click();
    await dialog.waitFor({ state: 'detached' });
    await soon(() => assert.deepEqual(called('people.setPin'), { personId: 2, pin: '904713' }));

    await open('Olga Petrova', 'Deactivate');
    const question = page.getByRole('alertdialog');
    await question.getByRole('button', { name: 'Deactivate' }).click();
    await question.waitFor({ state: 'detached' });
    await soon(() => assert.deepEqual(called('people.deactivate'), { personId: 2 }));
    await open('Otto Brandt', 'Activate again');
    await question.getByRole('button', { name: 'Activate' }).click();
    await question.waitFor({ state: 'detached' });
    await soon(() => assert.deepEqual(called('people.activate'), { personId: 9 }));
  }));

test('a person of the plant is told apart, and can only be deactivated here', (t) =>
  onPage(t, async (page) => {
    fake().people = fake().people.map((one) =>
      one.badge === people.operator.badge ? { ...one, source: 'plant' } : one,
    );
    await goTo(page, '#/station/people');
    const olga = rowOf(page, people.operator.name);
    await olga.getByText('From the plant: role, badge and PIN are changed there').waitFor();
    await page.getByRole('button', { name: `More about ${people.operator.name}` }).click();
    await soon(async () => assert.deepEqual(await page.getByRole('menuitem').allTextContents(), ['Deactivate']));
    await page.keyboard.press('Escape');
    await settled(page);
    assert.deepEqual(await axe(page), []);
    await shoot(page, 'people-plant');
  }));

test('nobody takes away the last engineer or their own PIN here, and QA sees all and changes nothing', (t) =>
  onPage(t, async (page) => {
    await goTo(page, '#/station/people');
    await page.getByRole('button', { name: 'More about Erika Sommer' }).click();
    await soon(async () => assert.deepEqual(await page.getByRole('menuitem').allTextContents(), ['Replace the badge']));
    await page.keyboard.press('Escape');
    fake().signIn(people.qa);
    await page.getByText('An engineer changes people. You can look at them here.').waitFor();
    await rowOf(page, people.operator.name).getByText('5 wrong PINs').waitFor();
    const main = page.getByRole('table', { name: 'People' });
    await soon(async () => assert.equal(await main.getByRole('button').count(), 0));
    await soon(async () => assert.equal(await page.getByRole('button', { name: 'Add the person' }).count(), 0));
    await settled(page);
    assert.deepEqual(await axe(page), []);
    await shoot(page, 'people-qa');
  }));

test('the next operator takes over while units are at work; a wrong PIN changes nothing', async (t) => {
  for (const look of looks)
    await onPage(
      t,
      async (page) => {
        const bench = benchOf(4, 'EMPTY');
        fake().show({ 'bench.changed': { ...bench, slots: [slotIn('WORKING', 1), ...bench.slots.slice(1)] } });
        fake().signIn(people.operator);
        await page.getByRole('button', { name: 'Hand over' }).click();
        const dialog = page.getByRole('dialog', { name: 'Hand over to the next person' });
        await dialog.getByText('Olga Petrova stays signed in until the PIN is right.').waitFor();
        await dialog.getByText('1 unit is at work and goes on. The records name both people.').waitFor();
        await settled(page);
        assert.deepEqual(await axe(page), []);
        await shoot(page, `hand-over-${look.theme}`);
        await dialog.getByLabel('Badge number').fill('B-2002');
        await dialog.getByLabel('PIN', { exact: true }).fill('135790');
        fake().refusals.set(
          'session.signIn',
          new StationError('session.wrongPin', 'refused', { data: { triesLeft: 4 } }),
        );
        await dialog.getByRole('button', { name: 'Take over' }).click();
        await dialog.getByText('4 tries left before this badge is locked for a while.').waitFor();
        await page.keyboard.press('Escape');
        await page.getByRole('banner').getByText('Olga Petrova').waitFor();
      },
      look,
    );
});
