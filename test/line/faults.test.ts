/**
 * Units of every driver through a whole station while something breaks: bytes, chunks, cables, power, at each act. Where a
 * seed fails, `npm run -s bench -- faults:SEED` repeats it alone.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runSeeds } from '../bench/faults.ts';
import { type DriverName, driverNames } from '../bench/line/units.ts';

/** What a damaged conversation may honestly be called; anything else is a lie or a bug. */
const honest =
  /^(link\.(lost|timeout|garbled|flooded)|device\.(badAnswer|refused)|csr\.(malformed|badProof|subject)|verify\.(readBackMismatch|proofFailed))$/;

describe('a line on which everything breaks', () => {
  // A quarter of a minute of computing.
  test('240 units: each ends with the certificate that the records hold, once the fault is gone', {
    timeout: 180_000,
  }, async () => {
    const { results, wrong } = await runSeeds(Array.from({ length: 240 }, (_, at) => at + 1));
    assert.deepEqual(
      wrong.map(({ message }) => message),
      [],
    );
    const told: Partial<Record<DriverName, Set<string>>> = {};
    for (const { seed, driver, damage, outcomes } of results) {
      const [first = '', ...rest] = outcomes;
      told[driver] ??= new Set();
      told[driver].add(damage.split(' ')[0] ?? '');
      if (first !== 'PASS') assert.match(first, honest, `seed ${seed} (${driver}, ${damage})`);
      assert.ok(rest.length <= 1, `seed ${seed} (${driver}, ${damage}) took more than one more try: ${outcomes}`);
      if (damage.startsWith('cut') || damage === 'log')
        assert.match(first, damage === 'log' ? /^PASS$/ : /^(link\.lost|PASS)$/, `seed ${seed} (${driver}, ${damage})`);
    }
    for (const driver of driverNames)
      assert.ok((told[driver]?.size ?? 0) >= 14, `${driver}: ${[...(told[driver] ?? [])]}`);
  });
});
