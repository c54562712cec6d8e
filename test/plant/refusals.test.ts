/** What PostgreSQL and TLS say, as errors of the station: each with its own next act, and none with the text of a stranger. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorOf, noTls } from '../../app/plant/index.ts';

const cause = new Error('postgresql://line1:secret@plant');

test('each code is told by what helps, and no detail repeats a text that may hold an address', () => {
  const cases: [code: string, error: string, reason: string | undefined][] = [
    ...['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNABLE_TO_GET_ISSUER_CERT', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'].map(
      (code) => [code, 'plant.untrusted', 'plantRoot'] as [string, string, string],
    ),
    ...['SELF_SIGNED_CERT_IN_CHAIN', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'CERT_SIGNATURE_FAILURE'].map(
      (code) => [code, 'plant.untrusted', 'plantRoot'] as [string, string, string],
    ),
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'plant.untrusted', 'plantName'],
    ['CERT_HAS_EXPIRED', 'plant.untrusted', 'plantExpired'],
    ['CERT_NOT_YET_VALID', 'plant.untrusted', 'plantNotYet'],
    ['INVALID_PURPOSE', 'plant.untrusted', 'plantPurpose'],
    [noTls, 'plant.untrusted', 'plantNoTls'],
    ['BM001', 'plant.refused', 'plantLogin'],
    ['42501', 'plant.refused', 'plantLogin'],
    ['3F000', 'plant.refused', 'plantNone'],
    ['42P01', 'plant.refused', 'plantNone'],
    ['42704', 'plant.refused', 'plantNone'],
    ['42703', 'plant.refused', 'plantOlder'],
    ['42883', 'plant.refused', 'plantOlder'],
    ['28P01', 'plant.refused', 'plantPassword'],
    ['28000', 'plant.refused', 'plantPassword'],
    ['3D000', 'plant.refused', 'plantPassword'],
    ['BM003', 'plant.forked', undefined],
    ['ECONNREFUSED', 'plant.unreachable', undefined],
    ['EPIPE', 'plant.unreachable', undefined],
    ['57P01', 'plant.unreachable', undefined],
    ['08006', 'plant.unreachable', undefined],
    // A database that takes no connections, e.g. while it is put back.
    ['55000', 'plant.unreachable', undefined],
    // It is there, so that no one looks for a fault of the network.
    ['42P06', 'plant.refused', 'plantForeign'],
    ['25006', 'plant.failed', 'plantReadOnly'],
    ['53100', 'plant.failed', 'plantFull'],
    ['53300', 'plant.failed', 'plantBusy'],
    ['57014', 'plant.failed', 'plantFault'],
    ['XX001', 'plant.failed', 'plantFault'],
  ];
  for (const [code, error, reason] of cases) {
    const said = errorOf(code, cause);
    assert.deepEqual([said.code, said.data?.reason], [error, reason], code);
    assert.ok(!said.detail.includes('secret'), code);
    assert.equal(said.cause, cause);
  }
});

test('why there is no lease is told as the plant says it', () => {
  const said = errorOf('BM004', new Error('order PL-1 has 2 left'));
  assert.deepEqual([said.code, said.detail], ['plant.noLease', 'order PL-1 has 2 left']);
  assert.equal(errorOf('BM004', undefined).detail, 'BM004');
});
