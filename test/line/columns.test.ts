/** The columns of charts: they follow each other without a gap, and begin where people say that an hour or a day begins. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { usualShifts } from '../../app/contract/shifts.ts';
import { columnsOf } from '../../app/line/index.ts';

const later = new Date('2030-01-01T00:00:00Z');
const at = (day: number, hour: number, minute = 0) => new Date(2026, 10, day, hour, minute).toISOString();

test('columns of hours, shifts, days, weeks and months', () => {
  const period = { since: at(20, 5), until: at(21, 7) };
  const hours = columnsOf({ ...period, bucket: 'hour' }, usualShifts, later);
  assert.equal(hours.length, 27);
  const shifts = columnsOf({ ...period, bucket: 'shift' }, usualShifts, later);
  assert.deepEqual(shifts, [at(20, 5), at(20, 6), at(20, 14), at(20, 22), at(21, 6), at(21, 7)]);
  const days = columnsOf({ ...period, bucket: 'day' }, usualShifts, later);
  assert.deepEqual(days, [at(20, 5), at(21, 0), at(21, 7)]);
  // 20 November 2026 is a Friday.
  const weeks = columnsOf({ since: at(20, 0), until: at(25, 0), bucket: 'week' }, usualShifts, later);
  assert.deepEqual(weeks, [at(20, 0), at(23, 0), at(25, 0)]);
  const fromSunday = columnsOf({ since: at(22, 9), until: at(25, 0), bucket: 'week' }, usualShifts, later);
  assert.deepEqual(fromSunday, [at(22, 9), at(23, 0), at(25, 0)], 'a Sunday ends its week');
  const months = columnsOf({ since: at(20, 0), until: at(40, 0), bucket: 'month' }, usualShifts, later);
  assert.deepEqual(months, [at(20, 0), at(31, 0), at(40, 0)]);
});

test('a period is taken to whole quarters of an hour; what has not begun has no column', () => {
  const asked = { since: at(20, 5, 7), until: at(20, 23, 50), bucket: 'hour' } as const;
  const edges = columnsOf(asked, usualShifts, new Date(at(20, 7, 30)));
  assert.deepEqual(edges, [at(20, 5), at(20, 6), at(20, 7), at(20, 8)]);
});

test('an empty period and one of too many columns are refused', () => {
  const bad = { code: 'call.badParams' };
  assert.throws(() => columnsOf({ since: at(20, 5), until: at(20, 5), bucket: 'day' }, usualShifts, later), bad);
  assert.throws(() => columnsOf({ since: at(1, 0), until: at(30, 0), bucket: 'hour' }, usualShifts, later), bad);
});
