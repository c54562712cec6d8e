/** Would a unit connect? Each reason why it would not, and what cannot be known here. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WouldCheck } from '../../app/contract/wouldconnect.ts';
import { judgeUnit, type UnitFacts } from '../../app/registration/index.ts';

const allow = (Action: string, Resource: string) => ({ Effect: 'Allow', Action, Resource });
const arn = 'arn:aws:iot:eu-central-1:123456789012';
const policy = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });
const whole = policy(
  allow('iot:Connect', `${arn}:client/\${iot:Connection.Thing.ThingName}`),
  allow('iot:Publish', `${arn}:topic/devices/\${iot:Certificate.Subject.CommonName}/*`),
  allow('iot:Subscribe', `${arn}:topicfilter/cmd/*`),
  allow('iot:Receive', `${arn}:topic/cmd/*`),
);
const jitpTemplate = JSON.stringify({
  Parameters: {
    'AWS::IoT::Certificate::CommonName': { Type: 'String' },
    'AWS::IoT::Certificate::Id': { Type: 'String' },
  },
  Resources: {
    thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: { Ref: 'AWS::IoT::Certificate::CommonName' } } },
  },
});
const ca = { status: 'ACTIVE', mode: 'DEFAULT', autoRegistration: true, template: 'jitp' } as const;
const account = { endpoint: 'a1-ats.iot.eu-central-1.amazonaws.com', certificate: 'ACTIVE', ca };

const sound: UnitFacts = {
  now: new Date('2026-11-29T12:00:00Z'),
  notBefore: new Date('2026-11-29T00:00:00Z'),
  notAfter: new Date('2036-11-29T00:00:00Z'),
  signature: 'ecdsa-with-SHA256',
  key: 'prime256v1',
  revoked: false,
  subject: { CommonName: 'U-1' },
  thingName: 'U-1',
  topics: { publish: ['devices/U-1/hello'], subscribe: ['cmd/U-1'] },
  endpoint: account.endpoint,
  rootFits: true,
  way: 'registerThing',
  template: undefined,
  arn,
  policies: [whole],
  account,
  silence: '',
};
/** The checks that are in this state. The clock of a device is never known. */
const those = (state: 'wrong' | 'unknown', change: Partial<UnitFacts>): WouldCheck[] =>
  judgeUnit({ ...sound, ...change }).flatMap((each) =>
    each.state === state && each.check !== 'clock' ? [each.check] : [],
  );

test('a sound unit: nothing is wrong, and only its clock is not known', () => {
  assert.deepEqual([those('wrong', {}), those('unknown', {})], [[], []]);
  assert.equal(judgeUnit(sound).find(({ check }) => check === 'clock')?.state, 'unknown');
});

const wrong: [string, Partial<UnitFacts>, WouldCheck[]][] = [
  ['it holds another endpoint', { endpoint: 'old-ats.iot.eu-central-1.amazonaws.com' }, ['endpoint']],
  ['it trusts another root', { rootFits: false }, ['root']],
  ['the certificate has ended', { now: new Date('2040-01-01') }, ['validity']],
  ['the certificate begins tomorrow', { now: new Date('2026-11-28') }, ['validity']],
  ['a key of RSA with 1024 bits', { key: 'rsa 1024', signature: 'sha256WithRSAEncryption' }, ['algorithm']],
  ['a signature with SHA-1', { signature: 'ecdsa-with-SHA1' }, ['algorithm']],
  ['Ed25519', { signature: 'ED25519', key: 'ed25519 ' }, ['algorithm']],
  ['revoked here', { revoked: true }, ['records']],
  ['AWS does not know it', { account: { ...account, certificate: undefined } }, ['certificate']],
  ['INACTIVE in AWS', { account: { ...account, certificate: 'INACTIVE' } }, ['certificate']],
  ['REVOKED in AWS', { account: { ...account, certificate: 'REVOKED' } }, ['certificate']],
  [
    'neither it nor its CA is known',
    { account: { ...account, certificate: undefined, ca: undefined } },
    ['ca', 'certificate'],
  ],
  [
    'JITP without auto-registration',
    {
      way: 'jitp',
      template: jitpTemplate,
      account: { ...account, certificate: undefined, ca: { ...ca, autoRegistration: false } },
    },
    ['ca'],
  ],
  [
    'JITP, and its CA has no template',
    {
      way: 'jitp',
      template: jitpTemplate,
      account: { ...account, certificate: undefined, ca: { ...ca, template: null } },
    },
    ['ca'],
  ],
  ['JITR, and its CA has a template', { way: 'jitr', account: { ...account, certificate: undefined, ca } }, ['ca']],
  [
    'the subject lacks what JITP needs',
    { way: 'jitp', template: jitpTemplate, subject: {}, policies: undefined },
    ['template'],
  ],
  [
    'a thing name that AWS refuses',
    { thingName: 'U 1', topics: { publish: [], subscribe: [] }, policies: [policy(allow('iot:*', '*'))] },
    ['thingName'],
  ],
  ['no policy at all', { policies: [] }, ['policy']],
  ['a topic that is not allowed', { topics: { publish: ['other/U-1'], subscribe: [] } }, ['policy']],
  ['a filter that is not allowed', { topics: { publish: [], subscribe: ['#'] } }, ['policy']],
  [
    'another client id',
    {
      policies: [policy(allow('iot:Connect', `${arn}:client/U-2`), allow('iot:Publish', '*'))],
      topics: { publish: [], subscribe: [] },
    },
    ['policy'],
  ],
];
for (const [title, change, checks] of wrong)
  test(`it would not connect: ${title}`, () => {
    assert.deepEqual(those('wrong', change), checks);
  });

test('what registers itself need not be known before; pending, it may still come', () => {
  const jitp = { way: 'jitp', template: jitpTemplate } as const;
  assert.deepEqual(those('wrong', { ...jitp, account: { ...account, certificate: undefined } }), []);
  const pending = { ...account, certificate: 'PENDING_ACTIVATION' };
  assert.deepEqual(those('unknown', { ...jitp, account: pending }), ['certificate']);
  assert.deepEqual(those('wrong', { account: pending }), ['certificate']);
});

test('where AWS is silent, its part is not known, and the rest is judged all the same', () => {
  const silent = { account: undefined, silence: 'AWS did not say: cloud.unreachable' };
  assert.deepEqual(those('unknown', silent), ['endpoint', 'ca', 'certificate']);
  assert.deepEqual(those('wrong', { ...silent, rootFits: false, policies: [] }), ['root', 'policy']);
  assert.deepEqual(those('unknown', { policies: undefined, rootFits: undefined, endpoint: '' }), [
    'endpoint',
    'root',
    'policy',
  ]);
});

test('each answer says in facts what it is about', () => {
  const said = (check: WouldCheck, change: Partial<UnitFacts> = {}) =>
    judgeUnit({ ...sound, ...change }).find((each) => each.check === check)?.detail;
  const without = { account: { ...account, certificate: undefined } };
  const jitp = { way: 'jitp', template: jitpTemplate, ...without } as const;
  const silence = { account: undefined, silence: 'AWS did not say' };
  const cases: [WouldCheck, Partial<UnitFacts>, string][] = [
    ['endpoint', {}, `the unit holds ${account.endpoint}, AWS says ${account.endpoint}`],
    ['endpoint', { endpoint: '' }, `the device has its own; AWS says ${account.endpoint}`],
    ['endpoint', silence, 'AWS did not say'],
    ['root', {}, 'the root of the endpoint: the unit trusts it'],
    ['root', { rootFits: false }, 'the root of the endpoint: the unit trusts another root'],
    ['root', { rootFits: undefined }, 'the root of the endpoint: not known here'],
    ['validity', {}, 'valid from 2026-11-29T00:00:00.000Z to 2036-11-29T00:00:00.000Z'],
    ['algorithm', {}, 'ecdsa-with-SHA256, key prime256v1'],
    ['records', {}, 'not revoked here'],
    ['records', { revoked: true }, 'the certificate is revoked here'],
    ['ca', { way: 'claim' }, 'this way needs no CA in AWS'],
    ['ca', { ...jitp, ...silence }, 'AWS did not say'],
    ['ca', {}, 'AWS has the certificate already'],
    [
      'ca',
      { account: { ...account, certificate: undefined, ca: undefined } },
      'the CA is not registered in the account',
    ],
    ['ca', jitp, 'the CA is ACTIVE, auto-registration on, with a template, mode DEFAULT'],
    [
      'ca',
      { ...jitp, account: { ...without.account, ca: { ...ca, autoRegistration: false } } },
      'the CA is ACTIVE, auto-registration off, with a template, mode DEFAULT',
    ],
    ['certificate', {}, 'ACTIVE in AWS'],
    ['certificate', silence, 'AWS did not say'],
    ['certificate', without, 'not registered in AWS'],
    ['certificate', jitp, 'not in AWS yet: it registers itself'],
    ['template', {}, 'no template reads the subject'],
    ['template', { ...jitp, template: undefined }, 'the station does not keep the template of the CA'],
    ['template', jitp, 'the subject has all parameters'],
    ['template', { ...jitp, subject: {} }, 'the subject has no AWS::IoT::Certificate::CommonName'],
    ['thingName', {}, 'U-1'],
    ['policy', {}, 'allowed'],
    ['policy', { policies: undefined }, 'not all policies of the unit are known here'],
    [
      'policy',
      { topics: { publish: ['other/U-1'], subscribe: ['#'] } },
      'not allowed: iot:Publish on topic/other/U-1; iot:Subscribe on topicfilter/#; iot:Receive on topic/any',
    ],
  ];
  for (const [check, change, detail] of cases) assert.equal(said(check, change), detail, detail);
});
