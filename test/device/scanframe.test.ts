/** Scans of a serial scanner are whole, or refused: whatever is cut, late, damaged or too much. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ScannerSuffix } from '../../app/contract/model.ts';
import { createScanFrame, type FrameResult } from '../../app/device/scanframe.ts';

const endOf: Record<ScannerSuffix, string> = { cr: '\r', lf: '\n', crlf: '\r\n', tab: '\t', none: '' };
const bytes = (text: string) => new TextEncoder().encode(text);
const opened = 0;
const later = 10_000;

/** What is sent, piece by piece, each so many milliseconds after the one before; then silence. */
function sent(pieces: (string | Uint8Array | number)[], change: { suffix?: ScannerSuffix; prefix?: string } = {}) {
  const frame = createScanFrame({ suffix: 'cr', prefix: '', ...change }, opened);
  let at = later;
  const found: FrameResult[] = [];
  const silence = (until: number) => {
    for (let due = frame.dueAt(); due !== undefined && due <= until; due = frame.dueAt())
      found.push(...frame.idle(due));
  };
  for (const piece of pieces) {
    if (typeof piece === 'number') {
      at += piece;
      silence(at);
    } else found.push(...frame.feed(typeof piece === 'string' ? bytes(piece) : piece, at));
  }
  silence(at + 60_000);
  assert.equal(frame.dueAt(), undefined, 'nothing waits for ever');
  return found;
}

test('each suffix ends a scan, in one piece or in many', () => {
  for (const suffix of ['cr', 'lf', 'crlf', 'tab'] as const) {
    const text = `SN-1${endOf[suffix]}SN-2${endOf[suffix]}`;
    assert.deepEqual(sent([text], { suffix }), [{ text: 'SN-1' }, { text: 'SN-2' }]);
    assert.deepEqual(
      sent(
        [...text].flatMap((character) => [character, 20]),
        { suffix },
      ),
      [{ text: 'SN-1' }, { text: 'SN-2' }],
    );
  }
  assert.deepEqual(sent(['SN', 50, '-1', 400, 'SN-2'], { suffix: 'none' }), [{ text: 'SN-1' }, { text: 'SN-2' }]);
});

test('two ends, and CR LF where one of them is set, make no second scan', () => {
  assert.deepEqual(sent(['SN-1\r\r', 2000, 'SN-2\r\r']), [{ text: 'SN-1' }, { text: 'SN-2' }]);
  assert.deepEqual(sent(['SN-1\r\n', 2000, 'SN-2\r\n']), [{ text: 'SN-1' }, { text: 'SN-2' }]);
  assert.deepEqual(sent(['SN-1\r\nSN-2\r\n'], { suffix: 'lf' }), [{ text: 'SN-1' }, { text: 'SN-2' }]);
});

test('separators of labels and text beyond ASCII come as they are, also cut within a character', () => {
  assert.deepEqual(sent([']d201\u001d21Gerät\r']), [{ text: ']d201\u001d21Gerät' }]);
  const whole = bytes('Gerät\r');
  assert.deepEqual(sent([whole.subarray(0, 4), 10, whole.subarray(4)]), [{ text: 'Gerät' }]);
});

test('control characters make a scan garbled, on both sides of every border; the separators of labels do not', () => {
  for (const code of [0x00, 0x03, 0x05, 0x1c, 0x1f, 0x7f, 0x80, 0x9f])
    assert.deepEqual(sent([`a${String.fromCodePoint(code)}b\r`]), [{ torn: 'garbled' }], code.toString(16));
  for (const code of [0x04, 0x1d, 0x1e, 0x20, 0x7e, 0xa0]) {
    const text = `a${String.fromCodePoint(code)}b`;
    assert.deepEqual(sent([`${text}\r`]), [{ text }], code.toString(16));
  }
});

test('a pause within a scan refuses all of it; its rest is no scan', () => {
  assert.deepEqual(sent(['GAP45-', 700, 'ABCDEFGH\r', 4000, 'SN-2\r']), [
    { torn: 'noEnd' },
    { torn: 'noEnd' },
    { text: 'SN-2' },
  ]);
  assert.deepEqual(sent(['GAP45-', 501, 'ABC', 100, 'DEF', 100, 'GH\r', 1, 'SN-2\r']).at(-1), { text: 'SN-2' });
});

test('a scan without its end is refused, and so, aloud, is one that came so soon that it may be its rest', () => {
  assert.deepEqual(sent(['SN-1', 1500, 'SN-1', 1000, 'SN-1\r', 10, 'SN-2\r']), [
    ...Array(3).fill({ torn: 'noEnd' }),
    { text: 'SN-2' },
  ]);
  assert.deepEqual(sent(['SN-1', 60_000, 'SN-2\r', 10, 'SN-3\r']), [
    { torn: 'noEnd' },
    { torn: 'noEnd' },
    { text: 'SN-3' },
  ]);
  // The suffix is set wrongly: every scan is refused, and each is told.
  assert.deepEqual(sent(['SN-1\n', 5000, 'SN-2\n', 5000, 'SN-3\n']), Array(3).fill({ torn: 'noEnd' }));
});

test('what the cable cut is refused, before and behind the cut', () => {
  const before = createScanFrame({ suffix: 'cr', prefix: '' }, opened);
  assert.deepEqual(before.feed(bytes('SN-1\rGAP45-'), later), [{ text: 'SN-1' }]);
  assert.deepEqual(before.close(), [{ torn: 'unplugged' }]);
  const behind = createScanFrame({ suffix: 'cr', prefix: '' }, later);
  assert.deepEqual(behind.feed(bytes('ABCDEFGH\r'), later + 100), [{ torn: 'noBegin' }]);
  assert.deepEqual(behind.feed(bytes('SN-2\r'), later + 2000), [{ text: 'SN-2' }]);
  const unmarked = createScanFrame({ suffix: 'none', prefix: '' }, opened);
  unmarked.feed(bytes('GAP45-'), later);
  assert.deepEqual(unmarked.close(), [{ torn: 'unplugged' }]);
});

test('too long, damaged, without its prefix: refused', () => {
  assert.deepEqual(sent(['x'.repeat(4096), '\r']), [{ text: 'x'.repeat(4096) }]);
  assert.deepEqual(sent(['x'.repeat(4097), '\r', 1, 'SN-2\r']), [{ torn: 'tooLong' }, { text: 'SN-2' }]);
  assert.deepEqual(sent(['x'.repeat(1_000_000), '\r', 'SN-2\r']), [{ torn: 'tooLong' }, { text: 'SN-2' }]);
  assert.deepEqual(sent(['SN\u0000-1\r']), [{ torn: 'garbled' }]);
  assert.deepEqual(sent([new Uint8Array([0x53, 0xff, 0x31, 0x0d]), 'SN-2\r']), [{ torn: 'garbled' }, { text: 'SN-2' }]);
  assert.deepEqual(sent(['~SN-1\r', 'SN-2\r', '~\r'], { prefix: '~' }), [{ text: 'SN-1' }, { torn: 'noPrefix' }]);
});

test('no part of a scan passes for one, however its bytes come', () => {
  const suffix = fc.constantFrom<ScannerSuffix>('cr', 'lf', 'crlf', 'tab');
  const scan = fc.stringMatching(/^[A-Z0-9-]{4,20}$/);
  const chunks = fc.array(
    fc.record({ take: fc.integer({ min: 1, max: 12 }), wait: fc.constantFrom(0, 5, 50, 450, 520, 900) }),
    { minLength: 1, maxLength: 40 },
  );
  fc.assert(
    fc.property(
      suffix,
      fc.array(scan, { minLength: 1, maxLength: 4 }),
      chunks,
      fc.option(fc.nat(), { nil: undefined }),
      (kind, scans, cuts, dropped) => {
        let stream = scans.map((text) => text + endOf[kind]).join('');
        // A lost byte, never one of an end: a lost end joins two scans, which nothing on the wire tells.
        const at = dropped === undefined ? -1 : dropped % stream.length;
        const isLost = at >= 0 && !/\s/.test(stream[at] ?? '');
        if (isLost) stream = stream.slice(0, at) + stream.slice(at + 1);
        const pieces: (string | number)[] = [];
        for (let from = 0, index = 0; from < stream.length; index += 1) {
          const { take, wait } = cuts[index % cuts.length] ?? { take: 1, wait: 0 };
          pieces.push(stream.slice(from, from + take), wait);
          from += take;
        }
        const kept = isLost ? stream.split(endOf[kind]) : scans;
        for (const result of sent(pieces, { suffix: kind }))
          if ('text' in result) assert.ok(kept.includes(result.text), result.text);
      },
    ),
    { numRuns: 2000 },
  );
});

test('bytes that come soon after the port was opened are reported once, however they are cut', () => {
  const frame = createScanFrame({ suffix: 'cr', prefix: '' }, 0);
  const found = [...frame.feed(bytes('SN'), 10), ...frame.feed(bytes('-1'), 20), ...frame.feed(bytes('\r'), 30)];
  assert.deepEqual(found, [{ torn: 'noBegin' }]);
});
