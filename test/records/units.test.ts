/** Units on record at their edges: who may come in, which device, whose attempt, and what a crash leaves of a CSR file. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Bed,
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

const actor = 'olga';
const agreed = { reason: 'burnt', actor, agreedBy: 'erin' };
const admit = ({ ledger }: Bed, unitSerial: string, who = actor) =>
  ledger.admitUnit({ unitSerial, orderId, actor: who, practice: true });
const reserveFile = ({ ledger, issuerId }: Bed, unitSerial: string) =>
  ledger.reserve(lintedTbs(issuerId, { spkiSha256: keyOf(unitSerial) }), { unitSerial, attempt: 0, actor });
const lastAudit = async ({ ledger }: Bed) => {
  const { rows } = await ledger.listAudit({ limit: 1, offset: 0 });
  return [rows[0]?.entry, rows[0]?.actor, rows[0]?.subject, rows[0]?.data];
};
const device = (unitSerial: string, attempt: number, changes = {}) => ({
  ...{ unitSerial, attempt, hardwareId: `hw-${unitSerial}`, model: 'BM-1', firmware: '1', hardwareRevision: 'A' },
  ...changes,
});
const end = (unitSerial: string, attempt: number, outcome: 'FAIL' | 'PASS' | 'ABORTED' = 'FAIL') => ({
  ...{ unitSerial, attempt, outcome, actor, ms: 1 },
});

test('a unit of a CSR file is admitted in journal and audit log; one that failed before stays failed', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  await admit(bed, 'U1');
  assert.deepEqual(await lastAudit(bed), ['unit.admitted', actor, 'U1', { orderId }]);
  assert.equal((await ledger.showUnit('U1')).state, 'started');
  const { attempt } = await ledger.startAttempt(start('U2'));
  await ledger.endAttempt(end('U2', attempt));
  await admit(bed, 'U2');
  const { state, journal } = await ledger.showUnit('U2');
  assert.deepEqual([state, journal.at(-1)?.entry, journal.at(-1)?.attempt], ['failed', 'unit.admitted', 0]);
});

test('a CSR file that a crash left is found also where the unit had failed before, and void ends it', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  const { attempt } = await ledger.startAttempt(start('U1'));
  await ledger.endAttempt(end('U1', attempt));
  await admit(bed, 'U1');
  const { serialHex } = await reserveFile(bed, 'U1');
  const open = { unitSerial: 'U1', attempt: 0, lastEntry: 'certificate.reserved', step: 'issue' };
  assert.deepEqual(await ledger.openAttempts(), [{ ...open, certificate: { serialHex, state: 'reserved' } }]);
  const busy = refuses('unit.inProgress', { unitSerial: 'U1' });
  await assert.rejects(ledger.scrapUnit({ unitSerial: 'U1', ...agreed }), busy);
  await assert.rejects(
    ledger.reworkUnit({ unitSerial: 'U1', ...agreed }),
    refuses('unit.notReworkable', { unitSerial: 'U1', reason: 'inProgress' }),
  );
  await ledger.endAttempt(end('U1', 0, 'ABORTED'));
  assert.deepEqual(await ledger.openAttempts(), []);
  await assert.rejects(ledger.endAttempt(end('U1', 0, 'ABORTED')), refuses('records.conflict', { unitSerial: 'U1' }));
});

test('the end of work on a CSR file is not the end of an attempt that began meanwhile', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  await admit(bed, 'U1');
  const { attempt } = await ledger.startAttempt(start('U1'));
  const { serialHex } = await reserveFile(bed, 'U1');
  await assert.rejects(ledger.endAttempt(end('U1', 0)), refuses('records.conflict', { unitSerial: 'U1' }));
  const [open, ...more] = await ledger.openAttempts();
  assert.deepEqual([open?.attempt, open?.certificate?.serialHex, more], [attempt, serialHex, []]);
  await ledger.endAttempt(end('U1', attempt));
  assert.deepEqual(await ledger.openAttempts(), []);
  await ledger.startAttempt(start('U1'));
});

test('an error of an attempt is why its certificate serial is void or its certificate is queued', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  const { attempt, serialHex } = await reserveFor(bed, 'U1');
  const error = { code: 'ca.signFailed', detail: 'no answer' } as const;
  await ledger.endAttempt({ ...end('U1', attempt), error });
  assert.equal((await ledger.showCertificate(serialHex)).reason, 'ca.signFailed: no answer');
  assert.deepEqual(await lastAudit(bed), ['unit.failed', actor, 'U1', { attempt, code: 'ca.signFailed' }]);
  const other = await reserveFor(bed, 'U2');
  await ledger.endAttempt(end('U2', other.attempt));
  assert.equal((await ledger.showCertificate(other.serialHex)).reason, 'the attempt ended');
  assert.deepEqual(await lastAudit(bed), ['unit.failed', actor, 'U2', { attempt }]);
});

test('a device that does not say its model or id leaves them open; an order for any model takes what it says', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  const { attempt } = await ledger.startAttempt(start('U1'));
  await ledger.recordDevice(device('U1', attempt, { hardwareId: '', model: '' }));
  const { journal, model, hardwareId } = await ledger.showUnit('U1');
  assert.deepEqual([journal.at(-1)?.entry, model, hardwareId], ['device.identified', 'BM-1', null]);
  await ledger.startAttempt(start('U2'));
  await ledger.recordDevice(device('U2', 1, { hardwareId: '' }));
  const order = { model: '*', quantity: 5, profile: 'aws-iot-device', activate: true, actor };
  await ledger.makeOrder({ orderId: 'ANY', ...order });
  await ledger.startAttempt(start('U3', 'ANY'));
  await ledger.recordDevice(device('U3', 1, { model: 'BM-9' }));
  assert.equal((await ledger.showUnit('U3')).model, 'BM-9');
  await assert.rejects(ledger.recordDevice(device('NONE', 1)), refuses('unit.notFound', { unitSerial: 'NONE' }));
});

test('a unit whose certificate came by a file gets its first device, and that one only', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  await admit(bed, 'U1');
  const { serialHex } = await reserveFile(bed, 'U1');
  await ledger.recordIssued({ serialHex, der: derOf('x'), certificateId: sha256('x') });
  const { attempt } = await ledger.startAttempt(start('U1'));
  await ledger.recordDevice(device('U1', attempt));
  await ledger.recordDevice(device('U1', attempt));
  const wrong = { label: 'U1', device: 'other', expected: 'hw-U1' };
  await assert.rejects(
    ledger.recordDevice(device('U1', attempt, { hardwareId: 'other' })),
    refuses('unit.labelMismatch', wrong),
  );
});

test('what is done in an attempt is in the name of who began it, whatever the station wrote since', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  await admit(bed, 'U1', 'erik');
  await admit(bed, 'U1', 'fred');
  const csr = { unitSerial: 'U1', csrDer: new Uint8Array([1]), spkiSha256: keyOf('U1') };
  const { serialHex } = await reserveFile(bed, 'U1');
  await ledger.voidReservation({ serialHex, reason: 'x' });
  await ledger.recordCsr({ ...csr, attempt: 0 });
  const { journal } = await ledger.showUnit('U1');
  assert.deepEqual([journal.at(-1)?.entry, journal.at(-1)?.actor], ['csr.recorded', 'fred']);
  await assert.rejects(ledger.recordCsr({ ...csr, attempt: 3 }), refuses('records.conflict', { unitSerial: 'U1' }));
  const golden = {
    unitSerial: 'U1',
    attempt: 0,
    step: null,
    actor: 'gerda',
    data: { slotId: 1, driver: 'agent' },
  } as const;
  await ledger.journal({ ...golden, entry: 'golden.started' });
  await ledger.recordDevice(device('U1', 0));
  const seen = (await ledger.showUnit('U1')).journal.at(-1);
  assert.deepEqual([seen?.entry, seen?.actor], ['device.identified', 'gerda']);
  await ledger.scrapUnit({ unitSerial: 'U1', ...agreed });
  const scrapped = refuses('unit.scrapped', { unitSerial: 'U1' });
  await assert.rejects(ledger.recordCsr({ ...csr, attempt: 0 }), scrapped);
  await assert.rejects(ledger.recordDevice(device('U1', 0)), scrapped);
  const entry = { unitSerial: 'NONE', attempt: 1, step: 'key', actor, data: {} } as const;
  await assert.rejects(
    ledger.journal({ ...entry, entry: 'device.erased' }),
    refuses('unit.notFound', { unitSerial: 'NONE' }),
  );
});

test('rework and scrap are in journal and audit log; scrap revokes what is in use, the oldest first', async (t) => {
  const bed = await makeBed(t);
  const { ledger, clock } = bed;
  const old = await passUnit(bed, 'U1', 'k1');
  await ledger.reworkUnit({ unitSerial: 'U1', ...agreed });
  const { reason, agreedBy } = agreed;
  const reworked = { serialHex: old.serialHex, reason, agreedBy };
  assert.deepEqual(await lastAudit(bed), ['unit.reworked', actor, 'U1', reworked]);
  assert.deepEqual((await ledger.showUnit('U1')).journal.at(-1)?.data, reworked);
  const serials: string[] = [];
  for (const key of ['k2', 'k3']) {
    clock.advance(1000);
    const { serialHex, attempt } = await issueFor(bed, 'U1', key);
    await ledger.endAttempt({ ...end('U1', attempt), queueRevocation: serialHex });
    serials.push(serialHex);
  }
  await ledger.scrapUnit({ unitSerial: 'U1', ...agreed });
  const data = { reason, agreedBy, revoked: serials };
  assert.deepEqual(await lastAudit(bed), ['unit.scrapped', actor, 'U1', data]);
  const { journal, certificates, attempts } = await ledger.showUnit('U1');
  assert.deepEqual([journal.at(-1)?.data, journal.at(-1)?.attempt], [data, attempts]);
  assert.deepEqual(
    certificates.map(({ serialHex }) => serialHex),
    [old.serialHex, ...serials],
    'the history has them in their order, too',
  );
});

test('a unit that passed is not started again while its certificate is only doubted', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  const { serialHex } = await passUnit(bed, 'U1');
  await ledger.queueRevocation({ serialHex, reason: 'doubtful' });
  await assert.rejects(ledger.startAttempt(start('U1')), refuses('unit.alreadyPassed', { unitSerial: 'U1' }));
});

test('the mark of a key is that of the key step of the CSR’s own attempt', async (t) => {
  const { ledger } = await makeBed(t);
  const at = (attempt: number) => ({ unitSerial: 'U1', attempt });
  const key = (attempt: number, keyMark: string) =>
    ledger.journal({
      ...{ ...at(attempt), entry: 'step.done', step: 'key', actor },
      data: { created: true, keyType: 'P-256', keyMark },
    });
  const seal = (attempt: number) =>
    ledger.journal({ ...at(attempt), entry: 'step.done', step: 'seal', actor, data: {} });
  await ledger.startAttempt(start('U1'));
  await seal(1);
  await key(1, 'first');
  await ledger.recordCsr({ ...at(1), csrDer: new Uint8Array([1]), spkiSha256: keyOf('U1') });
  await ledger.endAttempt(end('U1', 1));
  await ledger.startAttempt(start('U1'));
  await key(2, 'second');
  await ledger.endAttempt(end('U1', 2));
  const { csr } = await ledger.standing('U1');
  assert.deepEqual(csr, { csrDer: new Uint8Array([1]), keyMark: 'first' });
});

test('a conversation that was cut says so wherever it is told', async (t) => {
  const { ledger } = await makeBed(t);
  await ledger.startAttempt(start('U1'));
  const kept = { startedAt: '2026-11-21T08:00:00.000Z', driver: 'agent', bytes: 0, truncated: true };
  await ledger.endAttempt({ ...end('U1', 1), transcript: { ...kept, data: new Uint8Array([1]) } });
  assert.deepEqual(await ledger.listTranscripts('U1'), [{ ...kept, attempt: 1 }]);
  assert.equal((await ledger.transcript({ unitSerial: 'U1', attempt: 1 })).truncated, true);
});
