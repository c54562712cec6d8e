/** Calls about units: from the first attempt to rework and scrap. */
export { endAttempt, journal, openAttempts, recordCsr } from './attempts.ts';
export { counters } from './counters.ts';
export { endGolden } from './golden.ts';
export { showUnit } from './history.ts';
export { recordDecision, recordPending } from './pending.ts';
export { removeTranscripts } from './retention.ts';
export { reworkUnit, scrapUnit } from './rework.ts';
export { listUnits } from './search.ts';
export { listTranscripts, transcript } from './transcripts.ts';
export { admitUnit, recordDevice, standing, startAttempt } from './units.ts';
