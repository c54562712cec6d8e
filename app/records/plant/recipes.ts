/** Recipes and profiles that the plant approves. A recipe gets its next version here, as one that a person writes does. */
import { hash } from 'node:crypto';
import { audit } from '../audit/audit.ts';
import { approveRecipe, retireRecipe, saveRecipe } from '../orders/recipes.ts';
import type { Sql } from '../sql.ts';

type Named = { name: string; text: string };
const actor = 'plant';

/**
 * Puts these recipes into use, and retires those that the plant put into use before and names no longer. What is in use as
 * it stands is left alone. A unit at work keeps the version that it began with.
 *
 * @param profileHashes by the name of a recipe, the SHA-256 of the profile that it names
 */
export function applyRecipes(
  sql: Sql,
  recipes: readonly Named[],
  profileHashes: Readonly<Record<string, string>>,
  at: string,
): void {
  const inUse = new Map(
    sql
      .all<{ name: string; hash: string; profileHash: string; actor: string }>(
        `SELECT a.name, r.hash, a.profileHash, a.actor FROM recipeApprovals a JOIN recipes r USING (name, version)
         WHERE a.approvalId = (SELECT max(approvalId) FROM recipeApprovals WHERE name = a.name)`,
      )
      .map((row) => [row.name, row]),
  );
  for (const { name, text } of recipes) {
    const now = inUse.get(name);
    const profileHash = profileHashes[name] ?? '';
    inUse.delete(name);
    const isSame = now?.hash === hash('sha256', text, 'hex') && now.profileHash === profileHash;
    if (isSame && now.actor === actor) continue;
    const { version } = saveRecipe(sql, { name, text, actor }, at);
    approveRecipe(sql, { name, version, profileHash, actor }, at);
  }
  for (const left of inUse.values()) if (left.actor === actor) retireRecipe(sql, { name: left.name, actor }, at);
}

/** Makes these the profiles of the plant. Audit `profile.saved`, `profile.removed`. */
export function applyProfiles(sql: Sql, profiles: readonly Named[], at: string): void {
  const before = new Map(sql.all<Named>('SELECT name, text FROM plantProfiles').map(({ name, text }) => [name, text]));
  for (const { name, text } of profiles) {
    if (before.get(name) !== text) {
      sql.run('INSERT INTO plantProfiles (name, text) VALUES (@name, @text) ON CONFLICT DO UPDATE SET text = @text', {
        name,
        text,
      });
      audit(sql, { at, entry: 'profile.saved', actor, subject: name, data: { text } });
    }
    before.delete(name);
  }
  for (const name of before.keys()) {
    sql.run('DELETE FROM plantProfiles WHERE name = @name', { name });
    audit(sql, { at, entry: 'profile.removed', actor, subject: name, data: {} });
  }
}
