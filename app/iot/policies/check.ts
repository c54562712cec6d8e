/** Checks a policy document: faults that AWS IoT would refuse, and likely mistakes that it would accept. */
import { z } from 'zod';

export type Problem = { path: string; message: string };

const isObject = (one: unknown): boolean => typeof one === 'object' && one !== null && !Array.isArray(one);
const strings = z.union([z.string(), z.array(z.string()).min(1)]);
const statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: strings,
  Resource: strings,
  Condition: z.record(z.string(), z.record(z.string(), strings)).optional(),
});
export const policyDocument = z.strictObject({
  Version: z.enum(['2012-10-17', '2008-10-17']),
  Id: z.string().optional(),
  // A single statement may stand without a list. In a list its problems have a place.
  Statement: z.preprocess((one) => (isObject(one) ? [one] : one), z.array(statement).min(1)),
});
export type Statement = z.infer<typeof statement>;

export const listOf = <T>(one: T | T[]): T[] => (Array.isArray(one) ? one : [one]);

/** The limit counts characters other than white space (AWS IoT Core quotas, "Maximum policy document size"). */
export const documentLimit = 2048;

/** Resource types of each data-plane action (AWS IoT Core Developer Guide, "AWS IoT Core action resources"). */
const resourceTypes: Record<string, readonly string[]> = {
  'iot:Connect': ['client'],
  'iot:DeleteConnection': ['client'],
  'iot:Publish': ['topic'],
  'iot:Receive': ['topic'],
  'iot:RetainPublish': ['topic'],
  'iot:GetRetainedMessage': ['topic'],
  'iot:Subscribe': ['topicfilter'],
  'iot:GetThingShadow': ['thing'],
  'iot:UpdateThingShadow': ['thing'],
  'iot:DeleteThingShadow': ['thing'],
  'iot:ListNamedShadowsForThing': [],
  'iot:ListRetainedMessages': [],
  'iotjobsdata:DescribeJobExecution': ['thing'],
  'iotjobsdata:GetPendingJobExecutions': ['thing'],
  'iotjobsdata:UpdateJobExecution': ['thing'],
  'iotjobsdata:StartNextPendingJobExecution': ['thing'],
  'iot:AssumeRoleWithCertificate': ['rolealias'],
};

const arn = /^arn:aws[a-zA-Z-]*:(iot|iotjobsdata):[^:]*:[^:]*:([a-z]+)\/.+$/s;

/** Problems with their place in the document. An empty list means that AWS IoT accepts it. */
export function checkPolicy(document: unknown): Problem[] {
  const parsed = policyDocument.safeParse(document);
  if (!parsed.success) {
    return parsed.error.issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message }));
  }
  const size = JSON.stringify(document).replace(/\s/g, '').length;
  const problems: Problem[] =
    size > documentLimit
      ? [{ path: '', message: `${size} characters without white space; AWS IoT takes ${documentLimit}` }]
      : [];
  for (const [index, one] of parsed.data.Statement.entries()) {
    const at = `Statement.${index}`;
    problems.push(...checkActions(one, at), ...checkResources(one, at));
  }
  return problems;
}

const checkActions = (one: Statement, at: string): Problem[] =>
  listOf(one.Action)
    .filter((action) => !action.includes('*') && !action.includes('?') && !/^(iot|iotjobsdata):[A-Za-z]+$/.test(action))
    .map((action) => ({ path: `${at}.Action`, message: `"${action}" is not an action of AWS IoT` }));

function checkResources(one: Statement, at: string): Problem[] {
  const problems: Problem[] = [];
  const allowed = new Set(listOf(one.Action).flatMap((action) => resourceTypes[action] ?? []));
  const known = listOf(one.Action).every((action) => (resourceTypes[action] ?? []).length > 0);
  for (const resource of listOf(one.Resource)) {
    if (resource === '*') continue;
    const type = arn.exec(resource)?.[2];
    if (type === undefined) {
      problems.push({ path: `${at}.Resource`, message: `"${resource}" is not in valid ARN format` });
    } else if (known && !allowed.has(type)) {
      problems.push({
        path: `${at}.Resource`,
        message: `"${resource}" never matches: ${listOf(one.Action).join(', ')} apply to ${[...allowed].join(' or ')}/…`,
      });
    } else if (type === 'topic' && /[#+]/.test(resource)) {
      problems.push({
        path: `${at}.Resource`,
        message: `"+" and "#" in a topic are literal; "${resource}" needs "*" instead`,
      });
    }
  }
  return problems;
}
