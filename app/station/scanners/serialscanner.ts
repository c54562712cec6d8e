/**
 * One scanner on its serial port. It may be plugged in and pulled at any time, and opens as soon as it is plugged in.
 */
import type { Clock } from '../../contract/clock.ts';
import { StationError } from '../../contract/errors.ts';
import type { ScannerConfig, ScannersSnapshot } from '../../contract/model.ts';
import type { ByteChannel, Ports } from '../../device/channel.ts';
import { createScanFrame, type FrameResult } from '../../device/scanframe.ts';

export type ScannerTools = {
  ports: Ports;
  clock: Clock;
  onScan: (config: ScannerConfig, result: FrameResult) => void;
  onChange: () => void;
};

export type ScannerState = ScannersSnapshot['scanners'][number];
export type Scanner = ReturnType<typeof createScanner>;

/**
 * The wait before the next try, when the port does not open: another program may use it, or the system has not set its
 * rights yet.
 */
const againMs = 2000;

/** One scanner. `onScan` gets each whole scan, and `onChange` is called when its state changes. */
export function createScanner(config: ScannerConfig, { ports, clock, onScan, onChange }: ScannerTools) {
  const { scannerId, name, port, baud } = config;
  let present = false;
  let closed = false;
  let trouble: string | undefined;
  let channel: ByteChannel | undefined;
  let opening: Promise<void> | undefined;
  let cancelAgain = () => {};

  const listen = (opened: ByteChannel) => {
    const frame = createScanFrame(config, clock.monotonicMs());
    let cancelIdle = () => {};
    const tell = (results: FrameResult[]) => {
      for (const result of results) onScan(config, result);
      cancelIdle();
      const due = frame.dueAt();
      if (due === undefined) return;
      cancelIdle = clock.after(Math.max(0, due - clock.monotonicMs()), () => tell(frame.idle(clock.monotonicMs())));
    };
    const stop = opened.onData((bytes) => tell(frame.feed(bytes, clock.monotonicMs())));
    opened.onClose(() => {
      stop();
      cancelIdle();
      for (const result of frame.close()) onScan(config, result);
      channel = undefined;
      onChange();
      if (present && !closed) cancelAgain = clock.after(againMs, open);
    });
  };

  const tryOpen = async (): Promise<void> => {
    try {
      const opened = await ports.open(port, { baud, flowControl: 'none' });
      if (closed) return void (await opened.close());
      trouble = undefined;
      channel = opened;
      listen(opened);
    } catch (thrown) {
      trouble = thrown instanceof StationError ? thrown.detail : String(thrown);
      if (present && !closed) cancelAgain = clock.after(againMs, open);
    }
  };

  const open = () => {
    cancelAgain();
    if (closed || channel || opening) return;
    opening = tryOpen().finally(() => {
      opening = undefined;
      onChange();
    });
  };

  const stopWatching = ports.watch(port, (nowPresent) => {
    present = nowPresent;
    if (present) return open();
    cancelAgain();
    trouble = undefined;
    onChange();
  });

  return {
    config,
    state(): ScannerState {
      const named = { scannerId, name };
      if (channel) return { ...named, state: 'ready' };
      return present && trouble !== undefined
        ? { ...named, state: 'trouble', detail: trouble }
        : { ...named, state: 'absent' };
    },
    /** Closes the port and refuses a scan that is not complete. */
    async close(): Promise<void> {
      closed = true;
      stopWatching();
      cancelAgain();
      await opening;
      await channel?.close();
    },
  };
}
