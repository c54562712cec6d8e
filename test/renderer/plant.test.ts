/** QA looks at the plant, and an engineer takes parts of its orders. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { StationError } from '../../app/contract/index.ts';
import { axe, goTo, settled, shoot, soon } from './browser.ts';
import { people } from './fixtures.ts';
import { label, looks } from './looks.ts';
import { stage, tooWide } from './stage.ts';

const { fake, onPage, called } = stage;
const stationTwo = '1a2b3c4d-0000-4000-8000-000000000002';
const unitPage = `#/plant/units/${stationTwo}/BM-26-0007`;

/** A station of its own: the practice line joins no plant. */
const real = () => ({ 'station.changed': { ...fake().snapshot('station.changed'), practice: false } });

describe('the plant on screen', () => {
  for (const look of looks) {
    for (const locale of ['en-GB', 'de-DE'] as const) {
      test(`its screens fit at ${label(look)} in ${locale}, and axe finds nothing`, { timeout: 120_000 }, async (t) => {
        fake().plant.joined = true;
        await onPage(
          t,
          async (page) => {
            for (const [name, hash, role] of [
              ['plant', '#/plant', 'row'],
              ['plant-units', '#/plant/units?q=BM-26', 'row'],
              ['plant-unit', unitPage, 'row'],
              ['plant-orders', '#/station/orders', 'row'],
              ['plant-set', '#/station/plant', 'form'],
            ] as const) {
              if (name === 'plant-set') fake().show(real());
              await goTo(page, hash);
              await page.locator('main').getByRole(role).first().waitFor();
              await settled(page);
              await shoot(page, `${name}-${locale.slice(0, 2)}-${label(look)}`);
              assert.equal(await tooWide(page), 0, name);
              assert.deepEqual(await axe(page), [], name);
            }
          },
          { ...look, locale },
        );
      });
    }
  }

  test('the switch is there at a station of a plant only, and the plant’s units are found from it', (t) =>
    onPage(t, async (page) => {
      const main = page.locator('main');
      fake().signIn(people.qa);
      await goTo(page, '#/overview');
      await main.getByRole('heading', { name: 'Today' }).waitFor();
      await soon(async () => assert.equal(await main.getByRole('link', { name: 'The plant' }).count(), 0));
      fake().plant.joined = true;
      await goTo(page, '#/units');
      await goTo(page, '#/overview');
      await main.getByRole('link', { name: 'The plant' }).click();
      await main.getByText('960').first().waitFor();
      await main.getByText('95%').waitFor();
      await main.getByText('Line 1: 321 of 500').waitFor();
      await main.getByText('line3 has not joined yet').waitFor();
      await main.getByRole('link', { name: /BM-26-0007 was made at Line 2 too/ }).waitFor();
      const box = main.getByRole('searchbox', { name: 'Search all stations' });
      await box.fill('BM-26-000');
      await box.press('Enter');
      await main.getByText('10 units').waitFor();
      await soon(() => assert.equal(called('plant.units')?.query, 'BM-26-000'));
      const saved = page.waitForEvent('download');
      await main.getByRole('button', { name: 'CSV' }).click();
      const text = await readFile((await (await saved).path()) ?? '', 'utf8');
      assert.deepEqual(text.split('\r\n')[1]?.split(','), [
        ...['BM-26-0000', 'Line 1', 'passed', 'PO-7-3fa9c1d2', 'BM-1', 'hw-0', '2026-11-20T12:00:00.000Z'],
      ]);
    }));

  test('a unit shows what is proved and what is not, and each proof can be read', (t) =>
    onPage(t, async (page) => {
      const main = page.locator('main');
      fake().plant.joined = true;
      fake().signIn(people.qa);
      await goTo(page, unitPage);
      await main.getByRole('heading', { name: 'BM-26-0007' }).waitFor();
      await main.getByRole('link', { name: 'The same serial at Line 1' }).waitFor();
      for (const standing of ['Proved', 'Not proved', 'Not signed yet'])
        await main.getByText(standing, { exact: true }).waitFor();
      for (const [leaf, said] of [
        [1198, 'The leaf is in the log that the station signed.'],
        [1199, 'it was changed in the plant, or leaves are gone'],
        [1200, 'No signed checkpoint covers this leaf yet.'],
      ] as const) {
        await main.getByRole('button', { name: `Show the proof of leaf ${leaf}` }).click();
        await page.getByRole('dialog').getByText(said).waitFor();
        if (leaf === 1198) await shoot(page, 'plant-proof');
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({ state: 'detached' });
      }
    }));

  test('an engineer tries a plant, joins it and leaves it; the password is never shown', (t) =>
    onPage(t, async (page) => {
      const main = page.locator('main');
      await goTo(page, '#/station/plant');
      await main.getByText('The practice line joins no plant.', { exact: false }).waitFor();
      fake().show(real());
      const form = main.getByRole('form', { name: 'Join a plant' });
      const join = form.getByRole('button', { name: 'Join a plant' });
      await form.waitFor();
      await soon(async () => assert.ok(await join.isDisabled()));
      await form.getByLabel('Address').fill('plant.example');
      await form.getByLabel('Database', { exact: true }).fill('birthmark');
      await form.getByLabel('Database user').fill('line1');
      await form.getByLabel('Password').fill('a secret');
      await soon(async () => assert.equal(await form.getByLabel('Password').getAttribute('type'), 'password'));
      await form.getByLabel('TLS CA').fill('/etc/plant-root.pem');
      const login = {
        ...{ host: 'plant.example', port: 5432, database: 'birthmark', user: 'line1', password: 'a secret' },
        rootFile: '/etc/plant-root.pem',
      };
      const data = { reason: 'plantName' };
      fake().refusals.set('plant.try', new StationError('plant.untrusted', 'another name', { data }));
      await form.getByRole('button', { name: 'Try the connection' }).press('Enter');
      await main.getByText('The certificate of the server is for another name than the one in the address.').waitFor();
      fake().refusals.clear();
      await form.getByRole('button', { name: 'Try the connection' }).press('Enter');
      await main.getByText('The plant plant-1 answers and takes this login.', { exact: false }).waitFor();
      assert.deepEqual(called('plant.try'), { login });
      assert.equal(called('plant.join'), undefined, 'nothing is joined yet');
      await settled(page);
      await shoot(page, 'plant-tried');
      assert.deepEqual(await axe(page), []);
      await join.click();
      await main.getByText('The station has joined.', { exact: false }).waitFor();
      assert.deepEqual(called('plant.join'), { login, offline: 'goOn', askMs: 1000, again: false });

      await main.getByText('plant.example:5432/birthmark').waitFor();
      const change = main.getByRole('form', { name: 'How the plant is reached' });
      await soon(async () => assert.equal(await change.getByLabel('Password').inputValue(), ''));
      assert.ok(!(await page.content()).includes('a secret'));
      await main.getByRole('button', { name: 'Leave the plant' }).click();
      const asked = page.getByRole('alertdialog');
      await asked.getByText('The address and the password are removed here.', { exact: false }).waitFor();
      await asked.getByRole('button', { name: 'Leave the plant' }).click();
      await main.getByText('The station has left.', { exact: false }).waitFor();
      await main.getByRole('form', { name: 'Join a plant' }).waitFor();

      const name = 'line1.url';
      const buffer = Buffer.from('postgresql://line1:word@plant.example/birthmark#key=abc\n');
      await main.getByLabel('File of "plant admit"').setInputFiles({ name, mimeType: 'text/plain', buffer });
      await main.getByText(name).waitFor();
      await main.getByRole('button', { name: 'Join a plant' }).click();
      await main.getByText('The station has joined.', { exact: false }).waitFor();
      assert.equal(called('plant.join')?.url, buffer.toString().trim());
      fake().signIn(people.qa);
      await goTo(page, '#/overview');
      await goTo(page, '#/station/plant');
      await main.getByRole('tab').first().waitFor();
      await soon(async () =>
        assert.equal(await main.getByRole('tab', { name: 'Plant' }).count(), 0, 'QA joins no plant'),
      );
    }));

  test('an engineer gives QA’s desk a login of its own, tried first, and takes it away', (t) =>
    onPage(t, async (page) => {
      const main = page.locator('main');
      const form = main.getByRole('form', { name: 'QA’s desk reads the plant' });
      await goTo(page, '#/station/plant');
      fake().show(real());
      await main.getByRole('form', { name: 'Join a plant' }).waitFor();
      assert.equal(await form.count(), 0, 'the desk has no switch at a station without a plant');
      fake().plant.joined = true;
      await goTo(page, '#/overview');
      await goTo(page, '#/station/plant');
      await form.waitFor();
      await soon(async () => assert.equal(await form.getByLabel('Address').inputValue(), 'plant.example'));
      const read = form.getByRole('button', { name: 'Let the desk read' });
      await soon(async () => assert.ok(await read.isDisabled(), 'there is no login yet'));
      await form.getByLabel('Database user').fill('qa');
      await form.getByLabel('Password').fill('a secret');
      const data = { reason: 'plantNoReader' };
      fake().refusals.set('plant.tryReader', new StationError('plant.refused', 'no reader', { data }));
      await form.getByRole('button', { name: 'Try the connection' }).click();
      await form.getByText('This login is no reader of the whole plant.', { exact: false }).waitFor();
      fake().refusals.clear();
      await form.getByRole('button', { name: 'Try the connection' }).click();
      await form.getByText('The plant plant-1 answers, and this login reads all of it.').waitFor();
      const login = {
        ...{ host: 'plant.example', port: 5432, database: 'birthmark', user: 'qa', password: 'a secret' },
        rootFile: '/etc/plant-root.pem',
      };
      assert.deepEqual([called('plant.tryReader'), called('plant.readWith')], [{ login }, undefined]);
      await form.getByLabel('Password').fill('another');
      await soon(async () =>
        assert.equal(await form.getByText('answers, and').count(), 0, 'that answer was to the other one'),
      );
      await form.getByLabel('Password').fill('a secret');
      await read.click();
      await main.getByText('QA’s desk reads the whole plant from now on.').waitFor();
      assert.deepEqual(called('plant.readWith'), { login });
      await form.getByText('The desk reads with the login qa.').waitFor();
      assert.ok(!(await page.content()).includes('a secret'));
      await form.scrollIntoViewIfNeeded();
      await settled(page);
      await shoot(page, 'plant-reader');
      assert.deepEqual(await axe(page), []);
      await form.getByRole('button', { name: 'Read no more' }).click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Read no more' }).click();
      await main.getByText('QA’s desk reads this station only.').waitFor();
      assert.deepEqual(called('plant.readWith'), { url: null });

      // The form is that of the next login now.
      await read.waitFor();
      const name = 'reader.url';
      const buffer = Buffer.from('postgresql://qa:word@plant.example/birthmark\n');
      await form.getByLabel('File of "plant admit"').setInputFiles({ name, mimeType: 'text/plain', buffer });
      await form.getByText(name).waitFor();
      await read.click();
      await soon(() => assert.equal(called('plant.readWith')?.url, buffer.toString().trim()));
    }));

  test('a plant that is away says so with the next act, and the station’s own view is one press away', (t) =>
    onPage(t, async (page) => {
      const main = page.locator('main');
      fake().plant.joined = true;
      fake().signIn(people.qa);
      fake().refusals.set('plant.overview', new StationError('plant.unreachable', 'the plant cannot be reached'));
      await goTo(page, '#/plant');
      await main.getByRole('alert').getByText('Check the network').waitFor();
      await main.getByRole('link', { name: 'This station' }).click();
      await main.getByRole('heading', { name: 'Today' }).waitFor();
    }));

  test('an engineer takes a part of an order, and gives back what is left of one', (t) =>
    onPage(t, async (page) => {
      fake().plant.joined = true;
      await goTo(page, '#/station/orders');
      const card = page.getByRole('region', { name: 'Orders of the plant' });
      const field = card.getByLabel('How many of PO-8');
      await field.fill('5');
      await card.getByText('1 to 4').waitFor();
      await card.scrollIntoViewIfNeeded();
      await shoot(page, 'plant-take');
      await field.fill('4');
      await field.press('Enter');
      await soon(() => assert.deepEqual(called('plant.lease'), { orderId: 'PO-8', quantity: 4, activate: false }));
      await card.getByRole('button', { name: 'Give back what is left of PO-7-3fa9c1d2' }).click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Give back' }).click();
      await card.getByText('The plant cannot be reached now and is told later.').waitFor();
      await card.getByText('179 given back').waitFor();
      await soon(() => assert.deepEqual(called('plant.giveBack'), { lease: '3fa9c1d2-0000-4000-8000-000000000000' }));
    }));
});
