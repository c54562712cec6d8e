export type { Account, CaChange, CaTemplate } from './account/account.ts';
export { rowsAtOnce } from './account/awsallowlist.ts';
export { createObjectStore } from './account/awsobjects.ts';
export { backupUses, checkpointUses } from './account/bucketuses.ts';
export { cloudFormation, deviceTable, isHookOf, jitrTemplate, namesOf } from './account/cloudformation.ts';
export { lookActions, type Seen } from './account/look.ts';
export { testTarget } from './account/mayi.ts';
export type { Permission } from './account/permissions.ts';
export { plainFiles, plainSetUp } from './account/plain.ts';
export { policyDocument } from './account/policydocument.ts';
export { createAwsCloud } from './aws.ts';
export { type BatchMember, batchKey, batchLine, lineOf, type MemberPages, writeBatchFile } from './batchfile.ts';
export { certificateIdOf, heldElsewhere, registerCa } from './ca.ts';
export { gatewayOf } from './claims/gateway.ts';
export { openClaim } from './claims/open.ts';
export type { BucketConnection, Cloud } from './cloud.ts';
export { type KeptReports, reconcileReports, reportFile, reportKinds } from './collect.ts';
export { checkDrift } from './drift.ts';
export {
  type AwsMessage,
  askAbout,
  graceMs,
  listen,
  lookThrough,
  watchRates,
} from './firstconnections/index.ts';
export { createKeyService, type KeyServiceOptions } from './kms.ts';
export type { Checksums, ObjectStore } from './objects.ts';
export { createPatience, type Patience, pause, type Waiting } from './patience.ts';
export { pushPolicy } from './policies.ts';
export { preflight, saying } from './preflight.ts';
export { makeTemplateDefault, pushTemplate } from './pushtemplate.ts';
export type { MemberResult, ReconcileMember } from './reconcile.ts';
export type {
  BatchStore,
  Submission,
  SubmissionData,
  SubmissionProgress,
  SubmitPorts,
} from './submission.ts';
export { submit } from './submit.ts';
export { createPace, type Pace, runWay, type UnitSettings, type WayStore } from './ways/index.ts';
export { type AccountFacts, judgeUnit, type UnitFacts } from './wouldconnect.ts';
