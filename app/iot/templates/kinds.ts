/** What provisioning templates may refer to, and the pages of AWS that say so. */

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
