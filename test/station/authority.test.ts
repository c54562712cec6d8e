import assert from 'node:assert/strict';
import { copyFile } from 'node:fs/promises';
import { test } from 'node:test';
import { defaultProfile } from '../../app/ca/index.ts';
import { createKeyHomes } from '../../app/station/authorities/keyhomes.ts';
import { createAuthority } from '../../app/station/authorities/signing.ts';
import { paths } from '../../app/station/index.ts';
import { systemClock } from '../../main/clock.ts';
import { openLedger } from '../../main/openstation.ts';
import { refuses } from '../records/support.ts';
import { makeStation, passphrase } from '../support.ts';

async function authority(over: { now?: () => Date; keyOf?: string; autoLockMinutes?: number; locked?: string[] } = {}) {
  const dir = await makeStation();
  if (over.keyOf) await copyFile(paths(over.keyOf).issuingKey, paths(dir).issuingKey);
  const { ledger, close } = await openLedger(paths(dir).records);
  try {
    return await createAuthority({
      dir,
      ledger: {
        authorities: ledger.authorities,
        authorityKeys: ledger.authorityKeys,
        authorityRevocations: ledger.authorityRevocations,
      },
      homes: createKeyHomes(dir, { assertListed: () => {} }),
      profile: () => defaultProfile,
      organisation: 'Test',
      clock: { ...systemClock, now: over.now ?? systemClock.now },
      autoLockMinutes: () => over.autoLockMinutes ?? 0,
      onChange: () => {},
      onAutoLock: (ids) => void over.locked?.push(...ids),
    });
  } finally {
    await close();
  }
}

test('it begins locked, the passphrase unlocks it, and locking drops the signer', async () => {
  const ca = await authority();
  assert.equal(ca.state(), 'locked');
  assert.equal(ca.current().signer, undefined);
  assert.throws(() => ca.signer(), refuses('ca.locked'));
  await ca.unlock(passphrase);
  assert.equal(ca.state(), 'ready');
  const signer = ca.signer();
  assert.equal(ca.current().signer, signer);
  ca.lock();
  assert.equal(ca.state(), 'locked');
  assert.equal(ca.current().signer, undefined);
  assert.throws(() => ca.signer(), refuses('ca.locked'));
  await assert.rejects(signer.sign({ issuerId: signer.issuerId } as never), refuses('ca.locked'));
});

test('a wrong passphrase is refused and leaves an unlocked CA unlocked', async () => {
  const ca = await authority();
  await assert.rejects(ca.unlock('a wrong passphrase'), refuses('ca.wrongPassphrase'));
  assert.equal(ca.state(), 'locked');
  await ca.unlock(passphrase);
  await assert.rejects(ca.unlock('a wrong passphrase'), refuses('ca.wrongPassphrase'));
  assert.equal(ca.state(), 'ready');
});

test("another CA's key is not taken for ours", async () => {
  const ca = await authority({ keyOf: await makeStation([], false, { own: true }) });
  await assert.rejects(ca.unlock(passphrase), refuses('ca.damaged'));
  assert.equal(ca.state(), 'locked');
});

test('an expired CA cannot be unlocked, and one that expires says so', async () => {
  let now = new Date();
  const ca = await authority({ now: () => now });
  await ca.unlock(passphrase);
  now = new Date(ca.issuer.notAfter.getTime() + 1000);
  assert.equal(ca.state(), 'expired');
  await assert.rejects(ca.unlock(passphrase), refuses('ca.expired'));
  ca.lock();
  await assert.rejects(ca.unlock(passphrase), refuses('ca.expired'));
  assert.equal(ca.current().signer, undefined);
});

test('a key that was idle while the PC slept is closed at once: a signature that was under way is no new use of it', async () => {
  const locked: string[] = [];
  const ca = await authority({ autoLockMinutes: 60, locked });
  await ca.unlock(passphrase);
  const { issuerId } = ca.signer();
  ca.slept(59 * 60_000);
  assert.deepEqual([ca.state(), locked], ['ready', []]);
  ca.slept(2 * 60_000);
  assert.deepEqual([ca.state(), locked], ['locked', [issuerId]]);
  ca.slept(2 * 60_000);
  assert.deepEqual(locked, [issuerId], 'what is closed is not told twice');
});
