/** Simulated firmware on a pseudo-terminal, provisioned by the command line over a real serial port. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { json } from './commandline.ts';

const program = fileURLToPath(new URL('../../main/cli/main.ts', import.meta.url));

describe('drivers by the command line', { concurrency: false }, () => {
  const running: ChildProcess[] = [];
  let station: string[];

  /** Ports of simulated devices, until the tests end. */
  const devices = async (driver: string, count: number): Promise<string[]> => {
    const args = [program, 'practice', 'device', '--driver', driver, '--count', String(count), '--json'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    running.push(child);
    const line = await new Promise<string>((resolve) =>
      createInterface({ input: child.stdout! }).once('line', resolve),
    );
    return JSON.parse(line).ports;
  };

  before(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'birthmark-drivers-'));
    const secret = join(folder, 'passphrase');
    await writeFile(secret, 'only for these drivers\n', { mode: 0o600 });
    station = ['--data', join(folder, 'station'), '--passphrase-file', secret];
    assert.equal((await json('init', '--name', 'Drivers', ...station)).code, 0);
  });
  after(() => {
    for (const child of running) child.kill();
  });

  test('a modem passes over a pseudo-terminal, whether its driver is named or found out', async () => {
    const [one = '', two = ''] = await devices('nrf91', 2);
    const named = await json('line', 'run', ...station, '--port', one, '--driver', 'nrf91', '--unit-serial', 'PTY-1');
    assert.equal(named.code, 0, JSON.stringify(named.value));
    assert.equal(named.value.outcome, 'PASS');
    const args = ['--port', two, '--driver', 'auto', '--unit-serial', 'PTY-2', '--sec-tag', '7'];
    const found = await json('line', 'run', ...station, ...args);
    assert.equal(found.value.outcome, 'PASS', JSON.stringify(found.value));
    assert.notEqual(found.value.certificateId, named.value.certificateId);
    const { value } = await json('units', 'show', 'PTY-2', '--data', station[1]!);
    assert.equal(value.model, 'nRF9151-LACA');
  });

  test('what is asked of it in vain says why', async () => {
    const unknown = await json('practice', 'device', '--driver', 'nothing');
    assert.deepEqual([unknown.code, (unknown.value.error as { code: string }).code], [2, 'call.badParams']);
    const kept = await json('practice', 'device', '--driver', 'nrf91', '--state', '/tmp/x');
    assert.deepEqual([kept.code, (kept.value.error as { code: string }).code], [2, 'call.badParams']);
    const tag = ['--port', '/dev/null', '--driver', 'nrf91', '--unit-serial', 'PTY-3', '--sec-tag', 'x'];
    const wrong = await json('line', 'run', ...station, ...tag);
    assert.equal((wrong.value.error as { code: string }).code, 'call.badParams');
  });
});
