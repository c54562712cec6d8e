/** The pace of calls: what AWS allows, what a refusal changes, and how the rate comes back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StationError } from '../../../app/contract/errors.ts';
import type { PacedOperation } from '../../../app/contract/targets.ts';
import { createPace } from '../../../app/registration/ways/index.ts';
import { pacedCalls } from '../../../app/registration/ways/paced.ts';
import { listeningClock } from '../support.ts';
import { fakeAccount, unit } from './fake.ts';

/** "AWS IoT Core endpoints and quotas", calls a second. */
const published: Record<PacedOperation, number> = {
  RegisterThing: 10,
  RegisterCertificate: 10,
  RegisterCertificateWithoutCA: 10,
  UpdateCertificate: 10,
  DescribeCertificate: 10,
  ListPrincipalThings: 10,
  ListAttachedPolicies: 15,
  AttachPolicy: 15,
  CreateThing: 100,
  DescribeThing: 350,
  UpdateThing: 100,
  AttachThingPrincipal: 100,
  AddThingToThingGroup: 60,
  AddThingToBillingGroup: 60,
};

/** A pace on a clock that stands where the test puts it, and the waits of its turns. */
function standing(rates?: Parameters<typeof createPace>[1]) {
  const at = { ms: 1_000_000 };
  const waits: number[] = [];
  const after = (ms: number, fire: () => void) => {
    waits.push(ms);
    setImmediate(fire);
    return () => {};
  };
  const pace = createPace({ now: () => new Date(at.ms), monotonicMs: () => at.ms, after }, rates);
  return { at, pace, waits };
}

test('an account that says nothing has the rates that AWS publishes', () => {
  const pace = createPace(listeningClock().clock);
  const rates = Object.keys(published).map((name) => [name, pace.rate(name as PacedOperation)]);
  assert.deepEqual(Object.fromEntries(rates), published);
});

test('turns asked for at one moment are spread evenly, and one that is due does not wait', async () => {
  const { at, pace, waits } = standing({ RegisterThing: 20 });
  for (let call = 0; call < 4; call += 1) await pace.turn('RegisterThing');
  assert.deepEqual(waits, [50, 100, 150]);
  at.ms += 200;
  await pace.turn('RegisterThing');
  at.ms += 60_000;
  await pace.turn('RegisterThing');
  assert.equal(waits.length, 3, 'time that passed unused is not made up for');
  await pace.turn('RegisterThing');
  assert.deepEqual(waits, [50, 100, 150, 50]);
});

test('after a refusal the next call comes at half the rate; each call then gives back a hundredth of the half', async () => {
  const { pace, waits } = standing({ RegisterThing: 20 });
  pace.slower('RegisterThing');
  await pace.turn('RegisterThing');
  assert.ok(Math.abs(pace.rate('RegisterThing') - 10.1) < 1e-9);
  await pace.turn('RegisterThing');
  assert.deepEqual(waits, [100]);
});

test('refusals count once a second, and the rate never falls below a twentieth', async () => {
  const { at, pace } = standing({ RegisterThing: 20 });
  const after = (ms: number) => {
    at.ms += ms;
    pace.slower('RegisterThing');
    return pace.rate('RegisterThing');
  };
  assert.deepEqual([after(0), after(999), after(1), after(1_000), after(1_000)], [10, 10, 5, 2.5, 1.25]);
  assert.deepEqual([after(1_000), after(1_000)], [1, 1]);
});

/** The calls of a fake account, and which operations waited for a turn or were slowed. */
function pacedAccount(error?: Error) {
  const told: string[] = [];
  const pace = {
    turn: async (name: string, signal?: AbortSignal) => void told.push(`${name}${signal ? ' may end' : ''}`),
    slower: (name: string) => void told.push(`slower ${name}`),
    rate: () => 1,
  };
  const account = fakeAccount({
    before: () => {
      if (error) throw error;
    },
  });
  return { told, account, calls: pacedCalls(account.calls, pace) };
}

test('each call waits in the lane of its operation, by which way a certificate is registered', async () => {
  const { told, account, calls } = pacedAccount();
  const { signal } = new AbortController();
  const { certificatePem } = unit(1);
  const arn = await calls.registerCertificate({ certificatePem, caCertificatePem: 'ca' }, signal);
  await calls.registerCertificate({ certificatePem: 'other' }, signal);
  await calls.createThing({ name: 'a', attributes: {}, typeName: undefined }, signal);
  await calls.attachThing({ name: 'a', certificateArn: arn }, signal);
  assert.deepEqual(await calls.thingsOf(arn, signal), ['a']);
  const lanes = [
    'RegisterCertificate',
    'RegisterCertificateWithoutCA',
    'CreateThing',
    'AttachThingPrincipal',
    'ListPrincipalThings',
  ];
  assert.deepEqual(
    told,
    lanes.map((lane) => `${lane} may end`),
  );
  assert.equal(account.asked.length, lanes.length);
  await assert.rejects(calls.thingsOf(arn, AbortSignal.abort()), { code: 'call.cancelled' });
});

test('only what AWS throttled makes its lane slower', async () => {
  const after = async (error: Error) => {
    const { told, calls } = pacedAccount(error);
    await assert.rejects(calls.describeThing('a'), error);
    return told;
  };
  assert.deepEqual(await after(new StationError('cloud.throttled', 'busy')), ['DescribeThing', 'slower DescribeThing']);
  assert.deepEqual(await after(new StationError('cloud.unreachable', 'away')), ['DescribeThing']);
  assert.deepEqual(await after(new Error('a fault of ours')), ['DescribeThing']);
});
