import type { LineSettings } from '../contract/lines.ts';

/** Bytes to and from one device. The real one is native/serial.ts; the practice one is in app/practice/devices. */
import type { Finding, PortProgram } from '../contract/model.ts';

export interface ByteChannel {
  /**
   * Resolves once the operating system has the bytes.
   *
   * @throws `link.lost` – when the port is gone
   */
  write(bytes: Uint8Array): Promise<void>;
  /** Calls `listener` for each received chunk. Returns the function that stops this. */
  onData(listener: (bytes: Uint8Array) => void): () => void;
  /** Calls `listener` once when the channel is gone, also when this side closed it. */
  onClose(listener: () => void): () => void;
  /** Idempotent. */
  close(): Promise<void>;
}

/** How a port is opened. Without `dtr` and `rts` both wires are on, which is how most boards run. */
export type OpenSettings = Pick<LineSettings, 'baud' | 'flowControl'> & Partial<Pick<LineSettings, 'dtr' | 'rts'>>;

/** One port, as the system describes it. */
export type PortInfo = {
  path: string;
  /** A name that a person recognises, e.g. "FTDI FT232R". */
  label: string;
  vendorId?: string;
  productId?: string;
  /** Its place on the USB tree, with the interface. It is the text after `usb:` in the name of a port. */
  usbLocation?: string;
  /** A name of the port that stays with its socket, e.g. in /dev/serial/by-path, or `usb:…`. */
  stablePath?: string;
  /** Other system names of the same port. */
  otherPaths?: string[];
};

/** A trouble that keeps ports from working, and its remedy for a person. */
export type PortTrouble = { name: 'portPermission' | PortProgram; detail: string; remedy: string; finding: Finding };

/** Opens channels. A port is named by its path, or by its place: `usb:` and a `usbLocation`. */
export interface Ports {
  list(): Promise<PortInfo[]>;
  /**
   * Opens the port.
   *
   * @throws `link.noPort`; `link.openFailed` – data.reason: permission, busy, notAPort, line, unknown
   */
  open(path: string, settings: OpenSettings): Promise<ByteChannel>;
  /**
   * Calls `listener` with the present state at once, and then at every change: plugged in or pulled. Another device in
   * the same place counts as both.
   */
  watch(path: string, listener: (present: boolean) => void): () => void;
  /** Checks all watched ports now. After a sleep the plugs and pulls in between are unknown. */
  lookAnew?(): void;
  /** The troubles of this PC's ports, whether or not a slot has met them yet. */
  troubles?(): Promise<PortTrouble[]>;
}
