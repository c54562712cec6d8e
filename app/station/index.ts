export type { BatchSubmission } from './batchjobs.ts';
export type { ConfigStore, StationConfig } from './config.ts';
export { issueCrl, writeCrl } from './crlissue.ts';
export { crlKey } from './crljobs.ts';
export { checkedSettings } from './driversettings.ts';
export { closeFolders, configStore, paths, readConfig, sweepFolders, writeWhole } from './folder.ts';
export { defaultOrder, initStation, type NewStation } from './init.ts';
export type { KeyPorts } from './keyhomes.ts';
export { createLog, type Log } from './log.ts';
export { assertFirstPin } from './newpin.ts';
export type {
  PracticeControl,
  SetupControl,
  StationParts,
  StationPorts,
  WindowControl,
  WindowEvent,
} from './parts.ts';
export { recogniseAt } from './recognition.ts';
export { createStation, type StationHandle } from './station.ts';
