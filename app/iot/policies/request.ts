/** What is odd about a request that policies are to decide: AWS IoT never asks for it in this form. */
import { type Said, sentence } from '../../contract/sentences.ts';
import { actions, services } from './vocabulary.ts';
import { arnParts } from './wildcard.ts';

/** A decision about such a request is right, and says nothing about a device. */
export function requestDoubts({ action, resource }: { action: string; resource: string }): Said[] {
  const [service = '', name, ...more] = action.toLowerCase().split(':');
  if (name === undefined || more.length > 0 || !services.includes(service))
    return [sentence('requestAction', { action })];
  const known = Object.keys(actions).find((one) => one.toLowerCase() === action.toLowerCase());
  if (known === undefined) return service === 'greengrass' ? [] : [sentence('requestUnknown', { action })];
  const types = actions[known] ?? [];
  if (types.length === 0) return resource === '*' ? [] : [sentence('requestAll', { action })];
  const parts = arnParts(resource);
  const fits = parts[0] === 'arn' && types.some((type) => parts[5]?.startsWith(`${type}/`) === true);
  return fits ? [] : [sentence('requestResource', { action, types: types.join(', ') })];
}
