/** The declaration of one driver's simulated firmware for the practice line. Each driver's folder has its own. */
import { randomInt } from 'node:crypto';
import type { Clock } from '../../contract/clock.ts';
import type { Fault, FaultKind } from './faults.ts';
import type { Identity } from './net/identity.ts';
import type { Player } from './player.ts';
import type { PracticeDevice, PracticeDeviceOptions, Traits } from './power.ts';

/** `holds` shows its memory to tests, by the place in it. */
export type SimulatedUnit = PracticeDevice & {
  holds(): Map<string, Buffer>;
  /** What it connects with, once it has all of that. Only firmware that can connect has it. */
  online?(): Online | undefined;
};

/**
 * A device as it connects by itself, by what was written to it. `isClaim`: what it has is the claim of its order, by
 * which it gets an identity of its own. An empty endpoint is built into the firmware.
 */
export type Online = { identity: Identity; isClaim?: true; rootPem: string; endpoint: string; thingName: string };

type Make = (chip: number, options: Omit<PracticeDeviceOptions, 'traits'>) => SimulatedUnit;

export type SimulatedFirmware = {
  /** A new device. Its identity comes from `chip`, a whole number from 1 to 10^11 (`drawChip`). */
  make: Make;
  /** The same firmware with other build options, by a name that a person can type. */
  builds: Readonly<Record<string, { meaning: string; make: Make }>>;
  /** The practice line's faults under other names of this firmware; null for a fault that it cannot have. */
  faults: Partial<Record<FaultKind, Fault | null>>;
  /** The names for `dieAt` and `loseAnswer`, in the order in which a unit reaches them. */
  acts: readonly string[];
  /** The names under which `holds` shows the unit's certificate and its key, with the usual settings. */
  places: { certificate: string; key: string };
  /** Plays a recorded conversation with such a device. The result takes the station's text. */
  replay(player: Player, clock: Clock): (text: string) => void;
};

/**
 * The number of a new chip. Devices of different runs have different ones, so that a station can keep the records of
 * all of them. A seeded `random` (numbers in [0, 1)) gives the same chips again.
 */
export const drawChip = (random?: () => number): number => 1 + (random ? Math.floor(random() * 1e11) : randomInt(1e11));

/** Consoles have no checksums. Every character is compared with its echo, and a line that is too bad is given up. */
export const badConsole = { corruptBytes: { corrupt: 0.0003 }, dropBytes: { drop: 0.0002 } } as const;

/** The traits of a practice device of the first hardware revision. */
export const traitsOf = (model: string, firmware: string, hardwareId: string): Traits => {
  return { model, hardwareRevision: 'A', firmware, hardwareId };
};
