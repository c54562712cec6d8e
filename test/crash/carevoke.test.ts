/** SIGKILL before and after each durable act of giving an issuing CA up. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createClient } from '../../app/contract/index.ts';
import { paths } from '../../app/station/index.ts';
import { openStation } from '../../main/openstation.ts';
import { openssl } from '../ca/support.ts';
import { makeStation, passphrase } from '../support.ts';
import { runKilled, sidesOf } from './killed.ts';

const access = { kind: 'secret', secret: passphrase } as const;

/** What the next start finds; then the act is done over, or the root's CRL made, whichever is missing. */
async function judge(dir: string, where: string, onRecord: boolean): Promise<void> {
  const station = await openStation({ dir, kind: 'host', threads: false });
  try {
    const client = createClient(station.connect('test'));
    await client.call('session.signIn', { badge: 'EN-1', pin: '2222' });
    const hierarchy = await client.call('ca.hierarchy', {});
    const ca = hierarchy.authorities.find(({ active }) => active);
    const root = hierarchy.authorities.find(({ role }) => role === 'root');
    assert.ok(ca && root);
    assert.equal(ca.revocation !== null, onRecord, `${where}: on record`);
    const { state } = (await client.call('station.status', {})).ca;
    assert.equal(state, onRecord ? 'revoked' : 'locked', `${where}: issues nothing as soon as it is on record`);
    const { issuerId } = root;
    if (!onRecord) {
      const note = 'after the crash';
      await client.call('ca.revoke', { issuerId: ca.issuerId, reason: 'cACompromise', note, access });
    } else if (root.rootCrl?.last?.entries !== 1) {
      assert.equal(root.rootCrl?.due, 'revocation', `${where}: the station knows that the CRL is missing`);
      await client.call('ca.rootCrl', { issuerId, access });
    }
    station.parts.crlJobs.look();
    await station.parts.crlJobs.idle();
    const crl = openssl([
      ...['crl', '-inform', 'DER', '-in', paths(dir).crlOf(issuerId), '-text', '-noout'],
      ...['-CAfile', paths(dir).rootCertificate, '-verify'],
    ]);
    assert.match(crl.output, /verify OK/, where);
    assert.equal((crl.output.match(/CA Compromise/g) ?? []).length, 1, `${where}: revoked once`);
    assert.deepEqual(await station.parts.ledger.integrityCheck(), []);
  } finally {
    await station.close();
  }
}

describe('a CA given up, killed anywhere', { concurrency: false, timeout: 300_000 }, () => {
  // Two processes and a judge of the records for each act.
  test('it is given up or it is not; from the record on it issues nothing, and the CRL of the root can be made', {
    timeout: 300_000,
  }, async (t) => {
    const whole = await makeStation([], false, { own: true });
    const { acts, last } = await runKilled('carevokechild.ts', [whole, 'none']);
    assert.equal(last, 'done');
    const names = acts.map((act) => act.split(' ')[2]);
    assert.deepEqual(names, [
      'ledger.revokeAuthority',
      'ledger.reserveCrl',
      'signer.signCrl',
      'ledger.recordCrl',
      'folder.writeCrl',
    ]);
    await judge(whole, 'whole', true);
    for (const index of names.keys()) {
      for (const side of sidesOf(index)) {
        await t.test(`${side} ${names[index]}`, async () => {
          // Another one each time: a process never signs the same number of one CA twice, not for a copy either.
          const dir = await makeStation([], false, { own: true });
          const killed = await runKilled('carevokechild.ts', [dir, `${side}:${index + 1}`]);
          assert.equal(killed.signal, 'SIGKILL');
          await judge(dir, `${side} ${names[index]}`, side === 'after' || index > 0);
        });
      }
    }
  });
});
