/**
 * Seeded streams of keystrokes: pauses, lost and doubled keys, stuck keys, strange keys, suffixes, two scanners at once, a
 * person who types, a busy machine. No text comes out that was on no label, and no key of a scanner reaches a control.
 *
 * Where a key is lost or doubled without a trace in time, or two scanners run in step, no page can know: there the labels have
 * a length and check digits (ISO/IEC 7064, MOD 97-10), as the station's label rule does, and what fails that is not counted.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { play } from './keystreams.ts';
import { fits, streamOf } from './scanstreams.ts';

const seeds = Number(process.env.SCAN_STREAMS ?? 10_000);

test(`${seeds} streams of keys: no unit serial that was on no label, no control pressed`, () => {
  let whole = 0;
  let clean = 0;
  let refused = 0;
  for (let seed = 1; seed <= seeds; seed += 1) {
    const stream = streamOf(seed);
    const { scans, presses, leaked, field, refused: refusals } = play(stream.events, stream.focus, stream.scanner);
    const out = stream.byRule ? scans.filter(fits) : scans;
    const about = () =>
      JSON.stringify({ seed, ...stream, events: undefined, scanner: stream.scanner?.suffix, scans, refusals });
    const left = [...stream.labels];
    for (const text of out) {
      const index = left.indexOf(text);
      assert.ok(index >= 0, `on no label: ${text} ${about()}`);
      left.splice(index, 1);
    }
    assert.ok(!presses.includes('scanner'), `pressed a control: ${about()}`);
    assert.deepEqual(leaked, [], about());
    const stays = field.filter(({ source }) => source === 'scanner').length;
    assert.ok(
      stays <= (stream.headMayStay ? 3 * stream.labels.length : 0),
      `left in the field: ${JSON.stringify(field)} ${about()}`,
    );
    refused += refusals.length;
    whole += out.length;
    if (!stream.clean) continue;
    clean += 1;
    assert.deepEqual(scans, stream.labels, `a clean scan was lost: ${about()}`);
    assert.deepEqual(refusals, [], about());
  }
  assert.ok(clean > seeds / 20 && refused > seeds / 10 && whole > seeds / 3, `${clean} ${refused} ${whole}`);
});
