/** The station itself: its settings, its state, its health, and the controls of the practice line. */
import { z } from 'zod';
import { alertRules } from './alerts.ts';
import { caConfig, custodyKind, rootCrlConfig } from './authority.ts';
import { badge, hostName, isoTime, person, pin, role, slotId } from './base.ts';
import { crlConfig } from './certificates.ts';
import { phaseResult } from './connecting.ts';
import { driverSettings } from './drivers.ts';
import { keyboardScanner, taughtScanner } from './keyboardscanner.ts';
import { scanRules } from './labelrule.ts';
import { lineChoice } from './lines.ts';
import { pinConfig, pinNotice } from './pins.ts';
import { scannersConfig } from './scanning.ts';
import { shiftCalendar } from './shifts.ts';
import { cloudTarget } from './targets.ts';
import { transcriptRule } from './transcript.ts';
import { recipeWays } from './ways.ts';
import { windowBrief } from './window.ts';

/**
 * The state of the active issuing CA. `absent`: its token is not plugged in. `missing`: its key is not in its place.
 */
export const caState = z.enum(['missing', 'absent', 'locked', 'unlocked', 'expired', 'revoked']);

export const slotConfig = z.object({
  slotId,
  name: z.string().min(1).max(40),
  port: z.string().min(1).max(300),
  driver: z.string().min(1).max(40),
  settings: driverSettings.optional(),
  /** What differs from the line of the recipe and the driver, because this place is wired so. */
  line: lineChoice.optional(),
});
export type SlotConfig = z.infer<typeof slotConfig>;

/** The configuration for each unit of this station; it belongs to the recipe for now. */
export const deviceConfig = z.object({
  /** The host that the device connects to; for AWS the account's iot:Data-ATS endpoint. */
  endpoint: z.string().max(253),
});

/** Minutes without an act after which a person is signed out; 0 means never. */
export const sessionConfig = z.object({ idleMinutes: z.int().min(0).max(480) });

/** The settings that an engineer changes. Settings that are left out stay as they are. */
export const stationChange = z.strictObject({
  slots: z.array(slotConfig).min(1).max(32).optional(),
  device: deviceConfig.extend({ endpoint: hostName }).optional(),
  crl: crlConfig.optional(),
  ca: caConfig.optional(),
  rootCrl: rootCrlConfig.optional(),
  session: sessionConfig.optional(),
  scan: scanRules.optional(),
  /** @throws `call.badParams` – when a slot uses the port */
  scanners: scannersConfig.optional(),
  /** Null removes it. */
  keyboardScanner: taughtScanner.nullable().optional(),
  pins: pinConfig.optional(),
  shifts: shiftCalendar.optional(),
  transcripts: transcriptRule.optional(),
  alerts: alertRules.optional(),
});

export const stationStatus = z.object({
  seq: z.int(),
  stationId: z.string(),
  name: z.string(),
  practice: z.boolean(),
  version: z.string(),
  startedAt: isoTime,
  ca: z.object({
    state: caState,
    rootSubject: z.string().optional(),
    issuingSubject: z.string().optional(),
    issuingNotAfterAt: isoTime.optional(),
    issuedToday: z.int(),
    /** Whether AWS knows the issuing CA. `unknown` until the station has asked. */
    registration: z.enum(['unknown', 'notRegistered', 'inactive', 'active']),
    custody: custodyKind,
    /** The CA certificates of the active chain that end within 90 days or have ended. */
    ending: z.array(z.object({ issuerId: z.string(), commonName: z.string(), notAfterAt: isoTime, daysLeft: z.int() })),
  }),
  /** The default target. */
  cloud: cloudTarget.optional(),
  /** All targets; the first is the default. */
  targets: z.array(cloudTarget),
  /**
   * The endpoint that units get, and the one that the default target's account has. Null until AWS has said it, and on
   * the practice line.
   */
  endpoint: z.object({ target: z.string(), aws: z.string(), sealed: z.string(), same: z.boolean() }).nullable(),
  /** The target comes with the line, e.g. the practice AWS. It cannot be set. */
  cloudGiven: z.literal(true).optional(),
  slots: z.array(slotConfig),
  device: deviceConfig,
  session: sessionConfig,
  scan: scanRules,
  scanners: scannersConfig,
  /** The keyboard scanner that this station was taught. */
  keyboardScanner: keyboardScanner.nullable(),
  pins: pinConfig,
  shifts: shiftCalendar,
  transcripts: transcriptRule,
  /** The practice line's badges for newcomers. Absent on a real station. */
  practiceBadges: z.array(z.object({ name: z.string(), role, badge, pin })).optional(),
  /** The program that synchronises the data folder with another place, if any. */
  folderSyncedBy: z.string().optional(),
  /** Whether this PC also has the other kind of station, so that it can be opened. */
  otherStation: z.enum(['none', 'practice', 'real']),
  /** Absent when the program has no window of its own: the kiosk, the command line. */
  window: windowBrief.optional(),
});
export type StationStatus = z.infer<typeof stationStatus>;

/** `pinProblem` says why they should change their PIN. Absent for a good PIN of their own. */
export const signedIn = person.extend({ pinProblem: pinNotice.optional() });
export type SignedIn = z.infer<typeof signedIn>;
/** The person who is signed in on this connection. */
export const session = z.object({
  seq: z.int(),
  person: signedIn.nullable(),
  /** The time left at this event until an idle person is signed out. Set shortly before. */
  signsOutInMs: z.int().optional(),
});
export type SessionState = z.infer<typeof session>;

/** See `recipeWays`. */
const recipeWay = z.enum(recipeWays);
export const practiceFault = z.string().regex(/^[a-zA-Z]{1,40}$/, 'letters, at most 40');
/**
 * A trouble of the practice AWS, until it is ended: it answers 503, it is slow, it cuts each connection, it throttles each
 * call, the credentials are over, the clock is off, a proxy answers with a page, or reports lack a line or have one twice. The gateway refuses devices, drops them after
 * CONNECT, is slow, or shows a wrong certificate.
 */
export const practiceOutage = z.enum([
  'unavailable',
  'slow',
  'drops',
  'throttles',
  'expired',
  'skew',
  'html',
  'reportLacks',
  'reportTwice',
  'gatewayRefuses',
  'gatewayDrops',
  'gatewaySlow',
  'gatewayCertificate',
  'functionsRefuse',
  'claimsExpired',
]);
export type PracticeOutage = z.infer<typeof practiceOutage>;
export const practiceSnapshot = z.object({
  seq: z.int(),
  faults: z.array(practiceFault),
  /** Null while the practice AWS works. */
  outage: practiceOutage.nullable(),
  /** Whether AWS's default rates hold. */
  rates: z.boolean(),
  /** The identity policies (JSON text) of the caller and of the role of registration tasks. Null: everything is allowed. */
  policies: z.object({ user: z.string().nullable(), role: z.string().nullable() }),
  slots: z.array(
    z.object({
      slotId,
      deviceId: z.string().nullable(),
      /** The label to scan for the unit on the bench. */
      label: z.string().nullable(),
      model: z.string().nullable(),
      /** The last unit pulled out here. Plugging its deviceId in again continues with it. */
      last: z.object({ deviceId: z.string(), label: z.string() }).nullable(),
      fault: practiceFault.nullable(),
      /** The `faults` that a device of this slot can have. Absent means all of them. */
      faults: z.array(practiceFault).optional(),
    }),
  ),
  /** The way that is practised; null until one was chosen. Absent where none can be. */
  way: recipeWay.nullable().optional(),
  /** Units that have passed and connect by themselves. The newest last. */
  field: z
    .array(
      z.object({
        unitSerial: z.string(),
        state: z.enum(['connecting', 'connected', 'gaveUp']),
        tries: z.int(),
        /** The last try. */
        phases: z.array(phaseResult),
      }),
    )
    .optional(),
});
export type PracticeSnapshot = z.infer<typeof practiceSnapshot>;

export const portInfo = z.object({
  /** The name that stays with the socket, if there is one. */
  path: z.string(),
  /** The system's own names of it. */
  names: z.array(z.string()),
  label: z.string(),
  /** Its place on the USB tree and the device's ids, if the system knows them. */
  usbLocation: z.string().optional(),
  vendorId: z.string().optional(),
  productId: z.string().optional(),
});
