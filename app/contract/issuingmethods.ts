/** The rows of the method table about one certificate or one unit outside the slots: a CSR in a file, a named port. */
import { z } from 'zod';
import { isoTime, outcome, slotId, wireError } from './base.ts';
import { stepName, stepProgress } from './bench.ts';
import { driverSettings } from './drivers.ts';
import { homeCall } from './homecall.ts';
import { lineChoice, lineFact } from './lines.ts';
import { done, engineer, line, method } from './method.ts';
import { scanText } from './scanning.ts';
import { slotConfig } from './settings.ts';
import { targetName } from './targets.ts';

/** The traffic on the link: bytes in each direction, and the time of waiting for the device. */
const linkTally = z.object({ bytesSent: z.int(), bytesReceived: z.int(), deviceMs: z.number() });

export const lineResult = z.object({
  unitSerial: z.string(),
  outcome,
  certificateId: z.string().nullable(),
  /** The finished steps. */
  steps: z.array(z.object({ name: stepName, ms: z.number() })),
  /** The line that the port was opened with. */
  line: z.array(lineFact),
  link: linkTally,
  ms: z.int(),
  /** Absent when the unit passed. */
  error: wireError.optional(),
});
export type LineResult = z.infer<typeof lineResult>;

/** Units that are being worked on outside the slots. */
export const lineSnapshot = z.object({
  seq: z.int(),
  runs: z.array(
    z.object({ port: z.string(), unitSerial: z.string(), startedAt: isoTime, steps: z.array(stepProgress) }),
  ),
});

const lineJob = z
  .strictObject({
    port: slotConfig.shape.port,
    /** `auto` asks the device. The default is the recipe's driver, or `agent`. */
    driver: slotConfig.shape.driver.optional(),
    unitSerial: z.string().max(128).optional(),
    /** The label as a scanner sends it. It replaces the unit serial. */
    label: scanText.optional(),
    /** The default is the active order. */
    orderId: z.string().max(64).optional(),
    settings: driverSettings.default({}),
    /** It counts as a slot's line does. */
    line: lineChoice.default({}),
  })
  .refine(({ unitSerial, label }) => (unitSerial === undefined) !== (label === undefined), {
    path: ['unitSerial'],
    message: 'a unit serial or a label is needed, and not both',
  });
export type LineJob = z.output<typeof lineJob>;

/** A unit whose device is at a port, or in a slot of the settings, and connects with the identity that it got. */
const callJob = z
  .strictObject({
    port: slotConfig.shape.port.optional(),
    slotId: slotId.optional(),
    unitSerial: z.string().max(128),
    /** The AWS target in whose account it connects. The default is its recipe's, or the first one. */
    target: targetName.optional(),
    /** They count for the standard recipe at a named port, as in `line.run`. */
    driver: slotConfig.shape.driver.optional(),
    settings: driverSettings.default({}),
    line: lineChoice.default({}),
  })
  .refine(({ port, slotId: slot }) => (port === undefined) !== (slot === undefined), {
    path: ['port'],
    message: 'a port or a slot is needed, and not both',
  });
export type CallJob = z.output<typeof callJob>;

/** What the end of the work on a unit leaves; a golden unit is only checked. */
const outcomes = [
  ...(['unit.passed', 'unit.failed', 'unit.error', 'unit.aborted'] as const),
  ...(['golden.passed', 'golden.failed'] as const),
];

export const issuingMethods = {
  /**
   * Works on one unit at one port, from its label to its outcome. A failed unit is a result, not an error.
   * `line.changed` reports the progress. The method opens a device by its path, so no page may call it.
   *
   * @throws the error of the first interlock; `order.*`, `unit.*`, `recipe.*`, `scan.*`, `link.wrongDevice`;
   * `call.badParams` – for a scanner's port
   */
  'line.run': {
    ...method(lineJob, lineResult, line, outcomes),
    origins: ['cli'],
  },
  /**
   * The device of a unit that has its certificate connects and says how far it came; the journal gets that. A connection
   * that failed is a result. Nothing is written to the device, and the unit stays what it is.
   *
   * @throws `unit.notFound`, `unit.inProgress`, `unit.labelMismatch`; `device.noNetwork` – when it cannot connect;
   * `recipe.*`, `link.*`, `cloud.*`
   */
  'line.connect': {
    ...method(callJob, homeCall.extend({ unitSerial: z.string() }), line, false),
    origins: ['cli'],
  },
  /** Stops the runs of this connection. The outcome of each unit says so. */
  'line.abort': { ...method(z.strictObject({}), done, line, false), origins: ['cli'] },
  /**
   * Issues the certificate of a unit for a CSR from a file. The same key for the same unit gets the stored certificate
   * again.
   *
   * @throws `csr.*`, `policy.*`, `order.*`, `unit.badSerial`, `unit.inProgress`, `unit.scrapped`, `ca.*`
   */
  'ca.sign': method(
    z.strictObject({
      /** The file in base64. It holds DER, PEM or base64. */
      csr: z.string().max(4_000_000),
      unitSerial: z.string().max(128),
      /** The default is the active order. */
      orderId: z.string().max(64).optional(),
      /** The default is the station's profile. */
      profile: z.string().max(64).optional(),
      /** Facts that a device would report. They are needed if the profile uses them. */
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
