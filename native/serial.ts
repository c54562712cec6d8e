import { realpathSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import './serialcallbacks.ts';
import { SerialPort } from 'serialport';
import { StationError } from '../app/contract/errors.ts';
import type { ByteChannel, OpenSettings, Ports } from '../app/device/channel.ts';
import { answersTo } from '../app/device/portname.ts';
import { type Ask, ask as askSystem } from './pc/ask.ts';
import { type Listener, watchFile } from './ports/file.ts';
import { createListWatch, everySecond, whenNamesChange } from './ports/listed.ts';
import type { SystemPort } from './ports/places.ts';
import { createPortWatch, type PortWatch } from './ports/portwatch.ts';
import { fileOf, listPorts, terminalsIn } from './ports/systemports.ts';
import { type Machine, portTroubles, thisMachine, type Why, whyLineRefused, whyNotOpened } from './ports/trouble.ts';
import { createWindowsPlaces } from './ports/windowsplaces.ts';
import { wiresAt } from './ports/wires.ts';

/**
 * The system keeps the lock of a closed port while a read of it is still in the kernel: a moment on a busy machine. A
 * port that only this program holds, and no channel of it, is asked for again so many times.
 */
const releaseTries = 25;
const releaseMs = 10;

export type SerialOptions = Partial<Machine> & { hub?: PortWatch; ask?: () => Promise<SystemPort[]>; query?: Ask };

/** Real serial ports, by the package `serialport`. ports/places.ts says how a port may be named. */
export function createSerialPorts({
  hub = createPortWatch(),
  ask = () => SerialPort.list(),
  query = askSystem,
  ...given
}: SerialOptions = {}) {
  const machine = { ...thisMachine(), ...given };
  const { platform, dev } = machine;
  const windowsPlaces = createWindowsPlaces(query);
  const list = () => listPorts(ask, machine, windowsPlaces);
  const listed = async (name: string) => (await list().catch(() => [])).find(answersTo(name))?.path;
  const watchListed = createListWatch(list, platform === 'win32' ? everySecond : whenNamesChange(hub, dev));

  const watch = (name: string, listener: Listener): (() => void) => {
    const file = fileOf(name, platform, dev);
    return file === undefined ? watchListed(name, listener) : watchFile(hub, file, listener);
  };

  /** The system's name of the device that is there now, if any. */
  const nodeOf = async (name: string): Promise<string | undefined> => {
    const file = fileOf(name, platform, dev);
    // A `COM3` that the list does not know may still exist: some virtual ports are not in the list.
    if (file === undefined) return name.includes(':') || platform !== 'win32' ? listed(name) : name;
    try {
      // A stable name may lead to a node that vanishes with the device.
      return realpathSync.native(file);
    } catch {
      return undefined;
    }
  };

  /** Windows has no access rights for ports, and says "access denied" when another program has the port. */
  const whyNot = async (node: string): Promise<Why> => {
    if (platform !== 'win32') return whyNotOpened(node, machine);
    if (!(await listed(node))) return { reason: 'gone', detail: 'it does not exist', data: {} };
    return { reason: 'busy', detail: 'another program has it open', remedy: 'close that program', data: {} };
  };

  const refused = async (
    name: string,
    node: string | undefined,
    settings: OpenSettings,
    cause?: unknown,
  ): Promise<StationError> => {
    const why = node === undefined ? undefined : (whyLineRefused(cause, settings) ?? (await whyNot(node)));
    if (!why || why.reason === 'gone')
      return new StationError('link.noPort', `${name} does not exist`, { data: { path: name }, cause });
    const { reason, detail, remedy } = why;
    const data = { path: name, reason, ...why.data, ...(remedy ? { remedy } : {}) };
    const words = [`${name} cannot be opened: ${detail}`, remedy].filter(Boolean).join('; ');
    return new StationError('link.openFailed', words, { data, cause });
  };

  /** The nodes that channels of this program have open. */
  const held = new Set<string>();

  const openFor = async (node: string, settings: OpenSettings): Promise<ByteChannel> => {
    const port = await openNode(node, settings);
    held.add(node);
    port.once('close', () => held.delete(node));
    return channelOf(port, watch);
  };

  return {
    list,
    watch,
    async open(name: string, settings: OpenSettings): Promise<ByteChannel> {
      for (let left = releaseTries; ; left -= 1) {
        const node = await nodeOf(name);
        if (node === undefined) throw await refused(name, node, settings);
        try {
          return await openFor(node, settings);
        } catch (cause) {
          const refusal = await refused(name, node, settings, cause);
          const isOwn = refusal.data?.pid === process.pid && !held.has(node);
          // The lock was there when the port was opened, and gone when its holder was looked for.
          const hasGone = refusal.data?.reason === 'unknown' && String(cause).includes('Cannot lock port');
          if (!(isOwn || hasGone) || left === 0) throw refusal;
          await wait(releaseMs);
        }
      }
    },
    lookAnew: hub.lookNow,
    troubles: () =>
      portTroubles(
        machine,
        terminalsIn(dev).map(({ path }) => path),
      ),
  } satisfies Ports;
}

export const serialPorts: Ports = createSerialPorts();

async function openNode(path: string, settings: OpenSettings): Promise<SerialPort> {
  const { baud: baudRate, flowControl } = settings;
  const flow = { rtscts: flowControl === 'rtscts', xon: flowControl === 'xonxoff', xoff: flowControl === 'xonxoff' };
  const port = new SerialPort({ path, baudRate, ...flow, autoOpen: false });
  await new Promise<void>((resolve, reject) => {
    port.open((cause) => (cause ? reject(cause) : resolve()));
  });
  await setWires(port, settings);
  return port;
}

/**
 * Sets DTR and RTS in one call of the system (TIOCMSET; on Windows two). Linux and macOS turn both on when a port is
 * opened, Windows only DTR. A port without these wires (a pseudo-terminal, some USB
 * bridges) refuses, and then there is nothing to set.
 */
async function setWires(port: SerialPort, settings: OpenSettings): Promise<void> {
  await new Promise<void>((resolve) => port.set(wiresAt(settings), () => resolve()));
}

function channelOf(port: SerialPort, watch: Ports['watch']): ByteChannel {
  const lost = (cause?: Error | null) =>
    new StationError('link.lost', `${port.path} is gone`, { data: { path: port.path }, cause });
  const closed = new Promise<void>((resolve) => port.once('close', () => resolve()));
  const shut = () => port.isOpen && port.close(() => {});
  port.on('error', shut);
  // A hung-up line reads as an endless end-of-file, which the package asks for repeatedly without an event. The missing
  // device node is the sign that comes at once.
  port.once(
    'close',
    watch(port.path, (present) => present || shut()),
  );
  return {
    // The package's drain (tcdrain) would hold one of the few libuv threads until the bytes are sent, and 32 slots
    // would starve each other. The callback of write means that the kernel has the bytes, which is all a conversation
    // needs.
    write: (bytes) =>
      new Promise((resolve, reject) => {
        if (!port.isOpen) return reject(lost());
        port.write(bytes, (error) => (error ? reject(lost(error)) : resolve()));
      }),
    onData(listener) {
      port.on('data', listener);
      return () => port.off('data', listener);
    },
    onClose(listener) {
      if (!port.isOpen && !port.opening) queueMicrotask(listener);
      else port.once('close', listener);
      return () => port.off('close', listener);
    },
    close() {
      shut();
      return closed;
    },
  };
}
