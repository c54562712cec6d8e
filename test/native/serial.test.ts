import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { agentDriver } from '../../app/device/drivers/agent/index.ts';
import { whyLineRefused } from '../../native/ports/trouble.ts';
import { wiresAt } from '../../native/ports/wires.ts';
import { serialPorts } from '../../native/serial.ts';
import { folderFor, isError, realClock } from '../device/support.ts';
import { agentFolder, makeAgent, startAgent, whyNoAgent } from './agent/support.ts';

const missing = whyNoAgent();
const line = agentDriver.line;

test('a port that is not there, and one that is not a port, are told apart', async (t) => {
  const folder = folderFor(t);
  await assert.rejects(serialPorts.open(join(folder, 'nothing'), line), isError('link.noPort'));
  writeFileSync(join(folder, 'file'), '');
  await assert.rejects(serialPorts.open(join(folder, 'file'), line), isError('link.openFailed'));
});

test('ports are listed even where udevadm is missing', async (t) => {
  const { PATH } = process.env;
  t.after(() => {
    process.env.PATH = PATH;
  });
  process.env.PATH = folderFor(t);
  assert.ok(Array.isArray(await serialPorts.list()));
});

test('a line that the adapter does not take is named with its remedy; a device that is no port is told apart', async () => {
  const line = { baud: 1_234_567, flowControl: 'rtscts' } as const;
  for (const words of [
    'Error: Invalid argument setting custom baud rate of 1234567',
    'Open (SetCommState): Unknown error code 87',
  ]) {
    const why = whyLineRefused(new Error(words), line);
    assert.equal(why?.reason, 'line');
    assert.match(why?.detail ?? '', /1234567 baud .* rtscts/);
    assert.match(why?.remedy ?? '', /another speed or flow control/);
  }
  assert.equal(whyLineRefused(new Error('Error: Permission denied, cannot open /dev/x'), line), undefined);
  await assert.rejects(serialPorts.open('/dev/null', line), {
    code: 'link.openFailed',
    data: { path: '/dev/null', reason: 'notAPort' },
  });
});

test('DTR and RTS are both told, so that no board sees one of them alone; flow control drives RTS', () => {
  const line = { baud: 115_200, flowControl: 'none' } as const;
  assert.deepEqual(wiresAt(line), { dtr: true, rts: true });
  assert.deepEqual(wiresAt({ ...line, dtr: 'off', rts: 'off' }), { dtr: false, rts: false });
  assert.deepEqual(wiresAt({ ...line, rts: 'off' }), { dtr: true, rts: false });
  assert.deepEqual(wiresAt({ ...line, rts: 'off', flowControl: 'rtscts' }), { dtr: true, rts: true });
});

if (missing) {
  test('serial ports on a pseudo-terminal', (t) => t.skip(missing));
} else {
  makeAgent();
  const program = join(agentFolder, 'build/agent');

  // The station's own timers would bring each answer within a second, so only many of them show it.
  test('an answer waits for no timer of the program', { timeout: 10_000 }, async (t) => {
    makeAgent('ptybridge');
    const echo = spawn(join(agentFolder, 'build/ptybridge'), [], { stdio: ['pipe', 'pipe', 'inherit'] });
    t.after(() => echo.kill());
    const path = await new Promise<string>((resolve) => echo.stdout.once('data', (text) => resolve(`${text}`.trim())));
    echo.stdout.pipe(echo.stdin);
    const channel = await serialPorts.open(path, line);
    t.after(() => channel.close());
    for (let round = 0; round < 60; round += 1) {
      const answer = new Promise<string>((resolve) => {
        const stop = channel.onData((bytes) => {
          stop();
          resolve(Buffer.from(bytes).toString());
        });
      });
      await channel.write(Buffer.from(`${round}`));
      assert.equal(await answer, `${round}`);
    }
  });

  test('a port whose lock the system has not yet let go is opened as soon as it has', async (t) => {
    const agent = await startAgent(program, ['--state', join(folderFor(t), 'state')]);
    t.after(() => agent.stop());
    // Later than our own import, which has to come first.
    const { SerialPort } = await import('serialport');
    const before = new SerialPort({ path: agent.path, baudRate: 115_200, autoOpen: false });
    await new Promise<void>((resolve) => before.open(() => resolve()));
    const opening = serialPorts.open(agent.path, line);
    setTimeout(() => before.close(), 60);
    await (await opening).close();
  });

  test('closing is idempotent and frees the port at once', async (t) => {
    const agent = await startAgent(program, ['--state', join(folderFor(t), 'state')]);
    t.after(() => agent.stop());
    for (let round = 0; round < 5; round += 1) {
      const channel = await serialPorts.open(agent.path, line);
      let closed = 0;
      channel.onClose(() => {
        closed += 1;
      });
      const device = agentDriver.connect(channel, { clock: realClock });
      assert.equal((await device.identify()).protocol, 'agent/1');
      await assert.rejects(serialPorts.open(agent.path, line), isError('link.openFailed'), 'nobody else may open it');
      await Promise.all([device.close(), channel.close()]);
      await channel.close();
      assert.equal(closed, 1);
      await assert.rejects(channel.write(Buffer.from('x')), isError('link.lost'));
    }
  });

  test('a device that vanishes closes the channel, whether anything was being said or not', async (t) => {
    for (const talking of [true, false]) {
      const agent = await startAgent(program, ['--state', join(folderFor(t), 'state'), '--delay', '60000']);
      const channel = await serialPorts.open(agent.path, line);
      const closed = new Promise<void>((resolve) => channel.onClose(resolve));
      const asked = talking ? agentDriver.connect(channel, { clock: realClock }).identify() : undefined;
      const lost = asked && assert.rejects(asked, isError('link.lost'));
      await agent.stop('SIGKILL');
      await closed;
      await lost;
      // Who asks later is told, too.
      await new Promise<void>((resolve) => channel.onClose(resolve));
    }
  });

  test('flow control is set as the driver asks for it, and lines that a terminal lacks are no obstacle', async (t) => {
    const agent = await startAgent(program, ['--state', join(folderFor(t), 'state')]);
    t.after(() => agent.stop());
    const settings = { none: [], rtscts: ['crtscts'], xonxoff: ['ixon', 'ixoff'] } as const;
    for (const flowControl of ['none', 'rtscts', 'xonxoff', 'none'] as const) {
      const channel = await serialPorts.open(agent.path, { baud: 115_200, flowControl, dtr: 'off', rts: 'off' });
      await channel.close();
      // The terminal keeps its settings when it is closed.
      const words = execFileSync('stty', ['-F', agent.path, '-a'], { encoding: 'utf8' }).split(/[\s;]+/);
      const on = ['crtscts', 'ixon', 'ixoff'].filter((word) => words.includes(word));
      assert.deepEqual(on, settings[flowControl], flowControl);
    }
  });

  test('watching tells what is there at first, and each coming and going of the link', async (t) => {
    const folder = folderFor(t);
    const link = join(folder, 'slot');
    const seen: boolean[] = [];
    let wake = () => {};
    const stop = serialPorts.watch(link, (present) => {
      seen.push(present);
      wake();
    });
    t.after(stop);
    const until = async (count: number) => {
      while (seen.length < count) await new Promise<void>((resolve) => (wake = resolve));
    };
    assert.deepEqual(seen, [false]);
    const agent = await startAgent(program, ['--state', join(folder, 'state'), '--link', link]);
    await until(2);
    const device = agentDriver.connect(await serialPorts.open(link, line), { clock: realClock });
    await device.identify();
    await device.close();
    await agent.stop();
    await until(3);
    // Killed, an agent leaves its link behind, pointing nowhere: that is not a port.
    const killed = await startAgent(program, ['--state', join(folder, 'state'), '--link', link]);
    await until(4);
    await killed.stop('SIGKILL');
    await until(5);
    assert.deepEqual(seen, [false, true, false, true, false]);
    stop();
    unlinkSync(link);
    symlinkSync('/dev/null', link);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(seen.length, 5);
  });
}
