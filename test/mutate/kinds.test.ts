/** What each kind of mutation does to a small source, and what is left alone. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { draw, mutantsOf } from './mutants.ts';

/** Each change as `kind: the changed lines`, without its kind's other places. */
const changes = (source: string, kind?: string) =>
  mutantsOf('sample.ts', source)
    .filter((mutant) => kind === undefined || mutant.kind === kind)
    .map(({ after }) => after);

describe('the kinds of mutation', () => {
  const kinds: [kind: string, source: string, after: string[]][] = [
    ['guard dropped', 'if (n > limit) throw new Error("long");', [';']],
    ['guard dropped', 'function f() { if (a) { b(); return; } }', ['function f() { ; }']],
    ['guard dropped', 'function f() { if (a) b(); else return; }', []],
    ['condition negated', 'if (a && b) c();', ['if (!(a && b)) c();']],
    ['condition negated', 'const x = a ? 1n : 2n;', ['const x = !(a) ? 1n : 2n;']],
    ['boundary moved', 'x = a < b; y = a >= b;', ['x = a <= b; y = a >= b;', 'x = a < b; y = a > b;']],
    ['equality flipped', 'x = a === b;', ['x = a !== b;']],
    ['and/or exchanged', 'x = a && b;', ['x = (a || b);']],
    ['constant changed', 'x = 0x80;', ['x = 129;', 'x = 127;']],
    ['constant changed', 'x = y - 0;', ['x = y - 1;', 'x = y - (-1);']],
    ['constant changed', 'const waitMs = 5_000;', []],
    ['constant changed', 'const limitsMs = { short: 2_000 };', []],
    [
      'constant changed',
      'const limits = { short: 2 };',
      ['const limits = { short: 3 };', 'const limits = { short: 1 };'],
    ],
    ['boolean flipped', 'x = true;', ['x = false;']],
    ['order swapped', 'a.b(); c(a);', ['c(a); a.b();']],
    ['order swapped', 'await a(); b();', ['b(); await a();']],
    ['order swapped', 'a(); b();', []],
    ['order swapped', 'a.b += 1; a.c = true;', []],
    ['order swapped', 'a.sent = true; t.bytes += a.bytes.length;', []],
    ['order swapped', 'a = b; c = a.d;', ['c = a.d; a = b;']],
    ['order swapped', 'a.b = f(); a.c = 1;', ['a.c = 1; a.b = f();']],
    ['order swapped', 'a.b = 1; a.b += 2;', ['a.b += 2; a.b = 1;']],
    ['order swapped', 'a.b = 1; a.c = a.b;', ['a.c = a.b; a.b = 1;']],
    ['order swapped', 'a(); on(() => {}); b();', []],
    ['order swapped', "x = [a, b, 'c'];", ["x = [b, a, 'c'];"]],
    ['order swapped', 'await f(a, b);', ['await f(b, a);']],
    ['statement deleted', 'a.b(); c = 1;', ['; c = 1;', 'a.b(); ;']],
    ['await dropped', 'await a();', ['void a();']],
    ['return emptied', 'function f() { return a; }', ['function f() { return; }']],
    ['return emptied', 'function f() { return undefined; }', []],
    [
      'SQL changed',
      "const q = 'SELECT a FROM t WHERE b = @b AND c <= @c ORDER BY a DESC';",
      [
        "const q = 'SELECT a FROM t WHERE b = @b AND c < @c ORDER BY a DESC';",
        "const q = 'SELECT a FROM t WHERE b <> @b AND c <= @c ORDER BY a DESC';",
        "const q = 'SELECT a FROM t WHERE b = @b ORDER BY a DESC';",
        "const q = 'SELECT a FROM t WHERE b = @b AND c <= @c ORDER BY a ASC';",
      ],
    ],
    [
      'SQL changed',
      'const q = `UPDATE t SET a = @a WHERE b IS NULL`;',
      ['const q = `UPDATE t SET a = @a WHERE b IS NOT NULL`;'],
    ],
    // Words of SQL that mean another thing in another place: what is changed must still be SQL.
    [
      'SQL changed',
      "const q = 'CREATE OR REPLACE FUNCTION f() AS SELECT DISTINCT ON (a, b) a FROM t ORDER BY a LIMIT 2';",
      [
        "const q = 'CREATE OR REPLACE FUNCTION f() AS SELECT DISTINCT ON (a, b) a FROM t ORDER BY a DESC LIMIT 2';",
        "const q = 'CREATE OR REPLACE FUNCTION f() AS SELECT a FROM t ORDER BY a LIMIT 2';",
      ],
    ],
    [
      'SQL changed',
      "const q = 'INSERT OR IGNORE INTO t SELECT DISTINCT a FROM u WHERE a IS DISTINCT FROM @a OR @b';",
      [
        "const q = 'INSERT OR IGNORE INTO t SELECT DISTINCT a FROM u WHERE a IS DISTINCT FROM @a AND @b';",
        "const q = 'INSERT OR IGNORE INTO t SELECT DISTINCT a FROM u WHERE a IS NOT DISTINCT FROM @a OR @b';",
        "const q = 'INSERT OR IGNORE INTO t SELECT a FROM u WHERE a IS DISTINCT FROM @a OR @b';",
      ],
    ],
  ];
  for (const [kind, source, after] of kinds)
    test(`${kind}: ${source}`, () => assert.deepEqual(changes(source, kind), after));

  test('types, imports, words of errors and of the log stay as they are', () => {
    const source = `import { a } from './a.ts';
type B = { n: 1; f: (x: true) => false };
const c = d as 5;
log.warn({ tries: 1 }, 'slow');
options.log.error({ ok: true }, 'no');
console.log(1 < 2);
key.fill(0);
throw new StationError('ca.failed', \`is longer than \${5 + 1}\`, { data: { n: 7 } });
refuse({ detail: \`\${n === 1}\` });`;
    assert.deepEqual(changes(source), [';'], 'only the call with a detail can go as a whole');
  });

  test('a mutation says where it is and holds the whole source', () => {
    const [mutant] = mutantsOf('sample.ts', 'const a = b;\nconst c =\n  d === e;\n');
    assert.deepEqual(mutant, {
      file: 'sample.ts',
      kind: 'equality flipped',
      line: 3,
      start: 25,
      end: 32,
      before: 'd === e;',
      after: 'd !== e;',
      text: 'const a = b;\nconst c =\n  d !== e;\n',
    });
  });
});

describe('the draw', () => {
  const items = Array.from({ length: 500 }, (_, at) => at);

  test('the same seed draws the same, another seed draws others', () => {
    assert.deepEqual(draw(items, 20, 7), draw(items, 20, 7));
    assert.notDeepEqual(draw(items, 20, 7), draw(items, 20, 8));
    assert.deepEqual(draw(items, 20, 7), draw(items, 40, 7).slice(0, 20), 'a longer draw begins as the shorter one');
  });

  test('nothing is drawn twice, and everything has its turn', () => {
    assert.equal(new Set(draw(items, 500, 3)).size, 500);
    assert.equal(draw(items, 900, 3).length, 500);
    const seen = new Set(Array.from({ length: 200 }, (_, seed) => draw(items, 20, seed)).flat());
    assert.ok(seen.size > 490, `${seen.size} of 500 drawn in 200 draws of 20`);
  });
});
