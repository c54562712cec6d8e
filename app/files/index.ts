export { type FolderFacts, type Place, placeOf } from './foldertype.ts';
export { createHands, type FileActs, type HandsOptions, hands } from './patient.ts';
export { readPemFile } from './pem.ts';
export { assertNotOfStation, makeFolderFor } from './place.ts';
export { systemCodeOf, unwritten, whyUnwritten, writeCode } from './reasons.ts';
export { replaceSynced, writeSynced } from './synced.ts';
export { createTemporary, sweepTemporaries, syncFolder, type Temporary } from './temporary.ts';
export { isWithin } from './within.ts';
