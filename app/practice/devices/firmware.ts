/** The declaration of one driver's simulated firmware for the practice line. Each driver's folder has its own. */
import type { Clock } from '../../contract/clock.ts';
import type { Fault, FaultKind } from './faults.ts';
import type { Player } from './player.ts';
import type { PracticeDevice, PracticeDeviceOptions, Traits } from './power.ts';

/** `holds` shows its memory to tests, by the place in it. */
export type SimulatedUnit = PracticeDevice & { holds(): Map<string, Buffer> };

export type SimulatedFirmware = {
  /** A new device. `number` (1, 2, …) tells devices of one kind apart. */
  make(number: number, options: Omit<PracticeDeviceOptions, 'traits'>): SimulatedUnit;
  /** The practice line's faults under other names of this firmware; null for a fault that it cannot have. */
  faults: Partial<Record<FaultKind, Fault | null>>;
  /** The names for `dieAt` and `loseAnswer`, in the order in which a unit reaches them. */
  acts: readonly string[];
  /** The names under which `holds` shows the unit's certificate and its key, with the usual settings. */
  places: { certificate: string; key: string };
  /** Plays a recorded conversation with such a device. The result takes the station's text. */
  replay(player: Player, clock: Clock): (text: string) => void;
};

/** Consoles have no checksums. Every character is compared with its echo, and a line that is too bad is given up. */
export const badConsole = { corruptBytes: { corrupt: 0.0003 }, dropBytes: { drop: 0.0002 } } as const;

/** The traits of a practice device of the first hardware revision. */
export const traitsOf = (model: string, firmware: string, hardwareId: string): Traits => {
  return { model, hardwareRevision: 'A', firmware, hardwareId };
};
