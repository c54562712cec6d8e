/** PEM at its boundaries: where a block begins and ends, and what its body may hold. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allBlocks, blocksOf, decode, derOf, pemOf } from '../../app/ca/asn1/pem.ts';
import { hex } from './support.ts';

const block = (label: string, body: string) => `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;
const digits = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

test('a block is written with 64 characters a line', () => {
  assert.equal(pemOf('A B', hex('050000')), '-----BEGIN A B-----\nBQAA\n-----END A B-----\n');
  assert.equal(pemOf('X', new Uint8Array(48)), block('X', 'A'.repeat(64)));
  assert.equal(pemOf('X', new Uint8Array(51)), block('X', `${'A'.repeat(64)}\nAAAA`));
  assert.equal(pemOf('X', new Uint8Array(0)), block('X', ''));
});

test('blocks of a label are found in order, wherever they stand, and those of other labels are not', () => {
  const [one, two, other] = [block('X', 'BQA='), block('X', 'MAA='), block('XY', 'AgEB')];
  for (const text of [one + two, `log\n${one}${other}${two}end`, `${other}${one}\r\n${two}`, one.trim() + two.trim()])
    assert.deepEqual(blocksOf(text, 'X').map(digits), ['0500', '3000'], text);
  assert.deepEqual(blocksOf(other, 'X'), []);
  assert.deepEqual(blocksOf('', 'X'), []);
  assert.throws(() => blocksOf(`${one}-----BEGIN X-----\nBQA=`, 'X'), /PEM block of X has no end/);
  assert.throws(() => blocksOf('-----BEGIN X-----\nBQA=\n-----END Y-----', 'X'), /PEM block of X has no end/);
  assert.throws(() => blocksOf('-----END X-----\n-----BEGIN X-----\nBQA=\n', 'X'), /PEM block of X has no end/);
});

test('one block is one, under either of its labels', () => {
  const [x, y] = [block('X', 'BQA='), block('Y', 'MAA=')];
  assert.equal(digits(derOf(x, 'X', 'Y')), '0500');
  assert.equal(digits(derOf(`a${y}b`, 'X', 'Y')), '3000');
  assert.throws(() => derOf(x + y, 'X', 'Y'), /2 PEM blocks of X or Y where one is needed/);
  assert.throws(() => derOf(x + x, 'X'), /2 PEM blocks of X where/);
  assert.throws(() => derOf(y, 'X'), /0 PEM blocks/);
});

test('every block whatever its label has its body, and its own lines as they stand', () => {
  const [x, y] = [block('X', 'BQA='), block('ENCRYPTED Y 2', 'Proc-Type: 4\n\nMAA=')];
  assert.deepEqual(allBlocks(`a\n${x}b\n${y}c`), [
    { label: 'X', body: '\nBQA=\n', whole: x },
    { label: 'ENCRYPTED Y 2', body: '\nProc-Type: 4\n\nMAA=\n', whole: y },
  ]);
  assert.deepEqual(allBlocks('-----BEGIN lower-----'), []);
  assert.deepEqual(allBlocks(`-----BEGIN ${'A'.repeat(41)}-----`), []);
  assert.equal(allBlocks(block('A'.repeat(40), 'AAAA')).length, 1);
  assert.throws(() => allBlocks(`${x}-----BEGIN Y-----\nMAA=`), /PEM block of Y has no end/);
  const within = `-----BEGIN X-----\n-----BEGIN Y-----\n-----END X-----\n`;
  assert.deepEqual(
    allBlocks(within).map(({ label }) => label),
    ['X'],
    'what stands in a block begins none',
  );
});

test('a body is base64 with its padding, white space left out, and nothing else', () => {
  for (const [body, bytes] of [
    ['BQA=', '0500'],
    ['BQAA', '050000'],
    ['BQ==', '05'],
    [' B\tQ\r\nA = \n', '0500'],
    ['AAAAAAAA', '000000000000'],
    ['+/+/', 'fbffbf'],
  ] as const)
    assert.equal(digits(decode(body)), bytes, body);
  for (const body of ['', '\n', 'BQA', 'BQAAA', 'B===', '====', 'BQ=A', 'BQA-', 'BQ_A', 'BQ.A', '=BQA', 'BQA=BQA='])
    assert.throws(() => decode(body), /PEM body is not base64/, body);
});
