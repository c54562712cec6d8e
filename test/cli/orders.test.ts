/** Orders by the command line: files of orders, pauses, terms, and the ways in for other systems. */
import assert from 'node:assert/strict';
import { readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pausing, untilStopped } from '../../main/cli/steps.ts';
import { scratch } from '../ca/support.ts';
import { refuses } from '../records/support.ts';
import { makeStation, passphrase } from '../support.ts';
import { json, run } from './commandline.ts';

test('a file of orders is looked at, taken, and its wrong rows come back; an order is paused and changed', async (t) => {
  const file = scratch(t);
  const rights = ['--passphrase-file', file('passphrase', passphrase), '--data', await makeStation()];
  const orders = file('orders.csv', 'order,model,quantity\nA-1,M,2\nA-2,M,none\n');
  const looked = await json('order', 'import', orders, '--dry-run', ...rights);
  assert.deepEqual([looked.code, looked.value.made, looked.value.badRows], [1, [], 1]);
  const refused = file('refused.csv', '');
  const taken = await json('orders', 'import', orders, '--refused', refused, ...rights);
  assert.deepEqual([taken.code, taken.value.made], [1, ['A-1']]);
  assert.match(readFileSync(refused, 'utf8'), /^order,model,quantity,reason\r\nA-2,M,none,"quantity: /);
  assert.match((await run('orders', 'import', orders, ...rights)).out, /A-1: 2 of M, is on record already\n/);
  assert.equal((await json('orders', 'import', file('x.pdf', 'x'), ...rights)).value.error.code, 'order.badFile');

  assert.equal((await json('orders', 'pause', 'A-1', ...rights)).value.state, 'paused');
  assert.equal((await json('orders', 'resume', 'A-1', ...rights)).value.state, 'open');
  assert.equal((await json('orders', 'change', 'A-1', '--quantity', '5', ...rights)).value.quantity, 5);
  const ended = await json('orders', 'change', 'A-1', '--until', '2020-01-01', ...rights);
  assert.deepEqual([ended.code, ended.value.error.code], [1, 'order.ended'], 'as when it is made');
  const set = await json('orders', 'intake', '--listen', '8790', ...rights);
  assert.deepEqual([set.code, set.value.hook.port, typeof set.value.token], [0, 8790, 'string']);
  const shown = await json('orders', 'intake', ...rights);
  assert.deepEqual([shown.value.hook.port, shown.value.token], [8790, undefined]);
  const open = await json('orders', 'intake', '--listen', '8790', '--host', '0.0.0.0', ...rights);
  assert.deepEqual([open.code, open.value.error.code], [2, 'call.badParams']);
});

test('an order that cannot be made whole is refused with both numbers; one that shares serials is told which', async (t) => {
  const file = scratch(t);
  const rights = ['--passphrase-file', file('passphrase', passphrase), '--data', await makeStation()];
  const make = (id: string, ...terms: string[]) => json('orders', 'make', id, '--model', 'M', ...terms, ...rights);
  const few = await make('FEW', '--quantity', '500', '--from', 'SN-001', '--to', 'SN-100');
  assert.deepEqual(
    [few.code, few.value.error.data],
    [2, { path: 'quantity', reason: 'fewSerials', has: 100, quantity: 500 }],
  );
  assert.match(few.value.error.detail, /500.* 100 serials/);

  const due = ['--due', '2027-12-24', '--until', '2027-12-31'];
  const made = await make('ONE', '--quantity', '100', '--from', 'SN-001', '--to', 'SN-100', ...due);
  const end = (day: string) => new Date(`${day}T23:59:59`).toISOString();
  assert.deepEqual([made.value.dueAt, made.value.endsAt], [end('2027-12-24'), end('2027-12-31')]);
  assert.deepEqual(made.value.overlaps, []);
  const orders = file(
    'orders.csv',
    'order,model,quantity,from,to,pattern,due,until\nONE,M,100,SN-001,SN-100,,2027-12-24,2027-12-31\nTWO,M,20,SN-091,SN-110,,,\nNONE,M,11,,,X-#,,\n',
  );
  const looked = await json('orders', 'import', orders, '--dry-run', ...rights);
  const [one, two, none] = looked.value.orders;
  assert.deepEqual([one.standing, two.standing, none.standing], ['same', 'new', 'bad']);
  assert.deepEqual(two.overlaps, [{ orderId: 'ONE', serials: 'SN-091 – SN-100' }]);
  const [{ what, has, row, column }] = looked.value.problems;
  assert.deepEqual([what, has, row, column], ['fewSerials', 10, 4, 'quantity']);
  const taken = await run('orders', 'import', orders, ...rights);
  assert.match(taken.out, /warning: TWO and ONE are both for SN-091 – SN-100\n/);
  const listed = await json('orders', 'list', ...rights.slice(2));
  const shared = listed.value.find(({ orderId }: { orderId: string }) => orderId === 'ONE').overlaps;
  assert.deepEqual(shared, [{ orderId: 'TWO', serials: 'SN-091 – SN-100' }]);
});

test('what no order can mean is refused in plain words, and nothing is made of it', async (t) => {
  const file = scratch(t);
  const data = await makeStation();
  const rights = ['--passphrase-file', file('passphrase', passphrase), '--data', data];
  const refusal = async (...terms: string[]) => {
    const { code, value } = await json('orders', 'make', 'X', '--no-activate', ...terms, ...rights);
    return [code, value.error?.code, value.error?.detail];
  };
  const one = ['--model', 'M', '--quantity', '1'];
  assert.deepEqual(await refusal('--model', 'M', '--quantity', '0'), [
    2,
    'call.badParams',
    '--quantity: must be at least 1',
  ]);
  assert.deepEqual(await refusal(...one, '--serials', file('none', '')), [
    2,
    'call.badParams',
    '--serials: must not be empty',
  ]);
  const wrong = file('wrong', 'A1, A2\nA3;Ä4\n');
  assert.match(String(await refusal(...one, '--serials', wrong)), /wrong, line 2: "Ä4" is no unit serial: letters/);
  for (const model of ['M\u0007', '\u202eM', '  '])
    assert.deepEqual((await refusal('--model', model, '--quantity', '1')).slice(0, 2), [2, 'call.badParams']);
  assert.deepEqual((await refusal(...one, '--profile', 'nope')).slice(0, 2), [3, 'policy.profileUnknown']);
  assert.deepEqual((await refusal(...one, '--until', '2020-01-01')).slice(0, 2), [1, 'order.ended']);
  const rows = file('rows.csv', 'order,model,quantity,profile,until\nP,M,1,nope,\nE,M,1,,2020-01-01\nC,\u202eM,1,,\n');
  const { value } = await json('orders', 'import', rows, ...rights);
  assert.deepEqual(
    value.problems.map(({ row, what, error }: { row: number; what: string; error?: { code: string } }) => [
      row,
      error?.code ?? what,
    ]),
    [
      [2, 'policy.profileUnknown'],
      [3, 'order.ended'],
      [4, 'notText'],
    ],
  );
  assert.deepEqual(
    (await json('orders', 'list', ...rights.slice(2))).value.filter(({ model }: { model: string }) => model !== '*'),
    [],
  );
  const unsaid = await run('orders', 'change', 'X', ...rights);
  assert.deepEqual([unsaid.code, unsaid.err], [2, 'call.badParams: say what changes: --quantity, --due or --until\n']);
  const alone = await json('orders', 'intake', '--tls-key', wrong, ...rights);
  assert.deepEqual([alone.code, alone.value.error.code], [2, 'call.badParams']);

  const settings = join(data, 'station.json');
  rmSync(settings);
  symlinkSync(settings, settings);
  const closed = await run('orders', 'list', ...rights.slice(2));
  assert.deepEqual([closed.code, closed.err.includes('cannot be read: its links lead in a circle')], [3, true]);
});

test('an import that is stopped says what stays', async () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const stopped = untilStopped(new Promise(() => {}), 'stopped: these stay');
    process.emit(signal, signal);
    await assert.rejects(stopped, refuses('call.cancelled'));
    assert.equal(process.listenerCount(signal), 0);
  }
  assert.equal(await untilStopped(Promise.resolve(7), ''), 7);
});

test('work that pauses ends at the pause after Ctrl-C', async () => {
  const work = pausing(async (pause) => {
    await pause();
    process.emit('SIGINT', 'SIGINT');
    await pause();
    assert.fail('it went on');
  });
  await assert.rejects(work(), refuses('call.cancelled'));
  assert.equal(process.listenerCount('SIGINT'), 0);
  assert.equal(await pausing(async () => 7)(), 7);
});
