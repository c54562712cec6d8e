/** Finds what is wrong with a form, by field: by the schema of its call and by the rules that a schema cannot hold. Pure. */
import type { MethodSpec } from '../../app/contract/method.ts';

type Schema = Pick<MethodSpec['params'], 'safeParse'>;

/** The paths at which a schema refuses a value, in the station's form: `engineer.pin`. */
export function wrongPaths(schema: Schema, value: unknown): string[] {
  const read = schema.safeParse(value);
  return read.success ? [] : read.error.issues.map(({ path }) => path.map(String).join('.'));
}

/** The field that a path is about: its last part that is the name of one. */
export const fieldAt = (path: string, names: readonly string[]): string | undefined =>
  path.split('.').findLast((part) => names.includes(part));

type TextName<V> = { [K in keyof V & string]: V[K] extends string ? K : never }[keyof V & string];

/** What is wrong with fields beside what the schema says: its words, or `true` for those of `words`. */
export type Extra<V> = { [K in keyof V]?: string | boolean | undefined };

export type Rules<V> = {
  /** The schema of the call's params. */
  schema: Schema;
  /** What the station is given for these values, whether or not it would take it. */
  params: (values: V) => unknown;
  /** The rules that a schema cannot hold. */
  also?: ((values: V) => Extra<V>) | undefined;
  /** Says what is wrong with a field; undefined where nothing is said about it. */
  words?: ((name: keyof V & string, values: V) => string | undefined) | undefined;
};

export type Fields<V> = {
  values: V;
  set: (part: Partial<V>) => void;
  /** For a text field. */
  field: (name: TextName<V>) => {
    name: string;
    value: string;
    problem: string | undefined;
    onValue: (value: string) => void;
  };
  /** Names of fields that are wrong or missing. */
  wrong: ReadonlySet<string>;
  /** Nothing is wrong, in no field and in no other part of the call. */
  fits: boolean;
};

/** The fields of a form over values that live elsewhere. `refused`: the field that the station did not take as it is. */
export function formFields<V extends object>(
  { schema, params, also, words }: Rules<V>,
  values: V,
  set: (part: Partial<V>) => void,
  refused?: string,
): Fields<V> {
  const names = Object.keys(values);
  const paths = wrongPaths(schema, params(values));
  const refusedBySchema = new Set(paths.map((path) => fieldAt(path, names)));
  const extra = Object.entries(also?.(values) ?? {}).filter(
    ([, problem]) => problem !== undefined && problem !== false,
  );
  const extraWords = new Map(extra);
  const problemOf = (name: TextName<V>): string | undefined => {
    const added = extraWords.get(name);
    if (typeof added === 'string' && !refusedBySchema.has(name)) return added;
    return added || refusedBySchema.has(name) || name === refused ? words?.(name, values) : undefined;
  };
  return {
    values,
    set,
    field: (name) => ({
      name,
      value: values[name] as string,
      problem: problemOf(name),
      onValue: (value) => set({ [name]: value } as Partial<V>),
    }),
    wrong: new Set([...refusedBySchema, ...extraWords.keys()].filter((name) => name !== undefined)),
    fits: paths.length === 0 && extra.length === 0,
  };
}
