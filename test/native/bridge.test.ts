/** The real serial path on a pseudo-terminal, with simulated firmware behind a bridge that drops what comes too fast. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { driverNamed } from '../../app/device/drivers/index.ts';
import type { SimulatedUnit } from '../../app/practice/devices/firmware.ts';
import { simulated } from '../../app/practice/devices/simulated.ts';
import { firstLineOf } from '../../main/devices.ts';
import { createPortWatch } from '../../native/ports/portwatch.ts';
import { createSerialPorts, serialPorts } from '../../native/serial.ts';
import { provision } from '../device/storms.ts';
import { realClock } from '../device/support.ts';
import { agentFolder, makeAgent, whyNoAgent } from './agent/support.ts';

const missing = whyNoAgent();
if (missing) {
  test('the real serial path behind a bridge', (t) => t.skip(missing));
} else {
  makeAgent('ptybridge');

  const startBridge = async (t: TestContext) => {
    const child = spawn(join(agentFolder, 'build/ptybridge'), [], { stdio: ['pipe', 'pipe', 'inherit'] });
    t.after(() => child.kill());
    const { line: path } = await firstLineOf(child);
    return { child, path };
  };

  const plugIn = async (t: TestContext, device: SimulatedUnit) => {
    const { child, path } = await startBridge(t);
    const channel = device.connect();
    channel.onData((bytes) => child.stdin.write(bytes));
    child.stdout.on('data', (bytes) => void channel.write(bytes).catch(() => {}));
    return path;
  };

  for (const name of ['nrf91', 'zephyr'] as const) {
    test(`${name}: a certificate passes a bridge that lets 1,024 bytes of a burst through`, async (t) => {
      const device = simulated[name].make(1, { clock: realClock, computeMs: 1 });
      device.fault = { bridge: 1024 };
      t.after(() => device.powerOff());
      const driver = driverNamed(name);
      const channel = await serialPorts.open(await plugIn(t, device), driver.line);
      const unit = driver.connect(channel, { clock: realClock });
      t.after(() => unit.close());
      await provision(unit, {});
      const { certificate } = simulated[name].places;
      assert.ok(device.holds().get(certificate), 'the certificate is on the device');
    });
  }

  test('an answer is heard when it comes, not when the program wakes for something else', async (t) => {
    const hub = createPortWatch({ lookMs: 60_000 });
    const { child, path } = await startBridge(t);
    child.stdout.on('data', (bytes) => child.stdin.write(bytes));
    const channel = await createSerialPorts({ hub }).open(path, driverNamed('agent').line);
    t.after(() => channel.close());
    for (let round = 0; round < 20; round += 1) {
      const heard = new Promise<void>((resolve) => {
        const stop = channel.onData(() => {
          stop();
          resolve();
        });
      });
      await channel.write(Buffer.from('ping'));
      const timeout = new Promise((_, reject) =>
        setTimeout(reject, 5000, new Error(`no echo in round ${round}`)).unref(),
      );
      await Promise.race([heard, timeout]);
    }
  });
}
