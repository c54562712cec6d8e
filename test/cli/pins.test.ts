/** PINs, by the command line. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { countDown } from '../../main/cli/command.ts';
import { scratch } from '../ca/support.ts';
import { makeStation, movableClock, passphrase } from '../support.ts';
import { json, run } from './commandline.ts';

test('new PINs are good ones; fewer digits take a reason; one’s own is changed', async (t) => {
  const data = ['--data', await makeStation()];
  const file = scratch(t);
  const rights = ['--passphrase-file', file('passphrase', passphrase), ...data];
  const add = (badge: string, pin: string) =>
    json(
      'people',
      'add',
      '--name',
      'Pat',
      '--new-badge',
      badge,
      '--new-pin-file',
      file('pin', pin),
      '--role',
      'qa',
      ...rights,
    );
  const weak = await add('QA-7', '4812');
  assert.deepEqual(
    [weak.code, weak.value.error.code, weak.value.error.data.reason],
    [1, 'session.weakPin', 'pinShort'],
  );
  assert.equal((await add('QA-7', '654321')).value.error.data.reason, 'pinWeak');

  const set = (...args: string[]) => json('station', 'set', ...args, ...rights);
  assert.equal((await set('--pin-digits', '4')).value.error.code, 'call.badParams');
  const reason = 'the terminals have four keys only';
  assert.deepEqual((await set('--pin-digits', '4', '--pin-reason', reason)).value.pins, { leastDigits: 4, reason });
  assert.equal((await add('QA-7', '4812')).code, 0);
  await set('--pin-digits', '6');

  const as = (pin: string) => ['--badge', 'QA-7', '--pin-file', file('own', pin), ...data];
  const told = await run('people', 'list', ...as('4812'));
  assert.match(told.err, /QA-7: this PIN is too easy to guess; change it with "people change-pin"/);
  const change = (pin: string, to: string) =>
    json('people', 'change-pin', '--new-pin-file', file('new', to), ...as(pin));
  assert.equal((await change('4812', '1111')).value.error.code, 'session.weakPin');
  assert.deepEqual((await change('4812', '904713')).value, { badge: 'QA-7' });
  assert.equal((await change('4812', '386294')).value.error.code, 'session.wrongPin');
  assert.equal((await run('units', 'list', ...as('904713'))).err, '', 'nothing more to say');
  assert.equal((await json('people', 'change-pin', ...data)).value.error.code, 'call.badParams');
});

test('a terminal counts down how long a badge is locked', async () => {
  const { clock, advance } = movableClock();
  const shown: string[] = [];
  let isOver = false;
  const over = countDown(3, { write: (text) => shown.push(text.trim()) }, clock).then(() => {
    isOver = true;
  });
  while (!isOver) {
    advance(1000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await over;
  assert.deepEqual(shown, ['try again in 3 s', 'try again in 2 s', 'try again in 1 s', 'try again now']);
});

test('a station’s first engineer has a good PIN, or there is no station', async (t) => {
  const file = scratch(t);
  const dir = join(file('at'), 'station');
  const init = (pin: string) =>
    json(
      ...['init', '--data', dir, '--name', 'Line 3', '--passphrase-file', file('passphrase', passphrase)],
      ...['--badge', 'EN-1', '--pin-file', file('pin', pin)],
    );
  assert.equal((await init('3704')).value.error.data.reason, 'pinShort');
  assert.equal((await init('four')).value.error.code, 'call.badParams');
  assert.equal((await init('123456')).value.error.data.reason, 'pinWeak');
  assert.equal((await json('station', 'show', '--data', dir)).value.error.code, 'records.notStation');
  assert.equal((await init('570318')).code, 0);
});
