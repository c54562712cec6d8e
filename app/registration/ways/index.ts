/** The ways without a file: one unit after the other. */
export type { ThingCalls } from './calls.ts';
export { createPace, type Pace } from './pace.ts';
export { runWay, type WaitingMember, type WayStore } from './run.ts';
export type { UnitResult, UnitSettings } from './unit.ts';
