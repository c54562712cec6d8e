/** How a port is opened and written to. A slot's choice comes before the recipe's, and that before the driver's. */
import { z } from 'zod';
import { slotId } from './base.ts';
import type { DriverSetting } from './drivers.ts';

const baud = { least: 300, most: 4_000_000 } as const;
const pieceBytes = { least: 1, most: 65_536 } as const;
const gapMs = { least: 0, most: 1000 } as const;
const whole = ({ least, most }: { least: number; most: number }) => z.int().min(least).max(most);
const wire = ['on', 'off'] as const;

/** The bytes that end a typed line, by their names. */
export const lineEnds = { cr: '\r', lf: '\n', crlf: '\r\n', nul: '\0' } as const;
export type Terminator = keyof typeof lineEnds;
const terminatorNames = ['cr', 'lf', 'crlf', 'nul'] as const satisfies readonly Terminator[];

/** All settings of a line: 8 data bits, no parity, 1 stop bit. */
export const lineSettings = z.strictObject({
  /** Bits a second. */
  baud: whole(baud),
  flowControl: z.enum(['none', 'rtscts', 'xonxoff']),
  /** The wires once the port is open. With `rtscts` the flow control drives RTS. */
  dtr: z.enum(wire),
  rts: z.enum(wire),
  terminator: z.enum(terminatorNames),
  /** So many bytes at a time. Then the station waits until they are sent, and `gapMs` more. */
  pieceBytes: whole(pieceBytes),
  gapMs: whole(gapMs),
});
export type LineSettings = z.infer<typeof lineSettings>;

/** The settings that a slot or a recipe chooses. */
export const lineChoice = lineSettings.partial();
export type LineChoice = z.infer<typeof lineChoice>;

/** The choices for one unit. `place` is the slot, or the command that names a port. */
export type LineChoices = { recipe: LineChoice; place: LineChoice };

/** One setting with its origin. */
export const lineFact = z.object({
  key: lineSettings.keyof(),
  value: z.union([z.string(), z.number()]),
  from: z.enum(['place', 'recipe', 'driver']),
});
export type LineFact = z.infer<typeof lineFact>;

/** The line of one slot. */
export const slotLine = z.object({ slotId, driver: z.string(), line: z.array(lineFact) });

const lineKeys = lineSettings.keyof().options;

/** The usual line of a driver, and the line ends that its firmware may be built for. */
type DriverLine = { readonly line: LineSettings; readonly terminators: readonly Terminator[] };

/**
 * Every setting of the line, and where each comes from. A line end that the driver's firmware never takes is not used: a
 * slot may have been set for another driver.
 */
export const lineFacts = ({ line, terminators }: DriverLine, { recipe, place }: LineChoices): LineFact[] =>
  lineKeys.map((key): LineFact => {
    for (const [from, choice] of [['place', place] as const, ['recipe', recipe] as const]) {
      const value = choice[key];
      if (value === undefined || (key === 'terminator' && !terminators.some((one) => one === value))) continue;
      return { key, value, from };
    }
    return { key, value: line[key], from: 'driver' };
  });

/** The driver's settings, changed by the choices of the recipe and of the place. */
export const lineOf = (driver: DriverLine, choices: LineChoices): LineSettings =>
  lineSettings.parse(Object.fromEntries(lineFacts(driver, choices).map(({ key, value }) => [key, value])));

/** The settings in the form of a driver's own, for screens and flags. `usual` is the driver's value. */
export function lineTable(usual: LineSettings, terminators: readonly Terminator[]): Record<string, DriverSetting> {
  const choice = (key: 'flowControl' | 'dtr' | 'rts', meaning: string): DriverSetting => {
    return { kind: 'choice', meaning, choices: [...lineSettings.shape[key].options], usual: usual[key] };
  };
  const end = 'the bytes that end a line typed by the station';
  return {
    baud: { kind: 'number', meaning: 'the speed in bits a second', ...baud, usual: usual.baud },
    flowControl: choice('flowControl', 'what holds the sender back'),
    dtr: choice('dtr', 'the wire DTR once the port is open'),
    rts: choice('rts', 'the wire RTS once the port is open'),
    // Firmware that takes one line end only leaves no choice.
    ...(terminators.length > 1
      ? { terminator: { kind: 'choice', meaning: end, choices: [...terminators], usual: usual.terminator } }
      : {}),
    pieceBytes: {
      kind: 'number',
      meaning: 'bytes that are written at a time',
      ...pieceBytes,
      usual: usual.pieceBytes,
    },
    gapMs: { kind: 'number', meaning: 'the pause after them in ms', ...gapMs, usual: usual.gapMs },
  };
}
