/** The health of a station: checks with their findings. Commands print `detail` and `remedy`; screens have words for the names. */
import { z } from 'zod';

/** What a check found. The values of its words are in `values`. */
export const findingNames = [
  'recordsSound',
  'recordsDamaged',
  'diskFree',
  'diskLow',
  'rightsClosed',
  'rightsOther',
  'rightsOpen',
  'clockPlausible',
  'clockWrong',
  'clockBack',
  'clockAhead',
  'caUnlocked',
  /** The passphrase of a new station was tried. */
  'caOpens',
  'caLocked',
  'caAbsent',
  'caMissing',
  'caExpired',
  'caRevoked',
  'caEnding',
  'caPathEnding',
  'portsCounted',
  'portHeld',
  'portsForbidden',
  'folderSynchronised',
  'rootCrlRevocation',
  'rootCrlEnding',
  'windowWell',
  'windowSuffered',
  'scannerThere',
  'scannerNone',
  'scannerReady',
  'scannerAbsent',
  'scannerTrouble',
  'badgeRule',
  'badgeRuleNone',
  'badgeRuleNeeded',
  'cloudNone',
  'cloudWell',
  'endpointSame',
  'endpointOther',
  'usbAwake',
  'usbAsleep',
  'usbSelectiveOff',
  'usbSelectiveOn',
  'sleepNever',
  'sleepAfter',
  'timeFollows',
  'timeUnknown',
  'timeOff',
  'timeUnreached',
  'orderFull',
  /** The check itself failed. `values.why` has the reason in the words of the system, `values.code` an error code, if any. */
  'failed',
] as const;
export const findingName = z.enum(findingNames);
export type FindingName = z.infer<typeof findingName>;

/** What a person can do about a finding. */
export const remedyNames = [
  'restoreRecords',
  'freeDisk',
  'closeFolder',
  'setClock',
  'takeEndpoint',
  'unlockCa',
  'plugInToken',
  'restoreKey',
  'otherCa',
  'newCa',
  'newCaSoon',
  'checkCables',
  'plugInSlots',
  'moveFolder',
  'makeRootCrl',
  'updateGraphics',
  'restartProgram',
  'teachScanner',
  'plugInScanner',
  'freeScannerPort',
  'setBadgeRule',
  'setCloud',
  /** The next two have commands in `values.commands`. */
  'asAdministrator',
  'asRoot',
  'joinGroup',
  'usbRules',
  'timeServer',
] as const;
export type RemedyName = (typeof remedyNames)[number];

export const finding = z.object({
  what: findingName,
  remedy: z.enum(remedyNames).optional(),
  values: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});
export type Finding = z.infer<typeof finding>;

export const doctorCheck = z.object({
  name: z.string(),
  ok: z.boolean(),
  detail: z.string(),
  remedy: z.string().optional(),
  finding,
});
export type DoctorCheck = z.infer<typeof doctorCheck>;
