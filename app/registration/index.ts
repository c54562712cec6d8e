export { createAwsCloud } from './aws.ts';
export { type BatchMember, batchKey, batchLine, writeBatchFile } from './batchfile.ts';
export { certificateIdOf, registerCa } from './ca.ts';
export type { Cloud } from './cloud.ts';
export { createKeyService, type KeyServiceOptions } from './kms.ts';
export { createReconciler, type MemberResult, type ReconcileMember } from './reconcile.ts';
export type {
  BatchStore,
  Submission,
  SubmissionData,
  SubmissionProgress,
  SubmitPorts,
} from './submission.ts';
export { submit } from './submit.ts';
export { createPace, type Pace, runWay, type UnitSettings, type WayStore } from './ways/index.ts';
