import type { CrlStatus, IssuedCertificate } from '../../app/contract/index.ts';

const at = '2026-11-20T13:05:09.000Z';

/** Certificate number `index` of the list; its serial says so. */
export const certificateAt = (index: number, revoked = index % 7 === 3): IssuedCertificate => ({
  serialHex: (1000 + index).toString(16).padStart(12, '0'),
  state: revoked ? 'revoked' : index % 11 === 5 ? 'revocationQueued' : 'issued',
  purpose: 'device',
  unitSerial: `BM-26-${String(index).padStart(6, '0')}`,
  certificateId: 'c'.repeat(64),
  subject: `CN=BM-26-${String(index).padStart(6, '0')}`,
  profile: 'aws-iot-device',
  notBeforeAt: at,
  notAfterAt: '2036-11-17T00:00:00Z',
  reservedAt: at,
  issuedAt: at,
  awsTarget: null,
  reason: null,
  revocation: revoked
    ? { reason: 'keyCompromise', note: 'found in a river', actor: 'Erin', revokedAt: at, cloud: 'waiting' }
    : null,
});

export const crlStatus = (): CrlStatus => ({
  schedule: { everyHours: 24, validDays: 30 },
  last: { number: 17, entries: 4, thisUpdateAt: at, nextUpdateAt: '2026-12-20T13:05:09.000Z' },
  due: 'revocation',
  others: [],
  file: 'station/crl/issuing.crl',
  uploaded: 17,
  cloudWaiting: 1,
  trouble: 'cloud.unreachable',
});
