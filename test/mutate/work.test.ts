/** Mutations of a small project: what is killed, what survives, and that the project stays as it is. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { makeCopies } from './copy.ts';
import { filesOf, parts } from './parts.ts';
import { asJson, inWords, isEnough, type Result } from './report.ts';
import { mutate, type Order } from './work.ts';

const source = `export function fits(length: number): boolean {
  if (length < 0) return false;
  return length <= 10;
}

export const unasked = (a: number) => a === 1;
`;
const bites = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fits } from '../../app/tiny/fits.ts';
test('a length', () => { assert.equal(fits(10), true); assert.equal(fits(11), false); assert.equal(fits(-1), false); });
`;
const files = {
  'package.json': '{"type":"module"}',
  '.gitignore': 'node_modules\n',
  'app/tiny/fits.ts': source,
  'test/tiny/fits.test.ts': bites,
};

function project(t: TestContext, extra: Record<string, string> = {}) {
  const root = mkdtempSync(join(tmpdir(), 'birthmark-tiny-'));
  t.after(() => rmSync(root, { recursive: true, force: true, maxRetries: 3 }));
  for (const [file, text] of Object.entries({ ...files, ...extra })) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  execFileSync('git', ['init', '-q'], { cwd: root });
  return root;
}

const tiny = { tiny: { sources: ['app/tiny'], suites: ['test/tiny'] } };
const run = (root: string, more: Partial<Order> = {}) =>
  mutate({ root, parts: tiny, count: 50, seed: 1, floor: 85, equivalents: [], atOnce: 2, say: () => {}, ...more });
const survivorsIn = ({ verdicts }: Result) =>
  verdicts.flatMap(({ outcome, mutant, ran }) => (outcome === 'survived' ? [{ after: mutant.after, ran }] : []));
const byText = (a: { after: string }, b: { after: string }) => a.after.localeCompare(b.after);

describe('mutations of a project', () => {
  test('a test that bites kills, what no test asks for survives, and the project is as it was', async (t) => {
    const root = project(t);
    const result = await run(root);
    const test = 'test/tiny/fits.test.ts';
    assert.deepEqual(
      survivorsIn(result).sort(byText),
      [
        { after: 'if (length < 1) return false;', ran: [test] },
        { after: 'if (length <= 0) return false;', ran: [test] },
        { after: 'export const unasked = (a: number) => a !== 1;', ran: [] },
        { after: 'export const unasked = (a: number) => a === 0;', ran: [] },
        { after: 'export const unasked = (a: number) => a === 2;', ran: [] },
      ].sort(byText),
    );
    const dropped = result.verdicts.find(({ mutant }) => mutant.kind === 'guard dropped');
    assert.equal(dropped?.by, `${test}: a length`);
    assert.equal(isEnough(result), false);
    assert.match(inWords(result), /^9\/14 killed \(64\.2 %\)$/m);
    assert.match(
      inWords(result),
      /\.ts:6 equality flipped\n {2}- .* a === 1;\n {2}\+ .* a !== 1;\n {2}no test reaches it/,
    );
    assert.deepEqual([asJson(result).killed, asJson(result).total, asJson(result).survivors.length], [9, 14, 5]);
    const status = execFileSync('git', ['status', '--porcelain'], { cwd: root, encoding: 'utf8' });
    assert.deepEqual(
      status.trim().split('\n'),
      ['?? .gitignore', '?? app/', '?? package.json', '?? test/'],
      'nothing came or went',
    );
    for (const [file, text] of Object.entries(files)) assert.equal(readFileSync(join(root, file), 'utf8'), text, file);
  });

  test('a far test is left alone while a nearer one notices', async (t) => {
    const root = project(t, {
      'app/tiny/far.ts': "export { fits } from './fits.ts';\n",
      'test/tiny/afar.test.ts': bites.replace('fits.ts', 'far.ts'),
    });
    const said: string[] = [];
    const result = await run(root, { at: 'app/tiny/fits.ts:3', say: (line) => void said.push(line) });
    assert.equal(isEnough(result), true);
    const measured = said.filter((line) => line.endsWith('as it is'));
    assert.deepEqual(measured, ['test/tiny/fits.test.ts passes as it is']);
  });

  test('what is known to change nothing is not counted and is printed with its reason', async (t) => {
    const known = {
      file: 'app/tiny/fits.ts',
      before: 'if (length < 0) return false;',
      after: 'if (length <= 0) return false;',
    };
    const result = await run(project(t), {
      at: 'app/tiny/fits.ts:2',
      equivalents: [{ ...known, reason: 'none is empty' }],
    });
    assert.deepEqual(
      survivorsIn(result).map(({ after }) => after),
      ['if (length < 1) return false;'],
    );
    assert.equal(asJson(result).total, 6);
    assert.match(inWords(result), /equivalent: none is empty/);
  });

  test('a mutation that makes the tests hang is killed by the time limit', async (t) => {
    const root = project(t, {
      'app/tiny/loop.ts': 'export function down(left: number) {\n  while (left > 0) {\n    left -= 1;\n  }\n}\n',
      'test/tiny/loop.test.ts': bites
        .replaceAll('fits.ts', 'loop.ts')
        .replace(/fits \}/, 'down }')
        .replace(/\{ assert.*\}/, 'down(3)'),
    });
    const result = await run(root, { at: 'app/tiny/loop.ts:3', patienceMs: 2000 });
    const deleted = result.verdicts.find(({ mutant }) => mutant.kind === 'statement deleted');
    assert.equal(deleted?.outcome, 'hung');
    assert.equal(asJson(result).timedOut, result.verdicts.filter(({ outcome }) => outcome === 'hung').length);
  });

  test('a test that fails as it is judges nothing and is named', async (t) => {
    const broken =
      "import { test } from 'node:test';\nimport '../../app/tiny/fits.ts';\ntest('always', () => { throw new Error('broken'); });\n";
    const result = await run(project(t, { 'test/tiny/fits.test.ts': broken }), { count: 3 });
    assert.equal(survivorsIn(result).length, 3);
    assert.match(inWords(result), /left out, for it fails without a mutation: test\/tiny\/fits\.test\.ts: always/);
  });
});

test('another user, as the PostgreSQL of the tests is, gets to the folder for what tests leave', (t) => {
  const [copy] = makeCopies(project(t), 1);
  for (let folder = copy!.temporary; folder !== dirname(folder); folder = dirname(folder))
    assert.ok(statSync(folder).mode & 0o001, folder);
});

test('each room that decides something is of a part', () => {
  const root = join(import.meta.dirname, '../..');
  const inParts = new Set(Object.values(parts).flatMap((part) => filesOf(root, part).map((file) => dirname(file))));
  const rooms = readdirSync(join(root, 'app'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const left = rooms.map(({ name }) => name).filter((name) => !inParts.has(`app/${name}`));
  // What crosses a boundary, what touches files, and what only tests and training use.
  assert.deepEqual(left.sort(), ['contract', 'files', 'practice']);
});
