export type { KeyPorts } from './authorities/keyhomes.ts';
export { filesOfBatch } from './batches/files.ts';
export { locksAtPort } from './bench/portwork.ts';
export type {
  PracticeControl,
  SetupControl,
  StationParts,
  WindowControl,
  WindowEvent,
} from './composition.ts';
export { issueCrl, writeCrl } from './crls/issue.ts';
export { crlKey } from './crls/jobs.ts';
export { doctor } from './doctor.ts';
export type { ConfigStore } from './folder/config.ts';
export { closeFolders, configStore, paths, readConfig, sweepFolders, writeWhole } from './folder/folder.ts';
export { defaultOrder, initStation } from './folder/init.ts';
export { createLog } from './log.ts';
export { assertFirstPin } from './people/pinrules.ts';
export { driverFactsOf } from './recipes/driversettings.ts';
export { createStation, type StationHandle } from './station.ts';
