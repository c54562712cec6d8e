/** SIGKILL before and after each durable act of a revocation and its CRL. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { signCsr } from '../../app/issuing/index.ts';
import { paths } from '../../app/station/index.ts';
import { openStation } from '../../main/openstation.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { makeCsr, openssl } from '../ca/support.ts';
import { makeStation, passphrase } from '../support.ts';
import { runKilled } from './killed.ts';

type Row = { number: number; state: string; entries: number };

async function runChild(dir: string, serialHex: string, where: string) {
  const { acts, last, signal } = await runKilled('crlchild.ts', [dir, serialHex, where]);
  return { acts, done: last === 'done', signal };
}

/** What is on disk, without the program that wrote it. */
function recordsOf(dir: string, serialHex: string) {
  const sql = openSqlite(paths(dir).records, { readOnly: true });
  try {
    const rows = sql.all<Row>('SELECT number, state, entries FROM crls ORDER BY number');
    return { rows, revoked: sql.all('SELECT 1 FROM revocations WHERE serialHex = @serialHex', { serialHex }).length };
  } finally {
    sql.close();
  }
}

describe('a CA killed around a revocation and its CRL', { concurrency: false, timeout: 300_000 }, () => {
  let dir: string;
  const serials: string[] = [];
  const rounds = 12;

  before(async () => {
    dir = await makeStation();
    const station = await openStation({ dir, kind: 'host', threads: false });
    await station.parts.authority.unlock(passphrase);
    for (let unit = 0; unit <= rounds; unit++) {
      const unitSerial = `CRASH-${unit}`;
      const request = { csr: makeCsr(unitSerial).csrDer, unitSerial, orderId: undefined, actor: 'test' };
      serials.push((await signCsr(request, station.parts.lineTools)).serialHex);
    }
    await station.close();
  });

  // Two processes and a judge of the records for each act.
  test('numbers stay unique and grow, no revocation is lost or made twice, and the next start makes a good CRL', {
    timeout: 300_000,
  }, async (t) => {
    const whole = await runChild(dir, serials[0] ?? '', 'none');
    assert.ok(whole.done);
    const names = whole.acts.map((act) => act.split(' ')[2]);
    const expected = [
      'ledger.revokeCertificate',
      'ledger.reserveCrl',
      'signer.signCrl',
      'ledger.recordCrl',
      'folder.writeCrl',
    ];
    assert.deepEqual(names, expected, 'nothing is signed that is not on record first');
    let last = 1;
    for (const [index, name] of names.entries()) {
      for (const side of ['before', 'after'] as const) {
        await t.test(`${side} ${name}`, async () => {
          const serialHex = serials[index * 2 + (side === 'before' ? 1 : 2)] ?? '';
          const killed = await runChild(dir, serialHex, `${side}:${index + 1}`);
          assert.equal(killed.signal, 'SIGKILL');
          const { rows, revoked } = recordsOf(dir, serialHex);
          assert.equal(revoked, name === expected[0] && side === 'before' ? 0 : 1, 'revoked at most once');
          const highest = rows.at(-1)?.number ?? 0;
          assert.ok(highest >= last);
          assert.equal(new Set(rows.map(({ number }) => number)).size, rows.length);
          // A number that may have been signed without a record is never used for other bytes.
          if (name === 'signer.signCrl' && side === 'after') assert.equal(rows.at(-1)?.state, 'reserved');
          last = highest;
        });
      }
    }

    const station = await openStation({ dir, kind: 'host', threads: false });
    try {
      await station.parts.authority.unlock(passphrase);
      await station.parts.crlJobs.settle();
      await station.parts.crlJobs.idle();
      const status = await station.parts.crlJobs.status();
      assert.equal(status.due, null);
      assert.ok(status.last && status.last.number > 0);
    } finally {
      await station.close();
    }
    const { rows } = recordsOf(dir, '');
    assert.ok(
      rows.every(({ state }) => state !== 'reserved'),
      'what was never finished is void',
    );
    assert.deepEqual(
      rows.map(({ number }) => number),
      rows.map((_, index) => index + 1),
      'every number was used once, none was skipped',
    );
    const read = openssl(['crl', '-inform', 'DER', '-in', paths(dir).crl, '-text', '-noout']);
    const verified = openssl([
      ...['crl', '-inform', 'DER', '-in', paths(dir).crl, '-CAfile', paths(dir).issuingCertificate],
      ...['-verify', '-noout'],
    ]);
    assert.match(verified.output, /verify OK/);
    for (const serial of serials.slice(0, 1)) assert.match(read.output, new RegExp(serial, 'i'));
    assert.equal((read.output.match(/Serial Number:/g) ?? []).length, 1 + 2 * expected.length - 1);
  });
});
