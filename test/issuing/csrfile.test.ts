/** Certificates that no device asks for: of a CSR in a file, and the one that AWS asks for when a CA is registered. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pemOf } from '../../app/ca/index.ts';
import { type ErrorCode, StationError } from '../../app/contract/index.ts';
import { cannotSign, type SigningState, signCsr, verificationCertificate } from '../../app/issuing/index.ts';
import type { LineTools } from '../../app/line/index.ts';
import { makeCsr } from '../ca/support.ts';
import { removeAtEnd } from '../folders.ts';
import { type Bed, makeBed } from '../line/support.ts';
import { refuses } from '../records/support.ts';

const actor = 'erik';

test('each reason why the CA signs nothing has its own code', () => {
  const codes: Record<Exclude<SigningState, 'ready'>, ErrorCode> = {
    locked: 'ca.locked',
    absent: 'ca.tokenAbsent',
    missing: 'ca.missing',
    expired: 'ca.expired',
    revoked: 'ca.revoked',
  };
  for (const [state, code] of Object.entries(codes)) assert.equal(cannotSign(state as SigningState).code, code);
});

describe('a certificate without a device', { concurrency: false }, () => {
  let bed: Bed;
  let tools: LineTools;
  before(async () => {
    bed = await makeBed(1);
    tools = bed.station.parts.lineTools;
  });
  after(() => bed?.close());

  const sign = (unitSerial: string, csr: Uint8Array, over: Partial<LineTools> = {}, orderId?: string) =>
    signCsr({ csr, unitSerial, orderId, actor }, { ...tools, ...over });
  const entriesOf = async (unitSerial: string) =>
    (await tools.ledger.showUnit(unitSerial)).journal.map(({ entry, attempt }) => `${entry} ${attempt}`);

  test('of a file: admitted, the CSR kept, decided, signed, all in the name of attempt 0', async () => {
    const { csrDer } = makeCsr('FILE-1');
    const { serialHex, der } = await sign('FILE-1', csrDer);
    assert.deepEqual(await entriesOf('FILE-1'), [
      'unit.admitted 0',
      'csr.recorded 0',
      'certificate.reserved 0',
      'certificate.issued 0',
    ]);
    const { rows } = await tools.ledger.listAudit({ limit: 4, offset: 0 });
    assert.deepEqual(rows.map(({ entry }) => entry).reverse(), [
      'unit.admitted',
      'csr.accepted',
      'sign.intent',
      'sign.done',
    ]);
    assert.match(String(rows[2]?.data.notes), /key P-256/);
    const again = await sign('FILE-1', csrDer);
    assert.deepEqual([again.serialHex, Buffer.from(again.der)], [serialHex, Buffer.from(der)]);
    assert.equal((await tools.ledger.showUnit('FILE-1')).certificates.length, 1);
  });

  test('a serial that no label can bear, or no order to count it in: refused before anything is on record', async () => {
    const { csrDer } = makeCsr('FILE-2');
    await assert.rejects(sign('FILE 2', csrDer), refuses('unit.badSerial'));
    const { ledger } = tools;
    const other = { orderId: 'OTHER', model: '*', quantity: 1, profile: tools.authority().profile.name, actor };
    await ledger.makeOrder({ ...other, activate: true });
    await ledger.closeOrder({ orderId: 'OTHER', actor });
    await assert.rejects(sign('FILE-2', csrDer), refuses('order.none'));
    await assert.rejects(sign('FILE-2', csrDer, {}, 'nowhere'), refuses('order.notFound'));
    await assert.rejects(ledger.showUnit('FILE-2'), refuses('unit.notFound'));
    await sign('FILE-2', csrDer, {}, 'default');
    await ledger.activateOrder({ orderId: 'default', actor });
  });

  test('a key of another unit is refused, its CSR kept; a decision that is not on record signs nothing', async () => {
    const { csrDer, privateKey: key } = makeCsr('FILE-3');
    await sign('FILE-3', csrDer);
    const stolen = makeCsr('FILE-4', { key }).csrDer;
    await assert.rejects(sign('FILE-4', stolen), refuses('policy.keySeen', { reason: 'keySeen', seenOn: 'FILE-3' }));
    assert.deepEqual(await entriesOf('FILE-4'), ['unit.admitted 0', 'csr.refused 0']);
    const full = new StationError('records.diskFull', 'the disk is full');
    const reserve = () => Promise.reject(full);
    await assert.rejects(sign('FILE-4', makeCsr('FILE-4').csrDer, { ledger: { ...tools.ledger, reserve } }), full);
    assert.deepEqual((await tools.ledger.showUnit('FILE-4')).certificates, []);
    assert.deepEqual(await entriesOf('FILE-4'), [
      ...['unit.admitted 0', 'csr.refused 0'],
      ...['unit.admitted 0', 'csr.recorded 0'],
    ]);
  });

  test('what is on record with the reservation is not put there once more when the signature fails', async () => {
    const { csrDer } = makeCsr('FILE-7');
    const failing = new StationError('records.diskFull', 'the disk is full');
    const recordIssued = () => Promise.reject(failing);
    await assert.rejects(sign('FILE-7', csrDer, { ledger: { ...tools.ledger, recordIssued } }), failing);
    const entries = await entriesOf('FILE-7');
    assert.equal(entries.filter((entry) => entry === 'csr.recorded 0').length, 1, entries.join());
  });

  test('a unit with a certificate gets none for another key; a CSR that is not on record is not signed', async () => {
    await sign('FILE-5', makeCsr('FILE-5').csrDer);
    await assert.rejects(sign('FILE-5', makeCsr('FILE-5').csrDer), refuses('policy.unitHasCertificate'));
    const full = new StationError('records.diskFull', 'the disk is full');
    const [reserve, recordPending] = [() => Promise.reject(full), () => Promise.reject(full)];
    const { csrDer } = makeCsr('FILE-6');
    await assert.rejects(sign('FILE-6', csrDer, { ledger: { ...tools.ledger, reserve, recordPending } }), full);
    assert.deepEqual((await tools.ledger.showUnit('FILE-6')).certificates, []);
    assert.deepEqual(await entriesOf('FILE-6'), ['unit.admitted 0']);
  });

  test('for AWS: the registration code as its name, no unit’s, of a key that is used once, and openssl accepts it', async (_t) => {
    const dir = mkdtempSync(join(tmpdir(), 'birthmark-verification-'));
    removeAtEnd(dir);
    const [first, second] = [
      await verificationCertificate('a1b2c3', actor, tools),
      await verificationCertificate('a1b2c3', actor, tools),
    ];
    const authority = tools.authority();
    const ca = [...authority.chainDer, authority.rootDer].map((der) => pemOf('CERTIFICATE', der)).join('');
    writeFileSync(join(dir, 'ca.pem'), ca);
    const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: dir, encoding: 'utf8' });
    const pubkeys = [first, second].map((pem, index) => {
      const file = `${index}.pem`;
      writeFileSync(join(dir, file), pem);
      assert.match(openssl('verify', '-CAfile', 'ca.pem', file), /OK/);
      assert.match(openssl('x509', '-in', file, '-noout', '-subject'), /CN ?= ?a1b2c3/);
      return openssl('x509', '-in', file, '-noout', '-pubkey');
    });
    assert.notEqual(pubkeys[0], pubkeys[1]);
    const { rows } = await tools.ledger.listCertificates({ query: '' });
    const mine = rows.filter(({ purpose }) => purpose === 'caVerification');
    assert.deepEqual(
      mine.map(({ state, unitSerial }) => [state, unitSerial]),
      [
        ['issued', null],
        ['issued', null],
      ],
    );
    const { rows: said } = await tools.ledger.listAudit({ limit: 2, offset: 0 });
    assert.deepEqual([said[1]?.entry, said[1]?.data.attempt, said[1]?.data.unitSerial], ['sign.intent', 0, '']);
  });
});
