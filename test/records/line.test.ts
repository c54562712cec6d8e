import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  derOf,
  issueFor,
  keyOf,
  lintedTbs,
  makeBed,
  orderId,
  passUnit,
  refuses,
  reserveFor,
  sha256,
  start,
} from './support.ts';

const madeKey = { created: true, keyType: 'P-256' };

test('a unit from scan to pass: state, history and audit log tell the same', async (t) => {
  const bed = await makeBed(t);
  const { ledger, clock } = bed;
  const { attempt } = await ledger.startAttempt(start('U1'));
  assert.equal(attempt, 1);
  await ledger.endAttempt({ unitSerial: 'U1', attempt, outcome: 'ABORTED', actor: 'olga', ms: null });
  clock.advance(1000);
  const { serialHex, certificateId, der } = await passUnit(bed, 'U1');

  const story = await ledger.showUnit('U1');
  assert.equal(story.state, 'passed');
  assert.equal(story.attempts, 2);
  assert.equal(story.certificateId, certificateId);
  assert.equal(story.hardwareId, 'hw-U1');
  assert.equal(story.hardwareRevision, 'A');
  assert.equal(story.updatedAt, '2026-11-21T08:00:01.000Z');
  assert.deepEqual(
    story.journal.map((entry) => [entry.attempt, entry.entry]),
    [
      [1, 'attempt.started'],
      [1, 'attempt.ended'],
      [2, 'attempt.started'],
      [2, 'device.identified'],
      [2, 'csr.recorded'],
      [2, 'certificate.reserved'],
      [2, 'certificate.issued'],
      [2, 'attempt.ended'],
    ],
  );
  const [certificate] = story.certificates;
  assert.equal(certificate?.serialHex, serialHex);
  assert.equal(certificate?.state, 'issued');
  assert.equal(Buffer.from(certificate?.pem?.split('\n').slice(1, -2).join('') ?? '', 'base64').compare(der), 0);
  const { rows } = await ledger.listAudit({ limit: 100, offset: 0 });
  assert.deepEqual(rows.map((row) => row.entry).reverse(), [
    'station.made',
    'issuer.added',
    'order.made',
    'order.activated',
    'attempt.started',
    'unit.aborted',
    'attempt.started',
    'csr.accepted',
    'sign.intent',
    'sign.done',
    'unit.passed',
  ]);
});

test('a unit that passed, or is being worked on, is not started again', async (t) => {
  const bed = await makeBed(t);
  const { certificateId } = await passUnit(bed, 'U1');
  await assert.rejects(
    bed.ledger.startAttempt(start('U1')),
    refuses('unit.alreadyPassed', { unitSerial: 'U1', certificateId }),
  );
  await bed.ledger.startAttempt(start('U2'));
  await assert.rejects(bed.ledger.startAttempt(start('U2')), refuses('unit.inProgress'));
  assert.equal((await bed.ledger.showUnit('U2')).journal.length, 1);
});

test('orders: unknown, closed and full ones are refused; another unit may still be retried in a full one', async (t) => {
  const bed = await makeBed(t, { quantity: 1 });
  const { ledger } = bed;
  await assert.rejects(ledger.startAttempt(start('U1', 'WO-9')), refuses('order.notFound'));
  const first = await issueFor(bed, 'U1');
  await assert.rejects(ledger.startAttempt(start('U2')), refuses('order.full'));
  await assert.rejects(ledger.showUnit('U2'), refuses('unit.notFound'));

  await ledger.endAttempt({ unitSerial: 'U1', attempt: first.attempt, outcome: 'FAIL', actor: 'olga', ms: 1 });
  const again = await ledger.startAttempt(start('U1'));
  assert.equal(again.standing.certificate?.serialHex, first.serialHex);
  assert.deepEqual(again.standing.certificate?.der, first.der);
  assert.equal(again.standing.keySpkiSha256, keyOf('U1'));
  const factsOf = (unitSerial: string) =>
    ledger.issuingFacts({ unitSerial, spkiSha256: keyOf('U1'), profile: 'aws-iot-device' });
  const facts = await factsOf('U1');
  assert.deepEqual([facts.keySeenOn, facts.order.left], [null, 1]);

  await ledger.queueRevocation({ serialHex: first.serialHex, reason: 'proof failed' });
  await ledger.startAttempt(start('U3'));
  const other = await factsOf('U3');
  assert.deepEqual([other.keySeenOn, other.order.left], ['U1', 1]);

  await ledger.closeOrder({ orderId, actor: 'erik' });
  assert.equal(await ledger.activeOrder(), undefined);
  await assert.rejects(ledger.startAttempt(start('U4')), refuses('order.closed'));
  await assert.rejects(ledger.activateOrder({ orderId, actor: 'erik' }), refuses('order.closed'));
});

test('the quota is enforced where the certificate serial is reserved, whatever was free when the attempts began', async (t) => {
  const bed = await makeBed(t, { quantity: 1 });
  const { ledger, issuerId } = bed;
  for (const unitSerial of ['U1', 'U2']) await ledger.startAttempt(start(unitSerial));
  const reservations = await Promise.allSettled(
    ['U1', 'U2'].map((unitSerial) =>
      ledger.reserve(lintedTbs(issuerId, { spkiSha256: keyOf(unitSerial) }), { unitSerial, attempt: 1, actor: 'olga' }),
    ),
  );
  assert.deepEqual(
    reservations.map((result) => (result.status === 'fulfilled' ? 'reserved' : result.reason.code)),
    ['reserved', 'order.full'],
  );
});

test('a device belongs to one unit, of the model of its order, and stays the one the certificate is in', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  await issueFor(bed, 'U1');
  const { attempt } = await ledger.startAttempt(start('U2'));
  const device = {
    unitSerial: 'U2',
    attempt,
    hardwareId: 'hw-U2',
    model: 'BM-1',
    firmware: '1',
    hardwareRevision: 'A',
  };
  await assert.rejects(
    ledger.recordDevice({ ...device, hardwareId: 'hw-U1' }),
    refuses('unit.hardwareIdTaken', { hardwareId: 'hw-U1', unitSerial: 'U1' }),
  );
  await assert.rejects(
    ledger.recordDevice({ ...device, model: 'BM-2' }),
    refuses('unit.wrongModel', { expected: 'BM-1', actual: 'BM-2' }),
  );
  await ledger.recordDevice(device);
  // Another board before a certificate is issued is a repair; after that it is a wrong label.
  await ledger.recordDevice({ ...device, hardwareId: 'hw-U2b' });
  assert.equal((await ledger.showUnit('U2')).hardwareId, 'hw-U2b');
  await assert.rejects(
    ledger.recordDevice({ ...device, unitSerial: 'U1', hardwareId: 'hw-9' }),
    refuses('unit.labelMismatch'),
  );
});

test('a public key belongs to the first unit it was seen on; the refused CSR is kept as evidence', async (t) => {
  const bed = await makeBed(t);
  const { ledger, issuerId } = bed;
  await issueFor(bed, 'U1');
  const { attempt } = await ledger.startAttempt(start('U2'));
  const spkiSha256 = keyOf('U1');
  await assert.rejects(
    ledger.recordCsr({ unitSerial: 'U2', attempt, csrDer: new Uint8Array([1]), spkiSha256 }),
    refuses('policy.keySeen', { reason: 'keySeen', seenOn: 'U1' }),
  );
  const last = (await ledger.showUnit('U2')).journal.at(-1);
  assert.equal(last?.entry, 'csr.refused');
  assert.deepEqual(last?.data, { spkiSha256, keySeenOn: 'U1' });
  await assert.rejects(
    ledger.reserve(lintedTbs(issuerId, { spkiSha256 }), { unitSerial: 'U2', attempt, actor: 'olga' }),
    refuses('policy.keySeen', { reason: 'keySeen', seenOn: 'U1' }),
  );
});

test('a certificate serial is used once and a unit has one live certificate', async (t) => {
  const bed = await makeBed(t);
  const { ledger, issuerId } = bed;
  const { serialHex, attempt } = await reserveFor(bed, 'U1');
  const owner = { unitSerial: 'U1', attempt, actor: 'olga' };
  await assert.rejects(
    ledger.reserve(lintedTbs(issuerId, { spkiSha256: keyOf('U1') }), owner),
    refuses('records.conflict'),
  );
  await ledger.voidReservation({ serialHex, reason: 'the CA failed' });
  await assert.rejects(
    ledger.reserve(lintedTbs(issuerId, { serialHex, spkiSha256: keyOf('U1') }), owner),
    refuses('records.conflict'),
  );
  await assert.rejects(ledger.voidReservation({ serialHex, reason: 'again' }), refuses('records.conflict'));
  const der = derOf(serialHex);
  await assert.rejects(
    ledger.recordIssued({ serialHex, der, certificateId: sha256(der) }),
    refuses('records.conflict'),
    'a void certificate serial is void for ever',
  );
  const second = await ledger.reserve(lintedTbs(issuerId, { spkiSha256: keyOf('U1') }), owner);
  const issued = { serialHex: second.serialHex, der: derOf(second.serialHex), certificateId: sha256('one') };
  await ledger.recordIssued(issued);
  await assert.rejects(ledger.recordIssued(issued), refuses('records.conflict'));
  await assert.rejects(ledger.queueRevocation({ serialHex, reason: 'x' }), refuses('records.conflict'));
  assert.deepEqual((await ledger.showUnit('U1')).certificates.map((certificate) => certificate.state).sort(), [
    'issued',
    'void',
  ]);
});

test('the reservation carries the very bytes that were recorded, and later changes to the caller’s do not reach it', async (t) => {
  const bed = await makeBed(t);
  await bed.ledger.startAttempt(start('U1'));
  const linted = lintedTbs(bed.issuerId, { spkiSha256: keyOf('U1') });
  const before = new Uint8Array(linted.tbsDer);
  const reserving = bed.ledger.reserve(linted, { unitSerial: 'U1', attempt: 1, actor: 'olga' });
  linted.tbsDer.fill(0);
  const reservation = await reserving;
  assert.deepEqual(reservation.tbsDer, before);
  assert.equal(reservation.serialHex, linted.serialHex);
});

test('a CA verification certificate is reserved and issued without a unit', async (t) => {
  const { ledger, issuerId } = await makeBed(t);
  const linted = lintedTbs(issuerId, { purpose: 'caVerification' });
  const { serialHex } = await ledger.reserve(linted, { unitSerial: null, attempt: 0, actor: 'erik' });
  await ledger.recordIssued({ serialHex, der: derOf(serialHex), certificateId: sha256(serialHex) });
  assert.equal(await ledger.issuedSince('2026-01-01T00:00:00.000Z'), 0);
});

test('an attempt ends once, passes only with a certificate, and voids a reservation that was not settled', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  const { attempt } = await reserveFor(bed, 'U1');
  const end = { unitSerial: 'U1', attempt, actor: 'olga', ms: 7 };
  await assert.rejects(ledger.endAttempt({ ...end, outcome: 'PASS' }), refuses('records.conflict'));
  await assert.rejects(ledger.endAttempt({ ...end, attempt: 2, outcome: 'FAIL' }), refuses('records.conflict'));
  const error = { code: 'ca.signFailed', detail: 'no answer' } as const;
  await ledger.endAttempt({ ...end, outcome: 'ERROR', step: 'issue', error });
  await assert.rejects(ledger.endAttempt({ ...end, outcome: 'ERROR' }), refuses('records.conflict'));
  const story = await ledger.showUnit('U1');
  assert.equal(story.state, 'error');
  assert.equal(story.errorCode, 'ca.signFailed');
  assert.equal(story.certificates[0]?.state, 'void');
  assert.deepEqual(story.journal.at(-1)?.data, { outcome: 'ERROR', error });
});

test('a failed proof queues the certificate for revocation in the commit that fails the unit', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  const { attempt, serialHex } = await issueFor(bed, 'U1');
  await ledger.endAttempt({
    unitSerial: 'U1',
    attempt,
    outcome: 'FAIL',
    actor: 'olga',
    ms: 1,
    step: 'verify',
    error: { code: 'verify.proofFailed', detail: 'wrong signature' },
    queueRevocation: serialHex,
  });
  const story = await ledger.showUnit('U1');
  assert.equal(story.certificates[0]?.state, 'revocationQueued');
  assert.equal(story.certificateId, null);
  const { standing } = await ledger.startAttempt(start('U1'));
  assert.equal(standing.certificate, undefined);
});

test('open attempts say where a crash left them, also for a CSR that came as a file', async (t) => {
  const bed = await makeBed(t);
  const { ledger, issuerId } = bed;
  await ledger.startAttempt(start('A'));
  await ledger.journal({
    unitSerial: 'A',
    attempt: 1,
    entry: 'step.done',
    step: 'key',
    actor: 'olga',
    ms: 12,
    data: madeKey,
  });
  const b = await reserveFor(bed, 'B');
  const c = await issueFor(bed, 'C');
  await passUnit(bed, 'D');
  const standing = await ledger.admitUnit({ unitSerial: 'E', orderId, actor: 'erik', practice: true });
  assert.deepEqual(standing, {});
  const e = await ledger.reserve(lintedTbs(issuerId), { unitSerial: 'E', attempt: 0, actor: 'erik' });

  const open = await ledger.openAttempts();
  assert.deepEqual(open, [
    { unitSerial: 'A', attempt: 1, lastEntry: 'step.done', step: 'key' },
    {
      unitSerial: 'B',
      attempt: 1,
      lastEntry: 'certificate.reserved',
      step: 'issue',
      certificate: { serialHex: b.serialHex, state: 'reserved' },
    },
    {
      unitSerial: 'C',
      attempt: 1,
      lastEntry: 'certificate.issued',
      step: 'issue',
      certificate: { serialHex: c.serialHex, state: 'issued' },
    },
    {
      unitSerial: 'E',
      attempt: 0,
      lastEntry: 'certificate.reserved',
      step: 'issue',
      certificate: { serialHex: e.serialHex, state: 'reserved' },
    },
  ]);
  await assert.rejects(
    ledger.admitUnit({ unitSerial: 'E', orderId, actor: 'erik', practice: true }),
    refuses('unit.inProgress'),
  );
  for (const { unitSerial, attempt } of open) {
    await ledger.endAttempt({ unitSerial, attempt, outcome: 'ABORTED', actor: 'recovery', ms: null });
  }
  assert.deepEqual(await ledger.openAttempts(), []);
  const resumed = await ledger.startAttempt(start('C'));
  assert.equal(resumed.standing.certificate?.serialHex, c.serialHex);
});

test('a certificate for a CSR file leaves the unit issued, and the line goes on with it', async (t) => {
  const bed = await makeBed(t);
  const { ledger, issuerId } = bed;
  const admit = { unitSerial: 'F', orderId, actor: 'erik', practice: true };
  await ledger.admitUnit(admit);
  await ledger.recordCsr({ unitSerial: 'F', attempt: 0, csrDer: new Uint8Array([1]), spkiSha256: keyOf('F') });
  const linted = lintedTbs(issuerId, { spkiSha256: keyOf('F') });
  const { serialHex } = await ledger.reserve(linted, { unitSerial: 'F', attempt: 0, actor: 'erik' });
  const issued = { serialHex, der: derOf(serialHex), certificateId: sha256(derOf(serialHex)) };
  await ledger.recordIssued(issued);
  assert.equal((await ledger.showUnit('F')).state, 'issued');
  assert.deepEqual(await ledger.openAttempts(), []);
  assert.deepEqual((await ledger.admitUnit(admit)).certificate, { ...issued, issuerId, spkiSha256: keyOf('F') });
  const { attempt, standing } = await ledger.startAttempt(start('F'));
  assert.equal(attempt, 1);
  assert.equal(standing.certificate?.serialHex, serialHex);
});

test('the next attempt is told the last accepted CSR, with the mark its key had on the device', async (t) => {
  const { ledger } = await makeBed(t);
  const attempt = async (csrByte: number | undefined, keyMark?: string, key = 'U1') => {
    const { attempt, standing } = await ledger.startAttempt(start('U1'));
    const at = { unitSerial: 'U1', attempt };
    const data = { ...madeKey, ...(keyMark === undefined ? {} : { keyMark }) };
    await ledger.journal({ ...at, entry: 'step.done', step: 'key', actor: 'olga', data });
    if (csrByte !== undefined)
      await ledger
        .recordCsr({ ...at, csrDer: new Uint8Array([csrByte]), spkiSha256: keyOf(key) })
        .catch(() => undefined);
    await ledger.endAttempt({ ...at, outcome: 'ABORTED', actor: 'olga', ms: null });
    return standing.csr && { byte: standing.csr.csrDer[0], keyMark: standing.csr.keyMark };
  };
  assert.equal(await attempt(1, 'AA'), undefined);
  assert.deepEqual(await attempt(2, 'BB', 'U1-second'), { byte: 1, keyMark: 'AA' });
  // A key whose CSR was never recorded has a mark that goes with none.
  assert.deepEqual(await attempt(undefined, 'CC'), { byte: 2, keyMark: 'BB' });
  assert.deepEqual(await attempt(3), { byte: 2, keyMark: 'BB' });
  assert.deepEqual(await attempt(undefined), { byte: 3, keyMark: undefined });
  // A refused CSR is evidence, but not this unit's.
  const { attempt: other } = await ledger.startAttempt(start('U2'));
  await assert.rejects(
    ledger.recordCsr({ unitSerial: 'U2', attempt: other, csrDer: new Uint8Array([9]), spkiSha256: keyOf('U1') }),
    refuses('policy.keySeen'),
  );
  await ledger.endAttempt({ unitSerial: 'U2', attempt: other, outcome: 'FAIL', actor: 'olga', ms: null });
  assert.equal((await ledger.startAttempt(start('U2'))).standing.csr, undefined);
});
