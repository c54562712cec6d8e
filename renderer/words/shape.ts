/** The same keys as another table, with any words: what a second language must fill in. */
export type SameKeys<T> = { readonly [K in keyof T]: T[K] extends string ? string : SameKeys<T[K]> };
