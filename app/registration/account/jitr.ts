/** The function of just-in-time registration: what AWS runs when a device of an auto-registering CA first connects. */

import type { CloudTarget } from '../../contract/model.ts';

/** "Automatic/Just-in-Time registration", AWS IoT developer guide: one message for each new certificate. */
export const jitrRuleSql = "SELECT * FROM '$aws/events/certificates/registered/+'";

/**
 * Rows of the table, by the prefix of their `id`. `key:` and the SHA-256 of the public key (SubjectPublicKeyInfo, DER) in
 * small hex: a unit that may register, as the station lists it. `unit:` and the common name: the same for a person who
 * knows no key. Both may say `thingName`. `revoked:` and the certificate serial in small hex. `cert:` and the certificate
 * id: what the function made of it.
 */
export const allowListRow = {
  key: (spkiSha256: string) => `key:${spkiSha256}`,
  unit: (commonName: string) => `unit:${commonName}`,
  revoked: (serialHex: string) => `revoked:${serialHex.toLowerCase().replace(/^0+(?=.)/, '')}`,
  result: (certificateId: string) => `cert:${certificateId}`,
};

/** Key of the table, as CloudFormation and CreateTable take it. */
export const jitrTable = {
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
};

export const jitrSettings = { Runtime: 'nodejs22.x', Handler: 'index.handler', Timeout: 30, MemorySize: 128 };

/** The environment of the function: what a thing of this target gets. */
export const jitrVariables = (
  { policyNames, thingTypeName, thingGroups = [] }: CloudTarget,
  table: string,
): Record<string, string> => ({
  TABLE: table,
  POLICIES: policyNames.join(','),
  ...(thingTypeName !== undefined && { THING_TYPE: thingTypeName }),
  ...(thingGroups.length > 0 && { THING_GROUPS: thingGroups.join(',') }),
});

/**
 * Node.js, with the SDK that Lambda brings. A unit that is on the list gets its thing and the policies, and its certificate is activated last; a revoked one is revoked in AWS too; any other stays pending. What
 * came of it is in the table. It may run several times for one certificate, also at once: each step can be repeated. The
 * limit of a function inside a template is 4096 characters ("AWS::Lambda::Function Code", CloudFormation user guide).
 */
export const jitrFunction = `const { createHash, X509Certificate } = require('node:crypto');
const iotSdk = require('@aws-sdk/client-iot');
const tableSdk = require('@aws-sdk/client-dynamodb');

const iot = new iotSdk.IoTClient({ maxAttempts: 8 });
const table = new tableSdk.DynamoDBClient({ maxAttempts: 8 });
const { TABLE: TableName, POLICIES, THING_TYPE, THING_GROUPS } = process.env;
const names = (text) => (text || '').split(',').filter(Boolean);
const call = (name, input) => iot.send(new iotSdk[name + 'Command'](input));
const text = (S) => ({ S });

/** A row of the table, as text by name. */
async function row(id) {
  const { Item } = await table.send(new tableSdk.GetItemCommand({ TableName, Key: { id: text(id) }, ConsistentRead: true }));
  return Item && Object.fromEntries(Object.entries(Item).map(([name, { S }]) => [name, S]));
}

/** What is to be done with a certificate, and under which name. */
async function decide(x509) {
  const serial = x509.serialNumber.toLowerCase().replace(/^0+(?=.)/, '');
  const [commonName] = [x509.toLegacyObject().subject.CN || ''].flat();
  const revoked = await row('revoked:' + serial);
  if (revoked) return { result: 'revoked', commonName };
  const key = createHash('sha256').update(x509.publicKey.export({ type: 'spki', format: 'der' })).digest('hex');
  const unit = (await row('key:' + key)) || (commonName && (await row('unit:' + commonName)));
  if (!unit) return { result: 'notListed', commonName };
  const thingName = unit.thingName || commonName;
  const result = /^[a-zA-Z0-9:_-]{1,128}$/.test(thingName) ? 'ACTIVE' : 'badName';
  return { result, commonName, thingName };
}

async function provision(certificateId, principal, thingName) {
  const thing = { thingName, ...(THING_TYPE && { thingTypeName: THING_TYPE }) };
  await call('CreateThing', thing).catch((error) => {
    if (error.name !== 'ResourceAlreadyExistsException') throw error;
  });
  for (const thingGroupName of names(THING_GROUPS)) await call('AddThingToThingGroup', { thingName, thingGroupName });
  for (const policyName of names(POLICIES)) await call('AttachPolicy', { policyName, target: principal });
  await call('AttachThingPrincipal', { thingName, principal });
  await call('UpdateCertificate', { certificateId, newStatus: 'ACTIVE' });
}

exports.handler = async ({ certificateId, caCertificateId }) => {
  const { certificateDescription: found } = await call('DescribeCertificate', { certificateId });
  if (found.status !== 'PENDING_ACTIVATION') return { certificateId, result: found.status };
  const decided = await decide(new X509Certificate(found.certificatePem));
  const report = async (more) => {
    const item = { id: 'cert:' + certificateId, caCertificateId, at: new Date().toISOString(), ...decided, ...more };
    const filled = Object.entries(item).filter(([, value]) => value);
    const Item = Object.fromEntries(filled.map(([name, value]) => [name, text(String(value))]));
    await table.send(new tableSdk.PutItemCommand({ TableName, Item }));
  };
  try {
    if (decided.result === 'ACTIVE') await provision(certificateId, found.certificateArn, decided.thingName);
    if (decided.result === 'revoked') await call('UpdateCertificate', { certificateId, newStatus: 'REVOKED' });
  } catch (error) {
    await report({ result: 'failed', reason: error.name + ': ' + error.message });
    throw error;
  }
  await report({});
  return { certificateId, ...decided };
};
`;
