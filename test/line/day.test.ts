/** The day, and a shift's figures, where clocks change, zones change, and no person acts at the edge. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, describe, test } from 'node:test';
import { everyDay, usualShifts } from '../../app/contract/index.ts';
import { shiftAt, startOfDay } from '../../app/line/index.ts';
import { needTools } from '../ca/support.ts';
import { folderFor } from '../device/support.ts';
import { movableClock } from '../support.ts';
import { benchWhen, makeBed, slotWhen } from './support.ts';

const hour = 3_600_000;
const zoneBefore = process.env.TZ;
const setZone = (zone: string | undefined) => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
};
after(() => setZone(zoneBefore));

/** The date in that zone by ICU's own arithmetic, which is not that of `Date`. */
const dateIn = (zone: string) => {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' });
  return (at: number) => format.format(at);
};

/** Zone, a day whose clocks change, and how many hours it has. */
const days: [zone: string, noon: string, hours: number][] = [
  ['Europe/Berlin', '2026-03-29T10:00:00Z', 23],
  ['Europe/Berlin', '2026-10-25T11:00:00Z', 25],
  ['America/New_York', '2026-03-08T16:00:00Z', 23],
  ['America/New_York', '2026-11-01T17:00:00Z', 25],
  // At midnight itself: one that is not there, one that is there twice.
  ['America/Santiago', '2026-09-06T15:00:00Z', 23],
  ['Africa/Cairo', '2026-04-24T10:00:00Z', 23],
  ['Africa/Cairo', '2026-10-29T10:00:00Z', 25],
  ['America/Havana', '2026-03-08T16:00:00Z', 23],
  ['America/Havana', '2026-11-01T17:00:00Z', 25],
  ['Asia/Beirut', '2026-03-29T10:00:00Z', 23],
  // By half an hour.
  ['Australia/Lord_Howe', '2026-10-04T02:00:00Z', 23.5],
  ['Asia/Kathmandu', '2026-06-01T06:00:00Z', 24],
  ['UTC', '2026-06-01T12:00:00Z', 24],
];

for (const [zone, noon, hours] of days)
  test(`${zone}, ${noon.slice(0, 10)}: a day of ${hours} hours, from its first moment to the first of the next`, () => {
    setZone(zone);
    const date = dateIn(zone);
    const start = startOfDay(new Date(noon)).getTime();
    const next = start + hours * hour;
    // Every quarter of an hour of three days, and both sides of each edge.
    const moments = [start - 1, start, next - 1, next];
    for (let at = start - 24 * hour; at < next + 24 * hour; at += hour / 4) moments.push(at);
    for (const at of moments) {
      const from = startOfDay(new Date(at)).getTime();
      const told = new Date(at).toISOString();
      assert.ok(from <= at, told);
      assert.equal(date(from), date(at), told);
      assert.notEqual(date(from - 1), date(at), told);
    }
  });

/** One unit, passed, in slot 1. */
async function passOne({ bench, operator }: Awaited<ReturnType<typeof makeBed>>): Promise<string> {
  const { label } = bench.plug(1);
  await slotWhen(operator, 1, 'SCAN');
  await operator.call('bench.scan', { text: label });
  const { state, error } = await slotWhen(operator, 1, 'PASS', 'FAIL', 'CHECK_STATION');
  assert.equal(state, 'PASS', JSON.stringify(error));
  bench.unplug(1);
  await slotWhen(operator, 1, 'EMPTY');
  return label;
}

describe("the figures at a shift's edge", { concurrency: false }, () => {
  test('the night without a midnight: a shift from 00:00 begins at the first moment of the day, though nobody does anything', async (t) => {
    setZone('America/Santiago');
    const { clock, set, advance } = movableClock();
    // This machine's own time decides how far that is; the next such night is never a year away.
    const now = clock.now();
    const night = [2026, 2027, 2028]
      .map((year) => new Date(Date.UTC(year, 8, 1 + ((7 - new Date(Date.UTC(year, 8, 1)).getUTCDay()) % 7), 4)))
      .find((at) => at.getTime() > now.getTime() + hour)!;
    assert.equal(night.getHours(), 1, 'midnight is not there');
    set(new Date(night.getTime() - 10 * 60_000));
    const bed = await makeBed(1, { clock });
    t.after(() => bed.close());
    const { operator, station, engineer } = bed;
    const midnight = { name: 'Day', starts: '00:00', days: [...everyDay] };
    await engineer.call('station.configure', { shifts: { zone: null, shifts: [midnight] } });
    // A line that stood still for so long: an engineer says so.
    await engineer.call('bench.release', {});
    await passOne(bed);
    const evening = await benchWhen(operator, ({ counters }) => counters.passed === 1);
    assert.equal(Date.parse(evening.counters.since), night.getTime() - 24 * hour);
    assert.equal((await operator.call('station.status', {})).ca.issuedToday, 1);

    advance(11 * 60_000);
    const morning = await benchWhen(operator, ({ counters }) => counters.passed === 0);
    assert.deepEqual([morning.counters.since, morning.counters.shift], [night.toISOString(), { name: 'Day' }]);
    assert.equal((await operator.call('station.status', {})).ca.issuedToday, 0);
    await passOne(bed);
    await benchWhen(operator, ({ counters }) => counters.passed === 1);

    // What is on record is UTC, and in order.
    const { rows } = await station.parts.ledger.listAudit({ limit: 500, offset: 0 });
    const times = rows.filter(({ entry }) => /^(unit|attempt|sign)\./.test(entry)).map(({ at }) => at);
    for (const at of times) assert.match(at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.deepEqual(times, [...times].sort().reverse());
  });

  test('a zone that is changed while the station runs: the shift is that of the new zone', async (t) => {
    setZone('Pacific/Kiritimati');
    const { clock, advance } = movableClock();
    const bed = await makeBed(1, { clock });
    t.after(() => bed.close());
    const first = await bed.operator.call('bench.snapshot', {});
    setZone('Pacific/Pago_Pago');
    advance(31_000);
    const { counters } = await benchWhen(bed.operator, ({ counters }) => counters.since !== first.counters.since);
    assert.equal(counters.since, shiftAt(usualShifts, clock.now()).since.toISOString());
  });

  test('a night shift over midnight is one shift; its figures end when the next one starts, and the calendar can change', async (t) => {
    setZone('UTC');
    const { clock, set, advance } = movableClock();
    // Berlin is an hour ahead of UTC in January, and the next January is never a year away.
    set(new Date(Date.UTC(clock.now().getUTCFullYear() + 1, 0, 14, 22, 50)));
    const bed = await makeBed(1, { clock });
    t.after(() => bed.close());
    const { operator, engineer, station } = bed;
    const night = { name: 'Night', starts: '22:00', days: [...everyDay] };
    const early = { name: 'Early', starts: '06:00', days: [...everyDay] };
    const shifts = { zone: 'Europe/Berlin', shifts: [early, night] };
    await engineer.call('station.configure', { shifts });
    await engineer.call('bench.release', {});
    await passOne(bed);
    const before = await benchWhen(operator, ({ counters }) => counters.passed === 1);
    assert.deepEqual(before.counters.shift, { name: 'Night' });
    assert.match(before.counters.since, /-14T21:00:00.000Z$/);
    advance(20 * 60_000);
    await passOne(bed);
    const after = await benchWhen(operator, ({ counters }) => counters.passed === 2);
    assert.equal(after.counters.since, before.counters.since, 'midnight ends nothing');
    const [entry] = (await station.parts.ledger.listAudit({ limit: 500, offset: 0 })).rows.filter(
      ({ entry }) => entry === 'station.configured',
    );
    assert.deepEqual(entry?.data, { shifts });

    // The calendar is changed: the shift began an hour ago, so only the second unit belongs to it.
    const late = { ...night, name: 'Graveyard', starts: '00:00' };
    await engineer.call('station.configure', { shifts: { ...shifts, shifts: [early, late] } });
    const changed = await benchWhen(operator, ({ counters }) => counters.shift?.name === 'Graveyard');
    assert.equal(changed.counters.passed, 1);

    // It is 00:10 in Berlin, and 06:00 is over in six hours, though no unit is made.
    advance(6 * hour);
    const morning = await benchWhen(operator, ({ counters }) => counters.shift?.name === 'Early');
    assert.deepEqual([morning.counters.passed, morning.counters.taktSeconds], [0, null]);
    assert.match(morning.counters.since, /-15T05:00:00.000Z$/);
  });

  test('a clock that a time server sets within a shift, back by minutes and ahead by an hour: nothing is counted twice or lost', async (t) => {
    setZone('UTC');
    const { clock, set } = movableClock();
    const noon = startOfDay(clock.now()).getTime() + 36 * hour;
    set(new Date(noon));
    const bed = await makeBed(1, { clock });
    t.after(() => bed.close());
    const { operator } = bed;
    await passOne(bed);
    set(new Date(noon - 4 * 60_000));
    await passOne(bed);
    set(new Date(noon + hour));
    await passOne(bed);
    const { counters, interlocks } = await benchWhen(operator, ({ counters }) => counters.passed === 3);
    assert.deepEqual(interlocks, []);
    assert.deepEqual([counters.passed, counters.firstPassYield], [3, 1]);
    assert.ok((counters.unitsPerHour ?? 0) > 0 && (counters.taktSeconds ?? -1) >= 0);
  });
});

test('the zone of the system itself is changed: seen without a restart', async (t) => {
  if (!needTools(t, 'unshare')) return;
  const child = join(import.meta.dirname, 'zonechild.ts');
  // /etc of our own, in a namespace where nothing is real; the first line of stdin moves the PC to Lima.
  const folder = folderFor(t);
  const inside = `cp -a /etc/. "$0" 2>/dev/null; mount --bind "$0" /etc && ln -sfn /usr/share/zoneinfo/Asia/Tokyo /etc/localtime && echo READY && exec 3<&0 && { read -r _ <&3; ln -sfn /usr/share/zoneinfo/America/Lima /etc/localtime; echo; cat <&3; } | "$1" "$2"`;
  const env = { ...process.env };
  delete env.TZ;
  const ran = spawn('unshare', ['-rm', 'bash', '-c', inside, folder, process.execPath, child], { env });
  t.after(() => ran.kill());
  const lines = createInterface({ input: ran.stdout })[Symbol.asyncIterator]();
  const next = async () => (await lines.next()).value as string | undefined;
  if ((await next()) !== 'READY') return t.diagnostic('NOT JUDGED: namespaces may not be made here');
  assert.equal(await next(), '21', 'noon in Tokyo');
  ran.stdin.write('go\n');
  assert.equal(await next(), '21 7', 'as it was, and then as it is in Lima');
  ran.stdin.end();
  await once(ran, 'exit');
});
