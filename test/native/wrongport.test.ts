/** Wrong lines on real pseudo-terminals, with the real clock: the same names as in memory, in time. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ByteChannel } from '../../app/device/channel.ts';
import { converseWith } from '../../app/device/conversation.ts';
import { type DriverName, driverNamed, drivers } from '../../app/device/drivers/index.ts';
import { systemClock } from '../../main/clock.ts';
import { firstLineOf } from '../../main/devices.ts';
import { serialPorts } from '../../native/serial.ts';
import { type Behaviour, behaviours, nordic, wrongLine } from '../device/wronglines.ts';
import { agentFolder, makeAgent, whyNoAgent } from './agent/support.ts';

const missing = whyNoAgent();
if (!missing) makeAgent('ptybridge');

/** A pseudo-terminal with this behind it. `typed` goes into it before the station opens it. */
async function portWith(behave: Behaviour, typed = '') {
  const child = spawn(join(agentFolder, 'build/ptybridge'), [], { stdio: ['pipe', 'pipe', 'inherit'] });
  const { line } = await firstLineOf(child);
  let far: ByteChannel | undefined;
  const begin = () => {
    far = wrongLine(systemClock, behave);
    far.onData((bytes) => child.stdin.write(bytes));
    far.onClose(() => child.stdin.end());
    child.stdout.on('data', (bytes: Buffer) => void far?.write(bytes).catch(() => {}));
    return far.write(Buffer.from(typed, 'latin1'));
  };
  const stop = async () => {
    await far?.close();
    child.kill();
  };
  return { path: line, begin, stop };
}

const kinds: [title: string, driver: DriverName, behave: Behaviour, code: string][] = [
  ['download mode', 'agent', behaviours.download, 'link.booting'],
  ['noise', 'zephyr', behaviours.garbage, 'link.noise'],
  ['a loopback', 'freertos', behaviours.echo, 'link.loopback'],
  ['Renesas', 'freertos', behaviours.renesas, 'link.wrongFirmware'],
  ['a modem of Quectel', 'nrf91', behaviours.quectel, 'link.wrongFirmware'],
  ['a port that vanishes', 'nrf91', behaviours.vanishes, 'link.lost'],
];

test('wrong lines on ports are named within 10 s', { skip: missing, concurrency: true }, async (t) => {
  await Promise.all(
    kinds.map(([title, name, behave, code]) =>
      t.test(`${title}, ${name}`, async () => {
        const { path, begin, stop } = await portWith(behave);
        try {
          const driver = driverNamed(name);
          const channel = await serialPorts.open(path, driver.line);
          await begin();
          const device = converseWith(driver, channel, { clock: systemClock }, Object.values(drivers));
          const began = performance.now();
          await assert.rejects(device.identify(), { code });
          assert.ok(performance.now() - began < 10_000);
          await device.close();
        } finally {
          await stop();
        }
      }),
    ),
  );
});

test('an AT host that another program left full within a quote works again at once', { skip: missing }, async () => {
  const { path, begin, stop } = await portWith(nordic(), `AT%CMNG=0,16842753,0,"${'A'.repeat(4500)}`);
  try {
    await begin();
    const driver = driverNamed('nrf91');
    const channel = await serialPorts.open(path, driver.line);
    const device = converseWith(driver, channel, { clock: systemClock }, Object.values(drivers));
    assert.equal((await device.identify()).model, 'nRF9160-SICA');
    await device.close();
  } finally {
    await stop();
  }
});
