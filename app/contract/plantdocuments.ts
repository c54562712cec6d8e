/**
 * What flows from the plant to its stations: signed documents. Each has all that the plant says of its kind, so that the
 * newest one is enough. The text that is signed is the document as canonical JSON (RFC 8785).
 */
import { z } from 'zod';
import { badge, hex, isoTime, role, unitSerial } from './base.ts';
import { revocationNote, revocationReason } from './certificates.ts';
import { profileText } from './profileview.ts';
import { recipeText } from './recipe.ts';

/** In the order in which a station applies them: a recipe names a profile. */
export const plantDocumentKinds = ['profiles', 'recipes', 'people', 'revocations'] as const;
export const plantDocumentKind = z.enum(plantDocumentKinds);
export type PlantDocumentKind = z.infer<typeof plantDocumentKind>;

const smallName = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,39}$/);
/** Four characters are three bytes, less the padding. */
const lengthOf = (base64: string): number => (base64.length / 4) * 3 - (/=*$/.exec(base64)?.[0].length ?? 0);
const bytes = (length: number) => z.base64().refine((text) => lengthOf(text) === length, `${length} bytes in base64`);

/** By what a PIN is proved: scrypt (RFC 7914) with its cost. The PIN itself is in no document. */
export const pinVerifier = z.strictObject({
  salt: bytes(16),
  hash: bytes(32),
  n: z.union([z.literal(2 ** 14), z.literal(2 ** 15), z.literal(2 ** 16), z.literal(2 ** 17)]),
  r: z.int().min(1).max(16),
  p: z.int().min(1).max(8),
});
export type PinVerifier = z.infer<typeof pinVerifier>;

/** A person is known by their badge. Who is not in the newest document may do nothing at any station. */
export const plantPerson = z.strictObject({ badge, name: z.string().min(1).max(60), role, verifier: pinVerifier });
export type PlantPerson = z.infer<typeof plantPerson>;

/** `serialHex` is the certificate's; null for all certificates of the unit. `unitSerial` is null where it is not known. */
export const plantRevocation = z
  .strictObject({
    serialHex: hex.max(40).nullable(),
    unitSerial: unitSerial.nullable(),
    reason: revocationReason,
    note: revocationNote,
    revokedAt: isoTime,
  })
  .refine(
    ({ serialHex, unitSerial }) => serialHex !== null || unitSerial !== null,
    'it names no certificate and no unit',
  );
export type PlantRevocation = z.infer<typeof plantRevocation>;

const profile = z.strictObject({ name: smallName, text: profileText });
const recipe = z.strictObject({ name: smallName, text: recipeText });
export const plantItems = {
  profiles: z.array(profile).max(500),
  recipes: z.array(recipe).max(500),
  people: z.array(plantPerson).max(10_000),
  revocations: z.array(plantRevocation).max(100_000),
} as const;
export type PlantItems = { [K in PlantDocumentKind]: z.infer<(typeof plantItems)[K]> };

const newest = z.int().min(0);
const head = {
  format: z.literal('birthmark plant document 1'),
  plantId: z.string().min(1).max(64),
  /** Grows by one or more with each document of its kind. */
  version: z.int().min(1),
  /** The newest version of each kind when this one was signed, with this one: so that a station sees what is withheld. */
  versions: z.strictObject({ profiles: newest, recipes: newest, people: newest, revocations: newest }),
  signedAt: isoTime,
};
const of = <K extends PlantDocumentKind>(kind: K) =>
  z.strictObject({ ...head, kind: z.literal(kind), items: plantItems[kind] });
export const plantDocument = z.discriminatedUnion('kind', [
  of('profiles'),
  of('recipes'),
  of('people'),
  of('revocations'),
]);
export type PlantDocument = z.infer<typeof plantDocument>;

/**
 * Why a station does not take what the plant has. `older`: it has a later one itself. `changed`: it has another one of
 * this version. `missing`: a signed document names a later one that the plant does not show.
 */
export const plantProblem = z.enum([
  'noKey',
  'badSignature',
  'otherPlant',
  'older',
  'changed',
  'missing',
  'unreadable',
  'unusable',
]);
export type PlantProblem = z.infer<typeof plantProblem>;

/** What this station has from its plant of a kind. `version` is 0 for none. */
export const plantTaken = z.object({
  kind: plantDocumentKind,
  version: z.int(),
  appliedAt: isoTime.nullable(),
  /** Badges of the plant that belong to other people here: those people were not added. */
  clashes: z.array(z.string()),
  /** What it does not take: the version that the plant shows, 0 for none, and why in English. */
  rejected: z.object({ version: z.int(), problem: plantProblem, why: z.string() }).nullable(),
});
export type PlantTaken = z.infer<typeof plantTaken>;
