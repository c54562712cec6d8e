import type { ByteChannel, LineSettings } from './channel.ts';
import type { Driver, DriverOptions } from './driver.ts';

/**
 * Settings that work for every known protocol. Recognition sends less than any buffer that flow control would protect.
 */
export const recognitionLine: LineSettings = { baud: 115_200, flowControl: 'none' };

/** A bad line loses answers, and firmware may still be starting. */
const rounds = 2;

/**
 * The driver that fits the device; `unknown` when none does. The caller decides the order: the protocol whose frames no
 * other firmware takes for a command must come first. Leaves the channel open.
 *
 * @throws link.lost – the port is gone
 * @throws call.cancelled – by the signal
 */
export async function recognise(
  channel: ByteChannel,
  drivers: readonly Driver[],
  options: DriverOptions,
): Promise<Driver | 'unknown'> {
  for (let round = 0; round < rounds; round += 1) {
    for (const driver of drivers) if (await driver.recognise(channel, options)) return driver;
  }
  return 'unknown';
}
