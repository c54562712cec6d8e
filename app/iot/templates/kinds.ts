/** The kinds of provisioning templates and what each may refer to. */

/** bulk: also RegisterThing; jitp: just-in-time provisioning; fleet: provisioning by claim or by a trusted user. */
export const templateKinds = ['bulk', 'jitp', 'fleet'] as const;
export type TemplateKind = (typeof templateKinds)[number];

export const ownId = 'AWS::IoT::Certificate::Id';

/** The only parameters of a JITP template, from the subject of the certificate, and its id ("Just-in-time provisioning"). */
export const jitpParameters: readonly string[] = [
  'Country',
  'Organization',
  'OrganizationalUnit',
  'DistinguishedNameQualifier',
  'StateName',
  'CommonName',
  'SerialNumber',
  'Id',
].map((name) => `AWS::IoT::Certificate::${name}`);

export const sources = {
  templates: 'AWS IoT developer guide, "Provisioning templates"',
  jitp: 'AWS IoT developer guide, "Just-in-time provisioning"',
  model: 'AWS IoT API reference',
  quotas: 'AWS IoT Core endpoints and quotas',
} as const;
