/** The numbers at the axis of a chart. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { axisOf, resolutionOfMs } from '../../renderer/charts/axis.ts';

/** As the English screens say it. */
function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return ms < 60_000
    ? `${(ms / 1000).toFixed(1)} s`
    : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

test('no two numbers at an axis are said alike, however small the range; all values lie within', () => {
  const rules = [
    { resolutionOf: resolutionOfMs, say: duration, from: 0, to: 1500 },
    { resolutionOf: resolutionOfMs, say: duration, from: 1000, to: 50_000 },
    { resolutionOf: resolutionOfMs, say: duration, from: 50_000, to: 400_000 },
    { resolutionOf: () => 0.001, top: 1, say: (share: number) => `${(share * 100).toFixed(1)} %`, from: 0, to: 1 },
  ];
  for (const { say, from, to, resolutionOf, top } of rules) {
    const near = fc.double({ min: 0, max: 1, noNaN: true }).chain((place) =>
      fc.double({ min: 0, max: 1, noNaN: true }).map((width) => {
        const low = from + place * (to - from);
        return [low, Math.min(to, low + width ** 8 * (to - from))];
      }),
    );
    fc.assert(
      fc.property(near, (values) => {
        const { ticks, domain } = axisOf(values, { resolution: resolutionOf(values), top });
        assert.equal(new Set(ticks.map(say)).size, ticks.length, ticks.join(' '));
        assert.ok(ticks.length >= 2 && ticks.length <= 8, String(ticks.length));
        assert.ok(values.every((value) => value >= domain[0] && value <= domain[1]));
      }),
      { numRuns: 300 },
    );
  }
});

test('the steps are ones that people count in, and shares end at 100 %', () => {
  assert.deepEqual(axisOf([240, 241], { resolution: 1 }).ticks, [239, 240, 241]);
  assert.deepEqual(axisOf([61_200, 61_400], { resolution: 1000 }).ticks, [61_000, 62_000]);
  assert.deepEqual(axisOf([0.97, 0.995], { resolution: 0.001, top: 1 }).ticks, [0.96, 0.97, 0.98, 0.99, 1]);
  assert.deepEqual(axisOf([], { resolution: 1 }).ticks, [0, 1]);
});
