/** What is done to a unit, as data: a recipe of an engineer's, or the station's standard one. */
import type { RecipeFile, RecipeMark, StepName } from '../contract/model.ts';
import { stepNames } from '../contract/model.ts';
import type { DriverSettings } from '../device/driver.ts';

export type Recipe = {
  /** What the records say the unit was made by. */
  mark: RecipeMark;
  driver: string;
  settings: DriverSettings;
  /** Name of the certificate profile. */
  profile: string;
  keyType: string;
  steps: readonly StepName[];
  /** What the device must know to connect, beside its certificates; `thingName` is a template. */
  config: { endpoint: string; thingName: string };
  /** DER of the root the device must trust when it connects (the cloud's), written beside its own chain. */
  rootCaDer: Uint8Array;
  /** How often a unit whose link failed is tried again by itself. */
  retries: number;
  timeLimitMs: number;
  /** What a slot takes; anything where it is empty. */
  usb: RecipeFile['usb'];
  continuous: boolean;
  goldenUnit: RecipeFile['goldenUnit'];
};

export const wholeLife: readonly StepName[] = stepNames;
export const withoutSeal: readonly StepName[] = stepNames.filter((name) => name !== 'seal');
/** A unit that passed is looked at again; nothing is made, written or sealed. */
export const goldenSteps: readonly StepName[] = ['identify', 'verify'];

export type ThingNameFields = { unitSerial: string; model: string; hardwareId: string };

/** The thing a unit becomes; characters AWS IoT does not take in a thing name are left out. */
export const thingNameOf = (template: string, fields: ThingNameFields): string =>
  template
    .replaceAll(/\{(unitSerial|model|hardwareId)\}/g, (_, name: keyof ThingNameFields) => fields[name])
    .replaceAll(/[^a-zA-Z0-9:_-]/g, '')
    .slice(0, 128);
