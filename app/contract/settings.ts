/** The station itself: its settings, its state, its health, and the practice line's hands. */
import { z } from 'zod';
import { custodyKind } from './authority.ts';
import { badge, isoTime, person, pin, role, slotId } from './base.ts';
import { driverSettings } from './drivers.ts';
import { keyboardScanner } from './keyboardscanner.ts';
import { scanRules } from './labelrule.ts';
import { pinConfig, pinProblem } from './pins.ts';
import { scannersConfig } from './scanning.ts';
import { windowBrief } from './window.ts';

/** Of the active issuing CA. `absent`: its token is not plugged in; `missing`: its key is not where it should be. */
export const caState = z.enum(['missing', 'absent', 'locked', 'unlocked', 'expired', 'revoked']);
export const cloudTarget = z.object({
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/),
  bucket: z.string().regex(/^[a-zA-Z0-9._-]{3,256}$/),
  roleArn: z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/),
  /** IoT policies (by name) to attach to each certificate; they must exist in the account. */
  policyNames: z.array(z.string().regex(/^[\w+=,.@-]{1,128}$/)).max(10),
  /** Set only for a loopback practice AWS or a private endpoint. */
  endpointUrl: z.url().optional(),
});
export type CloudTarget = z.infer<typeof cloudTarget>;

export const slotConfig = z.object({
  slotId,
  name: z.string().min(1).max(40),
  port: z.string().min(1).max(300),
  driver: z.string().min(1).max(40),
  settings: driverSettings.optional(),
});
export type SlotConfig = z.infer<typeof slotConfig>;

/** What a unit of this station is given; the recipe's data for now. */
export const deviceConfig = z.object({
  /** Host the device connects to; for AWS the account's iot:Data-ATS endpoint. */
  endpoint: z.string().max(253),
});

/** Minutes without an act after which a person is signed out; 0 never. */
export const sessionConfig = z.object({ idleMinutes: z.int().min(0).max(480) });
export type SessionConfig = z.infer<typeof sessionConfig>;

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
    /** Whether AWS knows the issuing CA: unknown until asked. */
    registration: z.enum(['unknown', 'notRegistered', 'inactive', 'active']),
    custody: custodyKind,
    /** The CA certificates of the chain in use that end within 90 days, or have ended. */
    ending: z.array(z.object({ issuerId: z.string(), commonName: z.string(), notAfterAt: isoTime, daysLeft: z.int() })),
  }),
  cloud: cloudTarget.optional(),
  slots: z.array(slotConfig),
  device: deviceConfig,
  session: sessionConfig,
  scan: scanRules,
  scanners: scannersConfig,
  /** The keyboard scanner that was taught here. */
  keyboardScanner: keyboardScanner.nullable(),
  pins: pinConfig,
  /** What the practice line tells a newcomer; absent on a real station. */
  practiceBadges: z.array(z.object({ name: z.string(), role, badge, pin })).optional(),
  /** The program that synchronises the data folder with another place, where one does. */
  folderSyncedBy: z.string().optional(),
  /** Whether this program also has a real station's folder, so that the other one can be opened. */
  otherStation: z.enum(['none', 'practice', 'real']),
  /** Absent where the program has no window of its own: the kiosk, the command line. */
  window: windowBrief.optional(),
});
export type StationStatus = z.infer<typeof stationStatus>;

/** `pinProblem`: why their PIN could not be a new one; absent where it could. */
export const signedIn = person.extend({ pinProblem: pinProblem.optional() });
export type SignedIn = z.infer<typeof signedIn>;
/** Who is signed in on this connection. */
export const session = z.object({
  seq: z.int(),
  person: signedIn.nullable(),
  /** Shortly before an idle person is signed out: how long until then, when this was said. */
  signsOutInMs: z.int().optional(),
});
export type SessionState = z.infer<typeof session>;

export const practiceFault = z.string().regex(/^[a-zA-Z]{1,40}$/);
export const practiceSnapshot = z.object({
  seq: z.int(),
  faults: z.array(practiceFault),
  slots: z.array(
    z.object({
      slotId,
      deviceId: z.string().nullable(),
      /** The label of the unit on the bench, to be scanned. */
      label: z.string().nullable(),
      model: z.string().nullable(),
      /** The unit last pulled out here; plugging its deviceId in again goes on with it. */
      last: z.object({ deviceId: z.string(), label: z.string() }).nullable(),
      fault: practiceFault.nullable(),
      /** Those of `faults` that a device of this slot can have; all of them where absent. */
      faults: z.array(practiceFault).optional(),
    }),
  ),
});
export type PracticeSnapshot = z.infer<typeof practiceSnapshot>;

export const portInfo = z.object({
  path: z.string(),
  label: z.string(),
  /** Its place on the USB tree, and the device's ids, where the system knows them. */
  usbLocation: z.string().optional(),
  vendorId: z.string().optional(),
  productId: z.string().optional(),
});

export const doctorCheck = z.object({
  name: z.string(),
  ok: z.boolean(),
  detail: z.string(),
  remedy: z.string().optional(),
});
export type DoctorCheck = z.infer<typeof doctorCheck>;
