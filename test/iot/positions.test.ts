import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { pointerPart, readJson } from '../../app/iot/positions.ts';

/** The part of a text that begins at a position. */
const from = (text: string, { line, column }: { line: number; column: number }) =>
  text.split('\n')[line - 1]?.slice(column - 1);

describe('positions of JSON text', () => {
  test('each value and each name has its line and column', () => {
    const text = '{\n  "a": [1,\n    {"b/c": "x"}],\n  "d": true\n}';
    const { value, broken, placeOf, nameOf } = readJson(text);
    assert.equal(broken, undefined);
    assert.deepEqual(value, { a: [1, { 'b/c': 'x' }], d: true });
    assert.deepEqual(placeOf(''), { line: 1, column: 1 });
    assert.deepEqual(placeOf('/a/0'), { line: 2, column: 9 });
    assert.equal(from(text, placeOf('/a/1/b~1c')), '"x"}],');
    assert.equal(from(text, nameOf('/a/1/b~1c')), '"b/c": "x"}],');
    assert.equal(from(text, nameOf('/d')), '"d": true');
    assert.deepEqual(nameOf('/a/0'), placeOf('/a/0'), 'an item has no name');
  });

  test('a missing part stands at the nearest part above it', () => {
    const { placeOf, nameOf } = readJson('{\n "a": {"b": 1}\n}');
    assert.deepEqual(placeOf('/a/x/y'), { line: 2, column: 7 });
    assert.deepEqual(nameOf('/a/x'), { line: 2, column: 7 });
    assert.deepEqual(placeOf('/x'), { line: 1, column: 1 });
  });

  const broken: [string, number, number, RegExp][] = [
    ['', 1, 1, /ends where a value/],
    ['{"a": 1,}', 1, 9, /"}" cannot follow ","/],
    ['{"a": 1\n "b": 2}', 2, 2, /expected "," or "}"/],
    ['{"a" 1}', 1, 6, /expected ":" after "a"/],
    ['{a: 1}', 1, 2, /a name in double quotes/],
    ['[1, 2', 1, 6, /ends before "\]"/],
    ['{"a": \'x\'}', 1, 7, /expected a value/],
    ['{"a": "x\n"}', 1, 9, /control character/],
    ['"a\\x"', 1, 3, /an escape of JSON/],
    ['"a', 1, 3, /ends inside a string/],
    ['{} {}', 1, 4, /nothing can follow/],
    ['01', 1, 2, /nothing can follow/],
    [`${'['.repeat(300)}${']'.repeat(300)}`, 1, 202, /deeper than 200/],
  ];
  for (const [text, line, column, message] of broken) {
    test(`${JSON.stringify(text.slice(0, 20))} is broken at line ${line}, column ${column}`, () => {
      const read = readJson(text);
      assert.equal(read.value, undefined);
      assert.match(read.broken?.message ?? '', message);
      assert.deepEqual([read.broken?.line, read.broken?.column], [line, column]);
    });
  }

  test('a name that stands twice is told at its later place', () => {
    const { duplicates, value } = readJson('{"a": 1,\n "b": {"a": 2, "a": 3},\n "a": 4}');
    assert.deepEqual(
      duplicates.map(({ path, line, column }) => [path, line, column]),
      [
        ['/b/a', 2, 16],
        ['/a', 3, 2],
      ],
    );
    assert.deepEqual(value, { a: 4, b: { a: 3 } });
  });

  test('a string of megabytes is read', () => {
    assert.equal(readJson(JSON.stringify(`${'x'.repeat(3_000_000)}"`)).broken, undefined);
  });

  const parsed = (text: string): { value: unknown } | undefined => {
    try {
      return { value: JSON.parse(text) as unknown };
    } catch {
      return undefined;
    }
  };

  test('it takes what JSON.parse takes, and nothing else', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"',
      '1',
      '-',
      '.',
      'e',
      'true',
      ' ',
      '\n',
      '\\u',
      '\\',
      '\u2028',
      '\u0080',
      '\t',
      '\ud83d',
    );
    const texts = fc.oneof(
      fc.json(),
      fc.string({ unit: 'binary' }),
      fc.array(piece).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const read = readJson(text);
        const judge = parsed(text);
        assert.equal(read.broken === undefined, judge !== undefined, text);
        if (judge) assert.deepEqual(read.value, judge.value);
      }),
      { numRuns: 200 },
    );
  });

  test('every value of any document is found where it stands', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom(0, 2), (document, indent) => {
        const text = JSON.stringify(document, null, indent);
        const { placeOf } = readJson(text);
        const walk = (value: unknown, path: string): void => {
          const first = JSON.stringify(value)[0] ?? '';
          assert.ok(from(text, placeOf(path))?.startsWith(first), `${path} in ${text}`);
          if (typeof value !== 'object' || value === null) return;
          for (const [name, inner] of Object.entries(value)) walk(inner, `${path}/${pointerPart(name)}`);
        };
        walk(JSON.parse(text), '');
      }),
    );
  });
});
