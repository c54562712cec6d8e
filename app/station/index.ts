export type { KeyPorts } from './authorities/keyhomes.ts';
export type { BatchSubmission } from './batches/jobs.ts';
export { recogniseAt } from './bench/recognition.ts';
export type {
  PracticeControl,
  SetupControl,
  StationParts,
  StationPorts,
  WindowControl,
  WindowEvent,
} from './composition.ts';
export { issueCrl, writeCrl } from './crls/issue.ts';
export { crlKey } from './crls/jobs.ts';
export type { ConfigStore, StationConfig } from './folder/config.ts';
export { closeFolders, configStore, paths, readConfig, sweepFolders, writeWhole } from './folder/folder.ts';
export { defaultOrder, initStation, type NewStation } from './folder/init.ts';
export { createLog, type Log } from './log.ts';
export { assertFirstPin } from './people/pinrules.ts';
export { checkedSettings } from './recipes/driversettings.ts';
export { createStation, type StationHandle } from './station.ts';
