export type * from './authorities.ts';
export type { CrlStanding } from './crls.ts';
export { createLocalDatabase, type Database } from './database.ts';
export { createLedger } from './facade.ts';
export type * from './ledger.ts';
export { migrate } from './migrations/index.ts';
export type { RecipeRecord } from './recipes.ts';
export type { Counters, MemberState } from './shapes.ts';
export type { Sql } from './sql.ts';
