import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isFleetTopic } from '../../../app/practice/aws/gateway/fleet.ts';
import {
  certify,
  claimTemplate,
  connect,
  csrOf,
  csrTopic,
  makeTemplate,
  openAccount,
  ownId,
  provisionTopic,
} from './fleetbench.ts';

const certificate = claimTemplate.Resources.certificate;
const named = (thing: object, more: object = {}) => ({
  ...claimTemplate,
  Resources: { ...claimTemplate.Resources, thing: { ...claimTemplate.Resources.thing, ...thing }, ...more },
});

/** An account with the templates of the table. */
async function furnished() {
  const account = await openAccount();
  makeTemplate(account, 'fleet');
  makeTemplate(account, 'off', claimTemplate, { enabled: false });
  makeTemplate(
    account,
    'jitp',
    { Parameters: { [ownId]: { Type: 'String' } }, Resources: { certificate } },
    { type: 'JITP' },
  );
  makeTemplate(account, 'group', named({ Properties: { ThingName: 'x', ThingGroups: ['nowhere'] } }));
  makeTemplate(
    account,
    'policy',
    named({}, { policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: 'none' } } }),
  );
  makeTemplate(account, 'fail', named({ OverrideSettings: { AttributePayload: 'FAIL' } }));
  makeTemplate(account, 'merge', named({ OverrideSettings: { AttributePayload: 'MERGE' } }));
  makeTemplate(account, 'inactive', {
    ...claimTemplate,
    Resources: { certificate: { ...certificate, Properties: { ...certificate.Properties, Status: 'INACTIVE' } } },
  });
  makeTemplate(account, 'hooked', claimTemplate, {
    preProvisioningHook: {
      targetArn: 'arn:aws:lambda:us-east-1:123456789012:function:nobody',
    },
  });
  /** AWS's example for a trusted user refers to a parameter that it does not declare. */
  makeTemplate(account, 'undeclared', {
    ...claimTemplate,
    Resources: {
      ...claimTemplate.Resources,
      thing: {
        Type: 'AWS::IoT::Thing',
        Properties: { ThingName: { Ref: 'SerialNumber' }, AttributePayload: { place: { Ref: 'Location' } } },
      },
    },
  });

  return account;
}
const accounts = { json: await furnished(), cbor: await furnished() };
const account = accounts.json;

const token = 'certificateOwnershipToken';
/** Each row: the request after a certificate was had, and what the device hears. TOKEN stands for its token. */
const rows: [what: string, template: string, request: unknown, outcome: string][] = [
  [
    'a serial number',
    'fleet',
    { [token]: 'TOKEN', parameters: { SerialNumber: 'a1' } },
    'device-a1 {"site":"main","room":"5"}',
  ],
  [
    'a value for a default',
    'fleet',
    { [token]: 'TOKEN', parameters: { SerialNumber: 'a2', Model: 'large' } },
    'device-a2 {"site":"hall","room":"5"}',
  ],
  [
    'a parameter that nobody declared',
    'fleet',
    { [token]: 'TOKEN', parameters: { SerialNumber: 'a3', More: 'x' } },
    'device-a3 {"site":"main","room":"5"}',
  ],
  [
    'a certificate id of its own choice',
    'fleet',
    { [token]: 'TOKEN', parameters: { SerialNumber: 'a4', [ownId]: '0'.repeat(64) } },
    'device-a4 {"site":"main","room":"5"}',
  ],
  [
    'a member that nobody knows',
    'fleet',
    { [token]: 'TOKEN', parameters: { SerialNumber: 'a5' }, more: 1 },
    'device-a5 {"site":"main","room":"5"}',
  ],
  [
    'an undeclared Ref with a value',
    'undeclared',
    { [token]: 'TOKEN', parameters: { SerialNumber: 'u1', Location: 'Bonn' } },
    'u1 {"site":"main","room":"5"}',
  ],
  [
    'an undeclared Ref without one',
    'undeclared',
    { [token]: 'TOKEN', parameters: { SerialNumber: 'u2' } },
    'u2 {"site":"main","room":"5"}',
  ],
  [
    'no thing in the template',
    'inactive',
    { [token]: 'TOKEN', parameters: { SerialNumber: 'i' } },
    'undefined {"site":"main","room":"5"}',
  ],
  ['no parameter', 'fleet', { [token]: 'TOKEN' }, '400 InvalidParameters'],
  ['another parameter only', 'fleet', { [token]: 'TOKEN', parameters: { Model: 'large' } }, '400 InvalidParameters'],
  ['a number as a parameter', 'fleet', { [token]: 'TOKEN', parameters: { SerialNumber: 5 } }, '400 InvalidParameters'],
  ['a list as parameters', 'fleet', { [token]: 'TOKEN', parameters: ['SerialNumber'] }, '400 InvalidParameters'],
  ['a text as parameters', 'fleet', { [token]: 'TOKEN', parameters: 'SerialNumber' }, '400 InvalidParameters'],
  [
    'a value that is too long',
    'fleet',
    { [token]: 'TOKEN', parameters: { SerialNumber: 'x'.repeat(4097) } },
    '400 InvalidParameters',
  ],
  [
    'a serial number that names no thing',
    'fleet',
    { [token]: 'TOKEN', parameters: { SerialNumber: 'a b' } },
    '400 ResourceRegistrationFailure',
  ],
  [
    'an empty serial number',
    'undeclared',
    { [token]: 'TOKEN', parameters: { SerialNumber: '' } },
    '400 ResourceRegistrationFailure',
  ],
  [
    'a key that no mapping has',
    'fleet',
    { [token]: 'TOKEN', parameters: { SerialNumber: 'm', Model: 'huge' } },
    '400 ResourceRegistrationFailure',
  ],
  [
    'a group that is not there',
    'group',
    { [token]: 'TOKEN', parameters: { SerialNumber: 'g' } },
    '400 ResourceRegistrationFailure',
  ],
  [
    'a policy that is not there',
    'policy',
    { [token]: 'TOKEN', parameters: { SerialNumber: 'p' } },
    '400 ResourceRegistrationFailure',
  ],
  [
    'a thing that is there, with the same attributes',
    'fail',
    { [token]: 'TOKEN', parameters: { SerialNumber: 'a1' } },
    'device-a1 {"site":"main","room":"5"}',
  ],
  [
    'a thing that is there, with others',
    'fail',
    { [token]: 'TOKEN', parameters: { SerialNumber: 'a1', Model: 'large' } },
    '400 ResourceRegistrationFailure',
  ],
  [
    'a thing that is there, to be merged',
    'merge',
    { [token]: 'TOKEN', parameters: { SerialNumber: 'a1', Model: 'large' } },
    'device-a1 {"site":"hall","room":"5"}',
  ],
  ['a hook that is not there', 'hooked', { [token]: 'TOKEN', parameters: { SerialNumber: 'h' } }, '403 ACCESS_DENIED'],
  ['no token', 'fleet', { parameters: { SerialNumber: 'x' } }, '400 InvalidCertificateOwnershipToken'],
  [
    'an empty token',
    'fleet',
    { [token]: '', parameters: { SerialNumber: 'x' } },
    '400 InvalidCertificateOwnershipToken',
  ],
  [
    'another token',
    'fleet',
    { [token]: 'x', parameters: { SerialNumber: 'x' } },
    '400 InvalidCertificateOwnershipToken',
  ],
  [
    'a token and more',
    'fleet',
    { [token]: 'TOKENx', parameters: { SerialNumber: 'x' } },
    '400 InvalidCertificateOwnershipToken',
  ],
  [
    'a number as a token',
    'fleet',
    { [token]: 7, parameters: { SerialNumber: 'x' } },
    '400 InvalidCertificateOwnershipToken',
  ],
  ['a list', 'fleet', [1], '400 InvalidPayload'],
  ['null', 'fleet', null, '400 InvalidPayload'],
  ['a text', 'fleet', 'TOKEN', '400 InvalidPayload'],
  ['an unknown template', 'unknown', { [token]: 'TOKEN', parameters: { SerialNumber: 'x' } }, '404 ResourceNotFound'],
  ['a template of the other type', 'jitp', { [token]: 'TOKEN' }, '404 ResourceNotFound'],
  [
    'a template that is not enabled',
    'off',
    { [token]: 'TOKEN', parameters: { SerialNumber: 'x' } },
    '400 InvalidRequest',
  ],
];

for (const [format, account] of Object.entries(accounts)) {
  describe(`provisioning in ${format}`, () => {
    for (const [what, template, request, outcome] of rows) {
      test(`${what}: ${outcome}`, async () => {
        const device = connect(account);
        const { token: own, certificateId } = await certify(device);
        const filled = JSON.parse(JSON.stringify(request).replaceAll('TOKEN', own)) as unknown;
        const topic = provisionTopic(template, format);
        const { topic: answered, value } = await device.ask(topic, filled);
        const { statusCode, errorCode, errorMessage, thingName, deviceConfiguration } = value;
        const accepted = answered === `${topic}/accepted`;
        assert.equal(
          accepted
            ? `${thingName} ${JSON.stringify(deviceConfiguration, ['site', 'room'])}`
            : `${statusCode} ${errorCode}`,
          outcome,
          errorMessage,
        );
        if (!accepted) {
          assert.equal(answered, `${topic}/rejected`);
          assert.equal(
            account.state.certificates.get(certificateId)?.status,
            accepted ? 'ACTIVE' : 'PENDING_ACTIVATION',
          );
          assert.doesNotMatch(String(errorMessage), /practice AWS failed/);
        } else {
          const { status, policies } = account.state.certificates.get(certificateId) ?? {};
          assert.equal(status, template === 'inactive' ? 'INACTIVE' : 'ACTIVE');
          if (thingName !== undefined) {
            assert.equal(policies?.length, 1);
            assert.deepEqual([...account.links.thingsOf.get(certificateId)], [thingName]);
          }
        }
      });
    }
  });
}

test('the merged thing has the attributes of the last request', () => {
  assert.deepEqual(account.state.things.get('device-a1')?.attributes, { model: 'large' });
});

describe('certificates over MQTT', () => {
  test('of a CSR: pending, of the key of the CSR, with a token', async () => {
    for (const format of ['json', 'cbor']) {
      const topic = `$aws/certificates/create-from-csr/${format}`;
      const { topic: answered, value } = await connect(account).ask(topic, { certificateSigningRequest: csrOf('one') });
      assert.equal(answered, `${topic}/accepted`);
      assert.deepEqual(Object.keys(value).sort(), ['certificateId', 'certificateOwnershipToken', 'certificatePem']);
      const made = new X509Certificate(value.certificatePem ?? '');
      assert.equal(made.fingerprint256.replaceAll(':', '').toLowerCase(), value.certificateId);
      assert.equal(account.state.certificates.get(value.certificateId ?? '')?.status, 'PENDING_ACTIVATION');
    }
  });

  test('with a key of AWS: the key fits, and is kept nowhere', async () => {
    const device = connect(account);
    for (const [format, payload] of [
      ['json', ''],
      ['json', '{}'],
      ['cbor', ''],
    ] as const) {
      const topic = `$aws/certificates/create/${format}`;
      const { topic: answered, value } = await device.raw(topic, Buffer.from(payload));
      assert.equal(answered, `${topic}/accepted`);
      const made = new X509Certificate(value.certificatePem ?? '');
      assert.ok(made.checkPrivateKey(createPrivateKey(value.privateKey ?? '')));
      assert.match(made.subject, /CN=AWS IoT Certificate/);
      const saved = JSON.stringify([[...account.state.certificates.values()], account.log.entries()]);
      assert.ok(!saved.includes(value.certificateOwnershipToken?.split('.')[1] ?? ''));
      assert.doesNotMatch(saved, /PRIVATE KEY/);
    }
  });

  test('what is no CSR is rejected, with the reason', async () => {
    const broken = csrOf('one', true);
    for (const certificateSigningRequest of [undefined, 7, '', 'no', broken, 'x'.repeat(4097)]) {
      const { topic, value } = await connect(account).ask(csrTopic, { certificateSigningRequest });
      assert.equal(topic, `${csrTopic}/rejected`);
      assert.equal(`${value.statusCode} ${value.errorCode}`, '400 InvalidCertificateSigningRequest');
    }
  });
});

test('topics: two formats, and nothing before, between or behind', () => {
  const known = [
    '$aws/certificates/create/json',
    '$aws/certificates/create/cbor',
    '$aws/certificates/create-from-csr/json',
    '$aws/certificates/create-from-csr/cbor',
    '$aws/provisioning-templates/A-b_9/provision/json',
    '$aws/provisioning-templates/A-b_9/provision/cbor',
  ];
  for (const topic of known) {
    assert.ok(isFleetTopic(topic), topic);
    for (const other of [
      `${topic}/accepted`,
      `${topic}/`,
      `/${topic}`,
      `${topic}x`,
      topic.slice(0, -4),
      topic.toUpperCase(),
    ])
      assert.ok(!isFleetTopic(other), other);
  }
  assert.ok(!isFleetTopic(`$aws/provisioning-templates/${'x'.repeat(37)}/provision/json`));
  assert.ok(!isFleetTopic('$aws/provisioning-templates/a/b/provision/json'));
});

describe('any bytes are answered once, and break nothing', () => {
  const topics = ['json', 'cbor'].flatMap((format) => [
    `$aws/certificates/create-from-csr/${format}`,
    provisionTopic('fleet', format),
  ]);
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.json().map((text) => Buffer.from(text)),
    fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
  );
  test('rejected with a status of the caller', async () => {
    const device = connect(account);
    const things = account.state.things.size;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...topics), bytes, async (topic, payload) => {
        const { topic: answered, value } = await device.raw(topic, payload);
        assert.equal(answered, `${topic}/rejected`);
        assert.equal(value.statusCode, 400, value.errorMessage);
        assert.deepEqual(Object.keys(value).sort(), ['errorCode', 'errorMessage', 'statusCode']);
      }),
      { numRuns: 400 },
    );
    assert.equal(account.state.things.size, things);
  });

  test('a request survives both formats', async () => {
    const device = connect(account);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('json', 'cbor'),
        fc.stringMatching(/^[a-zA-Z0-9:_-]{1,40}$/),
        fc.dictionary(fc.string({ maxLength: 20 }), fc.string({ maxLength: 50 })),
        async (format, serial, more) => {
          const { token: own } = await certify(device);
          const { value } = await device.ask(provisionTopic('fleet', format), {
            certificateOwnershipToken: own,
            parameters: { ...more, Model: 'standard', SerialNumber: serial },
          });
          assert.equal(value.thingName, `device-${serial}`, JSON.stringify(value));
        },
      ),
      { numRuns: 60 },
    );
  });
});

test('the log says what happened, for a person, without secrets', async () => {
  const device = connect(account, 'logged');
  const { token: own, certificateId } = await certify(device);
  await device.ask(provisionTopic('fleet'), { certificateOwnershipToken: own });
  await device.ask(provisionTopic('fleet'), { certificateOwnershipToken: own, parameters: { SerialNumber: 'l' } });
  const told = account.log.entries().filter(({ clientId }) => clientId === 'logged');
  assert.deepEqual(
    told.map(({ eventType, status, reason, details, templateName }) => ({
      eventType,
      status,
      reason,
      details,
      templateName,
    })),
    [
      {
        eventType: 'CreateCertificate',
        status: 'Success',
        reason: undefined,
        details: `certificate ${certificateId}`,
        templateName: undefined,
      },
      {
        eventType: 'ProvisionDevice',
        status: 'Failure',
        reason: 'InvalidParameters: Missing: SerialNumber.',
        details: undefined,
        templateName: 'fleet',
      },
      {
        eventType: 'ProvisionDevice',
        status: 'Success',
        reason: undefined,
        details: 'thing device-l',
        templateName: 'fleet',
      },
    ],
  );
});
