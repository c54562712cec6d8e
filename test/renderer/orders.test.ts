/** Orders on the station page: progress, pause, files with their preview, and the ways in for other systems. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StationError } from '../../app/contract/errors.ts';
import { axe, goTo, settled, shoot, soon } from './browser.ts';
import { stage, tooWide } from './stage.ts';

const { fake, onPage, called } = stage;

test('an order shows its progress and is paused; a file is looked at before its orders are made', async (t) => {
  await onPage(t, async (page) => {
    await goTo(page, '#/station/orders');
    const main = page.locator('main');
    await main.getByRole('progressbar', { name: 'Progress of order WO-2611-07' }).waitFor();
    await main.getByText('3 failed, 186 to go').waitFor();
    await main.getByText(/^52 an hour/).waitFor();
    await main.getByRole('button', { name: 'Pause order WO-2611-07' }).press('Enter');
    await main.getByLabel('CSV, XLSX or JSON file').setInputFiles({
      name: 'orders.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from('order,model,quantity\nWO-9,SENSE-2,40\nWO-10,SENSE-2,many\n'),
    });
    await main.getByText('This is no whole number that fits. Correct it.').waitFor();
    await main.getByText('There is no such recipe.', { exact: false }).waitFor();
    await main.getByText('WO-2611-07 is also for SN-8 – SN-9').waitFor();
    await main.getByText('WO-2611-05 is also for BM-26-004180 – BM-26-004190').waitFor();
    await soon(() => assert.deepEqual(called('orders.pause'), { orderId: 'WO-2611-07' }));
    assert.equal(called('orders.import'), undefined, 'a preview changes nothing');
    await settled(page);
    await shoot(page, 'orders-file');
    await main.getByRole('heading', { name: 'Orders from a file' }).scrollIntoViewIfNeeded();
    await shoot(page, 'orders-file-preview');
    assert.deepEqual(await axe(page), []);
    assert.ok((await tooWide(page)) <= 0);
    await main.getByRole('button', { name: 'Make 1 order' }).click();
    await main.getByText('1 order is made.').waitFor();
    await soon(() => assert.equal(called('orders.import')?.name, 'orders.csv'));
  });
});

test('the ways in say how they do; a new token is shown once, and a refused webhook is sent again', async (t) => {
  await onPage(
    t,
    async (page) => {
      await goTo(page, '#/station/orders');
      const main = page.locator('main');
      await main.getByText('Der Empfänger lehnt Ereignisse ab', { exact: false }).waitFor();
      await main.getByText('Der Empfänger antwortet 403.').waitFor();
      await main.getByText('Den Ordner gibt es nicht. Legen Sie ihn an oder nennen Sie einen anderen.').waitFor();
      await main.getByText('Zertifikat und Schlüssel gehen nicht (EACCES).', { exact: false }).waitFor();
      await soon(async () =>
        assert.equal(await main.locator('[lang=en]').count(), 0, 'no sentence of the station is in English only'),
      );
      await main.getByRole('heading', { name: 'Aufträge aus anderen Systemen' }).scrollIntoViewIfNeeded();
      await settled(page);
      await shoot(page, 'orders-intake');
      assert.deepEqual(await axe(page), []);
      const port = main.getByLabel('Anschluss für ein MES');
      const before = await port.inputValue();
      await port.fill('999999');
      await main.getByText('Das hat nicht die richtige Form.').waitFor();
      await main.getByRole('button', { name: 'Speichern' }).and(main.locator(':disabled')).waitFor();
      await page.getByRole('link', { name: 'Geräte', exact: true }).click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Abbrechen' }).click();
      assert.equal(await port.inputValue(), '999999', 'typed text is not lost without a question');
      await port.fill(before);
      await main.getByRole('button', { name: 'Wieder senden' }).click();
      await main.getByText('a-token').waitFor();
      await soon(() => assert.deepEqual(called('orders.setIntake'), { resumeWebhook: true }));
      await main.getByText('Seine CA: CN=Factory Root, bis 01.05.2031').waitFor();
      await main.getByLabel('CA dieses Empfängers (PEM-Datei)').fill('/etc/new-ca.pem');
      const data = { reason: 'receiverCaExpired', subject: 'CN=Old Root', until: '2024-05-01' };
      fake().refusals.set('orders.setIntake', new StationError('call.badParams', 'expired', { data }));
      await main.getByRole('button', { name: 'Speichern' }).click();
      await main.getByText('Die CA CN=Old Root ist am 2024-05-01 abgelaufen. Nennen Sie ihre Nachfolgerin.').waitFor();
      await soon(() => assert.equal(called('orders.setIntake')?.webhookCa, '/etc/new-ca.pem'));
      fake().refusals.clear();
      const days = main.getByLabel('Tage, die zugestellte Ereignisse bleiben');
      await days.fill('0');
      await main.getByText('Schreiben Sie eine ganze Zahl von Tagen', { exact: false }).waitFor();
      await days.fill('30');
      await main.getByRole('button', { name: 'Speichern' }).click();
      await soon(() => assert.equal(called('orders.setIntake')?.eventDays, 30));
      const end = main.getByLabel('Endet am');
      await end.fill('2020-01-01');
      await main.getByText('Dieser Tag ist vorbei: Geräte würden abgelehnt.').waitFor();
      await end.fill('2090-01-01');
      await main.getByText('Dieser Tag ist vorbei', { exact: false }).waitFor({ state: 'detached' });
    },
    { width: 1920, height: 1080, theme: 'dark', locale: 'de' },
  );
});
