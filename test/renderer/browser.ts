/** Chromium on the built screens, and what is measured there. */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Browser, chromium, type Page } from 'playwright';
import type { KeyFacts } from '../../renderer/scanreader/keystroke.ts';
import { load, root } from '../setup/support.ts';

/** The whole browser, and its engine alone: a page of the whole one takes twice the processor's time. */
const whole = '/usr/bin/chromium';
const engine = '/usr/bin/chromium-headless-shell';
const results = join(import.meta.dirname, '../results');
const shots = join(results, 'screens');

/** undefined where Chromium is missing and that is allowed: not in CI. `whole`: not its engine alone. */
export async function openBrowser(options: { whole?: boolean } = {}): Promise<Browser | undefined> {
  const executablePath = existsSync(engine) && !options.whole ? engine : whole;
  if (!existsSync(executablePath) && !process.env.CI) return undefined;
  mkdirSync(shots, { recursive: true });
  return chromium.launch({
    executablePath,
    args: [
      ...['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
      // A page of a test does not live long enough for what optimising compilers take. Sparkplug compiles at once. A
      // large nursery saves most of the garbage collector's turns.
      '--js-flags=--sparkplug --no-maglev --no-turbofan --min-semi-space-size=32 --max-semi-space-size=32',
    ],
  });
}

type Build = { ensureBuilt(name: 'renderer'): Promise<void> };

/**
 * The built screens, for one test file: a copy in a folder of this process, which no other build replaces. Gone when
 * it ends.
 */
export async function buildScreens(name: string): Promise<string> {
  const { ensureBuilt } = await load<Build>('build.mjs');
  await ensureBuilt('renderer');
  const folder = join(results, 'renderer', `${name}-${process.pid}`);
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  cpSync(join(root, 'dist/renderer'), folder, { recursive: true });
  return folder;
}

export const usualLocale = 'en-GB';
export type Look = { theme: 'light' | 'dark'; width: number; height: number; locale?: string };

declare global {
  interface Window {
    violations: string[];
  }
}

/** A page that notes whatever the content security policy refuses. */
export async function openPage(
  browser: Browser,
  address: string,
  { theme, width, height, locale = usualLocale }: Look,
): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    reducedMotion: 'reduce',
    locale,
    timezoneId: 'Europe/Berlin',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  // A page that is loaded is made from nothing, beside others that are.
  page.setDefaultNavigationTimeout(30_000);
  await page.addInitScript(() => {
    window.violations = [];
    document.addEventListener('securitypolicyviolation', (event) => {
      window.violations.push(`${event.effectiveDirective}: ${event.blockedURI} ${event.sample}`);
    });
  });
  await page.goto(address);
  await page.locator('.tile').first().waitFor();
  return page;
}

/** A hand that leaves the keys and takes the scanner: what comes sooner after a key is in doubt. */
const reachMs = 350;

/**
 * A wedge scanner: keys 3 ms apart by their own time stamps, then Enter, all sent at once. What tells a scan from typing is
 * when the keys were pressed, so a busy machine must not stretch it.
 */
export async function scan(page: Page, text: string): Promise<void> {
  // A page that is being loaded again hears no keys.
  await page.locator('.shell').waitFor();
  await wait(reachMs);
  const session = await page.context().newCDPSession(page);
  const begin = Date.now() / 1000;
  const sent = [...text, 'Enter'].flatMap((key, index) => {
    const timestamp = begin + index * 0.003;
    const typed = key === 'Enter' ? '\r' : key;
    const code = key === 'Enter' ? { windowsVirtualKeyCode: 13, code: 'Enter' } : {};
    return [
      session.send('Input.dispatchKeyEvent', { type: 'keyDown', key, text: typed, timestamp, ...code }),
      session.send('Input.dispatchKeyEvent', { type: 'keyUp', key, timestamp: timestamp + 0.001, ...code }),
    ];
  });
  await Promise.all(sent);
  await session.detach();
}

const codesOfKeys: Record<string, number> = { Enter: 13, Tab: 9, F8: 119, ' ': 32 };

/** Keys as they are given, with their own times in milliseconds from now, all sent at once. */
export async function sendKeys(page: Page, events: readonly KeyFacts[], afterMs = reachMs): Promise<void> {
  await wait(afterMs);
  const session = await page.context().newCDPSession(page);
  const begin = Date.now() / 1000;
  const sent = events.map((event) => {
    const { key, code, shift, ctrl, alt } = event;
    const printable = [...key].length === 1 && !ctrl && !alt;
    const text = !event.down ? undefined : key === 'Enter' ? '\r' : printable ? key : undefined;
    const windowsVirtualKeyCode = codesOfKeys[key] ?? (printable ? key.toUpperCase().charCodeAt(0) : 0);
    return session.send('Input.dispatchKeyEvent', {
      type: !event.down ? 'keyUp' : text === undefined ? 'rawKeyDown' : 'keyDown',
      key,
      code,
      windowsVirtualKeyCode,
      modifiers: (alt ? 1 : 0) + (ctrl ? 2 : 0) + (shift ? 8 : 0),
      autoRepeat: event.repeat,
      timestamp: begin + event.at / 1000,
      ...(text === undefined ? {} : { text }),
    });
  });
  await Promise.all(sent);
  await session.detach();
}

/** Opens a screen by its address. */
export const goTo = (page: Page, hash: string): Promise<void> =>
  page.evaluate((to) => {
    window.location.hash = to;
  }, hash);

/** Waits until what was shown last is laid out. */
export const settled = (page: Page): Promise<unknown> =>
  page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 0)))),
  );

/**
 * Looks until what is on the screen, or what the station was asked, is as it should be, for ten seconds; then it fails as the
 * last look did. A screen shows an act before its call has come, and a call comes before its answer is shown.
 */
export async function soon(look: () => unknown): Promise<void> {
  for (const end = performance.now() + 10_000; ; await wait(20)) {
    try {
      await look();
      return;
    } catch (error) {
      if (performance.now() > end) throw error;
    }
  }
}

const shooting = Boolean(process.env.BIRTHMARK_TEST_SHOTS);

/** A picture of what went wrong. */
export const shootFault = (page: Page, name: string): Promise<unknown> =>
  page.screenshot({ path: join(shots, `${name}.png`) });

/** A picture for people, where they ask for pictures with `BIRTHMARK_TEST_SHOTS=1`: no test reads one. */
export async function shoot(page: Page, name: string): Promise<void> {
  if (shooting) await shootFault(page, name);
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * What axe finds, one line each. A page loads it once: that costs more than a look. Its look leaves out what only words a
 * finding (the selectors of each element) and the style sheets that no rule of these reads.
 */
export async function axe(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') };
    const options = { resultTypes: ['violations' as const], preload: false };
    const quick = await axe.run(document, { ...options, selectors: false });
    if (quick.violations.length === 0) return [];
    const { violations } = await axe.run(document, options);
    return violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.target.join(' ')}: ${node.any[0]?.message ?? node.failureSummary}`),
    );
  });
}

export type Measured = {
  scrolls: string[];
  overflows: string[];
  /** State words that lie over other words or over a button of their tile. */
  overlaps: string[];
  wordPixels: number[];
  /** The sentence of each tile that has one: its size, and whether all of it is seen. */
  asks: { text: string; pixels: number; whole: boolean }[];
  smallTargets: string[];
  /** Each pair of colour and background that a text on a tile has, as `rgb(…)`, with one of these texts. */
  texts: { text: string; colour: string; background: string }[];
};

/** Measures the bench as it is on screen. */
export const measureBench = (page: Page): Promise<Measured> =>
  page.evaluate(() => {
    const name = (element: Element) => `${element.className} ${element.textContent ?? ''}`.slice(0, 60);
    const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)];
    const visible = (element: HTMLElement) =>
      element.checkVisibility() && !element.closest('.unseen, .skip, .retry-words, .small .mark-words');
    const scrolling = [document.documentElement, ...all('main, .bench-screen, .tiles')];
    const tiles = all('.tile');
    const inside = (inner: DOMRect, outer: DOMRect) =>
      inner.left >= outer.left &&
      inner.right <= outer.right + 0.5 &&
      inner.top >= outer.top - 0.5 &&
      inner.bottom <= outer.bottom + 0.5;
    const backgroundOf = (element: Element): string => {
      const colour = getComputedStyle(element).backgroundColor;
      if (!/rgba\(.*, 0\)/.test(colour) || !element.parentElement) return colour;
      return backgroundOf(element.parentElement);
    };
    const textsOf = new Map(
      tiles.map((tile) => [
        tile,
        [...tile.querySelectorAll<HTMLElement>('*')].filter(
          (element) =>
            [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim()) && visible(element),
        ),
      ]),
    );
    const colours = new Map<string, Measured['texts'][number]>();
    for (const element of [...textsOf.values()].flat()) {
      const pair = { colour: getComputedStyle(element).color, background: backgroundOf(element) };
      const key = `${pair.colour} ${pair.background}`;
      if (!colours.has(key)) colours.set(key, { text: name(element), ...pair });
    }
    return {
      scrolls: scrolling
        .filter(
          (element) => element.scrollHeight > element.clientHeight + 1 || element.scrollWidth > element.clientWidth + 1,
        )
        .map(name),
      overflows: tiles.flatMap((tile) => {
        const outer = tile.getBoundingClientRect();
        const parts = (textsOf.get(tile) ?? []).filter(
          (element) => !element.closest('.steps, .tile-name, .tile-serial, .tile-cause'),
        );
        const causes = [...tile.querySelectorAll('.tile-cause')].filter(
          (cause) =>
            cause.checkVisibility() && cause.textContent !== '' && !inside(cause.getBoundingClientRect(), outer),
        );
        return [
          ...causes.map((cause) => `${tile.className}: ${name(cause)}`),
          ...parts
            .filter((element) => {
              const range = document.createRange();
              range.selectNodeContents(element);
              return !inside(range.getBoundingClientRect(), outer);
            })
            .map((element) => `${tile.className}: ${name(element)}`),
        ];
      }),
      overlaps: tiles.flatMap((tile) => {
        const rectOf = (element: Element) => {
          const range = document.createRange();
          range.selectNodeContents(element);
          return range.getBoundingClientRect();
        };
        const word = tile.querySelector('.tile-word');
        if (!word) return [];
        // A line of capitals has air above and below: its box is 1.2 em high, its letters 0.73 em.
        const air = Number.parseFloat(getComputedStyle(word).fontSize) * 0.2;
        const mine = rectOf(word);
        const buttons = [...tile.querySelectorAll<HTMLElement>('.retry, .stop')];
        const others = (textsOf.get(tile) ?? []).filter(
          (element) => !element.contains(word) && !word.contains(element),
        );
        return [
          ...others.map((one) => [one, rectOf(one)] as const),
          ...buttons.map((one) => [one, one.getBoundingClientRect()] as const),
        ]
          .filter(
            ([, rect]) =>
              rect.left < mine.right - 1 &&
              rect.right > mine.left + 1 &&
              rect.top < mine.bottom - air &&
              rect.bottom > mine.top + air,
          )
          .map(([element]) => `${tile.className}: ${name(element)}`);
      }),
      asks: all('.tile-ask')
        .filter(visible)
        .map((element) => ({
          text: element.textContent ?? '',
          pixels: Number.parseFloat(getComputedStyle(element).fontSize),
          whole: element.scrollWidth <= element.clientWidth + 1 && element.scrollHeight <= element.clientHeight + 4,
        })),
      wordPixels: all('.tile-word').map((element) => Number.parseFloat(getComputedStyle(element).fontSize)),
      smallTargets: all('button, a[href], [role="combobox"], input:not([aria-hidden="true"])')
        .filter(visible)
        .filter((element) => element.offsetWidth < 64 || element.offsetHeight < 64)
        .map((element) => `${name(element)} ${element.offsetWidth}×${element.offsetHeight}`),
      texts: [...colours.values()],
    };
  });
