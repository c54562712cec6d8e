import { StationError } from '../contract/errors.ts';
import type { ByteChannel } from './channel.ts';
import type { Device, Driver, DriverOptions } from './driver.ts';
import { listen } from './hearing.ts';
import { probe } from './probe.ts';
import { troubleOf } from './signs.ts';
import { wrongFirmware } from './wrongfirmware.ts';

/** A device that says nothing in its driver's protocol for so long is judged. Boards that reset at opening need 3 s. */
const patienceMs = 4_000;
/** The time in which a console answers to an empty line. */
const lineEndMs = 50;

/**
 * Begins a conversation and names the trouble of its line: where the device was never understood, the sign that was
 * heard decides, or the driver of `all` that recognises the device. It takes less than 10 s from the first call.
 * The calls of the result throw as those of `Driver.connect` do, and also:
 *
 * @throws link.* – with the sign as `data.sign`, see signs.ts
 */
export function converseWith(
  driver: Driver,
  channel: ByteChannel,
  options: DriverOptions,
  all: readonly Driver[],
): Device {
  const { clock, signal } = options;
  const ear = listen(channel, clock);
  const inner = new AbortController();
  const stop = () => inner.abort();
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop);
  let understood = false;
  let outOfPatience = false;
  let cancelPatience = () => {};
  const onUnderstood = () => {
    understood = true;
    cancelPatience();
    options.onUnderstood?.();
  };
  const device = driver.connect(ear.channel, { ...options, signal: inner.signal, onUnderstood });

  const wait = () => {
    cancelPatience();
    if (understood) return;
    cancelPatience = clock.after(patienceMs, () => {
      outOfPatience = true;
      inner.abort();
    });
  };

  const { line = driver.line } = options;
  const asked = { name: driver.name, title: driver.title, line };
  const trouble = (only?: 'sure') => troubleOf({ ...ear.heard(), driver: asked, understood }, only);

  /** The error in the end. It asks the other drivers, so the conversation must be over. */
  const named = async (thrown: unknown): Promise<unknown> => {
    if (!(thrown instanceof StationError) || signal?.aborted) return thrown;
    const cut = outOfPatience && thrown.code === 'call.cancelled';
    // A console that lacks a command may be that of other firmware.
    const missing = thrown.data?.reason === 'notBuiltIn' || thrown.data?.reason === 'word';
    if (!cut && !missing && !judged.has(thrown.code)) return thrown;
    if (understood && !missing) return trouble() ?? thrown;
    const sure = trouble('sure');
    if (sure) return sure;
    if (thrown.code !== 'link.flooded') {
      const found = await recognised();
      // It speaks its driver's protocol after all, so it was only slow.
      if (found?.name === driver.name)
        return cut ? new StationError('link.timeout', 'the device answered late') : thrown;
      if (found) return wrongFirmware(driver.title, found.title);
    }
    if (missing) return thrown;
    const left = cut
      ? new StationError('link.garbled', 'the device answers, but not as this driver understands')
      : thrown;
    return trouble() ?? left;
  };

  const recognised = async (): Promise<Driver | undefined> => {
    const quiet = { clock, line, ...(signal ? { signal } : {}) };
    // The conversation may have left half a line, which would swallow the first question.
    await probe(ear.channel, Buffer.from('\r\n'), () => false, lineEndMs, quiet);
    for (const other of all) {
      const settings = other.name === driver.name ? (options.settings ?? {}) : {};
      // The port stays at this line's speed, and each driver ends its lines in its own way.
      const { terminator } = other.name === driver.name ? line : other.line;
      if (await other.recognise(ear.channel, { ...quiet, line: { ...line, terminator }, settings })) return other;
    }
    return undefined;
  };

  const guarded =
    <A extends unknown[], R>(act: (...given: A) => Promise<R>) =>
    async (...given: A): Promise<R> => {
      wait();
      try {
        return await act(...given);
      } catch (thrown) {
        cancelPatience();
        throw await named(thrown).catch((lost: unknown) => lost);
      } finally {
        cancelPatience();
      }
    };

  return {
    identify: guarded(device.identify),
    makeKey: guarded(device.makeKey),
    readCsr: guarded(device.readCsr),
    install: guarded(device.install),
    installClaim: guarded(device.installClaim),
    readBack: guarded(device.readBack),
    prove: guarded(device.prove),
    erase: guarded(device.erase),
    seal: guarded(device.seal),
    callHome: guarded(device.callHome),
    provision: guarded(device.provision),
    tally: device.tally,
    async close() {
      cancelPatience();
      ear.stop();
      signal?.removeEventListener('abort', stop);
      await device.close();
    },
  };
}

/** Failures whose cause may be the line. */
const judged: ReadonlySet<string> = new Set(['link.timeout', 'link.garbled', 'link.flooded', 'device.badAnswer']);
