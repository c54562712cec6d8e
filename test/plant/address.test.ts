/** Addresses of a plant: as one text, in parts, for another login, and what is no address. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StationError } from '../../app/contract/errors.ts';
import { addressFor, addressOf, textOfLogin } from '../../app/plant/index.ts';

test('an address of another machine is used with TLS, whatever it says; no error repeats it', () => {
  assert.deepEqual(addressOf('postgresql://line1:p%40ss@plant.example:6432/factory?sslrootcert=/etc/root.pem\n'), {
    ...{ tls: true, host: 'plant.example', port: 6432, database: 'factory', user: 'line1', password: 'p@ss' },
    ...{ rootFile: '/etc/root.pem', client: undefined },
  });
  assert.deepEqual(addressOf('postgres://li%40ne@[::1]/fac%2Ftory?sslcert=/me.pem&sslkey=/me.key'), {
    ...{ tls: false, host: '::1', port: 5432, database: 'fac/tory', user: 'li@ne', password: undefined },
    ...{ rootFile: undefined, client: { certificateFile: '/me.pem', keyFile: '/me.key' } },
  });
  for (const near of ['localhost', '127.0.0.1', '[::1]'])
    assert.equal(addressOf(`postgres://u:p@${near}/d`).tls, false, near);
  for (const far of ['127.0.0.1.example.com', 'localhost.example', '10.0.0.1', '[::2]'])
    assert.equal(addressOf(`postgres://u:p@${far}/d`).tls, true, far);
  for (const bad of [
    'http://u:secret@h/d',
    'postgresql://u:secret@h',
    'postgresql://u:secret@h/',
    'postgresql://:secret@h/d',
    'postgresql://u:secret@/d',
    'secret',
    'postgresql://u:secret@h/d?sslmode=disable',
    'postgresql://u:secret@h/d?host=/tmp',
    'postgresql://u:secret@h/d?sslcert=/me.pem',
    'postgresql://u:secret@h/d?sslkey=/me.key',
    'postgresql://u:secret@h/d#key',
    'postgresql://u:secret%zz@h/d',
    'postgresql://u%:secret@h/d',
    'postgresql://u:secret@h/%e4',
  ])
    assert.throws(
      () => addressOf(bad),
      (thrown: StationError) => {
        assert.deepEqual([thrown.code, thrown.data?.reason], ['call.badParams', 'plantAddress'], bad);
        return !thrown.message.includes('secret');
      },
      bad,
    );
});

test('an address in parts says the same; what is kept of the former one counts for the same server and user', () => {
  const login = { host: 'plant.example', port: 6432, database: 'fac/tory', user: 'li@ne' };
  const read = (given: Parameters<typeof textOfLogin>[0], kept?: string) => addressOf(textOfLogin(given, kept));
  const bare = { ...login, tls: true, password: undefined, rootFile: undefined, client: undefined };
  assert.deepEqual(read(login), bare);
  const [password, rootFile] = ['p@:/ss %41', '/r&t.pem'];
  assert.deepEqual(read({ ...login, password, rootFile }), { ...bare, password, rootFile });
  assert.deepEqual(read({ ...login, host: '::1' }), { ...bare, host: '::1', tls: false });

  const client = { certificateFile: '/me.pem', keyFile: '/me.key' };
  const kept = (more = '') => `${textOfLogin({ ...login, password, rootFile }, undefined)}${more}`;
  const proved = kept('&sslcert=/me.pem&sslkey=/me.key');
  assert.deepEqual(read(login, kept()), { ...bare, password }, 'a root is said, or it is none');
  assert.deepEqual(read(login, proved), { ...bare, password, client });
  assert.deepEqual(read({ ...login, database: 'other' }, proved), { ...bare, database: 'other', password, client });
  assert.deepEqual(read({ ...login, password: 'new' }, proved), { ...bare, password: 'new', client });
  for (const other of [{ host: 'other.example' }, { port: 5432 }, { user: 'line2' }])
    assert.deepEqual(read({ ...login, ...other }, proved), { ...bare, ...other }, JSON.stringify(other));
});

test('the address that is made for a station has the root, and no key of who made it', () => {
  const mine = 'postgresql://owner:secret@plant.example/birthmark?sslrootcert=/root.pem&sslcert=/me.pem&sslkey=/me.key';
  assert.equal(
    addressFor(mine, 'line1', 'word'),
    'postgresql://line1:word@plant.example/birthmark?sslrootcert=%2Froot.pem',
  );
});
