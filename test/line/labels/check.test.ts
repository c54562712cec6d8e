/** Check characters, by the examples of their standards. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { CheckKind } from '../../../app/contract/model.ts';
import { checkFits } from '../../../app/line/labels/check.ts';

const vectors: [Exclude<CheckKind, 'none'>, string][] = [
  ['mod10', '4006381333931'], // EAN-13
  ['mod10', '036000291452'], // UPC-A
  ['mod10', '106141412345678908'], // SSCC
  ['luhn', '79927398713'], // ISO/IEC 7812
  ['mod43', '12345ABCDE/T'], // Code 39, ISO/IEC 16388
  ['mod37-36', 'A12425GABC1234002M'], // ISO/IEC 7064, as in a GRid
  ['mod97-10', '79444'], // ISO/IEC 7064
];

test('each scheme takes the example of its standard, and none with one character changed', () => {
  for (const [kind, text] of vectors) {
    assert.equal(checkFits(kind, text), true, `${kind} ${text}`);
    for (let at = 0; at < text.length; at += 1) {
      const other = text[at] === '5' ? '6' : '5';
      if (other !== text[at]) assert.equal(checkFits(kind, text.slice(0, at) + other + text.slice(at + 1)), false);
    }
  }
});

test('what a scheme has no value for never fits', () => {
  for (const [kind, text] of vectors) {
    assert.equal(checkFits(kind, `${text}ä`), false);
    assert.equal(checkFits(kind, `x${text}`), false);
    assert.equal(checkFits(kind, ''), false);
    assert.equal(checkFits(kind, '0'), false);
  }
});

test('separators of a serial are passed over, but where the scheme counts them', () => {
  assert.equal(checkFits('luhn', '7992-739:871_3'), true);
  assert.equal(checkFits('mod43', '12-345ABCDE/T'), false);
});

test('whatever is put in, the answer is yes or no', () => {
  const kinds = fc.constantFrom<CheckKind>('none', 'mod10', 'luhn', 'mod43', 'mod37-36', 'mod97-10');
  fc.assert(
    fc.property(kinds, fc.string({ unit: 'binary', maxLength: 60 }), (kind, text) => {
      assert.equal(typeof checkFits(kind, text), 'boolean');
    }),
  );
});
