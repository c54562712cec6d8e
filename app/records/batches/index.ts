/** Calls about batches and their members. */
export { advanceBatch, batchCandidates, readyUnits, recordBatch } from './batches.ts';
export { failOutdated } from './outdated.ts';
export { recordResults } from './results.ts';
export { batchAuthorities, batchHead, batchMembers, listBatches, showBatch } from './search.ts';
export { batchReasons, batchSteps } from './story.ts';
