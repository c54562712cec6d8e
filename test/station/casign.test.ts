/** `ca.sign`: a CSR from a file, by the dispatcher. */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { createClient, type Person, type Role } from '../../app/contract/index.ts';
import { openStation } from '../../main/openstation.ts';
import { makeCsr } from '../ca/support.ts';
import { refuses } from '../records/support.ts';
import { makeStation, passphrase } from '../support.ts';

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

async function bedOf(t: TestContext) {
  const station = await openStation({ dir: await makeStation(), kind: 'host', threads: false });
  t.after(() => station.close());
  await station.parts.authority.unlock(passphrase);
  const clientAs = (role: Role) => {
    const person: Person = { personId: 0, name: 'Somebody', badge: 'OS-USER', role };
    return createClient(station.connect('cli', person));
  };
  const entriesOf = async (...names: string[]) => {
    const { rows } = await station.parts.ledger.listAudit({ limit: 500, offset: 0 });
    return rows.filter(({ entry }) => names.includes(entry)).map(({ entry, subject }) => [entry, subject]);
  };
  return { station, engineer: clientAs('engineer'), clientAs, entriesOf };
}

test('an engineer gets the certificate with its chain, the same one again, and it is on record', async (t) => {
  const { engineer, entriesOf } = await bedOf(t);
  const csr = base64(makeCsr('SN-1').csrDer);
  const signed = await engineer.call('ca.sign', { csr, unitSerial: 'SN-1' });
  const leaf = new X509Certificate(signed.certificatePem);
  assert.equal(leaf.subject.split('\n').includes('CN=SN-1'), true);
  assert.equal(leaf.serialNumber.toLowerCase(), signed.certificateSerial);
  assert.equal(leaf.fingerprint256.replaceAll(':', '').toLowerCase(), signed.certificateId);
  const above = new X509Certificate(signed.chainPem.slice(signed.certificatePem.length));
  assert.ok(leaf.verify(above.publicKey), 'the next one in the chain signed it');
  assert.deepEqual(await engineer.call('ca.sign', { csr, unitSerial: 'SN-1' }), signed);
  assert.deepEqual(await entriesOf('sign.intent', 'sign.done'), [
    ['sign.done', signed.certificateSerial],
    ['sign.intent', signed.certificateSerial],
  ]);
  const { certificates, state } = await engineer.call('units.show', { unitSerial: 'SN-1' });
  assert.deepEqual([certificates.length, state], [1, 'issued']);
});

test('nobody else may have one, and a refusal is on record', async (t) => {
  const { engineer, clientAs, entriesOf } = await bedOf(t);
  const csr = base64(makeCsr('SN-1').csrDer);
  for (const role of ['operator', 'qa'] as const)
    await assert.rejects(clientAs(role).call('ca.sign', { csr, unitSerial: 'SN-1' }), refuses('session.forbidden'));
  await assert.rejects(engineer.call('ca.sign', { csr, unitSerial: 'SN-2' }), refuses('csr.subjectMismatch'));
  await assert.rejects(engineer.call('ca.sign', { csr: 'bm8=', unitSerial: 'SN-1' }), refuses('csr.malformed'));
  await assert.rejects(engineer.call('ca.sign', { csr, unitSerial: '-' }), refuses('unit.badSerial'));
  assert.deepEqual(await entriesOf('call.refused', 'sign.intent'), Array(5).fill(['call.refused', 'ca.sign']));
});

test('the profile that is named is used where its order allows it, with what no device says', async (t) => {
  const { engineer } = await bedOf(t);
  const profile = 'ieee-802.1ar-idevid';
  const asked = { csr: base64(makeCsr('SN-1').csrDer), unitSerial: 'SN-1', profile };
  await assert.rejects(engineer.call('ca.sign', asked), refuses('order.profileNotAllowed'));
  await engineer.call('orders.make', { orderId: 'IDEVID', model: '*', quantity: 5, profile, activate: false });
  const inOrder = { ...asked, unitSerial: 'SN-2', csr: base64(makeCsr('SN-2').csrDer), orderId: 'IDEVID' };
  await assert.rejects(engineer.call('ca.sign', inOrder), refuses('call.badParams'));
  const hardware = { model: 'M-1', hardwareId: '0a0b' };
  const { certificatePem } = await engineer.call('ca.sign', { ...inOrder, hardware });
  assert.match(new X509Certificate(certificatePem).subject, /SN-2/);
  await assert.rejects(engineer.call('ca.sign', { ...asked, profile: 'unheard-of' }), refuses('policy.profileUnknown'));
});
