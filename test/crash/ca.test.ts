/** SIGKILL before and after each durable act of a ceremony. */
import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { signCsr } from '../../app/issuing/index.ts';
import { paths } from '../../app/station/index.ts';
import { openStation } from '../../main/openstation.ts';
import { makeCsr } from '../ca/support.ts';
import { removeAtEnd } from '../folders.ts';
import { makeStation, passphrase } from '../support.ts';
import { runKilled, sidesOf } from './killed.ts';

/** What must hold at the next start, wherever the last one stopped. */
async function assertSound(dir: string, where: string): Promise<void> {
  const station = await openStation({ dir, kind: 'host', threads: false });
  try {
    const { ledger, authority } = station.parts;
    const files = await readdir(paths(dir).ca);
    for (const { custody, facts } of authority.all()) {
      const name = `${facts.subjectText} ${where}`;
      if (authority.keyState(facts.issuerId) === 'missing') {
        // Between the removal of the key's file and its record: only a key whose backup was proved.
        assert.match(name, /Root/);
        assert.notEqual(authority.caOf(facts.issuerId).backupProvedAt, null);
      } else if (custody.kind === 'file') assert.ok(files.includes(custody.file), `${name}: no CA without its key`);
      else assert.ok(!files.includes('root.key.pem'), `${name}: no key that the records say is away`);
    }
    await authority.unlock(passphrase);
    const job = { csr: makeCsr('UNIT-1').csrDer, unitSerial: 'UNIT-1', orderId: undefined, actor: 'test' };
    const issued = await signCsr(job, station.parts.lineTools);
    assert.equal(issued.issuerId, authority.issuer.issuerId, `${where}: the active CA issues`);
    assert.deepEqual(await ledger.integrityCheck(), []);
  } finally {
    await station.close();
  }
}

describe('a ceremony killed anywhere', { concurrency: false, timeout: 300_000 }, () => {
  // Two processes and a judge of the records for each act.
  test('every CA on record has its key, none is lost, and the line goes on', { timeout: 300_000 }, async (t) => {
    const fresh = await makeStation([], false, { own: true });
    const folder = await mkdtemp(join(tmpdir(), 'birthmark-ceremony-'));
    removeAtEnd(folder);
    const copy = async (name: string) => {
      const dir = join(folder, name);
      await cp(fresh, dir, { recursive: true });
      return dir;
    };
    const whole = await copy('whole');
    const { acts, last } = await runKilled('cachild.ts', [whole, '0', 'none']);
    assert.equal(last, 'done');
    await assertSound(whole, 'whole');
    const names = acts.map((act) => act.split(' ')[2]);
    assert.deepEqual(names, [
      'homes.make',
      'ledger.addAuthority',
      'homes.make',
      'ledger.recordAuthorityRequest',
      'ledger.discardAuthorityRequest',
      'ledger.recordBackupProof',
      'ledger.setCustody',
    ]);
    for (const index of names.keys()) {
      for (const side of sidesOf(index)) {
        const where = `${side}:${index + 1}`;
        await t.test(`${side} ${names[index]}`, async () => {
          const dir = await copy(where.replace(':', '-'));
          const killed = await runKilled('cachild.ts', [dir, String(index), where]);
          assert.equal(killed.signal, 'SIGKILL');
          await assertSound(dir, where);
        });
      }
    }
  });
});
