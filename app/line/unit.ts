/** What one attempt on one unit carries from step to step. */
import type { CsrFacts, Issuer, Profile, Signer } from '../ca/index.ts';
import type { Clock } from '../contract/clock.ts';
import { StationError } from '../contract/errors.ts';
import type { Scanned } from '../contract/model.ts';
import type { Device, DeviceIdentity, Driver, DriverSettings, DriverTraits } from '../device/driver.ts';
import type { Ledger, Standing } from '../records/index.ts';
import type { Notes } from './pending.ts';
import type { Recipe } from './recipe.ts';

/** Why nothing can be signed now, if it cannot; see `CaKeyState` and the contract's `caState`. */
export type SigningState = 'ready' | 'locked' | 'absent' | 'missing' | 'expired' | 'revoked';

/** What leads from a certificate to its root. */
export type Chain = {
  /** The issuing CA first, then what stands between it and the root. */
  chainDer: readonly Uint8Array[];
  rootDer: Uint8Array;
  /** Whoever looks for it would turn away what this CA issued. */
  revoked?: boolean;
};

/** The certificate authority as the line uses it; `signer` is absent unless `state` is `ready`. */
export type Authority = Chain & {
  issuer: Issuer;
  state: SigningState;
  /** Of a certificate issued before: the active CA may be another one by now. Throws `ca.notFound`. */
  chainOf(issuerId: string): Chain;
  /** Reading it throws `policy.profileUnknown` or `policy.profileInvalid` where the chosen one cannot be used. */
  readonly profile: Profile;
  organisation: string;
  /** SHA-256 of the SubjectPublicKeyInfo of every CA of this station. */
  caPublicKeys: readonly string[];
  signer: Signer | undefined;
};

export type UnitJob = {
  unitSerial: string;
  orderId: string;
  slotId: number | null;
  actor: string;
  /** The label it was begun with; absent where none was scanned. */
  scanned?: Scanned | undefined;
};

export type LineTools = {
  ledger: Ledger;
  clock: Clock;
  authority: () => Authority;
  /** What units of this order are made by; `slot` for the standard recipe. Rejects with `recipe.none`, `recipe.outdated`, `order.notFound`, `order.profileNotAllowed`. */
  recipeFor: (orderId: string, slot: { driver: string; settings?: DriverSettings | undefined }) => Promise<Recipe>;
  /** Throws `policy.profileUnknown` or `policy.profileInvalid`. */
  profileNamed: (name: string) => Profile;
  driverNamed: (name: string) => Driver;
  /** Looks at the clock, the disk and the records once more. Rejects with `policy.interlock` where nothing may be issued. */
  assertSound: () => Promise<void>;
  /** A PC that slept is why a conversation broke off: looks whether it did, and has what runs stopped for that reason. */
  lookForSleep?: () => void;
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
  installNoted?: Promise<void>;
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
  notes: Notes;
  /** It passed before and is only looked at again. */
  golden: boolean;
  /** 0..1 within the step. */
  onFraction: (fraction: number) => void;
};

/** A step returns what its journal entry says; a later step relies only on `facts`. */
export type Step = (unit: UnitContext) => Promise<Record<string, unknown>>;

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
