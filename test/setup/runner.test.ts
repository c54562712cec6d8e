/** The runner of the tests, on a small project of its own. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { placeOfRuns } from '../runner/memory.ts';
import { makeFolder, root } from './support.ts';

const testFile = (body: string) => `import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
${body}`;

function run(t: TestContext, files: Record<string, string>, { ci = false, suites = ['one'] } = {}) {
  const folder = makeFolder(t, { 'package.json': '{"type":"module"}', ...files });
  cpSync(join(root, 'test/run.ts'), join(folder, 'test/run.ts'));
  cpSync(join(root, 'test/runner'), join(folder, 'test/runner'), { recursive: true });
  const { CI: _ci, NODE_TEST_CONTEXT: _context, ...env } = process.env;
  const { status, stdout } = spawnSync(process.execPath, [join(folder, 'test/run.ts'), ...suites], {
    encoding: 'utf8',
    env: ci ? { ...env, CI: 'true' } : env,
  });
  return { folder, status, stdout, last: stdout.trimEnd().split('\n').at(-1) };
}

test('a word that is no option is named, and the help says what there is', (t) => {
  const unknown = run(t, {}, { suites: ['--nix'] });
  assert.equal(unknown.status, 2);
  assert.match(unknown.stdout, /--nix[\s\S]*--slowest/);
  const help = run(t, {}, { suites: ['--help'] });
  assert.equal(help.status, 0);
  assert.match(help.stdout, /SUITE/);
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const mixed = testFile(`
  test('passes', () => {});
  describe('outer', () => {
    test('inner passes', () => {});
    test('inner fails', () => { console.log('said by the file'); assert.equal(1, 2); });
  });
  test('parent', async (t) => { await t.test('child fails', () => { throw new Error('the child broke'); }); });
  test('skipped', { skip: 'mosquitto is missing' }, () => {});`);

describe('the runner', () => {
  test('counts, shows each failure in full with its cause, and closes with one line', (t) => {
    const { status, stdout, last } = run(t, { 'test/one/mixed.test.ts': mixed });
    assert.equal(status, 1);
    assert.equal(last, '2 passed, 2 failed, 1 skipped');
    assert.match(stdout, /FAILED test\/one\/mixed\.test\.ts: outer › inner fails/);
    assert.match(stdout, /FAILED test\/one\/mixed\.test\.ts: parent › child fails/);
    assert.match(stdout, /the child broke/);
    assert.match(stdout, /said by the file/);
    assert.match(stdout, /!! .*skipped\n\s+mosquitto is missing/);
  });

  test('ends with 0 when all pass', (t) => {
    const { status, last } = run(t, { 'test/one/a.test.ts': testFile(`test('passes', () => {});`) });
    assert.equal(status, 0);
    assert.equal(last, '1 passed, 0 failed, 0 skipped');
  });

  test('takes a skip for a failure in CI, but for Electron’s binary', (t) => {
    const skipping = (reason: string) => testFile(`test('a', { skip: '${reason}' }, () => {});`);
    const other = run(t, { 'test/one/a.test.ts': skipping('no openssl') }, { ci: true });
    assert.equal(other.last, '0 passed, 1 failed, 0 skipped');
    assert.equal(other.status, 1);
    const electron = run(t, { 'test/one/a.test.ts': skipping('Electron binary is not here') }, { ci: true });
    assert.equal(electron.last, '0 passed, 0 failed, 1 skipped');
    assert.equal(electron.status, 0);
  });

  test('a file that crashes, a hook that fails and a suite without a test are failures', (t) => {
    const files = {
      'test/one/crash.test.ts': `throw new Error('at the top');`,
      'test/two/hook.test.ts': testFile(`import { before } from 'node:test';
        describe('outer', () => { before(() => { throw new Error('in the hook'); }); test('inner', () => {}); });`),
      'test/three/none.test.ts': 'export {};',
    };
    const crashed = run(t, files, { suites: ['one'] });
    assert.equal(crashed.last, '0 passed, 1 failed, 0 skipped');
    assert.match(crashed.stdout, /at the top/);
    const hooked = run(t, files, { suites: ['two'] });
    assert.equal(hooked.status, 1);
    assert.match(hooked.stdout, /in the hook/);
  });

  test('files of several suites run side by side; each suite is told once, and the slowest files on demand', (t) => {
    const waiting = (mine: string, other: string) =>
      testFile(`import { existsSync, writeFileSync } from 'node:fs';
        test('waits for the file of the other suite', async () => {
          writeFileSync(import.meta.dirname + '/../${mine}', '');
          while (!existsSync(import.meta.dirname + '/../${other}')) await new Promise((resolve) => setImmediate(resolve));
        });`);
    const files = { 'test/one/a.test.ts': waiting('a', 'b'), 'test/two/b.test.ts': waiting('b', 'a') };
    const { stdout, last } = run(t, files, { suites: ['one', 'two', '--slowest'] });
    assert.equal(last, '2 passed, 0 failed, 0 skipped');
    assert.equal(stdout.match(/^\[\d\/2\] (one|two) … 1 passed/gm)?.length, 2);
    assert.match(stdout, /THE SLOWEST(.|\n)* s {2}test\/one\/a\.test\.ts/);
  });

  test('files share a process, but for one that says so, and one with a hook of each test outside of every suite', (t) => {
    const pid = (name: string) =>
      testFile(`${name}
      test('tells its process', () => console.log('of ' + process.pid));
      test('fails, so that what was printed is shown', () => assert.fail('as it should'));`);
    const { stdout, last } = run(t, {
      'test/one/a.test.ts': pid(''),
      'test/one/alone.test.ts': pid('// By itself: to be judged.'),
      'test/one/b.test.ts': pid(`import { after } from 'node:test';\nafter(() => {});`),
      'test/one/hook.test.ts': pid(`import { afterEach } from 'node:test';\nafterEach(() => {});`),
      'test/one/none.test.ts': 'export {};',
    });
    assert.equal(last, '4 passed, 5 failed, 0 skipped');
    const pids = (file: string) => {
      const [, told = ''] = stdout.split(`FAILED test/one/${file}.test.ts: fails`);
      return [...(told.split('FAILED')[0] ?? '').matchAll(/of (\d+)/g)].map(([, one]) => one);
    };
    assert.equal(pids('alone').length, 1);
    assert.equal(pids('hook').length, 1);
    assert.equal(pids('a').length, 2);
    assert.deepEqual(pids('a'), pids('b'));
    assert.equal(new Set(pids('a')).size, 1);
    assert.match(stdout, /FAILED test\/one\/none\.test\.ts\n\s+The file holds no test/);
  });

  test('what a file makes before its tests and clears away after them is there for all of them', (t) => {
    const made = (name: string) =>
      testFile(`import { after, before } from 'node:test';
let made;
before(async () => {
  await new Promise((resolve) => setTimeout(resolve, 10));
  made = '${name}';
});
after(() => {
  made = undefined;
});
test('is there', () => assert.equal(made, '${name}'));`);
    const { last } = run(t, { 'test/one/a.test.ts': made('a'), 'test/one/b.test.ts': made('b') });
    assert.equal(last, '2 passed, 0 failed, 0 skipped');
    const failing = testFile(`import { before } from 'node:test';
before(() => { throw new Error('no room'); });
test('is not reached', () => {});`);
    const failed = run(t, { 'test/one/a.test.ts': made('a'), 'test/one/b.test.ts': failing });
    assert.equal(failed.status, 1);
    assert.match(failed.stdout, /no room[\s\S]*test\/one\/b\.test\.ts/);
  });

  test('an error that is not caught fails the test it comes from; no hook follows every promise for that', (t) => {
    const { stdout, last } = run(t, {
      'test/one/a.test.ts': testFile(`import { executionAsyncId } from 'node:async_hooks';
        const never = () => new Promise(() => setInterval(() => {}, 1000).unref());
        const lasting = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
        describe('side by side', { concurrency: true }, () => {
          test('a timer throws', async () => {
            await lasting(1);
            setTimeout(() => { throw new Error('of the timer'); }, 5);
            await never();
          });
          test('a promise is rejected', async () => {
            await lasting(1);
            void Promise.reject(new Error('of the promise'));
            await never();
          });
          test('goes on meanwhile', () => lasting(100));
        });
        test('ends before its error', () => void setTimeout(() => { throw new Error('too late'); }, 5));
        test('knows no promise', async () => {
          await lasting(100);
          assert.equal(executionAsyncId(), 0);
        });`),
    });
    assert.match(stdout, /FAILED test\/one\/a\.test\.ts: side by side › a timer throws\n\s+Error: of the timer/);
    assert.match(
      stdout,
      /FAILED test\/one\/a\.test\.ts: side by side › a promise is rejected\n\s+Error: of the promise/,
    );
    assert.match(stdout, /Test "ends before its error".*too late/);
    assert.equal(last, '3 passed, 3 failed, 0 skipped');
  });

  test('the folders of tests go with the run, and so does what a killed run has left', (t) => {
    const { pid: over } = spawnSync(process.execPath, ['--version']);
    const left = join(placeOfRuns(), `birthmark-run-${over}-left`);
    mkdirSync(left);
    const { stdout } = run(t, {
      'test/one/a.test.ts': testFile(`import { tmpdir } from 'node:os';
        test('is shown', () => { console.log('in ' + tmpdir() + '.'); assert.fail('so that what was printed is shown'); });`),
    });
    const [, folder = ''] = /in (.*birthmark-run-\d+-\w+)\./.exec(stdout) ?? [];
    assert.ok(folder.startsWith(placeOfRuns()), stdout);
    for (const each of [folder, left]) assert.ok(!existsSync(each), each);
  });

  test('a process that ends early is a failure of each file that it left', (t) => {
    const { stdout, status } = run(t, {
      'test/one/a.test.ts': testFile(`test('ends', () => process.reallyExit(0));`),
      'test/one/b.test.ts': testFile(`test('is left', () => {});`),
    });
    assert.equal(status, 1);
    assert.match(stdout, /FAILED test\/one\/b\.test\.ts\n\s+The process ended before the tests of this file/);
  });

  test('refuses a suite it does not know', (t) => {
    const { status, stdout } = run(t, { 'test/one/a.test.ts': '' }, { suites: ['won'] });
    assert.equal(status, 2);
    assert.match(stdout, /no suite won.*one/);
  });

  test('a test that hangs ends, is named, and the others go on; so does a file that something keeps from ending', (t) => {
    const hanging = testFile(`
      test('hangs', () => new Promise(() => {}));
      test('goes on', () => {});
      test('has time of its own', { timeout: 60_000 }, () => new Promise((resolve) => setTimeout(resolve, 1200)));
      setInterval(() => {}, 1000);`);
    const { stdout, last } = run(t, { 'test/one/a.test.ts': hanging }, { suites: ['one', '--limit=1'] });
    assert.match(stdout, /FAILED test\/one\/a\.test\.ts: hangs\n.*timed out after 1000ms/);
    assert.match(stdout, /FAILED test\/one\/a\.test\.ts\n.*1 s later something still kept it from ending/);
    assert.equal(last, '2 passed, 2 failed, 0 skipped');
  });

  test('coverage on demand: a table by part, and which lines ran in any file', (t) => {
    const files = {
      'app/part/sum.ts':
        'export const sum = (a: number, b: number) => a + b;\nexport function unused() {\n  return 1;\n}\n',
      'test/one/a.test.ts': testFile(`import { sum } from '../../app/part/sum.ts';
        test('adds', () => assert.equal(sum(1, 2), 3));`),
      'test/one/b.test.ts': testFile(`import { unused } from '../../app/part/sum.ts';
        test('is used', () => assert.equal(unused(), 1));`),
    };
    const one = run(t, files, { suites: ['one', '--coverage'] });
    assert.match(one.stdout, / app\/part +4 +100\.0 %/);
    const alone = run(
      t,
      { ...files, 'test/one/b.test.ts': files['test/one/a.test.ts'] },
      { suites: ['one', '--coverage'] },
    );
    assert.match(alone.stdout, / app\/part +4 +50\.0 %/);
    assert.match(
      readFileSync(join(alone.folder, 'test/results/coverage/lcov.info'), 'utf8'),
      /SF:app\/part\/sum\.ts\nDA:1,[1-9]/,
    );
  });

  test('ends what a test left running', async (t) => {
    const leaving = testFile(`import { spawn } from 'node:child_process';
      test('leaves', () => {
        const left = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)'], { stdio: 'ignore' });
        left.unref();
        console.log('left ' + left.pid);
        assert.fail('so that what was printed is shown');
      });`);
    const { stdout } = run(t, { 'test/one/a.test.ts': leaving });
    const pid = Number(/left (\d+)/.exec(stdout)?.[1]);
    assert.ok(pid > 0);
    while (isAlive(pid)) await new Promise((resolve) => setImmediate(resolve));
  });
});
