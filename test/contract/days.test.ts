/** A time as people write it: a day is one at this place, and what could be another day to another person is none. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayAsWritten, timeAsWritten } from '../../app/contract/days.ts';

const here = (day: number, ...clock: [] | [hours: number, minutes: number, seconds: number]) =>
  new Date(2026, 11, day, ...clock).toISOString();

test('a day means its beginning, its end, or what comes after it', () => {
  assert.equal(timeAsWritten('2026-12-24', 'start'), here(24));
  assert.equal(timeAsWritten('2026-12-24', 'end'), here(24, 23, 59, 59));
  assert.equal(timeAsWritten('2026-12-31', 'after'), here(32));
});

test('a time is the moment it says, whatever a day would mean; without a zone it is one at this place', () => {
  for (const means of ['start', 'end', 'after'] as const) {
    assert.equal(timeAsWritten('2026-12-24T10:00:30+02:00', means), '2026-12-24T08:00:30.000Z');
    assert.equal(timeAsWritten('2026-12-24 10:00', means), here(24, 10, 0, 0));
  }
});

test('other forms, and days and times that are in no calendar, are none', () => {
  for (const text of [
    '',
    '24.12.2026',
    '12/24/2026',
    '2026-1-2',
    '2026-02-30',
    '2026-13-01',
    '0026-01-01',
    '2026-12-24T25:00Z',
    '2026-12-24T10',
    ' 2026-12-24',
    '2026-12-24\n',
    '2026-12-2４',
  ])
    assert.equal(timeAsWritten(text, 'end'), undefined, text);
  // The day after has a year of five digits.
  assert.equal(timeAsWritten('9999-12-31', 'after'), undefined);
  assert.equal(dayAsWritten('9999-12-31'), undefined);
  assert.equal(dayAsWritten('2026-12-24T10:00Z'), undefined);
});
