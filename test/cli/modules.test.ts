/** The list of PKCS#11 modules, by the command line. */
import assert from 'node:assert/strict';
import { chmodSync, realpathSync } from 'node:fs';
import { test } from 'node:test';
import { scratch } from '../ca/support.ts';
import { makeStation, passphrase } from '../support.ts';
import { json, run } from './commandline.ts';

test('a module is put on the list, shown, and taken off; nothing else is loaded', async (t) => {
  const data = ['--data', await makeStation()];
  const file = scratch(t);
  const rights = ['--passphrase-file', file('passphrase', passphrase), ...data];
  const module = realpathSync(file('module.so', 'no library at all'));
  const modules = (...args: string[]) => json('ca', 'modules', ...args);
  const tokens = async () => (await json('ca', 'tokens', '--module', module, ...rights)).value.error?.code;
  assert.equal((await modules('add', module, ...data)).value.error.code, 'session.forbidden');
  assert.equal(await tokens(), 'ca.moduleNotListed');

  chmodSync(module, 0o666);
  const unsafe = await modules('add', module, ...rights);
  assert.deepEqual([unsafe.code, unsafe.value.error.code], [3, 'ca.moduleUnsafe']);
  assert.deepEqual(unsafe.value.error.data, { reason: 'moduleWritable', path: module, at: module });
  assert.equal(await tokens(), 'ca.moduleNotListed');

  chmodSync(module, 0o644);
  assert.deepEqual((await modules('add', module, ...rights)).value, { path: module });
  const isOurs = ({ path }: { path: string }) => path === module;
  assert.deepEqual((await modules('list', ...rights)).value.find(isOurs), { path: module, listed: true, usedBy: [] });
  assert.match((await run('ca', 'modules', ...rights)).out, new RegExp(`^LISTED +${module}$`, 'm'));
  assert.equal(await tokens(), 'ca.noTokens', 'it is loaded, and is no PKCS#11 module');

  // It may have become unsafe since it was put on the list: it is looked at each time.
  chmodSync(module, 0o666);
  assert.equal(await tokens(), 'ca.moduleUnsafe');
  assert.match((await run('ca', 'modules', 'list', ...rights)).out, /NOT LOADED: .* can be written by others/);
  assert.deepEqual((await modules('remove', module, ...rights)).value, { path: module });
  assert.equal((await modules('list', ...rights)).value.find(isOurs), undefined);
  assert.equal(await tokens(), 'ca.moduleNotListed');
});
