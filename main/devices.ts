/** Simulated devices on pseudo-terminals, for a station on the same machine. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StationError } from '../app/contract/errors.ts';
import type { TranscriptLine } from '../app/contract/model.ts';
import type { ByteChannel } from '../app/device/channel.ts';
import { driverNames } from '../app/device/drivers/index.ts';
import { createReplay, firmwareOf } from '../app/practice/devices/index.ts';
import { buildAgent, buildBridge } from './agentbinary.ts';
import { systemClock } from './clock.ts';

export type StartedDevices = { ports: string[]; stop: () => Promise<void> };

/**
 * Starts reference agents, one process each, with their memory in `state` (default: a folder that is removed at the
 * end).
 */
export async function startAgents(count: number, options: { state?: string; baud?: string }): Promise<StartedDevices> {
  const binary = await buildAgent();
  const state = options.state ?? (await mkdtemp(join(tmpdir(), 'birthmark-devices-')));
  const children = Array.from({ length: count }, (_, index) =>
    spawn(binary, ['--state', join(state, `device-${index + 1}`), ...(options.baud ? ['--baud', options.baud] : [])], {
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );
  const started = await Promise.all(children.map(firstLineOf));
  return {
    ports: started.map(({ line }) => line),
    async stop() {
      for (const child of children) child.kill();
      if (options.state === undefined) await rm(state, { recursive: true, force: true });
    },
  };
}

/**
 * Starts simulated firmware of another kind in this process, each device behind its own bridge. A device stays powered
 * while stations connect and disconnect, and loses its memory at the end.
 * @throws `call.badParams`
 */
export async function startSimulated(
  count: number,
  { driver, state, baud = '0' }: { driver: string; state?: string; baud?: string },
): Promise<StartedDevices> {
  const firmware = firmwareOf(driver);
  if (!firmware) {
    const there = driverNames.join(', ');
    throw new StationError(
      'call.badParams',
      `there is no simulated device for the driver ${driver}; there are: ${there}`,
    );
  }
  if (state !== undefined) throw new StationError('call.badParams', 'only agents keep a state; leave out --state');
  if (!/^\d{1,7}$/.test(baud)) throw new StationError('call.badParams', '--baud is a whole number');
  const binary = await buildBridge();
  const bridged = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      bridge(binary, () => firmware.make(index + 1, { clock: systemClock, baud: Number(baud), seed: index + 1 })),
    ),
  );
  return {
    ports: bridged.map(({ port }) => port),
    async stop() {
      for (const { stop } of bridged) stop();
    },
  };
}

/**
 * Plays what the device of a transcript said. `onEnd` is called when the recording is over or has no answer; the port
 * is gone then.
 */
export async function startReplay(
  driver: string,
  lines: readonly TranscriptLine[],
  options: { speed?: number | undefined; onEnd: (reason: string) => void },
): Promise<StartedDevices> {
  const { port, stop } = await bridge(await buildBridge(), () =>
    createReplay({ clock: systemClock, driver, lines, ...options }),
  );
  return { ports: [port], stop: async () => stop() };
}

/** One device behind its own pseudo-terminal, which disappears with the device. */
async function bridge(binary: string, make: () => { connect(): ByteChannel; powerOff(): void }) {
  const child = spawn(binary, [], { stdio: ['pipe', 'pipe', 'inherit'] });
  const { line, rest } = await firstLineOf(child);
  const device = make();
  const channel = device.connect();
  channel.onData((bytes) => child.stdin.write(bytes));
  channel.onClose(() => child.stdin.end());
  const pass = (bytes: Uint8Array) => void channel.write(bytes).catch(() => {});
  if (rest.length > 0) pass(rest);
  child.stdout.on('data', pass);
  return { port: line, stop: () => device.powerOff() };
}

/** The first line that a child prints, and any bytes after it. Rejects when the child ends before. */
export const firstLineOf = (child: ChildProcess): Promise<{ line: string; rest: Buffer }> =>
  new Promise((resolve, reject) => {
    let output = Buffer.alloc(0);
    const onData = (bytes: Buffer) => {
      output = Buffer.concat([output, bytes]);
      const end = output.indexOf(0x0a);
      if (end < 0) return;
      child.stdout?.off('data', onData);
      resolve({ line: output.subarray(0, end).toString('utf8'), rest: output.subarray(end + 1) });
    };
    child.stdout?.on('data', onData);
    child.once('exit', (code) => reject(new StationError('internal', `the device stopped with exit code ${code}`)));
  });
