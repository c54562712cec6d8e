/** PINs: what a new one must be, who may choose less, and what those are told who have less. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { createClient, pinProblemOf, StationError, stationPlan } from '../../app/contract/index.ts';
import { openStation } from '../../main/openstation.ts';
import { refuses } from '../records/support.ts';
import { makeStation } from '../support.ts';

test('PINs that are guessed first are refused, others are not', () => {
  const weak = ['000000', '111111', '123456', '654321', '012345', '890123', '210987', '135791', '246802', '121212'];
  const more = [
    '123123',
    '112112',
    '001001',
    '12341234',
    '1212121',
    '000001',
    '111211',
    '159753',
    '112233',
    '99999999',
  ];
  for (const pin of [...weak, ...more]) assert.equal(pinProblemOf(pin, 'OP-1'), 'weak', pin);
  for (const pin of ['', '1', '12345', '27518']) assert.equal(pinProblemOf(pin, 'OP-1'), 'short', pin);
  for (const pin of ['275183', '386294', '904713', '100200', '13572468'])
    assert.equal(pinProblemOf(pin, 'OP-1'), undefined, pin);
  assert.equal(pinProblemOf('4812', 'OP-1', 4), undefined);
  assert.equal(pinProblemOf('4444', 'OP-1', 4), 'weak');
  for (const [pin, badge] of [
    ['204817', 'B-204817'],
    ['204817', 'B-99204817'],
    ['904817', 'OP-4817'],
  ] as const)
    assert.equal(pinProblemOf(pin, badge), 'badge', `${pin} on ${badge}`);
  assert.equal(pinProblemOf('904817', 'OP-48'), undefined, 'two digits are in many a PIN');
});

test('nearly every random PIN may be one, and every repetition and every row of steps may not', () => {
  const digits = (length: number) => fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length });
  let refused = 0;
  for (let pin = 0; pin < 1_000_000; pin += 37) {
    if (pinProblemOf(String(pin).padStart(6, '0'), 'OP-1') !== undefined) refused += 1;
  }
  assert.ok(refused < 27_027 * 0.005, `${refused} of 27,027`);
  fc.assert(
    fc.property(digits(3), fc.integer({ min: 2, max: 4 }), (part, times) => {
      assert.equal(pinProblemOf(part.join('').repeat(times), 'OP-1'), 'weak');
    }),
  );
  fc.assert(
    fc.property(fc.nat(9), fc.nat(9), fc.integer({ min: 6, max: 12 }), (first, step, length) => {
      const pin = Array.from({ length }, (_, at) => (first + step * at) % 10).join('');
      assert.equal(pinProblemOf(pin, 'OP-1'), 'weak');
    }),
  );
});

async function bedOf(t: TestContext, practice = false) {
  const station = await openStation({ dir: await makeStation([], practice), kind: 'host', threads: false });
  t.after(() => station.close());
  const engineer = createClient(station.connect('test'));
  await engineer.call('session.signIn', { badge: 'EN-1', pin: '2222' });
  const add = (pin: string, badge = 'OP-7') =>
    engineer.call('people.add', { name: 'Pat', badge, pin, role: 'operator' });
  const audited = async (entry: string) =>
    (await station.parts.ledger.listAudit({ limit: 100, offset: 0 })).rows.filter((row) => row.entry === entry);
  return { station, engineer, add, audited };
}

const weakFor = (reason: string) => (thrown: unknown) => {
  assert.ok(thrown instanceof StationError);
  assert.deepEqual([thrown.code, thrown.data?.reason], ['session.weakPin', reason]);
  return true;
};

test('a new person has six digits or more, and fewer only where an engineer chose so, with a reason on record', async (t) => {
  const { engineer, add, audited } = await bedOf(t);
  assert.deepEqual((await engineer.call('station.status', {})).pins, { leastDigits: 6, reason: '' });
  await assert.rejects(add('4812'), weakFor('pinShort'));
  await assert.rejects(add('123456'), weakFor('pinWeak'));
  await assert.rejects(add('907007', 'OP-7007'), weakFor('pinBadge'));
  const set = (leastDigits: number, reason = '') =>
    engineer.call('station.configure', { pins: { leastDigits, reason } });
  await assert.rejects(set(4), refuses('call.badParams', { path: 'pins.reason' }));
  await assert.rejects(set(4, '  short   '), refuses('call.badParams', { path: 'pins.reason' }));
  await assert.rejects(set(3, 'a reason that is long enough'), refuses('call.badParams', { path: 'pins.leastDigits' }));
  await assert.rejects(add('4812'), weakFor('pinShort'), 'what was refused changed nothing');
  const reason = 'the terminals have four keys only';
  await set(4, reason);
  const [entry] = await audited('station.configured');
  assert.deepEqual(entry?.data, { pins: { leastDigits: 4, reason } });
  assert.match(entry?.actor ?? '', /EN-1/);
  await assert.rejects(add('1234'), weakFor('pinWeak'), 'four digits, but not any');
  await add('4812');
  await set(8);
  await assert.rejects(add('275183', 'OP-8'), weakFor('pinShort'));
});

test('whoever has less signs in all the same, is told, and changes it', async (t) => {
  const { station, engineer, audited } = await bedOf(t);
  const told = async () => (await engineer.call('session.current', {})).person?.pinProblem;
  assert.equal(await told(), 'short');
  const heard: (string | undefined)[] = [];
  engineer.on('session.changed', ({ person }) => heard.push(person?.pinProblem));
  const change = (pin: string, newPin: string) => engineer.call('session.changePin', { pin, newPin });
  await assert.rejects(change('2223', '275183'), refuses('session.wrongPin'));
  await assert.rejects(change('2222', '2718'), weakFor('pinShort'));
  await assert.rejects(change('2222', '111111'), weakFor('pinWeak'));
  assert.equal(await told(), 'short');
  await change('2222', '275183');
  assert.equal(await told(), undefined);
  assert.equal(heard.at(-1), undefined, 'the screens hear of it');
  assert.equal((await audited('person.pinChanged')).length, 1);
  await assert.rejects(change('275183', '275183'), weakFor('pinSame'));

  const again = createClient(station.connect('test'));
  await assert.rejects(again.call('session.signIn', { badge: 'EN-1', pin: '2222' }), refuses('session.wrongPin'));
  await again.call('session.signIn', { badge: 'EN-1', pin: '275183' });
  assert.equal((await again.call('session.current', {})).person?.pinProblem, undefined);
  const nobody = createClient(station.connect('test'));
  await assert.rejects(
    nobody.call('session.changePin', { pin: '2222', newPin: '275183' }),
    refuses('session.signedOut'),
  );
  const os = { personId: 0, name: 'root', badge: 'OS-USER', role: 'engineer' } as const;
  const command = createClient(station.connect('cli', os));
  await assert.rejects(command.call('session.changePin', { pin: '2222', newPin: '275183' }), refuses('call.badParams'));
});

test('wrong PINs at a change count as at a sign-in', async (t) => {
  const { engineer } = await bedOf(t);
  for (const _ of [1, 2, 3, 4, 5])
    await assert.rejects(
      engineer.call('session.changePin', { pin: '2223', newPin: '275183' }),
      refuses('session.wrongPin'),
    );
  await assert.rejects(
    engineer.call('session.changePin', { pin: '2222', newPin: '275183' }),
    (thrown) => thrown instanceof StationError && thrown.code === 'session.lockedOut',
  );
});

test('the first people of a station have good PINs', () => {
  const plan = {
    name: 'Line 7',
    organisation: 'Test',
    passphrase: 'four or five random words',
    engineer: { name: 'Erin', badge: 'EN-1', pin: '275183' },
    slots: [{ slotId: 1, name: '1', port: 'p', driver: 'agent' }],
    device: { endpoint: '' },
  };
  assert.ok(stationPlan.safeParse(plan).success);
  for (const pin of ['2751', '27518', '123456', '000000']) {
    const read = stationPlan.safeParse({ ...plan, engineer: { ...plan.engineer, pin } });
    assert.deepEqual(read.error?.issues[0]?.path, ['engineer', 'pin'], pin);
    assert.ok(!stationPlan.safeParse({ ...plan, operator: { name: 'O', badge: 'OP-1', pin } }).success, pin);
  }
});
