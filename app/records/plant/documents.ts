/** Signed documents of the plant: what counts here, and what this station does not take. */
import type { PlantDocument, PlantDocumentKind, PlantProblem } from '../../contract/plantdocuments.ts';
import { audit } from '../audit/audit.ts';
import { read, write } from '../call.ts';
import { approveRecipe } from '../orders/recipes.ts';
import type { Sql } from '../sql.ts';
import { applyPeople, type PeopleChange } from './people.ts';
import { applyProfiles, applyRecipes } from './recipes.ts';
import { keepRevocations } from './revocations.ts';

export type AppliedDocument = {
  kind: PlantDocumentKind;
  version: number;
  hash: string;
  appliedAt: string;
  versions: PlantDocument['versions'];
  clashes: string[];
};
export type RejectedDocument = {
  kind: PlantDocumentKind;
  version: number;
  hash: string;
  problem: PlantProblem;
  why: string;
};

/** The newest document of each kind that counts here, and what the plant shows that does not. */
export const plantDocuments = read(
  (sql, plantId: string): { applied: AppliedDocument[]; rejected: RejectedDocument[] } => ({
    applied: sql
      .all<Omit<AppliedDocument, 'versions' | 'clashes'> & { versions: string; clashes: string }>(
        `SELECT kind, max(version) AS version, hash, appliedAt, versions, clashes FROM plantDocuments
         WHERE plantId = @plantId GROUP BY kind`,
        { plantId },
      )
      .map((row) => ({ ...row, versions: JSON.parse(row.versions), clashes: JSON.parse(row.clashes) })),
    rejected: sql.all('SELECT kind, version, hash, problem, why FROM plantRejections'),
  }),
);

/** The plant's profiles that count here, by name. */
export const plantProfiles = read((sql): { name: string; text: string }[] =>
  sql.all('SELECT name, text FROM plantProfiles ORDER BY name'),
);

/** An approval of a recipe together with the profile that it names: SHA-256 of the profile's text. */
export type PlantApproval = { name: string; version: number; profileHash: string };
type Applying = {
  document: PlantDocument;
  hash: string;
  keyId: string;
  signature: Uint8Array;
  /** By the name of a recipe of the document, the SHA-256 of the profile that it names. */
  profileHashes?: Readonly<Record<string, string>>;
  /** With other profiles: recipes of the plant that name them, to be approved once more. */
  approvals?: readonly PlantApproval[];
};
/** `people`: what changed for those who may sign in. */
export type Applied = { isNew: boolean; people?: PeopleChange };

/**
 * Makes a checked document count, all of it in one commit. One that counts already, or an older one, changes nothing. Audit
 * `plant.applied`, and the entries of what it changes, with the actor `plant`.
 */
export const applyPlantDocument = write((sql, { document, ...given }: Applying, at): Applied => {
  const { plantId, kind, version, versions } = document;
  const { before } = sql.get<{ before: number }>(
    'SELECT coalesce(max(version), 0) AS before FROM plantDocuments WHERE plantId = @plantId AND kind = @kind',
    { plantId, kind },
  )!;
  if (version <= before) return { isNew: false };
  const people = applyItems(sql, { document, ...given }, at);
  const { hash, keyId, signature } = given;
  const clashes = people?.clashes ?? [];
  sql.run(
    `INSERT INTO plantDocuments (plantId, kind, version, hash, keyId, signature, versions, clashes, appliedAt)
     VALUES (@plantId, @kind, @version, @hash, @keyId, @signature, @versions, @clashes, @at)`,
    {
      ...{ plantId, kind, version, hash, keyId, signature, at },
      ...{ versions: JSON.stringify(versions), clashes: JSON.stringify(clashes) },
    },
  );
  sql.run('DELETE FROM plantRejections WHERE kind = @kind', { kind });
  const data = { plantId, kind, version, before, hash, keyId, ...(clashes.length > 0 && { clashes }) };
  audit(sql, { at, entry: 'plant.applied', actor: 'plant', subject: `${kind}/${version}`, data });
  return { isNew: true, ...(people && { people }) };
});

function applyItems(
  sql: Sql,
  { document, profileHashes = {}, approvals = [] }: Omit<Applying, 'hash' | 'keyId' | 'signature'>,
  at: string,
): PeopleChange | undefined {
  switch (document.kind) {
    case 'people':
      return applyPeople(sql, document.items, at);
    case 'recipes':
      applyRecipes(sql, document.items, profileHashes, at);
      return undefined;
    case 'profiles':
      applyProfiles(sql, document.items, at);
      for (const approval of approvals) approveRecipe(sql, { ...approval, actor: 'plant' }, at);
      return undefined;
    case 'revocations':
      keepRevocations(sql, document.items, at);
      return undefined;
  }
}

/**
 * Keeps why the station does not take what the plant shows; null: nothing speaks against it any more. Audit
 * `plant.rejected` when it is another document or another problem than before. Returns whether it is.
 */
export const rejectPlantDocument = write(
  (sql, { kind, found }: { kind: PlantDocumentKind; found: Omit<RejectedDocument, 'kind'> | null }, at): boolean => {
    if (found === null) return sql.run('DELETE FROM plantRejections WHERE kind = @kind', { kind }).changes > 0;
    const { version, hash, problem, why } = found;
    const same = sql.get(
      `SELECT 1 FROM plantRejections WHERE kind = @kind AND version = @version AND hash = @hash AND problem = @problem`,
      { kind, version, hash, problem },
    );
    if (same) return false;
    sql.run(
      `INSERT INTO plantRejections (kind, version, hash, problem, why, rejectedAt)
       VALUES (@kind, @version, @hash, @problem, @why, @at)
       ON CONFLICT DO UPDATE SET version = @version, hash = @hash, problem = @problem, why = @why, rejectedAt = @at`,
      { kind, version, hash, problem, why, at },
    );
    const data = { kind, version, hash, problem, why };
    audit(sql, { at, entry: 'plant.rejected', actor: 'station', subject: `${kind}/${version}`, data });
    return true;
  },
);
