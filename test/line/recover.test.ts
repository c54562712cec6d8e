/** The recovery table, row by row, on real records: what each kind of open attempt becomes, and what the next scan does. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { recover } from '../../app/line/index.ts';
import { recoveryAct } from '../../app/line/recover.ts';
import {
  type Bed,
  issueFor,
  lintedTbs,
  makeBed,
  orderId,
  passUnit,
  refuses,
  reserveFor,
  start,
} from '../records/support.ts';

const actor = 'recovery';
const story = async ({ ledger }: Bed, unitSerial: string) => {
  const { state, certificates, attempts } = await ledger.showUnit(unitSerial);
  return { state, attempts, certificates: certificates.map((one) => [one.serialHex, one.state]) };
};

describe('the act for what the records hold', () => {
  const rows = [
    ['no certificate serial', undefined, 'abort'],
    ['a reservation', { serialHex: 'aa', state: 'reserved' }, 'void'],
    ['a recorded certificate', { serialHex: 'aa', state: 'issued' }, 'resume'],
  ] as const;
  for (const [held, certificate, act] of rows) {
    test(`${held}: ${act}`, () => {
      assert.equal(recoveryAct(certificate ? { certificate } : {}), act);
    });
  }
});

describe('recovery', () => {
  test('an attempt without a certificate serial is aborted, and the unit starts again', async (t) => {
    const bed = await makeBed(t);
    await bed.ledger.startAttempt(start('U-1'));
    await assert.rejects(bed.ledger.startAttempt(start('U-1')), refuses('unit.inProgress'));
    assert.deepEqual(await recover(bed.ledger, actor), [
      { unitSerial: 'U-1', attempt: 1, act: 'abort', lastStep: null },
    ]);
    assert.equal((await story(bed, 'U-1')).state, 'aborted');
    assert.equal((await bed.ledger.startAttempt(start('U-1'))).attempt, 2);
  });

  test('what was reserved for no unit, and never signed, is void too', async (t) => {
    const bed = await makeBed(t);
    const linted = lintedTbs(bed.issuerId, { purpose: 'caVerification' });
    const { serialHex } = await bed.ledger.reserve(linted, { unitSerial: null, attempt: 0, actor: 'Erin (EN-1)' });
    assert.deepEqual(await recover(bed.ledger, actor), []);
    const late = { serialHex, der: new Uint8Array([1]), certificateId: 'c' };
    await assert.rejects(bed.ledger.recordIssued(late), refuses('records.conflict'));
    const { rows } = await bed.ledger.listAudit({ limit: 10, offset: 0 });
    assert.deepEqual(
      rows.filter(({ entry }) => entry === 'sign.voided').map(({ subject }) => subject),
      [serialHex],
    );
    await recover(bed.ledger, actor);
    assert.equal((await bed.ledger.listAudit({ limit: 10, offset: 0 })).total, rows.length);
  });

  test('a reservation without a signature is void for ever, and the next try gets another certificate serial', async (t) => {
    const bed = await makeBed(t);
    const { serialHex, attempt } = await reserveFor(bed, 'U-1');
    const [recovered] = await recover(bed.ledger, actor);
    assert.deepEqual([recovered?.act, recovered?.attempt], ['void', attempt]);
    const after = await story(bed, 'U-1');
    assert.deepEqual([after.state, after.certificates], ['aborted', [[serialHex, 'void']]]);
    const late = { serialHex, der: new Uint8Array([1]), certificateId: 'c' };
    await assert.rejects(bed.ledger.recordIssued(late), refuses('records.conflict'), 'its certificate comes too late');
    const again = await passUnit(bed, 'U-1');
    assert.notEqual(again.serialHex, serialHex);
    assert.equal((await story(bed, 'U-1')).state, 'passed');
  });

  test('a recorded certificate stays, and the next try is given its very bytes', async (t) => {
    const bed = await makeBed(t);
    const { serialHex, der } = await issueFor(bed, 'U-1');
    const [recovered] = await recover(bed.ledger, actor);
    assert.equal(recovered?.act, 'resume');
    assert.deepEqual((await story(bed, 'U-1')).certificates, [[serialHex, 'issued']]);
    const { standing } = await bed.ledger.startAttempt(start('U-1'));
    assert.deepEqual(Buffer.from(standing.certificate?.der ?? []), Buffer.from(der));
    assert.equal(standing.certificate?.serialHex, serialHex);
  });

  test('a reservation for a CSR that came as a file is void too', async (t) => {
    const bed = await makeBed(t);
    await bed.ledger.admitUnit({ unitSerial: 'U-1', orderId, actor: 'Erin (EN-1)', practice: true });
    const spkiSha256 = 'ab'.repeat(32);
    await bed.ledger.recordCsr({ unitSerial: 'U-1', attempt: 0, csrDer: new Uint8Array([1]), spkiSha256 });
    const { serialHex } = await bed.ledger.reserve(lintedTbs(bed.issuerId, { spkiSha256 }), {
      unitSerial: 'U-1',
      attempt: 0,
      actor: 'Erin (EN-1)',
    });
    const [recovered] = await recover(bed.ledger, actor);
    assert.deepEqual([recovered?.act, recovered?.attempt], ['void', 0]);
    assert.deepEqual((await story(bed, 'U-1')).certificates, [[serialHex, 'void']]);
  });

  test('units that have ended are left alone, several open ones are each closed, and a second run finds nothing', async (t) => {
    const bed = await makeBed(t);
    await passUnit(bed, 'U-PASSED');
    await bed.ledger.startAttempt(start('U-STARTED'));
    await reserveFor(bed, 'U-RESERVED');
    await issueFor(bed, 'U-ISSUED');
    const passed = await story(bed, 'U-PASSED');
    const recovered = await recover(bed.ledger, actor);
    assert.deepEqual(Object.fromEntries(recovered.map(({ unitSerial, act }) => [unitSerial, act])), {
      'U-STARTED': 'abort',
      'U-RESERVED': 'void',
      'U-ISSUED': 'resume',
    });
    assert.deepEqual(await story(bed, 'U-PASSED'), passed);
    assert.deepEqual(await recover(bed.ledger, actor), []);
    assert.deepEqual(await bed.ledger.openAttempts(), []);
    assert.deepEqual(await bed.ledger.integrityCheck(), []);
  });

  test('a crash in the middle of recovery is finished by the next one', async (t) => {
    const bed = await makeBed(t);
    const { serialHex } = await reserveFor(bed, 'U-1');
    await reserveFor(bed, 'U-2');
    const crash = new Error('power cut');
    let ended = 0;
    const endAttempt: Bed['ledger']['endAttempt'] = (params) =>
      ended++ === 0 ? bed.ledger.endAttempt(params) : Promise.reject(crash);
    await assert.rejects(recover({ ...bed.ledger, endAttempt }, actor), crash);
    assert.deepEqual((await story(bed, 'U-1')).certificates, [[serialHex, 'void']]);
    const rest = await recover(bed.ledger, actor);
    assert.deepEqual(
      rest.map(({ unitSerial, act }) => [unitSerial, act]),
      [['U-2', 'void']],
    );
    assert.deepEqual(await bed.ledger.openAttempts(), []);
  });

  test('the step that the station stopped in is on record with the end', async (t) => {
    const bed = await makeBed(t);
    const steps = async (unitSerial: string) => {
      const recovered = await recover(bed.ledger, actor);
      const { journal } = await bed.ledger.showUnit(unitSerial);
      return [recovered[0]?.lastStep, journal.at(-1)?.step];
    };
    await bed.ledger.startAttempt(start('U-1'));
    assert.deepEqual(await steps('U-1'), [null, null]);
    const { attempt } = await bed.ledger.startAttempt(start('U-2'));
    const of = { unitSerial: 'U-2', attempt, actor: 'olga', at: bed.clock.now().toISOString() };
    const data = { created: true, keyType: 'P-256' };
    await bed.ledger.recordPending({ pending: [{ ...of, kind: 'step', step: 'key', ms: 5, data }] });
    assert.deepEqual(await steps('U-2'), ['key', 'key']);
  });

  test('why an attempt ended is in the journal and in the audit log', async (t) => {
    const bed = await makeBed(t);
    await reserveFor(bed, 'U-1');
    await recover(bed.ledger, actor);
    const { rows } = await bed.ledger.listAudit({ limit: 3, offset: 0 });
    const entries = rows.map(({ entry }) => entry);
    assert.ok(entries.includes('unit.aborted') && entries.includes('sign.voided'), entries.join(', '));
    const { journal } = await bed.ledger.showUnit('U-1');
    assert.match(JSON.stringify(journal.at(-1)), /call\.cancelled.*void for ever/);
  });
});
