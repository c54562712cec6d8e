/** Units registered one by one, at the edges: pages, half-done units, odd answers of AWS, and what a screen is told. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UnitWay } from '../../../app/contract/batches.ts';
import { StationError } from '../../../app/contract/errors.ts';
import type { SubmissionProgress } from '../../../app/registration/index.ts';
import { createPace, runWay, type WaitingMember } from '../../../app/registration/ways/index.ts';
import { leapingClock, listeningClock } from '../support.ts';
import { arnOf, fakeAccount, refused, storeOf, unit } from './fake.ts';

type Settings = Parameters<typeof runWay>[0]['settings'];
type Over = Partial<Omit<Parameters<typeof runWay>[0], 'settings'>> & { settings?: Partial<Settings> };

/** Runs a way for these units in an account. */
async function go(way: UnitWay, units: readonly WaitingMember[], account = fakeAccount(), over: Over = {}) {
  const clock = over.clock ?? leapingClock();
  const policyNames = over.settings?.policyNames ?? [];
  const settings = { templateBody: JSON.stringify({ policyNames }), policyNames, ...over.settings };
  const { store, results } = storeOf(units);
  const told: SubmissionProgress[] = [];
  const outcome = await runWay({
    ...{ way, store, calls: account.calls, clock, pace: createPace(clock), isResumed: false },
    counted: { done: 0, failed: 0, total: units.length },
    onProgress: (now) => void told.push(now),
    ...over,
    settings,
  });
  return { account, results, told, outcome };
}

const registered = (line: number) => ({ state: 'registered', thingName: `thing-${line}` });

test('pages end where they end: none, one, a full page, one more, and lines with gaps', async () => {
  for (const lines of [[], [1], [2, 5, 99], Array.from({ length: 64 }, (_, n) => n + 1), [...Array(130).keys()]]) {
    const units = lines.map((line) => unit(line + 1));
    const { results, outcome } = await go('registerThing', units);
    assert.equal(outcome, 'done');
    assert.deepEqual(
      [...results.keys()].sort((a, b) => a - b),
      lines.map((line) => line + 1),
    );
  }
});

test('eight units are at work at once', async () => {
  let [atWork, most] = [0, 0];
  const account = fakeAccount();
  const registerThing: typeof account.calls.registerThing = async (...asked) => {
    atWork += 1;
    most = Math.max(most, atWork);
    for (let turns = 0; turns < 20; turns += 1) await new Promise(setImmediate);
    atWork -= 1;
    return account.calls.registerThing(...asked);
  };
  const calls = { ...account.calls, registerThing };
  const pace = createPace(leapingClock(), { RegisterThing: 1e9 });
  const units = Array.from({ length: 20 }, (_, n) => unit(n + 1));
  await go('registerThing', units, account, { calls, pace });
  assert.equal(most, 8);
});

test('an empty batch is all done; one unit goes from nothing to all', async () => {
  const percents = async (count: number) => {
    const units = Array.from({ length: count }, (_, n) => unit(n + 1));
    return (await go('registerThing', units)).told.map(({ percent }) => percent);
  };
  assert.deepEqual(await percents(0), [100]);
  assert.deepEqual(await percents(1), [0, 100]);
  assert.deepEqual(await percents(4), [0, 25, 50, 75, 100]);
});

test('rejected units are counted as done and as failed, one each, whatever rejected them', async () => {
  const account = fakeAccount({
    before: (_, at) => {
      if (at === 1) throw refused('CertificateValidationException');
    },
  });
  const units = [unit(1), unit(2, { outOfUse: 'it was revoked' }), unit(3)];
  const { told } = await go('registerThing', units, account, { counted: { done: 4, failed: 1, total: 7 } });
  assert.deepEqual([told[0]?.done, told[0]?.failed, told.length], [4, 1, 4]);
  assert.deepEqual([told.at(-1)?.done, told.at(-1)?.failed, told.at(-1)?.percent], [7, 3, 100]);
});

test('the rate is of this run alone, and the time left follows from it', async () => {
  const clock = leapingClock();
  const pace = createPace(clock, { RegisterThing: 2 });
  const units = Array.from({ length: 5 }, (_, n) => unit(n + 1));
  const counted = { done: 10, failed: 0, total: 15 };
  const { told } = await go('registerThing', units, fakeAccount(), { clock, pace, counted });
  assert.deepEqual(
    told.slice(0, 2).map(({ ratePerSecond, etaSeconds }) => [ratePerSecond, etaSeconds]),
    [
      [undefined, undefined],
      [undefined, undefined],
    ],
    'the first unit took no time',
  );
  for (const { done, ratePerSecond = 0, etaSeconds = -1 } of told.slice(2)) {
    assert.ok(ratePerSecond > 0 && ratePerSecond <= 4, `${ratePerSecond} a second`);
    assert.ok(Math.abs(etaSeconds * ratePerSecond - (15 - done)) < 1e-9);
  }
});

test('what must hold first is waited for, and its refusal ends the run before any unit', async () => {
  let [tries, isReady] = [0, false];
  const assertReady = async () => {
    tries += 1;
    if (tries < 3) throw new StationError('cloud.unreachable', 'away');
    await new Promise(setImmediate);
    isReady = true;
  };
  const account = fakeAccount({ before: () => assert.ok(isReady) });
  const { results, told } = await go('registerThing', [unit(1)], account, { assertReady });
  assert.deepEqual([results.get(1), tries], [registered(1), 3]);
  assert.ok(told.some(({ waitingReason }) => waitingReason === 'unreachable'));
  const untouched = fakeAccount();
  const refuse = () => Promise.reject(new StationError('cloud.caNotRegistered', 'no CA'));
  const refusing = go('registerThing', [unit(1)], untouched, { assertReady: refuse });
  await assert.rejects(refusing, { code: 'cloud.caNotRegistered' });
  assert.deepEqual(untouched.asked, []);
});

test('of several reasons to end, the first is told', async () => {
  let refusals = 0;
  const account = fakeAccount({
    before: () => {
      refusals += 1;
      throw new StationError('cloud.denied', `refusal ${refusals}`);
    },
  });
  const pace = createPace(leapingClock(), { RegisterThing: 1e9 });
  await assert.rejects(go('registerThing', [unit(1), unit(2), unit(3)], account, { pace }), { detail: 'refusal 1' });
});

test('a signal that fires at work ends the run with the cancellation, not with what it broke', async () => {
  const stop = new AbortController();
  const account = fakeAccount({ before: (_, at) => at === 3 && stop.abort() });
  const units = Array.from({ length: 20 }, (_, n) => unit(n + 1));
  const cancelled = go('registerThing', units, account, { signal: stop.signal });
  await assert.rejects(cancelled, { code: 'call.cancelled', detail: /^watching/ });
});

test('a wait between two tries grows, and is not skipped', async (t) => {
  t.mock.method(Math, 'random', () => 0.5);
  const { clock, waits } = listeningClock();
  const account = fakeAccount({
    before: (_, at) => {
      if (at <= 2) throw new StationError('cloud.unreachable', 'away');
    },
  });
  const pace = createPace(clock, { RegisterThing: 1e9 });
  await go('registerThing', [unit(1)], account, { clock, pace });
  assert.deepEqual(
    waits.filter((ms) => ms >= 1),
    [1000, 2000],
  );
});

/** A run after a crash: RegisterThing had begun the unit, as `prepare` says. Which calls that asks for. */
async function resumed(prepare: (account: ReturnType<typeof fakeAccount>) => void, policyNames = ['p1', 'p2']) {
  const account = fakeAccount();
  prepare(account);
  const { results } = await go('registerThing', [unit(1)], account, { isResumed: true, settings: { policyNames } });
  assert.deepEqual(results.get(1), registered(1));
  return account.asked;
}

test('a unit that was begun before a crash is made whole, and one that is whole is only looked at', async () => {
  const begun =
    (over: { status?: string; things?: string[]; policies?: string[] }) =>
    ({ certificates }: ReturnType<typeof fakeAccount>) =>
      void certificates.set(unit(1).certificateId, {
        ...{ arn: arnOf(unit(1).certificateId), status: 'ACTIVE', byCa: true },
        ...{ things: ['thing-1'], policies: ['p1', 'p2'], ...over },
      });
  const [looks, act] = [['describeCertificate', 'thingsOf', 'policiesOf'], 'registerThing'];
  assert.deepEqual(await resumed(begun({})), looks);
  assert.deepEqual(await resumed(begun({ policies: ['p2', 'p3', 'p1'] })), looks);
  assert.deepEqual(await resumed(begun({ policies: ['p1'] })), [...looks, act]);
  assert.deepEqual(await resumed(begun({ things: [] })), [...looks.slice(0, 2), act]);
  assert.deepEqual(await resumed(begun({ things: ['thing-2'] })), [...looks.slice(0, 2), act]);
  assert.deepEqual(await resumed(begun({ status: 'INACTIVE' })), ['describeCertificate', act]);
  assert.deepEqual(await resumed(() => {}), ['describeCertificate', act]);
  assert.deepEqual(await resumed(begun({ policies: [] }), ['p1']), [...looks, act], 'one policy');
  assert.deepEqual(
    await resumed(begun({ policies: [] }), []),
    looks.slice(0, 2),
    'without policies none are asked for',
  );
});

test('AWS names another certificate, or none: the unit has its own or is rejected', async () => {
  const answering = (certificate: string | undefined) => {
    const account = fakeAccount();
    const calls = { ...account.calls, registerThing: async () => (certificate === undefined ? {} : { certificate }) };
    return go('registerThing', [unit(1)], account, { calls });
  };
  assert.deepEqual((await answering(undefined)).results.get(1), registered(1));
  assert.deepEqual((await answering(arnOf(unit(1).certificateId))).results.get(1), registered(1));
  const reason = 'AWS registered another certificate: id-other';
  assert.deepEqual((await answering(arnOf('id-other'))).results.get(1), { state: 'rejected', reason });
});

test('a certificate that is there already is used while it is active', async () => {
  const known = async (status: string | undefined) => {
    const account = fakeAccount();
    await account.calls.registerCertificate({ certificatePem: unit(1).certificatePem });
    account.certificates.get(unit(1).certificateId)!.status = String(status);
    const describeCertificate: typeof account.calls.describeCertificate = (...asked) =>
      status === undefined ? Promise.resolve(undefined) : account.calls.describeCertificate(...asked);
    const calls = { ...account.calls, describeCertificate };
    return (await go('withoutCa', [unit(1)], account, { calls })).results.get(1);
  };
  const reason = 'the certificate is in the account already, and is';
  assert.deepEqual(await known('ACTIVE'), registered(1));
  assert.deepEqual(await known('REVOKED'), { state: 'rejected', reason: `${reason} REVOKED` });
  assert.deepEqual(await known(undefined), { state: 'rejected', reason: `${reason} not to be found` });
});

test('a thing that is there is changed only where it differs', async () => {
  const thing = { attributes: { serialNumber: 'SN-1', site: 'A' }, typeName: 'sensor', groups: [] };
  const changes = async (thingTypeName: string | undefined, over: object) => {
    const account = fakeAccount();
    account.things.set('thing-1', { ...thing, ...over });
    const { results } = await go('withoutCa', [unit(1)], account, { settings: { thingTypeName } });
    assert.deepEqual(results.get(1), registered(1));
    return account.asked.filter((call) => call === 'updateThing').length;
  };
  assert.equal(await changes('sensor', {}), 0);
  assert.equal(await changes('meter', {}), 1);
  assert.equal(await changes('sensor', { attributes: { site: 'A' } }), 1);
});

test('a thing that AWS does not let us change rejects its unit', async () => {
  const account = fakeAccount();
  account.things.set('thing-1', { attributes: {}, typeName: undefined, groups: [] });
  const updateThing = async () => {
    await new Promise(setImmediate);
    throw refused('InvalidRequestException', 'too many attributes');
  };
  const calls = { ...account.calls, updateThing };
  const { results } = await go('withoutCa', [unit(1)], account, { calls });
  assert.deepEqual(results.get(1), { state: 'rejected', reason: 'too many attributes' });
});

test('without a type, groups and a billing group there are no calls for them', async () => {
  const { account } = await go('withoutCa', [unit(1)]);
  assert.deepEqual(account.asked, ['registerCertificate', 'createThing', 'attachThing']);
});

test('a device that connects while it is registered has all of its rights: the thing comes last', async () => {
  const settings = { policyNames: ['p1'], thingGroups: ['g1'], billingGroup: 'paid' };
  const { account } = await go('registerCertificate', [unit(1)], fakeAccount(), { settings });
  assert.deepEqual(account.asked, [
    ...['registerCertificate', 'createThing', 'attachPolicy', 'addToGroup', 'addToBillingGroup', 'attachThing'],
  ]);
});

test('each act has an answer before the next; a refusal in the middle rejects the unit', async () => {
  const settings = { policyNames: ['p1'], thingGroups: ['g1'], billingGroup: 'paid' };
  for (const call of ['attachPolicy', 'addToGroup', 'addToBillingGroup', 'attachThing', 'createThing'] as const) {
    const account = fakeAccount();
    const refuse = () =>
      new Promise<never>((_, reject) => setImmediate(() => reject(refused('LimitExceeded', 'full'))));
    const calls = { ...account.calls, [call]: refuse };
    const { results } = await go('withoutCa', [unit(1)], account, { calls, settings });
    assert.deepEqual(results.get(1), { state: 'rejected', reason: 'full' }, call);
  }
});

test('an error that is no answer of AWS ends the run as it is', async () => {
  for (const error of [new Error('a fault of ours'), new StationError('cloud.credentials', 'expired')]) {
    const account = fakeAccount({
      before: () => {
        throw error;
      },
    });
    await assert.rejects(go('withoutCa', [unit(1)], account), error);
  }
});

test('a result is told once it is on record; one that cannot be recorded ends the run', async () => {
  const units = [unit(1, { outOfUse: 'it was revoked' }), unit(2)];
  const { store } = storeOf(units);
  let recorded = 0;
  const slow: typeof store = {
    ...store,
    async settle(line, result) {
      await new Promise(setImmediate);
      await store.settle(line, result);
      recorded += 1;
    },
  };
  await go('registerThing', units, fakeAccount(), {
    store: slow,
    onProgress: ({ done }) => assert.equal(done, recorded),
  });
  assert.equal(recorded, 2);
  const full = new StationError('records.diskFull', 'full');
  for (const one of units)
    await assert.rejects(
      go('registerThing', [one], fakeAccount(), {
        store: { ...storeOf([one]).store, settle: () => Promise.reject(full) },
      }),
      full,
    );
});
