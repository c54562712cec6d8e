/** TLS to a real PostgreSQL whose certificates are by a CA of the test, judged from both ends. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import type { StationError } from '../../app/contract/errors.ts';
import { admitLogin } from '../../app/plant/index.ts';
import { openPlant } from '../../main/plant/postgres.ts';
import { json } from '../cli/commandline.ts';
import { makeCertificates } from '../tlscertificates.ts';
import { withoutPostgres } from './cluster.ts';
import { makePlant } from './support.ts';

/** Written so, this PC counts as another machine: only the usual spellings of loopback go without TLS. */
const [name, otherName] = ['LOCALHOST', '127.1'];

test('a plant with TLS is trusted by its root and its name, and by nothing else', {
  skip: withoutPostgres,
}, async (t) => {
  const { file, issue, text } = makeCertificates();
  const plant = await makePlant(t);
  const { cluster, database } = plant;
  const set = (settings: Record<string, string>) => {
    for (const [setting, value] of Object.entries(settings))
      cluster.run('postgres', `ALTER SYSTEM SET ${setting} = '${value}'`);
    // Each question of `run` is a process, which the server starts after it has read its settings.
    cluster.run('postgres', 'SELECT pg_reload_conf()');
    while (Object.entries(settings).some(([setting, value]) => cluster.run('postgres', `SHOW ${setting}`) !== value));
  };
  t.after(() => {
    for (const setting of ['ssl', 'ssl_cert_file', 'ssl_key_file', 'ssl_ca_file'])
      cluster.run('postgres', `ALTER SYSTEM RESET ${setting}`);
    cluster.run('postgres', 'SELECT pg_reload_conf()');
  });
  const login = `tls_${database}`;
  const password = await admitLogin(plant.admin, login, 'reader');
  const at = (host: string, parameters = '', word = password) =>
    `${cluster.url(login, word, database).replace('127.0.0.1', host)}${parameters}`;
  const rooted = `?sslrootcert=${file('root.pem')}`;
  const refused = (url: string, code: string, why: RegExp) =>
    assert.rejects(
      openPlant(url).then((sql) => sql.close()),
      (thrown: StationError) =>
        thrown.code === code && why.test(thrown.detail) && !JSON.stringify(thrown).includes(password),
      url.replace(password, ''),
    );

  await refused(at(name, rooted), 'plant.untrusted', /offers no TLS: set ssl = on/);
  set({
    ssl_cert_file: cluster.keep('server.pem', text('server.pem')),
    ssl_key_file: cluster.keep('server.key', text('server.key')),
    ssl_ca_file: cluster.keep('root.pem', text('root.pem')),
    ssl: 'on',
  });
  const sql = await openPlant(at(name, rooted));
  const [used] = await sql.query('SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
  await sql.close();
  assert.deepEqual(used, { ssl: true, version: 'TLSv1.3' });

  await refused(at(name, `?sslrootcert=${file('stranger.pem')}`), 'plant.untrusted', /not by the root of the address/);
  // Without a root of its own, those of this PC count.
  await refused(at(name), 'plant.untrusted', /not by the root of the address/);
  await refused(at(otherName, rooted), 'plant.untrusted', /for another name/);
  await refused(at(name, '?sslrootcert=/nowhere.pem'), 'call.badParams', /\/nowhere\.pem cannot be read/);
  await refused(at(name, `?sslrootcert=${file('extension')}`), 'call.badParams', /is no PEM file/);

  // A certificate in the place of a password, and one of another CA. The command says the same as the program.
  issue('client', login, '30', 'extendedKeyUsage=clientAuth');
  const rules = cluster.run('postgres', 'SHOW hba_file');
  const before = readFileSync(rules, 'utf8');
  t.after(() => cluster.keep('data/pg_hba.conf', before));
  cluster.keep('data/pg_hba.conf', `hostssl all ${login} all cert\n${before}`);
  set({});
  const proved = (of: string) => `${rooted}&sslcert=${file(`${of}.pem`)}&sslkey=${file(`${of}.key`)}`;
  await refused(at(name, rooted), 'plant.refused', /./);
  const urlFile = file('reader.url');
  writeFileSync(urlFile, at(name, proved('client'), ''));
  const { value } = await json('plant', 'stations', '--url-file', urlFile);
  assert.deepEqual(value.stations, []);
  await refused(at(name, proved('server'), ''), 'plant.refused', /./);

  set({
    ssl_cert_file: cluster.keep('old.pem', text('old.pem')),
    ssl_key_file: cluster.keep('old.key', text('old.key')),
  });
  writeFileSync(urlFile, at(name, rooted));
  const { code, value: said } = await json('plant', 'stations', '--url-file', urlFile);
  assert.deepEqual([code, said.error.code], [3, 'plant.untrusted']);
  assert.match(said.error.detail, /has expired: renew it/);
});
