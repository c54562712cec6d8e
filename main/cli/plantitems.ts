/** What `plant publish` reads: files of profiles, recipes, people and revocations, added to what was published before. */
import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { checkProfile } from '../../app/ca/index.ts';
import { StationError } from '../../app/contract/errors.ts';
import {
  givenRecipe,
  type PlantDocumentKind,
  type PlantItems,
  type PlantRevocation,
  plantPerson,
  plantRevocation,
} from '../../app/contract/model.ts';
import { isShipped, type PlantSql, type Published, publishDocument, unitOfCertificate } from '../../app/plant/index.ts';
import { systemClock } from '../clock.ts';
import { jsonFrom, textFrom } from './givenfile.ts';
import { valid } from './inplant.ts';

/** `without`: names or badges that count no more. */
type Given = { files: readonly string[]; without: readonly string[]; sql: PlantSql };
/** `unknown`: serials of revoked units and certificates that no station has shipped, perhaps for a slip of the pen. */
type PublishedFiles = Published & { unknown?: string[] };
type Change<K extends PlantDocumentKind> = (before: PlantItems[K]) => PlantItems[K];

/** Adds the files to what counts, takes away what is to count no more, and publishes all of it. @throws call.badParams */
export async function publishFiles<K extends PlantDocumentKind>(
  kind: K,
  { key, ...given }: Given & { key: KeyObject },
): Promise<PublishedFiles> {
  const unknown: string[] = [];
  const change = await changes[kind](given, unknown);
  const published = await publishDocument(given.sql, { kind, key, change, now: systemClock.now() });
  return kind === 'revocations' ? { ...published, unknown } : published;
}

/** Adds these texts to what counts, or replaces what has their names, and publishes all of it. */
export const publishTexts = (
  kind: 'profiles' | 'recipes',
  texts: readonly NamedText[],
  { sql, key }: { sql: PlantSql; key: KeyObject },
): Promise<Published> =>
  publishDocument(sql, { kind, key, change: (before) => joined(before, texts), now: systemClock.now() });

type NamedText = { name: string; text: string };
const joined = (before: readonly NamedText[], texts: readonly NamedText[], without: readonly string[] = []) =>
  leave(new Map([...before, ...texts].map((one) => [one.name, one])), without);

const refused = (detail: string) => new StationError('call.badParams', detail);

/** @throws call.badParams – one of `without` is not there */
function leave<T>(all: Map<string, T>, without: readonly string[]): T[] {
  for (const name of without) if (!all.delete(name)) throw refused(`${name} is not published`);
  return [...all.values()];
}

/** Texts as their files have them. `nameIn` gives the name in a checked text. */
async function textsOf({ files, without }: Given, nameIn: (value: unknown) => string) {
  const texts: NamedText[] = [];
  for (const file of files) texts.push({ name: nameIn(await jsonFrom(file)), text: await textFrom(file) });
  return (before: readonly NamedText[]) => joined(before, texts, without);
}

function nameOfProfile(value: unknown): string {
  const checked = checkProfile(value);
  if (checked.ok) return checked.profile.name;
  throw refused(`${checked.problems[0]?.path}: ${checked.problems[0]?.message}`);
}

/** The members of lists, or single ones. @throws call.badParams – a list is empty: nothing of it would be published */
const listsOf = async (files: readonly string[]): Promise<unknown[]> =>
  (await Promise.all(files.map(jsonFrom))).flatMap((read, at) => {
    if (Array.isArray(read) && read.length === 0) throw refused(`${files[at]} is an empty list`);
    return Array.isArray(read) ? (read as unknown[]) : [read];
  });

/** Who is published keeps name, role and verifier unless another one is given: "plant pin" writes badge and verifier only. */
const givenPerson = plantPerson.partial().required({ badge: true });

/** One of the two is enough: the plant knows the unit of a certificate that a station shipped. */
const givenRevocation = z.strictObject({
  serialHex: plantRevocation.shape.serialHex.unwrap().optional(),
  unitSerial: plantRevocation.shape.unitSerial.unwrap().optional(),
  ...{ reason: plantRevocation.shape.reason, note: plantRevocation.shape.note },
});

async function revocationOf(sql: PlantSql, given: unknown): Promise<PlantRevocation> {
  const { serialHex = null, unitSerial = null, reason, note } = valid(givenRevocation, given);
  const unit = unitSerial ?? (serialHex === null ? null : await unitOfCertificate(sql, serialHex));
  const revokedAt = systemClock.now().toISOString();
  return valid(plantRevocation, { serialHex, unitSerial: unit, reason, note, revokedAt });
}

const changes: { [K in PlantDocumentKind]: (given: Given, unknown: string[]) => Promise<Change<K>> } = {
  profiles: (given) => textsOf(given, nameOfProfile),
  recipes: (given) => textsOf(given, (value) => valid(givenRecipe, value).name),
  people: async ({ files, without }) => {
    const people = (await listsOf(files)).map((one) => valid(givenPerson, one));
    return (before) => {
      const all = new Map(before.map((person) => [person.badge, person]));
      for (const one of people) all.set(one.badge, valid(plantPerson, { ...all.get(one.badge), ...one }));
      return leave(all, without);
    };
  },
  revocations: async ({ files, without, sql }, unknown) => {
    if (without.length > 0) throw refused('a revocation is final: none is taken back');
    const added: PlantRevocation[] = [];
    for (const one of await listsOf(files)) {
      const revocation = await revocationOf(sql, one);
      if (!(await isShipped(sql, revocation))) unknown.push(revocation.serialHex ?? revocation.unitSerial ?? '');
      added.push(revocation);
    }
    const keyOf = ({ serialHex, unitSerial }: PlantRevocation) => `${serialHex} ${unitSerial}`;
    return (before) => [...new Map([...added, ...before].map((one) => [keyOf(one), one])).values()];
  },
};
