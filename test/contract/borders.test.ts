/** The borders of a period, as a caller may write them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { methods } from '../../app/contract/index.ts';

test('a border without milliseconds means the same moment as one with them, and one that no calendar has is refused', () => {
  const asked: [keyof typeof methods, Record<string, unknown>, readonly string[]][] = [
    ['units.list', {}, ['since', 'until']],
    ['certificates.list', {}, ['since', 'until']],
    ['audit.list', {}, ['since', 'until']],
    ['batches.make', {}, ['since', 'until']],
    ['exports.start', { format: 'csv' }, ['from', 'to']],
  ];
  for (const [name, rest, borders] of asked)
    for (const border of borders) {
      const params = (time: string) =>
        name === 'exports.start' ? { ...rest, scope: { [border]: time } } : { ...rest, [border]: time };
      const said = (time: string) => {
        const parsed = methods[name].params.safeParse(params(time));
        const value = parsed.data as Record<string, unknown> | undefined;
        return parsed.success ? ((value?.scope ?? value) as Record<string, unknown>)[border] : 'refused';
      };
      assert.equal(said('2026-11-21T08:00:00Z'), '2026-11-21T08:00:00.000Z', `${name} ${border}`);
      assert.equal(said('2026-11-21T08:00:00.5Z'), '2026-11-21T08:00:00.500Z', `${name} ${border}`);
      assert.equal(said('2026-11-21T08:00:00.123Z'), '2026-11-21T08:00:00.123Z', `${name} ${border}`);
      for (const none of [
        '2026-13-21T08:00:00Z',
        '2026-02-30T08:00:00Z',
        '2026-11-21T24:00:00Z',
        '2026-06-30T23:59:60Z',
        '2026-11-21T08:00:00+01:00',
      ])
        assert.equal(said(none), 'refused', `${name} ${border} ${none}`);
    }
});
