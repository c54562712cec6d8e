/** A policy with the place of each of its texts, for the findings. */
import type { z } from 'zod';
import { pointerPart } from '../positions.ts';
import type { policyDocument } from './document.ts';

/** A text of the policy and its JSON pointer. */
export type Item = { text: string; path: string };
export type Inspected = {
  path: string;
  effect: 'Allow' | 'Deny';
  sid: string | undefined;
  notAction: boolean;
  actions: readonly Item[];
  notResource: boolean;
  resources: readonly Item[];
  conditions: readonly { operator: string; key: string; path: string; values: readonly Item[] }[];
};
type Document = z.infer<typeof policyDocument>;

/** @param isList whether the document has a list of statements: then their pointers have an index */
export const inspect = (document: Document, isList: boolean): Inspected[] =>
  document.Statement.map((one, index) => {
    const path = isList ? `/Statement/${index}` : '/Statement';
    const [action, resource] = [one.Action ?? one.NotAction, one.Resource ?? one.NotResource];
    return {
      path,
      effect: one.Effect,
      sid: one.Sid,
      notAction: one.Action === undefined,
      actions: items(action, `${path}/${one.Action === undefined ? 'NotAction' : 'Action'}`),
      notResource: one.Resource === undefined,
      resources: items(resource, `${path}/${one.Resource === undefined ? 'NotResource' : 'Resource'}`),
      conditions: Object.entries(one.Condition ?? {}).flatMap(([operator, keys]) =>
        Object.entries(keys).map(([key, values]) => {
          const place = `${path}/Condition/${pointerPart(operator)}/${pointerPart(key)}`;
          return { operator, key, path: place, values: items(values, place) };
        }),
      ),
    };
  });

type Scalar = string | number | boolean;
const items = (value: Scalar | readonly Scalar[] | undefined, path: string): Item[] =>
  Array.isArray(value)
    ? value.map((one, index) => ({ text: String(one), path: `${path}/${index}` }))
    : [{ text: String(value), path }];
