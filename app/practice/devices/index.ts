export { createPracticeBench, type PracticeBench } from './bench.ts';
export { faultNames } from './faults.ts';
export { simulated } from './simulated.ts';
