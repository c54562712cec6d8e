/** A mosquitto on loopback that lets in whom the station's CA and CRL let in, and tells what was published. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, connect as dial } from 'node:net';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

export type BrokerFiles = { ca: string; certificate: string; key: string; crl: string };

/** Everybody writes to the topic with his own name only; what the broker takes for the name is the certificate's CN. */
const accessRules = 'pattern write birthmark/%u\n';

export async function startBroker(t: TestContext, files: BrokerFiles, file: (name: string, text: string) => string) {
  const [port, plainPort] = [await freePort(), await freePort()];
  const config = [
    ...['user root', 'per_listener_settings true', 'log_type all'],
    ...[`listener ${port} 127.0.0.1`, 'require_certificate true', 'use_identity_as_username true'],
    ...[`cafile ${files.ca}`, `certfile ${files.certificate}`, `keyfile ${files.key}`, `crlfile ${files.crl}`],
    `acl_file ${file('acl', accessRules)}`,
    ...[`listener ${plainPort} 127.0.0.1`, 'allow_anonymous true'],
  ];
  const path = file('mosquitto.conf', `${config.join('\n')}\n`);
  const child: ChildProcess = spawn('mosquitto', ['-v', '-c', path], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'exit');
  t.after(async () => {
    child.kill();
    await ended;
  });
  const log: string[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: child.stderr! }).on('line', (line) => {
    log.push(line);
    for (const look of waiting) look();
  });
  /** Resolves with the first line from `from` on that fits; rejects when the broker ends first. */
  const said = (pattern: RegExp, from = 0): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = () => {
        const line = log.slice(from).find((each) => pattern.test(each));
        if (line === undefined) return;
        waiting.delete(look);
        resolve(line);
      };
      waiting.add(look);
      void ended.then(() => reject(new Error(`mosquitto ended: ${log.join('\n')}`)));
      look();
    });
  await said(/running$/);
  return {
    address: `127.0.0.1:${port}`,
    log,
    said,
    /** What was published, once it is so many. */
    published: await subscribe(t, plainPort),
    /** Reads certificates and CRL again. */
    async reload() {
      const from = log.length;
      child.kill('SIGHUP');
      await said(/Reloading config/, from);
    },
  };
}

/** Everything published from now on, as `topic message`: MQTT 3.1.1 §3.1, §3.8, §3.3 with short packets at QoS 0. */
async function subscribe(t: TestContext, port: number): Promise<(count: number) => Promise<string[]>> {
  const text = (value: string) => Buffer.concat([Buffer.from([0, value.length]), Buffer.from(value)]);
  const packet = (type: number, ...parts: Buffer[]) => {
    const body = Buffer.concat(parts);
    return Buffer.concat([Buffer.from([type, body.length]), body]);
  };
  const published: string[] = [];
  let wake = () => {};
  const socket = dial(port, '127.0.0.1');
  t.after(() => socket.destroy());
  let bytes = Buffer.alloc(0);
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      for (let n = bytes[1]; n !== undefined && bytes.length >= 2 + n; n = bytes[1]) {
        const body = bytes.subarray(2, 2 + n);
        const topicEnd = 2 + (body[1] ?? 0);
        if (bytes[0] === 0x30) published.push(`${body.subarray(2, topicEnd)} ${body.subarray(topicEnd)}`);
        wake();
        if (bytes[0] === 0x90) resolve();
        bytes = bytes.subarray(2 + n);
      }
    });
    socket.write(packet(0x10, text('MQTT'), Buffer.from([4, 2, 0, 0]), text('judge')));
    socket.write(packet(0x82, Buffer.from([0, 1]), text('#'), Buffer.from([0])));
  });
  return async (count) => {
    while (published.length < count) await new Promise<void>((resolve) => (wake = resolve));
    return published;
  };
}
