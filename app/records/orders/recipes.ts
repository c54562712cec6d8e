/** Recipes on record: every version as it was written, and the version in use. */
import { createHash } from 'node:crypto';
import { StationError } from '../../contract/errors.ts';
import { audit } from '../audit/audit.ts';
import { read, write } from '../call.ts';
import { journalNames } from '../entrynames.ts';
import { isJoined, isPlantsRecipe, owned } from '../plant/owned.ts';
import type { Sql } from '../sql.ts';

export type RecipeRecord = {
  name: string;
  version: number;
  /** SHA-256 of the text, lower-case hex. */
  hash: string;
  text: string;
  madeBy: string;
  madeAt: string;
  /**
   * The time and the person of the last approval, and the SHA-256 that the named profile had then; null for a draft.
   */
  approvedAt: string | null;
  approvedBy: string | null;
  profileHash: string | null;
  /** Whether this version is in use. */
  inUse: boolean;
  /** Whether the name is retired: no version of it is in use any more. */
  retired: boolean;
  /** Whether the plant has put a version of this name into use, so that it is changed there alone. */
  fromPlant: boolean;
};

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

type Text = { name: string; text: string; actor: string };

/** @throws plant.owned */
function assertMine(sql: Sql, { name, actor }: { name: string; actor: string }): void {
  if (actor !== 'plant' && isPlantsRecipe(sql, name)) throw owned(name);
}

/**
 * Saves the next version of that name, as a draft. If the text is on record already, its version is returned. Audit
 * `recipe.saved`.
 *
 * @throws plant.owned – the plant has the recipe of this name in use here
 */
export const saveRecipe = write((sql, { name, text, actor }: Text, at): { version: number } => {
  assertMine(sql, { name, actor });
  const hash = sha256(text);
  const same = sql.get<{ version: number }>('SELECT version FROM recipes WHERE name = @name AND hash = @hash', {
    name,
    hash,
  });
  const saved = ({ version }: { version: number }) =>
    audit(sql, { at, entry: 'recipe.saved', actor, subject: name, data: { version, hash } });
  if (same) {
    saved(same);
    return same;
  }
  const { version } = sql.get<{ version: number }>(
    'SELECT coalesce(max(version), 0) + 1 AS version FROM recipes WHERE name = @name',
    { name },
  )!;
  sql.run(
    `INSERT INTO recipes (name, version, hash, text, madeBy, madeAt)
     VALUES (@name, @version, @hash, @text, @actor, @at)`,
    { name, version, hash, text, actor, at },
  );
  saved({ version });
  return { version };
});

type Approval = { name: string; version: number; profileHash: string; actor: string };

/**
 * Puts this version into use. `profileHash` is the SHA-256 of the profile that it names, lower-case hex. Audit
 * `recipe.approved`.
 *
 * @throws recipe.notFound
 * @throws plant.owned
 */
export const approveRecipe = write((sql, { name, version, profileHash, actor }: Approval, at): void => {
  assertMine(sql, { name, actor });
  const found = sql.get<{ hash: string }>('SELECT hash FROM recipes WHERE name = @name AND version = @version', {
    name,
    version,
  });
  if (!found) throw missing(`${name}, version ${version}`);
  approval(sql, { name, version, profileHash, actor, at });
  audit(sql, { at, entry: 'recipe.approved', actor, subject: name, data: { version, hash: found.hash } });
});

/**
 * Retires the name: no unit is made by its recipe any more. Audit `recipe.retired`.
 *
 * @throws recipe.notFound – no version of this name is in use
 * @throws plant.owned
 */
export const retireRecipe = write((sql, { name, actor }: { name: string; actor: string }, at): void => {
  assertMine(sql, { name, actor });
  const last = sql.get<{ version: number | null }>(
    'SELECT version FROM recipeApprovals WHERE name = @name ORDER BY approvalId DESC LIMIT 1',
    { name },
  );
  if (!last || last.version === null) throw missing(`${name} in use`);
  approval(sql, { name, version: null, profileHash: null, actor, at });
  audit(sql, { at, entry: 'recipe.retired', actor, subject: name, data: { version: last.version } });
});

type Entry = { name: string; version: number | null; profileHash: string | null; actor: string; at: string };

const approval = (sql: Sql, params: Entry): void =>
  void sql.run(
    `INSERT INTO recipeApprovals (name, version, profileHash, actor, at)
     VALUES (@name, @version, @profileHash, @actor, @at)`,
    params,
  );

const missing = (what: string) => new StationError('recipe.notFound', `there is no recipe ${what}`);

/** The last line of the approvals of a name. */
type Last = { lastVersion: number | null; lastId: number | null; lastActor: string | null };

/** Every version, by name and version. */
export const recipes = read((sql): RecipeRecord[] => {
  const joined = isJoined(sql);
  return sql
    .all<Omit<RecipeRecord, 'inUse' | 'retired' | 'fromPlant'> & Last>(
      `SELECT r.name, r.version, r.hash, r.text, r.madeBy, r.madeAt, a.at AS approvedAt, a.actor AS approvedBy,
         a.profileHash, l.version AS lastVersion, l.approvalId AS lastId, l.actor AS lastActor
       FROM recipes r
       LEFT JOIN recipeApprovals a ON a.approvalId =
         (SELECT max(approvalId) FROM recipeApprovals WHERE name = r.name AND version = r.version)
       LEFT JOIN recipeApprovals l ON l.approvalId =
         (SELECT max(approvalId) FROM recipeApprovals WHERE name = r.name)
       ORDER BY r.name, r.version`,
    )
    .map(({ lastVersion, lastId, lastActor, ...row }) => ({
      ...row,
      inUse: lastVersion === row.version,
      retired: lastId !== null && lastVersion === null,
      fromPlant: joined && lastActor === 'plant' && lastVersion !== null,
    }));
});

/** When the golden unit last passed, ISO 8601 UTC, or null. */
export const goldenPassedAt = read(
  (sql, unitSerial: string): string | null =>
    sql.get<{ at: string | null }>(
      `SELECT max(at) AS at FROM journal WHERE unitSerial = @unitSerial AND entry = ${journalNames('golden.passed')}`,
      { unitSerial },
    )!.at,
);
