/**
 * Finds the mistakes in a form, by field: by the schema of its call, and by rules that a schema cannot express. Pure.
 */
import type { MethodSpec } from '../../app/contract/method.ts';

type Schema = Pick<MethodSpec['params'], 'safeParse'>;

/** The paths at which a schema refuses a value, in the station's form: `engineer.pin`. */
export function wrongPaths(schema: Schema, value: unknown): string[] {
  const read = schema.safeParse(value);
  return read.success ? [] : read.error.issues.map(({ path }) => path.map(String).join('.'));
}

/** The field of a path: the last part of the path that is the name of a field. */
export const fieldAt = (path: string, names: readonly string[]): string | undefined =>
  path.split('.').findLast((part) => names.includes(part));

type TextName<V> = { [K in keyof V & string]: V[K] extends string ? K : never }[keyof V & string];

/** Mistakes that the schema does not find. The value is the words, or `true` for the words of `words`. */
export type Extra<V> = { [K in keyof V]?: string | boolean | undefined };

export type Rules<V> = {
  /** The schema of the call's params. */
  schema: Schema;
  /** The call's params for these values, whether or not the station would accept them. */
  params: (values: V) => unknown;
  /** The rules that a schema cannot express. */
  also?: ((values: V) => Extra<V>) | undefined;
  /** The words for the mistake in a field; undefined for none. */
  words?: ((name: keyof V & string, values: V) => string | undefined) | undefined;
};

export type Fields<V> = {
  values: V;
  set: (part: Partial<V>) => void;
  /** The props of a text field. */
  field: (name: TextName<V>) => {
    name: string;
    value: string;
    problem: string | undefined;
    onValue: (value: string) => void;
  };
  /** The names of fields that are wrong or missing. */
  wrong: ReadonlySet<string>;
  /** Whether nothing is wrong, in the fields and in the other parts of the call. */
  fits: boolean;
};

/** The fields of a form whose values live elsewhere. `refused` is the field that the station has refused. */
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
