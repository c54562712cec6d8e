/** Lines of a terminal and of a console: the same however the bytes are cut, and as a person sees them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { createConsoleLines } from '../../app/device/consolelines.ts';
import { createTerminalLines } from '../../app/device/terminallines.ts';

function terminal(...chunks: string[]) {
  const lines: string[] = [];
  const cutter = createTerminalLines((line) => lines.push(line));
  for (const chunk of chunks) cutter.show(chunk);
  return { lines, held: cutter.held(), cutter };
}

function console(chunks: string[], { limit = 100, prompt }: { limit?: number; prompt?: string } = {}) {
  const heard: string[] = [];
  const onLine = (line: string, whole: boolean) => heard.push(whole ? line : `${line}…`);
  const cutter = createConsoleLines({ limit, prompt, onLine, onPrompt: () => heard.push('(prompt)') });
  for (const chunk of chunks) cutter.feed(Buffer.from(chunk, 'utf8'));
  return { heard, held: cutter.held(), cutter };
}

const piece = fc.constantFrom(
  'a',
  'b',
  '\r',
  '\n',
  '\r\n',
  '\b',
  '\x1b',
  '\x1b[K',
  '\x1b[12;3H',
  '\x1bM',
  '[',
  '> ',
  '<',
);
const texts = fc.array(piece, { maxLength: 25 }).map((parts) => parts.join(''));

describe('a terminal', () => {
  test('property: how the text is cut means nothing', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const { lines, held } = terminal(text, 'x\n');
        const cut = terminal(...text, 'x\n');
        assert.deepEqual([cut.lines, cut.held], [lines, held]);
      }),
    );
  });

  test('a carriage return begins the line again, a backspace takes a character, sequences leave no trace', () => {
    assert.deepEqual(terminal('half\rwhole\n', 'a\x08b\r\r\n', '\x1b[1;32mc\x1b[0m\x1bMd\n', '\n').lines, [
      'whole',
      'b',
      'cd',
      '',
    ]);
    assert.equal(terminal('half\r').held, 'half', 'an LF may follow');
    assert.equal(terminal('half\r', 'w').held, 'w');
    assert.equal(terminal('ab\x1b[', '3').held, 'ab');
  });

  test('a line is cut at 1024 characters, and the next is whole', () => {
    assert.deepEqual(terminal(`${'x'.repeat(1024)}\n`).lines[0]?.length, 1024);
    const { lines, held } = terminal('x'.repeat(900), 'x'.repeat(900), '\nnext\n', 'y'.repeat(5000));
    assert.deepEqual([lines.map((line) => line.length), held.length], [[1024, 4], 1025]);
  });

  test('what is forgotten is not in the next line', () => {
    const { cutter, lines } = terminal('half');
    cutter.forget();
    assert.equal(cutter.held(), '');
    cutter.show('whole\n');
    assert.deepEqual(lines, ['whole']);
  });
});

describe('a console', () => {
  test('property: how the bytes are cut means nothing', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const options = { limit: 12, prompt: '> ' };
        assert.deepEqual(console([...text], options).heard, console([text], options).heard);
      }),
    );
  });

  test('either line end ends one, and so does erasing it; empty ones are none', () => {
    assert.deepEqual(console(['a\r\n\r\nb\rc\nd\x1b[Ke\x1b[2Jf\n']).heard, ['a', 'b', 'c', 'd', 'e', 'f']);
    assert.deepEqual(console(['a\bb\b\bc\n', 'ü\n']).heard, ['c', 'ü']);
  });

  test('sequences are left out, whole or not', () => {
    assert.deepEqual(console(['a\x1b[1;32mb\x1b]0;title\x07c\x1bMd\x1b\x1b[mf\n']).heard, ['abcdf']);
    assert.deepEqual(console(['a\x1b[12', '\nb\n']).heard, ['a', 'b'], 'a line end is one even there');
    assert.deepEqual(console([`a\x1b[${'1'.repeat(62)}mb\n`]).heard, ['ab']);
    // The character after the longest sequence is lost with it, the ones behind that are not.
    assert.deepEqual(console([`a\x1b[${'1'.repeat(64)}mb\n`]).heard, ['amb']);
    assert.deepEqual(console([`\x1b[${'1'.repeat(63)}m\x1b[${'1'.repeat(62)}mb\n`]).heard, ['b']);
    assert.deepEqual(console(['a\x1b[@b\x1b[~c\n']).heard, ['abc']);
    assert.deepEqual(console(['a\x1b]J\x1b\\b\n']).heard, ['ab']);
  });

  test('a prompt is told at once, and is in no line', () => {
    const prompt = '> ';
    assert.deepEqual(console(['> ', 'a\n> > b\nc> \n>\n'], { prompt }).heard, [
      '(prompt)',
      'a',
      '(prompt)',
      '(prompt)',
      'b',
      'c> ',
    ]);
    assert.equal(console(['> > '], { prompt }).held, prompt);
    assert.deepEqual(console(['> a\n']).heard, ['> a'], 'where there is none, it is text');
  });

  test('of a line that is too long each piece is told as none, and no prompt within it', () => {
    assert.deepEqual(console(['x'.repeat(10), '\nb\n'], { limit: 10 }).heard, [`${'x'.repeat(10)}…`, 'b']);
    assert.deepEqual(console(['x'.repeat(9), '\nb\n'], { limit: 10 }).heard, ['x'.repeat(9), 'b']);
    assert.deepEqual(console(['x'.repeat(10), '> y\nb\n> '], { limit: 10, prompt: '> ' }).heard, [
      `${'x'.repeat(10)}…`,
      'y…',
      'b',
      '(prompt)',
    ]);
  });

  test('what is forgotten leaves nothing behind', () => {
    for (const half of ['half', '\x1b[1', 'x'.repeat(100)]) {
      const { cutter, heard } = console([half], { limit: 100 });
      const before = heard.length;
      cutter.reset();
      assert.equal(cutter.held(), '');
      cutter.feed(Buffer.from('Kb\n'));
      assert.deepEqual(heard.slice(before), ['Kb']);
    }
  });
});
