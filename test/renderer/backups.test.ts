/** The page of backups: what QA reads, and what an engineer does. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StationError } from '../../app/contract/index.ts';
import { axe, goTo, settled, shoot, soon } from './browser.ts';
import { backupRows, someBackups } from './fakebackups.ts';
import { people } from './fixtures.ts';
import { stage, tooWide } from './stage.ts';

const { fake, onPage, called } = stage;

test('says how the last backup ended, and what to do; QA cannot change it', (t) =>
  onPage(t, async (page) => {
    const main = page.locator('main');
    fake().signIn(people.qa);
    const good = someBackups().lastGood!;
    await goTo(page, '#/station/backups');
    await main.getByText('The last good backup was made').waitFor();
    await soon(async () => assert.equal(await main.getByRole('row').count(), backupRows.length + 1));
    await soon(async () => assert.equal(await main.getByText('Not whole').count(), 1));
    await soon(async () => assert.equal(await main.getByLabel('Folder for backups').count(), 0));

    const failed = { at: '2026-11-21T09:00:00.000Z', by: 'schedule', folder: '/mnt/backups', name: null };
    const lastFailed = { ...failed, code: 'backup.placeFull', detail: '/mnt/backups is full' };
    fake().show({ 'backups.changed': someBackups({ lastFailed, overdue: true }) });
    await main.getByText('The folder of backups is full.').waitFor();
    await main.getByText('The last good backup is too old').waitFor();
    await settled(page);
    await shoot(page, 'backups-failed');
    assert.equal(await tooWide(page), 0);
    assert.deepEqual(await axe(page), []);

    const twins = ['birthmark-1a2b3c4d-20261120T235959Z'];
    fake().show({ 'backups.changed': someBackups({ lastGood: { ...good, twins, sameDisk: true } }) });
    await main.getByText('Stop one of the two stations').waitFor();
    await main.getByText('on the same disk').waitFor();
    const place = 's3://vault/backups/';
    const sent = { at: '2026-11-21T07:00:00.000Z', by: 'schedule', place, name: good.name! };
    const unsent = { ...sent, code: 'cloud.credentials' as const, detail: 'PutObject ended with ExpiredToken' };
    const bucket = { place, last: sent, failed: null, nextAt: null };
    fake().show({ 'backups.changed': someBackups({ bucket }) });
    await main.getByText('arrived in s3://vault/backups/').waitFor();
    await main.getByRole('table', { name: 'In the bucket s3://vault/backups/' }).waitFor();
    fake().show({ 'backups.changed': someBackups({ bucket: { ...bucket, failed: unsent, nextAt: sent.at } }) });
    await main.getByText('Renew the AWS credentials of this PC.').waitFor();
    await main.getByText('The backup in the folder stays good.').waitFor();
    await soon(async () => assert.equal(await main.getByText(unsent.detail).getAttribute('lang'), 'en'));
    await settled(page);
    await shoot(page, 'backups-unsent');
    assert.equal(await tooWide(page), 0);
    assert.deepEqual(await axe(page), []);
    await goTo(page, '#/overview');
    fake().show({ 'backups.changed': someBackups({ bucket: { ...bucket, failed: unsent } }) });
    fake().show({ 'station.changed': { ...fake().snapshot('station.changed'), practice: false } });
    await main.getByRole('link', { name: 'The bucket does not have the last backup.' }).waitFor();
    const published = fake().snapshot('checkpoints.changed');
    fake().show({ 'checkpoints.changed': { ...published, overdue: true } });
    await main.getByRole('link', { name: 'No checkpoint of the log has arrived for too long.' }).waitFor();
    fake().show({ 'checkpoints.changed': { ...published, overdue: false } });
    fake().show({ 'backups.changed': someBackups({ overdue: true }) });
    fake().show({ 'station.changed': { ...fake().snapshot('station.changed'), practice: false } });
    await main.getByRole('link', { name: 'The last good backup is too old.' }).waitFor();
  }));

test('an engineer makes one by keyboard, sees how far it is, and sets where they go', (t) =>
  onPage(t, async (page) => {
    const main = page.locator('main');
    fake().signIn(people.engineer);
    fake().show({ 'backups.changed': someBackups() });
    await goTo(page, '#/station/backups');
    await main.getByRole('button', { name: 'Make a backup now' }).focus();
    await page.keyboard.press('Enter');
    await soon(() => assert.deepEqual(called('backups.make'), {}));
    await main.getByRole('button', { name: 'Make a backup now' }).and(page.locator(':enabled')).waitFor();
    const running = { stage: 'writing', done: 50, of: 100, since: '2026-11-21T09:00:00.000Z' } as const;
    fake().show({ 'backups.changed': someBackups({ running }) });
    const bar = main.getByRole('progressbar');
    await bar.waitFor();
    await soon(async () => assert.equal(await bar.getAttribute('aria-valuenow'), '63'));
    await main.getByText('Writing to the folder.').waitFor();
    await settled(page);
    await shoot(page, 'backups-running');
    assert.deepEqual(await axe(page), []);
    await main.getByRole('button', { name: 'Stop it' }).click();

    fake().show({ 'backups.changed': someBackups() });
    await main.getByLabel('Every … hours').fill('0');
    await main.getByText('A whole number that fits').waitFor();
    await main.getByLabel('Every … hours').fill('12');
    await main.getByRole('combobox', { name: 'AWS target of a bucket' }).click();
    await page.getByRole('option', { name: 'main' }).click();
    await main.getByLabel('Bucket', { exact: true }).fill('vault');
    fake().refusals.set(
      'backups.configure',
      new StationError('backup.noPlace', 'it is not there', { data: { folder: '/mnt/backups' } }),
    );
    await main.getByRole('button', { name: 'Save', exact: true }).click();
    await main.getByText('The folder of backups cannot be used.').waitFor();
    await main.getByRole('button', { name: 'Save', exact: true }).click();
    await main.getByText('The folder of backups cannot be used.').waitFor({ state: 'detached' });
    const { config } = someBackups();
    fake().show({
      'backups.changed': someBackups({
        config: { ...config, everyHours: 12, bucket: { target: 'main', bucket: 'vault', prefix: 'backups/' } },
      }),
    });
    await main.getByText('Saved.').waitFor();
    await soon(() =>
      assert.deepEqual(called('backups.configure'), {
        bucket: { target: 'main', bucket: 'vault', prefix: 'backups/' },
        folder: '/mnt/backups',
        everyHours: 12,
        overdueHours: 48,
        keep: { daily: 7, weekly: 5, monthly: 12 },
      }),
    );
  }));
