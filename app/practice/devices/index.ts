export { createPracticeBench, type PracticeBench } from './bench.ts';
export { createRandom, faultNames } from './faults.ts';
export { drawChip } from './firmware.ts';
export { createField, type FieldOptions } from './net/field.ts';
export { createReplay } from './replay.ts';
export { faultOf, faultsOf, firmwareOf, simulated } from './simulated.ts';
