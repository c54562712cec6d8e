export { createAwsCloud } from './aws.ts';
export { type BatchMember, batchKey, batchLine, writeBatchFile } from './batchfile.ts';
export { certificateIdOf, registerCa } from './ca.ts';
export type { Cloud } from './cloud.ts';
export { checkTemplate } from './grammar.ts';
export { createKeyService, type KeyServiceOptions } from './kms.ts';
export { checkPolicy } from './policycheck.ts';
export { simulatePolicy } from './policysimulate.ts';
export type { TemplateKind } from './properties.ts';
export { createReconciler, type MemberResult, type ReconcileMember } from './reconcile.ts';
export { renderTemplate } from './render.ts';
export type {
  BatchStore,
  Submission,
  SubmissionData,
  SubmissionProgress,
  SubmitPorts,
} from './submission.ts';
export { submit } from './submit.ts';
export { bulkTemplate } from './template.ts';
