/** Calls about the plant: what goes there, and what it refused. */
export { applyPlantDocument, plantDocuments, plantProfiles, rejectPlantDocument } from './documents.ts';
export { keepPlantLeases } from './leases.ts';
export { plantPage } from './page.ts';
export { leasesHere } from './returns.ts';
export { plantRevocationsDue } from './revocations.ts';
export { keepPlantMark, plantStanding, recordPlantRefusals } from './standing.ts';
