export { createPracticeBench, type PracticeBench } from './bench.ts';
export { createRandom, faultNames } from './faults.ts';
export { createField, type FieldOptions } from './field.ts';
export { drawChip } from './firmware.ts';
export { createReplay } from './replay.ts';
export { faultOf, faultsOf, firmwareOf, simulated } from './simulated.ts';
