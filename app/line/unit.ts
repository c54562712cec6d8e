/** The data of one attempt on one unit that the steps share. */
import type { CsrFacts, Profile } from '../ca/index.ts';
import { StationError } from '../contract/errors.ts';
import type { HomeCallView, PlantKind, Scanned, StepDataOf, StepName } from '../contract/model.ts';
import type { Device, DeviceIdentity, Driver, DriverTraits } from '../device/driver.ts';
import type { AwsTools, Chain, ClaimTools, Issued, IssueTools } from '../issuing/index.ts';
import type { Standing } from '../records/index.ts';
import type { Pending } from './pending.ts';
import type { Recipe, SlotDriver } from './recipe.ts';

export type UnitJob = {
  unitSerial: string;
  orderId: string;
  slotId: number | null;
  actor: string;
  /** The label with which the attempt began; absent when none was scanned. */
  scanned?: Scanned | undefined;
};

/** A claim as the line writes it. `privateKeyDer`: PKCS#8, in memory only. */
export type LineClaim = {
  claimId: number;
  certificateId: string;
  certificateDer: Uint8Array;
  privateKeyDer: Uint8Array;
};

export type LineTools = IssueTools &
  Pick<AwsTools, 'awsCa'> &
  Pick<ClaimTools, 'spokesman'> & {
    /**
     * The recipe for units of this order. Of `slot`, driver and settings count for the standard recipe only; its line counts
     * always.
     *
     * @throws recipe.none, recipe.outdated, order.notFound, order.profileNotAllowed – when there is no usable recipe
     */
    recipeFor: (orderId: string, slot: SlotDriver) => Promise<Recipe>;
    /**
     * The claim that devices of the order get.
     *
     * @throws claim.none – the order has no active one for the template; claim.locked
     */
    claimOf: (place: { orderId: string; target: string; template: string }) => Promise<LineClaim>;
    /** @throws policy.profileUnknown, policy.profileInvalid – when that profile cannot be used */
    profileNamed: (name: string) => Profile;
    driverNamed: (name: string) => Driver;
    /**
     * Call it when a conversation broke off, because the PC may have slept. If it did, the running work stops for that
     * reason.
     */
    lookForSleep: () => void;
    /**
     * Where devices connect: the gateway of a practice AWS, else `endpoint`, else the endpoint that AWS tells.
     *
     * @throws cloud.* – when AWS has to be asked and does not answer
     */
    homeOf: (target: string | undefined, endpoint: string) => Promise<{ host: string; port: number }>;
    /**
     * Asks the plant whether another station has what the unit uses. Nothing happens without a plant.
     *
     * @throws plant.collision; plant.unreachable, plant.refused – where the station waits for its plant
     */
    askPlant: (claims: { kind: PlantKind; value: string; unitSerial: string }[]) => Promise<void>;
    /** The person who has the bench now, where the one who began the work (the actor) has handed it over. */
    handedTo: (actor: string) => string | undefined;
    practice: boolean;
  };

/** The facts so far. Each step adds its own. */
export type UnitFacts = {
  identity?: DeviceIdentity;
  /** A mark that tells the device's key from another one, if its protocol has such marks. */
  keyMark?: string;
  csr?: CsrFacts;
  certificate?: Issued;
  /** Resolves when the install is on disk. */
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
  /** Whether the unit has passed before and is only checked. */
  golden: boolean;
  /** 0..1 within the step. */
  onFraction: (fraction: number) => void;
  onHomeCall: (view: HomeCallView) => void;
  /** Aborts when the work stops. */
  signal: AbortSignal;
};

/** A step returns the data of its journal entry, by the catalogue of entries. A later step relies only on `facts`. */
export type Step<S extends StepName = StepName> = (unit: UnitContext) => Promise<StepDataOf<S>>;

/**
 * The journal's data for a step that a sealed device skips, because it accepts no other key and no other certificate.
 */
export const skippedAsSealed = { skipped: 'sealed' } as const;

/** A fact that an earlier step of the recipe must have added. If it is absent, this program has a bug. */
export function need<T>(fact: T | undefined, name: string): T {
  if (fact === undefined) throw new Error(`the recipe reached a step that needs "${name}" before it was gathered`);
  return fact;
}

/**
 * The chain of the CA that issued a unit's certificate; `undefined` for AWS's own CA, of which AWS publishes none.
 *
 * @throws `ca.revoked` – when that CA is revoked; the unit then needs another certificate first
 */
export function chainOf({ tools, job }: UnitContext, issuerId: string | null): Chain | undefined {
  if (issuerId === null) return undefined;
  const chain = tools.authority().chainOf(issuerId);
  if (!chain.revoked) return chain;
  throw new StationError(
    'ca.revoked',
    `the CA that issued the certificate of ${job.unitSerial} is revoked: revoke that certificate, then scan the unit again`,
    { data: { unitSerial: job.unitSerial } },
  );
}
