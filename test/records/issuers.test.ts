/** CAs on record: several, one active, each with what stands above it and where its key is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { issueFor, makeBed, refuses, sha256 } from './support.ts';

const der = (text: string) => new TextEncoder().encode(text);
const custody = { kind: 'file', file: 'a.key.pem' } as const;
const actor = 'Erin (EN-1)';

test('the new issuing CA is active unless it is not to be, and activating another one is on record', async (t) => {
  const { ledger, issuerId: first } = await makeBed(t);
  const chain = [der('intermediate'), der('root')];
  const { issuerId: second } = await ledger.addAuthority({
    certificateDer: der('second'),
    kind: 'issuing',
    chain,
    activate: false,
    key: { spkiSha256: sha256('second key'), custody },
    actor,
  });
  const active = async () => (await ledger.authorities()).filter((one) => one.active).map(({ issuerId }) => issuerId);
  assert.deepEqual(await active(), [first]);
  await ledger.activateAuthority({ issuerId: second, actor });
  assert.deepEqual(await active(), [second]);
  const kept = (await ledger.authorities()).find(({ issuerId }) => issuerId === second);
  assert.deepEqual(
    kept?.chain.map((one) => Buffer.from(one).toString()),
    ['intermediate', 'root'],
  );
  await assert.rejects(ledger.activateAuthority({ issuerId: sha256('nobody'), actor }), refuses('ca.notFound'));
  const again = ledger.addAuthority({ certificateDer: der('second'), kind: 'issuing', actor });
  await assert.rejects(again, refuses('records.exists'));
  const { rows } = await ledger.listAudit({ limit: 10, offset: 0 });
  assert.deepEqual(
    rows.slice(0, 2).map(({ entry, subject }) => [entry, subject]),
    [
      ['issuer.activated', second],
      ['issuer.added', second],
    ],
  );
});

test('a request is completed by its certificate in one commit, or discarded, and then it is gone', async (t) => {
  const { ledger, clock } = await makeBed(t);
  const request = (name: string) => ({
    requestId: sha256(name),
    subject: `CN=${name}`,
    keyType: 'P-256' as const,
    custody,
    csrDer: der(name),
    requestedAt: clock.now().toISOString(),
  });
  await ledger.recordAuthorityRequest({ ...request('one'), actor });
  await ledger.recordAuthorityRequest({ ...request('two'), actor });
  assert.deepEqual(
    await ledger.authorityRequests(),
    [request('one'), request('two')].sort((a, b) => (a.requestId < b.requestId ? -1 : 1)),
  );
  const key = { spkiSha256: sha256('one'), custody };
  const complete = (name: string) =>
    ledger.addAuthority({ certificateDer: der(name), kind: 'issuing', key, requestId: sha256('one'), actor });
  await complete('certificate');
  await assert.rejects(complete('another certificate'), refuses('ca.notFound'));
  assert.equal((await ledger.authorities()).length, 2, 'the refused one left nothing behind');
  await ledger.discardAuthorityRequest({ requestId: sha256('two'), actor });
  assert.deepEqual(await ledger.authorityRequests(), []);
  await assert.rejects(ledger.discardAuthorityRequest({ requestId: sha256('two'), actor }), refuses('ca.notFound'));
});

test('where a key is, and that a backup of it was proved, stays on record', async (t) => {
  const { ledger, issuerId } = await makeBed(t);
  const spkiSha256 = sha256('key');
  await ledger.recordBackupProof({ issuerId, spkiSha256, custody, by: 'shares', actor });
  await ledger.setCustody({ issuerId, spkiSha256, custody: { kind: 'elsewhere' }, actor });
  const [home] = await ledger.authorityKeys();
  assert.deepEqual(home?.custody, { kind: 'elsewhere' });
  assert.match(home?.backupProvedAt ?? '', /^2026-/);
});

test('certificates are counted for each CA', async (t) => {
  const bed = await makeBed(t);
  await issueFor(bed, 'UNIT-1');
  await issueFor(bed, 'UNIT-2');
  const [count, ...others] = await bed.ledger.authorityCounts('2026-01-01T00:00:00.000Z');
  assert.deepEqual([count?.issuerId, count?.issued, count?.issuedSince, others.length], [bed.issuerId, 2, 2, 0]);
  assert.equal((await bed.ledger.authorityCounts('2030-01-01T00:00:00.000Z'))[0]?.issuedSince, 0);
});
