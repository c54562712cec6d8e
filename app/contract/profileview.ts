/** Profiles and previews as screens see them. */
import { z } from 'zod';
import { saidShape } from './sentences.ts';

/** A profile file's JSON text. */
export const profileText = z.string().min(2).max(20_000);

/** `path` as in JavaScript, e.g. `subject[1].value`; empty for the file as a whole. */
export const profileProblem = saidShape.extend({ path: z.string() });
export type ProfileProblem = z.infer<typeof profileProblem>;

export const listedProfile = z.object({
  name: z.string(),
  from: z.enum(['product', 'plant', 'file']),
  inUse: z.boolean(),
  problems: z.array(profileProblem),
  text: z.string(),
});
export type ListedProfileView = z.infer<typeof listedProfile>;

/** See `CertificatePreview` in app/ca. */
export const certificatePreview = z.object({
  profile: z.string(),
  subject: z.string(),
  issuer: z.string(),
  keyType: z.string(),
  signatureAlgorithm: z.string(),
  notBeforeAt: z.string(),
  notAfterAt: z.string(),
  expires: z.boolean(),
  subjectAltNames: z.array(z.string()),
  extensions: z.array(
    z.object({
      oid: z.string(),
      name: z.string(),
      critical: z.boolean(),
      text: z.string(),
      source: z.string().optional(),
    }),
  ),
  tbsBase64: z.string(),
  problems: z.array(z.object({ name: z.string(), source: z.string(), why: z.string() })),
});
export type CertificatePreviewView = z.infer<typeof certificatePreview>;
