import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { serialPorts } from '../../../native/serial.ts';
import { agentFolder, makeAgent, whyNoAgent } from './support.ts';

const line = { baud: 115_200, flowControl: 'none' } as const;
const missing = whyNoAgent();
if (missing) {
  test('the bridge to a pseudo-terminal', (t) => t.skip(missing));
} else {
  makeAgent('ptybridge');

  const start = async (t: TestContext) => {
    const child = spawn(join(agentFolder, 'build/ptybridge'), [], { stdio: ['pipe', 'pipe', 'inherit'] });
    t.after(() => child.kill());
    const chunks: Buffer[] = [];
    child.stdout.on('data', (bytes) => chunks.push(bytes));
    const heard = () => Buffer.concat(chunks);
    while (!heard().includes(0x0a)) await once(child.stdout, 'data');
    const path = heard().subarray(0, heard().indexOf(0x0a)).toString();
    const rest = () => heard().subarray(heard().indexOf(0x0a) + 1);
    const until = async (count: number) => {
      while (rest().length < count) await once(child.stdout, 'data');
    };
    return { child, path, rest, until };
  };

  test('every byte passes in both directions, also when much is sent at once, and stations may come and go', async (t) => {
    const { child, path, rest, until } = await start(t);
    const all = Buffer.from(Array.from({ length: 16 * 1024 }, (_, at) => (at * 7) & 0xff));
    for (let round = 1; round <= 3; round += 1) {
      const channel = await serialPorts.open(path, line);
      const got: Buffer[] = [];
      const came = new Promise<void>((resolve) =>
        channel.onData((bytes) => {
          got.push(Buffer.from(bytes));
          if (Buffer.concat(got).length >= all.length) resolve();
        }),
      );
      // A bridge that sees the terminal opened passes on; what came before was lost.
      await channel.write(Buffer.from('x'));
      await until((round - 1) * (all.length + 1) + 1);
      child.stdin.write(all);
      await came;
      assert.equal(Buffer.concat(got).compare(all), 0);
      await channel.write(all);
      await until(round * (all.length + 1));
      assert.equal(rest().subarray(-all.length).compare(all), 0);
      await channel.close();
    }
  });

  test('it ends with its input, and the port with it', async (t) => {
    const { child, path } = await start(t);
    const channel = await serialPorts.open(path, line);
    const closed = new Promise<void>((resolve) => channel.onClose(resolve));
    child.stdin.end();
    const [code] = await once(child, 'exit');
    assert.equal(code, 0);
    await closed;
  });
}
