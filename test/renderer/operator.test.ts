/** What operators saw: one act that is read from afar, a bench that stands still, and words that do not contradict it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Page } from 'playwright';
import {
  type BenchSnapshot,
  type ErrorCode,
  errorCodes,
  outcomeOf,
  type Slot,
  StationError,
  slotState,
} from '../../app/contract/index.ts';
import { parseRoute } from '../../renderer/route.ts';
import { goTo, type Measured, measureBench, scan, settled, soon } from './browser.ts';
import { benchOf, people, practiceOf, slotIn, stationStatus } from './fixtures.ts';
import { stage, tooWide } from './stage.ts';

const { fake, onPage, called } = stage;

const filled = (count: number, slot: (slotId: number) => Slot): BenchSnapshot => ({
  ...benchOf(count),
  slots: Array.from({ length: count }, (_, index) => slot(index + 1)),
});

async function show(page: Page, bench: BenchSnapshot): Promise<void> {
  // Each event is a rendering of its own.
  const count = bench.slots.length;
  if (fake().snapshot('practice.changed').slots.length !== count)
    fake().show({ 'practice.changed': practiceOf(count) });
  fake().show({ 'bench.changed': bench });
  const states = bench.slots.map(({ state }) => state).join();
  await page.waitForFunction(
    (wanted) =>
      [...document.querySelectorAll<HTMLElement>('.tile')].map((tile) => tile.dataset.state).join() === wanted ||
      document.querySelector('.locked-all'),
    states,
  );
  await settled(page);
}

const failedWith = (code: ErrorCode, slotId: number): Slot => ({
  ...slotIn(outcomeOf(code) === 'ERROR' ? 'CHECK_STATION' : 'FAIL', slotId),
  error: { code, detail: '' },
});

const echo = (page: Page, kind: string) => page.locator(`[data-scan-went="${kind}"]`);
const headline = (page: Page) => page.locator('.act-sentence');

/** The words of each tile lie in it, and beside its state word. */
async function assertReadable(page: Page, what: string): Promise<void> {
  // On a busy machine a tile is sometimes measured between two layouts; what lies wrong stays wrong.
  const isWrong = ({ overlaps, overflows }: Measured) => overlaps.length + overflows.length > 0;
  let measured = await measureBench(page);
  for (let again = 0; again < 5 && isWrong(measured); again++) {
    await settled(page);
    measured = await measureBench(page);
  }
  assert.deepEqual([measured.overlaps, measured.overflows], [[], []], what);
}

test('nothing moves, whatever the headline, a tile or the last scan says, and the words of each error are read', async (t) => {
  const places = (page: Page) =>
    page.evaluate(() =>
      ['.actbar', '.tile', '.practice', '.shift'].flatMap((part) =>
        [...document.querySelectorAll(part)].map((element) => {
          const { x, y, width, height } = element.getBoundingClientRect();
          return `${part}: ${[x, y, width, height].map(Math.round).join()}`;
        }),
      ),
    );
  for (const locale of ['en-GB', 'de-DE']) {
    await onPage(
      t,
      async (page) => {
        fake().signIn(people.operator);
        await show(
          page,
          filled(4, (slotId) => slotIn('EMPTY', slotId)),
        );
        const still = await places(page);
        assert.equal(still.filter((place) => place.startsWith('.tile:')).length, 4);
        const assertStill = async (what: string) => assert.deepEqual(await places(page), still, what);
        for (const state of slotState.options.filter((one) => one !== 'LOCKED')) {
          await show(
            page,
            filled(4, (slotId) => slotIn(state, slotId)),
          );
          await assertStill(state);
        }
        for (let from = 0; from < errorCodes.length; from += 4) {
          const codes = errorCodes.slice(from, from + 4);
          await show(
            page,
            filled(4, (slotId) => failedWith(codes[slotId - 1] ?? 'internal', slotId)),
          );
          await assertStill(codes.join());
          await assertReadable(page, codes.join());
        }
        await show(page, {
          ...filled(4, (slotId) => slotIn('EMPTY', slotId)),
          continuous: true,
          heldLabel: 'A'.repeat(64),
        });
        await assertStill('a label scanned ahead');
        const locked: BenchSnapshot = { ...benchOf(4), locked: 'disk', interlocks: [{ reason: 'disk', detail: '' }] };
        await show(page, locked);
        await assertStill('locked, with results');
        fake().signIn(null);
        await show(page, { ...benchOf(4), locked: 'signedOut' });
        await assertStill('signed out');
        fake().signIn(people.operator);
        await show(
          page,
          filled(4, (slotId) => slotIn('SCAN', slotId)),
        );
        for (const code of [
          'unit.noSlotWaiting',
          'unit.serialTooLong',
          'policy.interlock',
          'scan.wrongModel',
        ] as const) {
          fake().refusals.set(
            'bench.scan',
            new StationError(code, 'x'.repeat(300), { data: { length: 64, longest: 32 } }),
          );
          await scan(page, `${code.replace('.', '-')}-${'9'.repeat(40)}`);
          await echo(page, 'refused').getByText(code.replace('.', '-')).waitFor();
          await settled(page);
          await assertStill(`a scan refused with ${code}`);
          const cut = await headline(page).evaluate((words) => words.scrollHeight > words.clientHeight + 2);
          assert.equal(cut, false, `${code}: its words are whole`);
        }
      },
      { locale },
    );
  }
});

test('a scan that was taken is told until its unit has a result, and never again', async (t) => {
  await onPage(t, async (page) => {
    fake().signIn(people.operator);
    const waiting = filled(2, (slotId) => slotIn(slotId === 1 ? 'SCAN' : 'EMPTY', slotId));
    const with1 = (state: Slot['state']) => filled(2, (slotId) => slotIn(slotId === 1 ? state : 'EMPTY', slotId));
    await show(page, waiting);
    await scan(page, 'BM-26-4101');
    await echo(page, 'slot').getByText('Label BM-26-4101 went to slot 1.').waitFor();
    await show(page, with1('WORKING'));
    await echo(page, 'slot').waitFor();
    await show(page, with1('PASS'));
    await echo(page, 'slot').waitFor({ state: 'detached' });
    await show(page, waiting);
    await soon(async () =>
      assert.equal(await page.locator('[data-scan-went]').count(), 0, 'the next unit begins without it'),
    );
    await page.getByText('Scanner ready').waitFor();
  });
});

test('a refusal stands where the act stood, and goes at a press and when the bench asks for something else', async (t) => {
  await onPage(t, async (page) => {
    fake().signIn(people.operator);
    const refuse = async (text: string) => {
      await scan(page, text);
      await echo(page, 'refused').getByText(text).waitFor();
      await soon(async () => assert.equal(await headline(page).count(), 1, 'one sentence at a time'));
    };
    await show(
      page,
      filled(2, (slotId) => slotIn('SCAN', slotId)),
    );
    await refuse('NO-1');
    await headline(page).getByText('This is not a unit label.').waitFor();
    await page.waitForTimeout(350);
    await page.locator('.brand').click();
    await headline(page).getByText('Scan the label of the unit in slot 2.').waitFor();
    await soon(async () => assert.equal(await page.locator('[data-scan-went]').count(), 0));

    await refuse('NO-2');
    await show(
      page,
      filled(2, (slotId) => slotIn('PASS', slotId)),
    );
    await echo(page, 'refused').waitFor();
    await headline(page).getByText('Unplug the unit in slot 2. It passed.').waitFor();
    await soon(async () =>
      assert.equal(await page.locator('[data-scan-went]').count(), 0, 'after seconds in which it can be read'),
    );
  });
});

test('every echo leaves by itself', async (t) => {
  await onPage(
    t,
    async (page) => {
      fake().signIn(people.operator);
      await page.clock.install();
      await page.reload();
      await show(
        page,
        filled(1, (slotId) => slotIn('SCAN', slotId)),
      );
      for (const [text, kind] of [
        ['BM-26-1', 'slot'],
        ['NO-26-1', 'refused'],
      ] as const) {
        await page.getByRole('button', { name: 'Type the label' }).click();
        await page.getByRole('textbox').fill(text);
        await page.getByRole('button', { name: 'Use this label' }).click();
        await page.clock.runFor(500);
        await echo(page, kind).waitFor();
        await page.clock.runFor(15_000);
        await echo(page, kind).waitFor({ state: 'detached' });
      }
    },
    { ownPage: true },
  );
});

test('“Try again” of a person who is signed out signs them in, and then tries', async (t) => {
  await onPage(t, async (page) => {
    const failed = slotIn('FAIL', 1);
    const { prompt: _, ...out } = { ...failed, ask: 'signIn' as const };
    fake().signIn(null);
    await show(page, { ...filled(1, () => out), locked: 'signedOut' });
    const tile = page.locator('.tile');
    await tile.getByText('Sign in, then try the unit again.').waitFor();
    await soon(async () => assert.equal(await tile.getByRole('button', { name: 'Try again' }).count(), 0));
    // A person who changes their mind tries nothing later.
    await tile.getByRole('button', { name: 'Sign in' }).click();
    await page.keyboard.press('Escape');
    fake().signIn(people.operator);
    await show(
      page,
      filled(1, () => failed),
    );
    assert.equal(called('bench.retry'), undefined);

    fake().signIn(null);
    await show(page, { ...filled(1, () => out), locked: 'signedOut' });
    await tile.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Olga Petrova' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    fake().show({ 'bench.changed': filled(1, () => failed) });
    await soon(() => assert.deepEqual(called('bench.retry'), { slotId: 1, promptId: 'retry-1' }));
  });
});

test('a press that the station refuses says why', async (t) => {
  await onPage(t, async (page) => {
    fake().signIn(people.operator);
    await show(
      page,
      filled(1, (slotId) => slotIn('FAIL', slotId)),
    );
    fake().refusals.set('bench.retry', new StationError('call.stale', 'gone'));
    await page.locator('.tile').getByRole('button', { name: 'Try again' }).click();
    await echo(page, 'refused').getByText('The slot had moved on already.').waitFor();
  });
});

test('at a fault of the station an operator calls an engineer, and only an engineer tries again', async (t) => {
  await onPage(t, async (page) => {
    fake().signIn(people.operator);
    const fault = slotIn('CHECK_STATION', 1);
    await show(
      page,
      filled(1, () => fault),
    );
    const tile = page.locator('.tile');
    await tile.getByText('Call an engineer. Leave the unit in.').waitFor();
    await headline(page).getByText('Call an engineer. Leave the unit in.').waitFor();
    await soon(async () => assert.equal(await tile.locator('.retry').count(), 0));
    fake().signIn(people.engineer);
    await show(
      page,
      filled(1, () => ({ ...fault, prompt: { promptId: 'e', kind: 'retry', engineerOnly: true } })),
    );
    await tile.getByRole('button', { name: 'Try again' }).click();
    await soon(() => assert.deepEqual(called('bench.retry'), { slotId: 1, promptId: 'e' }));
    fake().signIn(people.qa);
    await page.getByText(people.qa.name).waitFor();
    await show(
      page,
      filled(1, (slotId) => slotIn('FAIL', slotId)),
    );
    await soon(async () => assert.equal(await tile.locator('.retry').count(), 0, 'QA does not run the bench'));
    await tile.getByText('An operator or an engineer signs in to run the bench.').waitFor();
  });
});

test('the screen says that the browser blocks its sounds, and one click that does nothing else unlocks them', async (t) => {
  await onPage(
    t,
    async (page) => {
      await page.addInitScript(() => {
        let active = false;
        for (const gesture of ['pointerup', 'keydown']) window.addEventListener(gesture, () => (active = true), true);
        class Silent extends EventTarget {
          state = 'suspended';
          async resume() {
            if (!active) return new Promise(() => {});
            this.state = 'running';
            this.dispatchEvent(new Event('statechange'));
          }
          async suspend() {
            this.state = 'suspended';
          }
        }
        Object.assign(window, { AudioContext: Silent });
      });
      for (const locale of ['de', 'en']) {
        await page.evaluate((prefs) => localStorage.setItem('birthmark.prefs', prefs), JSON.stringify({ locale }));
        await page.reload();
        await page.locator('.sound-blocked').waitFor();
        assert.equal(await tooWide(page), 0, `its words fit into the header in ${locale}`);
      }
      const button = page.getByRole('button', { name: 'Click for sound' });
      // The stand-in has no tones: a tone that was kept for later would break the screen here.
      for (const state of ['WORKING', 'PASS'] as const)
        await show(
          page,
          filled(1, (slotId) => slotIn(state, slotId)),
        );
      await soon(async () => assert.equal(await page.locator('.tile').count(), 1));
      await button.click();
      await page.getByRole('button', { name: 'Sound is on' }).waitFor();
      await page.getByRole('button', { name: 'Sound is on' }).click();
      await page.getByRole('button', { name: 'Sound is off' }).waitFor();
      await page.reload();
      await page.getByRole('button', { name: 'Sound is off' }).waitFor();
    },
    { ownPage: true },
  );
});

test('the help and the keys know the pages of the role only', async (t) => {
  await onPage(t, async (page) => {
    const keysOf = async () => {
      await page.locator('#content').focus();
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
      const keys = await page.locator('.help-keys dt').allTextContents();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      return keys.filter((key) => /^[A-Z]$/.test(key)).join('');
    };
    for (const [person, keys] of [
      [null, 'B'],
      [people.operator, 'BU'],
      [people.qa, 'BOULCAS'],
      [people.engineer, 'BOULCAS'],
    ] as const) {
      fake().signIn(person);
      await page
        .getByText(person?.name ?? 'Sign in')
        .first()
        .waitFor();
      await settled(page);
      assert.equal(await keysOf(), keys, person?.role ?? 'signed out');
    }
    fake().signIn(people.operator);
    await page.getByText(people.operator.name).waitFor();
    await page.locator('#content').focus();
    await page.keyboard.press('s');
    // Two keys in one moment would be a scanner's.
    await page.waitForTimeout(700);
    assert.notEqual(await page.evaluate(() => window.location.hash), '#/station');
    await page.keyboard.press('u');
    await page.waitForFunction(() => window.location.hash === '#/units');
  });
});

test('the practice panel shows four slots and its AWS without scrolling', async (t) => {
  for (const locale of ['en-GB', 'de-DE']) {
    await onPage(
      t,
      async (page) => {
        await show(
          page,
          filled(4, (slotId) => slotIn('EMPTY', slotId)),
        );
        const { hidden, small } = await page.evaluate(() => {
          const panel = document.querySelector('.practice-slots') as HTMLElement;
          const edge = panel.getBoundingClientRect();
          const targets = [...document.querySelectorAll('.practice button, .practice [role="combobox"]')];
          const boxes = targets.map((target) => ({
            name: target.ariaLabel ?? '',
            box: target.getBoundingClientRect(),
          }));
          return {
            hidden: [
              ...(panel.scrollHeight > panel.clientHeight + 1 ? ['it scrolls'] : []),
              ...boxes
                .filter(({ name, box }) => /\d/.test(name) && (box.bottom > edge.bottom || box.top < edge.top))
                .map(({ name }) => name),
            ],
            small: boxes.filter(({ box }) => box.width < 64 || box.height < 64).map(({ name }) => name),
          };
        });
        assert.deepEqual([hidden, small], [[], []]);
      },
      { locale },
    );
  }
});

test('an outage of AWS is begun and ended from the practice panel, and the panel says so', async (t) => {
  await onPage(t, async (page) => {
    const outage = page.getByRole('combobox', { name: 'What the practice AWS does' });
    await outage.click();
    await page.getByRole('option', { name: 'AWS is down (503)' }).click();
    await soon(() => assert.deepEqual(called('practice.outage'), { outage: 'unavailable' }));
    fake().show({ 'practice.changed': { ...practiceOf(4), outage: 'unavailable' } });
    await outage.getByText('AWS is down (503)').waitFor();
    fake().calls.length = 0;
    await outage.click();
    await page.getByRole('option', { name: 'AWS works' }).click();
    await soon(() => assert.deepEqual(called('practice.outage'), { outage: null }));
  });
});

test('the AWS of the practice line is shown, and no form pretends to save another', async (t) => {
  await onPage(t, async (page) => {
    fake().show({ 'station.changed': { ...stationStatus(), cloudGiven: true } });
    await goTo(page, '#/station/cloud');
    await page.getByText('there is nothing to set here').waitFor();
    await page.getByText('alster-registration', { exact: true }).waitFor();
    await soon(async () => assert.equal(await page.getByRole('button', { name: 'Forget the target' }).count(), 0));
    fake().show({ 'station.changed': stationStatus() });
    await page.getByRole('button', { name: 'Forget the target' }).waitFor();
  });
});

test('no address throws, whatever it holds', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 40, unit: 'binary' }),
      fc.constantFrom('#/', '#/units/', '#/units//order/', '#'),
      (text, head) => {
        assert.equal(typeof parseRoute(head + text).screen, 'string');
      },
    ),
  );
  for (const damaged of ['#/units/%E0%A4%A', '#/%', '#/batches/%', '#/units/A/conversation/1/%', '#/units//order/%ff'])
    assert.equal(parseRoute(damaged).screen, damaged === '#/%' ? 'nowhere' : 'nowhere', damaged);
  assert.deepEqual(parseRoute('#/bunch'), { screen: 'nowhere' });
  for (const bench of ['', '#', '#/', '#/bench']) assert.deepEqual(parseRoute(bench), { screen: 'bench' });
});

test('a strange address gives a page with the way back; so does a screen that breaks', async (t) => {
  await onPage(t, async (page) => {
    for (const hash of [
      '#/units/%E0%A4%A',
      '#/batches/%',
      '#/nothing/at/all',
      '#/units//order/%zz',
      `#/${'x'.repeat(5000)}`,
      '#/units/A/conversation/1/%',
    ]) {
      await goTo(page, hash);
      await page.getByText('There is no page at this address.').waitFor();
      await page.locator('.header').waitFor();
      await page.getByRole('link', { name: 'Back to the bench' }).click();
      await page.locator('.tile').first().waitFor();
    }
    for (const hash of [
      '#/units/..%2F..%2Fetc',
      '#/units/<script>',
      '#/station/constructor',
      '#/units/%00',
      '#/station/ca/%F0%9F%A6%86',
    ]) {
      await goTo(page, hash);
      await settled(page);
      await soon(async () => assert.ok(await page.locator('.header').isVisible(), hash));
    }
    await goTo(page, '#/bench');
    await page.locator('.tile').first().waitFor();
    fake().show({ 'bench.changed': { ...benchOf(1), slots: [{ ...slotIn('EMPTY', 1), state: 'NEW' as never }] } });
    await page.getByText('This screen stopped working.').waitFor();
    await soon(async () => assert.ok(await page.locator('.header').isVisible(), 'the other pages are a press away'));
    await page.getByRole('link', { name: 'Units' }).click();
    await page.getByRole('searchbox').waitFor();
    fake().show({ 'bench.changed': benchOf(4) });
    await page.getByRole('link', { name: 'Bench' }).click();
    await page.locator('.tile').first().waitFor();
  });
});

test('a label rule that is tried warns of a serial that no slot with that driver takes', async (t) => {
  await onPage(t, async (page) => {
    const slots = stationStatus().slots.map((slot) => ({ ...slot, driver: slot.slotId === 1 ? 'agent' : 'nrf91' }));
    fake().show({ 'station.changed': { ...stationStatus(), slots } });
    await goTo(page, '#/station/labels');
    const label = page.getByLabel('What the scanner sends');
    await label.fill('A'.repeat(33));
    await page.getByText('This serial has 33 characters. Units in slots with the driver agent keep 32').waitFor();
    await label.fill('A'.repeat(32));
    await page.getByText(`A unit: ${'A'.repeat(32)}`, { exact: true }).waitFor();
    await soon(async () => assert.equal(await page.locator('.too-long').count(), 0));
  });
});
