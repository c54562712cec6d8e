/** CAs on record: what each act leaves in the audit log, and in which order they and their keys are told. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Bed, derOf, issueFor, lintedTbs, makeBed, passUnit, refuses, reserveFor, sha256 } from './support.ts';

const actor = 'Erin (EN-1)';
const custody = { kind: 'file', file: 'a.key.pem' } as const;
const add = ({ ledger }: Bed, name: string, kind: 'root' | 'issuing', activate = false) =>
  ledger.addAuthority({ certificateDer: derOf(name), kind, activate, actor });
const said = async ({ ledger }: Bed, count: number) => {
  const { rows } = await ledger.listAudit({ limit: count, offset: 0 });
  return rows.map(({ entry, subject, data }) => [entry, subject, data]).reverse();
};

test('each act on a key or a request of a CA is in the audit log', async (t) => {
  const bed = await makeBed(t);
  const { ledger, issuerId } = bed;
  const key = { spkiSha256: sha256('key'), custody };
  await ledger.addAuthority({ certificateDer: derOf('a'), kind: 'issuing', activate: false, key, actor });
  assert.deepEqual(await ledger.authorityKeys(), [{ ...key, backupProvedAt: null }]);
  const requestId = sha256('request');
  await ledger.recordAuthorityRequest({
    requestId,
    subject: 'CN=a',
    keyType: 'P-256',
    custody,
    csrDer: derOf('csr'),
    requestedAt: '2026-11-21T08:00:00.000Z',
    actor,
  });
  await ledger.discardAuthorityRequest({ requestId, actor });
  await ledger.setCustody({ issuerId, ...key, custody: { kind: 'elsewhere' }, actor });
  await ledger.recordBackupProof({ issuerId, ...key, by: 'export', actor });
  assert.deepEqual(await said(bed, 4), [
    ['ca.requested', requestId, { subject: 'CN=a', keyType: 'P-256', custody: 'file' }],
    ['ca.requestDiscarded', requestId, {}],
    ['ca.keyMoved', issuerId, { custody: 'elsewhere' }],
    ['ca.backupProved', issuerId, { by: 'export' }],
  ]);
  assert.deepEqual(await ledger.authorityKeys(), [
    { ...key, custody: { kind: 'elsewhere' }, backupProvedAt: '2026-11-21T08:00:00.000Z' },
  ]);
});

test('CAs are told from the oldest on, those of one moment by their ids', async (t) => {
  const bed = await makeBed(t);
  const ids = [bed.issuerId];
  for (const at of [1, 2]) {
    bed.clock.advance(1000);
    const added = await Promise.all([add(bed, `a${at}`, 'issuing'), add(bed, `b${at}`, 'root')]);
    ids.push(...added.map(({ issuerId }) => issuerId).sort());
  }
  assert.deepEqual(
    (await bed.ledger.authorities()).map(({ issuerId }) => issuerId),
    ids,
  );
});

test('only an issuing CA of a root of the station is given up; what lived under it is counted', async (t) => {
  const bed = await makeBed(t);
  const { ledger, issuerId } = bed;
  const { issuerId: parentId } = await add(bed, 'root', 'root');
  const { issuerId: next } = await add(bed, 'next', 'issuing');
  const why = { reason: 'superseded', note: 'a new line', serialHex: '0a1b' } as const;
  const revoke = (which: string, above: string) =>
    ledger.revokeAuthority({ issuerId: which, parentId: above, ...why, actor, agreement: { alone: true } });
  await assert.rejects(revoke(parentId, parentId), refuses('ca.notFound', { issuerId: parentId }));
  await assert.rejects(revoke(issuerId, next), refuses('ca.notFound', { issuerId }));

  await passUnit(bed, 'U1');
  await issueFor(bed, 'U2');
  await reserveFor(bed, 'U3');
  const linted = lintedTbs(issuerId, { purpose: 'caVerification' });
  const { serialHex } = await ledger.reserve(linted, { unitSerial: null, attempt: 0, actor });
  await ledger.recordIssued({ serialHex, der: derOf(serialHex), certificateId: sha256(serialHex) });
  await revoke(issuerId, parentId);
  const { reason, note } = why;
  assert.deepEqual(await said(bed, 1), [
    ['issuer.revoked', issuerId, { reason, note, parentId, serialHex: '0a1b', certificates: 2, alone: true }],
  ]);
  assert.equal((await ledger.authorityRevocations())[0]?.agreedBy, null);
});

test('CAs that were given up are told from the oldest on, those of one moment by their ids', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  const { issuerId: parentId } = await add(bed, 'root', 'root');
  const made = await Promise.all(['a', 'b', 'c'].map((name) => add(bed, name, 'issuing')));
  const [first = '', ...rest] = made
    .map(({ issuerId }) => issuerId)
    .sort()
    .reverse();
  const revoke = (issuerId: string) =>
    ledger.revokeAuthority({
      ...{ issuerId, parentId, reason: 'unspecified', note: 'n', serialHex: '0a', actor },
      agreement: { alone: true },
    });
  await revoke(first);
  bed.clock.advance(1000);
  for (const issuerId of rest) await revoke(issuerId);
  const told = (await ledger.authorityRevocations()).map(({ issuerId }) => issuerId);
  assert.deepEqual(told, [first, ...rest.toSorted()]);
  assert.equal((await ledger.crlStanding(parentId)).cloudWaiting, 3);
});

test('the last CRL of a CA is its highest number that was issued, and each act on one is in the audit log', async (t) => {
  const bed = await makeBed(t);
  const { ledger, issuerId } = bed;
  const times = { thisUpdateAt: '2026-11-21T08:00:00.000Z', nextUpdateAt: '2026-12-21T08:00:00.000Z' };
  const reserve = (number: number) =>
    ledger.reserveCrl({ tbsDer: derOf('crl'), number, issuerId, entries: 0, ...times }, actor);
  assert.equal(await ledger.lastCrl(issuerId), undefined);
  assert.deepEqual(await ledger.crlStanding(issuerId), { last: null, revoked: 0, cloudWaiting: 0 });
  for (const number of [1, 2]) {
    assert.deepEqual(await reserve(number), { number, tbsDer: derOf('crl'), issuerId });
    await ledger.recordCrl({ number, der: derOf(`${number}`) });
  }
  await reserve(3);
  await ledger.voidCrl({ number: 3, reason: 'no answer' });
  await reserve(4);
  const said4 = { number: 2, entries: 0, ...times };
  assert.deepEqual(await ledger.lastCrl(issuerId), { ...said4, der: derOf('2') });
  assert.deepEqual((await ledger.crlStanding(issuerId)).last, said4);
  assert.deepEqual(await said(bed, 5), [
    ['crl.intent', '2', { issuerId, entries: 0 }],
    ['crl.made', '2', { entries: 0 }],
    ['crl.intent', '3', { issuerId, entries: 0 }],
    ['crl.voided', '3', { reason: 'no answer' }],
    ['crl.intent', '4', { issuerId, entries: 0 }],
  ]);
  await reserve(5);
  assert.deepEqual((await said(bed, 2))[0], ['crl.voided', '4', { reason: 'never finished' }]);
  const conflict = refuses('records.conflict', { number: 2 });
  await assert.rejects(ledger.recordCrl({ number: 2, der: derOf('x') }), conflict);
  await assert.rejects(ledger.voidCrl({ number: 2, reason: 'x' }), conflict);
});
