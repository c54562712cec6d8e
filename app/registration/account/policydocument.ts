/** IAM policy documents of permissions, with as few statements as there are resources. */

export type Statement = { Sid: string; Effect: 'Allow'; Action: string[]; Resource: string };
export type PolicyDocument = { Version: '2012-10-17'; Statement: Statement[] };

/** A document that allows these actions. Statements and actions are in the order of their first row. */
export function policyDocument(rows: readonly { action: string; resource: string }[]): PolicyDocument {
  const byResource = new Map<string, Set<string>>();
  for (const { action, resource } of rows) {
    const actions = byResource.get(resource) ?? new Set();
    byResource.set(resource, actions.add(action));
  }
  const statements = [...byResource].map(
    ([Resource, actions], index): Statement => ({
      Sid: `Birthmark${index + 1}`,
      Effect: 'Allow',
      Action: [...actions],
      Resource,
    }),
  );
  return { Version: '2012-10-17', Statement: statements };
}

/** Who may take on the role: AWS IoT ("Creating an IAM role for your service", AWS IoT developer guide). */
export const trustOf = (service: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
});
