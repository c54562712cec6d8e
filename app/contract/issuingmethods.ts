/** The rows of the method table about one certificate or one unit outside the slots: a CSR in a file, a port that is named. */
import { z } from 'zod';
import { isoTime, outcome, wireError } from './base.ts';
import { stepName, stepProgress } from './bench.ts';
import { driverSettings } from './drivers.ts';
import { done, engineer, line, method } from './method.ts';
import { scanText } from './scanning.ts';
import { slotConfig } from './settings.ts';

/** What went over the link: bytes each way, and how long the device was waited for. */
const linkTally = z.object({ bytesSent: z.int(), bytesReceived: z.int(), deviceMs: z.number() });

export const lineResult = z.object({
  unitSerial: z.string(),
  outcome,
  certificateId: z.string().nullable(),
  /** Those that were done. */
  steps: z.array(z.object({ name: stepName, ms: z.number() })),
  link: linkTally,
  ms: z.int(),
  /** Absent where it passed. */
  error: wireError.optional(),
});
export type LineResult = z.infer<typeof lineResult>;

/** Units that are worked on outside the slots. */
export const lineSnapshot = z.object({
  seq: z.int(),
  runs: z.array(
    z.object({ port: z.string(), unitSerial: z.string(), startedAt: isoTime, steps: z.array(stepProgress) }),
  ),
});

const lineJob = z
  .strictObject({
    port: slotConfig.shape.port,
    /** `auto` asks the device. The recipe's, or `agent`, where it is not named. */
    driver: slotConfig.shape.driver.optional(),
    unitSerial: z.string().max(128).optional(),
    /** The label as a scanner sends it, in place of the unit serial. */
    label: scanText.optional(),
    /** The active order where none is named. */
    orderId: z.string().max(64).optional(),
    settings: driverSettings.default({}),
  })
  .refine(({ unitSerial, label }) => (unitSerial === undefined) !== (label === undefined), {
    path: ['unitSerial'],
    message: 'a unit serial or a label is needed, and not both',
  });
export type LineJob = z.output<typeof lineJob>;

export const issuingMethods = {
  /**
   * One unit on one port, from its label to its outcome; a unit that fails is a result, no refusal. `line.changed` tells how
   * far it is. Opens a device by its path, so that no page may ask for it. Refuses what the first interlock says,
   * `order.*`, `unit.*`, `recipe.*`, `scan.*`, `link.wrongDevice`, and `call.badParams` for a scanner's port.
   */
  'line.run': {
    ...method(lineJob, lineResult, line, ['unit.passed', 'unit.failed', 'unit.error', 'unit.aborted']),
    origins: ['cli'],
  },
  /** Stops what this connection runs; each unit's outcome says so. */
  'line.abort': { ...method(z.strictObject({}), done, line, false), origins: ['cli'] },
  /**
   * The certificate of a unit for a CSR from a file. The same key for the same unit gets the stored certificate again. Refuses
   * `csr.*`, `policy.*`, `order.*`, `unit.badSerial`, `unit.inProgress`, `unit.scrapped`, `ca.*`.
   */
  'ca.sign': method(
    z.strictObject({
      /** base64 of the file: DER, PEM or base64. */
      csr: z.string().max(4_000_000),
      unitSerial: z.string().max(128),
      /** The active order where none is named. */
      orderId: z.string().max(64).optional(),
      /** The station's where none is named. */
      profile: z.string().max(64).optional(),
      /** What no device says here; needed where the profile draws on it. */
      hardware: z
        .strictObject({ model: z.string().max(256).optional(), hardwareId: z.string().max(256).optional() })
        .optional(),
    }),
    z.object({
      certificatePem: z.string(),
      /** The certificate, and every CA between it and the root. */
      chainPem: z.string(),
      certificateSerial: z.string(),
      certificateId: z.string(),
    }),
    engineer,
    'unit.admitted',
  ),
} as const;
