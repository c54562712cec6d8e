/** What the screens do for a window that lasts a shift: its settings, its notices, saving, printing, keys on the screen. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Page } from 'playwright';
import { StationError } from '../../app/contract/index.ts';
import { erased, rowsOf, typed } from '../../renderer/shell/keyboardrows.ts';
import { axe, goTo, scan, settled, shoot, soon } from './browser.ts';
import { certificateAt } from './certificates.ts';
import { textIn } from './editor.ts';
import { documentAt } from './fakedocuments.ts';
import { inWindow, windowBrief } from './fakewindow.ts';
import { benchOf, now, people, stationStatus } from './fixtures.ts';
import { stage, tooWide } from './stage.ts';

const { fake, onPage, called } = stage;
const withWindow = (change: Partial<typeof windowBrief> & { lastReloadAt?: string } = {}) =>
  fake().show({ 'station.changed': { ...stationStatus(), window: { ...windowBrief, ...change } } });
const reloadInWindow = async (page: Page) => {
  await inWindow(page);
  await page.reload();
  await page.locator('.tile').first().waitFor();
};
const acts = (page: Page) => page.evaluate(() => window.acts.filter(({ act }) => act !== 'speak'));

describe('the window settings', () => {
  for (const look of [
    { theme: 'light', width: 1280, height: 800 },
    { theme: 'dark', width: 1920, height: 1080, locale: 'de-DE' },
  ] as const) {
    test(`fit, are found well by axe, and are saved alone as they were changed, ${look.theme}`, async (t) => {
      await onPage(
        t,
        async (page) => {
          withWindow();
          const german = 'locale' in look;
          await goTo(page, '#/station/window');
          const zoom = page.getByRole('combobox', { name: german ? 'Größe von allem' : 'Size of everything' });
          await zoom.waitFor();
          await settled(page);
          await shoot(page, `station-window-${look.theme}`);
          assert.equal(await tooWide(page), 0);
          assert.deepEqual(await axe(page), []);
          await page
            .getByText(german ? 'GONE_PRINTER (zurzeit nicht gefunden)' : 'GONE_PRINTER (not found now)')
            .waitFor();

          await zoom.press('Enter');
          await page.getByRole('option', { name: '125' }).click();
          const monitor = page.getByRole('combobox', { name: 'Monitor' });
          await monitor.press('Enter');
          await page.getByRole('option', { name: 'Monitor 2 · 1280 × 800' }).click();
          await page.getByRole('checkbox').first().check();
          await page
            .getByRole('button', { name: german ? 'Fenstereinstellungen speichern' : 'Save the window settings' })
            .click();
          await page.getByText(german ? 'Gespeichert.' : 'Saved.', { exact: true }).waitFor();
          await soon(() =>
            assert.deepEqual(called('window.configure'), {
              zoomPercent: 125,
              display: { id: 22, label: '' },
              kiosk: true,
            }),
          );
        },
        look,
      );
    });
  }

  test('an engineer leaves the full screen and fills it again; a browser has no such part', async (t) => {
    await onPage(t, async (page) => {
      await goTo(page, '#/station/doctor');
      await page.getByRole('tab', { name: 'Health' }).waitFor();
      await soon(async () => assert.equal(await page.getByRole('tab', { name: 'Window' }).count(), 0));
      withWindow({ kiosk: true });
      await page.getByRole('tab', { name: 'Window' }).click();
      await page.getByRole('button', { name: 'Leave the full screen now' }).click();
      await page.getByRole('button', { name: 'Leave the full screen now' }).waitFor({ state: 'detached' });
      await soon(() => assert.deepEqual(called('window.kiosk'), { on: false }));
    });
  });
});

describe('notices', () => {
  test('a page that came back says so until someone has understood; the next time again', async (t) => {
    await onPage(t, async (page) => {
      withWindow({ pageReloads: 2, lastReloadAt: now });
      const notice = page.getByRole('region', { name: 'The page was loaded again' });
      await notice.getByText('This page stopped 2 times').waitFor();
      await settled(page);
      await shoot(page, 'notice-reloaded');
      assert.deepEqual(await axe(page), []);
      await notice.getByRole('button', { name: 'Understood' }).press('Enter');
      await notice.waitFor({ state: 'detached' });
      await page.reload();
      await page.locator('.tile').first().waitFor();
      await soon(async () => assert.equal(await notice.count(), 0));
      withWindow({ pageReloads: 3, lastReloadAt: '2026-11-20T14:00:00.000Z' });
      await notice.waitFor();
    });
  });

  test('a program that ends when its units are done says so, and stays at a press', async (t) => {
    await onPage(t, async (page) => {
      fake().signIn(people.operator);
      withWindow({ closing: true });
      const notice = page.getByRole('region', { name: 'The program ends soon' });
      await notice.getByRole('button', { name: 'Keep it open' }).click();
      await page.waitForFunction(() => true);
      await soon(() => assert.deepEqual(called('window.stay'), {}));
      withWindow();
      await notice.waitFor({ state: 'detached' });
    });
  });
});

describe('saving and printing in the window', () => {
  test('the main process is asked, by a name that every system takes, and what it answers is shown', async (t) => {
    await onPage(
      t,
      async (page) => {
        await reloadInWindow(page);
        await goTo(page, `#/station/certificates/${certificateAt(1).serialHex}`);
        await page.evaluate(() => {
          window.actReply = { ok: true, result: { name: 'mine.pem' } };
        });
        await page.getByRole('button', { name: 'Save PEM' }).first().click();
        await page.getByText('mine.pem saved.').waitFor();
        const [asked] = (await acts(page)) as { act: string; file: { what: string; name: string; content: string } }[];
        assert.deepEqual([asked?.act, asked?.file.what], ['keep', 'text']);
        assert.match(asked?.file.name ?? '', /^[A-Za-z0-9_-][A-Za-z0-9._-]*\.pem$/);
        assert.match(asked?.file.content ?? '', /^-----BEGIN CERTIFICATE-----/);

        await page.evaluate(() => {
          window.actReply = { ok: true, result: {} };
        });
        await page.getByRole('button', { name: 'Save PEM' }).first().click();
        await page.getByText('Not saved.').waitFor();
        await page.evaluate(() => {
          window.actReply = { ok: false, error: { code: 'window.notSaved', detail: 'could not write a.pem' } };
        });
        await page.getByRole('button', { name: 'Save PEM' }).first().click();
        await page.getByRole('alert').getByText('The file was not saved.').waitFor();
      },
      { ownPage: true },
    );
  });

  test('a unit’s story is printed: the story alone, on white, in a browser and in the window', async (t) => {
    await onPage(
      t,
      async (page) => {
        await reloadInWindow(page);
        await goTo(page, '#/units/BM-26-4102');
        await page.getByRole('button', { name: 'Print' }).click();
        await page.waitForFunction(() => window.acts.some(({ act }) => act === 'print'));
        await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
        await page.locator('header.header').waitFor({ state: 'hidden' });
        await soon(async () => assert.equal(await page.getByRole('button', { name: 'Print' }).isVisible(), false));
        await soon(async () => assert.equal(await page.getByRole('heading', { name: 'BM-26-4102' }).isVisible(), true));
        await shoot(page, 'story-on-paper');
        const scrolls = await page.evaluate(() => {
          const main = document.querySelector('main')!;
          return main.scrollHeight > main.clientHeight + 1;
        });
        assert.equal(scrolls, false, 'nothing is cut off at the end of the screen');
      },
      { ownPage: true },
    );
  });

  test('the language of the screens goes to the dialogs of the system', async (t) => {
    await onPage(
      t,
      async (page) => {
        await reloadInWindow(page);
        await page.getByRole('button', { name: 'Deutsch' }).click();
        const spoken = await page.evaluate(() =>
          window.acts.filter(({ act }) => act === 'speak').map(({ locale }) => locale),
        );
        assert.deepEqual(spoken, ['en', 'de']);
      },
      { ownPage: true },
    );
  });
});

describe('the wake lock of a browser', () => {
  test('is held while a unit is at work, asked for again when the page is seen again, and given back', async (t) => {
    await onPage(
      t,
      async (page) => {
        await page.addInitScript(() => {
          const held = new Set<EventTarget>();
          const request = async () => {
            const lock = Object.assign(new EventTarget(), {
              released: false,
              async release() {
                lock.released = true;
                held.delete(lock);
                lock.dispatchEvent(new Event('release'));
              },
            });
            held.add(lock);
            return lock;
          };
          Object.defineProperty(navigator, 'wakeLock', { value: { request } });
          Object.assign(window, { held });
        });
        fake().show({
          'bench.changed': {
            ...benchOf(4),
            slots: benchOf(4).slots.map((slot) => ({ ...slot, state: 'SCAN' as const })),
          },
        });
        await page.reload();
        await page.locator('.tile').first().waitFor();
        const held = (count: number) =>
          page.waitForFunction((wanted) => (window as unknown as { held: Set<unknown> }).held.size === wanted, count);
        await held(0);
        fake().show({ 'bench.changed': benchOf(4) });
        await held(1);
        // The system takes it when the page is hidden.
        await page.evaluate(() => {
          Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
          for (const lock of (window as unknown as { held: Set<{ release(): void }> }).held) lock.release();
        });
        await held(0);
        await page.evaluate(() => {
          Object.defineProperty(document, 'visibilityState', { value: 'visible', configurable: true });
          document.dispatchEvent(new Event('visibilitychange'));
        });
        await held(1);
        fake().show({ 'bench.changed': { ...benchOf(4), slots: [] } });
        await held(0);
      },
      { ownPage: true },
    );
  });
});

describe('keys on the screen', () => {
  const keyboard = (page: Page) => page.getByRole('region', { name: 'On-screen keyboard' });
  /** A panel PC: a finger is all there is. */
  const onPanel = async (page: Page, act: (panel: Page) => Promise<void>) => {
    const context = await page
      .context()
      .browser()!
      .newContext({
        viewport: { width: 1280, height: 800 },
        hasTouch: true,
        isMobile: true,
        reducedMotion: 'reduce',
        locale: 'en-GB',
      });
    try {
      const panel = await context.newPage();
      panel.setDefaultTimeout(10_000);
      await panel.goto(`${fake().address}#/units`);
      await act(panel);
    } finally {
      await context.close();
    }
  };

  test('a field that a finger touches gets them; they write, and the screen is used without any other key', async (t) => {
    await onPage(t, (page) =>
      onPanel(page, async (panel) => {
        const search = panel.getByRole('searchbox');
        await search.tap();
        await keyboard(panel).waitFor();
        await settled(panel);
        await shoot(panel, 'keys-on-screen');
        assert.deepEqual(await axe(panel), []);
        const key = (name: string) => keyboard(panel).getByRole('button', { name, exact: true });
        for (const name of ['Capitals', 'B', 'Capitals', 'M', '-', '2', 'x', 'Erase', '6']) await key(name).tap();
        await soon(async () => assert.equal(await search.inputValue(), 'BM-26'));
        assert.ok((await key('a').boundingBox())!.height >= 64);
        await key('Hide the keyboard').tap();
        await keyboard(panel).waitFor({ state: 'detached' });
        await search.tap();
        await keyboard(panel).waitFor();
        await panel.locator('h1').tap();
        await keyboard(panel).waitFor({ state: 'detached' });
      }),
    );
  });

  test('the code editor takes them as it takes real keys; a text that can only be read gets none', async (t) => {
    await onPage(t, (page) =>
      onPanel(page, async (panel) => {
        await panel.goto(`${fake().address}#/station/policies//new`);
        const editor = panel.getByRole('textbox', { name: 'Text of the policy (JSON)' });
        await editor.tap();
        await keyboard(panel).waitFor();
        const key = (name: string) => keyboard(panel).getByRole('button', { name, exact: true });
        for (const name of ['Signs', '{', 'Enter', '"']) await key(name).tap();
        for (const name of ['Signs', 'x', 'y', 'Erase']) await key(name).tap();
        assert.equal(await textIn(editor), '{\n  "x"\n}');

        fake().signIn(people.qa);
        fake().documents = [documentAt('policy', 'iot', 'alster', 1, '{}')];
        // The text is not saved, which the browser asks about.
        panel.on('dialog', (dialog) => void dialog.accept());
        // From an address of the page itself, its own question about leaving would come between.
        await panel.goto('about:blank');
        await panel.goto(`${fake().address}#/station/policies/alster`);
        await panel.locator('.code-editor.read-only .cm-content').tap();
        await settled(panel);
        await soon(async () => assert.equal(await keyboard(panel).count(), 0));
      }),
    );
  });

  test('in a dialog they stand over it, and it stays open', async (t) => {
    await onPage(t, (page) =>
      onPanel(page, async (panel) => {
        await panel.getByRole('button', { name: 'Sign out' }).waitFor();
        fake().signIn(null);
        await panel.getByRole('button', { name: 'Sign in' }).first().tap();
        const badge = panel.getByLabel('Badge number');
        await badge.tap();
        await keyboard(panel).getByRole('button', { name: 'b', exact: true }).tap();
        await settled(panel);
        await shoot(panel, 'keys-in-dialog');
        await soon(async () => assert.equal(await badge.inputValue(), 'b'));
        const box = (await keyboard(panel).boundingBox())!;
        assert.deepEqual([box.x, box.width, Math.round(box.y + box.height)], [0, 1280, 800]);
      }),
    );
  });

  test('a scan does not hide them and a person’s key does; a mouse never gets them', async (t) => {
    await onPage(t, async (page) => {
      await goTo(page, '#/units');
      await page.getByRole('searchbox').click();
      await settled(page);
      await soon(async () => assert.equal(await keyboard(page).count(), 0));
      await onPanel(page, async (panel) => {
        await panel.getByRole('searchbox').tap();
        await keyboard(panel).waitFor();
        // One that is refused, so that the page stays where it is.
        fake().refusals.set('scan.read', new StationError('scan.unknown', 'no label of this station'));
        await scan(panel, 'BM-26-4102');
        await panel.getByText('BM-26-4102').first().waitFor();
        await settled(panel);
        await soon(async () => assert.equal(await keyboard(panel).count(), 1));
        await panel.keyboard.press('q');
        await keyboard(panel).waitFor({ state: 'detached' });
      });
    });
  });

  test('what they write is what they say, in every language', () => {
    assert.deepEqual(typed('abc', 1, 2, 'X'), { value: 'aXc', caret: 2 });
    assert.deepEqual(erased('a😀b', 3, 3), { value: 'ab', caret: 1 });
    assert.deepEqual(erased('abc', 0, 2), { value: 'c', caret: 0 });
    assert.deepEqual(erased('abc', 0, 0), { value: 'abc', caret: 0 });
    for (const locale of ['en', 'de'] as const) {
      const all = (['small', 'large', 'signs'] as const).flatMap((plane) => rowsOf(plane, locale)).join('');
      for (let code = 0x21; code < 0x7f; code++) {
        const key = String.fromCharCode(code);
        assert.ok(all.includes(key), `${locale}: ${key}`);
      }
    }
  });
});
