/** Calls about certificates and things, and what each makes of AWS's answer. */
import type { Case } from './wirecases.ts';

/** The principal of every call that has one. */
export const at = 'arn:aws:iot:eu-central-1:123456789012:cert/ab';

const thing = { name: 'n', attributes: { serialNumber: 'SN' }, typeName: undefined };

export const thingCases: Record<string, Case> = {
  'the first page of the certificates of a CA': {
    act: ({ registry }, signal) => registry.certificatesOf('ca', undefined, signal),
    asks: ['GET /certificates-by-ca/ca?pageSize=250'],
    answers: [{ certificates: [{ certificateId: 'a', status: 'ACTIVE' }, {}], nextMarker: '2' }],
    gives: {
      certificates: [
        { certificateId: 'a', status: 'ACTIVE' },
        { certificateId: '', status: 'unknown' },
      ],
      next: '2',
    },
  },
  'a further page of the certificates of a CA': {
    act: ({ registry }, signal) => registry.certificatesOf('ca', '2', signal),
    asks: ['GET /certificates-by-ca/ca?pageSize=250&marker=2'],
    gives: { certificates: [], next: undefined },
  },
  'the status of a certificate': {
    act: ({ registry }, signal) => registry.statusOf('ab', signal),
    asks: ['GET /certificates/ab'],
    answers: [{ certificateDescription: { status: 'INACTIVE' } }],
    gives: 'INACTIVE',
    lost: { gives: undefined },
  },
  'the things of a certificate': {
    act: ({ registry }, signal) => registry.thingsOf('ab', signal),
    asks: ['GET /certificates/ab', 'GET /principals/things'],
    answers: [{ certificateDescription: { certificateArn: at } }, { things: ['a', 'b'] }],
    gives: ['a', 'b'],
    lost: { gives: [] },
  },
  'a certificate that AWS does not describe has no things': {
    act: ({ registry }, signal) => registry.thingsOf('ab', signal),
    asks: ['GET /certificates/ab'],
    gives: [],
    lost: { gives: [] },
  },
  'a policy that is there': {
    act: (cloud, signal) => cloud.find('policy', 'n', signal),
    asks: ['GET /policies/n'],
    gives: 'found',
    lost: { gives: 'missing' },
  },
  'a thing type that is deprecated': {
    act: (cloud, signal) => cloud.find('thingType', 'n', signal),
    asks: ['GET /thing-types/n'],
    answers: [{ thingTypeMetadata: { deprecated: true } }],
    gives: 'deprecated',
    lost: { gives: 'missing' },
  },
  'a thing group that is there': {
    act: (cloud, signal) => cloud.find('thingGroup', 'n', signal),
    asks: ['GET /thing-groups/n'],
    gives: 'found',
    lost: { gives: 'missing' },
  },
  'a billing group that is there': {
    act: (cloud, signal) => cloud.find('billingGroup', 'n', signal),
    asks: ['GET /billing-groups/n'],
    gives: 'found',
    lost: { gives: 'missing' },
  },
  'a unit by a template': {
    act: ({ things }, signal) => things.registerThing({ templateBody: '{}', parameters: { a: 'b' } }, signal),
    asks: [['POST /things', { templateBody: '{}', parameters: { a: 'b' } }]],
    answers: [{ resourceArns: { certificate: at } }],
    gives: { certificate: at },
  },
  'a unit by a template, without a word about what was made': {
    act: ({ things }, signal) => things.registerThing({ templateBody: '{}', parameters: {} }, signal),
    asks: ['POST /things'],
    gives: {},
  },
  'a certificate under a CA': {
    act: ({ things }, signal) => things.registerCertificate({ certificatePem: 'c', caCertificatePem: 'ca' }, signal),
    asks: [['POST /certificate/register', { certificatePem: 'c', caCertificatePem: 'ca', status: 'ACTIVE' }]],
    answers: [{ certificateArn: at }],
    gives: at,
  },
  'a certificate without a CA': {
    act: ({ things }, signal) => things.registerCertificate({ certificatePem: 'c' }, signal),
    asks: [['POST /certificate/register-no-ca', { certificatePem: 'c', status: 'ACTIVE' }]],
    answers: [{ certificateArn: at }],
    gives: at,
  },
  'a certificate of the account': {
    act: ({ things }, signal) => things.describeCertificate('ab', signal),
    asks: ['GET /certificates/ab'],
    answers: [{ certificateDescription: { certificateArn: at, status: 'INACTIVE' } }],
    gives: { arn: at, status: 'INACTIVE' },
    lost: { gives: undefined },
  },
  'the things of a principal': {
    act: ({ things }, signal) => things.thingsOf(at, signal),
    asks: ['GET /principals/things'],
    answers: [{ things: ['a'] }],
    gives: ['a'],
  },
  'a principal without a thing': {
    act: ({ things }, signal) => things.thingsOf(at, signal),
    asks: ['GET /principals/things'],
    gives: [],
  },
  'the policies of a principal': {
    act: ({ things }, signal) => things.policiesOf(at, signal),
    asks: [`POST /attached-policies/${at}`],
    answers: [{ policies: [{ policyName: 'p' }, {}] }],
    gives: ['p'],
  },
  'a thing without a type is made': {
    act: ({ things }, signal) => things.createThing(thing, signal),
    asks: [['POST /things/n', { attributePayload: { attributes: { serialNumber: 'SN' } } }]],
  },
  'a thing keeps what it has beside, when it is changed': {
    act: ({ things }, signal) => things.updateThing({ ...thing, typeName: 'sensor' }, signal),
    asks: [
      [
        'PATCH /things/n',
        { attributePayload: { attributes: { serialNumber: 'SN' }, merge: true }, thingTypeName: 'sensor' },
      ],
    ],
  },
  'a thing of the account': {
    act: ({ things }, signal) => things.describeThing('n', signal),
    asks: ['GET /things/n'],
    answers: [{ attributes: { a: 'b' }, thingTypeName: 'sensor' }],
    gives: { attributes: { a: 'b' }, typeName: 'sensor' },
    lost: { gives: undefined },
  },
  'a thing gets its certificate': {
    act: ({ things }, signal) => things.attachThing({ name: 'n', certificateArn: at }, signal),
    asks: ['PUT /things/n/principals'],
  },
  'a certificate gets a policy': {
    act: ({ things }, signal) => things.attachPolicy({ name: 'p', certificateArn: at }, signal),
    asks: [['PUT /target-policies/p', { target: at }]],
  },
  'a thing comes into a group': {
    act: ({ things }, signal) => things.addToGroup({ name: 'n', group: 'g' }, signal),
    asks: [['PUT /thing-groups/addThingToThingGroup', { thingName: 'n', thingGroupName: 'g' }]],
  },
  'a thing comes into a billing group': {
    act: ({ things }, signal) => things.addToBillingGroup({ name: 'n', group: 'g' }, signal),
    asks: [['PUT /billing-groups/addThingToBillingGroup', { thingName: 'n', billingGroupName: 'g' }]],
  },
};
