/** Slots between two events: what is shown, which slot takes a label, what is tried again, and what ends. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { StationError } from '../../app/contract/errors.ts';
import { createSlot } from '../../app/line/slot.ts';
import type { LineTools } from '../../app/line/unit.ts';
import { refuses } from '../records/support.ts';
import { type FakeBench, fakeBench, fakePorts, gate, portOf, slotConfigs, stillClock } from './fakebench.ts';

/** A bench that has read the records, with a device in each of these slots. */
async function bedOf({ slots = 1, plugged = [1] }: { slots?: number; plugged?: number[] } = {}) {
  const bed = fakeBench({ slots });
  await bed.open();
  for (const slotId of plugged) bed.line.plug(portOf(slotId));
  return bed;
}

/** As screens have it: its state, its unit, and whether a question is open. */
const faceOf = ({ slot }: FakeBench, slotId = 1) => {
  const { state, unitSerial, prompt, error } = slot(slotId);
  return [state, unitSerial, prompt?.kind, error?.code];
};
const asking = ['SCAN', undefined, 'scanLabel', undefined];
const empty = ['EMPTY', undefined, undefined, undefined];

describe('one slot', () => {
  test('empty, asking, working, passed, empty: each is told at once, and each device is another question', async () => {
    const bed = await bedOf({ plugged: [] });
    const { line, slot, assertTold, scan, bench, calledOf } = bed;
    assert.deepEqual(faceOf(bed), empty);
    line.plug(portOf(1));
    assert.deepEqual(faceOf(bed), asking);
    assertTold();
    const { prompt } = slot();
    line.tell(portOf(1));
    assert.deepEqual(slot().prompt, prompt, 'nothing has changed');
    assert.deepEqual(await scan('U-1'), { slotId: 1 });
    assert.deepEqual([slot().state, slot().unitSerial, slot().startedAt], ['WORKING', 'U-1', slot().startedAt]);
    assert.deepEqual(slot().steps, [{ name: 'identify', state: 'running' }]);
    assertTold();
    await bed.pass();
    assert.deepEqual(faceOf(bed), ['PASS', 'U-1', undefined, undefined]);
    assert.deepEqual(
      slot().steps.map(({ state }) => state),
      ['done'],
    );
    assertTold();
    assert.equal(calledOf('passed').length, 1);
    line.unplug(portOf(1));
    assert.deepEqual(faceOf(bed), empty);
    assertTold();
    line.plug(portOf(1));
    assert.deepEqual(faceOf(bed), asking);
    assert.notEqual(slot().prompt?.promptId, prompt?.promptId);
    assert.equal(bench.busy(), false);
  });

  test('a device that is plugged in when the station starts is asked for its label', async () => {
    const bed = fakeBench({ plugged: [1] });
    await bed.open();
    assert.deepEqual(faceOf(bed), asking);
  });

  test('the attempt on record is of the label, the slot, the person, the order and the recipe', async () => {
    const { scan, calledOf } = await bedOf();
    await scan('U-1', { chosen: true }, 'ola');
    assert.deepEqual(calledOf('readLabel'), [{ text: 'U-1', chosen: true }]);
    const mark = { name: 'for-driver-1', version: 1, hash: 'ab' };
    const attempt = { unitSerial: 'U-1', orderId: 'WO-1', slotId: 1, actor: 'ola', scanned: { text: 'U-1', lot: 'L' } };
    assert.deepEqual(calledOf('startAttempt'), [{ ...attempt, driver: 'fake', recipe: mark, practice: true }]);
  });

  test('a label is read as a person chose only when one did', async () => {
    const { scan, calledOf } = await bedOf();
    await scan('U-1');
    assert.deepEqual(calledOf('readLabel'), [{ text: 'U-1', chosen: false }]);
  });

  test('a unit that is pulled in the middle: its result stays until the next device', async () => {
    const bed = await bedOf();
    await bed.scan('U-1');
    bed.line.unplug(portOf(1));
    assert.equal(bed.slot().state, 'WORKING', 'its outcome is not known yet');
    await bed.fail('link.lost');
    assert.deepEqual(faceOf(bed), ['FAIL', 'U-1', 'retry', 'link.lost']);
    bed.line.tell(portOf(1));
    assert.equal(bed.slot().state, 'FAIL');
    bed.line.plug(portOf(1));
    assert.deepEqual(faceOf(bed), asking);
  });

  test('one that is pulled and put back while it works is still that unit', async () => {
    const bed = await bedOf();
    await bed.scan('U-1');
    bed.line.unplug(portOf(1));
    bed.line.plug(portOf(1));
    assert.equal(bed.slot().state, 'WORKING');
    await bed.fail('device.keyFailed');
    await bed.scan('U-1');
    assert.deepEqual(faceOf(bed).slice(0, 2), ['WORKING', 'U-1']);
    await bed.pass();
    bed.line.unplug(portOf(1));
    assert.deepEqual(faceOf(bed), empty);
  });

  test('a refused label leaves the slot asking the same question, or empty when the device has gone', async () => {
    const bed = await bedOf();
    const { prompt } = bed.slot();
    const refused = () => Promise.reject(new StationError('unit.alreadyPassed', 'it has passed'));
    bed.on.startAttempt = refused;
    await assert.rejects(bed.scan('U-1'), refuses('unit.alreadyPassed'));
    assert.deepEqual(bed.slot().prompt, prompt);
    bed.assertTold();
    const { text, slotId, error } = bed.bench.snapshot().lastScan ?? {};
    assert.deepEqual([text, slotId, error?.code], ['U-1', undefined, 'unit.alreadyPassed']);
    assert.equal(bed.bench.busy(), false);
    bed.on.startAttempt = () => {
      bed.line.unplug(portOf(1));
      return refused();
    };
    await assert.rejects(bed.scan('U-1'), refuses('unit.alreadyPassed'));
    assert.deepEqual(faceOf(bed), empty);
  });

  test('while the attempt is being recorded the slot works already, and the scan is not confirmed yet', async () => {
    const bed = await bedOf();
    const recorded = gate();
    bed.on.startAttempt = () => recorded.opened;
    const scanned = bed.scan('U-1');
    await bed.settle();
    assert.deepEqual(faceOf(bed).slice(0, 2), ['WORKING', 'U-1']);
    bed.assertTold();
    assert.deepEqual([bed.bench.busy(), bed.bench.atWork()], [true, 1]);
    assert.equal(bed.bench.snapshot().lastScan, undefined);
    await assert.rejects(bed.scan('U-1'), refuses('unit.inProgress', { unitSerial: 'U-1' }));
    await assert.rejects(bed.scan('U-2'), refuses('unit.noSlotWaiting'));
    assert.throws(() => bed.bench.abort(1), refuses('call.stale'));
    bed.line.unplug(portOf(1));
    assert.equal(bed.slot().state, 'WORKING');
    recorded.open();
    assert.deepEqual(await scanned, { slotId: 1 });
    assert.deepEqual(bed.bench.snapshot().lastScan?.slotId, 1);
    bed.assertTold();
  });

  test('a slot that works takes no second unit', async () => {
    const { clock } = stillClock();
    const { ports, plug } = fakePorts();
    plug(portOf(1));
    const slot = createSlot({
      ...{ config: slotConfigs(1)[0]!, tools: { clock } as LineTools, ports },
      ...{ onChange: () => {}, onResult: () => {}, onWaiting: () => {}, onLog: () => {}, mayGoOn: async () => false },
    });
    const never = new Promise<never>(() => {});
    void slot.begin('U-1', () => never);
    await assert.rejects(
      slot.begin('U-2', () => never),
      refuses('call.stale'),
    );
    assert.deepEqual([slot.worksOn('U-1'), slot.worksOn('U-2')], [true, false]);
  });

  test('an outcome that cannot be recorded is in the log, and the slot asks again', async () => {
    const bed = await bedOf();
    bed.on.endAttempt = () => Promise.reject(new Error('disk gone'));
    await bed.scan('U-1');
    await bed.pass();
    assert.deepEqual(faceOf(bed), asking);
    assert.deepEqual(bed.calledOf('log'), [{ slotId: 1, text: 'the outcome could not be recorded: Error: disk gone' }]);
    assert.deepEqual(bed.calledOf('passed'), [], 'what is not on record has not passed');
  });
});

describe('which slot takes a label', () => {
  test('the one that has waited longest, or the one whose question it answers', async () => {
    const bed = await bedOf({ slots: 3, plugged: [] });
    for (const slotId of [3, 1, 2]) {
      bed.line.plug(portOf(slotId));
      bed.time.advance(5);
    }
    assert.equal(bed.bench.snapshot().askedSlotId, 3);
    const { promptId } = bed.slot(2).prompt ?? {};
    assert.deepEqual(await bed.scan('U-2', { promptId: promptId ?? '' }), { slotId: 2 });
    assert.deepEqual(await bed.scan('U-3'), { slotId: 3 });
    assert.deepEqual(await bed.scan('U-1'), { slotId: 1 });
    assert.equal(bed.bench.snapshot().askedSlotId, undefined);
    await assert.rejects(bed.scan('U-4', { promptId: promptId ?? '' }), refuses('call.stale'));
    await assert.rejects(bed.scan('U-4'), refuses('unit.noSlotWaiting'));
    assert.equal(bed.bench.atWork(), 3);
  });

  test('two labels at once go to two slots, one label at once to one', async () => {
    const bed = await bedOf({ slots: 3, plugged: [1, 2, 3] });
    const scans = [bed.scan('U-1'), bed.scan('U-2'), assert.rejects(bed.scan('U-1'), refuses('unit.inProgress'))];
    const [first, second] = await Promise.all(scans);
    assert.deepEqual([first, second], [{ slotId: 1 }, { slotId: 2 }]);
    assert.equal(bed.slot(3).state, 'SCAN');
  });

  test('the label of a failed unit means its slot, whatever slot asks; of one that has gone or passed it does not', async () => {
    const bed = await bedOf({ slots: 2, plugged: [1] });
    await bed.scan('U-1');
    await bed.fail('device.keyFailed');
    bed.line.plug(portOf(2));
    const { promptId = '' } = bed.slot(2).prompt ?? {};
    assert.deepEqual(await bed.scan('U-1', { promptId }), { slotId: 1 });
    assert.equal(bed.slot(2).state, 'SCAN');
    bed.line.unplug(portOf(1));
    await bed.fail('link.lost');
    assert.equal(bed.slot(1).state, 'FAIL');
    assert.deepEqual(await bed.scan('U-1'), { slotId: 2 }, 'it is in the other slot now');
    await bed.pass();
    bed.line.plug(portOf(1));
    assert.deepEqual(await bed.scan('U-1'), { slotId: 1 }, 'what may not pass twice, the records refuse');
  });

  test('another label in the place of a failed unit is not that unit', async () => {
    const bed = await bedOf();
    await bed.scan('U-1');
    await bed.fail('device.keyFailed');
    await assert.rejects(bed.scan('U-2'), refuses('unit.noSlotWaiting'));
    assert.equal(bed.slot().unitSerial, 'U-1');
  });

  test('a label that cannot be read is shown as it is, an unexpected error without its words', async () => {
    const bed = await bedOf();
    bed.on.readLabel = () => Promise.reject(new StationError('scan.unknown', 'no rule fits'));
    await assert.rejects(bed.scan('what?'), refuses('scan.unknown'));
    const shown = () => bed.bench.snapshot().lastScan;
    assert.deepEqual(
      [shown()?.text, shown()?.error?.code, shown()?.error?.detail],
      ['what?', 'scan.unknown', 'no rule fits'],
    );
    bed.assertTold();
    bed.on.readLabel = () => Promise.reject(new Error('SQLITE_IOERR in /home'));
    await assert.rejects(bed.scan('U-1'), /SQLITE_IOERR/);
    assert.deepEqual(shown()?.error, { code: 'internal', detail: 'an unexpected error' });
  });
});

/** A person who is no engineer. */
const by = (actor: string) => ({ actor, engineer: false });

describe('again', () => {
  test('the button tries the failed unit again, in the name of who pressed it, and answers one question once', async () => {
    const bed = await bedOf({ slots: 2, plugged: [1, 2] });
    const { bench } = bed;
    const { promptId: label = '' } = bed.slot(1).prompt ?? {};
    await assert.rejects(bench.retry(1, label, by('eve')), refuses('call.stale'), 'nothing has failed');
    await bed.scan('U-1');
    await bed.fail('device.keyFailed');
    const { promptId = '' } = bed.slot(1).prompt ?? {};
    await assert.rejects(bench.retry(1, label, by('eve')), refuses('call.stale'));
    await assert.rejects(bench.retry(2, promptId, by('eve')), refuses('call.stale'));
    await assert.rejects(bench.retry(7, promptId, by('eve')), refuses('call.stale'));
    const recorded = gate();
    bed.on.startAttempt = () => recorded.opened;
    const retried = bench.retry(1, promptId, by('eve'));
    await assert.rejects(bench.retry(1, promptId, by('eve')), refuses('call.stale'));
    recorded.open();
    await retried;
    const [, again] = bed.calledOf('startAttempt') as { unitSerial: string; actor: string; scanned?: object }[];
    assert.deepEqual([again?.unitSerial, again?.actor, again?.scanned], ['U-1', 'eve', undefined]);
    await bed.pass();
    assert.equal(bed.slot(1).state, 'PASS');
    await assert.rejects(bench.retry(1, promptId, by('eve')), refuses('call.stale'));
  });

  test('a refusal of the button is told to the person, and the result stays', async () => {
    const bed = await bedOf();
    await bed.scan('U-1');
    await bed.fail('device.keyFailed');
    const { promptId = '' } = bed.slot().prompt ?? {};
    bed.facts.order = undefined;
    await assert.rejects(bed.bench.retry(1, promptId, by('ola')), refuses('order.none'));
    assert.equal(bed.slot().unitSerial, 'U-1');
  });

  test('with nothing in the slot there is nothing to try', async () => {
    const bed = await bedOf();
    await bed.scan('U-1');
    bed.line.unplug(portOf(1));
    await bed.fail('link.lost');
    const { promptId = '' } = bed.slot().prompt ?? {};
    await assert.rejects(bed.bench.retry(1, promptId, by('ola')), refuses('unit.noSlotWaiting'));
    assert.equal(bed.slot().state, 'FAIL');
  });

  for (const code of ['link.lost', 'link.timeout', 'link.garbled'] as const)
    test(`by itself after ${code}, as often as the recipe allows; the last result stays`, async () => {
      const bed = await bedOf();
      bed.facts.recipe = { retries: 2 };
      await bed.scan('U-1');
      assert.equal(bed.slot().retried, undefined);
      for (const retried of [1, 2]) {
        await bed.fail(code);
        assert.deepEqual([bed.slot().state, bed.slot().retried], ['WORKING', retried]);
        assert.deepEqual(bed.calledOf('passed'), []);
      }
      await bed.fail(code);
      assert.deepEqual(faceOf(bed), ['FAIL', 'U-1', 'retry', code]);
      assert.equal(bed.slot().retried, 2);
      const numbersOf = (what: string) => bed.calledOf(what).map((of) => (of as { attempt?: number }).attempt);
      assert.equal(bed.calledOf('startAttempt').length, 3);
      assert.deepEqual(numbersOf('endAttempt'), [1, 2, 3], 'each ends under its own number');
    });

  const stays: [string, (bed: FakeBench) => void | Promise<void>][] = [
    ['a recipe that allows none', ({ facts }) => void Object.assign(facts.recipe, { retries: 0 })],
    ['a device that has gone', ({ line }) => line.unplug(portOf(1))],
    ['a full order', ({ facts }) => void Object.assign(facts, { order: { ...facts.order, passed: 100 } })],
    ['two station errors in a row', ({ facts }) => void Object.assign(facts, { errorsInARow: 2 })],
    ['what the station finds', ({ facts }) => void facts.found.push({ reason: 'disk', detail: 'full' })],
    [
      'records that refuse it',
      ({ on }) => {
        on.startAttempt = () => Promise.reject(new StationError('unit.scrapped', 'scrapped'));
      },
    ],
  ];
  for (const [what, happens] of stays)
    test(`not by itself with ${what}`, async () => {
      const bed = await bedOf();
      bed.facts.recipe = { retries: 5 };
      if (what === 'a recipe that allows none') await happens(bed);
      await bed.scan('U-1');
      await happens(bed);
      await bed.fail('link.lost');
      const { state, unitSerial, error, retried } = bed.slot();
      assert.deepEqual([state, unitSerial, error?.code, retried], ['FAIL', 'U-1', 'link.lost', undefined]);
    });

  test('not by itself after a fault of the device, nor after a pass', async () => {
    const bed = await bedOf();
    bed.facts.recipe = { retries: 5 };
    await bed.scan('U-1');
    await bed.fail('device.keyFailed');
    assert.equal(bed.slot().state, 'FAIL');
    await bed.scan('U-1');
    await bed.pass();
    assert.equal(bed.slot().state, 'PASS');
    assert.equal(bed.calledOf('startAttempt').length, 2);
  });

  test('by itself also when the person has signed out meanwhile', async () => {
    const bed = await bedOf();
    bed.facts.recipe = { retries: 1 };
    await bed.scan('U-1');
    bed.facts.signedIn = false;
    await bed.fail('link.lost');
    assert.equal(bed.slot().state, 'WORKING');
  });
});

describe('stopped', () => {
  test('by a person: the unit has failed, it is not tried again, and the station is not at fault', async () => {
    const bed = await bedOf({ slots: 2, plugged: [1, 2] });
    bed.facts.recipe = { retries: 5 };
    assert.throws(() => bed.bench.abort(1), refuses('call.stale'));
    assert.throws(() => bed.bench.abort(9), refuses('call.badParams'));
    await bed.scan('U-1');
    await bed.scan('U-2');
    bed.bench.abort(1);
    await bed.ended(1);
    assert.deepEqual(faceOf(bed, 1), ['FAIL', 'U-1', 'retry', 'call.cancelled']);
    assert.equal(bed.slot(2).state, 'WORKING');
    assert.equal(bed.calledOf('startAttempt').length, 2);
  });

  test('by the recipe’s time limit', async () => {
    const bed = await bedOf();
    bed.facts.recipe = { retries: 5, timeLimitMs: 30_000 };
    const timers = bed.time.waiting();
    await bed.scan('U-1');
    bed.time.advance(29_999);
    await bed.settle();
    assert.equal(bed.slot().state, 'WORKING');
    bed.time.advance(1);
    await bed.ended(1);
    const { state, error } = bed.slot();
    assert.deepEqual([state, error?.code, error?.detail], ['FAIL', 'link.timeLimit', 'not done after 30 s']);
    await bed.scan('U-1');
    await bed.pass();
    assert.equal(bed.time.waiting(), timers, 'no time limit runs on after its unit');
  });

  test('by a halt: its reason is the outcome, it waits for the records, and nothing begins before it is over', async () => {
    const bed = await bedOf({ slots: 2, plugged: [1, 2] });
    bed.facts.recipe = { retries: 5 };
    await bed.scan('U-1');
    const recorded = gate();
    bed.on.endAttempt = () => recorded.opened;
    let halted: number | undefined;
    const asleep = new StationError('station.suspended', 'the PC goes to sleep');
    const halt = bed.bench.halt(asleep).then((units) => {
      halted = units;
    });
    await bed.ended(1);
    assert.equal(halted, undefined, 'the outcome is not on record yet');
    await assert.rejects(bed.scan('U-2'), refuses('station.suspended'));
    assert.equal(bed.slot(2).state, 'SCAN');
    recorded.open();
    await halt;
    assert.equal(halted, 1);
    assert.equal(bed.slot(1).error?.code, 'station.suspended');
    const [ended] = bed.calledOf('endAttempt') as { outcome: string }[];
    assert.equal(ended?.outcome, 'ERROR');
    bed.bench.goOn();
    assert.deepEqual(await bed.scan('U-2'), { slotId: 2 });
    assert.deepEqual(await bed.scan('U-1'), { slotId: 1 });
  });

  test('by a halt while its attempt is being recorded: it ends for that reason before the device is asked anything', async () => {
    const bed = await bedOf();
    const recorded = gate();
    bed.on.startAttempt = () => recorded.opened;
    const scanned = bed.scan('U-1');
    await bed.settle();
    const halt = bed.bench.halt(new StationError('station.suspended', 'asleep'));
    recorded.open();
    await scanned;
    assert.equal(await halt, 1);
    assert.equal(bed.slot().error?.code, 'station.suspended');
  });

  test('a halt with no unit at work counts none', async () => {
    const bed = await bedOf();
    assert.equal(await bed.bench.halt(new StationError('station.suspended', 'asleep')), 0);
  });

  test('closed: ports are let go at once, the outcome is waited for, and no going on begins a unit again', async () => {
    const bed = await bedOf({ slots: 2, plugged: [1, 2] });
    await bed.scan('U-1');
    const recorded = gate();
    bed.on.endAttempt = () => recorded.opened;
    let closed = false;
    const closing = bed.bench.close().then(() => {
      closed = true;
    });
    assert.equal(bed.line.watched(), 0);
    await bed.ended(1);
    assert.equal(closed, false);
    recorded.open();
    await closing;
    assert.deepEqual(
      [bed.slot(1).error?.code, bed.slot(1).error?.detail],
      ['call.cancelled', 'the station was closed'],
    );
    bed.bench.goOn();
    await assert.rejects(bed.scan('U-2'), refuses('call.cancelled'));
    assert.equal(bed.time.waiting(), 0, 'nothing of it is left to fire');
  });

  test('closed with an outcome that cannot be recorded: no label is asked for any more', async () => {
    const bed = await bedOf();
    await bed.scan('U-1');
    bed.on.endAttempt = () => Promise.reject(new Error('disk gone'));
    await bed.bench.close();
    assert.equal(bed.slot().state, 'WORKING');
    assert.equal(bed.calledOf('log').length, 1);
  });
});

describe('a label that is scanned ahead', () => {
  const bedAhead = async (of: { slots?: number; plugged?: number[] } = {}) => {
    const bed = fakeBench({ slots: of.slots ?? 1 });
    bed.facts.recipe = { continuous: true };
    await bed.open();
    for (const slotId of of.plugged ?? []) bed.line.plug(portOf(slotId));
    return bed;
  };
  const heldIn = ({ bench }: FakeBench) => bench.snapshot().heldLabel;

  test('goes to the next device, in the name of who scanned it, and is used once', async () => {
    const bed = await bedAhead({ slots: 2 });
    assert.deepEqual([bed.bench.snapshot().continuous, heldIn(bed)], [true, undefined]);
    assert.deepEqual(await bed.scan('U-1', {}, 'ola'), { slotId: null });
    assert.deepEqual([heldIn(bed), bed.bench.snapshot().lastScan?.text], ['U-1', 'U-1']);
    bed.assertTold();
    bed.line.plug(portOf(2));
    await bed.settle();
    assert.deepEqual(faceOf(bed, 2).slice(0, 2), ['WORKING', 'U-1']);
    const { lastScan } = bed.bench.snapshot();
    assert.deepEqual([heldIn(bed), lastScan?.text, lastScan?.slotId], [undefined, 'U-1', 2]);
    bed.assertTold();
    const [started] = bed.calledOf('startAttempt') as { actor: string; scanned: object }[];
    assert.deepEqual([started?.actor, started?.scanned], ['ola', { text: 'U-1', lot: 'L' }]);
    bed.line.plug(portOf(1));
    await bed.settle();
    assert.deepEqual(faceOf(bed, 1), asking);
  });

  test('a device without one waits for its label', async () => {
    const bed = await bedAhead({ plugged: [1] });
    await bed.settle();
    assert.deepEqual(faceOf(bed), asking);
    assert.deepEqual(await bed.scan('U-1'), { slotId: 1 });
    assert.equal(heldIn(bed), undefined);
  });

  test('is not kept when the recipe does not say so, when it answers a question, or while the bench is locked', async () => {
    const bed = await bedAhead();
    await assert.rejects(bed.scan('U-1', { promptId: 'gone' }), refuses('call.stale'));
    bed.facts.found.push({ reason: 'disk', detail: 'full' });
    await assert.rejects(bed.scan('U-1'), refuses('unit.noSlotWaiting'));
    bed.facts.found.length = 0;
    bed.facts.recipe = {};
    await bed.bench.refresh();
    await assert.rejects(bed.scan('U-1'), refuses('unit.noSlotWaiting'));
    assert.equal(heldIn(bed), undefined);
  });

  test('of a unit that failed in its slot tries it again; of one at work it is refused', async () => {
    const bed = await bedAhead({ plugged: [1] });
    await bed.scan('U-1');
    await assert.rejects(bed.scan('U-1'), refuses('unit.inProgress'));
    assert.deepEqual(await bed.scan('U-2'), { slotId: null });
    bed.bench.drop();
    await bed.fail('device.keyFailed');
    assert.deepEqual(await bed.scan('U-1'), { slotId: 1 });
  });

  test('is forgotten when it is dropped, and when the person leaves who scanned it, no other one', async () => {
    const bed = await bedAhead();
    await bed.scan('U-1', {}, 'ola');
    bed.bench.leave('eve');
    assert.equal(heldIn(bed), 'U-1');
    bed.bench.leave('ola');
    assert.equal(heldIn(bed), undefined);
    await bed.scan('U-2', {}, 'ola');
    bed.bench.drop();
    assert.equal(heldIn(bed), undefined);
    bed.assertTold();
    bed.line.plug(portOf(1));
    await bed.settle();
    assert.deepEqual(faceOf(bed), asking);
  });

  test('for another order, or of a unit that the records refuse, begins nothing and says why', async () => {
    const bed = await bedAhead();
    await bed.scan('U-1');
    bed.facts.order = { orderId: 'WO-2', model: 'BM-1', quantity: 9, passed: 0, issued: 0 };
    await bed.bench.refresh();
    bed.line.plug(portOf(1));
    await bed.settle();
    const lastScan = () => bed.bench.snapshot().lastScan;
    assert.deepEqual([lastScan()?.text, lastScan()?.error?.code], ['U-1', 'call.stale']);
    assert.deepEqual(faceOf(bed), asking);
    assert.deepEqual([heldIn(bed), bed.calledOf('startAttempt')], [undefined, []]);
    bed.assertTold();
    bed.line.unplug(portOf(1));
    await bed.scan('U-2');
    bed.on.startAttempt = () => Promise.reject(new StationError('unit.scrapped', 'scrapped'));
    bed.line.plug(portOf(1));
    await bed.settle();
    assert.equal(lastScan()?.error?.code, 'unit.scrapped');
    assert.deepEqual(faceOf(bed), asking);
    bed.assertTold();
  });
});

describe('slots that are set anew', () => {
  test('not while a unit is at work; then the old ports are let go and the new ones are watched', async () => {
    const bed = await bedOf({ slots: 2, plugged: [1, 2] });
    const other = [{ ...slotConfigs(1)[0]!, slotId: 5, port: 'port-5', driver: 'driver-5' }];
    await bed.scan('U-1');
    assert.deepEqual([bed.bench.worksAt(portOf(1)), bed.bench.worksAt(portOf(2))], [true, false]);
    await assert.rejects(bed.bench.configure(other), refuses('unit.inProgress'));
    assert.equal(bed.bench.snapshot().slots.length, 2);
    await bed.pass();
    bed.line.plug('port-5');
    await bed.bench.configure(other);
    const { slots, recipe } = bed.bench.snapshot();
    assert.deepEqual(
      slots.map(({ slotId, state }) => [slotId, state]),
      [[5, 'SCAN']],
    );
    assert.equal(recipe?.name, 'for-driver-5', 'the recipe is that of the first slot now');
    assert.equal(bed.line.watched(), 1);
    bed.assertTold();
  });
});
