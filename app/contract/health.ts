/** The health of a station: checks with their findings. Commands print `detail` and `remedy`; screens have words for the names. */
import { z } from 'zod';

/** What a check found. The values of its words are in `values`. */
export const findingNames = [
  /** Another process has the station open. */
  'stationRuns',
  /** The station cannot be opened. `values.code` has the error code, `values.why` its detail. */
  'stationShut',
  'recordsSound',
  'recordsDamaged',
  /** Another program changed them: they do not agree with their log. */
  'recordsChanged',
  'diskFree',
  'diskLow',
  /** The data folder cannot be written. */
  'diskReadOnly',
  'backupGood',
  'backupNone',
  /** A folder is set, and no backup was made there yet. */
  'backupFirst',
  'backupOverdue',
  'backupFailed',
  'backupSameDisk',
  'backupTwin',
  /** The bucket does not have the last backup. `values.code` has the error code. */
  'backupUnsent',
  'backupSent',
  'checkpointGood',
  'checkpointNone',
  /** A place is set, and nothing was due yet. */
  'checkpointFirst',
  'checkpointOverdue',
  'checkpointFailed',
  /** A witness holds another log of this station. */
  'checkpointContradicted',
  'restoredOrders',
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
  'plantWell',
  'plantBehind',
  'plantRefused',
  'plantDocument',
  'plantClash',
  'orderFull',
  'orderPaused',
  'alertsStand',
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
  'lookAtAlerts',
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
  'makeWritable',
  'setBackups',
  'connectBackups',
  'otherBackupDisk',
  'stopTwin',
  'waitForAws',
  'renewCredentials',
  'giveBackupRights',
  'checkBackupBucket',
  'closeBucket',
  'connectCheckpoints',
  'checkBucket',
  'askWitness',
  'keepForQa',
  'reconcileOrders',
  'reachPlant',
  'letIn',
  'joinAgain',
  'tellPlant',
  'settleRefused',
  'joinWithKey',
  'publishAgain',
  'mendDocument',
  'otherBadge',
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

/** What is checked. Screens have a word for each. */
export const checkNames = [
  'station',
  'records',
  'disk',
  'rights',
  'clock',
  'ca',
  'ports',
  'backup',
  'restored',
  'checkpoint',
  'plant',
  'folder',
  'rootCrl',
  'portPermission',
  'window',
  'time',
  'usbPower',
  'sleep',
  'scanner',
  'labels',
  'cloud',
  'endpoint',
  'alerts',
] as const;
export type CheckName = (typeof checkNames)[number];

/** Programs that take serial ports. A check of one has the program's name, in each language. */
export const portPrograms = ['ModemManager', 'brltty'] as const;
export type PortProgram = (typeof portPrograms)[number];

export const doctorCheck = z.object({
  /** A check of one scanner has the scanner's id behind the word. */
  name: z.union([z.enum(checkNames), z.enum(portPrograms), z.templateLiteral(['scanner ', z.string()])]),
  ok: z.boolean(),
  detail: z.string(),
  remedy: z.string().optional(),
  finding,
});
export type DoctorCheck = z.infer<typeof doctorCheck>;
