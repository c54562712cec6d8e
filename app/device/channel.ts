/** Bytes to and from one device. The real one is native/serial.ts; the practice one is in app/practice/devices. */
export interface ByteChannel {
  /** Resolves once the bytes are on their way (the operating system has them); rejects with `link.lost` when the port is gone. */
  write(bytes: Uint8Array): Promise<void>;
  /** Calls `listener` for each chunk received; returns the way to stop. */
  onData(listener: (bytes: Uint8Array) => void): () => void;
  /** Called once when the channel is gone, also where this side closed it. */
  onClose(listener: () => void): () => void;
  /** Idempotent. */
  close(): Promise<void>;
}

/** Line settings a driver asks for. */
export type LineSettings = {
  baud: number;
  flowControl: 'none' | 'rtscts' | 'xonxoff';
  /** State of these lines once the port is open; as the system leaves them (both on) where absent. Some boards reset by them. */
  dtr?: boolean;
  rts?: boolean;
};

/** One port as the system tells it. */
export type PortInfo = {
  path: string;
  /** What a person would recognise it by, e.g. "FTDI FT232R". */
  label: string;
  vendorId?: string;
  productId?: string;
  /** Its place on the USB tree, interface included: what is behind `usb:` in the name of a port. */
  usbLocation?: string;
  /** A name of the port that stays with the place it is plugged into, e.g. in /dev/serial/by-path, or `usb:…`. */
  stablePath?: string;
};

/** Something that keeps ports from working, and what a person does about it. */
export type PortTrouble = { name: string; detail: string; remedy: string };

/** Where channels come from. A port is named by its path, or by its place: `usb:` and a `usbLocation`. */
export interface Ports {
  list(): Promise<PortInfo[]>;
  /** Opens the port; rejects with `link.noPort` or `link.openFailed` (its data then has `reason`: permission, busy, notAPort, unknown). */
  open(path: string, settings: LineSettings): Promise<ByteChannel>;
  /** Calls `listener` with the present state at once and then on every change (plugged in, pulled; another device in its place is both). */
  watch(path: string, listener: (present: boolean) => void): () => void;
  /** Looks now at everything that is watched: after a sleep it is not known what was plugged in and pulled. */
  lookAnew?(): void;
  /** What is wrong with this PC's ports, whether or not a slot has met it yet. */
  troubles?(): Promise<PortTrouble[]>;
}
