/** The nouns that cross a process boundary, as zod schemas. The types are inferred from them. */
export * from './agreement.ts';
export * from './authority.ts';
export * from './base.ts';
export * from './batches.ts';
export * from './bench.ts';
export * from './certificates.ts';
export * from './drivers.ts';
export * from './entries/index.ts';
export * from './keyboardscanner.ts';
export * from './labelrule.ts';
export * from './pins.ts';
export * from './profileview.ts';
export * from './recipe.ts';
export * from './scanning.ts';
export * from './settings.ts';
export * from './transcript.ts';
export * from './units.ts';
