export type { KeyPorts } from './authorities/keyhomes.ts';
export type { BackupMaker, ToBucket } from './backups/maker.ts';
export { filesOfBatch } from './batches/files.ts';
export { locksAtPort } from './bench/portwork.ts';
export { checkpointsIn } from './checkpoints/folder.ts';
export type { AskWitness } from './checkpoints/witness.ts';
export type {
  IntakeControl,
  PracticeControl,
  SetupControl,
  StationParts,
  WindowControl,
  WindowEvent,
} from './composition.ts';
export { issueCrl, writeCrl } from './crls/issue.ts';
export { crlKey } from './crls/jobs.ts';
export { doctor } from './doctor.ts';
export { doctorOutside } from './doctoroutside.ts';
export type { ConfigStore } from './folder/config.ts';
export { closeFolders, configStore, paths, readConfig, sweepFolders, writeOut, writeWhole } from './folder/folder.ts';
export { type Beside, defaultOrder, type InitTools, initStation } from './folder/init.ts';
export { webhookKeyFile } from './handlers/orders.ts';
export { createLog, type Log } from './log.ts';
export { changeOrder, importFile, isSame as isSameOrder, makeOrder } from './orders/desk.ts';
export { isLoopback } from './orders/intakerules.ts';
export { folderTrouble, listenTrouble } from './orders/intaketrouble.ts';
export { readReceiverCa } from './orders/receiverca.ts';
export { assertFirstPin } from './people/pinrules.ts';
export { driverFactsOf } from './recipes/driversettings.ts';
export { createStation, type StationHandle } from './station.ts';
