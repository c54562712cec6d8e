/** The program's own window on this PC: what is set for it, how it is, and what its page may ask of it. */
import { z } from 'zod';
import { isoTime } from './base.ts';

/** Percent. Below and above, the bench's targets and words no longer fit a screen of 1280 × 800. */
export const zoomBounds = { least: 50, most: 200 } as const;

/** A monitor as it was when it was chosen: its id, and what the system calls it should the id change. */
export const chosenDisplay = z.strictObject({ id: z.int(), label: z.string().max(120) });

export const windowSettings = z.strictObject({
  /** Fills the screen without a frame, and is left only by an engineer. */
  kiosk: z.boolean(),
  /** null: the system's first monitor. */
  display: chosenDisplay.nullable(),
  /** Starts when this user signs in to the PC. */
  startWithPc: z.boolean(),
  zoomPercent: z.int().min(zoomBounds.least).max(zoomBounds.most),
  /** The system's name of the printer that prints without asking; null: the print dialog. */
  printer: z.string().min(1).max(200).nullable(),
  /** `software` from the next start on; `hardware` unless the graphics process was lost. */
  graphics: z.enum(['hardware', 'software']),
});
export type WindowSettings = z.infer<typeof windowSettings>;

/** What is not named stays as it is. */
export const windowChange = windowSettings.partial();
export type WindowChange = z.infer<typeof windowChange>;

export const firstWindowSettings: WindowSettings = {
  kiosk: false,
  display: null,
  startWithPc: false,
  zoomPercent: 100,
  printer: null,
  graphics: 'hardware',
};

/** What every screen is told of the window, as a part of the station's status. */
export const windowBrief = z.object({
  /** Times that the page was gone or hung and was loaded again, since the program started. */
  pageReloads: z.int(),
  lastReloadAt: isoTime.optional(),
  /** Times that the graphics process was lost since the program started. */
  graphicsLosses: z.int(),
  /** Whether this run draws without the graphics card. */
  software: z.boolean(),
  /** Whether the window fills the screen and cannot be closed now. */
  kiosk: z.boolean(),
  /** The program ends by itself as soon as no unit is at work. */
  closing: z.boolean(),
});
export type WindowBrief = z.infer<typeof windowBrief>;

export const windowView = windowBrief.extend({
  settings: windowSettings,
  displays: z.array(
    chosenDisplay.extend({ widthPx: z.int(), heightPx: z.int(), first: z.boolean(), inUse: z.boolean() }),
  ),
  printers: z.array(z.object({ name: z.string(), label: z.string() })),
});
export type WindowView = z.infer<typeof windowView>;

const fileName = z.string().regex(/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,119}$/);

/**
 * What a page may have written to a file. Never bytes of its own making: `content` is what the station gave this page, the
 * conversation is fetched again, and a share's `note` is a few printed lines above the share.
 */
export const keepRequest = z.discriminatedUnion('what', [
  z.strictObject({ what: z.literal('text'), name: fileName, content: z.string().min(1).max(400_000) }),
  /** What the PEM block in `content` holds. */
  z.strictObject({ what: z.literal('der'), name: fileName, content: z.string().min(1).max(400_000) }),
  /** `content` is base64. */
  z.strictObject({ what: z.literal('bytes'), name: fileName, content: z.base64().min(1).max(400_000) }),
  z.strictObject({
    what: z.literal('share'),
    name: fileName,
    note: z
      .string()
      .max(400)
      .regex(/^[^\p{Cc}\p{Cf}]*$/u),
    content: z.string().min(1).max(2000),
  }),
  z.strictObject({
    what: z.literal('transcript'),
    name: fileName,
    unitSerial: z.string().max(128),
    attempt: z.int().min(0),
    startedAt: isoTime.optional(),
  }),
]);
export type KeepRequest = z.infer<typeof keepRequest>;

/** What the page asks of the window itself, beside the station. */
export const windowAct = z.discriminatedUnion('act', [
  z.strictObject({ act: z.literal('keep'), file: keepRequest }),
  /** The page as it is shown, by its print style sheet. */
  z.strictObject({ act: z.literal('print') }),
  /** The language of the screens, for dialogs of the system. */
  z.strictObject({ act: z.literal('speak'), locale: z.enum(['en', 'de']) }),
]);
export type WindowAct = z.infer<typeof windowAct>;

/** How a file or a print went: `name` is where it went, without its folder; absent where the person cancelled. */
export const actDone = z.object({ name: z.string().optional() });
export type ActDone = z.infer<typeof actDone>;
