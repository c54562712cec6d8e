/** The bench beyond one unit at a time: labels ahead, the golden unit, stopping, why nothing is issued. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright';
import { StationError } from '../../app/contract/index.ts';
import { axe, scan, settled, shoot, soon } from './browser.ts';
import { benchOf, now, people, slotIn } from './fixtures.ts';
import { stage } from './stage.ts';

const { fake, onPage, called } = stage;

const sentence = (page: Page, text: string) => page.locator('.act-sentence').getByText(text).waitFor();
const picture = (page: Page) => page.locator('.act-picture').getAttribute('data-picture');

test('a label scanned ahead is named as the next unit, and forgotten by one button', async (t) => {
  await onPage(t, async (page) => {
    fake().signIn(people.operator);
    const slots = [slotIn('EMPTY', 1), slotIn('WORKING', 2)];
    const idle = { ...benchOf(2), continuous: true, slots };
    fake().show({ 'bench.changed': idle });
    await sentence(page, 'Scan the next label, or plug a unit in.');
    const lastScan = { text: 'BM-26-4188', at: now };
    fake().show({ 'bench.changed': { ...idle, heldLabel: 'BM-26-4188', lastScan } });
    await sentence(page, 'BM-26-4188 is next: plug it in.');
    assert.equal(await picture(page), 'cable');
    await page.getByText('Label BM-26-4188 is kept for the unit you plug in next.').waitFor();
    await settled(page);
    await shoot(page, 'bench-held');
    assert.deepEqual(await axe(page), []);
    await page.getByRole('button', { name: 'Forget it: BM-26-4188' }).click();
    await page.waitForFunction(() => document.querySelector('.held button')?.getAttribute('aria-busy') === 'false');
    await soon(() => assert.deepEqual(called('bench.drop'), {}));
    fake().show({ 'bench.changed': { ...idle, lastScan } });
    await page.locator('.held').waitFor({ state: 'detached' });
    await page.getByText('Scanner ready').waitFor();
  });
});

test('a due golden unit comes first, is marked while it is checked, and its refusal says so', async (t) => {
  await onPage(t, async (page) => {
    fake().signIn(people.operator);
    const golden = { unitSerial: 'BM-26-0001', passedAt: null, due: true };
    fake().show({ 'bench.changed': { ...benchOf(1), golden, slots: [slotIn('EMPTY', 1)] } });
    await sentence(page, 'Plug the golden unit in: BM-26-0001.');
    fake().show({ 'bench.changed': { ...benchOf(1), golden, slots: [{ ...slotIn('SCAN', 1), ask: 'scanGolden' }] } });
    await sentence(page, 'Scan the label of the golden unit first.');
    assert.equal(await picture(page), 'golden');
    const refused = new StationError('policy.interlock', 'the golden unit BM-26-0001 is due first', {
      data: { reason: 'goldenUnit', unitSerial: 'BM-26-0001' },
    });
    fake().refusals.set('bench.scan', refused);
    await scan(page, 'BM-26-4102');
    await page.getByText('The golden unit BM-26-0001 comes first: scan its label.').waitFor();
    for (const state of ['WORKING', 'PASS'] as const) {
      fake().show({
        'bench.changed': { ...benchOf(1), golden, slots: [{ ...slotIn(state, 1), golden: true, retried: 1 }] },
      });
      await page.locator(`.is-golden[data-state="${state}"]`).getByText('Golden unit', { exact: true }).waitFor();
      await page.getByText('2nd try').waitFor();
    }
  });
});

test('a running unit is stopped after asking, and by no scan', async (t) => {
  await onPage(t, async (page) => {
    fake().signIn(people.operator);
    fake().show({ 'bench.changed': { ...benchOf(2), slots: [slotIn('WORKING', 1), slotIn('SCAN', 2)] } });
    const stop = page.getByRole('button', { name: 'Stop the unit in slot 1' });
    await stop.focus();
    await scan(page, 'BM-26-4102');
    await page.getByText('Label BM-26-4102 went to slot 2.').waitFor();
    await soon(async () => assert.equal(await page.getByRole('alertdialog').count(), 0));
    await stop.click();
    const dialog = page.getByRole('alertdialog', { name: 'Stop the unit in slot 1?' });
    await dialog.getByText('Unit BM-26-4101 has not passed.').waitFor();
    for (const name of ['Cancel', 'Stop it']) {
      await dialog.getByRole('button', { name }).focus();
      await scan(page, 'BM-26-4103');
    }
    await settled(page);
    await soon(async () => assert.ok(await dialog.isVisible()));
    assert.equal(called('bench.abort'), undefined);
    assert.deepEqual(await axe(page), []);
    await dialog.getByRole('button', { name: 'Stop it' }).click();
    await dialog.waitFor({ state: 'detached' });
    await soon(() => assert.deepEqual(called('bench.abort'), { slotId: 1 }));
    fake().signIn(people.qa);
    await stop.waitFor({ state: 'detached' });
  });
});

test('a bench of many slots stops a unit from its large tile', async (t) => {
  await onPage(t, async (page) => {
    fake().signIn(people.operator);
    fake().show({ 'bench.changed': benchOf(32, 'WORKING') });
    await page.getByRole('button', { name: /^Slot 7: WORKING/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Stop the unit in slot 7' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Stop it' }).click();
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    await soon(() => assert.deepEqual(called('bench.abort'), { slotId: 7 }));
  });
});

test('a locked bench: the first reason large with what to do, all of them small, and the engineer’s way there', async (t) => {
  await onPage(t, async (page) => {
    fake().signIn(people.engineer);
    const interlocks = [
      { reason: 'recipeOutdated', detail: 'recipe sense-2, version 3: profile: was changed' },
      { reason: 'disk', detail: '112 MiB are free', finding: { what: 'diskLow', values: { mib: 112 } } },
    ] as const;
    const locked = { ...benchOf(4, 'LOCKED'), locked: 'recipeOutdated' as const, interlocks: [...interlocks] };
    fake().show({ 'bench.changed': locked });
    const face = page.getByRole('article', { name: 'LOCKED' });
    await face.locator('.locked-reason').getByText('The recipe must be approved again').waitFor();
    await face.getByText('Ask an engineer to approve the recipe again.').waitFor();
    await face.getByText('Only 112 MiB are free').waitFor();
    await soon(async () =>
      assert.equal(await page.getByRole('button', { name: 'Type the label' }).count(), 0, 'no label is taken'),
    );
    await page.getByText('Labels are not taken while the bench is locked.').waitFor();
    fake().show({ 'bench.changed': { ...locked, slots: [slotIn('LOCKED', 1), slotIn('FAIL', 2)] } });
    await page.locator('.echo').getByText('The recipe must be approved again · The disk is almost full').waitFor();
    await page.getByRole('article', { name: 'Slot 2: FAIL' }).waitFor();
    await page.getByRole('button', { name: 'To the recipes' }).click();
    await page.getByRole('heading', { name: 'Recipes' }).waitFor();
  });
});

test('what may be released has its button for the engineer; a clock that must be set has none', async (t) => {
  await onPage(t, async (page) => {
    fake().signIn(people.engineer);
    const clock = (interlock: object) => ({
      'bench.changed': {
        ...benchOf(1, 'LOCKED'),
        locked: 'clock' as const,
        interlocks: [{ reason: 'clock' as const, detail: 'the PC clock', ...interlock }],
      },
    });
    fake().show(clock({}));
    await page.getByRole('button', { name: 'To the health checks' }).waitFor();
    await soon(async () => assert.equal(await page.getByRole('button', { name: /go on/ }).count(), 0));
    fake().show(clock({ releasable: true }));
    await page.getByRole('button', { name: 'The clock is right: go on' }).click();
    await page.waitForFunction(
      () => document.querySelector('.act-buttons button')?.getAttribute('aria-busy') === 'false',
    );
    await soon(() => assert.deepEqual(called('bench.release'), {}));
    const errors = { reason: 'repeatedErrors' as const, detail: 'twice', releasable: true as const };
    fake().show({ 'bench.changed': { ...benchOf(1, 'LOCKED'), locked: 'repeatedErrors', interlocks: [errors] } });
    await page.getByRole('button', { name: 'I have looked: unlock the bench' }).waitFor();
    fake().signIn(people.operator);
    await page.getByRole('button', { name: 'I have looked: unlock the bench' }).waitFor({ state: 'detached' });
  });
});

test('a station error says that the unit is not to blame, and takt comes from the station', async (t) => {
  await onPage(t, async (page) => {
    fake().signIn(people.operator);
    fake().show({ 'bench.changed': { ...benchOf(1), slots: [slotIn('CHECK_STATION', 1)] } });
    await page.locator('.tile').getByText('Call an engineer. Leave the unit in.').waitFor();
    await page.locator('.shift-facts').getByText('61.3 s').waitFor();
    fake().show({ 'bench.changed': { ...benchOf(1), slots: [slotIn('FAIL', 1)] } });
    await page.locator('.tile').getByText('Leave the unit in').waitFor({ state: 'detached' });
  });
});

test('pass and fail sound, and not when the sound is off', async (t) => {
  const act = async (page: Page) => {
    fake().signIn(people.operator);
    await page.evaluate(() => {
      const played: number[] = [];
      Object.assign(window, { played });
      // This computer has no output, and a slow one is told of late.
      Object.defineProperty(AudioContext.prototype, 'state', { get: () => 'running' });
      const start = OscillatorNode.prototype.start;
      OscillatorNode.prototype.start = function (when) {
        played.push(this.frequency.value);
        start.call(this, when);
      };
    });
    await page.keyboard.press('Shift');
    const played = () => page.evaluate(() => (window as unknown as { played: number[] }).played.splice(0));
    const show = async (state: 'WORKING' | 'PASS' | 'FAIL') => {
      fake().show({ 'bench.changed': { ...benchOf(1), slots: [slotIn(state, 1)] } });
      await page.locator(`.tile[data-state="${state}"]`).waitFor();
      await settled(page);
    };
    await show('WORKING');
    await played();
    await show('PASS');
    const pass = await played();
    await show('FAIL');
    const fail = await played();
    assert.ok(pass.length > 0 && fail.length > 0);
    assert.ok((pass.at(-1) ?? 0) > (pass[0] ?? 0) && (fail.at(-1) ?? 0) < (fail[0] ?? 0), 'one rises, one falls');
    await page.getByRole('button', { name: 'Sound is on' }).click();
    await show('PASS');
    assert.deepEqual(await played(), []);
  };
  await onPage(t, act, { ownPage: true });
});

test('the output of sounds is off while nothing plays, and the sound stays on', async (t) => {
  const act = async (page: Page) => {
    fake().signIn(people.operator);
    await page.evaluate(() => {
      const { resume } = AudioContext.prototype;
      AudioContext.prototype.resume = function () {
        Object.assign(window, { output: this });
        return resume.call(this);
      };
    });
    const output = (state: AudioContextState) =>
      page.waitForFunction(
        (wanted) => (window as unknown as { output?: AudioContext }).output?.state === wanted,
        state,
      );
    await page.keyboard.press('Shift');
    await output('suspended');
    await page.getByRole('button', { name: 'Sound is on' }).waitFor();
    fake().show({ 'bench.changed': { ...benchOf(1), slots: [slotIn('WORKING', 1)] } });
    await page.locator('.tile[data-state="WORKING"]').waitFor();
    const heard = output('running');
    fake().show({ 'bench.changed': { ...benchOf(1), slots: [slotIn('PASS', 1)] } });
    await heard;
    await output('suspended');
    await page.keyboard.press('Shift');
    await page.getByRole('button', { name: 'Sound is on' }).waitFor();
  };
  await onPage(t, act, { ownPage: true });
});
