import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  decodeConfig,
  encodeConfig,
  encodeFrame,
  escapeText,
  parseFrame,
  unescapeText,
} from '../../app/device/drivers/agent/frame.ts';
import { createFrameLines } from '../../app/device/drivers/agent/framelines.ts';

const seq = fc.integer({ min: 0, max: 0xffff });
const body = fc.stringMatching(/^[a-z]{1,8}( [!-)+-;=?-~]{1,40}){0,4}$/);
const mark = fc.constantFrom('>' as const, '<' as const);

test('the CRC is the one the page names: a frame made by hand', () => {
  // python3 -c "import zlib; print('%08X' % zlib.crc32(b'>0001 hello'))"
  assert.equal(encodeFrame('>', { seq: 1, body: 'hello' }), '>0001 hello*2B1E3A2A\n');
});

test('what is encoded is read back, also behind other text on the line', () => {
  fc.assert(
    fc.property(mark, seq, body, fc.stringMatching(/^[ -~]{0,30}$/), (m, s, b, before) => {
      const line = encodeFrame(m, { seq: s, body: b }).trimEnd();
      assert.deepEqual(parseFrame(m, line), { seq: s, body: b });
      assert.deepEqual(parseFrame(m, before + line), { seq: s, body: b });
    }),
  );
});

test('no change of up to three characters passes for a frame', () => {
  const changes = fc.array(fc.tuple(fc.nat(400), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(mark, seq, body, changes, (m, s, b, flips) => {
      const bytes = Buffer.from(encodeFrame(m, { seq: s, body: b }).trimEnd(), 'latin1');
      const original = bytes.toString('latin1');
      for (const [at, bits] of flips) bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ bits;
      const line = bytes.toString('latin1');
      if (line === original) return;
      const frame = parseFrame(m, line);
      assert.ok(frame === undefined || frame === 'damaged', line);
    }),
    { numRuns: 1000 },
  );
});

test('a lost or doubled character does not pass for a frame', () => {
  fc.assert(
    fc.property(seq, body, fc.nat(400), fc.boolean(), (s, b, at, doubled) => {
      const line = encodeFrame('<', { seq: s, body: b }).trimEnd();
      // A doubled mark only starts afresh.
      const where = 2 + (at % (line.length - 2));
      const changed = line.slice(0, where) + (doubled ? line.slice(where - 1) : line.slice(where + 1));
      if (changed === line) return;
      const frame = parseFrame('<', changed);
      assert.ok(frame === undefined || frame === 'damaged', changed);
    }),
    { numRuns: 1000 },
  );
});

test('what does not fit into a frame is refused by the encoder', () => {
  assert.throws(() => encodeFrame('>', { seq: 1, body: 'x'.repeat(250) }), RangeError);
  assert.throws(() => encodeFrame('>', { seq: 0x10000, body: 'x' }), RangeError);
  for (const bad of ['a\nb', 'a>b', 'a<b', 'a*b', 'é'])
    assert.throws(() => encodeFrame('>', { seq: 1, body: bad }), RangeError);
});

test('ordinary log is not taken for a damaged frame', () => {
  for (const log of ['<inf> boot: ready', 'a < b', '<', '<00', '> ', 'uart:~$ ', '\x1b[0m<wrn> x*y']) {
    assert.equal(parseFrame('<', log), undefined, log);
  }
});

test('any text survives as a field, and malformed fields are refused', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const field = escapeText(text);
      assert.match(field, /^[!-~]*$/);
      assert.doesNotMatch(field, /[<>*=]/);
      assert.equal(unescapeText(field), text);
    }),
  );
  for (const bad of ['%', '%4', '%zz', '%ab', 'a b', 'a=b', 'a*b', 'é', '%FF'])
    assert.equal(unescapeText(bad), undefined, bad);
});

test('config survives, equal settings are equal bytes, and malformed config is refused', () => {
  const name = fc.stringMatching(/^[A-Za-z0-9.-]{1,32}$/);
  fc.assert(
    fc.property(fc.dictionary(name, fc.string()), (config) => {
      const bytes = encodeConfig(config);
      assert.deepEqual({ ...decodeConfig(bytes) }, { ...config });
      const reversed = Object.fromEntries(Object.entries(config).reverse());
      assert.deepEqual(encodeConfig(reversed), bytes);
    }),
  );
  for (const bad of ['a', 'a=b', '=b\n', 'a b=c\n', 'a=%\n', '\n'])
    assert.equal(decodeConfig(Buffer.from(bad)), undefined, bad);
});

test('lines come out the same however the bytes are cut, and none is longer than the limit', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), fc.array(fc.nat(20)), (text, sizes) => {
      const bytes = Buffer.from(text, 'latin1');
      const whole: string[] = [];
      createFrameLines(50, (line) => whole.push(line))(bytes);
      const pieces: string[] = [];
      const cut = createFrameLines(50, (line) => pieces.push(line));
      let at = 0;
      for (const size of sizes) {
        cut(bytes.subarray(at, at + size));
        at += size;
      }
      cut(bytes.subarray(at));
      assert.deepEqual(pieces, whole);
      assert.ok(whole.every((line) => line.length <= 50));
    }),
  );
});
