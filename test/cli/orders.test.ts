/** Orders by the command line: files of orders, pauses, terms, and the ways in for other systems. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { scratch } from '../ca/support.ts';
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
