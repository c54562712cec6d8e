/** Simulated devices on pseudo-terminals, for a station on the same machine. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StationError } from '../app/contract/errors.ts';
import type { TranscriptLine } from '../app/contract/model.ts';
import type { ByteChannel } from '../app/device/channel.ts';
import { driverNamed, driverNames, isDriverName } from '../app/device/drivers/index.ts';
import { createRandom, createReplay, drawChip, faultOf, faultsOf, firmwareOf } from '../app/practice/devices/index.ts';
import { buildAgent, buildBridge } from './agentbinary.ts';
import { systemClock } from './clock.ts';
import { wholeNumber } from './numbers.ts';

const sevenDigits = { to: 9_999_999 };

export type StartedDevices = {
  /** One for each device, in their order. */
  ports: string[];
  /** What is known of each device before it is asked; empty for agents in C. */
  traits: { model: string; hardwareId: string }[];
  /** Cuts the power of every device and gives it back; `undefined` where a device is a process of its own. */
  reset?: () => void;
  /** Resolves when every port is gone. */
  stop: () => Promise<void>;
};

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
    traits: [],
    async stop() {
      await Promise.all(children.map(stopped));
      if (options.state === undefined) await rm(state, { recursive: true, force: true });
    },
  };
}

export type SimulatedOptions = {
  driver: string;
  /** A build of the firmware by its name (`firmware.ts`). */
  build?: string | undefined;
  /** A fault by its name (`faults.ts`). */
  fault?: string | undefined;
  /** Repeats the identities and the faults of another run. */
  seed?: string | undefined;
  /** The default is the speed of the driver's line; 0 is as fast as possible. */
  baud?: string | undefined;
};

/**
 * Starts simulated firmware in this process, each device behind its own bridge. A device stays powered while stations
 * connect and disconnect, and loses its memory at the end.
 * @throws `call.badParams`
 */
export async function startSimulated(count: number, options: SimulatedOptions): Promise<StartedDevices> {
  const { driver } = options;
  const firmware = firmwareOf(driver);
  if (!firmware || !isDriverName(driver)) throw noSuch('simulated device for the driver', driver, driverNames);
  const build = options.build === undefined ? firmware : firmware.builds[options.build];
  if (!build) throw noSuch(`build of ${driver}`, options.build ?? '', Object.keys(firmware.builds));
  const kind = faultsOf(driver).find((each) => each === options.fault);
  if (options.fault !== undefined && !kind) throw noSuch(`fault of ${driver}`, options.fault, faultsOf(driver));
  const baud = wholeNumber(options.baud, '--baud', sevenDigits) ?? driverNamed(driver).line.baud;
  const seed = wholeNumber(options.seed, '--seed', sevenDigits);
  const random = seed === undefined ? undefined : createRandom(seed);
  const made = Array.from({ length: count }, (_, index) => {
    const options = { clock: systemClock, baud, seed: (seed ?? 0) * 1000 + index + 1 };
    const device = build.make(drawChip(random), options);
    device.fault = (kind && faultOf(driver, kind)) ?? {};
    return device;
  });
  const binary = await buildBridge();
  const bridged = await Promise.all(made.map((device) => bridge(binary, device)));
  return {
    ports: bridged.map(({ port }) => port),
    traits: made.map(({ traits: { model, hardwareId } }) => ({ model, hardwareId })),
    reset() {
      for (const { reset } of bridged) reset();
    },
    stop: async () => void (await Promise.all(bridged.map(({ stop }) => stop()))),
  };
}

const noSuch = (what: string, name: string, there: readonly string[]) =>
  new StationError('call.badParams', `there is no ${what} ${name}; there are: ${there.join(', ') || 'none'}`);

/**
 * Plays what the device of a transcript said. `onEnd` is called when the recording is over or has no answer; the port
 * is gone then.
 */
export async function startReplay(
  driver: string,
  lines: readonly TranscriptLine[],
  options: { speed?: number | undefined; onEnd: (reason: string) => void },
): Promise<StartedDevices> {
  const device = createReplay({ clock: systemClock, driver, lines, ...options });
  const { port, stop } = await bridge(await buildBridge(), device);
  return { ports: [port], traits: [], stop };
}

/** One device behind its own pseudo-terminal, which disappears with the device. */
async function bridge(binary: string, device: { connect(): ByteChannel; powerOff(): void }) {
  const child = spawn(binary, [], { stdio: ['pipe', 'pipe', 'inherit'] });
  // The other program may end first.
  child.stdin.on('error', () => {});
  const { line, rest } = await firstLineOf(child);
  let resetting = false;
  const powerUp = (): ByteChannel => {
    const channel = device.connect();
    channel.onData((bytes) => child.stdin.write(bytes));
    channel.onClose(() => {
      if (!resetting) child.stdin.end();
    });
    return channel;
  };
  let channel = powerUp();
  const pass = (bytes: Uint8Array) => void channel.write(bytes).catch(() => {});
  if (rest.length > 0) pass(rest);
  child.stdout.on('data', pass);
  return {
    port: line,
    reset() {
      // A device that died has lost its port for good.
      if (child.stdin.writableEnded) return;
      resetting = true;
      device.powerOff();
      resetting = false;
      channel = powerUp();
    },
    stop() {
      device.powerOff();
      child.stdin.end();
      return ended(child);
    },
  };
}

const ended = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
};
const stopped = (child: ChildProcess): Promise<void> => {
  child.kill();
  return ended(child);
};

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
