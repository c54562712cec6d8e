/** Calls about batches and their members. */
export { recordBatch } from './batches.ts';
export { batchCandidates, readyUnits } from './candidates.ts';
export { forgetBatchError, joinLineBatch, lineRegistrations, openLineBatches } from './linebatches.ts';
export { addToBatch, beginBatch, candidatePage, finishBatch, lastEntry, letGoMembers } from './making.ts';
export { failOutdated, withdrawnFor } from './outdated.ts';
export { recordedCertificates, registeredUnits } from './registry.ts';
export { recordResults } from './results.ts';
export { batchAuthorities, batchHead, listBatches, memberCertificates, memberNames, showBatch } from './search.ts';
export { advanceBatch } from './states.ts';
export { batchReasons, batchSteps } from './story.ts';
export { waitingMembers } from './waiting.ts';
