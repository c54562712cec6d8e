import type { FindingName, RemedyName } from '../../app/contract/index.ts';

/**
 * The words for the findings of Health and of the locks. The tables are typed by their names only, because the values of a
 * finding come from the station.
 */
export const findings: Readonly<Record<FindingName, string>> = {
  recordsSound: 'The database passes its integrity check.',
  recordsChanged:
    'The records are not as the station left them: {problem}. Stop, and keep the folder “evidence” for QA.',
  recordsDamaged: 'The database is damaged: {problem}',
  diskFree: '{mib, number} MiB are free.',
  diskLow: 'Only {mib, number} MiB are free on the disk of the data folder.',
  diskReadOnly: 'The data folder cannot be written ({why}). Nothing more is issued.',
  backupGood: 'The last good backup was made {hours, plural, =0 {less than an hour} one {# hour} other {# hours}} ago.',
  backupNone: 'No backups are made. A broken disk would take all records.',
  backupFirst: 'No backup was made yet. The first one comes by itself.',
  backupOverdue: 'The last good backup is {hours, plural, one {# hour} other {# hours}} old.',
  backupFailed: 'The last backup failed: {why}',
  backupSameDisk: 'Backups are on the same disk as the station. If it breaks, both are gone.',
  backupTwin:
    'Another copy of this station made backups in the folder ({name}). Two stations run from one copy, or an older folder was put in place.',
  checkpointGood:
    'The last checkpoint of the log arrived {hours, plural, =0 {less than an hour} one {# hour} other {# hours}} ago.',
  checkpointNone:
    'No checkpoints of the log are published. Without one elsewhere, no one notices an older file put in place.',
  checkpointFirst: 'No checkpoint of the log has gone out yet. The first one goes by itself.',
  checkpointOverdue:
    'No checkpoint of the log has arrived for {hours, plural, =0 {a while} one {# hour} other {# hours}}.',
  checkpointFailed: 'No checkpoint of the log reaches {place}: {why}',
  checkpointContradicted:
    'The witness {witness} holds {held, number} leaves of another log of this station; here were {size, number}. An older file was put in place, or the log was rewritten.',
  restoredOrders: 'The records were restored from a backup. The counts of these orders may be too low: {orders}.',
  rightsClosed: 'Only this user may write in the data folder.',
  rightsOther: '{folder} belongs to another user.',
  rightsOpen: '{folder} is open to other users.',
  clockPlausible: 'This PC says {now}.',
  clockWrong: 'This PC says {now}, which cannot be.',
  clockBack: 'This PC says {now}, but the last unit was begun at {last}.',
  clockAhead: '{days, plural, one {# day has} other {# days have}} passed since the last unit by the clock of this PC.',
  caUnlocked: 'The issuing CA is unlocked.',
  caOpens: 'The passphrase opens the keys of the CA.',
  caLocked: 'The issuing CA is locked.',
  caAbsent: 'The token with the key of the issuing CA is not plugged in.',
  caMissing: 'The key of the issuing CA is not in its place.',
  caExpired: 'The issuing CA has ended.',
  caRevoked: 'The issuing CA is revoked.',
  caEnding: '{days, plural, one {{name} ends in # day.} other {{name} ends in # days.}}',
  caPathEnding:
    'The issuing CA, or one above it, ends in {days, plural, one {# day} other {# days}}. Certificates would end with it.',
  portsCounted: '{there, number} of {slots, number} slots have a device.',
  portHeld: '{name} is running (process {pid}). It opens serial ports that are plugged in and writes to them.',
  portsForbidden: '{count, plural, one {User {user} may not open # port.} other {User {user} may not open # ports.}}',
  folderSynchronised:
    '{by} synchronises the data folder {dir}. It may copy half-written records, and bring old ones back.',
  rootCrlRevocation: 'A CA was revoked, and the CRL of {name} does not say so yet.',
  rootCrlEnding: 'The CRL of {name} ends at {at}.',
  windowWell: 'The page has lived since the program started.',
  windowSuffered:
    'The page was loaded again {reloads, plural, one {# time} other {# times}}; the graphics were lost {losses, plural, one {# time} other {# times}}.',
  scannerThere:
    '{taught, select, yes {A keyboard scanner was taught.} other {}} {serial, plural, =0 {} one {# scanner is on a serial port.} other {# scanners are on serial ports.}}',
  scannerNone: 'No scanner was taught, and none is set on a serial port.',
  scannerReady: '{name} is ready.',
  scannerAbsent: '{name} is not plugged in.',
  scannerTrouble: '{name} cannot be opened.',
  badgeRule:
    'Badges have a rule. Labels of units are read {kind, select, plain {as plain serials} gs1 {as GS1} other {by a pattern}}.',
  badgeRuleNone: 'Badges have no rule.',
  badgeRuleNeeded: 'Badges have no rule. A badge that is not on record would be read as the label of a unit.',
  cloudNone: 'No AWS target is set. Units can be made, but not registered.',
  cloudWell: 'The bucket {bucket} can be used.',
  endpointSame: 'Units get the endpoint {sealed}, as AWS has it.',
  endpointOther: 'Units get the endpoint {sealed}, but the account of {target} has {aws}.',
  usbAwake: '{count, plural, one {# USB serial device is kept awake.} other {# USB serial devices are kept awake.}}',
  usbAsleep: 'This PC may suspend {count, number} of {all, number} USB serial devices: {devices}.',
  usbSelectiveOff: 'The energy saving of USB is off.',
  usbSelectiveOn: 'Windows may switch USB sockets off (USB selective suspend).',
  sleepNever: 'This PC does not go to sleep by itself while it is plugged in.',
  sleepAfter: 'This PC goes to sleep after {minutes, plural, one {# minute} other {# minutes}} without a key.',
  timeFollows: 'The clock of this PC follows a time server.',
  timeUnknown: 'This PC does not say whether its clock follows a time server.',
  timeOff: 'The clock of this PC is set to follow no time server.',
  timeUnreached: 'The clock of this PC should follow a time server, but none has been reached.',
  plantWell:
    'The plant has the log of this station{waiting, plural, =0 {} one {; # entry is on its way} other {; # entries are on their way}}.',
  plantBehind: '{waiting, plural, one {# entry waits} other {# entries wait}} for the plant: {why}',
  plantRefused:
    'The plant refused {units, plural, one {# unit} other {# units}}: another station has their serial, hardware or key.',
  plantDocument:
    '{kind, select, profiles {The profiles} recipes {The recipes} people {The people} other {The revocations}} that the plant shows, version {version}, are not taken: {problem, select, noKey {this station does not know the plant’s key} badSignature {its signature is not the plant’s} otherPlant {it is another plant’s} older {this station has a later version} changed {this station has another document of this version} missing {a later version was signed, and the plant does not show it} unreadable {this program cannot read it} other {this program cannot use it}}.',
  plantClash:
    'Badges of the plant belong to people of this station, so that the people of the plant cannot sign in here: {badges}.',
  orderPaused: 'Order {order} is paused and takes no new units.',
  alertsStand: '{count, plural, one {# alert stands} other {# alerts stand}}, about {orders}.',
  orderFull: 'Order {order} has its {quantity, plural, one {# unit} other {# units}}.',
  failed: 'This could not be checked. The system says: {why}',
};

export const findingRemedies: Readonly<Record<RemedyName, string>> = {
  restoreRecords: 'Restore the data folder from a backup. Do not delete anything.',
  freeDisk: 'Free space on the disk of the data folder.',
  closeFolder: 'Let only the user that the station runs as write in the data folder (chmod, chown).',
  setClock: 'Set the clock of this PC, then start again.',
  takeEndpoint: 'Take AWS’s endpoint on the AWS page of the Station screen.',
  unlockCa: 'Have an engineer unlock the CA: Station, CA.',
  plugInToken: 'Plug the token with the CA key in again.',
  restoreKey: 'Bring the key file back from a backup of the data folder.',
  otherCa: 'Activate another issuing CA, or make a new one: Station, CA.',
  newCa: 'Set the clock of this PC if it is wrong. Otherwise make a new issuing CA and activate it: Station, CA.',
  lookAtAlerts: 'See what they say and when they began: Overview, Yield and throughput.',
  newCaSoon: 'Make a new issuing CA and activate it before the old one ends: Station, CA.',
  checkCables: 'Check the cables, and that this user may open serial ports.',
  plugInSlots: 'Plug the cables of all slots in, or choose other ports: Station, Slots.',
  moveFolder: 'Close this program and move the data folder out of {by}. Backups are what copies are for.',
  makeRootCrl: 'Open the key of the root for it: Station, CA.',
  updateGraphics: 'Update the graphics driver. Until then draw without the graphics card: Station, Window.',
  restartProgram:
    'Start the program again between two shifts. If it comes back, check the memory of this PC and tell the makers.',
  teachScanner: 'Teach the scanner, or set it on a serial port: Station, Labels and scanners.',
  plugInScanner: 'Plug the scanner in, set to USB-COM, or take it off: Station, Labels and scanners.',
  freeScannerPort: 'Close what uses its port, and see that this user may open serial ports.',
  setBadgeRule: 'Set how badges look: Station, Labels and scanners.',
  setCloud: 'Set Region, bucket and role, and check the credentials: Station, AWS.',
  makeWritable: 'Check the disk of the data folder, and that this user may write there.',
  setBackups: 'Choose a folder on another disk: Station, Backups.',
  connectBackups: 'Connect the drive of the backups, make room there, or choose another folder: Station, Backups.',
  otherBackupDisk: 'Choose a folder on another disk or a network drive: Station, Backups.',
  stopTwin: 'Stop one of the two stations, and keep the folders of both for QA.',
  connectCheckpoints: 'Connect the drive of the folder, or choose another one: Station, Checkpoints.',
  checkBucket: 'Check the network, the credentials and the bucket: Station, Checkpoints.',
  askWitness: 'Ask who runs the witness, and give them this station’s key: Station, Checkpoints.',
  keepForQa: 'Call an engineer and QA. Make nothing more, and keep the data folder as it is.',
  reconcileOrders: 'Count the units of these orders and enter the count: Station, Orders.',
  reachPlant: 'Check the network to the plant. Work goes on meanwhile.',
  settleRefused: 'Keep these units apart, and find out which of the two is the right one.',
  joinWithKey: 'Get the plant’s public key from who keeps it, and join with it: plant join --key.',
  publishAgain: 'Ask who keeps the plant to publish again. What this station has stays.',
  mendDocument: 'Tell who keeps the plant. What this station has stays.',
  otherBadge: 'Ask who keeps the plant for other badges for these people.',
  asAdministrator: 'As an administrator: {commands}',
  asRoot: 'In a terminal: {commands}',
  joinGroup: 'In a terminal: {commands}',
  usbRules:
    'Install 60-birthmark.rules (docs/ports.md), which keeps these devices awake. Where TLP or powertop is installed, tell it to leave USB alone.',
  timeServer:
    'In a terminal, as an administrator: {commands}. On a line without a network, name a time server of the factory.',
};
