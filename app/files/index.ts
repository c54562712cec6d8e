export { createHands, type FileActs, type Hands, type HandsOptions, hands } from './hands.ts';
export { type FolderFacts, type Place, placeOf } from './place.ts';
