export { createHands, type FileActs, hands } from './hands.ts';
