/** A batch while AWS works on it: its counts move, and they go over into those of the reports. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import type { Page } from 'playwright';
import type { BatchProgress, BatchRow } from '../../app/contract/index.ts';
import { axe, goTo, settled, shoot, soon } from './browser.ts';
import { driftCheck } from './fakebatches.ts';
import { batchesSnapshot } from './fixtures.ts';
import { stage } from './stage.ts';

const { fake, onPage, called } = stage;

/** Shows B-0008 with this progress, or with none and the results on record. */
function show(progress: Partial<BatchProgress> | undefined, row: Partial<BatchRow> = {}): void {
  const snapshot = batchesSnapshot();
  const [first] = snapshot.progress;
  fake().show({
    'batches.changed': {
      ...snapshot,
      batches: snapshot.batches.map((batch) => (batch.batchId === 'B-0008' ? { ...batch, ...row } : batch)),
      progress: progress && first ? [{ ...first, ...progress }] : [],
    },
  });
}

const counts = (page: Page) =>
  page.locator('.count').evaluateAll((all) => all.map((one) => one.textContent?.replaceAll(/\s+/g, ' ').trim()));
const shows = (page: Page, registered: number) =>
  page.locator('.count.registered .number').getByText(String(registered), { exact: true }).waitFor();

test('the counts of a running batch are those of AWS, and those of the reports once they are read', (t) =>
  onPage(t, async (page) => {
    show({ state: 'running', done: 172, failed: 2 });
    await goTo(page, '#/batches/B-0008');
    await shows(page, 170);
    assert.deepEqual(await counts(page), ['400All', '170Registered', '2Rejected', '0No answer', '228Waiting']);
    await page.getByText('Counted by AWS so far.').waitFor();
    await settled(page);
    assert.deepEqual(await axe(page), []);
    await shoot(page, 'batch-live');
    show({ state: 'uploaded', waitingReason: 'otherTask', etaSeconds: 90 }, { state: 'uploaded' });
    await page.getByText('another one is running. It takes about 1 min 30 s more at its pace.').waitFor();
    show({ state: 'uploaded', waitingReason: 'turn', ahead: 2, etaSeconds: null }, { state: 'uploaded' });
    await page.getByText('Waiting: 2 older batches of this station go first.').waitFor();
    show({ state: 'running', done: 260, failed: 3 }, { state: 'running' });
    await shows(page, 257);
    show({ state: 'reconciling', done: 400, failed: 4, percent: 100 }, { state: 'reconciling' });
    await shows(page, 396);
    show(undefined, { state: 'done', registered: 395, rejected: 4, unaccounted: 1 });
    await shows(page, 395);
    assert.deepEqual(await counts(page), ['400All', '395Registered', '4Rejected', '1No answer', '0Waiting']);
    await soon(async () => assert.equal(await page.getByText('Counted by AWS so far.').count(), 0));
  }));

test('before AWS has a task, the counts are those on record; the list of batches counts alike', (t) =>
  onPage(t, async (page) => {
    show({ state: 'uploading', done: 0, failed: 0, percent: 0 }, { state: 'uploading', registered: 7 });
    await goTo(page, '#/batches/B-0008');
    await shows(page, 7);
    show({ state: 'running', done: 90, failed: 1 });
    await goTo(page, '#/batches');
    const card = page.getByRole('listitem').filter({ hasText: 'B-0008' });
    await card.getByText('Registered: 89').waitFor();
    await card.getByText('Rejected: 1').waitFor();
  }));

test('a submission that has just begun shows no count before it has one', (t) =>
  onPage(t, async (page) => {
    show({ state: 'made', percent: 0, done: 0, total: 0, ratePerSecond: null, etaSeconds: null });
    await goTo(page, '#/batches/B-0008');
    await page.getByText('Time left is not known yet').waitFor();
    assert.equal(await page.getByText('0 of 0').count(), 0);
    show({ done: 3, total: 400 });
    await page.getByText('3 of 400').waitFor();
  }));

test('an engineer chooses where the units go and in which way: a batch for each target that has some', (t) =>
  onPage(t, async (page) => {
    const ready = [
      { target: 'main', units: 37 },
      { target: 'us', units: 12 },
      { target: 'empty', units: 0 },
    ];
    fake().show({ 'batches.changed': { ...batchesSnapshot(), ready } });
    await goTo(page, '#/batches');
    await page.getByLabel('12 units ready for us').check();
    await page.getByLabel('0 units ready for empty').check();
    await page.getByText('Bulk task', { exact: true }).first().click();
    await page.getByRole('option', { name: 'Certificate without a CA' }).click();
    await page.getByText('The account need not know the CA.').waitFor();
    await settled(page);
    assert.deepEqual(await axe(page), []);
    await shoot(page, 'batch-ways');
    await page.getByRole('button', { name: 'Make a batch' }).click();
    const made = () =>
      fake()
        .calls.filter(({ method }) => method === 'batches.make')
        .map(({ params }) => params);
    for (let tries = 0; made().length < 2 && tries < 200; tries += 1) await settled(page);
    assert.deepEqual(made(), [
      { target: 'main', way: 'withoutCa' },
      { target: 'us', way: 'withoutCa' },
    ]);
  }));

test('a batch tells what is missing before it goes, why units were refused, and what became of it', (t) =>
  onPage(t, async (page) => {
    show(undefined, { state: 'made', registered: 0 });
    await goTo(page, '#/batches/B-0008');
    await page.getByRole('button', { name: 'Check now' }).click();
    await page.getByText('2 things are missing.').waitFor();
    await page.getByText('There is no policy sensors in the account.').waitFor();
    await settled(page);
    assert.deepEqual(await axe(page), []);
    await shoot(page, 'batch-check');
    show(undefined, { state: 'done', registered: 398, rejected: 2 });
    await page.getByText('2 units:').waitFor();
    await page.getByText('Something that the template names is not there.').waitFor();
    await page.getByRole('button', { name: 'New batch of 2 units' }).waitFor();
    await page.getByText('What happened, and the files').click();
    await page.getByText('20 units a second').waitFor();
    await page.getByText("AWS's results").waitFor();
    await settled(page);
    assert.deepEqual(await axe(page), []);
    await shoot(page, 'batch-story');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save a copy' }).first().click(),
    ]);
    assert.equal(download.suggestedFilename(), 'B-0008-aaaa.json');
    assert.equal(await readFile(await download.path(), 'utf8'), 'one\ntwo\n');
    await page.getByText('B-0008-aaaa.json saved.').waitFor();
  }));

test('why a unit was not registered: the station says it in German, and AWS as it said it', (t) =>
  onPage(
    t,
    async (page) => {
      show(undefined, { state: 'done', registered: 398, rejected: 2 });
      await goTo(page, '#/batches/B-0008');
      const why = page.getByRole('region', { name: 'Warum Geräte nicht registriert wurden' });
      await why.getByText('das Thing … gehört Gerät BM-26-1').waitFor();
      await soon(async () =>
        assert.deepEqual(await why.locator('[lang=en]').allTextContents(), [
          'ResourceRegistrationFailureException: the policy of … does not exist',
        ]),
      );
      await why.getByText('Etwas mit diesem Namen gibt es schon mit anderen Werten.', { exact: false }).waitFor();
    },
    { locale: 'de' },
  ));

test('the end of a batch is told on every screen, until it is put away', (t) =>
  onPage(t, async (page) => {
    show({ state: 'running', done: 399, failed: 0 }, { state: 'running' });
    await goTo(page, '#/units');
    await page.getByRole('heading', { name: 'Units' }).waitFor();
    await soon(async () => assert.equal(await page.getByText('Batch B-0008').count(), 0));
    show(undefined, { state: 'done', registered: 399, rejected: 1 });
    await page.getByText('Batch B-0008 has ended, and not every unit is registered.').waitFor();
    await page.getByText('399 of 400 units are registered.').waitFor();
    await page.getByRole('button', { name: 'Put away' }).click();
    await page.getByText('Batch B-0008').waitFor({ state: 'detached' });
  }));

test('differences between AWS and the records stand by kind, each with the next act', (t) =>
  onPage(t, async (page) => {
    fake().show({ 'drift.changed': { seq: 1, check: null } });
    await goTo(page, '#/drift');
    await page.getByText('Not compared since the station started.').waitFor();
    fake().show({ 'drift.changed': { seq: 2, check: driftCheck } });
    await page.getByText('2 registered units are missing in AWS').waitFor();
    await page.getByText('1 certificate is not on record').waitFor();
    await settled(page);
    assert.deepEqual(await axe(page), []);
    await shoot(page, 'drift');
    await page.getByRole('button', { name: 'Export as CSV' }).waitFor();

    const many = { ...driftCheck, counts: { ...driftCheck.counts, unknown: 120 } };
    fake().show({ 'drift.changed': { seq: 3, check: many } });
    const group = page.getByRole('region', { name: '120 certificates are not on record' });
    await group.getByText('1 to 50 of 120').waitFor();
    await group.getByRole('button', { name: 'Later' }).press('Enter');
    await group.getByText('Certificate page50').waitFor();
    await group.getByText('51 to 100 of 120').waitFor();
    await soon(() => assert.deepEqual(called('drift.findings'), { kind: 'unknown', after: 50, limit: 50 }));
  }));
