export { createAwsCloud } from './aws.ts';
export { type BatchFile, type BatchMember, batchKey, batchLine, batchLines, writeBatchFile } from './batchfile.ts';
export { type CaRegistration, certificateIdOf, registerCa } from './ca.ts';
export type { CaStatus, Cloud, CloudConnection, ReportKind, TaskStatus, TaskView } from './cloud.ts';
export { checkTemplate, type TemplateProblem } from './grammar.ts';
export { kmsAlgorithm } from './keyspec.ts';
export { createKeyService, type KeyServiceOptions } from './kms.ts';
export type { Waiting } from './patience.ts';
export { checkPolicy } from './policycheck.ts';
export { type Decision, simulatePolicy } from './policysimulate.ts';
export type { TemplateKind } from './properties.ts';
export { createReconciler, type MemberResult, type ReconcileMember, type Reconciliation } from './reconcile.ts';
export { type RenderedTemplate, renderTemplate } from './render.ts';
export type {
  BatchStore,
  Submission,
  SubmissionData,
  SubmissionProgress,
  SubmitPorts,
} from './submission.ts';
export { submit } from './submit.ts';
export { bulkTemplate } from './template.ts';
