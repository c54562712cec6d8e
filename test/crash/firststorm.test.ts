/** Devices that connect for the first time at once, while the practice AWS and the station that watches die by SIGKILL. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runStorm } from '../bench/firststorm/storm.ts';

const shape = { count: 12, deaths: [0.3], watchDeaths: [0.6], watchMs: 20_000 };
const patience = { tries: 200, unlistedTries: 3, firstMs: 250, mostMs: 2_000 };

/** `npm run bench -- firststorm` has all ways: each costs some seconds. */
const ways = ['jitp'] as const;

describe('a storm of first connections with deaths of AWS and of the watch', { timeout: 300_000 }, () => {
  for (const way of ways)
    test(`${way}: each device is one thing with one certificate, or refused with a reason, and the watch knows it`, {
      timeout: 300_000,
    }, async () => {
      const { ends, wrong } = await runStorm(way, { ...shape, ...patience });
      assert.deepEqual(wrong, []);
      for (const of of ends) {
        const refused = of.filter(({ certificatePem }) => certificatePem === undefined).map(({ unit }) => unit.name);
        assert.deepEqual(refused, []);
      }
    });
});
