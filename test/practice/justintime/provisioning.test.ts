/** Just-in-time provisioning: what a template gets from a certificate, what is made of it, and how it fails. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  CreateProvisioningTemplateCommand,
  CreateThingGroupCommand,
  CreateThingTypeCommand,
  UpdateCACertificateCommand,
  UpdateProvisioningTemplateCommand,
} from '@aws-sdk/client-iot';
import { roleName } from '../../../app/practice/aws/index.ts';
import { createPki } from '../pki.ts';
import { accountWith, connects, idOf, issueOdd } from './support.ts';

const pki = createPki();
after(() => pki.remove());
const roleArn = `arn:aws:iam::123456789012:role/${roleName}`;
const own = 'AWS::IoT::Certificate::';
const ref = (name: string) => ({ Ref: `${own}${name}` });
const allEight = [
  'Country',
  'Organization',
  'OrganizationalUnit',
  'DistinguishedNameQualifier',
  'StateName',
  'CommonName',
  'SerialNumber',
  'Id',
];

/** A template that keeps what it got of these parameters as attributes of the thing. */
const keeping = (names: readonly string[]) =>
  JSON.stringify({
    Parameters: Object.fromEntries(
      [...new Set([...names, 'CommonName', 'Id'])].map((name) => [`${own}${name}`, { Type: 'String' }]),
    ),
    Resources: {
      thing: {
        Type: 'AWS::IoT::Thing',
        Properties: {
          ThingName: ref('CommonName'),
          ...(names.length > 3 && { ThingTypeName: 'all' }),
          AttributePayload: Object.fromEntries(names.map((name) => [name, ref(name)])),
        },
      },
      certificate: { Type: 'AWS::IoT::Certificate', Properties: { CertificateId: ref('Id'), Status: 'ACTIVE' } },
    },
  });

test('the eight parameters are those of the subject, and each of them that is missing fails', async (t) => {
  const whole = '/C=DE/O=Example/OU=Sensors/dnQualifier=q1/ST=Bavaria/CN=unit-1/serialNumber=S-1';
  const { account, authority, iot } = await accountWith(t, pki, { templateBody: keeping(allEight), roleArn });
  await iot.send(new CreateThingTypeCommand({ thingTypeName: 'all' }));
  const pem = pki.issue('unit-1', { subject: whole });
  assert.deepEqual(await connects(account, authority, pem), {});
  const thing = account.state.things.get('unit-1');
  assert.deepEqual(thing?.attributes, {
    ...{ Country: 'DE', Organization: 'Example', OrganizationalUnit: 'Sensors', DistinguishedNameQualifier: 'q1' },
    ...{ StateName: 'Bavaria', CommonName: 'unit-1', SerialNumber: 'S-1', Id: idOf(pem) },
  });
  assert.deepEqual(
    thing?.principals.map(({ id }) => id),
    [idOf(pem)],
  );
  assert.equal(account.state.certificates.get(idOf(pem))?.status, 'ACTIVE');
  for (const [part, name] of [
    ['/C=DE', 'Country'],
    ['/O=Example', 'Organization'],
    ['/OU=Sensors', 'OrganizationalUnit'],
    ['/dnQualifier=q1', 'DistinguishedNameQualifier'],
    ['/ST=Bavaria', 'StateName'],
    ['/CN=unit-1', 'CommonName'],
    ['/serialNumber=S-1', 'SerialNumber'],
  ] as const) {
    const lacking = pki.issue('x', { subject: whole.replace(part, '') });
    const { reason } = await connects(account, authority, lacking);
    assert.match(reason ?? '', new RegExp(`AWS::IoT::Certificate::${name}: the subject .* has no such value`), name);
    assert.equal(account.state.certificates.get(idOf(lacking))?.status, 'PENDING_ACTIVATION', name);
  }
  assert.equal(account.state.things.size, 1);
});

test('odd subjects: several values give the first, UTF-8 stays, two attributes in one RDN are two', async (t) => {
  const { account, authority } = await accountWith(t, pki, {
    templateBody: keeping(['OrganizationalUnit', 'SerialNumber', 'Organization']),
    roleArn,
  });
  const cases: [string[], Record<string, string>][] = [
    [
      ['CN=multi', '0.OU=first', '1.OU=second', 'serialNumber=7', 'O=Example'],
      { OrganizationalUnit: 'first', SerialNumber: '7', Organization: 'Example' },
    ],
    [
      ['CN=joined', '+serialNumber=8', 'OU=u', 'O=a/b=c'],
      { OrganizationalUnit: 'u', SerialNumber: '8', Organization: 'a/b=c' },
    ],
    [
      ['CN=utf8', 'OU=Prüfstand', 'serialNumber=9', 'O=東京'],
      { OrganizationalUnit: 'Prüfstand', SerialNumber: '9', Organization: '東京' },
    ],
  ];
  for (const [lines, wanted] of cases) {
    const outcome = await connects(account, authority, issueOdd(pki, 'ca', lines));
    const name = lines[0]?.slice(3) ?? '';
    const isAscii = Object.values(wanted).every((value) => /^[a-zA-Z0-9_.,@/:#=[\]-]*$/.test(value));
    if (!isAscii) {
      assert.match(
        outcome.reason ?? '',
        /AttributePayload|attributes/,
        `${name}: AWS takes no such value of an attribute`,
      );
      continue;
    }
    assert.deepEqual(outcome, {}, name);
    assert.deepEqual(account.state.things.get(name)?.attributes, wanted, name);
  }
  const spaced = await connects(
    account,
    authority,
    pki.issue('x', { subject: '/CN=with space/OU=u/serialNumber=1/O=o' }),
  );
  assert.match(spaced.reason ?? '', /ThingName/, 'a common name must be a name of a thing');
});

/** The template of AWS's guide, as it stands there. */
const guide = JSON.stringify({
  Parameters: Object.fromEntries(
    ['CommonName', 'SerialNumber', 'Country', 'Id'].map((name) => [`${own}${name}`, { Type: 'String' }]),
  ),
  Resources: {
    thing: {
      Type: 'AWS::IoT::Thing',
      Properties: {
        ThingName: ref('CommonName'),
        AttributePayload: { version: 'v1', serialNumber: ref('SerialNumber') },
        ThingTypeName: 'lightBulb-versionA',
        ThingGroups: ['v1-lightbulbs', ref('Country')],
      },
      OverrideSettings: { AttributePayload: 'MERGE', ThingTypeName: 'REPLACE', ThingGroups: 'DO_NOTHING' },
    },
    certificate: {
      Type: 'AWS::IoT::Certificate',
      Properties: { CertificateId: ref('Id'), Status: 'ACTIVE' },
      OverrideSettings: { Status: 'DO_NOTHING' },
    },
    policy: {
      Type: 'AWS::IoT::Policy',
      Properties: {
        PolicyDocument:
          '{ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action":["iot:Publish"], "Resource": ["arn:aws:iot:us-east-1:123456789012:topic/foo/bar"] }] }',
      },
    },
  },
});

test("the guide's own template fails with its reason until the account has what it names, and then provisions once", async (t) => {
  const { account, authority, iot } = await accountWith(t, pki, { templateBody: guide, roleArn });
  const pem = pki.issue('bulb-1', { subject: '/CN=bulb-1/C=DE/serialNumber=77' });
  const contact = () => connects(account, authority, pem);
  assert.match((await contact()).reason ?? '', /v1-lightbulbs/);
  assert.match((await contact()).reason ?? '', /v1-lightbulbs/, 'it repeats with its reason');
  for (const name of ['v1-lightbulbs', 'DE']) await iot.send(new CreateThingGroupCommand({ thingGroupName: name }));
  assert.match((await contact()).reason ?? '', /lightBulb-versionA/);
  await iot.send(new CreateThingTypeCommand({ thingTypeName: 'lightBulb-versionA' }));
  assert.deepEqual(await Promise.all([contact(), contact(), contact()]), [{}, {}, {}]);
  const certificate = account.state.certificates.get(idOf(pem));
  assert.equal(certificate?.status, 'ACTIVE');
  assert.equal(certificate?.policies.length, 1);
  assert.deepEqual(account.state.things.get('bulb-1')?.groups, ['v1-lightbulbs', 'DE']);
  const log = account.log.entries().map(({ eventType, status }) => `${eventType} ${status}`);
  assert.deepEqual(log, [
    'RegisterDeviceCertificate Success',
    ...Array(3).fill('ProvisionDevice Failure'),
    'ProvisionDevice Success',
  ]);
});

test('a template by its name, as long as it is enabled and its role may do what it says', async (t) => {
  const { account, authority, iot, aws } = await accountWith(t, pki);
  const templateBody = keeping(['SerialNumber']);
  const about = { templateName: 'line-1', type: 'JITP' as const, provisioningRoleArn: roleArn, enabled: true };
  await iot.send(new CreateProvisioningTemplateCommand({ ...about, templateBody }));
  const certificateId = authority.certificateId;
  await iot.send(new UpdateCACertificateCommand({ certificateId, registrationConfig: { templateName: 'line-1' } }));
  const one = pki.issue('n-1', { subject: '/CN=n-1/serialNumber=1' });
  await iot.send(new UpdateProvisioningTemplateCommand({ templateName: 'line-1', enabled: false }));
  assert.match((await connects(account, authority, one)).reason ?? '', /line-1 is disabled/);
  await iot.send(new UpdateProvisioningTemplateCommand({ templateName: 'line-1', enabled: true }));
  const only = (...actions: string[]) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] });
  aws.act({ act: 'policy', identity: roleName, policy: only('iot:RegisterThing', 'iot:CreateThing') });
  assert.match(
    (await connects(account, authority, one)).reason ?? '',
    /not authorized to perform: iot:UpdateCertificate/,
  );
  assert.equal(account.state.things.size, 0, 'what the role lacks is found before anything is made');
  aws.act({ act: 'policy', identity: roleName, policy: null });
  assert.deepEqual(await connects(account, authority, one), {});
  assert.equal(account.log.entries().at(-1)?.templateName, 'line-1');
});

test('a CA that is not open registers nothing; what another CA has signed is not registered', async (t) => {
  const { account, authority, iot } = await accountWith(t, pki, { templateBody: keeping([]), roleArn });
  const { certificateId } = authority;
  const pem = pki.issue('closed');
  const set = (change: object) => iot.send(new UpdateCACertificateCommand({ certificateId, ...change }));
  await set({ newAutoRegistrationStatus: 'DISABLE' });
  assert.match((await connects(account, authority, pem)).reason ?? '', /Automatic registration is disabled/);
  await set({ newAutoRegistrationStatus: 'ENABLE', newStatus: 'INACTIVE' });
  assert.match((await connects(account, authority, pem)).reason ?? '', /CA certificate is not active/);
  await set({ newStatus: 'ACTIVE' });
  pki.ca('other');
  assert.match(
    (await connects(account, authority, pki.issue('x', { by: 'other' }))).reason ?? '',
    /not signed by the CA/,
  );
  assert.equal(account.state.certificates.size, 0);
  assert.deepEqual(await connects(account, authority, pem), {});
});
