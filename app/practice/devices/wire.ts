import type { Clock } from '../../contract/clock.ts';
import { StationError } from '../../contract/errors.ts';
import type { ByteChannel } from '../../device/channel.ts';

/**
 * The device's end of a wire. Times are the wire's own (monotonic ms). A timer that fires late delays one delivery, but
 * not the following ones, because the device answers by the time at which the bytes were due.
 */
export type DeviceEnd = {
  /**
   * The last byte leaves the device's UART `bytes.length` byte times after `atMs`, or after the bytes that are still
   * being sent. `false` once the wire is cut.
   */
  send(bytes: Uint8Array, atMs: number): boolean;
  onBytes(listener: (bytes: Uint8Array, atMs: number) => void): void;
};

export type Wire = { channel: ByteChannel; device: DeviceEnd; cut(): void };

type WireOptions = {
  baud: number;
  clock: Clock;
  alter: (bytes: Uint8Array) => Uint8Array;
  /** The bytes that a bridge before the device holds. It drops what does not fit. The default is without limit. */
  holds?: () => number;
};
const unlimited = () => Number.POSITIVE_INFINITY;

type Parcel = { bytes: Uint8Array; dueMs: number; delivered: () => void };

/**
 * A serial line in memory. Both directions run at once, each paced at `baud` (10 bits a byte); 0 means as fast as
 * possible.
 */
export function createWire(options: WireOptions): Wire {
  const { clock, alter, holds = unlimited } = options;
  const byteMs = options.baud === 0 ? 0 : 10_000 / options.baud;
  const dataListeners = new Set<(bytes: Uint8Array) => void>();
  const closeListeners = new Set<() => void>();
  let toDevice = (_bytes: Uint8Array, _atMs: number) => {};
  let open = true;

  const up = createLane(clock, byteMs, holds, (bytes, dueMs) => toDevice(alter(bytes), dueMs));
  const down = createLane(clock, byteMs, unlimited, (bytes) => {
    const arrived = alter(bytes);
    for (const listener of [...dataListeners]) listener(arrived);
  });

  const cut = () => {
    if (!open) return;
    open = false;
    up.stop();
    down.stop();
    for (const listener of [...closeListeners]) listener();
    closeListeners.clear();
    dataListeners.clear();
  };

  const channel: ByteChannel = {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        const gone = () => reject(new StationError('link.lost', 'the practice device is gone'));
        if (!open) return gone();
        closeListeners.add(gone);
        up.send(bytes, clock.monotonicMs(), () => {
          closeListeners.delete(gone);
          resolve();
        });
      }),
    onData(listener) {
      dataListeners.add(listener);
      return () => dataListeners.delete(listener);
    },
    onClose(listener) {
      closeListeners.add(listener);
      return () => closeListeners.delete(listener);
    },
    close: async () => cut(),
  };
  const device: DeviceEnd = {
    send: (bytes, atMs) => down.send(bytes, atMs, () => {}),
    onBytes(listener) {
      toDevice = listener;
    },
  };
  return { channel, device, cut };
}

/**
 * One direction. Parcels leave in order, and each is delivered whole when its last byte has passed. Only one timer runs
 * at a time.
 */
function createLane(
  clock: Clock,
  byteMs: number,
  holds: () => number,
  deliver: (bytes: Uint8Array, dueMs: number) => void,
) {
  const parcels: Parcel[] = [];
  let freeAtMs = 0;
  let cancel: (() => void) | undefined;
  let stopped = false;

  const pass = () => {
    cancel = undefined;
    for (let head = parcels[0]; head && head.dueMs <= clock.monotonicMs() && !stopped; head = parcels[0]) {
      parcels.shift();
      head.delivered();
      deliver(head.bytes, head.dueMs);
    }
    wait();
  };
  const wait = () => {
    const head = parcels[0];
    if (head && !cancel && !stopped) cancel = clock.after(Math.max(0, head.dueMs - clock.monotonicMs()), pass);
  };

  return {
    send(bytes: Uint8Array, atMs: number, delivered: () => void) {
      if (stopped) return false;
      const held = byteMs === 0 ? 0 : Math.ceil(Math.max(0, freeAtMs - atMs) / byteMs);
      const kept = Uint8Array.from(bytes.subarray(0, Math.max(0, holds() - held)));
      freeAtMs = Math.max(freeAtMs, atMs) + kept.length * byteMs;
      parcels.push({ bytes: kept, dueMs: freeAtMs, delivered });
      wait();
      return true;
    },
    stop() {
      stopped = true;
      cancel?.();
    },
  };
}
