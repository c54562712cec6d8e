/** What the fake station says of AWS targets, and of our CAs in them. */
import type { CasInAws, TargetTest } from '../../app/contract/index.ts';
import type { CertificateJob, ClaimView } from '../../app/contract/model.ts';

export const issuerId = 'ab'.repeat(32);
const caName = 'PRACTICE Line 3 Issuing CA';

const cas: CasInAws = {
  cas: [
    {
      ...{ issuerId, commonName: caName, active: true, revoked: false },
      at: [
        { target: 'main', ca: { status: 'ACTIVE', mode: 'DEFAULT', autoRegistration: true, template: 'jitp-sensors' } },
        { target: 'us', ca: { status: 'INACTIVE', mode: 'SNI_ONLY', autoRegistration: false, template: null } },
        { target: 'jp', ca: null },
      ],
    },
  ],
  others: [],
};

const tested = (ways: readonly string[]): TargetTest => ({
  ...{ ok: false, name: 'main', how: 'tried', warnings: [], endpoint: null, role: null },
  problems: [{ path: 'iot:RegisterThing', message: `not allowed on *; ${ways.join()}` }],
  identity: { accountId: '123456789012', arn: 'arn:aws:iam::123456789012:user/station' },
  permissions: [
    { action: 'iot:RegisterThing', resource: '*', why: 'registers one unit by a template', verdict: 'missing' },
    { action: 'iot:ListPolicies', resource: '*', why: 'lists the policies', verdict: 'allowed' },
  ],
  statement: '{ "Version": "2012-10-17" }',
});

export const certificateJobs: CertificateJob[] = [
  {
    ...{ jobId: 'C20261129-101500-ab12', target: 'us', act: 'revoke', actor: 'Mara Thiele (B-2001)' },
    ...{ createdAt: '2026-11-29T10:15:00.000Z', count: 400, done: 120, unknown: 3, refused: 1 },
    ...{ state: 'running', etaSeconds: 35 },
  },
  {
    ...{ jobId: 'C20261129-101000-cd34', target: 'main', act: 'deactivate', actor: 'Mara Thiele (B-2001)' },
    ...{ createdAt: '2026-11-29T10:10:00.000Z', count: 12, done: 4, unknown: 0, refused: 0 },
    ...{ state: 'resting', etaSeconds: null, error: { code: 'cloud.denied', detail: 'UpdateCertificate' } },
  },
];

const claims: ClaimView[] = [
  {
    ...{ claimId: 2, orderId: 'WO-2114', target: 'main', template: 'fleet', state: 'active', open: true },
    ...{ certificateId: 'cd'.repeat(32), madeAt: '2026-11-29T10:15:00.000Z', madeBy: 'Mara Thiele (B-2001)' },
    ...{ endedAt: null, revokeAsked: false, units: 40, registered: 31 },
    hookError: { code: 'cloud.denied', detail: 'UpdateItem' },
  },
  {
    ...{ claimId: 3, orderId: 'WO-2115', target: 'main', template: 'fleet', state: 'active', open: false },
    ...{ certificateId: 'ab'.repeat(32), madeAt: '2026-11-29T10:20:00.000Z', madeBy: 'Mara Thiele (B-2001)' },
    ...{ endedAt: null, revokeAsked: false, units: 5, registered: 0 },
  },
  {
    ...{ claimId: 1, orderId: 'WO-2101', target: 'us', template: 'fleet', state: 'revoked', open: false },
    ...{ certificateId: 'ef'.repeat(32), madeAt: '2026-11-20T10:15:00.000Z', madeBy: 'Mara Thiele (B-2001)' },
    ...{ endedAt: '2026-11-25T08:00:00.000Z', revokeAsked: false, units: 12, registered: 12 },
  },
];

/** Methods about targets. */
export const targetAnswers = (): Record<string, (params: never) => unknown> => ({
  'claims.list': () => claims,
  'claims.make': () => claims[0],
  'claims.open': () => [{ ...claims[1], open: true }],
  'claims.retire': () => ({ ...claims[0], state: 'retired' }),
  'claims.revoke': () => ({ ...claims[0], state: 'retired', revokeAsked: true }),
  'targets.test': ({ ways }: { ways: string[] }) => tested(ways),
  'cloud.cas': () => cas,
  'cloud.registerCas': ({ targets = [] }: { targets?: string[] }) => ({
    results: targets.map((target) => ({ target, outcome: 'registered' })),
  }),
  'cloud.changeCa': ({ act, targets = [] }: { act: string; targets?: string[] }) => ({
    results: targets.map((target) => ({ target, outcome: act === 'delete' ? 'deleted' : 'changed' })),
  }),
  'cloud.setCertificates': () => certificateJobs[1],
  'cloud.resumeCertificates': () => certificateJobs[1],
  'cloud.certificateResults': () => ({
    total: 2,
    rows: [
      { serialHex: '0a', unitSerial: 'BM-26-0001', outcome: 'done' },
      { serialHex: '0b', unitSerial: 'BM-26-0002', outcome: 'refused', detail: 'cloud.refused: it is transferred' },
    ],
  }),
});
