/** The kiosk as a program. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { until } from './support.ts';

const program = join(import.meta.dirname, '../../main/kiosk/main.ts');
const home = mkdtempSync(join(tmpdir(), 'birthmark-main-'));
after(() => rmSync(home, { recursive: true, force: true }));
const noScreen = { DISPLAY: '', WAYLAND_DISPLAY: '' };
/** In place of the system's browser: notes in files who it is and the address that it is to open, and stays. */
const browser = join(home, 'bin');
mkdirSync(browser);
writeFileSync(
  join(browser, 'xdg-open'),
  '#!/bin/sh\necho $$ > "$OPENED.pid"; echo "$1" > "$OPENED.part"; mv "$OPENED.part" "$OPENED"; exec sleep 60\n',
  { mode: 0o755 },
);
/** A process that a key of the terminal ends with the station is of the same group (proc_pid_stat(5)). */
const groupOf = (pid: number) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[2];
const run = (args: readonly string[], env: Record<string, string> = {}) =>
  spawn(process.execPath, [program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: `${browser}:${process.env.PATH}`, BIRTHMARK_HOME: home, ...noScreen, ...env },
  });

async function collect(child: ChildProcess) {
  const text = { out: '', err: '' };
  child.stdout?.setEncoding('utf8').on('data', (chunk) => (text.out += chunk));
  child.stderr?.setEncoding('utf8').on('data', (chunk) => (text.err += chunk));
  const [code] = await once(child, 'close');
  return { code, ...text };
}

/** Resolves with the address that the program prints; `said` goes on growing. */
async function addressOf(child: ChildProcess, said = { out: '' }): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout?.setEncoding('utf8').on('data', (chunk) => {
      said.out += chunk;
      const found = /Birthmark is open at (\S+)\n/.exec(said.out);
      if (found?.[1] !== undefined) resolve(found[1]);
    });
    child.on('close', () => reject(new Error(`The program ended without an address: ${said.out}`)));
  });
}

describe('the kiosk program', () => {
  test('prints an address that opens the page, opens a browser where there is a screen, offers no other one without a terminal, and closes on SIGTERM, SIGINT and SIGHUP', async (t) => {
    const rounds = [
      ['SIGTERM', ['--no-open'], { DISPLAY: ':0', WAYLAND_DISPLAY: 'wayland-0' }],
      ['SIGINT', [], { DISPLAY: ':0' }],
      ['SIGHUP', [], {}],
    ] as const;
    for (const [signal, flags, screen] of rounds) {
      const data = join(home, signal);
      const opened = join(home, `${signal}.opened`);
      const child = run(['--practice', '--data', data, ...flags], { ...screen, OPENED: opened });
      t.after(() => child.kill('SIGKILL'));
      const said = { out: '' };
      const address = await addressOf(child, said);
      const page = await fetch(address);
      assert.match(await page.text(), /<title>Birthmark/);
      const { origin, hash } = new URL(address);
      const entered = await fetch(new URL('/api/enter', address), {
        method: 'POST',
        headers: { origin, 'content-type': 'application/json' },
        body: JSON.stringify({ token: hash.slice(1) }),
      });
      assert.equal(entered.status, 200);
      const opens = process.platform === 'linux' && signal === 'SIGINT';
      if (opens) await until(() => existsSync(opened));
      assert.equal(
        existsSync(opened) && readFileSync(opened, 'utf8'),
        opens && `${address}\n`,
        'the browser, where there is a screen',
      );
      const pid = opens ? Number(readFileSync(`${opened}.pid`, 'utf8')) : undefined;
      if (pid !== undefined) assert.notEqual(groupOf(pid), groupOf(child.pid!), 'Ctrl-C is not for the browser');
      child.kill(signal);
      assert.deepEqual(await once(child, 'close'), [0, null], signal);
      // It throws where the browser has ended.
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
      assert.doesNotMatch(said.out, /press Enter/);
      assert.ok(existsSync(join(data, 'kiosk.json')), 'the station is in the folder that was named');
    }
  });

  test('ends with exit code 3 where its port is taken, and says what to do', async (t) => {
    const taken = createServer().listen(0, '127.0.0.1');
    t.after(() => taken.close());
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const { code, out, err } = await collect(run(['--practice', '--no-open', '--listen', `${port}`]));
    assert.deepEqual([code, out], [3, '']);
    assert.match(err, /^Birthmark cannot start: .* Choose another port with --listen/);
    assert.doesNotMatch(err, /Usage/);
  });

  test('takes the highest port there is', async (t) => {
    const child = run(['--practice', '--no-open', '--data', join(home, 'highest'), '--listen', '65535']);
    t.after(() => child.kill('SIGKILL'));
    const first = await Promise.race([addressOf(child).catch(() => 'ended'), collect(child)]);
    // Another program may have it.
    if (typeof first === 'string') assert.equal(new URL(first).port, '65535');
    else assert.match(first.err, /EADDRINUSE/);
    child.kill('SIGTERM');
  });

  test('explains itself, and refuses what it does not know with exit code 2', async () => {
    const help = await collect(run(['--help']));
    assert.equal(help.code, 0);
    assert.match(help.out, /--listen PORT/);
    for (const args of [['--unknown'], ['--listen', 'x'], ['--listen', '65536'], ['--listen=-1'], ['stray']]) {
      const { code, out, err } = await collect(run(args));
      assert.equal(code, 2, args.join(' '));
      assert.equal(out, '');
      assert.match(err, /Usage: kiosk/);
    }
  });
});
