/** Looks at the parts of an account that AWS IoT uses besides the station: roles, functions, tables, rules. */

/** `unseen`: the account does not let us look, or the endpoint does not offer it. */
export type Seen<T extends object = object> =
  | ({ seen: 'there' } & T)
  | { seen: 'missing' }
  | { seen: 'unseen'; why: string };

/** None of them changes anything. Only `call.cancelled` and broken programs are thrown. */
export interface AccountLook {
  /** `services`: who may take the role, by its trust policy. */
  role(roleArn: string, signal?: AbortSignal): Promise<Seen<{ services: string[] }>>;
  /** A function of Lambda, by its name or ARN. */
  fn(nameOrArn: string, signal?: AbortSignal): Promise<Seen>;
  /** A table of DynamoDB. */
  table(name: string, signal?: AbortSignal): Promise<Seen>;
  /** A rule of AWS IoT. */
  rule(name: string, signal?: AbortSignal): Promise<Seen<{ enabled: boolean }>>;
}

/** What each look needs, for the statement to add ("Actions, resources, and condition keys", Service Authorization Reference). */
export const lookActions = {
  role: 'iam:GetRole',
  fn: 'lambda:GetFunction',
  table: 'dynamodb:DescribeTable',
  rule: 'iot:ListTopicRules',
} as const satisfies Record<keyof AccountLook, string>;
