/** What is done to a unit, as data: a recipe of an engineer's, or the station's standard one. */
import { StationError } from '../contract/errors.ts';
import type { RecipeFile, RecipeMark, StepName } from '../contract/model.ts';
import { stepNames } from '../contract/model.ts';
import type { DriverSettings } from '../device/driver.ts';

export type Recipe = {
  /** What the records say the unit was made by. */
  mark: RecipeMark;
  /** What the device must say it is; `*` for any. */
  model: string;
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

const longestThingName = 128;
const fieldWords = { unitSerial: 'unit serial', model: 'model', hardwareId: 'hardware id' };

/**
 * The thing a unit becomes; characters AWS IoT does not take in a thing name are left out. Throws `device.incompatible`
 * where the device does not tell what the template asks for, or the name would be too long.
 */
export function thingNameOf(template: string, fields: ThingNameFields): string {
  const name = template.replaceAll(/\{(unitSerial|model|hardwareId)\}/g, (_, field: keyof ThingNameFields) => {
    const value = fields[field].replaceAll(/[^a-zA-Z0-9:_-]/g, '');
    if (value !== '') return value;
    const detail = `the thing name ${template} needs the ${fieldWords[field]}, which the device does not tell`;
    throw new StationError('device.incompatible', detail, { data: { field } });
  });
  if (name.length <= longestThingName) return name;
  const detail = `the thing name ${name} is longer than ${longestThingName} characters`;
  throw new StationError('device.incompatible', detail, { data: { field: 'thingName' } });
}
