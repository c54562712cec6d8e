/** What one attempt on one unit carries from step to step. */
import type { CsrFacts, Profile } from '../ca/index.ts';
import { StationError } from '../contract/errors.ts';
import type { Scanned, StepDataOf, StepName } from '../contract/model.ts';
import type { Device, DeviceIdentity, Driver, DriverSettings, DriverTraits } from '../device/driver.ts';
import type { Chain, IssueTools } from '../issuing/index.ts';
import type { Standing } from '../records/index.ts';
import type { Pending } from './pending.ts';
import type { Recipe } from './recipe.ts';

export type UnitJob = {
  unitSerial: string;
  orderId: string;
  slotId: number | null;
  actor: string;
  /** The label it was begun with; absent where none was scanned. */
  scanned?: Scanned | undefined;
};

export type LineTools = IssueTools & {
  /**
   * What units of this order are made by; `slot` is for the standard recipe.
   * @throws recipe.none, recipe.outdated, order.notFound, order.profileNotAllowed – when there is nothing to make them by
   */
  recipeFor: (orderId: string, slot: { driver: string; settings?: DriverSettings | undefined }) => Promise<Recipe>;
  /** @throws policy.profileUnknown, policy.profileInvalid – when that profile cannot be used */
  profileNamed: (name: string) => Profile;
  driverNamed: (name: string) => Driver;
  /** A PC that slept is why a conversation broke off: looks whether it did, and has what runs stopped for that reason. */
  lookForSleep: () => void;
  practice: boolean;
};

/** Facts gathered so far; each step adds its own. */
export type UnitFacts = {
  identity?: DeviceIdentity;
  /** What tells the device's key from another one, where its protocol has such a thing. */
  keyMark?: string;
  csr?: CsrFacts;
  certificate?: { serialHex: string; der: Uint8Array; certificateId: string; issuerId: string; reused: boolean };
  /** Resolves when what was installed is on disk. */
  installRecorded?: Promise<void>;
};

export type UnitContext = {
  job: UnitJob;
  attempt: number;
  standing: Standing;
  tools: LineTools;
  recipe: Recipe;
  device: Device;
  traits: DriverTraits;
  facts: UnitFacts;
  pending: Pending;
  /** It passed before and is only looked at again. */
  golden: boolean;
  /** 0..1 within the step. */
  onFraction: (fraction: number) => void;
};

/** A step returns what its journal entry says, by the catalogue of entries; a later step relies only on `facts`. */
export type Step<S extends StepName = StepName> = (unit: UnitContext) => Promise<StepDataOf<S>>;

/** What the journal says of a step that a sealed device has behind it: it takes no other key and no other certificate. */
export const skippedAsSealed = { skipped: 'sealed' } as const;

/** A fact an earlier step of the recipe must have gathered; its absence is our bug. */
export function need<T>(fact: T | undefined, name: string): T {
  if (fact === undefined) throw new Error(`the recipe reached a step that needs "${name}" before it was gathered`);
  return fact;
}

/** Of the CA that issued a unit's certificate. Throws `ca.revoked`: the unit needs another certificate first. */
export function chainOf({ tools, job }: UnitContext, issuerId: string): Chain {
  const chain = tools.authority().chainOf(issuerId);
  if (!chain.revoked) return chain;
  throw new StationError(
    'ca.revoked',
    `the CA that issued the certificate of ${job.unitSerial} is revoked: revoke that certificate, then scan the unit again`,
    { data: { unitSerial: job.unitSerial } },
  );
}
