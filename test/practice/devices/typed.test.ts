/** What a person or a program types at a simulated device: words of a shell's line, and names of subjects. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readDer } from '../../../app/ca/asn1/der.ts';
import { splitCommand } from '../../../app/practice/devices/shellwords.ts';
import { nameOf, subjectFrom } from '../../../app/practice/devices/subject.ts';

const printable = fc.string({ unit: fc.constantFrom(...' !"\'#$%,=\\abcXYZ019_-'), maxLength: 30 });

test('every word that is quoted comes out as it went in, whatever is in it', () => {
  const quoted = (word: string, quote: string) => quote + word.replaceAll(quote, `\\${quote}`) + quote;
  const word = printable.filter((text) => !text.includes('\\'));
  fc.assert(
    fc.property(fc.array(fc.tuple(word, fc.constantFrom('"', "'")), { minLength: 1 }), (words) => {
      const line = words.map(([text, quote]) => quoted(text, quote)).join(' ');
      assert.deepEqual(splitCommand(line), { argv: words.map(([text]) => text), open: '' });
    }),
  );
  assert.deepEqual(splitCommand(' at  AT+CGSN '), { argv: ['at', 'AT+CGSN'], open: '' });
  assert.deepEqual(splitCommand(`a\\ b 'c\\n' "d`), { argv: ['a b', 'c\\n', 'd'], open: '"' });
});

test('a subject is read back as it was typed; what is none is refused, and nothing throws', () => {
  const part = fc.tuple(
    fc.constantFrom('CN', 'O', 'OU', 'L', 'ST', 'C'),
    printable.filter((text) => text !== ''),
  );
  const escaped = (text: string) => text.replace(/[,\\]/g, '\\$&');
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
      const subject = subjectFrom(parts.map(([name, value]) => `${name}=${escaped(value)}`).join(','));
      assert.deepEqual(subject, parts);
      assert.doesNotThrow(() => readDer(nameOf(parts)));
    }),
  );
  fc.assert(fc.property(printable, (text) => void subjectFrom(text)));
  for (const text of ['', 'CN', 'CN=', 'XX=1', 'CN=a,', ',CN=a', 'CN=a,b', 'CN=a\\', `CN=${'a'.repeat(256)}`])
    assert.equal(subjectFrom(text), undefined, text);
  assert.deepEqual(subjectFrom('O=Acme\\, Inc, C=NO'), [
    ['O', 'Acme, Inc'],
    ['C', 'NO'],
  ]);
});
