/** The parts of JSON that the templates' own modules look for. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** The members of an object. Undefined for anything else. */
export const membersOf = (value: Json | undefined): Record<string, Json> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;

/** As `membersOf`, and no members for anything else. */
export const entriesOf = (value: Json | undefined): [string, Json][] => Object.entries(membersOf(value) ?? {});

export const own = (value: Json | undefined, name: string): Json | undefined => {
  const members = membersOf(value);
  return members && Object.hasOwn(members, name) ? members[name] : undefined;
};

/** The parameter of `{"Ref": "<parameter>"}`. */
export const refOf = (value: Json): string | undefined => {
  const object = membersOf(value);
  return object && Object.keys(object).length === 1 && typeof object.Ref === 'string' ? object.Ref : undefined;
};

/** The name of a function, e.g. `Fn::Join`. */
export const functionOf = (value: Json): string | undefined =>
  Object.keys(membersOf(value) ?? {}).find((name) => name.startsWith('Fn::'));

/** True for a Ref or a function: the value is known only when the template is used. */
export const isComputed = (value: Json): boolean =>
  Object.keys(membersOf(value) ?? {}).some((name) => name === 'Ref' || name.startsWith('Fn::'));
