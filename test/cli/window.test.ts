/** What is set for the window on this PC, by the command line: the way out of a kiosk whose engineer is gone. */
import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { removeAtEnd } from '../folders.ts';
import { json } from './commandline.ts';

test('the window is set and shown without a station; what is wrong is refused and changes nothing', async (_t) => {
  const home = mkdtempSync(join(tmpdir(), 'birthmark-window-'));
  process.env.BIRTHMARK_HOME = home;
  removeAtEnd(home);
  const shown = async () => (await json('window', 'show')).value.settings;
  const usual = {
    kiosk: false,
    display: null,
    startWithPc: false,
    zoomPercent: 100,
    printer: null,
    graphics: 'hardware',
  };
  assert.deepEqual(await shown(), usual);

  const display = { id: 7, label: 'Bench' };
  writeFileSync(join(home, 'window.json'), JSON.stringify({ ...usual, kiosk: true, display, graphics: 'software' }));
  const { code, value } = await json('window', 'set', '--kiosk', 'off', '--zoom', '125', '--printer', 'LABEL_1');
  assert.equal(code, 0, JSON.stringify(value));
  const set = { ...usual, display, zoomPercent: 125, printer: 'LABEL_1', graphics: 'software' };
  assert.deepEqual(value.settings, set);
  for (const wrong of [
    ['--kiosk', 'maybe'],
    ['--zoom', '12'],
    ['--zoom', '1e2'],
    ['--graphics', 'fast'],
    ['--monitor', '2'],
  ]) {
    const refused = await json('window', 'set', ...wrong);
    assert.deepEqual([refused.code, refused.value.error?.code], [2, 'call.badParams'], wrong.join(' '));
  }
  assert.deepEqual(await shown(), set);
  await json('window', 'set', '--monitor', 'first', '--printer', 'ask', '--graphics', 'hardware', '--zoom', '100');
  assert.deepEqual(await shown(), usual);
});
