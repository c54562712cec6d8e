/** Migration n takes a plant from n − 1 to n. A released migration is never edited. */
import { desk } from './desk.ts';
import { documents } from './documents.ts';
import { firsts } from './firsts.ts';
import { functions } from './functions.ts';
import { guards } from './guards.ts';
import { leases } from './leases.ts';
import { returns } from './returns.ts';
import { rights, tables } from './tables.ts';

export const migrations: readonly string[] = [
  `${tables}${rights}${functions}${leases}`,
  returns,
  desk,
  documents,
  firsts,
  guards,
];
