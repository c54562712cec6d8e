/** Reads provisioning templates as JSON. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Report = (path: string, message: string) => void;

/** Undefined when the text is not a JSON object. */
export function parseTemplate(text: string): Record<string, Json> | undefined {
  try {
    return membersOf(JSON.parse(text) as Json);
  } catch {
    return undefined;
  }
}

/** The members of an object. Undefined for anything else. */
export const membersOf = (value: Json): Record<string, Json> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;

/** The parameter of `{"Ref": "<parameter>"}`. */
export const refOf = (object: Record<string, Json>): string | undefined =>
  Object.keys(object).length === 1 && typeof object.Ref === 'string' ? object.Ref : undefined;

/** True for a Ref or a function: the value is known only when the template is used. */
export const isComputed = (value: Json): boolean => {
  const object = membersOf(value);
  return object !== undefined && Object.keys(object).some((name) => name === 'Ref' || name.startsWith('Fn::'));
};
