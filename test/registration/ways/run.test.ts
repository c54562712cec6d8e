/** Units registered one by one: crashes and faults at every call, and what they leave. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { UnitWay } from '../../../app/contract/batches.ts';
import { StationError } from '../../../app/contract/errors.ts';
import type { SubmissionProgress } from '../../../app/registration/index.ts';
import { createPace, runWay } from '../../../app/registration/ways/index.ts';
import { leapingClock, listeningClock } from '../support.ts';
import { fakeAccount, refused, storeOf, unit } from './fake.ts';

const policyNames = ['p1', 'p2'];
const settings = {
  templateBody: JSON.stringify({ policyNames }),
  policyNames,
  thingTypeName: 'sensor',
  thingGroups: ['g1'],
  billingGroup: 'paid',
};
const every: UnitWay[] = ['registerThing', 'registerCertificate', 'withoutCa'];
const units = [unit(1), unit(2), unit(3)];

type Account = ReturnType<typeof fakeAccount>;
type Over = Partial<Parameters<typeof runWay>[0]>;

const run = (way: UnitWay, account: Account, store: ReturnType<typeof storeOf>, over: Over = {}) => {
  const clock = over.clock ?? leapingClock();
  const counted = { done: 0, failed: 0, total: units.length };
  const ports = { way, settings, store: store.store, calls: account.calls, clock, counted, isResumed: false };
  return runWay({ ...ports, pace: createPace(clock), ...over });
};

/** Every unit is there once, whole, and on record as registered. */
function assertWhole(way: UnitWay, { certificates, things }: Account, { results }: ReturnType<typeof storeOf>): void {
  assert.deepEqual(
    [...things.keys()].sort(),
    units.map(({ thingName }) => thingName),
  );
  assert.equal(certificates.size, units.length);
  for (const { line, unitSerial, thingName, certificateId } of units) {
    assert.deepEqual(results.get(line), { state: 'registered', thingName });
    const certificate = certificates.get(certificateId)!;
    assert.deepEqual([certificate.things, certificate.policies], [[thingName], policyNames]);
    assert.equal(certificate.byCa, way !== 'withoutCa');
    const thing = things.get(thingName)!;
    assert.equal(thing.attributes.serialNumber, unitSerial);
    if (way !== 'registerThing') {
      assert.deepEqual([thing.typeName, thing.groups, thing.billing], ['sensor', ['g1'], 'paid']);
    }
  }
}

for (const way of every) {
  describe(way, () => {
    test('each unit becomes a whole thing, and nothing is asked that need not be', async () => {
      const [account, store] = [fakeAccount(), storeOf(units)];
      assert.equal(await run(way, account, store), 'done');
      assertWhole(way, account, store);
      const looks = account.asked.filter((call) => /^describe|Of$/.test(call));
      assert.deepEqual(looks, [], 'a unit that was never begun is not looked for');
      if (way === 'registerThing') assert.equal(account.asked.length, units.length);
    });

    test('the process may die before or after any call: the next run ends the same, without a second act', async () => {
      const whole = fakeAccount();
      await run(way, whole, storeOf(units));
      for (let number = 1; number <= whole.asked.length; number += 1) {
        for (const side of ['before', 'after'] as const) {
          let isDead = false;
          const die = (at: number) => {
            isDead ||= at === number;
            // A dead process makes no further call, of no worker.
            if (isDead) throw new Error('killed');
          };
          const account = fakeAccount({
            before: (_, at) => (isDead || side === 'before') && die(at),
            after: (_, at) => side === 'after' && die(at),
          });
          const store = storeOf(units);
          await assert.rejects(run(way, account, store), /killed/);
          account.heal();
          assert.equal(await run(way, account, store, { isResumed: true }), 'done');
          assertWhole(way, account, store);
        }
      }
    });

    test('throttled, away, or without an answer at any call: it goes on by itself', async () => {
      const whole = fakeAccount();
      await run(way, whole, storeOf(units));
      for (const code of ['cloud.throttled', 'cloud.unreachable', 'cloud.badAnswer'] as const) {
        for (let number = 1; number <= whole.asked.length; number += 1) {
          for (const side of ['before', 'after'] as const) {
            const fail = (_: string, at: number) => {
              if (at === number) throw new StationError(code, 'once');
            };
            const [account, store] = [fakeAccount({ [side]: fail }), storeOf(units)];
            assert.equal(await run(way, account, store), 'done');
            assertWhole(way, account, store);
          }
        }
      }
    });

    test('a unit that AWS refuses is rejected with the reason; the others are registered', async () => {
      const name = way === 'registerThing' ? 'registerThing' : 'registerCertificate';
      const account = fakeAccount({
        before: (call, at) => {
          if (call === name && at === 1) throw refused('CertificateValidationException', 'the certificate is invalid');
        },
      });
      const store = storeOf(units);
      assert.equal(await run(way, account, store), 'done');
      const states = [...store.results.values()].map(({ state }) => state).sort();
      assert.deepEqual(states, ['registered', 'registered', 'rejected']);
      assert.ok(
        [...store.results.values()].some((one) => 'reason' in one && one.reason === 'the certificate is invalid'),
      );
    });

    test('two updates that collide are made one after the other', async () => {
      let times = 0;
      const account = fakeAccount({
        before: () => {
          times += 1;
          if (times <= 2) throw refused('ConflictingResourceUpdateException');
        },
      });
      const store = storeOf(units);
      await run(way, account, store);
      assertWhole(way, account, store);
    });

    test('missing rights end the run, and what has no result stays without one', async () => {
      const account = fakeAccount({
        before: () => {
          throw new StationError('cloud.denied', 'no');
        },
      });
      const store = storeOf(units);
      await assert.rejects(run(way, account, store), { code: 'cloud.denied' });
      assert.equal(store.results.size, 0);
    });

    test('a certificate that went out of use is not told to AWS', async () => {
      const account = fakeAccount();
      const store = storeOf([unit(1, { outOfUse: 'it was revoked' }), unit(2)]);
      await run(way, account, store);
      assert.deepEqual(store.results.get(1), { state: 'rejected', reason: 'it was revoked' });
      assert.deepEqual([...account.certificates.keys()], [unit(2).certificateId]);
    });
  });
}

test('a thing of another unit is not taken over; one of the same unit gets what it lacks', async () => {
  const account = fakeAccount();
  account.things.set('thing-1', { attributes: { serialNumber: 'SN-9' }, typeName: undefined, groups: [] });
  account.things.set('thing-2', { attributes: { serialNumber: 'SN-2', site: 'A' }, typeName: undefined, groups: [] });
  account.things.set('thing-3', { attributes: { site: 'A' }, typeName: undefined, groups: [] });
  const store = storeOf(units);
  await run('registerCertificate', account, store);
  assert.deepEqual(store.results.get(1), { state: 'rejected', reason: 'the thing thing-1 is that of unit SN-9' });
  assert.equal(account.certificates.get(unit(1).certificateId)?.things.length, 0);
  assert.deepEqual(account.things.get('thing-2')?.attributes, { serialNumber: 'SN-2', site: 'A' });
  assert.equal(account.things.get('thing-2')?.typeName, 'sensor');
  assert.deepEqual(account.things.get('thing-3')?.attributes, { serialNumber: 'SN-3', site: 'A' });
});

test('a certificate that someone deactivated in the account stays so, and the unit is rejected', async () => {
  const account = fakeAccount();
  await account.calls.registerCertificate({ certificatePem: unit(1).certificatePem });
  account.certificates.get(unit(1).certificateId)!.status = 'INACTIVE';
  const store = storeOf([unit(1)]);
  await run('withoutCa', account, store);
  assert.deepEqual(store.results.get(1), {
    state: 'rejected',
    reason: 'the certificate is in the account already, and is INACTIVE',
  });
  assert.deepEqual([...account.things.keys()], []);
});

test('stopping lets the units at work end and begins no other; closing ends at once', async () => {
  const many = Array.from({ length: 100 }, (_, index) => unit(index + 1));
  const cancel = new AbortController();
  const account = fakeAccount({ after: (_, at) => at === 20 && cancel.abort() });
  const store = storeOf(many);
  const counted = { done: 0, failed: 0, total: 100 };
  assert.equal(await run('registerThing', account, store, { cancel: cancel.signal, counted }), 'stopped');
  assert.ok(store.results.size >= 20 && store.results.size < 40, `${store.results.size} results`);
  assert.equal(account.things.size, store.results.size);

  const signal = AbortSignal.abort();
  await assert.rejects(run('registerThing', account, store, { signal, counted }), { code: 'call.cancelled' });
});

test('stopping while AWS is away ends with the reason, and the next run finishes what had begun', async () => {
  const many = Array.from({ length: 20 }, (_, index) => unit(index + 1));
  const cancel = new AbortController();
  const away = new StationError('cloud.unreachable', 'no way to AWS');
  const lost = fakeAccount({
    after: (_, at) => {
      if (at >= 10) throw away;
    },
  });
  const store = storeOf(many);
  const counted = { done: 0, failed: 0, total: 20 };
  const stopWhenAway = ({ waitingReason }: SubmissionProgress) => waitingReason && cancel.abort();
  const running = run('registerThing', lost, store, { cancel: cancel.signal, counted, onProgress: stopWhenAway });
  await assert.rejects(running, away);
  const before = store.results.size;
  assert.ok(before < 20, `${before} results`);

  lost.heal();
  assert.equal(await run('registerThing', lost, store, { counted, isResumed: true }), 'done');
  assert.equal(store.results.size, 20);
  assert.equal(lost.things.size, 20);

  const never = fakeAccount();
  const stopped = AbortSignal.abort();
  const assertReady = () => Promise.reject(away);
  await assert.rejects(run('registerThing', never, storeOf(many), { cancel: stopped, counted, assertReady }), away);
  assert.deepEqual(never.asked, []);
});

test('progress counts results on record, and tells rate, time left and why it waits', async () => {
  const told: SubmissionProgress[] = [];
  const account = fakeAccount({
    before: (_, at) => {
      if (at === 1) throw new StationError('cloud.unreachable', 'away');
    },
  });
  const counted = { done: 7, failed: 2, total: 10 };
  await run('registerThing', account, storeOf(units), { counted, onProgress: (now) => void told.push(now) });
  assert.deepEqual(
    [told[0]?.done, told[0]?.failed, told[0]?.percent, told[0]?.ratePerSecond],
    [7, 2, 70, undefined],
    'before the first result',
  );
  assert.ok(told.some(({ waitingReason }) => waitingReason === 'unreachable'));
  const last = told.at(-1)!;
  assert.deepEqual([last.done, last.failed, last.percent, last.etaSeconds], [10, 2, 100, 0]);
  assert.ok(last.ratePerSecond! > 0);
});

test('a unit that AWS refuses counts as done and as failed, one that it takes as done', async () => {
  const told: SubmissionProgress[] = [];
  const account = fakeAccount({
    before: (_, at) => {
      if (at === 2) throw refused('CertificateValidationException', 'the certificate is invalid');
    },
  });
  await run('registerThing', account, storeOf(units), { onProgress: (now) => void told.push(now) });
  const last = told.at(-1)!;
  assert.deepEqual([last.done, last.failed, last.total], [3, 1, 3]);
});

test('calls keep the rate of the account, and a throttled one halves it for a while', async () => {
  const { clock, waits } = listeningClock();
  const pace = createPace(clock, { RegisterThing: 20 });
  await pace.turn('RegisterThing');
  assert.deepEqual(waits, [], 'the first call does not wait');
  await pace.turn('RegisterThing');
  assert.deepEqual(waits, [50]);
  await pace.turn('AttachPolicy');
  assert.deepEqual(waits, [50], 'each operation has a rate of its own');
  pace.slower('RegisterThing');
  pace.slower('RegisterThing');
  assert.equal(pace.rate('RegisterThing'), 10, 'refusals that come together count once');
  for (let call = 0; call < 100; call += 1) await pace.turn('RegisterThing');
  assert.equal(pace.rate('RegisterThing'), 20);
  for (let wave = 0; wave < 30; wave += 1) {
    pace.slower('RegisterThing');
    await pace.turn('RegisterThing');
  }
  assert.ok(pace.rate('RegisterThing') >= 1, 'it never stands still');
  const stopped = AbortSignal.abort();
  await assert.rejects(pace.turn('RegisterThing', stopped), { code: 'call.cancelled' });
});

test('a batch takes as long as the account’s rate allows', async () => {
  const clock = leapingClock();
  const many = Array.from({ length: 50 }, (_, index) => unit(index + 1));
  const account = fakeAccount();
  const counted = { done: 0, failed: 0, total: 50 };
  await run('registerThing', account, storeOf(many), { clock, counted });
  const seconds = clock.monotonicMs() / 1_000;
  assert.ok(seconds >= 4.9, `50 units at ten a second took ${seconds} s`);
});
