/** A PC that goes to sleep, or has slept, with eight units of all kinds at work: each passed, failed or goes on; nothing twice. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Slot } from '../../app/contract/index.ts';
import { createPracticeBench } from '../../app/practice/devices/index.ts';
import { systemClock, systemUptimeMs } from '../../main/clock.ts';
import { judgeRecords } from '../bench/line/judge.ts';
import { refuses } from '../records/support.ts';
import { passphrase } from '../support.ts';
import { type Bed, benchWhen, makeBed, slotWhen } from './support.ts';

const drivers = ['agent', 'nrf91', 'freertos', 'zephyr'];
const eight = [1, 2, 3, 4, 5, 6, 7, 8];
const driverOf = (slot: number) => drivers[slot % drivers.length]!;
const ended: readonly Slot['state'][] = ['PASS', 'FAIL', 'CHECK_STATION'];

/** Slow enough that all eight are under way at once, each somewhere else. */
async function bedOfEight(uptimeMs = systemUptimeMs): Promise<Bed> {
  const seed = 41;
  const given = { clock: systemClock, baud: 57_600, computeMs: 30, seed, labelPrefix: `S${seed}-` };
  const bench = createPracticeBench({ slots: 8, driverOf, ...given });
  return makeBed(8, { bench, driverOf, uptimeMs });
}

const plugAll = ({ bench }: Bed) => new Map(eight.map((slot) => [slot, bench.plug(slot).label]));
const scanAll = async ({ operator }: Bed, labels: Map<number, string>) => {
  for (const [slotId, text] of labels)
    assert.deepEqual(await operator.call('bench.scan', { text }), { slotId }, `slot ${slotId}`);
};
const entries = async ({ station }: Bed, ...names: string[]) => {
  const { rows } = await station.parts.ledger.listAudit({ limit: 500, offset: 0 });
  return rows.filter(({ entry }) => names.includes(entry)).reverse();
};
/** All have ended; those that did not pass are told by their code. */
const resultsOf = async ({ operator }: Bed) => {
  const { slots } = await benchWhen(operator, ({ slots }) => slots.every(({ state }) => ended.includes(state)));
  return slots;
};
/** Serial of the certificate of each unit that has one. */
const certificates = async ({ operator }: Bed, labels: Iterable<string>) => {
  const found = new Map<string, string>();
  for (const unitSerial of labels) {
    const story = await operator.call('units.show', { unitSerial });
    for (const { serialHex, state } of story.certificates) if (state === 'issued') found.set(unitSerial, serialHex);
  }
  return found;
};

/** From inside a unit's life: the moment at which the `count`th certificate is on record. */
function atIssued({ station }: Bed, count: number): Promise<void> {
  const { ledger } = station.parts;
  const { recordIssued } = ledger;
  let issued = 0;
  return new Promise((resolve) => {
    ledger.recordIssued = async (params) => {
      await recordIssued(params);
      issued += 1;
      if (issued === count) resolve();
    };
  });
}

describe('a PC that sleeps', { concurrency: false }, () => {
  test('told in the middle of eight units: each is on record, nothing begins meanwhile, and all pass at the next scan', async (t) => {
    const bed = await bedOfEight();
    t.after(() => bed.close());
    const { station, operator } = bed;
    const works: number[] = [];
    const stop = station.onWork((units) => works.push(units));
    const labels = plugAll(bed);
    const moment = atIssued(bed, 3);
    await scanAll(bed, labels);
    await moment;
    await station.suspend();

    // What is on record before the PC is gone.
    assert.deepEqual(judgeRecords(station.parts.dir).problems, []);
    const slots = await resultsOf(bed);
    for (const { state, error, ask, slotId } of slots)
      if (state !== 'PASS')
        assert.deepEqual([state, error?.code, ask], ['CHECK_STATION', 'station.suspended', 'scanLabel'], `${slotId}`);
    const interrupted = slots.filter(({ state }) => state !== 'PASS').map(({ slotId }) => slotId);
    assert.ok(interrupted.length >= 5, `${interrupted.length} were in the middle`);
    const before = await certificates(bed, labels.values());
    assert.ok(before.size >= 3);
    const [first] = interrupted;
    await assert.rejects(
      operator.call('bench.scan', { text: labels.get(first!) ?? '' }),
      refuses('station.suspended'),
      'nothing begins while the PC goes to sleep',
    );

    await station.resume();
    const { interlocks } = await operator.call('bench.snapshot', {});
    assert.deepEqual(interlocks, [], 'eight errors at once, and the bench is not locked: the station is not sick');
    await scanAll(bed, new Map([...labels].filter(([slotId]) => interrupted.includes(slotId))));
    for (const slot of await resultsOf(bed)) assert.equal(slot.state, 'PASS', JSON.stringify(slot.error));
    const after = await certificates(bed, labels.values());
    assert.equal(after.size, 8);
    for (const [unit, serialHex] of before) assert.equal(after.get(unit), serialHex, 'the stored one went on');
    const { problems, open, known } = judgeRecords(station.parts.dir);
    assert.deepEqual([problems, open], [[], []]);
    assert.equal(known.live.size, 8);

    const told = await entries(bed, 'station.suspended', 'station.resumed');
    assert.deepEqual(
      told.map(({ entry, data }) => [entry, data.told]),
      [
        ['station.suspended', true],
        ['station.resumed', true],
      ],
    );
    assert.equal(told[0]?.data.atWork, interrupted.length);
    assert.deepEqual([works[0], Math.max(...works), works.at(-1)], [0, 8, 0]);
    stop();
  });

  test('not told: noticed by what the clocks say, and a link that broke off meanwhile is not the unit’s fault', async (t) => {
    let sleptMs = 0;
    const bed = await bedOfEight(() => systemUptimeMs() + sleptMs);
    t.after(() => bed.close());
    const { station, operator, bench } = bed;
    const labels = plugAll(bed);
    const moment = atIssued(bed, 2);
    await scanAll(bed, labels);
    await moment;
    // One that has the most to do yet: the bench would forget a unit that passes before it is pulled.
    const toDo = ({ steps }: Slot) => steps.filter(({ state }) => state !== 'done').length;
    const working = (await operator.call('bench.snapshot', {})).slots.filter(({ state }) => state === 'WORKING');
    const pulled = working.sort((one, other) => toDo(other) - toDo(one))[0]!.slotId;
    // The hub forgets its devices while the PC sleeps: the first thing the station hears of is a lost link.
    sleptMs = 8 * 3_600_000;
    bench.unplug(pulled);
    const slots = await resultsOf(bed);
    for (const { state, error } of slots)
      if (state !== 'PASS') assert.deepEqual([state, error?.code], ['CHECK_STATION', 'station.suspended']);
    assert.equal(slots[pulled - 1]?.error?.code, 'station.suspended');
    const interrupted = slots.filter(({ state }) => state !== 'PASS').map(({ slotId }) => slotId);
    await station.resume();

    bench.plug(pulled, bench.snapshot()[pulled - 1]?.lastDevice ?? undefined);
    assert.equal((await slotWhen(operator, pulled, 'LOCKED')).lockReason, 'caLocked');
    // A night is longer than the CA may stay open unused.
    await assert.rejects(operator.call('bench.scan', { text: labels.get(pulled) ?? '' }), refuses('ca.locked'));
    await station.parts.authority.unlock(passphrase);
    await scanAll(bed, new Map([...labels].filter(([slotId]) => interrupted.includes(slotId))));
    for (const slot of await resultsOf(bed)) assert.equal(slot.state, 'PASS', JSON.stringify(slot.error));
    assert.deepEqual(judgeRecords(station.parts.dir).problems, []);
    const [asleep, awake] = await entries(bed, 'station.suspended', 'station.resumed');
    assert.equal(asleep?.data.told, false);
    assert.ok(Number(awake?.data.sleptMs) >= 8 * 3_600_000);
  });
});
