import type { LineSettings } from '../contract/lines.ts';
import type { ByteChannel, OpenSettings } from './channel.ts';
import type { Driver, DriverOptions } from './driver.ts';

/** A driver with the line that it would work on. */
export type Candidate = { driver: Driver; line: LineSettings };

/** A bad line loses answers, and firmware may still be starting. */
const rounds = 2;

/**
 * The driver that fits the device; `unknown` when none does. Each asks over a port that is opened as its own work would
 * open it. Opening resets some boards, so candidates with the same line share one opening. The caller decides the order:
 * the protocol whose frames no other firmware takes for a command must come first. Leaves the port closed.
 *
 * @throws link.lost – the port is gone
 * @throws call.cancelled – by the signal
 * @throws as `open`
 */
export async function recognise(
  open: (line: LineSettings) => Promise<ByteChannel>,
  candidates: readonly Candidate[],
  options: Omit<DriverOptions, 'line'>,
): Promise<Driver | 'unknown'> {
  for (const group of byOpening(candidates)) {
    const channel = await open(group[0].line);
    try {
      for (let round = 0; round < rounds; round += 1)
        for (const { driver, line } of group) if (await driver.recognise(channel, { ...options, line })) return driver;
    } finally {
      await channel.close();
    }
  }
  return 'unknown';
}

type Group = [Candidate, ...Candidate[]];

function byOpening(candidates: readonly Candidate[]): Group[] {
  const groups = new Map<string, Group>();
  for (const candidate of candidates) {
    const { baud, flowControl, dtr, rts } = candidate.line satisfies OpenSettings;
    const key = [baud, flowControl, dtr, rts].join();
    const group = groups.get(key);
    if (group) group.push(candidate);
    else groups.set(key, [candidate]);
  }
  return [...groups.values()];
}
