/** Documents that engineers write for AWS IoT, kept by the station in versions: provisioning templates and policies. */
import { z } from 'zod';
import { isoTime } from './base.ts';

export const documentKind = z.enum(['template', 'policy']);
export type DocumentKind = z.infer<typeof documentKind>;

/**
 * The kind of a template: of a bulk task or RegisterThing, of just-in-time provisioning, of fleet provisioning. A policy
 * is of AWS IoT.
 */
export const documentForm = z.enum(['bulk', 'jitp', 'fleet', 'iot']);

/** AWS's patterns: templateName (at most 36 of these, checked where one is pushed) and policyName. */
export const documentName = z.string().regex(/^[\w+=,.@-]{1,128}$/, 'letters, digits and + = , . @ _ -, at most 128');
/** Above the 10,240 characters of a template and the 2,048 of a policy, so that the check can say what is too long. */
export const documentText = z.string().max(40_000);

export const documentView = z.object({
  kind: documentKind,
  name: z.string(),
  version: z.int(),
  form: documentForm,
  /** Null for the version that retired the name. */
  text: z.string().nullable(),
  /** The beginning of the SHA-256 of the text. */
  hash: z.string().nullable(),
  madeBy: z.string(),
  madeAt: isoTime,
});
export type DocumentView = z.infer<typeof documentView>;
