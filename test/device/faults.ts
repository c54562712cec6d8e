import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Device, Installation } from '../../app/device/driver.ts';
import type { Begin } from './conformance.ts';
import { config, heldBy, isError, newKey, nonceProof, sha256 } from './support.ts';

/** Noise, damage and loss of power. */
export function describeFaults(begin: Begin): void {
  test('log between the answers is told as log and changes nothing', async (t) => {
    const { connect, ca, logs } = await begin(t);
    const device = await connect({ noise: true });
    await device.makeKey(newKey);
    await device.install(ca.installation((await device.readCsr('unit')).csrDer, config), () => {});
    await device.seal();
    assert.ok(logs.length > 5, 'log lines were told');
    assert.ok(logs.every((line) => !line.startsWith('<')));
  });

  test('slow and repeated answers change nothing', async (t) => {
    const { connect, ca } = await begin(t);
    const device = await connect({ delayMs: 15, duplicate: 0.5 });
    assert.deepEqual(await device.makeKey(newKey), { created: true });
    await device.install(ca.installation((await device.readCsr('unit')).csrDer, config), () => {});
    await device.seal();
  });

  for (const seed of [1, 2, 3]) {
    for (const bad of [{ corrupt: 0.001 }, { drop: 0.0006 }, { corrupt: 0.0006, drop: 0.0003, duplicate: 0.1 }]) {
      test(`a bad line (${JSON.stringify(bad)}, seed ${seed}) ends in success or a named error, never in wrong content`, async (t) => {
        const { connect, ca } = await begin(t, { seed });
        let device = await connect(bad);
        let failures = 0;
        const patiently = async <T>(act: (device: Device) => Promise<T>): Promise<T> => {
          for (;;) {
            try {
              return await act(device);
            } catch (error) {
              failures += 1;
              if (!(isError('link.garbled')(error) || isError('link.timeout')(error)) || failures > 5) throw error;
              await device.close();
              device = await connect(bad);
            }
          }
        };
        await patiently((each) => each.makeKey(newKey));
        const { csrDer } = await patiently((each) => each.readCsr('unit'));
        const what = ca.installation(csrDer, config);
        await patiently((each) => each.install(what, () => {}));
        const { items } = await patiently((each) => each.readBack(what));
        assert.deepEqual(
          items.filter((item) => !item.same),
          [],
        );
        assert.equal(items.length, 3 + Object.keys(config).length);
        await patiently((each) => each.seal());
      });
    }
  }

  for (const step of [
    'hello',
    'key',
    'csr',
    'read',
    'data',
    'commit.cert',
    'commit.chain',
    'commit.root',
    'commit.config',
    'prove',
    'seal',
  ]) {
    for (const when of ['before', 'after'] as const) {
      test(`power lost ${when} ${step}: a clear error, then the unit goes on where it stood`, async (t) => {
        const { connect, ca } = await begin(t);
        let what: Installation | undefined;
        let key: boolean | undefined;
        const provision = async (device: Device) => {
          await device.identify();
          key = (await device.makeKey(newKey)).created || key;
          // The station never signs twice: after the first time it re-sends what it has recorded.
          what ??= ca.installation((await device.readCsr('unit')).csrDer, config);
          await device.install(what, () => {});
          const proof = await nonceProof(device, Buffer.alloc(32, 1));
          assert.ok(proof.length > 60);
          assert.equal((await heldBy(device)).certificate, sha256(what.certificateDer));
          await device.seal();
        };
        await assert.rejects(provision(await connect({ dieAt: { step, when } })), isError('link.lost'));
        const again = await connect();
        if ((await again.identify()).sealed) assert.deepEqual([step, when], ['seal', 'after']);
        else await provision(again);
        assert.equal((await again.identify()).sealed, true);
        assert.equal((await heldBy(again)).certificate, sha256(what?.certificateDer ?? Buffer.alloc(0)));
      });
    }
  }
}
