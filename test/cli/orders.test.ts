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
