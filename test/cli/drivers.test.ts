/** Simulated firmware on a pseudo-terminal, provisioned by the command line over a real serial port. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { access, mkdtemp, open, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { driverNames } from '../../app/device/drivers/index.ts';
import { createRandom, drawChip, faultsOf, simulated } from '../../app/practice/devices/index.ts';
import { imeiOf } from '../../app/practice/devices/nrf91/index.ts';
import { json } from './commandline.ts';

const program = fileURLToPath(new URL('../../main/cli/main.ts', import.meta.url));

/** Not as the terminal that controls this process: when its other end closes, the system would end the process. */
const openTerminal = (path = '') => open(path, constants.O_RDWR | constants.O_NOCTTY);

describe('drivers by the command line', { concurrency: false, timeout: 300_000 }, () => {
  const running: ChildProcess[] = [];
  let station: string[];

  type Started = { ports: string[]; pid: number; devices: { port: string; driver: string; hardwareId: string }[] };
  /** Simulated devices, until the tests end. */
  const practice = async (...args: string[]): Promise<Started & { child: ChildProcess }> => {
    const child = spawn(process.execPath, [program, 'practice', 'device', ...args, '--json'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    running.push(child);
    const line = await new Promise<string>((resolve) =>
      createInterface({ input: child.stdout! }).once('line', resolve),
    );
    return { ...(JSON.parse(line) as Started), child };
  };
  const run = (port: string, driver: string, unitSerial: string) =>
    json('line', 'run', ...station, '--port', port, '--driver', driver, '--unit-serial', unitSerial);

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
    const { ports } = await practice('--driver', 'nrf91', '--count', '2');
    const [one = '', two = ''] = ports;
    const named = await run(one, 'nrf91', 'PTY-1');
    assert.equal(named.code, 0, JSON.stringify(named.value));
    assert.equal(named.value.outcome, 'PASS');
    const args = ['--port', two, '--driver', 'auto', '--unit-serial', 'PTY-2', '--sec-tag', '7'];
    const found = await json('line', 'run', ...station, ...args);
    assert.equal(found.value.outcome, 'PASS', JSON.stringify(found.value));
    assert.notEqual(found.value.certificateId, named.value.certificateId);
    const { value } = await json('units', 'show', 'PTY-2', '--data', station[1]!);
    assert.equal(value.model, 'nRF9151-LACA');
  });

  test('devices of another run are other devices, unless a seed repeats them', async () => {
    const runs = await Promise.all([
      practice('--driver', 'nrf91', '--baud', '0'),
      practice('--driver', 'nrf91', '--baud', '0', '--seed', '7'),
    ]);
    // The station knows each device by its IMEI, and takes none for a second unit.
    for (const [at, { ports }] of runs.entries()) {
      const { value } = await run(ports[0] ?? '', 'nrf91', `RUN-${at}`);
      assert.equal(value.outcome, 'PASS', JSON.stringify(value));
    }
    const [own, seeded] = runs.map(({ devices }) => devices[0]);
    assert.notEqual(own?.hardwareId, seeded?.hardwareId);
    assert.equal(seeded?.hardwareId, imeiOf(drawChip(createRandom(7))));
    assert.deepEqual(Object.keys(own ?? {}), ['port', 'driver', 'model', 'hardwareId']);
  });

  test('a fault by flag is the fault of the unit; a build by flag is another firmware', async () => {
    // The agent in C has no such fault, so this one is simulated.
    const broken = await practice('--driver', 'agent', '--fault', 'keyFails', '--baud', '0');
    const { value } = await run(broken.ports[0] ?? '', 'agent', 'PTY-FAULT');
    assert.deepEqual([value.outcome, (value.error as { code: string }).code], ['FAIL', 'device.keyFailed']);
    const shell = await practice('--driver', 'nrf91', '--build', 'shell', '--baud', '0');
    const port = await openTerminal(shell.ports[0]);
    await port.write('at\r\n');
    let heard = '';
    while (!heard.includes('Usage: at')) heard += (await port.read()).buffer.toString('latin1').replaceAll('\0', '');
    await port.close();
  });

  test('a modem that an open quote made deaf answers again after SIGUSR2; SIGTERM takes its port away', async () => {
    const { child, ports, pid } = await practice('--driver', 'nrf91', '--baud', '0');
    const port = await openTerminal(ports[0]);
    await port.write(`AT%CMNG=0,1,0,"${'A'.repeat(4500)}`);
    await port.write('\r\nAT+CGSN\r\n');
    let heard = '';
    let over = false;
    const reading = (async () => {
      while (!/\d{15}/.test(heard)) heard += (await port.read()).buffer.toString('latin1').replaceAll('\0', '');
      over = true;
    })();
    // On a busy machine the signal may be there before the text. Then the next one frees the modem.
    while (!over) {
      process.kill(pid, 'SIGUSR2');
      await setTimeout(150);
      await port.write('AT+CGSN\r\n');
      await setTimeout(150);
    }
    await reading;
    await port.close();
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    assert.deepEqual(await ended, [0, null]);
    await assert.rejects(access(ports[0] ?? ''));
  });

  test('its help names the faults, the builds and the signals', async () => {
    const { stdout } = spawnSync(process.execPath, [program, 'practice', 'device', '--help'], { encoding: 'utf8' });
    for (const driver of driverNames) {
      assert.ok(stdout.includes(`  ${driver}: ${faultsOf(driver).join(', ')}`), driver);
      for (const build of Object.keys(simulated[driver].builds)) assert.ok(stdout.includes(`  ${driver} ${build}: `));
    }
    assert.match(stdout, /SIGUSR2/);
  });

  test('what is asked of it in vain says why', async () => {
    const unknown = await json('practice', 'device', '--driver', 'nothing');
    assert.deepEqual([unknown.code, (unknown.value.error as { code: string }).code], [2, 'call.badParams']);
    for (const [flag, name, there] of [
      ['--fault', 'wrongLabel', /no fault of nrf91 wrongLabel; there are: .*badProof/],
      ['--build', 'bigger', /no build of nrf91 bigger; there are: shell/],
      ['--seed', 'x', /--seed: "x" is not a whole number/],
      ['--baud', '-1', /--baud: "-1" is not a whole number/],
    ] as const) {
      const { code, value } = await json('practice', 'device', '--driver', 'nrf91', flag, name);
      const error = value.error as { code: string; detail: string };
      assert.deepEqual([code, error.code], [2, 'call.badParams']);
      assert.match(error.detail, there);
    }
    const kept = await json('practice', 'device', '--driver', 'nrf91', '--state', '/tmp/x');
    assert.deepEqual([kept.code, (kept.value.error as { code: string }).code], [2, 'call.badParams']);
    const tag = ['--port', '/dev/null', '--driver', 'nrf91', '--unit-serial', 'PTY-3', '--sec-tag', 'x'];
    const wrong = await json('line', 'run', ...station, ...tag);
    assert.equal((wrong.value.error as { code: string }).code, 'call.badParams');
  });
});
