/** What a screen says of who is signed in: the warning before an idle sign-out, QA at a locked bench, people and their time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StationError } from '../../app/contract/index.ts';
import { axe, goTo, settled, shoot, soon } from './browser.ts';
import { benchOf, people, stationStatus } from './fixtures.ts';
import { stage } from './stage.ts';

const { fake, onPage, called } = stage;
const watched = () => fake().show({ 'station.changed': stationStatus({ session: { idleMinutes: 15 } }) });
const warn = (signsOutInMs: number) =>
  fake().show({ 'session.changed': { seq: 1, person: people.operator, signsOutInMs } });

test('before an idle person is signed out the screen counts down; a press stays, and so does any key', (t) =>
  onPage(t, async (page) => {
    watched();
    const banner = page.getByRole('region', { name: 'You are about to be signed out' });
    const place = () => page.locator('.tiles').boundingBox();
    fake().signIn(people.operator);
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    const before = await place();
    warn(58_000);
    await banner.getByText(/Signing out in [2-5]\d seconds\./).waitFor();
    assert.deepEqual(await place(), before, 'nothing moves');
    assert.deepEqual(await axe(page), []);
    await shoot(page, 'idle-warning');
    assert.equal(called('session.stay'), undefined, 'what the screen does by itself says nothing');
    await banner.getByRole('button', { name: 'Stay signed in' }).click();
    await page.waitForFunction(() => document.activeElement !== null);
    fake().signIn(people.operator);
    await banner.waitFor({ state: 'detached' });
    await soon(() => assert.deepEqual(called('session.stay'), {}));

    fake().calls.length = 0;
    warn(30_000);
    await banner.waitFor();
    const told = page.waitForResponse((response) => (response.request().postData() ?? '').includes('session.stay'));
    await page.keyboard.press('Shift');
    await told;
    fake().signIn(null);
    await banner.waitFor({ state: 'detached' });
  }));

test('a wrong PIN says the tries that are left, and a locked badge counts its time down', (t) =>
  onPage(
    t,
    async (page) => {
      const refuse = (
        data: Record<string, number>,
        code: 'session.wrongPin' | 'session.lockedOut' = 'session.wrongPin',
      ) => fake().refusals.set('session.signIn', new StationError(code, 'refused', { data }));
      await page.clock.install();
      fake().signIn(null);
      await page.getByRole('banner').getByRole('button', { name: 'Sign in' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Badge number').fill('EN-1');
      const tryPin = async () => {
        await dialog.getByLabel('PIN', { exact: true }).fill('135790');
        await dialog.getByRole('button', { name: 'Sign in' }).click();
      };
      refuse({ triesLeft: 1 });
      await tryPin();
      await dialog.getByText('1 try left before this badge is locked for a while.').waitFor();
      // Each second is on the screen for a second only, so a test reads what stands there and never waits for one.
      const secondsLeft = async () => {
        await settled(page);
        const said = await dialog.getByRole('timer').innerText();
        const [, minutes, seconds] = /You can try again in (\d+):(\d\d)\./.exec(said) ?? assert.fail(said);
        return Number(minutes) * 60 + Number(seconds);
      };
      refuse({ triesLeft: 0, seconds: 65 });
      await tryPin();
      await dialog.getByRole('timer').waitFor();
      const first = await secondsLeft();
      assert.ok(first <= 65 && first > 20, `${first} of 65 seconds`);
      await dialog.getByText('Wait until the time is over, then try again.').waitFor();
      assert.deepEqual(await axe(page), []);
      await shoot(page, 'wrong-pin');
      await page.clock.fastForward(10_000);
      const second = await secondsLeft();
      assert.ok(second <= first - 10 && second > 0, `${second} seconds after ${first}`);
      refuse({ seconds: 725 }, 'session.lockedOut');
      await tryPin();
      await dialog.getByText('Too many wrong PINs.').waitFor();
      const again = await secondsLeft();
      assert.ok(again <= 725 && again > 660, `${again} of 725 seconds`);
      await page.clock.fastForward(725_000);
      await dialog.getByRole('status').getByText('You can try again now.').waitFor();
    },
    { ownPage: true },
  ));

test('where nobody is signed out by himself, the station is not told of keys', (t) =>
  onPage(t, async (page) => {
    fake().show({ 'station.changed': stationStatus({ session: { idleMinutes: 0 } }) });
    await page.keyboard.press('Shift');
    await settled(page);
    assert.equal(called('session.stay'), undefined);
  }));

test('QA at a bench nobody runs is told who has to sign in, and never that nobody is', (t) =>
  onPage(t, async (page) => {
    const locked = benchOf(4, 'LOCKED');
    fake().show({
      'bench.changed': {
        ...locked,
        locked: 'signedOut',
        interlocks: [{ reason: 'signedOut', detail: 'nobody is signed in' }],
        slots: locked.slots.map((slot) => ({ ...slot, ask: 'signIn', lockReason: 'signedOut' })),
      },
    });
    fake().signIn(people.qa);
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    const face = page.getByRole('article', { name: 'LOCKED', exact: true });
    await face.getByText('No operator or engineer is signed in').waitFor();
    await page.locator('.act-sentence').getByText('An operator or an engineer signs in to run the bench.').waitFor();
    await soon(async () => assert.equal(await page.getByText('No one is signed in').count(), 0));
    await soon(async () => assert.equal(await page.getByText('Scan your badge to sign in.').count(), 0));
    await shoot(page, 'qa-locked');
    fake().signIn(null);
    await face.getByText('No one is signed in', { exact: true }).waitFor();
  }));

test('an engineer sets the time, and sees that the last engineer stays', (t) =>
  onPage(t, async (page) => {
    watched();
    await goTo(page, '#/station/people');
    const row = page.getByRole('row').filter({ hasText: people.engineer.name });
    await row.getByText('The last engineer. Add another one first.').waitFor();
    const setting = page.getByRole('region', { name: 'Signing out by itself' });
    await setting.getByRole('combobox').click();
    await page.getByRole('option', { name: 'After 30 minutes' }).click();
    await setting.getByText('Saved.').waitFor();
    await soon(() => assert.deepEqual(called('station.configure'), { session: { idleMinutes: 30 } }));
    assert.deepEqual(await axe(page), []);
    await shoot(page, 'people-idle');
  }));

test('a page that is not let in says why and what to do, in both languages, in the dark too', (t) =>
  onPage(
    t,
    async (page) => {
      const says = {
        spent: 'Diese Adresse wurde schon benutzt',
        forgotten: 'Die Station kennt diese Seite nicht mehr',
        full: 'Zu viele Seiten sind offen',
        none: 'Dieser Tab ist nicht eingelassen',
      };
      for (const [reason, title] of Object.entries(says)) {
        fake().outside = reason;
        await page.evaluate(() => sessionStorage.clear());
        await page.reload();
        await page.getByRole('heading', { name: title }).waitFor();
        assert.deepEqual(await axe(page), []);
        await shoot(page, `door-${reason}-de-dark`);
      }
      await page.getByText('Drücken Sie im Terminal der Station die Eingabetaste.').waitFor();
      fake().terminal = false;
      await page.reload();
      await page.getByText('Starten Sie die Station neu. Öffnen Sie die Adresse, die sie dann ausgibt.').waitFor();
      assert.equal(await page.getByText('Terminal').count(), 0);
      fake().outside = undefined;
      await page.getByRole('button', { name: 'Noch einmal versuchen' }).click();
      await page.locator('.tile').first().waitFor();
    },
    { theme: 'dark', locale: 'de-DE' },
  ));
