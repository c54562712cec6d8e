/** What an operator is shown and refused with: each lock, each result, the golden unit's turn, and the right device. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type ErrorCode, StationError } from '../../app/contract/index.ts';
import { type LockReason, lockReason, type SlotAsk } from '../../app/contract/model.ts';
import type { PortInfo, Ports } from '../../app/device/channel.ts';
import { goldenOf, isGolden, lockError, type Recipe, thingNameOf } from '../../app/line/index.ts';
import { lockAsk, signingLock } from '../../app/line/interlocks.ts';
import { type Phase, snapshotOf } from '../../app/line/slotview.ts';
import { assertWanted } from '../../app/line/workplace.ts';

const locks: Record<LockReason, [ErrorCode, SlotAsk]> = {
  repeatedErrors: ['policy.benchLocked', 'callEngineer'],
  records: ['policy.interlock', 'callEngineer'],
  clock: ['policy.interlock', 'callEngineer'],
  disk: ['policy.interlock', 'callEngineer'],
  caMissing: ['ca.missing', 'callEngineer'],
  caRevoked: ['ca.revoked', 'callEngineer'],
  caExpired: ['ca.expired', 'callEngineer'],
  caAbsent: ['ca.tokenAbsent', 'plugInToken'],
  caLocked: ['ca.locked', 'unlockCa'],
  caEnding: ['policy.interlock', 'callEngineer'],
  signedOut: ['session.signedOut', 'signIn'],
  noOrder: ['order.none', 'callEngineer'],
  orderFull: ['order.full', 'callEngineer'],
  orderPaused: ['order.paused', 'callEngineer'],
  noRecipe: ['recipe.none', 'callEngineer'],
  recipeOutdated: ['recipe.outdated', 'callEngineer'],
};

test('each lock has its own refusal and says what an operator does about it', () => {
  for (const reason of lockReason.options) {
    const { code, data } = lockError({ reason, detail: 'why' });
    assert.deepEqual([code, lockAsk[reason]], locks[reason], reason);
    assert.deepEqual(data, code === 'policy.interlock' ? { reason } : undefined, reason);
  }
});

test('a CA that cannot sign is a lock of its own, one that can is none', () => {
  assert.deepEqual(signingLock('ready'), []);
  const reasons = (['locked', 'absent', 'missing', 'expired', 'revoked'] as const).map(
    (state) => signingLock(state)[0]?.reason,
  );
  assert.deepEqual(reasons, ['caLocked', 'caAbsent', 'caMissing', 'caExpired', 'caRevoked']);
});

describe('a slot on the screen', () => {
  const config = { slotId: 1, name: 'Slot 1', port: 'p', driver: 'agent' };
  const interlock = { reason: 'caLocked', detail: 'locked' } as const;
  const show = (phase: Phase, lock: { interlock?: typeof interlock; goldenDue?: boolean } = {}) =>
    snapshotOf(config, phase, { interlock: lock.interlock, goldenDue: lock.goldenDue ?? false });
  const prompt = { promptId: 'q', kind: 'retry' } as const;
  const shown = { unitSerial: 'U1', startedAt: '2026-11-21T08:00:00.000Z', golden: false, retried: 0 };
  const link = { bytesSent: 0, bytesReceived: 0, deviceMs: 0 };
  const result = (
    outcome: 'PASS' | 'FAIL' | 'ERROR' | 'ABORTED',
    code?: ErrorCode,
    certificateId: string | null = null,
  ): Phase => ({
    at: 'result',
    ...shown,
    result: {
      ...{
        unitSerial: 'U1',
        attempt: 1,
        outcome,
        certificateId,
        steps: [],
        ms: 1500,
        line: [],
        link,
        callsHome: false,
      },
      ...(code ? { error: new StationError(code, 'why') } : {}),
    },
    steps: [],
    prompt,
  });
  const face = (...of: Parameters<typeof show>) => {
    const { state, ask, prompt: question } = show(...of);
    return [state, ask, question?.promptId];
  };

  test('empty or asking: what it asks for, and the lock that keeps it from asking', () => {
    const asking: Phase = { at: 'scan', prompt: { promptId: 's', kind: 'scanLabel' }, waitingSince: 0 };
    assert.deepEqual(face({ at: 'empty' }), ['EMPTY', 'plugIn', undefined]);
    assert.deepEqual(face(asking), ['SCAN', 'scanLabel', 's']);
    assert.deepEqual(face(asking, { goldenDue: true }), ['SCAN', 'scanGolden', 's']);
    for (const phase of [{ at: 'empty' } as const, asking]) {
      assert.deepEqual(face(phase, { interlock }), ['LOCKED', 'unlockCa', undefined]);
      assert.equal(show(phase, { interlock }).lockReason, 'caLocked');
    }
  });

  test('at work: no lock hides it, and it says what is special about the unit', () => {
    const stop = new AbortController();
    assert.deepEqual(face({ at: 'starting', unitSerial: 'U1' }, { interlock }), ['WORKING', 'wait', undefined]);
    const plain = show({ at: 'working', ...shown, steps: [], stop });
    assert.deepEqual([plain.state, plain.unitSerial, plain.startedAt], ['WORKING', 'U1', shown.startedAt]);
    assert.deepEqual(['golden' in plain, 'retried' in plain], [false, false]);
    const special = show({ at: 'working', ...shown, golden: true, retried: 1, steps: [], stop });
    assert.deepEqual([special.golden, special.retried], [true, 1]);
  });

  test('a result: pass is taken away, a failed unit may be tried again, a sick station needs an engineer', () => {
    assert.deepEqual(face(result('PASS')), ['PASS', 'removePassed', undefined]);
    assert.deepEqual(face(result('PASS'), { interlock }), ['PASS', 'removePassed', undefined]);
    assert.deepEqual(face(result('FAIL', 'link.lost')), ['FAIL', 'removeOrRetry', 'q']);
    assert.deepEqual(face(result('ABORTED', 'call.cancelled')), ['FAIL', 'removeOrRetry', 'q']);
    assert.deepEqual(face(result('ERROR', 'internal')), ['CHECK_STATION', 'callEngineer', 'q']);
    assert.deepEqual(face(result('ERROR', 'station.suspended')), ['CHECK_STATION', 'scanLabel', 'q']);
    assert.deepEqual(face(result('FAIL', 'link.lost'), { interlock }), ['FAIL', 'unlockCa', undefined]);
    assert.deepEqual(face(result('ERROR', 'internal'), { interlock }), ['CHECK_STATION', 'unlockCa', undefined]);
    const { elapsedMs, unitSerial, error } = show(result('FAIL', 'link.lost'));
    assert.deepEqual([elapsedMs, unitSerial, error?.code], [1500, 'U1', 'link.lost']);
    assert.equal('error' in show(result('PASS')), false);
    assert.equal('certificateId' in show(result('PASS')), false);
    assert.equal(show(result('PASS', undefined, 'ab')).certificateId, 'ab');
  });
});

describe('the golden unit', () => {
  const hour = 3_600_000;
  const passedAt = '2026-11-21T08:00:00.000Z';
  const recipe = { goldenUnit: { unitSerial: 'GOLD', everyHours: 8 } } as Recipe;
  const at = (ms: number) => goldenOf(recipe, passedAt, new Date(Date.parse(passedAt) + ms));

  test('is due before it ever passed, and from its hours on, to the millisecond', () => {
    const never = goldenOf(recipe, null, new Date(passedAt));
    assert.deepEqual(never, { unitSerial: 'GOLD', passedAt: null, due: true, dueInMs: 0 });
    assert.deepEqual(at(8 * hour - 1), { unitSerial: 'GOLD', passedAt, due: false, dueInMs: 1 });
    assert.deepEqual(at(8 * hour), { unitSerial: 'GOLD', passedAt, due: true, dueInMs: 0 });
    assert.equal(at(9 * hour)?.dueInMs, 0);
    assert.equal(goldenOf({} as Recipe, passedAt, new Date(passedAt)), undefined);
  });

  test('comes first when it is due; it may be looked at any time', () => {
    assert.equal(isGolden(undefined, 'U1'), false);
    assert.equal(isGolden(at(0), 'GOLD'), true);
    assert.equal(isGolden(at(0), 'U1'), false);
    assert.equal(isGolden(at(8 * hour), 'GOLD'), true);
    assert.throws(() => isGolden(at(8 * hour), 'U1'), {
      code: 'policy.interlock',
      data: { reason: 'goldenUnit', unitSerial: 'GOLD' },
    });
  });
});

test('a thing’s name has a hundred and twenty-eight characters at most, and every part that it needs', () => {
  const fields = { unitSerial: 'U1', model: '', hardwareId: '..' };
  assert.equal(thingNameOf(`${'x'.repeat(126)}{unitSerial}`, fields).length, 128);
  assert.throws(() => thingNameOf(`${'x'.repeat(127)}{unitSerial}`, fields), { data: { field: 'thingName' } });
  for (const field of ['model', 'hardwareId'])
    assert.throws(() => thingNameOf(`t-{${field}}`, fields), { code: 'device.incompatible', data: { field } });
});

test('a device is the one that is plugged in there, however the place is named, and one of those that are wanted', async () => {
  const port: PortInfo = {
    path: '/dev/ttyACM0',
    label: 'board',
    stablePath: '/dev/by-id/a',
    usbLocation: '1-2',
    vendorId: '1366',
    productId: '010B',
  };
  const other: PortInfo = { path: '/dev/ttyACM1', label: 'other', vendorId: '0483', productId: '5740' };
  const ports = { list: async () => [other, port] } as unknown as Ports;
  const mark = { name: 'acme', version: 1, hash: 'ab' };
  const fits = (usb: Recipe['usb'], name = '/dev/ttyACM0') =>
    assertWanted({ ports, port: name, name: 'slot 1' }, { usb, mark } as Recipe).then(
      () => 'fits',
      (thrown: StationError) => thrown.data?.found,
    );
  for (const name of ['/dev/ttyACM0', '/dev/by-id/a', 'usb:1-2'])
    assert.equal(await fits([{ vendorId: '1366', productId: '010b' }], name), 'fits', name);
  assert.equal(await fits([{ vendorId: '1366' }]), 'fits');
  assert.equal(await fits([{ vendorId: '0483' }, { vendorId: '1366' }]), 'fits');
  assert.equal(await fits([{ vendorId: '1366', productId: '0105' }]), '1366:010b');
  assert.equal(await fits([{ vendorId: '0483', productId: '010b' }]), '1366:010b');
  assert.equal(await fits([{ vendorId: '1366' }], '/dev/gone'), 'no USB device');
  assert.equal(await fits([{ vendorId: '1366' }], 'usb:undefined'), 'no USB device');
  assert.equal(await fits([], '/dev/gone'), 'fits', 'any device');
});
