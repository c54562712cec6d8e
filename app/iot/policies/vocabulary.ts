/** The words of IoT policies: actions with their resource types, variables, condition keys, partitions. */

/**
 * Data-plane actions and the types of their resources; none where the resource is `*` ("AWS IoT Core policy actions",
 * "AWS IoT Core action resources", AWS IoT developer guide).
 */
export const actions: Readonly<Record<string, readonly string[]>> = {
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

/** Services whose actions AWS IoT takes ("Device authentication and authorization", AWS IoT Greengrass guide). */
export const services = ['iot', 'iotjobsdata', 'greengrass'];

const names = [
  'DistinguishedNameQualifier',
  'Country',
  'Organization',
  'OrganizationalUnit',
  'State',
  'CommonName',
  'SerialNumber',
  'Title',
  'Surname',
  'GivenName',
  'Initials',
  'Pseudonym',
  'GenerationQualifier',
];
const alternatives = ['RFC822Name', 'DNSName', 'DirectoryName', 'UniformResourceIdentifier', 'IPAddress'];

/** Policy variables ("Basic …", "Thing …" and "X.509 Certificate AWS IoT Core policy variables"). */
const variables = [
  'aws:SourceIp',
  'iot:ClientId',
  'iot:DomainName',
  'iot:Connection.Thing.ThingName',
  'iot:Connection.Thing.ThingTypeName',
  'iot:Connection.Thing.IsAttached',
  'iot:CertificateId',
  'iot:Certificate.SerialNumber',
  'iot:Certificate.AvailableKeys',
  'cognito-identity.amazonaws.com:sub',
  'cognito-identity.amazonaws.com:aud',
  'cognito-identity.amazonaws.com:amr',
];
const known = new Set(variables.map((name) => name.toLowerCase()));
const attribute = /^iot:connection\.thing\.attributes\[[^\]]+\]$/;
const certificate = new RegExp(
  `^iot:certificate\\.(subject|issuer)\\.((${names.join('|')})(\\.(\\d+|list))?|alternativename\\.(${alternatives.join('|')})(\\.(\\d+|list))?)$`,
  'i',
);

/** Names are compared without regard to case. */
export const isVariable = (name: string): boolean => {
  const folded = name.toLowerCase();
  return known.has(folded) || attribute.test(folded) || certificate.test(folded);
};

const moreKeys = [
  'iot:connectattributes',
  'iot:lastwilltopic',
  'aws:currenttime',
  'aws:epochtime',
  'aws:securetransport',
  // "Controlling access to AWS IoT Core over VPC endpoints", AWS IoT developer guide.
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:vpcsourceip',
];
export const isConditionKey = (name: string): boolean => isVariable(name) || moreKeys.includes(name.toLowerCase());

/** The name that was probably meant: names of other languages of AWS, and of old pages. */
export function meantVariable(name: string): string | undefined {
  const thing = /^iot:thing\.(.+)$/i.exec(name);
  if (thing) return `iot:Connection.Thing.${thing[1]}`;
  if (/^iot:certificate\.(subject|issuer)\.statename$/i.test(name)) return name.replace(/StateName$/i, 'State');
  if (/^iot:thingname$/i.test(name)) return 'iot:Connection.Thing.ThingName';
  if (/^aws::iot::certificate::id$/i.test(name)) return 'iot:CertificateId';
  if (/^aws::iot::certificate::/i.test(name))
    return name.replace(/^aws::iot::certificate::/i, 'iot:Certificate.Subject.');
  return undefined;
}
