/** What is done to a unit, as data. One recipe for now: the whole life of a unit, in the order of the design. */
import type { StepName } from '../contract/model.ts';
import { stepNames } from '../contract/model.ts';

export type Recipe = {
  driver: string;
  profile: string;
  keyType: string;
  steps: readonly StepName[];
  /** What the device must know to connect, beside its certificates. */
  config: { endpoint: string };
  /** DER of the root the device must trust when it connects (the cloud's), written beside its own chain. */
  rootCaDer: Uint8Array;
};

export const wholeLife: readonly StepName[] = stepNames;
