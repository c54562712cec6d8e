/** The function of just-in-time registration: what AWS runs when a device of an auto-registering CA first connects. */

/** "Automatic/Just-in-Time registration", AWS IoT developer guide: one message for each new certificate. */
export const jitrRuleSql = "SELECT * FROM '$aws/events/certificates/registered/+'";

/**
 * Node.js, with the SDK that Lambda brings. It names the thing after the common name, attaches the policies, activates
 * the certificate last, and writes the result into the table. It may run twice for one certificate. The limit of a
 * function inside a template is 4096 characters.
 */
export const jitrFunction = `const sdk = (name) => require(\`@aws-sdk/client-\${name}\`);
const { X509Certificate } = require('node:crypto');
const { IoTClient, DescribeCertificateCommand, CreateThingCommand, AttachThingPrincipalCommand, AttachPolicyCommand,
  UpdateCertificateCommand } = sdk('iot');
const { DynamoDBClient, PutItemCommand } = sdk('dynamodb');

const iot = new IoTClient({});
const table = new DynamoDBClient({});
const policies = (process.env.POLICIES || '').split(',').filter(Boolean);

exports.handler = async ({ certificateId, caCertificateId }) => {
  const { certificateDescription: found } = await iot.send(new DescribeCertificateCommand({ certificateId }));
  if (found.status !== 'PENDING_ACTIVATION') return { certificateId, result: found.status };
  const subject = new X509Certificate(found.certificatePem).subject.split('\\n');
  const thingName = (subject.find((line) => line.startsWith('CN=')) || '').slice(3);
  if (!/^[a-zA-Z0-9:_-]{1,128}$/.test(thingName)) throw new Error('the common name cannot name a thing');
  const principal = found.certificateArn;
  await iot.send(new CreateThingCommand({ thingName }));
  await iot.send(new AttachThingPrincipalCommand({ thingName, principal }));
  for (const policyName of policies) await iot.send(new AttachPolicyCommand({ policyName, target: principal }));
  await iot.send(new UpdateCertificateCommand({ certificateId, newStatus: 'ACTIVE' }));
  const text = (S) => ({ S });
  await table.send(new PutItemCommand({ TableName: process.env.TABLE, Item: {
    certificateId: text(certificateId), caCertificateId: text(caCertificateId), thingName: text(thingName),
    registeredAt: text(new Date().toISOString()) } }));
  return { certificateId, thingName, result: 'ACTIVE' };
};
`;
