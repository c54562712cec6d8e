import { existsSync, type FSWatcher, readdirSync, realpathSync, watch as watchFolder } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { SerialPort } from 'serialport';
import { StationError } from '../app/contract/errors.ts';
import type { ByteChannel, LineSettings, PortInfo, Ports } from '../app/device/channel.ts';

/** Real serial ports, by the `serialport` package. */
export const serialPorts: Ports = { list: listPorts, open: openPort, watch: watchPort };

/** Safety net under `fs.watch`, which misses what happens behind a symbolic link. */
const lookAgainMs = 1000;

async function listPorts(): Promise<PortInfo[]> {
  try {
    const found = await SerialPort.list();
    const locations = usbLocations();
    return found.map((port) => {
      const info: PortInfo = {
        path: port.path,
        label: [port.manufacturer, port.pnpId].filter(Boolean).join(' ') || port.path,
      };
      if (port.vendorId) info.vendorId = port.vendorId;
      if (port.productId) info.productId = port.productId;
      const byPath = locations.get(port.path);
      const location = port.locationId ?? byPath;
      if (location) info.usbLocation = location;
      if (byPath) info.stablePath = join(byPathFolder, byPath);
      return info;
    });
  } catch {
    // On Linux the package asks udevadm, which a lean line PC may not have.
    return listDevices();
  }
}

function listDevices(): PortInfo[] {
  const locations = usbLocations();
  return namesIn('/dev')
    .filter((name) => /^tty(USB|ACM)\d+$/.test(name))
    .map((name) => {
      const path = `/dev/${name}`;
      const usbLocation = locations.get(path);
      if (!usbLocation) return { path, label: name };
      return { path, label: name, usbLocation, stablePath: join(byPathFolder, usbLocation) };
    });
}

const byPathFolder = '/dev/serial/by-path';

/** From device node to its name in `/dev/serial/by-path`, which stays the same for a place on the bench. */
function usbLocations(): Map<string, string> {
  const found = new Map<string, string>();
  for (const name of namesIn(byPathFolder)) {
    try {
      found.set(realpathSync(join(byPathFolder, name)), name);
    } catch {
      // Pulled just now.
    }
  }
  return found;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

async function openPort(path: string, settings: LineSettings): Promise<ByteChannel> {
  const { baud: baudRate, flowControl } = settings;
  const flow = { rtscts: flowControl === 'rtscts', xon: flowControl === 'xonxoff', xoff: flowControl === 'xonxoff' };
  let port: SerialPort;
  try {
    // Behind a stable name may be a link to a node that vanishes with the device.
    const node = isFile(path) ? realpathSync(path) : path;
    port = new SerialPort({ path: node, baudRate, ...flow, autoOpen: false });
  } catch (cause) {
    throw openError(path, cause);
  }
  await new Promise<void>((resolve, reject) => {
    port.open((cause) => (cause ? reject(openError(path, cause)) : resolve()));
  });
  await setLines(port, settings);
  return channelOf(port);
}

/** A line without these wires (a pseudo-terminal, some USB bridges) refuses, and has nothing to be set. */
async function setLines(port: SerialPort, { dtr, rts }: LineSettings): Promise<void> {
  if (dtr === undefined && rts === undefined) return;
  const lines = { ...(dtr === undefined ? {} : { dtr }), ...(rts === undefined ? {} : { rts }) };
  await new Promise<void>((resolve) => port.set(lines, () => resolve()));
}

function openError(path: string, cause: unknown): StationError {
  if (isFile(path) && !existsSync(path))
    return new StationError('link.noPort', `${path} does not exist`, { data: { path }, cause });
  const hint = 'another program may have it open, or this user may not be in the group that owns it (dialout, uucp)';
  return new StationError('link.openFailed', `${path} cannot be opened: ${hint}`, { data: { path }, cause });
}

function channelOf(port: SerialPort): ByteChannel {
  const lost = (cause?: Error | null) =>
    new StationError('link.lost', `${port.path} is gone`, { data: { path: port.path }, cause });
  const closed = new Promise<void>((resolve) => port.once('close', () => resolve()));
  const shut = () => port.isOpen && port.close(() => {});
  port.on('error', shut);
  // A hung-up line reads as an endless end-of-file, which the package asks for again and again without telling anybody; that
  // the device's node is gone is the sign that comes at once.
  port.once(
    'close',
    watchPort(port.path, (present) => present || shut()),
  );
  return {
    // The package's drain (tcdrain) would hold one of the few libuv threads for as long as the bytes take: 32 slots would
    // starve each other. The callback of write means that the kernel has the bytes, which is all a conversation needs.
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

/** Windows names ports without a path (`COM3`). */
const isFile = (path: string): boolean => path.startsWith('/');

function watchPort(path: string, listener: (present: boolean) => void): () => void {
  let present: boolean | undefined;
  let watcher: FSWatcher | undefined;
  let stopped = false;
  const tell = (now: boolean) => {
    if (now === present || stopped) return;
    present = now;
    listener(now);
  };
  const look = () => {
    if (isFile(path)) tell(existsSync(path));
    else void listPorts().then((ports) => tell(ports.some((port) => port.path === path)));
  };
  try {
    watcher = watchFolder(dirname(path), { persistent: false }, (_, name) => {
      if (name === null || name === basename(path)) look();
    });
    watcher.on('error', () => watcher?.close());
  } catch {
    // No folder: on Windows, and where it comes and goes with the devices (/dev/serial/by-path). Looking again will do.
  }
  const timer = setInterval(look, lookAgainMs);
  timer.unref();
  look();
  return () => {
    stopped = true;
    watcher?.close();
    clearInterval(timer);
  };
}
