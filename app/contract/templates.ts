/** What a station says about provisioning templates: what one makes, what it needs, and templates to begin with. */
import { z } from 'zod';

/** bulk: also RegisterThing; jitp: just-in-time provisioning; fleet: provisioning by claim or by a trusted user. */
export const templateKinds = ['bulk', 'jitp', 'fleet'] as const;
export const templateKind = z.enum(templateKinds);
export type TemplateKind = z.infer<typeof templateKind>;

const values = z.record(z.string(), z.json());

export const templateAttachment = z.object({
  what: z.enum([
    'policy to certificate',
    'certificate to thing',
    'thing to group',
    'thing to type',
    'thing to billing group',
  ]),
  /** The logical name of a resource. */
  from: z.string(),
  /** The logical name of a resource, or the name of a group or type. */
  to: z.string(),
});
export type TemplateAttachment = z.infer<typeof templateAttachment>;

export const renderedTemplate = z.object({
  /** Maps each logical name to the resource with its values. */
  resources: z.record(z.string(), z.object({ Type: z.string(), Properties: values })),
  attachments: z.array(templateAttachment),
  /** The device's configuration after fleet provisioning. Absent when the template has none. */
  deviceConfiguration: values.optional(),
  /** Requested parameters that have neither a value nor a Default. Their properties are left out. */
  unresolved: z.array(z.string()),
  /** Why AWS would not provision a unit with these parameters. Empty when it would. */
  fails: z.array(z.string()),
});
export type RenderedTemplate = z.infer<typeof renderedTemplate>;

/** A parameter of a template. */
export const templateNeed = z.object({
  name: z.string(),
  /** Absent when the value must be given. */
  fallback: z.string().optional(),
  /** Where it is used, as JSON pointers. Empty for one that is declared only. */
  usedBy: z.array(z.string()),
});
export type TemplateNeed = z.infer<typeof templateNeed>;

/** What pushing a template did in AWS, and the number of its default version there. */
export const pushedTemplate = z.object({
  made: z.enum(['created', 'version', 'hook', 'unchanged']),
  version: z.int(),
  /** The oldest version, where it had to make room. */
  removed: z.int().optional(),
});
export type PushedTemplate = z.infer<typeof pushedTemplate>;

export const templateInAws = z.object({
  name: z.string(),
  type: z.enum(['FLEET_PROVISIONING', 'JITP']),
  enabled: z.boolean(),
  /** Its default version in AWS. */
  version: z.int(),
  /** The ARN of the function that decides who is provisioned. */
  hook: z.string().optional(),
  /** The station's version with the same text; null when the station has none. */
  kept: z.int().nullable(),
});

export const templateStarters = ['bulk', 'registerThing', 'jitp', 'claim', 'trustedUser'] as const;
export const templateStarter = z.object({
  name: z.enum(templateStarters),
  form: templateKind,
  text: z.string(),
  /** Values to try it with. */
  parameters: z.record(z.string(), z.string()),
});
export type TemplateStarter = z.infer<typeof templateStarter>;
