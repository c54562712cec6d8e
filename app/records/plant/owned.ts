/** What is the plant's at a station that has joined one: it is changed there, and not here. After leaving it is the station's. */
import { StationError } from '../../contract/errors.ts';
import type { Sql } from '../sql.ts';

/** Whether this station has joined a plant. */
export const isJoined = (sql: Sql): boolean => sql.get('SELECT 1 FROM plantMark') !== undefined;

/** Whether the recipe in use under this name is the plant's. */
export const isPlantsRecipe = (sql: Sql, name: string): boolean => {
  const last = sql.get<{ actor: string; version: number | null }>(
    'SELECT actor, version FROM recipeApprovals WHERE name = @name ORDER BY approvalId DESC LIMIT 1',
    { name },
  );
  return last?.actor === 'plant' && last.version !== null && isJoined(sql);
};

/** Whether the plant says who this person is. */
export const isPlantsPerson = (sql: Sql, personId: number): boolean =>
  isJoined(sql) &&
  sql.get(`SELECT 1 FROM people WHERE personId = @personId AND source = 'plant'`, { personId }) !== undefined;

/** The error for the recipe, the profile or the person of this name. */
export const owned = (name: string): StationError =>
  new StationError('plant.owned', `${name} comes from the plant, and is changed there`, { data: { name } });
