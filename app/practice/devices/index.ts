export { createPracticeBench, type PracticeBench } from './bench.ts';
export { faultNames } from './faults.ts';
export { createReplay } from './replay.ts';
export { firmwareOf, simulated } from './simulated.ts';
