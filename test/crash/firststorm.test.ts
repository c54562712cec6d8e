/** Devices that connect for the first time at once, while the practice AWS dies by SIGKILL. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runStorm } from '../bench/firststorm/storm.ts';
import { ways } from '../bench/firststorm/ways.ts';

const shape = { count: 28, deaths: [0.4], tries: 60, unlistedTries: 5, firstMs: 250, mostMs: 2_000 };

describe('a storm of first connections with a death of AWS', () => {
  for (const way of ways)
    test(`${way}: each device is one thing with one certificate, or refused with a reason`, {
      timeout: 300_000,
    }, async () => {
      const { ends, wrong } = await runStorm(way, shape);
      assert.deepEqual(wrong, []);
      const refused = ends.filter(({ certificatePem }) => certificatePem === undefined).map(({ unit }) => unit.name);
      assert.deepEqual(refused, way === 'jitp' ? [] : ['storm-7', 'storm-27']);
    });
});
