/** What the Station screen sets, by the command line. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decimalNumber, portNumber, wholeNumber } from '../../main/numbers.ts';
import { timeOf } from '../../main/times.ts';
import { scratch } from '../ca/support.ts';
import { makeStation, passphrase } from '../support.ts';
import { json } from './commandline.ts';

test('the time to the automatic lock and the schedule of CRLs are set and shown; the rest stays', async (t) => {
  const data = ['--data', await makeStation()];
  const rights = ['--passphrase-file', scratch(t)('passphrase', passphrase)];
  const set = (...args: string[]) => json('station', 'set', ...args, ...data);
  const shown = async () => {
    const { code, value } = await json('station', 'show', ...data);
    assert.equal(code, 0, JSON.stringify(value));
    return { ...value.ca, ...value.crl, ...value.device, targets: value.targets.length };
  };
  const usual = { autoLockMinutes: 120, everyHours: 24, validDays: 30, endpoint: 'devices.example', targets: 0 };
  const role = 'arn:aws:iam::123456789012:role/registration';
  const aTarget = ['--region', 'eu-central-1', '--bucket', 'a-bucket', '--role-arn', role];
  assert.deepEqual(await shown(), usual);

  assert.equal((await set('--auto-lock-minutes', '15')).value.error.code, 'session.forbidden');
  for (const [flags, why] of [
    [['--auto-lock-minutes', 'soon'], /--auto-lock-minutes: "soon" is not a whole number/],
    [['--auto-lock-minutes', '1441'], /^--auto-lock-minutes: /],
    [['--crl-every-hours', '720'], /^--crl-every-hours and --crl-valid-days: .*must be made before the last one ends/],
    [['--crl-valid-days', '0', ...aTarget], /^--crl-valid-days: /],
    [['--pin-digits', '4'], /^--pin-reason: /],
    [['--transcript-days', '0'], /^--transcript-days: /],
    [['--endpoint', 'https://devices.example'], /^--endpoint: the name or the IP address of a host/],
    [['--endpoint', 'devices.example:8883'], /without scheme, port and path/],
    [['--endpoint', 'not a host'], /the name or the IP address/],
  ] as const) {
    const { code, value } = await set(...flags, ...rights);
    assert.deepEqual([code, value.error?.code], [2, 'call.badParams'], flags.join(' '));
    assert.match(value.error.detail, why);
  }
  assert.deepEqual(await shown(), usual, 'what was refused changed nothing');

  const { code, value } = await set('--auto-lock-minutes', '15', '--crl-every-hours', '12', ...rights);
  assert.equal(code, 0, JSON.stringify(value));
  assert.deepEqual([value.ca, value.crl], [{ autoLockMinutes: 15 }, { everyHours: 12, validDays: 30 }]);
  for (const endpoint of ['localhost', '192.0.2.7', '2001:db8::7', 'a1b2-ats.iot.eu-west-1.amazonaws.com'])
    assert.equal((await set('--endpoint', endpoint, ...rights)).value.device.endpoint, endpoint);
  await set('--crl-valid-days', '7', '--endpoint', 'other.example', ...rights);
  assert.deepEqual(await shown(), {
    autoLockMinutes: 15,
    everyHours: 12,
    validDays: 7,
    endpoint: 'other.example',
    targets: 0,
  });
});

test('a number that is none is named by its option, in every command that takes one', async (t) => {
  const data = ['--data', await makeStation()];
  const rights = ['--passphrase-file', scratch(t)('passphrase', passphrase)];
  // All go through one function. An empty text is no value at all, which all options refuse alike.
  for (const [option, words] of [
    ['--event-days', ['orders', 'intake']],
    ['--quantity', ['orders', 'make', 'WO-1', '--model', 'M']],
    ['--limit', ['units', 'list']],
    ['--every-hours', ['checkpoints', 'set']],
    ['--keep-daily', ['backup', 'set']],
    ['--limit', ['connections', 'list']],
    ['--version', ['recipes', 'show', 'line']],
    ['--version', ['template', 'default', 'fleet']],
    ['--version-in-aws', ['template', 'default', 'fleet']],
    ['--counted', ['orders', 'reconcile', 'WO-1']],
    ['--max-units', ['cloud', 'allow-claim', '1']],
    ['--same-code', ['desk', 'alerts']],
    ['--wait', ['plant', 'join']],
    ['--quantity', ['plant', 'lease', 'PO-1']],
  ] as const)
    for (const wrong of option === '--event-days' ? ['soon', '1.5', '-1'] : ['1e3']) {
      const reads = words.some((word) => word === 'list' || word === 'show');
      const { code, value } = await json(...words, option, wrong, ...data, ...(reads ? [] : rights));
      assert.deepEqual([code, value.error?.code], [2, 'call.badParams'], `${words.join(' ')} ${JSON.stringify(value)}`);
      assert.equal(value.error.detail, `${option}: "${wrong}" is not a whole number`);
    }
});

test('a number has digits alone and lies in its range; the refusal says which range', () => {
  assert.deepEqual([wholeNumber('007', '--n'), wholeNumber(undefined, '--n')], [7, undefined]);
  assert.deepEqual(
    [portNumber('0', '--p'), portNumber('65535', '--p'), decimalNumber('0.5', '--rate')],
    [0, 65_535, 0.5],
  );
  const range = { from: 1, to: 32 };
  for (const [read, detail] of [
    [() => wholeNumber('0', '--n', range), '--n: "0" is not a whole number from 1 to 32'],
    [() => wholeNumber('33', '--n', range), '--n: "33" is not a whole number from 1 to 32'],
    [() => wholeNumber('0', '--n', { from: 1 }), '--n: "0" is not a whole number from 1 on'],
    [() => wholeNumber('0x10', '--n'), '--n: "0x10" is not a whole number'],
    [() => wholeNumber('9'.repeat(400), '--n'), `--n: "${'9'.repeat(400)}" is not a whole number`],
    [() => portNumber('65536', '--p'), '--p: "65536" is not a port from 0 to 65535'],
    [() => decimalNumber('1e3', '--rate'), '--rate: "1e3" is not a number'],
  ] as const)
    assert.throws(read, (thrown: { code: string; detail: string }) => {
      assert.deepEqual([thrown.code, thrown.detail], ['call.badParams', detail]);
      return true;
    });
});

test('a taught keyboard scanner is shown, carried to another station, and forgotten', async (t) => {
  const data = ['--data', await makeStation()];
  const scratched = scratch(t);
  const rights = ['--passphrase-file', scratched('passphrase', passphrase)];
  const set = (...args: string[]) => json('station', 'set', ...args, ...data, ...rights);
  const taught = {
    suffix: ['enter'],
    prefix: '',
    gapMs: 8,
    overlaps: false,
    keys: Object.fromEntries([...'0123456789'].map((digit) => [`Digit${digit}`, digit])),
  };
  const file = scratched('scanner.json', JSON.stringify({ keyboardScanner: { ...taught, taughtBy: 'Erika Sommer' } }));
  const { code, value } = await set('--keyboard-scanner', file);
  assert.equal(code, 0, JSON.stringify(value));
  const { taughtAt, taughtBy, ...kept } = (await json('station', 'show', ...data)).value.keyboardScanner;
  assert.deepEqual(kept, taught);
  assert.match(taughtAt, /^\d{4}-/);
  assert.notEqual(taughtBy, 'Erika Sommer', 'who taught it is who is here');
  for (const wrong of [JSON.stringify({ ...taught, gapMs: 90 }), 'no JSON']) {
    const refused = await set('--keyboard-scanner', scratched('wrong.json', wrong));
    assert.deepEqual([refused.code, refused.value.error?.code], [2, 'call.badParams']);
  }
  assert.equal((await set('--keyboard-scanner', 'none')).value.keyboardScanner, null);
});

test('the time to the idle sign-out is set and shown; a badge is deactivated, the last engineer’s is not', async (t) => {
  const data = ['--data', await makeStation([], false, { idle: true })];
  const rights = ['--passphrase-file', scratch(t)('passphrase', passphrase)];
  const show = async () => (await json('station', 'show', ...data)).value.session;
  assert.deepEqual(await show(), { idleMinutes: 15 });
  const wrong = await json('station', 'set', '--idle-minutes', '481', ...data, ...rights);
  assert.deepEqual([wrong.code, wrong.value.error?.code], [2, 'call.badParams']);
  const { code, value } = await json('station', 'set', '--idle-minutes', '0', ...data, ...rights);
  assert.deepEqual([code, value.session], [0, { idleMinutes: 0 }], JSON.stringify(value));

  const deactivate = (badge: string) => json('people', 'deactivate', badge, ...data, ...rights);
  const { badge, active } = (await deactivate('OP-1')).value;
  assert.deepEqual([badge, active], ['OP-1', false]);
  assert.equal((await deactivate('OP-1')).value.error?.code, 'call.badParams', 'once');
  const last = await deactivate('EN-1');
  assert.deepEqual([last.code, last.value.error?.code], [1, 'session.lastEngineer']);
});

test('the line of a slot is set by one word, shown with its origin, and left to recipe and driver again', async (t) => {
  const slots = [1, 2].map((slotId) => ({
    slotId,
    name: `Slot ${slotId}`,
    port: `nowhere-${slotId}`,
    driver: 'nrf91',
  }));
  const data = ['--data', await makeStation(slots)];
  const rights = ['--passphrase-file', scratch(t)('passphrase', passphrase)];
  const set = (...words: string[]) =>
    json('station', 'set', ...words.flatMap((word) => ['--slot-line', word]), ...data, ...rights);
  const shown = async () => {
    const { code, value } = await json('station', 'lines', ...data);
    assert.equal(code, 0, JSON.stringify(value));
    return value.map(({ line }: { line: { value: unknown; from: string }[] }) =>
      line.filter(({ from }) => from === 'place').map((fact) => fact.value),
    );
  };
  assert.deepEqual(await shown(), [[], []]);
  const { code, value } = await set('2,baud=9600,flowControl=none,dtr=off,rts=off', '1,gapMs=0');
  assert.equal(code, 0, JSON.stringify(value));
  assert.deepEqual(await shown(), [[0], [9600, 'none', 'off', 'off']]);
  for (const [word, why] of [
    ['2,baud=fast', /--slot-line 2,baud: .* wants a whole number from 300 to 4000000/],
    ['2,speed=9600', /"speed" is none of baud, flowControl, dtr, rts/],
    ['two', /"two" is no number of a slot/],
    ['9,baud=9600', /there is no slot 9/],
    ['2,flowControl=dsrdtr', /wants one of none, rtscts, xonxoff/],
  ] as const) {
    const refused = await set(word);
    assert.deepEqual([refused.code, refused.value.error?.code], [2, 'call.badParams'], word);
    assert.match(refused.value.error.detail, why);
  }
  assert.deepEqual(await shown(), [[0], [9600, 'none', 'off', 'off']], 'what was refused changed nothing');
  await set('2');
  assert.deepEqual(await shown(), [[0], []]);
});

test('a time is read in one form only, and a day that no calendar has is none', () => {
  const utc = (local: string) => new Date(local).toISOString();
  assert.equal(timeOf('2026-12-24', '--from', 'start'), utc('2026-12-24T00:00'));
  assert.equal(timeOf('2026-12-31', '--to', 'after'), utc('2027-01-01T00:00'));
  assert.equal(timeOf('2028-02-29', '--due', 'end'), utc('2028-02-29T23:59:59'));
  assert.equal(timeOf('2026-12-24T08:00:00+01:00', '--due', 'end'), '2026-12-24T07:00:00.000Z');
  assert.equal(timeOf('2026-12-24 08:00', '--due', 'end'), utc('2026-12-24T08:00'));
  for (const wrong of [
    '2026-02-30',
    '2027-02-29',
    '2026-02-30T08:00:00Z',
    '03/04/2026',
    '24.12.2026',
    '1',
    '2026',
    'now',
    '',
  ])
    assert.throws(() => timeOf(wrong, '--due', 'end'), /--due: ".*" is not a time; write it as 2026-12-24 or/, wrong);
});
