/** The shift of a moment: over midnight, on the days when clocks change, on some weekdays only, in any zone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { everyDay, type Shift, type ShiftCalendar, shiftCalendar, usualShifts } from '../../app/contract/index.ts';
import { shiftAt } from '../../app/line/index.ts';
import { shiftsFrom } from '../../main/cli/shiftflags.ts';

const hour = 3_600_000;
const berlin = (shifts: Shift[]): ShiftCalendar => ({ zone: 'Europe/Berlin', shifts });
const daily = (starts: string, name = ''): Shift => ({ name, starts, days: [...everyDay] });
const told = (calendar: ShiftCalendar, at: string) => {
  const { name, since, until } = shiftAt(calendar, new Date(at));
  return [name, since.toISOString().slice(0, 16), until.toISOString().slice(0, 16)];
};

test('a night shift goes over midnight, and is an hour shorter or longer when the clocks change', () => {
  const night = berlin([daily('06:00', 'early'), daily('22:00', 'night')]);
  assert.deepEqual(told(night, '2026-01-15T00:30:00Z'), ['night', '2026-01-14T21:00', '2026-01-15T05:00']);
  assert.deepEqual(told(night, '2026-03-29T02:00:00Z'), ['night', '2026-03-28T21:00', '2026-03-29T04:00']);
  assert.deepEqual(told(night, '2026-10-25T02:00:00Z'), ['night', '2026-10-24T20:00', '2026-10-25T05:00']);
});

test('a start that the clock skips is the jump; one that it shows twice is the first', () => {
  const odd = berlin([daily('02:30')]);
  assert.equal(told(odd, '2026-03-29T12:00:00Z')[1], '2026-03-29T01:00');
  assert.equal(told(odd, '2026-10-25T12:00:00Z')[1], '2026-10-25T00:30');
  // One shift a day fills a day of 25 hours, too.
  assert.deepEqual(told(odd, '2026-10-26T01:29:00Z'), ['', '2026-10-25T00:30', '2026-10-26T01:30']);
});

test('a shift without a successor ends after a day; then comes time of no shift until the next one', () => {
  const workdays = berlin([
    { name: 'early', starts: '06:00', days: [1, 2, 3, 4, 5] },
    { name: 'late', starts: '14:00', days: [1, 2, 3, 4, 5] },
  ]);
  // 2026-11-27 is a Friday.
  assert.deepEqual(told(workdays, '2026-11-27T20:00:00Z'), ['late', '2026-11-27T13:00', '2026-11-28T13:00']);
  assert.deepEqual(told(workdays, '2026-11-28T13:00:00Z'), [undefined, '2026-11-28T13:00', '2026-11-30T05:00']);
  assert.deepEqual(told(workdays, '2026-11-30T05:00:00Z'), ['early', '2026-11-30T05:00', '2026-11-30T13:00']);
  const sundays = berlin([{ name: 'sunday', starts: '23:00', days: [7] }]);
  assert.deepEqual(told(sundays, '2026-11-29T21:59:00Z'), [undefined, '2026-11-23T22:00', '2026-11-29T22:00']);
});

test('in every zone and calendar, a moment lies in its shift, and shifts follow one another without a gap', () => {
  const zones = [
    'America/Santiago',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
    'Pacific/Kiritimati',
    'Africa/Cairo',
    'UTC',
  ];
  const calendars = [
    usualShifts.shifts,
    [daily('00:00')],
    [daily('00:00'), daily('00:30'), daily('23:59')],
    [{ name: '', starts: '02:00', days: [3, 6] }],
  ];
  for (const zone of zones)
    for (const shifts of calendars)
      for (let day = 0; day < 360; day += 9) {
        const now = new Date(Date.UTC(2026, 0, 1) + day * 24 * hour + day * 7 * 60_000);
        // Of a calendar that is another each time nothing is kept.
        const found = (moment: Date) => shiftAt({ zone, shifts: [...shifts] }, moment);
        const { since, until, name } = found(now);
        const where = `${zone} ${JSON.stringify(shifts)} ${now.toISOString()}`;
        assert.ok(since <= now && now < until, where);
        assert.deepEqual(found(since), { name, since, until }, where);
        assert.deepEqual(found(new Date(until.getTime() - 1)), { name, since, until }, where);
        assert.deepEqual(found(until).since, until, where);
        const clock = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' });
        // Only a start in the hour that a clock skips moves.
        if (!['America/Santiago', 'Africa/Cairo', 'Australia/Lord_Howe'].includes(zone) && name !== undefined)
          assert.ok(
            shifts.some(({ starts }) => starts === clock.format(since)),
            where,
          );
      }
});

test('a second look at a shift takes no time, and nothing of it is left for another shift or calendar', () => {
  const { shifts } = berlin([daily('06:00', 'early'), daily('22:00', 'night')]);
  const at = (time: string, zone = 'Europe/Berlin') => shiftAt({ zone, shifts }, new Date(`2026-01-15T${time}Z`));
  const early = at('05:00:00.000');
  assert.equal(at('20:59:59.999'), early, 'the same answer');
  for (const [shift, name] of [
    [at('21:00'), 'night'],
    [at('20:59'), 'early'],
    [at('04:59'), 'night'],
    [at('05:00'), 'early'],
    [at('05:00', 'UTC'), 'night'],
  ] as const)
    assert.equal(shift.name, name);
  assert.equal(shiftAt(berlin([daily('04:00', 'all day')]), early.since).name, 'all day');
});

test('a calendar is refused that names no zone, no day, no time, or two shifts at once', () => {
  const refused = (change: Partial<ShiftCalendar>) => !shiftCalendar.safeParse({ ...usualShifts, ...change }).success;
  assert.equal(refused({}), false);
  assert.ok(refused({ zone: 'Europe/Bielefeld' }));
  assert.ok(refused({ shifts: [] }));
  assert.ok(refused({ shifts: [{ ...daily('06:00'), days: [] }] }));
  assert.ok(refused({ shifts: [{ ...daily('06:00'), days: [1, 1] }] }));
  assert.ok(refused({ shifts: [daily('6:00')] }));
  assert.ok(refused({ shifts: [daily('24:00')] }));
  assert.ok(refused({ shifts: [daily('06:00', 'A'), { ...daily('06:00', 'B'), days: [7] }] }));
});

test('a command sets shifts and zone, each alone too, and names the flag that is wrong', () => {
  const both = shiftsFrom({ shift: ['06:00,days=12345,name=Früh', '22:00'], shiftZone: 'Europe/Berlin' }, usualShifts);
  assert.deepEqual(both, {
    zone: 'Europe/Berlin',
    shifts: [{ name: 'Früh', starts: '06:00', days: [1, 2, 3, 4, 5] }, daily('22:00')],
  });
  assert.deepEqual(shiftsFrom({ shiftZone: 'pc' }, both), { ...both, zone: null });
  const refusal = (options: Parameters<typeof shiftsFrom>[0]) => {
    try {
      return shiftsFrom(options, usualShifts);
    } catch (thrown) {
      return (thrown as Error).message;
    }
  };
  assert.match(String(refusal({ shiftZone: 'Mars' })), /--shift-zone: this time zone is not known/);
  assert.match(
    String(refusal({ shift: ['06:00', '25:00'] })),
    /--shift 25:00: its start, a time of day such as 06:00 is needed/,
  );
  assert.match(
    String(refusal({ shift: ['06:00,days=19'] })),
    /a weekday is a number from 1 \(Monday\) to 7 \(Sunday\)/,
  );
  assert.match(String(refusal({ shift: ['06:00,days=mo'] })), /a weekday is a number from 1/);
  assert.match(String(refusal({ shift: ['06:00,tage=1'] })), /--shift 06:00,tage=1/);
});

test('the zone of the PC may be a rule, empty, or a name with a typing error', (t) => {
  const before = process.env.TZ;
  t.after(() => {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  });
  const here = (zone: string) => {
    process.env.TZ = zone;
    return told({ zone: null, shifts: [daily('06:00')] }, '2026-07-01T12:00:00Z')[1];
  };
  assert.equal(here('CET-1'), '2026-07-01T05:00');
  assert.equal(here(''), '2026-07-01T06:00');
  assert.equal(here('Nowhere/Land'), '2026-07-01T06:00');
  assert.equal(here('Europe/Berlin'), '2026-07-01T04:00');
});
