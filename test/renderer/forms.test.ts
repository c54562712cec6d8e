/** Every form of the screens goes by one hook: Enter, focus, and a refusal at its field. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Locator, Page } from 'playwright';
import { StationError } from '../../app/contract/index.ts';
import { goTo, settled, shoot, soon } from './browser.ts';
import { documentAt } from './fakedocuments.ts';
import { stage } from './stage.ts';

const { fake, onPage, called } = stage;

const field = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });
const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('name'));

async function typeOrder(page: Page) {
  await goTo(page, '#/station/orders');
  await field(page, 'Order').fill('WO-77');
  await field(page, 'Model').fill('SENSE-2');
}

describe('a form', () => {
  test('Enter goes to the first field that is missing, then submits', async (t) => {
    await onPage(t, async (page) => {
      await typeOrder(page);
      await field(page, 'Order').press('Enter');
      assert.equal(await focused(page), 'quantity');
      assert.equal(called('orders.make'), undefined);
      await field(page, 'Quantity').fill('5');
      await field(page, 'Quantity').press('Enter');
      await page.waitForFunction(() => document.querySelector<HTMLInputElement>('[name="orderId"]')?.value === '');
      await soon(() => assert.equal(called('orders.make')?.quantity, 5));
    });
  });

  test('a refusal of the station is put at the field it names, until that field changes', async (t) => {
    await onPage(t, async (page) => {
      await typeOrder(page);
      await field(page, 'Quantity').fill('5');
      await field(page, 'First unit serial').fill('BM-0001');
      await field(page, 'Last unit serial').fill('BM-0005');
      fake().refusals.set(
        'orders.make',
        new StationError('call.badParams', 'overlaps', { data: { path: 'serialFrom' } }),
      );
      await field(page, 'Quantity').press('Enter');
      await page.getByRole('alert').filter({ hasText: 'call.badParams' }).waitFor();
      assert.equal(await focused(page), 'serialFrom');
      const from = field(page, 'First unit serial');
      await soon(async () => assert.equal(await from.getAttribute('aria-invalid'), 'true'));
      await soon(async () => assert.equal(await field(page, 'Model').getAttribute('aria-invalid'), null));
      await from.fill('BM-0002');
      await soon(async () => assert.equal(await from.getAttribute('aria-invalid'), null));
      await soon(async () => assert.equal(await field(page, 'Order').inputValue(), 'WO-77'));
    });
  });

  test("an order's registration is chosen in its row, and a target's template among those that batches can use", async (t) => {
    await onPage(t, async (page) => {
      await goTo(page, '#/station/orders');
      const pick = async (field: Locator, option: string) => {
        await field.click();
        await page.getByRole('option', { name: option, exact: true }).click();
      };
      const asked = (method: string) =>
        page.waitForResponse((response) => response.request().postData()?.includes(`"${method}"`) ?? false);
      const registered = asked('orders.register');
      await pick(
        page.getByRole('row', { name: /WO-2611-07/ }).getByRole('combobox'),
        'main: RegisterThing, unit by unit',
      );
      await registered;
      await soon(() =>
        assert.deepEqual(called('orders.register'), {
          orderId: 'WO-2611-07',
          registration: { target: 'main', way: 'registerThing' },
        }),
      );
      const allowed = asked('cloud.setAllowList');
      await pick(
        page.getByRole('row', { name: /WO-2611-07/ }).getByRole('combobox'),
        'main: Just-in-time registration (JITR)',
      );
      await allowed;
      await soon(() =>
        assert.deepEqual(called('cloud.setAllowList'), { orderId: 'WO-2611-07', target: 'main', wanted: true }),
      );
      fake().documents = [
        documentAt('template', 'bulk', 'meters', 1, '{}'),
        documentAt('template', 'fleet', 'claim', 1, '{}'),
        documentAt('template', 'bulk', 'old', 1, '{}'),
        documentAt('template', 'bulk', 'old', 2, null),
      ];
      await goTo(page, '#/station/cloud');
      await page.getByRole('button', { name: 'Change', exact: true }).click();
      const template = page.getByRole('combobox').filter({ hasText: 'own' });
      await template.click();
      await soon(async () =>
        assert.deepEqual(await page.getByRole('option').allTextContents(), ['The station’s own', 'meters']),
      );
      await page.getByRole('option', { name: 'meters' }).click();
      await settled(page);
      await shoot(page, 'target-template');
      const saved = asked('targets.save');
      await page.getByRole('button', { name: 'Save the target' }).click();
      await saved;
      await soon(() =>
        assert.equal((called('targets.save')?.target as { template?: string } | undefined)?.template, 'meters'),
      );
    });
  });

  test('settings stay in the form, and are saved only when they differ', async (t) => {
    await onPage(t, async (page) => {
      await goTo(page, '#/station/people');
      const form = page.locator('form').filter({ has: page.getByRole('heading', { name: 'PINs', exact: true }) });
      const save = form.getByRole('button', { name: 'Save', exact: true });
      await soon(async () => assert.equal(await save.isDisabled(), true));
      await form.getByRole('combobox').click();
      await page.getByRole('option').last().click();
      await save.click();
      await form.getByText('Saved.').waitFor();
      const sent = called('station.configure')?.pins as { leastDigits: number };
      assert.equal(sent.leastDigits, 8);
      await soon(async () => assert.equal(await save.isDisabled(), true, 'it is saved'));
    });
  });

  test('a rule that is not complete is not saved as none', async (t) => {
    await onPage(t, async (page) => {
      await goTo(page, '#/station/labels');
      const badges = page.getByRole('group', { name: 'Badges', exact: true });
      const save = page.getByRole('button', { name: 'Save the rules' });
      await badges.getByLabel('Pattern').fill('[A-Z]-[0-9]{4}');
      await page.waitForFunction(() => document.querySelector('form button[type="submit"]:not(:disabled)') !== null);
      await badges.getByLabel('Shortest length').fill('8');
      await soon(async () => assert.equal(await save.isDisabled(), true, 'one length of two'));
      await badges.getByLabel('Longest length').fill('9');
      await save.click();
      await page.waitForFunction(() => document.querySelector('form button[aria-busy="true"]') === null);
      const sent = called('station.configure')?.scan as { badge: object } | undefined;
      assert.deepEqual(sent?.badge, {
        kind: 'pattern',
        pattern: '[A-Z]-[0-9]{4}',
        check: 'none',
        length: { min: 8, max: 9 },
      });
    });
  });
});
