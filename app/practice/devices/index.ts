export { createPracticeBench, type PracticeBench } from './bench.ts';
export { faultNames } from './faults.ts';
