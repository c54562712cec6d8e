/** Control charts: limits as the handbook has them, and what must hold for any figures. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { individualsChart, shareChart } from '../../app/contract/controlchart.ts';

test('the limits of the handbook’s own examples', () => {
  // NIST/SEMATECH e-Handbook 6.3.2.2: flowrate, mean 50.81, mean moving range 1.8778, limits 55.8041 and 45.8159.
  const flow = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1];
  const { centre, points } = individualsChart(flow)!;
  assert.ok(Math.abs(centre - 50.81) < 1e-9);
  assert.ok(Math.abs(points[0]!.upper! - 55.8041) < 0.01, String(points[0]!.upper));
  assert.ok(Math.abs(points[0]!.lower! - 45.8159) < 0.01, String(points[0]!.lower));
  // 6.3.3.2: the wafers of its table, 50 dies each; p̄ = 0.2313, UCL 0.41, LCL 0.05. Wafer 15 and 23 are out of control.
  const bad = [
    12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6,
  ];
  const wafers = shareChart(bad.map((good) => ({ good, of: 50 })))!;
  assert.ok(Math.abs(wafers.centre - 0.2313) < 0.0001, String(wafers.centre));
  assert.ok(Math.abs(wafers.points[0]!.upper! - 0.41) < 0.005);
  assert.ok(Math.abs(wafers.points[0]!.lower! - 0.05) < 0.005);
  assert.deepEqual(
    wafers.points.flatMap(({ at, out }) => (out === null ? [] : [`${at + 1} ${out}`])),
    ['15 above', '23 above'],
  );
});

const column = fc
  .record({ of: fc.integer({ min: 0, max: 2000 }), share: fc.double({ min: 0, max: 1, noNaN: true }) })
  .map(({ of, share }) => ({ of, good: Math.round(of * share) }));

test('a p-chart: limits enclose the mean, stay within 0 and 1, and narrow with the units', () => {
  fc.assert(
    fc.property(fc.array(column, { maxLength: 40 }), (columns) => {
      const chart = shareChart(columns);
      const filled = columns.filter(({ of }) => of > 0);
      assert.equal(chart?.points.length ?? 0, filled.length);
      for (const { at, value, lower, upper, out } of chart?.points ?? []) {
        assert.equal(value, columns[at]!.good / columns[at]!.of);
        assert.equal(lower === null, filled.length < 8);
        if (lower === null || upper === null) continue;
        assert.ok(0 <= lower && lower <= chart!.centre + 1e-12 && chart!.centre - 1e-12 <= upper && upper <= 1);
        assert.equal(out, value > upper ? 'above' : value < lower ? 'below' : null);
        for (const other of chart!.points)
          if (columns[other.at]!.of > columns[at]!.of) assert.ok(other.upper! <= upper + 1e-12);
      }
    }),
  );
});

test('an individuals chart: what does not vary has no width; a scale or a gap changes nothing but the scale', () => {
  const value = fc.option(fc.double({ min: 1, max: 1e6, noNaN: true }), { nil: null });
  fc.assert(
    fc.property(fc.array(value, { maxLength: 40 }), fc.integer({ min: 2, max: 9 }), (values, scale) => {
      const chart = individualsChart(values);
      const filled = values.filter((one) => one !== null);
      assert.equal(chart?.points.length ?? 0, filled.length);
      const packed = individualsChart(filled);
      const larger = individualsChart(values.map((one) => (one === null ? null : one * scale)));
      for (const [index, { upper, lower, value: shown }] of (chart?.points ?? []).entries()) {
        assert.equal(shown, filled[index]);
        assert.deepEqual(packed!.points[index]!.upper, upper);
        if (upper === null || lower === null) continue;
        assert.ok(lower >= 0 && lower <= upper);
        assert.ok(Math.abs(larger!.points[index]!.upper! / scale - upper) < 1e-6 * upper);
      }
    }),
  );
  const still = individualsChart(Array.from({ length: 9 }, () => 120))!;
  assert.deepEqual([still.points[0]!.lower, still.points[0]!.upper, still.points[0]!.out], [120, 120, null]);
});
