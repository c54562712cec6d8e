/** What waits for an attempt's next commit: never lost, never on record without what came before it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { coalesced } from '../../app/line/coalesce.ts';
import { createPending } from '../../app/line/pending.ts';
import { type Bed, issueFor, keyOf, lintedTbs, makeBed, refuses, start } from '../records/support.ts';

const actor = 'olga';
const clockOf = (bed: Bed) => ({ ...bed.clock, monotonicMs: () => 0, after: () => () => {} });
const done = {
  identify: { model: 'BM-1', hardwareId: 'hw-1', firmware: '1.0', hasKey: false, sealed: false },
  key: { created: true, keyType: 'P-256' },
  csr: { spkiSha256: 'cc'.repeat(32), keyType: 'P-256', subject: '', notes: [] },
};
const step = (name: keyof typeof done) => ({ kind: 'step', step: name, ms: 5, data: done[name] }) as const;

async function open(bed: Bed, unitSerial: string) {
  const { attempt } = await bed.ledger.startAttempt(start(unitSerial));
  const pending = createPending({ unitSerial, attempt, actor }, { ledger: bed.ledger, clock: clockOf(bed) });
  const journal = async () =>
    (await bed.ledger.showUnit(unitSerial)).journal.map(({ entry, step }) =>
      step === null ? entry : `${entry} ${step}`,
    );
  return { unitSerial, attempt, actor, pending, journal };
}

describe('what an attempt has pending', () => {
  test('they are on record before what they go along with, in order and with the time they were made at', async (t) => {
    const bed = await makeBed(t);
    const { pending, journal, ...of } = await open(bed, 'U-1');
    pending.add(step('identify'));
    bed.clock.advance(1000);
    pending.add({ kind: 'csr', csrDer: new Uint8Array([1]), spkiSha256: keyOf('U-1') });
    pending.add({ kind: 'decision', notes: ['P-256'] });
    assert.deepEqual(await journal(), ['attempt.started'], 'nothing is written on their account');
    const linted = lintedTbs(bed.issuerId, { spkiSha256: keyOf('U-1') });
    await pending.along((waiting) => bed.ledger.reserve(linted, { ...of, pending: waiting }));
    const entries = ['attempt.started', 'step.done identify', 'csr.recorded csr', 'certificate.reserved issue'];
    assert.deepEqual(await journal(), entries);
    const times = (await bed.ledger.showUnit('U-1')).journal.map(({ at }) => at);
    assert.equal(Date.parse(times[2]!) - Date.parse(times[1]!), 1000);
    const { rows } = await bed.ledger.listAudit({ limit: 2, offset: 0 });
    assert.deepEqual(
      rows.map(({ entry }) => entry),
      ['sign.intent', 'csr.accepted'],
    );
    await pending.flush();
    assert.deepEqual(await journal(), entries, 'what is on record is not written again');
  });

  test('a refused reservation leaves none of them; they go on record with the end of the attempt', async (t) => {
    const bed = await makeBed(t);
    await issueFor(bed, 'U-1');
    const { pending, journal, ...of } = await open(bed, 'U-2');
    // The key of another unit, in a CSR that nothing else has seen yet.
    const spkiSha256 = keyOf('U-1');
    pending.add({ kind: 'csr', csrDer: new Uint8Array([7]), spkiSha256 });
    const linted = lintedTbs(bed.issuerId, { spkiSha256 });
    const reserved = pending.along((waiting) => bed.ledger.reserve(linted, { ...of, pending: waiting }));
    await assert.rejects(reserved, refuses('policy.keySeen', { reason: 'keySeen', seenOn: 'U-1' }));
    assert.deepEqual(await journal(), ['attempt.started']);
    pending.add(step('csr'));
    const end = { ...of, outcome: 'FAIL', ms: 1 } as const;
    await pending.along((waiting) => bed.ledger.endAttempt({ ...end, pending: waiting }));
    assert.deepEqual(await journal(), ['attempt.started', 'csr.refused csr', 'step.done csr', 'attempt.ended']);
  });

  test('a flush that fails is told to whoever waits for it, and a later commit carries its entries first', async (t) => {
    const bed = await makeBed(t);
    const { pending: _, journal, ...of } = await open(bed, 'U-1');
    const full = new Error('the disk is full');
    let broken = true;
    const recordPending: Bed['ledger']['recordPending'] = (params) => {
      if (!broken) return bed.ledger.recordPending(params);
      // The attempt goes on while the commit is under way.
      pending.add(step('key'));
      return Promise.reject(full);
    };
    const pending = createPending(of, { ledger: { ...bed.ledger, recordPending }, clock: clockOf(bed) });
    pending.add(step('identify'));
    const flushed = pending.flush();
    await assert.rejects(flushed, full);
    broken = false;
    pending.add(step('csr'));
    await pending.flush();
    assert.deepEqual(await journal(), ['attempt.started', 'step.done identify', 'step.done key', 'step.done csr']);
  });

  test('a commit waits for the one before it', async (t) => {
    const bed = await makeBed(t);
    const { pending, journal } = await open(bed, 'U-1');
    const order: string[] = [];
    let release = () => {};
    const held = pending.along(async (waiting) => {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      await bed.ledger.recordPending({ pending: waiting });
      order.push('first');
    });
    pending.add(step('key'));
    const next = pending.flush().then(() => order.push('second'));
    await new Promise(setImmediate);
    assert.deepEqual(await journal(), ['attempt.started']);
    release();
    await Promise.all([held, next]);
    assert.deepEqual(order, ['first', 'second']);
  });
});

describe('a run that is shared', () => {
  test('who asks during a run gets the next one, all together, and runs never overlap', async () => {
    let runs = 0;
    let now = 0;
    const release: (() => void)[] = [];
    const look = coalesced(async () => {
      runs += 1;
      now += 1;
      assert.equal(now, 1, 'one at a time');
      const run = runs;
      await new Promise<void>((resolve) => release.push(resolve));
      now -= 1;
      return run;
    });
    const first = [look(), look()];
    await new Promise(setImmediate);
    const second = [look(), look(), look()];
    release.shift()!();
    assert.deepEqual(await Promise.all(first), [1, 1]);
    await new Promise(setImmediate);
    const third = look();
    release.shift()!();
    assert.deepEqual(await Promise.all(second), [2, 2, 2]);
    await new Promise(setImmediate);
    release.shift()!();
    assert.equal(await third, 3);
  });

  test('one that failed is told to its own, not to the next', async () => {
    let fails = true;
    const look = coalesced(async () => {
      if (fails) throw new Error('no');
      return 'yes';
    });
    await assert.rejects(look(), /no/);
    fails = false;
    assert.equal(await look(), 'yes');
  });
});
