/** The work on a unit, as data: an engineer's recipe, or the station's standard one. */
import { StationError } from '../contract/errors.ts';
import type { LineChoice, LineChoices, Provisioning, RecipeFile, RecipeMark, StepName } from '../contract/model.ts';
import { stepNames } from '../contract/model.ts';
import type { RecipeWay } from '../contract/ways.ts';
import type { DriverSettings } from '../device/driver.ts';

export type Recipe = {
  /** The recipe's mark in the records of the unit. */
  mark: RecipeMark;
  /** The model that the device must report; `*` means any. */
  model: string;
  driver: string;
  settings: DriverSettings;
  /** What the recipe and the slot choose instead of the driver's line. */
  line: LineChoices;
  /** Name of the certificate profile. */
  profile: string;
  /** AWS's own CA in the account of this target; absent for the station's CA. */
  issuer?: { aws: string } | undefined;
  /** How AWS comes to know the unit, where the recipe says it. */
  provisioning?: Provisioning | undefined;
  keyType: string;
  steps: readonly StepName[];
  /** Data that the device needs to connect, beside its certificates. `thingName` is a template. */
  config: { endpoint: string; thingName: string; topics?: RecipeFile['config']['topics'] };
  /**
   * The DER of the root that the device must trust when it connects (the cloud's). It is written beside the device's
   * own chain.
   */
  rootCaDer: Uint8Array;
  /** How AWS comes to know its units; null where its orders say it. */
  way: RecipeWay | null;
  /** The kept template by which AWS makes them. */
  template?: string | undefined;
  /**
   * Where its devices connect: the gateway of this target, or the default target's. `patient` for a certificate that
   * registers itself at its first connection, which AWS drops.
   */
  home: { target?: string | undefined; topic: string; patient: boolean };
  /** How often the station itself retries a unit whose link failed. */
  retries: number;
  timeLimitMs: number;
  /** The USB devices that a slot accepts. An empty list accepts any. */
  usb: RecipeFile['usb'];
  continuous: boolean;
  goldenUnit: RecipeFile['goldenUnit'];
};

/** What a slot, or the command that names a port, says about the work there. */
export type SlotDriver = { driver: string; settings?: DriverSettings | undefined; line?: LineChoice | undefined };

/**
 * The steps of a unit. One with a claim asks AWS itself for its certificate, so the station only gives it the claim.
 * `connect` and `seal` are left out where the recipe does not ask for them.
 */
export const stepsOf = (asked: { claim?: boolean; connect: boolean; seal: boolean }): readonly StepName[] =>
  stepNames.filter((name) => {
    if (name === 'connect' || name === 'seal') return asked[name];
    return name === 'identify' || (name === 'claim') === (asked.claim ?? false);
  });
/** A unit that passed is only checked: nothing is made, written or sealed. */
export const goldenSteps: readonly StepName[] = ['identify', 'verify'];

export type ThingNameFields = { unitSerial: string; model: string; hardwareId: string };

const longestThingName = 128;
const fieldWords = { unitSerial: 'unit serial', model: 'model', hardwareId: 'hardware id' };

/**
 * The name of the unit's thing. Characters that AWS IoT does not accept in a thing name are left out.
 * @throws `device.incompatible` – when the device does not report a field of the template, or the name would be too
 * long
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

export type ParameterFields = ThingNameFields & { thingName: string; orderId: string };

/** The parameters of a unit for the provisioning template of its recipe. */
export const parametersOf = (
  texts: Readonly<Record<string, string>>,
  fields: ParameterFields,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [
      name,
      text.replaceAll(
        /\{(unitSerial|model|hardwareId|thingName|orderId)\}/g,
        (_, field: keyof ParameterFields) => fields[field],
      ),
    ]),
  );
