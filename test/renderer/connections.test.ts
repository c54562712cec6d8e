/** The Connections page: counts for each order, reasons with their remedy, the list, the check and the export. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axe, goTo, settled, shoot, soon } from './browser.ts';
import { failedUnit, noConnections, someConnections } from './fakeconnections.ts';
import { stationStatus, usualTarget } from './fixtures.ts';
import { label, looks } from './looks.ts';
import { stage, tooWide } from './stage.ts';

const { fake, onPage, called } = stage;

const show = (change = {}) => {
  const targets = ['main', 'china'].map((name) => ({ ...usualTarget, name }));
  fake().show({ 'station.changed': stationStatus({ targets }), 'connections.changed': someConnections(change) });
};
const listed = () => called('connections.list') ?? {};

for (const look of looks)
  test(`counts and reasons can be read without a pointer, and lead to their units (${label(look)})`, (t) =>
    onPage(
      t,
      async (page) => {
        show();
        await goTo(page, '#/connections');
        const orders = page.getByRole('region', { name: 'How many units stand where' });
        await orders.getByText('748 connected · 1,200 waiting · 52 failed of 2,000 units').waitFor();
        await page.getByText('may not listen to the messages of the account').waitFor();
        await page
          .getByRole('table', { name: 'First connections of units' })
          .getByRole('link', { name: 'SN-26-000001' })
          .waitFor();
        await settled(page);
        assert.equal(await tooWide(page), 0);
        assert.deepEqual(await axe(page), []);
        await shoot(page, `connections-${label(look)}`);
        const reasons = page.getByRole('region', { name: 'What is wrong, and what to do' });
        const first = reasons.getByRole('listitem').first();
        await soon(async () =>
          assert.match(
            (await first.textContent()) ?? '',
            /41 units came.*subject/s,
            'the most frequent first, with its remedy',
          ),
        );
        await first.getByRole('button').click();
        await soon(() => assert.equal(listed().reason, 'templateFailed'));
        await orders.getByRole('button', { name: /13\s*overdue/ }).click();
        await soon(() => assert.deepEqual([listed().state, listed().reason], ['overdue', 'templateFailed']));
        await page.reload();
        await soon(() => assert.equal(listed().state, 'overdue'));
        assert.equal(listed().reason, 'templateFailed', 'the filter is in the address');
        const table = page.getByRole('table', { name: 'First connections of units' });
        await table.scrollIntoViewIfNeeded();
        await settled(page);
        await shoot(page, `connections-list-${label(look)}`);
      },
      look,
    ));

test('by keyboard alone: to the page, the check, and a unit', (t) =>
  onPage(t, async (page) => {
    show();
    await goTo(page, '#/bench');
    await page.keyboard.press('c');
    await page.getByRole('heading', { name: 'First connections', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Check now' }).press('Enter');
    await soon(() => assert.deepEqual(called('connections.check'), {}));
    const startedAt = '2026-11-21T10:00:00Z';
    const check = {
      ...{ state: 'running' as const, orderId: null, target: null, startedAt, endedAt: null, total: 1890, done: 700 },
      ...{ changed: 12, waiting: true, error: null },
    };
    show({ check });
    await page.getByText('700 of 1,890 asked about').waitFor();
    await page.getByText('Waiting: AWS cannot be reached').waitFor();
    await soon(async () => assert.equal(await page.getByRole('progressbar').getAttribute('aria-valuenow'), '37'));
    await settled(page);
    await shoot(page, 'connections-check');
    await page.getByRole('button', { name: 'Stop checking' }).press('Enter');
    await soon(() => assert.ok(called('connections.stop')));
    show({ check: { ...check, state: 'done', done: 1890, waiting: false, endedAt: startedAt } });
    await page.getByText('Checked', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'SN-26-000001' }).focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(/#\/units\/SN-26-000002/);
  }));

test('the export saves what is shown, and a cell that a device chose is no formula', (t) =>
  onPage(t, async (page) => {
    show();
    await goTo(page, '#/connections?state=connected');
    const button = page.getByRole('button', { name: 'Export as CSV' });
    const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
    assert.equal(download.suggestedFilename(), 'first-connections.csv');
    const chunks: Buffer[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
    const lines = Buffer.concat(chunks).toString().trimEnd().split('\r\n');
    assert.equal(lines.length, 2001, 'every connected unit of five thousand, and the head');
    assert.match(lines[1]!, /^SN-26-000001,main,WO-2611-07,jitp,connected,,SN-26-000001,/);
    await page.getByText('first-connections.csv saved.').waitFor();
  }));

test('an empty page says what to do, for each thing that is missing', (t) =>
  onPage(t, async (page) => {
    for (const [lacks, title, href] of [
      ['target', 'There is no AWS target.', '#/station/cloud'],
      ['recipe', 'No recipe asks for a first connection.', '#/station/recipes'],
      [null, 'No unit is waited for yet.', null],
    ] as const) {
      fake().show({ 'connections.changed': { ...noConnections(), lacks } });
      await goTo(page, '#/connections');
      await page.getByText(title).waitFor();
      const link = page.locator('.empty a');
      if (href === null) assert.equal(await link.count(), 0);
      else assert.equal(await link.getAttribute('href'), href);
      await settled(page);
      assert.deepEqual(await axe(page), []);
    }
    await shoot(page, 'connections-empty');
  }));

test('the page of a unit has its first connection with the reason and the remedy; German throughout', (t) =>
  onPage(
    t,
    async (page) => {
      await goTo(page, `#/units/${failedUnit}`);
      await page.getByText('Die erste Verbindung scheitert: keine Richtlinie').waitFor();
      const card = page.getByRole('heading', { name: 'Erste Verbindungen' }).locator('..');
      await soon(async () =>
        assert.match(
          (await card.textContent()) ?? '',
          /gescheitert.*keine Richtlinie, kam 3-mal.*Hängen Sie die Richtlinie in AWS an/s,
        ),
      );
      await card.scrollIntoViewIfNeeded();
      await settled(page);
      await shoot(page, 'connections-unit');
      show();
      await goTo(page, '#/connections');
      await settled(page);
      await page.getByText('748 verbunden · 1.200 wartet').waitFor();
      assert.equal(await tooWide(page), 0);
      await shoot(page, 'connections-german');
    },
    { locale: 'de-DE' },
  ));
