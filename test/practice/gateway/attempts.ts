/**
 * Attempts to connect, each with what AWS documents of it: the state of the certificate and of its CA, the server name, the
 * policy, the client id, the template. DG is the AWS IoT Core developer guide, GR the AWS General Reference; "choice" is
 * what AWS documents nothing of (the README of the practice AWS says so).
 */
import type { IClientOptions } from 'mqtt';

export type Attempt = {
  what: string;
  certificate: 'ACTIVE' | 'INACTIVE' | 'REVOKED' | 'PENDING_ACTIVATION' | 'unknown' | 'deleted' | 'sha1' | 'none';
  /** How its CA is registered; `without`: the certificate is registered without a CA; `stranger`: the CA is not registered. */
  ca?: Ca;
  /** What becomes of the CA when the certificate is as above. */
  caThen?: 'INACTIVE' | 'DISABLE';
  sni?: string;
  policy?: PolicyName;
  thing?: 'attached' | 'loose' | 'exclusive' | 'grouped';
  /** `own` is the common name of the certificate, and the name of the thing. */
  clientId?: string;
  /** How many days the account's clock is ahead. The certificates last 30 days. */
  days?: number;
  connect?: IClientOptions;
  ends: Outcome;
  /** What the log says of it. */
  says?: RegExp;
  /** How the next attempt ends. */
  next?: Outcome;
  source: string;
};
export type Outcome = 'connected' | 'dropped' | 'no handshake';
export type Ca =
  | 'manual'
  | 'jitr'
  | 'jitp'
  | 'byName'
  | 'needsCountry'
  | 'needsGroup'
  | 'sniOnly'
  | 'inactive'
  | 'without'
  | 'stranger';
export type PolicyName = keyof typeof policies;

const arn = (what: string) => `arn:aws:iot:us-east-1:123456789012:${what}`;
const on = (Resource: string | string[], Condition?: object) => ({
  ...{ Effect: 'Allow', Action: 'iot:Connect', Resource },
  ...(Condition && { Condition }),
});
const own = arn(`client/\${iot:Connection.Thing.ThingName}`);

/** Statements by the name of a policy. */
export const policies = {
  any: [on('*')],
  none: [],
  fixed: [on(arn('client/fixed-id'))],
  prefix: [on(arn('client/unit-*'))],
  thing: [on(own)],
  isAttached: [on('*', { Bool: { 'iot:Connection.Thing.IsAttached': 'true' } })],
  denied: [on('*'), { Effect: 'Deny', Action: 'iot:Connect', Resource: arn('client/*') }],
  publishOnly: [{ Effect: 'Allow', Action: 'iot:Publish', Resource: '*' }],
  subject: [on('*', { StringLike: { 'iot:Certificate.Subject.CommonName': 'unit-*' } })],
  otherSubject: [on('*', { StringEquals: { 'iot:Certificate.Subject.Organization': 'Acme' } })],
  near: [on('*', { IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } })],
  far: [on('*', { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } })],
  domain: [on('*', { StringEquals: { 'iot:DomainName': 'localhost' } })],
  otherDomain: [on('*', { StringEquals: { 'iot:DomainName': 'iot.example' } })],
  commonName: [on(arn(`client/\${iot:Certificate.Subject.CommonName}`))],
  noPersistence: [on('*', { 'ForAllValues:StringEquals': { 'iot:ConnectAttributes': ['LastWill'] } })],
  anotherAccount: [on('arn:aws:iot:us-east-1:210987654321:client/*')],
} satisfies Record<string, object[]>;

const endpoint = 'birthmark-practice-ats.iot.us-east-1.amazonaws.com';
const will = { topic: 'gone', payload: Buffer.from('x'), qos: 0 as const, retain: false };

const certificates = 'DG: X.509 client certificates, "registered, ACTIVE, not expired"';
const status = 'DG: Activate or deactivate a client certificate';
const sni = 'DG: Transport security, "connections without SNI are refused"';
const jitr = 'DG: Automatic/just-in-time registration';
const jitp = 'DG: Just-in-time provisioning';
const connectPolicy = 'DG: Connect policy examples';
const thingVariables = 'DG: Thing policy variables';
const certificateVariables = 'DG: X.509 certificate policy variables';
const quotas = 'GR: AWS IoT Core message broker and protocol limits and quotas';

export const attempts: readonly Attempt[] = [
  // The state of the certificate.
  { what: 'registered without a CA', certificate: 'ACTIVE', ca: 'without', ends: 'connected', source: certificates },
  { what: 'registered under a CA', certificate: 'ACTIVE', ends: 'connected', source: certificates },
  { what: 'inactive', certificate: 'INACTIVE', ends: 'dropped', says: /is INACTIVE/, source: status },
  {
    what: 'inactive, without a CA',
    certificate: 'INACTIVE',
    ca: 'without',
    ends: 'dropped',
    says: /INACTIVE/,
    source: status,
  },
  {
    what: 'inactive, under a CA that registers devices',
    certificate: 'INACTIVE',
    ca: 'jitr',
    ends: 'dropped',
    says: /INACTIVE/,
    next: 'dropped',
    source: status,
  },
  { what: 'revoked', certificate: 'REVOKED', ends: 'dropped', says: /is REVOKED/, source: status },
  {
    what: 'revoked, under a CA that provisions devices',
    certificate: 'REVOKED',
    ca: 'jitp',
    ends: 'dropped',
    says: /REVOKED/,
    next: 'dropped',
    source: status,
  },
  { what: 'expired', certificate: 'ACTIVE', days: 31, ends: 'dropped', says: /expired/, source: certificates },
  { what: 'on its last day', certificate: 'ACTIVE', days: 29, ends: 'connected', source: certificates },
  {
    what: 'not valid yet',
    certificate: 'ACTIVE',
    days: -2,
    ends: 'dropped',
    says: /not valid yet/,
    source: certificates,
  },
  {
    what: 'expired and inactive',
    certificate: 'INACTIVE',
    days: 31,
    ends: 'dropped',
    says: /expired/,
    source: certificates,
  },
  { what: 'deleted', certificate: 'deleted', ends: 'dropped', says: /not registered/, source: certificates },
  {
    what: 'deleted, under a CA that registers devices',
    certificate: 'deleted',
    ca: 'jitr',
    ends: 'dropped',
    says: /not ACTIVE yet/,
    source: jitr,
  },
  {
    what: 'no certificate',
    certificate: 'none',
    ends: 'dropped',
    says: /no certificate/,
    source: 'DG: Client authentication',
  },
  {
    what: 'unknown, of a CA that is not registered',
    certificate: 'unknown',
    ca: 'stranger',
    ends: 'dropped',
    says: /no registered CA/,
    source: certificates,
  },
  {
    what: 'unknown, with a signature by SHA-1',
    certificate: 'sha1',
    ca: 'jitr',
    ends: 'dropped',
    says: /signature algorithm/,
    source: 'DG: X.509 client certificates, supported signature algorithms',
  },

  // The state of the CA.
  {
    what: 'unknown, of a CA that does not register devices',
    certificate: 'unknown',
    ca: 'manual',
    ends: 'dropped',
    says: /automatic registration is disabled/,
    next: 'dropped',
    source: jitr,
  },
  {
    what: 'unknown, of an inactive CA',
    certificate: 'unknown',
    ca: 'inactive',
    ends: 'dropped',
    says: /its CA is INACTIVE/,
    next: 'dropped',
    source: jitr,
  },
  {
    what: 'active, and its CA became inactive',
    certificate: 'ACTIVE',
    caThen: 'INACTIVE',
    ends: 'connected',
    source: 'choice; DG: UpdateCACertificate names new registrations only',
  },
  {
    what: 'active, and its CA stopped registering',
    certificate: 'ACTIVE',
    ca: 'jitr',
    caThen: 'DISABLE',
    ends: 'connected',
    source: jitr,
  },
  {
    what: 'unknown, of a CA that has expired',
    certificate: 'unknown',
    ca: 'jitr',
    days: 31,
    ends: 'dropped',
    says: /expired/,
    source: certificates,
  },

  // First contact without a template.
  {
    what: 'first contact by just-in-time registration',
    certificate: 'unknown',
    ca: 'jitr',
    ends: 'dropped',
    says: /not ACTIVE yet/,
    next: 'dropped',
    source: jitr,
  },
  {
    what: 'pending',
    certificate: 'PENDING_ACTIVATION',
    ca: 'jitr',
    ends: 'dropped',
    says: /not ACTIVE yet/,
    next: 'dropped',
    source: jitr,
  },
  {
    what: 'pending, and its CA became inactive',
    certificate: 'PENDING_ACTIVATION',
    ca: 'jitr',
    caThen: 'INACTIVE',
    ends: 'dropped',
    says: /PENDING_ACTIVATION: its CA is INACTIVE/,
    source: jitr,
  },
  {
    what: 'pending, and its CA stopped registering',
    certificate: 'PENDING_ACTIVATION',
    ca: 'jitr',
    caThen: 'DISABLE',
    ends: 'dropped',
    says: /PENDING_ACTIVATION: automatic registration is disabled/,
    source: 'choice',
  },
  {
    what: 'first contact under a CA of mode SNI_ONLY',
    certificate: 'unknown',
    ca: 'sniOnly',
    sni: endpoint,
    ends: 'dropped',
    says: /not ACTIVE yet/,
    source: 'DG: Multi-account registration',
  },

  // First contact with a template.
  {
    what: 'first contact by just-in-time provisioning',
    certificate: 'unknown',
    ca: 'jitp',
    ends: 'dropped',
    says: /come again/,
    next: 'connected',
    source: jitp,
  },
  {
    what: 'the same by the name of a template',
    certificate: 'unknown',
    ca: 'byName',
    ends: 'dropped',
    says: /come again/,
    next: 'connected',
    source: jitp,
  },
  {
    what: 'a template whose parameter the subject lacks',
    certificate: 'unknown',
    ca: 'needsCountry',
    ends: 'dropped',
    says: /Country/,
    next: 'dropped',
    source: `${jitp}: "values for all of the parameters"`,
  },
  {
    what: 'a template with a group that does not exist',
    certificate: 'unknown',
    ca: 'needsGroup',
    ends: 'dropped',
    says: /no-such-group/,
    next: 'dropped',
    source: 'DG: Provisioning templates, "must exist before"',
  },
  {
    what: 'provisioned for a thing, with another client id then',
    certificate: 'unknown',
    ca: 'jitp',
    clientId: 'another-name',
    ends: 'dropped',
    next: 'connected',
    source: connectPolicy,
  },
  {
    what: 'provisioning without a server name',
    certificate: 'unknown',
    ca: 'jitp',
    sni: '',
    ends: 'no handshake',
    says: /no server name/,
    next: 'no handshake',
    source: sni,
  },

  // The server name.
  { what: 'no server name', certificate: 'ACTIVE', sni: '', ends: 'no handshake', says: /no server name/, source: sni },
  {
    what: 'a name of no account',
    certificate: 'ACTIVE',
    sni: 'a1b2c3-ats.iot.us-east-1.amazonaws.com',
    ends: 'no handshake',
    says: /No account/,
    source: 'choice',
  },
  {
    what: 'the endpoint of another Region',
    certificate: 'ACTIVE',
    sni: 'birthmark-practice-ats.iot.eu-west-1.amazonaws.com',
    ends: 'no handshake',
    says: /No account/,
    source: 'choice',
  },
  {
    what: 'the endpoint',
    certificate: 'ACTIVE',
    sni: endpoint,
    ends: 'connected',
    source: 'DG: DescribeEndpoint, iot:Data-ATS',
  },
  {
    what: 'the endpoint in capitals',
    certificate: 'ACTIVE',
    sni: endpoint.toUpperCase(),
    ends: 'connected',
    source: 'RFC 6066 §3: host names are compared without regard to case',
  },
  {
    what: 'the older endpoint',
    certificate: 'ACTIVE',
    sni: 'birthmark-practice.iot.us-east-1.amazonaws.com',
    ends: 'connected',
    source: 'DG: DescribeEndpoint, iot:Data',
  },
  {
    what: 'no server name and an inactive certificate',
    certificate: 'INACTIVE',
    sni: '',
    ends: 'no handshake',
    source: sni,
  },

  // The policy.
  {
    what: 'no policy',
    certificate: 'ACTIVE',
    policy: 'none',
    ends: 'dropped',
    says: /no policy is attached/,
    source: 'DG: AWS IoT Core policies, implicit deny',
  },
  {
    what: 'a policy for another action',
    certificate: 'ACTIVE',
    policy: 'publishOnly',
    ends: 'dropped',
    says: /no policy allows iot:Connect/,
    source: connectPolicy,
  },
  {
    what: 'an explicit deny',
    certificate: 'ACTIVE',
    policy: 'denied',
    ends: 'dropped',
    says: /a policy denies iot:Connect/,
    source: 'DG: AWS IoT Core policies, explicit deny overrides',
  },
  {
    what: 'a policy of another account',
    certificate: 'ACTIVE',
    policy: 'anotherAccount',
    ends: 'dropped',
    says: /no policy allows/,
    source: connectPolicy,
  },
  {
    what: 'the subject as wanted',
    certificate: 'ACTIVE',
    policy: 'subject',
    ends: 'connected',
    source: certificateVariables,
  },
  {
    what: 'the subject without what is wanted',
    certificate: 'ACTIVE',
    policy: 'otherSubject',
    ends: 'dropped',
    source: certificateVariables,
  },
  {
    what: 'a source address as wanted',
    certificate: 'ACTIVE',
    policy: 'near',
    ends: 'connected',
    source: 'DG: Basic policy variables, aws:SourceIp',
  },
  {
    what: 'another source address',
    certificate: 'ACTIVE',
    policy: 'far',
    ends: 'dropped',
    source: 'DG: Basic policy variables, aws:SourceIp',
  },
  {
    what: 'the domain name as wanted',
    certificate: 'ACTIVE',
    policy: 'domain',
    ends: 'connected',
    source: 'DG: iot:DomainName',
  },
  {
    what: 'another domain name',
    certificate: 'ACTIVE',
    policy: 'otherDomain',
    ends: 'dropped',
    source: 'DG: iot:DomainName',
  },
  {
    what: 'a will where it is allowed',
    certificate: 'ACTIVE',
    policy: 'noPersistence',
    connect: { will },
    ends: 'connected',
    source: `${connectPolicy}, iot:ConnectAttributes`,
  },
  {
    what: 'a persistent session where it is not',
    certificate: 'ACTIVE',
    policy: 'noPersistence',
    connect: { clean: false },
    ends: 'dropped',
    source: `${connectPolicy}, iot:ConnectAttributes`,
  },

  // The client id and the thing.
  {
    what: 'the client id as wanted',
    certificate: 'ACTIVE',
    policy: 'fixed',
    clientId: 'fixed-id',
    ends: 'connected',
    source: connectPolicy,
  },
  {
    what: 'another client id',
    certificate: 'ACTIVE',
    policy: 'fixed',
    ends: 'dropped',
    says: /on client\/unit-/,
    source: connectPolicy,
  },
  {
    what: 'a client id by its beginning',
    certificate: 'ACTIVE',
    policy: 'prefix',
    ends: 'connected',
    source: connectPolicy,
  },
  {
    what: 'a client id by the common name',
    certificate: 'ACTIVE',
    policy: 'commonName',
    ends: 'connected',
    source: certificateVariables,
  },
  {
    what: 'the name of the attached thing',
    certificate: 'ACTIVE',
    policy: 'thing',
    thing: 'attached',
    ends: 'connected',
    source: thingVariables,
  },
  {
    what: 'the name of a thing that is not attached',
    certificate: 'ACTIVE',
    policy: 'thing',
    thing: 'loose',
    ends: 'dropped',
    source: `${thingVariables}, "won't be resolved"`,
  },
  {
    what: 'attached, by condition',
    certificate: 'ACTIVE',
    policy: 'isAttached',
    thing: 'attached',
    ends: 'connected',
    source: thingVariables,
  },
  {
    what: 'attached, with another client id',
    certificate: 'ACTIVE',
    policy: 'isAttached',
    thing: 'attached',
    clientId: 'another',
    ends: 'dropped',
    source: thingVariables,
  },
  {
    what: 'attached to this thing only, with another client id',
    certificate: 'ACTIVE',
    policy: 'isAttached',
    thing: 'exclusive',
    clientId: 'another',
    ends: 'connected',
    source: 'DG: Exclusive thing',
  },
  {
    what: 'by the policy of the group of its thing',
    certificate: 'ACTIVE',
    policy: 'none',
    thing: 'grouped',
    ends: 'connected',
    source: 'DG: Thing groups, attaching a policy',
  },
  {
    what: 'the same with another client id',
    certificate: 'ACTIVE',
    policy: 'none',
    thing: 'grouped',
    clientId: 'another',
    ends: 'dropped',
    source: 'DG: Thing groups, attaching a policy',
  },
  {
    what: 'a client id of 128 bytes',
    certificate: 'ACTIVE',
    clientId: 'x'.repeat(128),
    ends: 'connected',
    source: quotas,
  },
  {
    what: 'a client id of 129 bytes',
    certificate: 'ACTIVE',
    clientId: 'x'.repeat(129),
    ends: 'dropped',
    says: /128 bytes/,
    source: quotas,
  },
  {
    what: 'no client id, in a clean session',
    certificate: 'ACTIVE',
    clientId: '',
    ends: 'connected',
    source: 'MQTT 3.1.1 §3.1.3.1',
  },
  {
    what: 'QoS 2 for the will',
    certificate: 'ACTIVE',
    connect: { will: { ...will, qos: 2 } },
    ends: 'dropped',
    says: /QoS 2/,
    source: 'DG: Differences from MQTT specifications',
  },
];
