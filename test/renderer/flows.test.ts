import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Page } from 'playwright';
import { axe, goTo, scan, sendKeys, settled, shoot, soon } from './browser.ts';
import { certificateAt } from './certificates.ts';
import { benchOf, people, slotIn } from './fixtures.ts';
import { stroke } from './keystreams.ts';
import { stage, tooWide } from './stage.ts';

const { fake } = stage;

/** No person is signed in, and the CA is open. */
async function onPage(
  t: TestContext,
  act: (page: Page) => Promise<void>,
  look: { ownPage?: boolean; width?: number; height?: number } = {},
): Promise<void> {
  fake()?.reset();
  await stage.onPage(t, act, look);
}

const scans = () =>
  fake()
    .calls.filter((call) => call.method === 'bench.scan')
    .map((call) => call.params.text);

/** Once they have arrived. */
async function assertScans(expected: string[]): Promise<void> {
  await soon(() => assert.deepEqual(scans(), expected));
}

async function signedIn(page: Page, person: (typeof people)[keyof typeof people]): Promise<void> {
  fake().signIn(person);
  await page.getByText(person.name).first().waitFor();
}

test('a scan presses no button, wherever the focus is', async (t) => {
  await onPage(t, async (page) => {
    await signedIn(page, people.operator);
    fake().show({ 'bench.changed': { ...benchOf(4), slots: [slotIn('SCAN', 1), slotIn('FAIL', 2)] } });
    for (const [before, name] of ['Try again', 'Type the label', 'Sign out', 'Help and keys'].entries()) {
      await page.getByRole('button', { name }).focus();
      await scan(page, 'BM-26-4101');
      await page.getByText('Label BM-26-4101 went to slot 1.').waitFor();
      await assertScans(Array(before + 1).fill('BM-26-4101'));
    }
    assert.deepEqual([...new Set(fake().calls.map((call) => call.method))], ['scan.read', 'bench.scan']);
    await soon(async () => assert.equal(await page.getByRole('dialog').count(), 0));
  });
});

test('a scan does not land in the search box; what was typed there stays', async (t) => {
  await onPage(t, async (page) => {
    await signedIn(page, people.operator);
    await page.keyboard.press('u');
    const box = page.getByRole('searchbox');
    await box.pressSequentially('BM-26', { delay: 90 });
    await scan(page, 'XX-26-4101');
    await page.getByText('Not taken: XX-26-4101').waitFor();
    await soon(async () => assert.equal(await box.inputValue(), 'BM-26'));
    await box.pressSequentially('-41', { delay: 90 });
    await soon(async () => assert.equal(await box.inputValue(), 'BM-26-41'));
    await page.keyboard.press('Enter');
    await scan(page, 'BM-26-4101');
    await page.getByRole('heading', { name: 'BM-26-4101' }).waitFor();
    assert.deepEqual(scans(), [], 'looking up starts no unit');
  });
});

test('letters that roll off the fingers arrive in the field whole', async (t) => {
  await onPage(t, async (page) => {
    await signedIn(page, people.operator);
    await goTo(page, '#/units');
    const box = page.getByRole('searchbox');
    await box.focus();
    for (const pair of ['SE', 'NS', 'E-', '2']) {
      await sendKeys(
        page,
        [...pair].flatMap((letter, index) => stroke(letter, index * 8, 6, 'person')),
      );
      await page.waitForFunction((end) => document.querySelector('input')?.value.endsWith(end), pair);
    }
    await soon(async () => assert.equal(await box.inputValue(), 'SENSE-2'));
    assert.deepEqual(scans(), []);
  });
});

test('a wrong label is refused with the reason and the next act', async (t) => {
  await onPage(t, async (page) => {
    await signedIn(page, people.operator);
    await scan(page, 'BM 26 4101');
    await page.getByText('This is not a unit label. Scan the label with the unit serial.').waitFor();
    await shoot(page, 'scan-refused');
  });
});

test('a badge starts signing in; the keypad or the keyboard types the PIN', async (t) => {
  await onPage(t, async (page) => {
    await page.getByRole('button', { name: 'Help and keys' }).focus();
    await scan(page, 'B-2001');
    const dialog = page.getByRole('dialog', { name: 'Sign in' });
    await soon(async () => assert.equal(await dialog.getByLabel('Badge number').inputValue(), 'B-2001'));
    await page.waitForFunction(() => document.activeElement?.getAttribute('type') === 'password');
    await shoot(page, 'sign-in');
    assert.deepEqual(await axe(page), []);
    for (const digit of '9999') await dialog.getByRole('button', { name: digit, exact: true }).click();
    await dialog.getByRole('button', { name: 'Sign in', exact: true }).click();
    await dialog.getByText('Badge and PIN do not belong together.').waitFor();
    await shoot(page, 'sign-in-refused');
    await dialog.getByLabel('PIN', { exact: true }).pressSequentially('1234', { delay: 90 });
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('Olga Petrova').waitFor();
    assert.deepEqual(scans(), []);
  });
});

test('a label scanned by nobody asks to sign in first', async (t) => {
  await onPage(t, async (page) => {
    await scan(page, 'BM:26:4101');
    await page.getByText('Sign in first, then scan again.').waitFor();
    assert.deepEqual(fake().calls, [{ method: 'scan.read', params: { text: 'BM:26:4101' } }]);
    await soon(async () => assert.equal(await page.getByRole('dialog').count(), 0));
  });
});

test('a practice badge is one press; practice units are plugged in and scanned from the panel', async (t) => {
  await onPage(t, async (page) => {
    await page.getByRole('button', { name: 'Sign in' }).first().click();
    await page.getByRole('button', { name: 'Olga Petrova' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Scan it, slot 1' }).click();
    await page.getByText('Label BM-26-4101 went to slot 2.').waitFor();
    await page.getByRole('button', { name: 'Plug in, slot 2' }).click();
    await page.getByRole('button', { name: 'Plug in again, slot 4' }).click();
    await page.getByRole('combobox', { name: 'What goes wrong in slot 1' }).click();
    await page.getByRole('option', { name: 'Bytes are changed on the way' }).click();
    await page.getByRole('listbox').waitFor({ state: 'detached' });
    const practice = () => fake().calls.filter((call) => call.method.startsWith('practice.'));
    await soon(() =>
      assert.deepEqual(practice(), [
        { method: 'practice.plug', params: { slotId: 2 } },
        { method: 'practice.plug', params: { slotId: 4, deviceId: 'dev-9' } },
        { method: 'practice.fault', params: { slotId: 1, fault: 'corruptBytes' } },
      ]),
    );
    await page.getByRole('button', { name: 'Close the practice panel' }).click();
    await page.reload();
    await page.getByRole('button', { name: 'Open the practice panel' }).waitFor();
  });
});

test('a scan answers the question on screen, whichever slot waits besides', async (t) => {
  await onPage(t, async (page) => {
    await signedIn(page, people.operator);
    fake().show({ 'bench.changed': { ...benchOf(4), slots: [slotIn('SCAN', 1), slotIn('SCAN', 2)], askedSlotId: 2 } });
    await page.locator('.act-sentence').getByText('Scan the label of the unit in slot 2.').waitFor();
    await scan(page, 'BM-26-4102');
    await page.getByText('Label BM-26-4102 went to slot').waitFor();
    assert.deepEqual(fake().calls.at(-1), { method: 'bench.scan', params: { text: 'BM-26-4102', promptId: 'scan-2' } });
  });
});

test('QA scans a label and reads its story', async (t) => {
  await onPage(t, async (page) => {
    await signedIn(page, people.qa);
    await scan(page, 'BM-26-4102');
    await page.getByRole('heading', { name: 'BM-26-4102' }).waitFor();
    await page.getByText('Attempt 2 ended: passed').waitFor();
    await page.locator('details.attempt ol summary').first().press('Enter');
    await page.getByText('"atUtc": "2026-11-20T13:05:10.000Z"').waitFor();
    assert.deepEqual(scans(), []);
  });
});

test('a lost station is said at once; a restarted one is believed although it counts from the beginning', async (t) => {
  await onPage(t, async (page) => {
    await signedIn(page, people.operator);
    fake().show({ 'bench.changed': benchOf(4, 'WORKING') });
    await page.locator('[data-state="WORKING"]').first().waitFor();
    fake().cut();
    await page.getByRole('alert').getByText('Connection to the station lost').waitFor();
    await shoot(page, 'connection-lost');
    fake().restart({ 'bench.changed': benchOf(4, 'PASS') });
    await page.locator('[data-state="PASS"]').first().waitFor();
    await page.getByRole('alert').waitFor({ state: 'detached' });
  });
});

test('a station that hangs is said; keys reach nothing below that; then what was read is read again', async (t) => {
  await onPage(
    t,
    async (page) => {
      await page.clock.install();
      // Chromium says so on a PC whose zone it does not know.
      await page.addInitScript(() => {
        const { resolvedOptions } = Intl.DateTimeFormat.prototype;
        Intl.DateTimeFormat.prototype.resolvedOptions = function () {
          return { ...resolvedOptions.call(this), timeZone: 'Etc/Unknown' };
        };
      });
      await page.reload();
      await signedIn(page, people.engineer);
      await goTo(page, '#/station/people');
      await page.getByText(/running since .*\d\d:\d\d:\d\d$/).waitFor();
      const name = page.getByLabel('Name', { exact: true });
      await name.fill('Nora');
      const lists = () => fake().calls.filter(({ method }) => method === 'people.list').length;
      const before = lists();
      fake().hang(true);
      const lost = page.getByRole('alert').getByText('Connection to the station lost');
      await soon(async () => {
        await page.clock.runFor(1000);
        assert.ok(await lost.isVisible());
      });
      await page.clock.runFor(10_000);
      const door = page.getByRole('dialog', { name: 'The station does not answer' });
      await door.waitFor();
      assert.deepEqual(await axe(page), []);
      for (const key of ['Tab', 'Tab', 'Tab', 'Escape', 'Escape']) await page.keyboard.press(key);
      assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('name') ?? null), null);
      await door.waitFor();
      fake().hang(false);
      await page.clock.runFor(5000);
      await door.waitFor({ state: 'detached' });
      await page.getByRole('alert').waitFor({ state: 'detached' });
      assert.equal(await name.inputValue(), 'Nora');
      await page.waitForFunction(() => document.activeElement?.getAttribute('name') === 'name');
      await soon(() => assert.ok(lists() > before));
    },
    { ownPage: true },
  );
});

test('a call that does not reach the station is no bug, and an old answer replaces no newer one', async (t) => {
  await onPage(
    t,
    async (page) => {
      await signedIn(page, people.engineer);
      // In forced colours: the page that is shown, and a unit that failed, are told without the screens' own colours.
      await page.emulateMedia({ forcedColors: 'active' });
      fake().show({ 'bench.changed': { ...benchOf(4), slots: [slotIn('PASS', 1), slotIn('FAIL', 2)] } });
      const look = (selector: string, what: 'borderBottomColor' | 'backgroundColor') =>
        page
          .locator(selector)
          .first()
          .evaluate((element, name) => getComputedStyle(element)[name], what);
      await page.locator('.tile.state-fail').waitFor();
      assert.notEqual(await look('.state-fail', 'backgroundColor'), await look('.state-pass', 'backgroundColor'));
      assert.notEqual(
        await look('.header nav a[aria-current]', 'borderBottomColor'),
        await look('.header nav a:not([aria-current])', 'borderBottomColor'),
      );
      assert.deepEqual(await axe(page), []);
      await shoot(page, 'bench-forced-colours');
      await page.emulateMedia({ forcedColors: 'none' });
      let held: (() => void)[] = [];
      let holding = '';
      await page.route('**/api/call', async (route) => {
        const { method } = route.request().postDataJSON() as { method: string };
        if (method === 'station.doctor') return route.abort();
        if (method !== holding) return route.continue();
        const response = await route.fetch();
        await new Promise<void>((resolve) => held.push(resolve));
        await route.fulfill({ response });
      });
      await goTo(page, '#/station/doctor');
      await page.getByRole('alert').getByText('The station does not answer.').waitFor();
      assert.equal(await page.getByText('Please tell the makers').count(), 0);
      // A list: the newer answer comes first.
      holding = 'units.list';
      fake().units = 3;
      await goTo(page, '#/units');
      await soon(() => assert.equal(held.length, 1));
      await page.getByRole('cell', { name: 'Loading…' }).waitFor();
      fake().units = 5;
      fake().show({ 'bench.changed': { ...benchOf(4), counters: { ...benchOf(4).counters, passed: 99 } } });
      await soon(() => assert.equal(held.length, 2));
      held[1]?.();
      await page.getByText('5 units').waitFor();
      held[0]?.();
      await settled(page);
      await page.getByText('5 units').waitFor();
      // A page: versions that come faster than answers do not keep it empty.
      held = [];
      holding = 'profiles.list';
      await goTo(page, '#/station/profiles');
      await soon(() => assert.equal(held.length, 1));
      fake().show({ 'station.changed': { ...fake().snapshot('station.changed'), version: '9.9.9' } });
      await soon(() => assert.equal(held.length, 2));
      held[0]?.();
      await page.getByText('alster-sensor').first().waitFor();
      held[1]?.();
      // A thing never stands under the address of another one.
      holding = '';
      await goTo(page, '#/units/BM-26-4102');
      await page.getByRole('heading', { name: 'BM-26-4102' }).waitFor();
      held = [];
      holding = 'units.show';
      await goTo(page, '#/units/BM-26-4103');
      await soon(() => assert.ok(held.length > 0));
      await page.getByRole('heading', { name: 'BM-26-4102' }).waitFor({ state: 'detached' });
      for (const go of held) go();
      await page.getByRole('heading', { name: 'BM-26-4103' }).waitFor();
      // A button that waits for its answer keeps the focus, and a second press does nothing.
      holding = '';
      await goTo(page, '#/station/orders');
      const pause = page.getByRole('button', { name: /^Pause order/ }).first();
      await pause.focus();
      held = [];
      holding = 'orders.pause';
      await page.keyboard.press('Enter');
      await soon(() => assert.equal(held.length, 1));
      const isHeld = () =>
        pause.evaluate((button) => button === document.activeElement && button.ariaDisabled === 'true');
      await soon(async () => assert.ok(await isHeld()));
      await pause.click({ force: true });
      await settled(page);
      held[0]?.();
      await soon(async () => assert.equal(await pause.getAttribute('aria-busy'), 'false'));
      assert.ok(await pause.evaluate((button) => button === document.activeElement));
      assert.equal(fake().calls.filter(({ method }) => method === 'orders.pause').length, 1);
    },
    { ownPage: true },
  );
});

test('an address of the Station page that leads nowhere says so, and whose part it is', async (t) => {
  await onPage(t, async (page) => {
    await signedIn(page, people.engineer);
    const part = page.locator('.sections-panel:not([hidden])');
    for (const address of ['nope', '__proto__', 'window/x']) {
      await goTo(page, `#/station/${address}`);
      await part.getByText('There is no page at this address.').waitFor();
    }
    // These begin with a page that is there.
    for (const address of [
      'ca/new/x',
      'ca/nope',
      'ca/export/nope',
      `ca/nope/${fake().ca.hierarchy.authorities[0]?.issuerId}`,
    ]) {
      await goTo(page, `#/station/${address}`);
      await part.getByRole('heading').first().waitFor();
    }
    fake().signIn(people.qa);
    await goTo(page, '#/station/orders');
    await part.getByText('This part is for engineers.').waitFor();
    assert.deepEqual(await axe(page), []);
    for (const address of ['ca/new', `ca/export/${fake().ca.hierarchy.authorities[0]?.issuerId}`]) {
      await goTo(page, `#/station/${address}`);
      await part.getByRole('heading', { name: 'CA', exact: true }).waitFor();
    }
  });
});

test('a window of 320 px, or one of 1280 px at 400 %, scrolls in one direction only', async (t) => {
  await onPage(
    t,
    async (page) => {
      await signedIn(page, people.engineer);
      for (const address of [
        'overview',
        'units/BM-26-4102',
        'audit',
        'station/certificates',
        'station/shifts',
        'station/templates/new',
      ]) {
        await goTo(page, `#/${address}`);
        await page.locator('main :is(h1, h2)').first().waitFor();
        await settled(page);
        await soon(async () => assert.ok((await tooWide(page)) <= 0, address));
      }
    },
    { width: 320, height: 640 },
  );
});

test('revoking needs a reason in words and the last digits of the very certificate', async (t) => {
  await onPage(t, async (page) => {
    await signedIn(page, people.engineer);
    const { serialHex } = certificateAt(1);
    await goTo(page, `#/station/certificates/${serialHex}`);
    const revoke = page.getByRole('button', { name: 'Revoke for good' });
    await revoke.waitFor();
    await soon(async () => assert.ok(await revoke.isDisabled()));
    await page.getByLabel('Why, in your own words').fill('found in a river');
    const digits = page.getByLabel(/^Type the last 6 digits/);
    await digits.fill('123456');
    await page.getByText('These are not the last 6 digits.').waitFor();
    await soon(async () => assert.ok(await revoke.isDisabled()));
    await digits.fill(serialHex.slice(-6));
    await revoke.click();
    await page.getByText('AWS is still to be told').waitFor();
    const call = fake().calls.find(({ method }) => method === 'certificates.revoke');
    assert.deepEqual(call?.params, { serialHex, reason: 'unspecified', note: 'found in a river' });
    await revoke.waitFor({ state: 'detached' });
  });
});

test('keys alone: help, screens, skipping, closing', async (t) => {
  await onPage(t, async (page) => {
    await signedIn(page, people.engineer);
    await page.keyboard.press('?');
    const help = page.getByRole('dialog', { name: 'Help and keys' });
    await help.waitFor();
    await shoot(page, 'help');
    assert.deepEqual(await axe(page), []);
    await page.keyboard.press('Escape');
    await help.waitFor({ state: 'detached' });
    for (const [key, heading] of [
      ['u', 'Units'],
      ['l', 'Batches'],
      ['s', 'Line 3, Hamburg'],
    ] as const) {
      await page.keyboard.press(key);
      await page.getByRole('heading', { name: heading, level: 1 }).waitFor();
    }
    // The row that is opened goes away with its list: the focus stays with the content, and not at the top of the page.
    await goTo(page, '#/units');
    await page.locator('.table-row a').first().press('Enter');
    await page.getByRole('heading', { name: /^BM-/ }).waitFor();
    await page.waitForFunction(() => document.activeElement?.id === 'content');
    await page.reload();
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.id === 'content');
  });
});

test('language, colours and sound are remembered', async (t) => {
  await onPage(t, async (page) => {
    await page.getByRole('button', { name: 'Deutsch' }).click();
    await page.getByRole('button', { name: 'Farben: wie der Rechner' }).click();
    await page.getByRole('button', { name: 'Farben: hell' }).click();
    await page.getByRole('button', { name: 'Ton ist an' }).click();
    await page.reload();
    await page.getByRole('button', { name: 'Farben: dunkel' }).waitFor();
    await page.getByRole('button', { name: 'Ton ist aus' }).waitFor();
    assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme), 'dark');
  });
});

test('the wizard: leave it, come back, see what will be made, make it', async (t) => {
  await onPage(t, async (page) => {
    const fill = (name: string, value: string) => page.getByLabel(name, { exact: true }).fill(value);
    const next = () => page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('button', { name: 'Set up a real station' }).click();
    await fill('Name of the station', 'Line 4');
    await fill('Organisation', 'Alster Sensors');
    await next();
    await fill('Passphrase', 'correct horse battery staple');
    await page.getByRole('button', { name: 'Leave, go on later' }).click();
    assert.ok(!(await page.evaluate(() => JSON.stringify(localStorage))).includes('horse'), 'no secret is kept');
    await page.getByRole('button', { name: 'Set up a real station' }).click();
    await page.getByText('Your draft is still here.').waitFor();
    await page.getByRole('button', { name: 'Back', exact: true }).click();
    await soon(async () => assert.equal(await page.getByLabel('Name of the station').inputValue(), 'Line 4'));
    await next();
    await fill('Passphrase', 'correct horse battery staple');
    await fill('Passphrase again', 'correct horse battery staple');
    await page.getByLabel('I have put the passphrase in a safe place').check();
    await shoot(page, 'setup-ca');
    assert.deepEqual(await axe(page), []);
    await next();
    await fill('Name', 'Erika Sommer');
    await page.getByLabel('Badge number').focus();
    await scan(page, 'B-1001');
    await page.getByText('B-1001 went into “Badge number”.').waitFor();
    await soon(async () =>
      assert.equal(await page.getByLabel('Badge number').inputValue(), 'B-1001', 'a badge is scanned into its field'),
    );
    await fill('PIN', '246813');
    await shoot(page, 'setup-people');
    await next();
    await page.getByText('2 ports found').waitFor();
    await fill('Port of slot 1', '/dev/ttyUSB0');
    await page.getByRole('option', { name: 'USB place 2' }).waitFor();
    await page.keyboard.press('Tab');
    await page.getByRole('option').first().waitFor({ state: 'detached' });
    await shoot(page, 'setup-slots');
    assert.deepEqual(await axe(page), []);
    await next();
    await page.getByLabel('Set the target now').check();
    await shoot(page, 'setup-aws');
    await page.getByLabel('Later. The bench works without AWS.').check();
    await next();
    await page.getByText('CN=Line 4 Root CA,O=Alster Sensors').waitFor();
    await shoot(page, 'setup-review');
    await page.getByRole('button', { name: 'Make the station' }).click();
    await page.getByText('The station is made.').waitFor();
    await shoot(page, 'setup-done');
    const run = fake().calls.find((call) => call.method === 'setup.run');
    assert.deepEqual(run?.params.slots, [{ slotId: 1, name: '1', port: '/dev/ttyUSB0', driver: 'agent' }]);
    // The whole screen starts afresh.
    const made = await page.evaluate(() => performance.timeOrigin);
    await page.getByRole('button', { name: 'Open it' }).click();
    await page.waitForFunction(() => window.location.hash === '#/bench');
    await page.locator('.tile').first().waitFor();
    assert.equal(
      await page.evaluate(() => performance.timeOrigin),
      made,
      'no page is loaded, which would hear no scan',
    );
    assert.ok(fake().calls.some((call) => call.method === 'setup.open' && call.params.which === 'real'));
  });
});
