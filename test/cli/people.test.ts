/** People by the command line: badges, roles, PINs, locks, and what each says. */
import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { scratch } from '../ca/support.ts';
import { makeStation, passphrase } from '../support.ts';
import { json, run } from './commandline.ts';

test('badge, role, PIN and lock of a person, each by a command, and what QA may', async (t) => {
  const data = ['--data', await makeStation()];
  const file = scratch(t);
  const rights = ['--passphrase-file', file('passphrase', passphrase), ...data];
  const people = (...args: string[]) => json('people', ...args);
  const as = (badge: string, pin: string) => ['--badge', badge, '--pin-file', file('own', pin), ...data];
  const newPin = (pin: string) => ['--new-pin-file', file('new', pin)];
  const coded = ({ code, value }: Awaited<ReturnType<typeof json>>) => [code, value.error?.code];

  const added = await people(
    'add',
    '--name',
    'Quinn',
    '--new-badge',
    'QA-1',
    '--role',
    'qa',
    ...newPin('480627'),
    ...rights,
  );
  assert.deepEqual([added.code, added.value.badge], [0, 'QA-1']);

  const replaced = await people('replace-badge', 'OP-1', '--new-badge', 'OP-7', '--reason', 'lost', ...rights);
  assert.deepEqual([replaced.code, replaced.value.badge, replaced.value.before], [0, 'OP-7', 'OP-1']);
  assert.deepEqual(coded(await json('units', 'list', ...as('OP-1', '1111'))), [1, 'session.wrongPin']);
  assert.equal((await json('units', 'list', ...as('OP-7', '1111'))).code, 0);
  const gone = await run('people', 'set-role', 'OP-1', '--role', 'qa', ...rights);
  assert.deepEqual([gone.code, gone.err.trim()], [2, 'call.badParams: OP-1 was replaced: Ola has OP-7 now']);
  const shown = await run('people', 'show', 'OP-7', ...rights);
  assert.match(
    shown.out,
    /^OP-7 {2}Ola {2}operator {2}last sign-in .*\n {2}before 20\S+: OP-1 \(lost; .*\(OS-USER\)\)\n$/,
  );
  assert.deepEqual(
    coded(await people('replace-badge', 'OP-7', '--new-badge', 'OP-8', '--reason', 'eaten', ...rights)),
    [2, 'call.badParams'],
  );
  assert.deepEqual(
    coded(await people('replace-badge', 'OP-7', '--new-badge', 'QA-1', '--reason', 'other', ...rights)),
    [2, 'call.badParams'],
  );

  assert.equal((await people('set-role', 'OP-7', '--role', 'engineer', ...rights)).value.role, 'engineer');
  assert.equal((await people('deactivate', 'EN-1', ...rights)).value.active, false);
  assert.deepEqual(coded(await people('set-role', 'OP-7', '--role', 'qa', ...rights)), [1, 'session.lastEngineer']);
  assert.equal((await people('activate', 'EN-1', ...as('OP-7', '1111'))).value.active, true);

  for (let left = 4; left >= 0; left -= 1) {
    const { code, value } = await json('units', 'list', ...as('QA-1', '000000'));
    assert.deepEqual([code, value.error.code, value.error.data.triesLeft], [1, 'session.wrongPin', left]);
  }
  const locked = await json('units', 'list', ...as('QA-1', '480627'));
  assert.deepEqual(coded(locked), [1, 'session.lockedOut']);
  assert.equal(locked.value.error.retryAfterSeconds, locked.value.error.data.seconds);
  assert.ok(locked.value.error.data.seconds > 30 && locked.value.error.data.seconds <= 60, 'the time that is left');
  assert.match((await run('units', 'list', ...as('QA-1', '480627'))).err, /^session\.lockedOut: .*locked for \d+ s$/m);
  assert.match((await run('people', 'list', ...rights)).out, /^QA-1 .*\(locked for \d+ s, wrong PINs: 5\)$/m);
  assert.equal((await people('unlock', 'QA-1', ...rights)).value.failures, 0);
  assert.equal((await json('units', 'list', ...as('QA-1', '480627'))).code, 0);

  const seen = await people('list', ...as('QA-1', '480627'));
  assert.deepEqual([seen.code, seen.value.length], [0, 3], 'QA sees them');
  for (const act of [
    ['unlock', 'OP-7'],
    ['deactivate', 'OP-7'],
    ['set-role', 'OP-7', '--role', 'qa'],
    ['set-pin', 'OP-7', ...newPin('386294')],
    ['replace-badge', 'OP-7', '--new-badge', 'OP-9', '--reason', 'lost'],
  ])
    assert.deepEqual(coded(await people(...act, ...as('QA-1', '480627'))), [1, 'session.forbidden'], act[0]);

  assert.match(
    (await people('list', '--badge', 'QA-1', ...data)).value.error.detail,
    /PIN of QA-1 .* give --pin-file$/,
  );
  assert.match((await people('set-pin', 'QA-1', ...rights)).value.error.detail, /give --new-pin-file$/);

  const given = await people('set-pin', 'QA-1', ...newPin('904713'), ...rights);
  assert.deepEqual([given.code, given.value.pinGiven], [0, true]);
  assert.match((await run('units', 'list', ...as('QA-1', '904713'))).err, /QA-1: an engineer gave this PIN; change it/);
  assert.equal((await people('change-pin', ...newPin('275183'), ...as('QA-1', '904713'))).code, 0);
  assert.equal((await run('units', 'list', ...as('QA-1', '275183'))).err, '');
  assert.deepEqual(coded(await people('set-pin', 'OP-7', ...newPin('904713'), ...as('OP-7', '1111'))), [
    2,
    'call.badParams',
  ]);
});

test('no station begins with a PIN that was not chosen, or with one of the practice line', async (t) => {
  const file = scratch(t);
  const dir = join(file('at'), 'station');
  const init = (...pin: string[]) =>
    json(
      ...['init', '--data', dir, '--name', 'Line 3', '--passphrase-file', file('passphrase', passphrase)],
      ...['--badge', 'EN-7', ...pin],
    );
  const none = await init();
  assert.deepEqual([none.code, none.value.error.code], [2, 'call.badParams']);
  for (const pin of ['1001', '2002', '3003'])
    assert.equal((await init('--pin-file', file('pin', pin))).value.error.data.reason, 'pinPractice', pin);
  assert.equal((await json('station', 'show', '--data', dir)).value.error.code, 'records.notStation');

  const data = ['--data', await makeStation()];
  const rights = ['--passphrase-file', file('passphrase', passphrase), ...data];
  await json('station', 'set', '--pin-digits', '4', '--pin-reason', 'the terminals have four keys only', ...rights);
  const add = (pin: string) =>
    json(
      'people',
      'add',
      '--name',
      'P',
      '--new-badge',
      'OP-7',
      '--role',
      'qa',
      '--new-pin-file',
      file('pin', pin),
      ...rights,
    );
  assert.equal((await add('2002')).value.error.data.reason, 'pinPractice', 'where four digits are enough, too');
  assert.equal((await add('2718')).code, 0);
});

test('a station is not made with a person whose badge no list could show', async (t) => {
  const file = scratch(t);
  const data = join(file('place', ''), '..', 'new');
  const init = ['init', '--data', data, '--name', 'N', '--passphrase-file', file('passphrase', passphrase)];
  for (const [badge, name, path] of [
    ['E1', 'Ena', 'badge'],
    ['EN 1', 'Ena', 'badge'],
    ['EN-1', 'x'.repeat(61), 'name'],
  ] as const) {
    const person = ['--badge', badge, '--engineer-name', name, '--pin-file', file('pin', '739164')];
    const { code, value } = await json(...init, ...person);
    assert.deepEqual([code, value.error?.code, value.error?.data?.path], [2, 'call.badParams', path]);
    await assert.rejects(stat(data), 'nothing is made');
  }
});
