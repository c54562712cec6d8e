/** Scans on real screens: whole or refused aloud, where they go, and that they press nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright';
import type { KeyFacts } from '../../renderer/scanreader/keystroke.ts';
import { axe, goTo, scan, sendKeys, settled, shoot, soon } from './browser.ts';
import { benchOf, people, slotIn } from './fixtures.ts';
import { dice, type Mishap, merged, play, type ScannerKind, scanned, stroke } from './keystreams.ts';
import { fits, streamOf } from './scanstreams.ts';
import { stage } from './stage.ts';

const { fake, onPage, called } = stage;

const usual: ScannerKind = { periodMs: 6, jitterMs: 1, holdMs: 2, suffix: ['enter'], prefix: '' };
const read = (text: string, kind: Partial<ScannerKind> = {}, mishaps: readonly Mishap[] = []) =>
  scanned(text, 0, { ...usual, ...kind }, dice(7), mishaps);
const texts = () =>
  fake()
    .calls.filter(({ method }) => method === 'scan.read')
    .map(({ params }) => params.text);
const told = (page: Page, kind: string) => page.locator(`[data-scan-went="${kind}"]`);

/** The practice panel's button that pulls a unit out, with the focus: what a scan may never press. */
async function onUnplug(page: Page): Promise<void> {
  fake().signIn(people.operator);
  fake().show({ 'bench.changed': { ...benchOf(4), slots: [slotIn('SCAN', 1), slotIn('FAIL', 2)], askedSlotId: 1 } });
  await page.getByText('Olga Petrova').waitFor();
  await page.getByRole('button', { name: 'Unplug, slot 1' }).focus();
}

test('a scan with a pause, a strange key, a repeat or a second source in it is refused whole, and said so', async (t) => {
  const act = async (page: Page) => {
    await onUnplug(page);
    await page.evaluate(() => {
      const start = OscillatorNode.prototype.start;
      Object.assign(window, { counted: 0 });
      OscillatorNode.prototype.start = function (when) {
        window.counted += 1;
        start.call(this, when);
      };
    });
    const person = stroke('x', 30, 90, 'person');
    const cases: [readonly KeyFacts[], RegExp][] = [
      [read('GAP45-ABCDEFGH', {}, [{ at: 6, kind: 'pause', ms: 50 }]), /stopped in the middle/],
      [read('BM-26-4101', {}, [{ at: 5, kind: 'pause', ms: 200 }]), /stopped in the middle/],
      [read('BM-26-4101', {}, [{ at: 5, kind: 'stuck', ms: 280 }]), /stopped in the middle/],
      [merged(read('BM-26-4101'), stroke('F8', 21, 1, 'scanner')), /a key that the station does not know: F8/],
      [merged(read('BM-26-4101'), person), /Two sources typed at once/],
      [read('BM-26-4101', { suffix: [] }), /The scan has no end/],
      [read('BM-26-4101', { suffix: ['tab', 'tab'] }), /ends in another way/],
    ];
    // Each long after every doubt about the one before. A machine that stalls may tell two halves of one: then again.
    let from = 0;
    for (const [keys, words] of cases) {
      const seen: string[] = [];
      while (!words.test(seen.at(-1) ?? '') && seen.length < 4) {
        from += 10_000;
        const before = await page.evaluate(() => window.counted);
        await sendKeys(
          page,
          keys.map((key) => ({ ...key, at: from + key.at })),
        );
        await page.waitForFunction((count) => window.counted > count, before);
        seen.push(await told(page, 'refused').innerText());
      }
      assert.match(seen.at(-1) ?? '', words);
    }
    assert.deepEqual(texts(), [], 'nothing of them came out');
    assert.ok((await page.evaluate(() => window.counted)) >= 2 * cases.length, 'each knocks twice');
    assert.equal(called('practice.unplug'), undefined);
    await soon(async () => assert.equal(await page.getByRole('alert').count(), 1));
    await shoot(page, 'scan-refused-bench');
    assert.deepEqual(await axe(page), []);
  };
  await onPage(t, act, { ownPage: true });
});

test('a scan while the screens are put up for another station is never half taken: it is refused aloud', async (t) => {
  await onPage(t, async (page) => {
    await page.evaluate(() => {
      const press = (key: string) => {
        for (const type of ['keydown', 'keyup'])
          document.body.dispatchEvent(new KeyboardEvent(type, { key, code: key, bubbles: true, cancelable: true }));
      };
      for (const key of 'BM-26') press(key);
      window.screens.takeDown();
      window.screens.putUp();
      for (const key of [...'-4101', 'Enter']) press(key);
    });
    assert.match(await told(page, 'refused').innerText(), /may be its rest/);
    assert.deepEqual(texts(), []);
    await scan(page, 'BM-7');
    await soon(async () => assert.deepEqual(texts(), ['BM-7']));
  });
});

test('a bench that was loaded again asks for the scan that it may have missed; the next scan takes its place', async (t) => {
  await onPage(
    t,
    async (page) => {
      fake().signIn(people.operator);
      fake().show({
        'bench.changed': { ...benchOf(4), slots: [slotIn('SCAN', 1), slotIn('EMPTY', 2)], askedSlotId: 1 },
      });
      await page.getByText('Olga Petrova').waitFor();
      assert.equal(await told(page, 'unheard').count(), 0, 'a page that was opened');
      await page.reload();
      await told(page, 'unheard').getByText('If you scanned just now, scan again.').waitFor();
      await scan(page, 'BM-26-4711');
      await told(page, 'slot').waitFor();
      await goTo(page, '#/units');
      await page.getByRole('searchbox').waitFor();
      await goTo(page, '#/bench');
      await page.locator('.tile').first().waitFor();
      assert.equal(await told(page, 'unheard').count(), 0, 'only once');
    },
    { ownPage: true },
  );
});

test('two Enters, Tab, CR LF and short labels are whole, and press nothing', async (t) => {
  await onPage(t, async (page) => {
    await onUnplug(page);
    for (const [text, suffix] of [
      ['BM-1', ['enter', 'enter']],
      ['BM-2', ['enter', 'lf']],
      ['BM-3', ['tab']],
      ['BM-', ['enter']],
      ['7', ['enter']],
    ] as const) {
      await sendKeys(page, read(text, { suffix }));
      await page.waitForFunction(
        (scan) => document.querySelector('[data-scan-went]')?.textContent?.includes(scan),
        text,
      );
    }
    assert.deepEqual(texts(), ['BM-1', 'BM-2', 'BM-3', 'BM-', '7']);
    assert.equal(called('practice.unplug'), undefined);
    const focused = await page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    assert.equal(focused, 'Unplug, slot 1', 'Tab at the end moves nothing');
  });
});

test('the separator of GS1 arrives, sent as Ctrl+] or as Alt and digits', async (t) => {
  await onPage(t, async (page) => {
    await onUnplug(page);
    await sendKeys(page, read('10AB\u001d21CD'));
    await page.waitForFunction(() => document.querySelector('[data-scan-went]')?.textContent?.includes('␝'));
    const digits = ['0', '2', '9'].flatMap((digit, index) =>
      stroke(digit, 40 + 2 * index, 0.5, 'scanner', { code: `Numpad${digit}`, alt: true }),
    );
    const [altDown] = stroke('Alt', 39, 0, 'scanner', { alt: true });
    const [, altUp] = stroke('Alt', 46, 0, 'scanner');
    assert.ok(altDown && altUp);
    await sendKeys(page, merged(read('10AB21CD', { periodMs: 12, jitterMs: 0 }), [altDown, ...digits, altUp]));
    await soon(() => assert.deepEqual(texts(), ['10AB\u001d21CD', '10AB\u001d21CD']));
  });
});

test('a busy page hears a scan late and whole', async (t) => {
  await onPage(t, async (page) => {
    await onUnplug(page);
    const busy = page.evaluate(() => {
      const until = performance.now() + 700;
      while (performance.now() < until);
    });
    await sendKeys(page, read('BM-26-4101', { periodMs: 20 }));
    await busy;
    await told(page, 'slot').getByText('Label BM-26-4101 went to slot 1.').waitFor();
    assert.deepEqual(texts(), ['BM-26-4101']);
    await shoot(page, 'scan-taken-bench');
  });
});

test('Space and Enter of a person still press, a little later', async (t) => {
  await onPage(t, async (page) => {
    await onUnplug(page);
    for (const key of [' ', 'Enter']) {
      fake().calls.length = 0;
      await page.getByRole('button', { name: 'Unplug, slot 1' }).press(key);
      await soon(() => assert.deepEqual(called('practice.unplug'), { slotId: 1 }));
    }
    await page.getByRole('combobox', { name: 'What goes wrong in slot 1' }).press('Enter');
    await page.getByRole('listbox').waitFor();
    await page.keyboard.press('Escape');
  });
});

test('a key presses what had the focus when it came, wherever the focus goes before it is known to be no scan', async (t) => {
  await onPage(t, async (page) => {
    await onUnplug(page);
    fake().calls.length = 0;
    await page.evaluate(() => {
      const named = (name: string) => document.querySelector<HTMLElement>(`button[aria-label="${name}"]`);
      named('Unplug, slot 1')?.focus();
      const enter = { key: 'Enter', code: 'Enter', bubbles: true, cancelable: true };
      document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', enter));
      document.activeElement?.dispatchEvent(new KeyboardEvent('keyup', enter));
      named('Sign out')?.focus();
    });
    await soon(() => assert.deepEqual(called('practice.unplug'), { slotId: 1 }));
    assert.equal(called('session.signOut'), undefined);
  });
});

test('beside the bench a scan looks up and starts nothing, for every role', async (t) => {
  await onPage(t, async (page) => {
    for (const person of [people.operator, people.qa, people.engineer]) {
      fake().signIn(person);
      await goTo(page, '#/units');
      await page.getByText(person.name).waitFor();
      await page.getByRole('searchbox').focus();
      await scan(page, 'BM-26-4102');
      await page.getByRole('heading', { name: 'BM-26-4102' }).waitFor();
      await told(page, 'story').waitFor();
      await scan(page, 'WO-2611-07');
      await page.getByRole('heading', { name: 'Units of order WO-2611-07' }).waitFor();
      await scan(page, person.badge);
      await told(page, 'refused').getByText('This is your own badge.').waitFor();
    }
    // The badge of another person is that of the next one, who takes over.
    await scan(page, people.operator.badge);
    await page.getByRole('dialog').getByRole('heading', { name: 'Hand over to the next person' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await soon(() => assert.deepEqual(called('units.list'), { offset: 0, limit: 100, orderId: 'WO-2611-07' }));
    assert.ok(!fake().calls.some(({ method }) => method.startsWith('bench.') && method !== 'bench.snapshot'));
    await shoot(page, 'scan-strip-units');
    assert.deepEqual(await axe(page), []);
  });
});

test('fields of an order take what they ask for, and refuse the rest', async (t) => {
  await onPage(t, async (page) => {
    await goTo(page, '#/station/orders');
    const from = page.getByLabel('First unit serial');
    await from.focus();
    await scan(page, 'BM-26-4102');
    await told(page, 'field').waitFor();
    await soon(async () => assert.equal(await from.inputValue(), 'BM-26-4102'));
    await scan(page, 'WO-2611-07');
    await told(page, 'refused').getByText('This is not a unit label.').waitFor();
    await soon(async () => assert.equal(await from.inputValue(), 'BM-26-4102', 'nothing of it stays'));
    // Text that is not saved would hold the page.
    await from.fill('');
    await goTo(page, '#/station/labels');
    const tried = page.locator('input[data-scan="text"]');
    await tried.focus();
    await sendKeys(page, read('10AB\u001d21CD'));
    await page.waitForFunction(
      () => document.querySelector<HTMLInputElement>('input[data-scan="text"]')?.value === '10AB<GS>21CD',
    );
  });
});

test('a scan never reaches what is behind a dialog', async (t) => {
  await onPage(t, async (page) => {
    await onUnplug(page);
    await page.getByRole('button', { name: 'Help and keys' }).click();
    await page.getByRole('dialog', { name: 'Help and keys' }).waitFor();
    await scan(page, 'BM-26-4102');
    await told(page, 'refused').getByText('A window is open').waitFor();
    await soon(async () => assert.ok(await page.getByRole('dialog', { name: 'Help and keys' }).isVisible()));
    assert.equal(called('bench.scan'), undefined);
    await shoot(page, 'scan-refused-dialog');
  });
});

test('a scan that fits two rules asks what it is, and does nothing before', async (t) => {
  await onPage(t, async (page) => {
    await onUnplug(page);
    await scan(page, 'AMBI-1');
    const dialog = page.getByRole('dialog', { name: 'What did you scan?' });
    await dialog.waitFor();
    await settled(page);
    await shoot(page, 'scan-choose');
    assert.deepEqual(await axe(page), []);
    assert.equal(called('bench.scan'), undefined);
    await page.keyboard.press('Escape');
    await told(page, 'refused').waitFor();
    await dialog.waitFor({ state: 'detached' });
    await scan(page, 'AMBI-2');
    await dialog.getByRole('button', { name: 'A unit label: BM-26-4102' }).press('Enter');
    await soon(() => assert.deepEqual(called('bench.scan'), { text: 'AMBI-2', promptId: 'scan-1', as: 'unit' }));
  });
});

test('scans of a serial scanner go the same way, and its refusals are said', async (t) => {
  await onPage(t, async (page) => {
    await onUnplug(page);
    const scanners = [{ scannerId: 1, name: 'Left', state: 'ready' as const }];
    const last = { scannerId: 1, at: new Date().toISOString() };
    fake().show({ 'scanners.changed': { seq: 1, scanners, taught: false, last: { ...last, scanId: 'BM-26-4102' } } });
    await told(page, 'slot').getByText('Label BM-26-4102 went to slot 1.').waitFor();
    await soon(() => assert.deepEqual(called('scan.take'), { scanId: 'BM-26-4102' }));
    const refused = { code: 'scan.incomplete', detail: 'no end' } as const;
    fake().show({ 'scanners.changed': { seq: 2, scanners, taught: false, last: { ...last, scanId: 'b', refused } } });
    await told(page, 'refused').getByText('Part of this scan is missing.').waitFor();
  });
});

test('the strip times out and goes with the person', async (t) => {
  await onPage(
    t,
    async (page) => {
      await onUnplug(page);
      await page.clock.install();
      await page.getByRole('button', { name: 'Scan it, slot 1' }).click();
      await told(page, 'slot').waitFor();
      await page.clock.runFor(13_000);
      await page.getByText('Scanner ready').waitFor();
      await page.getByRole('button', { name: 'Scan it, slot 1' }).click();
      await told(page, 'slot').waitFor();
      fake().signIn(people.engineer);
      await page.getByText('Scanner ready').waitFor();
    },
    { ownPage: true },
  );
});

test('seeded streams, on a real button and in a real field', async (t) => {
  const act = async (page: Page) => {
    fake().signIn(people.operator);
    await goTo(page, '#/units');
    await page.getByRole('searchbox').waitFor();
    await page.evaluate(() => {
      Object.assign(window, { counted: 0 });
      window.addEventListener('click', () => Object.assign(window, { counted: window.counted + 1 }), true);
    });
    let from = 1000;
    let wanted = 0;
    const labels: string[] = [];
    for (let seed = 1; seed <= 90; seed += 1) {
      const stream = streamOf(seed);
      // What it was taught is another test's matter.
      if (stream.scanner) continue;
      if (stream.focus === 'field') await page.getByRole('searchbox').focus();
      else await page.getByRole('button', { name: 'Help and keys' }).focus();
      const end = Math.max(...stream.events.map(({ at }) => at));
      const first = Math.min(...stream.events.map(({ at }) => at));
      // After every doubt about the last stream is over.
      const keys = stream.events.map((event) => ({ ...event, at: from + event.at - first }));
      from += end - first + 8000;
      await sendKeys(page, [...keys, ...stroke('Escape', from - 1000, 10, 'person')], 0);
      labels.push(...stream.labels);
      wanted += play(stream.events, stream.focus).scans.filter((text) => !stream.byRule || fits(text)).length;
      assert.equal(await page.evaluate(() => window.counted), 0, `seed ${seed} pressed`);
      await soon(async () => assert.equal(await page.getByRole('dialog').count(), 0));
      if (stream.focus === 'field') await page.getByRole('searchbox').fill('');
    }
    // A machine that stalls between two keys makes more refusals, and never another text.
    const whole = () =>
      texts()
        .map(String)
        .filter((text) => labels.includes(text)).length;
    for (let tries = 0; whole() < wanted && tries < 50; tries += 1) await settled(page);
    const strange = texts()
      .map(String)
      .filter((text) => !labels.includes(text));
    assert.deepEqual(
      strange.filter((text) => fits(text)),
      [],
    );
    assert.ok(whole() > wanted / 2, `${whole()} of ${wanted}`);
    assert.ok(strange.length < 20, `for the label rule: ${strange.join(' ')}`);
  };
  await onPage(t, act, { ownPage: true });
});

declare global {
  interface Window {
    counted: number;
  }
}
