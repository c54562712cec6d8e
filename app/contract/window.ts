/** The program's own window on this PC: its settings, its state, and the requests of its page. */
import { z } from 'zod';
import { isoTime } from './base.ts';
import { batchFileFacts } from './batches.ts';
import { chartFile } from './charttable.ts';
import { printLanguage } from './exports.ts';
import { connectionFilter } from './firstconnections.ts';
import { listFile } from './listtable.ts';
import { picture } from './picture.ts';

/** Percent. Outside these bounds the bench's targets and words no longer fit a screen of 1280 × 800. */
export const zoomBounds = { least: 50, most: 200 } as const;

/** A chosen monitor: its id, and the system's name for it in case the id changes. */
export const chosenDisplay = z.strictObject({ id: z.int(), label: z.string().max(120) });

export const windowSettings = z.strictObject({
  /** Fills the screen without a frame. Only an engineer can leave it. */
  kiosk: z.boolean(),
  /** Null means the system's first monitor. */
  display: chosenDisplay.nullable(),
  /** Starts when this user signs in to the PC. */
  startWithPc: z.boolean(),
  zoomPercent: z.int().min(zoomBounds.least).max(zoomBounds.most),
  /** The system's name of the printer that prints without asking. Null means the print dialog. */
  printer: z.string().min(1).max(200).nullable(),
  /** `software` applies from the next start on. The default is `hardware`, unless the graphics process was lost. */
  graphics: z.enum(['hardware', 'software']),
});
export type WindowSettings = z.infer<typeof windowSettings>;

/** Settings that are left out stay as they are. */
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

/** Facts about the window for every screen, as a part of the station's status. */
export const windowBrief = z.object({
  /** How often the page was gone or hung and was loaded again since the program started. */
  pageReloads: z.int(),
  lastReloadAt: isoTime.optional(),
  /** How often the graphics process was lost since the program started. */
  graphicsLosses: z.int(),
  /** Whether this run draws without the graphics card. */
  software: z.boolean(),
  /** Whether the window fills the screen and cannot be closed now. */
  kiosk: z.boolean(),
  /** Whether the program will end as soon as no unit is being worked on. */
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

const fileName = z
  .string()
  .regex(/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,119}$/, 'letters, digits, . _ and -, at most 120, no point first');

/**
 * A request of a page to write a file. Except for a picture it never contains bytes of the page's own making: the station
 * gave `content` to this page, the conversation is fetched again, and a share's `note` is a few printed lines above the
 * share.
 */
export const keepRequest = z.discriminatedUnion('what', [
  z.strictObject({ what: z.literal('text'), name: fileName, content: z.string().min(1).max(400_000) }),
  /** The contents of the PEM block in `content`. */
  z.strictObject({ what: z.literal('der'), name: fileName, content: z.string().min(1).max(400_000) }),
  /** `content` is base64. */
  z.strictObject({ what: z.literal('bytes'), name: fileName, content: z.base64().min(1).max(400_000) }),
  z.strictObject({
    what: z.literal('share'),
    name: fileName,
    note: z
      .string()
      .max(400)
      .regex(/^[^\p{Cc}\p{Cf}]*$/u, 'no control characters'),
    content: z.string().min(1).max(2000),
  }),
  /** A file of a batch. The window asks the station for it, piece by piece. */
  z.strictObject({
    what: z.literal('batchFile'),
    name: fileName,
    batchId: z.string().max(128),
    kind: batchFileFacts.shape.kind,
  }),
  z.strictObject({
    what: z.literal('transcript'),
    name: fileName,
    unitSerial: z.string().max(128),
    attempt: z.int().min(0),
    startedAt: isoTime.optional(),
  }),
  /** The file of an export. The window asks the station for it, piece by piece. */
  z.strictObject({ what: z.literal('export'), name: fileName, exportId: z.int() }),
  /** The birth record of a unit as a PDF, made with the rights of the person who is signed in. */
  z.strictObject({
    what: z.literal('birthRecord'),
    name: fileName,
    unitSerial: z.string().max(128),
    language: printLanguage,
  }),
  /** The list of first connections as CSV, read with the rights of the person who is signed in. */
  z.strictObject({ what: z.literal('connections'), name: fileName, filter: connectionFilter }),
  /** The differences between AWS and the records as CSV, read in the same way. */
  z.strictObject({ what: z.literal('drift'), name: fileName }),
  /** The numbers of a chart as CSV, read in the same way. */
  z.strictObject({ what: z.literal('chart'), name: fileName, file: chartFile }),
  /** A chart as it is drawn. Only a page can draw it, so the window takes shapes and words, and nothing else. */
  z.strictObject({ what: z.literal('picture'), name: fileName, content: picture }),
  /** A list of QA's desk, read in the same way. */
  z.strictObject({ what: z.literal('list'), name: fileName, file: listFile }),
]);
export type KeepRequest = z.infer<typeof keepRequest>;

/** Requests of the page to the window itself, beside the station. */
export const windowAct = z.discriminatedUnion('act', [
  z.strictObject({ act: z.literal('keep'), file: keepRequest }),
  /** Prints the page as it is shown, by its print style sheet. */
  z.strictObject({ act: z.literal('print') }),
  /** Tells the language of the screens, for dialogs of the system. */
  z.strictObject({ act: z.literal('speak'), locale: z.enum(['en', 'de']) }),
]);
export type WindowAct = z.infer<typeof windowAct>;

/** The result of saving or printing. `name` is the target without its folder. Absent when the person cancelled. */
export const actDone = z.object({ name: z.string().optional() });
export type ActDone = z.infer<typeof actDone>;
