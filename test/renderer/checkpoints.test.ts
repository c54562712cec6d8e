/** The page of published checkpoints: what QA reads, and what an engineer sets. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { usualCheckpoints } from '../../app/contract/index.ts';
import { axe, goTo, settled, shoot, soon } from './browser.ts';
import { logKey, someCheckpoints, witnessOf } from './fakecheckpoints.ts';
import { people } from './fixtures.ts';
import { stage, tooWide } from './stage.ts';

const { fake, onPage, called } = stage;

test('says when the last one arrived, which place fails and why, and what a witness holds against the log', (t) =>
  onPage(t, async (page) => {
    const main = page.locator('main');
    fake().signIn(people.qa);
    fake().show({ 'checkpoints.changed': someCheckpoints() });
    await goTo(page, '#/station/checkpoints');
    await main.getByText('The last checkpoint arrived').waitFor();
    await main.getByText(logKey).waitFor();
    await soon(async () => assert.equal(await main.getByRole('row').count(), 3));
    await soon(async () => assert.equal(await main.getByRole('form').count(), 0, 'QA sets nothing'));
    await main.getByRole('button', { name: 'Publish one now' }).focus();
    await page.keyboard.press('Enter');
    await soon(() => assert.deepEqual(called('checkpoints.publish'), {}));

    const [folder, witness] = someCheckpoints().places;
    const failed = {
      ...{ at: '2026-11-21T09:00:00.000Z', code: 'checkpoint.noPlace' as const, tries: 2 },
      ...{
        detail: 'the folder for checkpoints /mnt/qa/checkpoints is not there',
        nextTryAt: '2026-11-21T09:10:00.000Z',
      },
    };
    const contradictions = [
      { at: '2026-11-21T09:00:00.000Z', witness: 'plant.example/w1', held: 120_431, size: 90_000, proved: true },
    ];
    fake().show({
      'checkpoints.changed': someCheckpoints({ places: [{ ...folder!, failed }, witness!], contradictions }),
    });
    await main.getByText('The folder for checkpoints cannot be used.').waitFor();
    await main.getByText('holds 120,431 leaves of another log').waitFor();
    await main.getByText('It has shown a checkpoint that this station signed.').waitFor();
    await settled(page);
    await shoot(page, 'checkpoints-failed');
    assert.equal(await tooWide(page), 0);
    assert.deepEqual(await axe(page), []);
  }));

test('an engineer sets a folder, a locked bucket and a witness; a line that is none cannot be saved', (t) =>
  onPage(
    t,
    async (page) => {
      const main = page.locator('main');
      fake().signIn(people.engineer);
      fake().show({ 'checkpoints.changed': someCheckpoints({ config: usualCheckpoints, places: [] }) });
      await goTo(page, '#/station/checkpoints');
      await main.getByText('No checkpoints are published.').waitFor();
      await main.getByLabel('Folder', { exact: true }).fill('/mnt/qa');
      await main.getByLabel('Each day at').fill('6 am');
      await main.getByText('This has not the right form').waitFor();
      await main.getByLabel('Each day at').fill('06:00');
      await main.getByRole('combobox', { name: 'S3 bucket of the target' }).click();
      await page.getByRole('option').nth(1).click();
      await main.getByLabel('Another bucket').fill('plant-worm');
      await main.getByRole('combobox', { name: 'Object Lock' }).click();
      await page.getByRole('option', { name: 'Compliance' }).click();
      await main.getByText('AWS’s root user included').waitFor();
      await main.getByLabel('Witnesses').fill('https://witness.plant.example');
      await main.getByText('Each line needs an address').waitFor();
      await main.getByLabel('Witnesses').fill(`${witnessOf.url} ${witnessOf.key}\n`);
      await settled(page);
      await shoot(page, 'checkpoints-set');
      assert.equal(await tooWide(page), 0);
      assert.deepEqual(await axe(page), []);
      await main.getByRole('button', { name: 'Save', exact: true }).click();
      await soon(() => assert.ok(called('checkpoints.configure')));
      const { target, ...bucket } = (called('checkpoints.configure')?.bucket ?? {}) as { target: string };
      assert.notEqual(target, '');
      assert.deepEqual(bucket, {
        ...{ bucket: 'plant-worm', prefix: 'checkpoints/' },
        lock: { mode: 'COMPLIANCE', days: 3650 },
      });
      await soon(() => assert.deepEqual(called('checkpoints.configure')?.witnesses, [witnessOf]));
      await soon(() => assert.equal(called('checkpoints.configure')?.at, '06:00'));
    },
    { theme: 'dark' },
  ));
