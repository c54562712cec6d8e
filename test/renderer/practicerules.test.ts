/** Rates and permissions of the practice AWS, from the practice panel. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StationError } from '../../app/contract/index.ts';
import { axe, goTo, settled, shoot, soon } from './browser.ts';
import { practiceOf } from './fixtures.ts';
import { label, looks } from './looks.ts';
import { stage, tooWide } from './stage.ts';

const { fake, onPage, called } = stage;
const policy = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iot:*","Resource":"*"}]}';

test('rates and a policy are put in force by keyboard, the panel says so, and a bad one is named', async (t) => {
  await onPage(t, async (page) => {
    fake().show({ 'practice.changed': practiceOf(4) });
    await goTo(page, '#/bench');
    await page.getByRole('button', { name: 'The practice AWS' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Rates and permissions of the practice AWS' }).press('Enter');
    await page.getByRole('dialog').getByRole('combobox').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('option', { name: /As many as AWS allows/ }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await soon(() => assert.deepEqual(called('practice.rates'), { on: true }));

    const field = page.getByLabel('What the station may do: an IAM identity policy, as JSON', { exact: true });
    const give = page.getByRole('button', { name: /Put in force. What the station/ });
    await soon(async () => assert.ok(await give.isDisabled(), 'there is nothing to put in force'));
    fake().refusals.set('practice.permit', new StationError('call.badParams', 'Statement 1: Effect must be "Allow".'));
    await field.fill('{"Statement":{}}');
    await give.press('Enter');
    await page.getByRole('alert').getByText('Statement 1: Effect must be').waitFor();
    fake().refusals.clear();
    await field.fill(policy);
    await give.press('Enter');
    await soon(() => assert.equal(called('practice.permit')?.policy, policy));
    await soon(() => assert.equal(called('practice.permit')?.who, 'user'));

    fake().show({ 'practice.changed': { ...practiceOf(4), rates: true, policies: { user: policy, role: null } } });
    await page.getByText('This policy is in force.').waitFor();
    await page.getByRole('button', { name: /Allow everything. What the station/ }).press('Enter');
    await soon(() => assert.equal(called('practice.permit')?.policy, null));
    await soon(async () => assert.equal(await field.inputValue(), ''));
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'The practice AWS: some rates or permissions are in force' }).waitFor();
  });
});

test('it fits both sizes and themes, and axe finds nothing', async (t) => {
  for (const look of looks) {
    await onPage(
      t,
      async (page) => {
        fake().show({ 'practice.changed': { ...practiceOf(4), policies: { user: policy, role: null } } });
        await goTo(page, '#/bench');
        await page.getByRole('button', { name: /^The practice AWS/ }).click();
        await page.getByRole('menuitem', { name: /permissions of the practice AWS/ }).click();
        await page.getByRole('dialog').waitFor();
        await settled(page);
        await shoot(page, `practice-rules-${label(look)}`);
        assert.deepEqual([await axe(page), await tooWide(page)], [[], 0]);
      },
      look,
    );
  }
});

test('the way to practise is chosen in the panel, which shows how each device comes in', async (t) => {
  await onPage(t, async (page) => {
    const phases = [{ phase: 'tls' as const, state: 'failed' as const, ms: 3, reason: 'the gateway closed it' }];
    const field = [
      { unitSerial: 'P-000001', state: 'gaveUp' as const, tries: 10, phases },
      { unitSerial: 'P-000002', state: 'connected' as const, tries: 2, phases: [] },
    ];
    fake().show({ 'practice.changed': { ...practiceOf(4), way: null, field } });
    await goTo(page, '#/bench');
    await page.getByText('P-000002 is connected at try 2').waitFor();
    await page.getByRole('button', { name: 'The practice AWS' }).click();
    await page.getByRole('menuitem', { name: 'Way to practise' }).click();
    await page.getByText('P-000001 gave up after 10 tries tls: the gateway closed it').waitFor();
    await page.getByRole('combobox', { name: 'Way to practise' }).click();
    await page.getByRole('option', { name: 'Just-in-time registration (JITR)' }).click();
    await soon(() => assert.deepEqual(called('practice.way'), { way: 'jitr' }));
    assert.equal(await tooWide(page), 0);
    await shoot(page, 'practice-ways');
    assert.deepEqual(await axe(page), []);
  });
});
