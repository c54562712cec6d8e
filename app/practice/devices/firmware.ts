/** What the practice line knows of one driver's simulated firmware; each driver's folder declares its own. */
import type { Clock } from '../../contract/clock.ts';
import type { Fault, FaultKind } from './faults.ts';
import type { Player } from './player.ts';
import type { PracticeDevice, PracticeDeviceOptions, Traits } from './power.ts';

/** `holds`: what a look into its memory would show, by the place in it. */
export type SimulatedUnit = PracticeDevice & { holds(): Map<string, Buffer> };

export type SimulatedFirmware = {
  /** A device fresh from assembly; `number` (1, 2, …) tells devices of one kind apart. */
  make(number: number, options: Omit<PracticeDeviceOptions, 'traits'>): SimulatedUnit;
  /** What the faults of the practice line mean where this firmware has other names for it; null where it cannot happen. */
  faults: Partial<Record<FaultKind, Fault | null>>;
  /** What `dieAt` and `loseAnswer` can name, in the order in which a unit comes to them. */
  acts: readonly string[];
  /** Under which names `holds` shows the unit's own certificate and its key, with the usual settings. */
  places: { certificate: string; key: string };
  /** How a recorded conversation with such a device is played: hears what the station says. */
  replay(player: Player, clock: Clock): (text: string) => void;
};

/** Consoles have no checksums: every character is looked at when it comes back, and what is too bad is given up. */
export const badConsole = { corruptBytes: { corrupt: 0.0003 }, dropBytes: { drop: 0.0002 } } as const;

/** What a practice device of the first hardware revision says of itself. */
export const traitsOf = (model: string, firmware: string, hardwareId: string): Traits => {
  return { model, hardwareRevision: 'A', firmware, hardwareId };
};
