export type { BatchSubmission } from './batchjobs.ts';
export type { ConfigStore, StationConfig } from './config.ts';
export { issueCrl, writeCrl } from './crlissue.ts';
export { crlKey } from './crljobs.ts';
export { configStore, paths, readCaFiles, readConfig, writeWhole } from './folder.ts';
export { defaultOrder, initStation, type NewStation } from './init.ts';
export { createLog, type Log } from './log.ts';
export type { PracticeControl, SetupControl, StationParts, StationPorts } from './parts.ts';
export { createStation, type StationHandle } from './station.ts';
