/** The grammar of a policy document ("Grammar of the IAM JSON policy language", IAM User Guide; AWS IoT follows it). */
import { z } from 'zod';
import type { grammarSentences } from '../../contract/policysentences.ts';

const isObject = (one: unknown): boolean => typeof one === 'object' && one !== null && !Array.isArray(one);
/** The message of an issue is the code of its sentence. */
const said = (error: keyof typeof grammarSentences) => ({ error });
const strings = z.union([z.string(), z.array(z.string()).min(1, said('notEmptyList'))], said('stringOrList'));
const scalar = z.union([z.string(), z.number(), z.boolean()]);
/** An empty list of values is legal: no value is among them ("Connect policy examples", AWS IoT developer guide). */
const values = z.union([scalar, z.array(scalar)], said('valuesOrList'));
const keys = z.record(z.string(), values, said('conditionKeys'));
const condition = z.record(z.string(), keys, said('conditionOperators'));

const statement = z
  .strictObject({
    Sid: z.string(said('mustBeString')).optional(),
    Effect: z.enum(['Allow', 'Deny'], said('effect')),
    Action: strings.optional(),
    NotAction: strings.optional(),
    Resource: strings.optional(),
    NotResource: strings.optional(),
    Condition: condition.optional(),
  })
  .superRefine((one, context) => {
    for (const name of ['Action', 'Resource'] as const) {
      const [plain, not] = [one[name], one[`Not${name}`]];
      if (plain === undefined && not === undefined) {
        context.addIssue({ code: 'custom', path: [name], message: said(`needs${name}`).error });
      } else if (plain !== undefined && not !== undefined) {
        context.addIssue({ code: 'custom', path: [`Not${name}`], message: said(`beside${name}`).error });
      }
    }
  });

export const policyDocument = z.strictObject({
  Version: z.enum(['2012-10-17', '2008-10-17'], said('policyVersion')).optional(),
  Id: z.string(said('mustBeString')).optional(),
  // A single statement may stand without a list. In a list its problems have a place.
  Statement: z.preprocess(
    (one) => (isObject(one) ? [one] : one),
    z.array(statement, said('statements')).min(1, said('noStatement')),
  ),
});

/** `not` for NotAction and NotResource. */
type Patterns = { not: boolean; patterns: readonly string[] };
export type Condition = { operator: string; key: string; values: readonly string[] };
export type Statement = {
  sid: string | undefined;
  effect: 'Allow' | 'Deny';
  action: Patterns;
  resource: Patterns;
  conditions: readonly Condition[];
};
export type Policy = {
  /** Documents of 2008-10-17, and those without a version, take variables as plain text (IAM User Guide, "Version"). */
  variables: boolean;
  statements: readonly Statement[];
};

/** Undefined when the document is no policy: then AWS keeps none. */
export function readPolicy(document: unknown): Policy | undefined {
  const parsed = policyDocument.safeParse(document);
  return parsed.success ? policyOf(parsed.data) : undefined;
}

export const policyOf = ({ Version, Statement }: z.infer<typeof policyDocument>): Policy => ({
  variables: Version === '2012-10-17',
  statements: Statement.map((one) => ({
    sid: one.Sid,
    effect: one.Effect,
    action: patternsOf(one.Action, one.NotAction),
    resource: patternsOf(one.Resource, one.NotResource),
    conditions: Object.entries(one.Condition ?? {}).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, values]) => ({ operator, key, values: listOf(values).map(String) })),
    ),
  })),
});

const patternsOf = (plain: string | string[] | undefined, not: string | string[] | undefined): Patterns => ({
  not: plain === undefined,
  patterns: listOf(plain ?? not ?? []),
});

const listOf = <T>(one: T | T[]): T[] => (Array.isArray(one) ? one : [one]);
