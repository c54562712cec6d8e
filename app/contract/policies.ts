/** What crosses a process boundary about IoT policies: decisions and their reasons. */
import { z } from 'zod';
import { isoTime } from './base.ts';
import { checkFinding } from './findings.ts';

export const policyDecision = z.enum(['ALLOWED', 'EXPLICIT_DENY', 'IMPLICIT_DENY']);

/**
 * Why a statement did not decide. `outweighed` and `also` are statements that apply: a Deny outweighs an Allow, and of
 * several that agree the first one is named.
 */
export const statementReason = z.discriminatedUnion('because', [
  z.object({ because: z.literal('action') }),
  z.object({ because: z.literal('resource') }),
  /** A variable of the resource has no value in this request. */
  z.object({ because: z.literal('variable'), name: z.string() }),
  /** `given` is empty when the request has no value for the key. */
  z.object({
    because: z.literal('condition'),
    operator: z.string(),
    key: z.string(),
    wanted: z.array(z.string()),
    given: z.array(z.string()),
  }),
  z.object({ because: z.literal('outweighed') }),
  z.object({ because: z.literal('also') }),
  /** The whole document is no policy. */
  z.object({ because: z.literal('malformed') }),
]);
export type StatementReason = z.infer<typeof statementReason>;

export const policyOutcome = z.object({
  decision: policyDecision,
  /** Index of the deciding statement within its document, and its Sid. Absent when nothing decided. */
  statement: z.int().optional(),
  sid: z.string().optional(),
  /** Index of the document, of the deciding statement. */
  document: z.int().optional(),
  reasons: z.array(
    z.object({
      document: z.int(),
      statement: z.int().optional(),
      sid: z.string().optional(),
      effect: z.enum(['Allow', 'Deny']).optional(),
      why: statementReason,
    }),
  ),
});
export type PolicyOutcome = z.infer<typeof policyOutcome>;

/** A context value is a string or a list of strings. An absent key, or an empty list, means that there is no value. */
export const policyContext = z.record(z.string(), z.union([z.string(), z.array(z.string())]));
export const policyRequest = z.strictObject({ action: z.string(), resource: z.string(), context: policyContext });
export type PolicyRequest = z.infer<typeof policyRequest>;
/** A row of a file of requests. `expect` is the decision that the writer wants. */
export const policyTrial = policyRequest.extend({ expect: policyDecision.optional() });

export const policyStarter = z.object({
  name: z.enum(['device', 'claim', 'jitr', 'trustedUser', 'shadow', 'jobs']),
  text: z.string(),
  /** Requests that show what it allows, and what it does not. */
  rows: z.array(policyRequest),
});
export type PolicyStarter = z.infer<typeof policyStarter>;

/** A policy or a template as AWS has it. `document` is the text of its default version. */
export const versionsInAws = z.object({
  name: z.string(),
  document: z.string(),
  defaultVersionId: z.string(),
  versions: z.array(z.object({ versionId: z.string(), isDefault: z.boolean(), madeAt: isoTime.nullable() })),
});
export type VersionsInAws = z.infer<typeof versionsInAws>;

/** The number of a version in AWS ("PolicyVersionId", AWS IoT API reference); one of a template is below 2 to the 31. */
export const versionIdInAws = z.string().regex(/^[1-9][0-9]{0,8}$/, 'the number of a version in AWS, such as 3');

export const policyInAws = versionsInAws.extend({ arn: z.string() });
export type PolicyInAws = z.infer<typeof policyInAws>;

export const pushedPolicy = z.object({
  target: z.string(),
  /** `same`: the default version says this already, and nothing was changed. */
  outcome: z.enum(['made', 'changed', 'same']),
  /** The default version now. */
  versionId: z.string(),
  /** The version that was deleted to make room. */
  pruned: z.string().nullable(),
  /** Resources that match nothing in this account and Region. */
  warnings: z.array(checkFinding),
});
export type PushedPolicy = z.infer<typeof pushedPolicy>;
