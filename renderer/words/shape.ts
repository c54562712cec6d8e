import type { EntryName } from '../../app/contract/index.ts';

type Dashed<N extends string> = N extends `${infer Noun}.${infer Verb}` ? `${Noun}-${Verb}` : never;
/** The key of an entry's words: its name with dashes, because a point would lead into a table. */
export type EntryKey<N extends EntryName = EntryName> = Dashed<N>;
export const keyOf = <N extends EntryName>(name: N): EntryKey<N> => name.replace('.', '-') as EntryKey<N>;

/** The same keys as another table, with any words. A second language must fill them in. */
export type SameKeys<T> = { readonly [K in keyof T]: T[K] extends string ? string : SameKeys<T[K]> };
