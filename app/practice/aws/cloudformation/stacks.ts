import { randomUUID } from 'node:crypto';
import { type Account, nowSeconds } from '../account.ts';
import { queryError } from '../errors.ts';
import type { Stack } from '../nouns.ts';
import { resourceTypes } from './resources.ts';
import { type Json, type Made, namesIn, type Scope, valueIn } from './values.ts';

type Resource = { Type: string; Condition?: string; DependsOn?: string | string[]; Properties?: Json };
type Template = {
  Parameters?: Record<string, { Default?: Json; AllowedValues?: Json[] }>;
  Conditions?: Record<string, Json>;
  Resources: Record<string, Resource>;
  Outputs?: Record<string, { Value: Json; Description?: string }>;
};

/**
 * Makes what a template says, each resource after those that it refers to. After a failure nothing is taken back: the
 * stack is CREATE_FAILED and says why, as with `--on-failure DO_NOTHING`.
 * @throws ServiceError ValidationError, AlreadyExistsException
 */
export async function createStack(
  account: Account,
  name: string,
  templateBody: string,
  given: ReadonlyMap<string, string> = new Map(),
): Promise<Stack> {
  if (!/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/.test(name)) throw invalid('The stack name is not valid.');
  if (account.state.stacks.has(name)) throw queryError('AlreadyExistsException', `Stack [${name}] already exists`);
  const template = read(templateBody);
  const parameters = parametersOf(template, given);
  const id = `arn:aws:cloudformation:${account.region}:${account.id}:stack/${name}/${randomUUID()}`;
  const stack: Stack = { name, id, status: 'CREATE_COMPLETE', createdAt: nowSeconds(account), outputs: [] };
  account.state.stacks.set(name, stack);
  const made = new Map<string, Made>();
  const scope: Scope = { account, stackId: id, parameters, made };
  let current = name;
  try {
    const isMeant = (condition: string | undefined) =>
      condition === undefined || valueIn(template.Conditions?.[condition] ?? false, scope) === true;
    for (const logicalName of inOrder(template)) {
      const { Type, Condition, Properties = {} } = template.Resources[logicalName] as Resource;
      if (!isMeant(Condition)) continue;
      current = logicalName;
      const make = Object.hasOwn(resourceTypes, Type) ? resourceTypes[Type] : undefined;
      if (!make) throw new Error(`The practice AWS does not make ${Type}`);
      made.set(logicalName, await make(account, valueIn(Properties, scope) as Record<string, Json>, logicalName));
    }
    stack.outputs = Object.entries(template.Outputs ?? {}).map(([key, { Value }]) => ({
      key,
      value: String(valueIn(Value, scope)),
    }));
  } catch (error) {
    stack.status = 'CREATE_FAILED';
    stack.reason = `${current}: ${(error as Error).message}`;
  }
  account.changed();
  return stack;
}

const invalid = (message: string) => queryError('ValidationError', message);

function read(text: string): Template {
  let template: Partial<Template> | null;
  try {
    template = JSON.parse(text) as Partial<Template> | null;
  } catch {
    throw invalid('Template format error: JSON not well-formed. (The practice AWS reads no YAML.)');
  }
  if (typeof template?.Resources !== 'object') throw invalid('Template format error: Resources are missing.');
  return template as Template;
}

function parametersOf({ Parameters = {} }: Template, given: ReadonlyMap<string, string>): Map<string, string> {
  const strange = [...given.keys()].find((name) => !Object.hasOwn(Parameters, name));
  if (strange !== undefined) throw invalid(`Parameters: [${strange}] do not exist in the template`);
  return new Map(
    Object.entries(Parameters).map(([name, { Default, AllowedValues }]) => {
      const value = given.get(name) ?? (Default === undefined ? undefined : String(Default));
      if (value === undefined) throw invalid(`Parameters: [${name}] must have values`);
      if (AllowedValues && !AllowedValues.map(String).includes(value)) {
        throw invalid(`Parameter '${name}' must be one of AllowedValues`);
      }
      return [name, value];
    }),
  );
}

/** Each resource after those that it names. */
function inOrder({ Resources }: Template): string[] {
  const done = new Set<string>();
  const visit = (name: string, above: readonly string[]): void => {
    const resource = Resources[name];
    if (!resource || done.has(name)) return;
    if (above.includes(name)) throw invalid(`Circular dependency between resources: [${[...above, name].join(', ')}]`);
    const before = [...namesIn(resource.Properties ?? {}), ...[resource.DependsOn ?? []].flat()];
    for (const one of before) visit(one, [...above, name]);
    done.add(name);
  };
  for (const name of Object.keys(Resources)) visit(name, []);
  return [...done];
}
