/** Revocation by the command line. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pemOf } from '../../app/ca/index.ts';
import { paths } from '../../app/station/index.ts';
import { makeCsr, needTools, openssl, scratch } from '../ca/support.ts';
import { makeStation, passphrase } from '../support.ts';
import { json } from './commandline.ts';

type Value = { [key: string]: unknown };

test('a certificate is revoked, listed so, and refused by openssl against the CRL written out', async (t) => {
  if (!needTools(t, 'openssl')) return;
  const file = scratch(t);
  const dir = await makeStation();
  const secret = file('passphrase', `${passphrase}\n`);
  const withCa = ['--data', dir, '--passphrase-file', secret];
  const csr = file('unit.csr', pemOf('CERTIFICATE REQUEST', makeCsr('CLI-1').csrDer));
  const leaf = file('unit.crt');
  const signed = await json('ca', 'sign', ...withCa, '--csr', csr, '--unit-serial', 'CLI-1', '--out', leaf);
  assert.equal(signed.code, 0, JSON.stringify(signed.value));

  const why = ['--reason', 'keyCompromise', '--note', 'found in a river'];
  const forbidden = await json('ca', 'revoke', '--data', dir, '--unit-serial', 'CLI-1', ...why);
  assert.deepEqual([forbidden.code, (forbidden.value.error as Value).code], [1, 'session.forbidden']);
  const odd = await json('ca', 'revoke', ...withCa, '--unit-serial', 'CLI-1', '--reason', 'bored', '--note', 'x');
  assert.deepEqual([odd.code, (odd.value.error as Value).code], [2, 'call.badParams']);
  const revoked = await json('ca', 'revoke', ...withCa, '--unit-serial', 'CLI-1', ...why);
  assert.equal(revoked.code, 0, JSON.stringify(revoked.value));
  assert.equal(revoked.value.serialHex, signed.value.certificateSerial);
  assert.deepEqual([revoked.value.state, (revoked.value.crl as Value).due], ['revoked', null]);
  const twice = await json('ca', 'revoke', ...withCa, '--serial', String(revoked.value.serialHex), ...why);
  assert.deepEqual([twice.code, (twice.value.error as Value).code], [1, 'certificate.revoked']);

  const listed = await json('ca', 'certificates', '--data', dir, '--state', 'revoked');
  const [row, ...others] = listed.value as unknown as Value[];
  assert.deepEqual([row?.serialHex, others.length], [revoked.value.serialHex, 0]);

  const out = file('made.crl.pem');
  const made = await json('ca', 'crl', ...withCa, '--out', out);
  assert.equal(made.code, 0, JSON.stringify(made.value));
  // A command before these may have made the first list while it was open.
  const { number } = (revoked.value.crl as { last: { number: number } }).last;
  assert.deepEqual([made.value.number, made.value.entries], [number + 1, 1]);
  const where = paths(dir);
  const chain = ['-CAfile', where.rootCertificate, '-untrusted', where.issuingCertificate];
  assert.match(openssl(['verify', '-crl_check', ...chain, '-CRLfile', out, leaf]).output, /certificate revoked/);
  const locked = await json('ca', 'crl', '--data', dir);
  assert.equal((locked.value.error as Value).code, 'ca.locked');
});
