export type { Fault } from './faults.ts';
export { type PracticeAws, type PracticeAwsOptions, startPracticeAws } from './server.ts';
export type { Snapshot } from './snapshot.ts';
