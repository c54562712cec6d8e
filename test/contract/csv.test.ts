import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvCell } from '../../app/contract/csv.ts';

const formula = /^[\s\p{Cf}]*[=+\-@＝＋－＠]/u;

test('no cell is a formula, whichever sign a spreadsheet splits at', () => {
  for (const sign of ['=', '+', '-', '@', '＝', '＋', '－', '＠'])
    for (const before of [
      '',
      ' ',
      '   ',
      '\u00a0',
      '\u3000',
      '\u200b',
      '\t',
      '\r',
      '\n',
      'x;',
      'x; ',
      'x\t',
      'x\n',
      'x\r\n ',
    ]) {
      const cell = csvCell(`${before}${sign}1+1`);
      // With the comma and quotes as they are meant, and with other separators and quotes as text.
      const meant = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
      const pieces = [meant, ...`a,b,${cell}`.split(/[;\t\r\n]/).slice(1)];
      assert.deepEqual(
        pieces.filter((piece) => formula.test(piece)),
        [],
        JSON.stringify(cell),
      );
    }
});

test('other cells stand as they are; a negative number is a number', () => {
  const cells = ['SN-1', 'a=b', 'x;y', '', 'Größe', '2026-12-01', -0.5, 12, null];
  assert.deepEqual(cells.map(csvCell), ['SN-1', 'a=b', 'x;y', '', 'Größe', '2026-12-01', '-0.5', '12', '']);
  assert.equal(csvCell('a "b", c'), '"a ""b"", c"');
  assert.equal(csvCell('\tx'), "'\tx");
});
