import type { ByteChannel, LineSettings } from './channel.ts';
import type { Driver, DriverOptions } from './driver.ts';

/** What every known protocol can be heard with; what is sent is shorter than any buffer that flow control would guard. */
export const recognitionLine: LineSettings = { baud: 115_200, flowControl: 'none' };

/** Answers are lost on a bad line, and firmware may still be starting. */
const rounds = 2;

/**
 * Which of the drivers the device at the other end speaks with; `unknown` where none does. The order is the caller's: the
 * protocol whose frames no other firmware takes for a command comes first. Leaves the channel open.
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
