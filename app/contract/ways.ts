/** The ways by which AWS IoT comes to know the units of a recipe, as a table ("Device provisioning", AWS IoT developer guide). */
import type { RecipeFile } from './recipe.ts';
import type { RegistrationWay } from './targetview.ts';
import type { TemplateKind } from './templates.ts';

export const recipeWays = [
  'bulk',
  'registerThing',
  'registerCertificate',
  'withoutCa',
  'awsIssued',
  'jitp',
  'jitr',
  'claim',
  'trustedUser',
] as const;
export type RecipeWay = (typeof recipeWays)[number];

export type WayTraits = {
  /** Who makes the unit known: the station by a batch, or the device by its first connection. */
  by: 'station' | 'device';
  /** Whose CA signs the certificate that the device works with. */
  certificate: 'station' | 'aws';
  /** The kind of template that makes the units; null where none does. */
  template: TemplateKind | null;
  /** Whether AWS must have the template under a name of its own. */
  templateInAws: boolean;
  /** Whether several accounts may know one unit. */
  several: boolean;
  /** What the CA of the station must be in each account; null where AWS need not know it. */
  ca: 'active' | 'autoRegistering' | null;
  /** The rights that the station needs there. */
  rights: RegistrationWay;
  /** What it is, when to choose it, and what it needs. English; screens have their own words. */
  what: string;
  choose: string;
  needs: string;
};

export const wayTraits: Readonly<Record<RecipeWay, WayTraits>> = {
  bulk: {
    ...{ by: 'station', certificate: 'station', template: 'bulk', templateInAws: false, several: true },
    ...{ ca: 'active', rights: 'bulk' },
    what: 'AWS reads a file with all units of a batch.',
    choose: 'for thousands of units at once',
    needs: 'a bucket, a role, and the CA active in AWS',
  },
  registerThing: {
    ...{ by: 'station', certificate: 'station', template: 'bulk', templateInAws: false, several: true },
    ...{ ca: 'active', rights: 'registerThing' },
    what: 'The station registers each unit with a template, seconds after its PASS.',
    choose: 'for some hundreds of units, and while the line runs',
    needs: 'the CA active in AWS',
  },
  registerCertificate: {
    ...{ by: 'station', certificate: 'station', template: null, templateInAws: false, several: true },
    ...{ ca: 'active', rights: 'registerCertificate' },
    what: 'The station makes certificate, thing and attachments by single calls.',
    choose: 'where an account allows single calls only',
    needs: 'the CA active in AWS',
  },
  withoutCa: {
    ...{ by: 'station', certificate: 'station', template: null, templateInAws: false, several: true },
    ...{ ca: null, rights: 'withoutCa' },
    what: 'The station registers each certificate without its CA, in one account or in several.',
    choose: 'for several accounts of a Region that share a device',
    needs: 'devices that send the server name of their account (SNI)',
  },
  awsIssued: {
    ...{ by: 'station', certificate: 'aws', template: 'bulk', templateInAws: false, several: false },
    ...{ ca: null, rights: 'awsIssued' },
    what: "AWS's own CA signs the key of the device; the station registers the unit.",
    choose: 'where no CA of your own is wanted',
    needs: 'a network while the unit is made',
  },
  jitp: {
    ...{ by: 'device', certificate: 'station', template: 'jitp', templateInAws: true, several: false },
    ...{ ca: 'autoRegistering', rights: 'jitp' },
    what: 'AWS makes the thing from the subject of the certificate, when the device first connects.',
    choose: 'for devices that first connect long after they were made, where the subject says all',
    needs: 'the CA with auto-registration and a template, and firmware that connects again',
  },
  jitr: {
    ...{ by: 'device', certificate: 'station', template: null, templateInAws: false, several: false },
    ...{ ca: 'autoRegistering', rights: 'jitr' },
    what: 'A function in your account decides about each device that first connects.',
    choose: 'for an allow-list, or rules of your own',
    needs: 'the CA with auto-registration and no template; rule, function and table in the account',
  },
  claim: {
    ...{ by: 'device', certificate: 'aws', template: 'fleet', templateInAws: true, several: false },
    ...{ ca: null, rights: 'fleet' },
    what: 'Devices share a claim certificate, with which each one gets its own from AWS.',
    choose: 'for devices that can hold no certificate of their own before they are online',
    needs: 'an enabled fleet template with a hook, and a driver that takes a private key',
  },
  trustedUser: {
    ...{ by: 'device', certificate: 'aws', template: 'fleet', templateInAws: true, several: false },
    ...{ ca: null, rights: 'fleet' },
    what: 'The station asks AWS for a claim of five minutes, and gets the certificate of the device with it.',
    choose: 'for fleet templates where no secret may be shared by devices',
    needs: 'an enabled fleet template, and a network while the unit is made',
  },
};

/** The way of a recipe; null for one that leaves it to the orders. */
export const wayOf = ({ provisioning, issuer }: Pick<RecipeFile, 'provisioning' | 'issuer'>): RecipeWay | null =>
  issuer ? 'awsIssued' : (provisioning?.way ?? null);

/** The targets that a recipe names, with their places in it. */
export function targetsOf({ provisioning, issuer }: Pick<RecipeFile, 'provisioning' | 'issuer'>) {
  const named = (path: string, name: string) => ({ path, name });
  return [
    ...(issuer ? [named('issuer.aws', issuer.aws)] : []),
    ...(provisioning && 'targets' in provisioning
      ? provisioning.targets.map((name, at) => named(`provisioning.targets[${at}]`, name))
      : []),
    ...(provisioning && 'target' in provisioning ? [named('provisioning.target', provisioning.target)] : []),
  ];
}
