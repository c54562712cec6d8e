/** What the screens do with the stream of events. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goTo } from './browser.ts';
import { benchOf } from './fixtures.ts';
import { stage } from './stage.ts';

const { fake, onPage } = stage;

test('a stream that is opened again for one event more does not draw the bench again', (t) =>
  onPage(t, async (page) => {
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    await page.evaluate(() => {
      const { parse } = JSON;
      const parsed: string[] = [];
      JSON.parse = (text: string) => {
        parsed.push(text);
        return parse(text);
      };
      Object.assign(JSON, { parsed, parse: JSON.parse, parseAgain: parse });
    });
    const ofBench = () =>
      page.evaluate(
        () => (JSON as unknown as { parsed: string[] }).parsed.filter((text) => text.includes('"askedSlotId"')).length,
      );
    await goTo(page, '#/station/backups');
    await page.getByRole('table').first().waitFor();
    assert.equal(await ofBench(), 0);
    fake().show({ 'bench.changed': benchOf(8) });
    await page.waitForFunction(() =>
      (JSON as unknown as { parsed: string[] }).parsed.some((t) => t.includes('"askedSlotId"')),
    );
    assert.equal(await ofBench(), 1, 'what changed comes once');
    await page.evaluate(() => {
      const kept = JSON as unknown as { parsed?: unknown; parseAgain?: typeof JSON.parse };
      if (kept.parseAgain) JSON.parse = kept.parseAgain;
      delete kept.parsed;
      delete kept.parseAgain;
    });
  }));
