/** The hierarchy by the command line. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pemOf } from '../../app/ca/index.ts';
import { makeCsr, needTools, openssl, scratch } from '../ca/support.ts';
import { makeStation, passphrase } from '../support.ts';
import { json, run } from './commandline.ts';

type Value = { [key: string]: unknown };

test('a root and an issuing CA are made, backed up and put offline, and the new CA signs', async (t) => {
  if (!needTools(t, 'openssl')) return;
  const at = scratch(t);
  const dir = await makeStation([], false, { own: true });
  const secret = at('passphrase', `${passphrase}\n`);
  const withCa = ['--data', dir, '--passphrase-file', secret];
  const done = async (...args: string[]) => {
    const { code, value } = await json('ca', ...args, ...withCa);
    assert.equal(code, 0, JSON.stringify(value));
    return value;
  };
  await done('make-root', '--name', 'Plant Root', '--key-type', 'P-384');
  await done('make-issuing', '--name', 'Plant Issuing', '--parent', 'Plant Root', '--years', '5');
  const shown = await run('ca', 'show', '--data', dir);
  assert.match(shown.out, /Plant Root[^\n]*\n {2}Plant Issuing[^\n]*ACTIVE/);

  const safe = at('safe', 'a passphrase of the safe\n');
  await done('export', 'Plant Root', '--out', at('root.p12'), '--out-passphrase-file', safe);
  const opened = openssl(['pkcs12', '-in', at('root.p12'), '-passin', `file:${safe}`, '-nokeys', '-info']);
  assert.ok(opened.ok, opened.output);
  await done('split', 'Plant Root', '--shares', '3', '--needed', '2', '--out', at('shares'));
  const files = readdirSync(at('shares')).sort();
  assert.deepEqual(files, ['share-1.txt', 'share-2.txt', 'share-3.txt']);
  for (const name of files) assert.equal(statSync(join(at('shares'), name)).mode & 0o077, 0, 'for its owner only');
  const share = (number: number) => join(at('shares'), `share-${number}.txt`);
  const tooFew = await json('ca', 'prove', 'Plant Root', '--share', share(1), share(1), ...withCa);
  assert.deepEqual([tooFew.code, (tooFew.value.error as Value).code], [1, 'ca.badShares']);
  await done('prove', 'Plant Root', '--share', share(1), share(3));
  const next = at('next', 'another passphrase of the root\n');
  await done('change-passphrase', 'Plant Root', '--new-passphrase-file', next);
  const old = await json('ca', 'change-passphrase', 'Plant Root', '--new-passphrase-file', next, ...withCa);
  assert.deepEqual([old.code, (old.value.error as Value).code], [1, 'ca.wrongPassphrase']);
  await done('export', 'Plant Root', '--secret-file', next, '--out', at('root.pem'), '--out-passphrase-file', safe);
  await done('take-offline', 'Plant Root', '--confirm', 'Plant Root');
  const alone = await json('ca', 'make-issuing', '--name', 'Next', '--parent', 'Plant Root', ...withCa);
  assert.deepEqual([alone.code, (alone.value.error as Value).code], [3, 'ca.missing']);
  await done('make-issuing', '--name', 'Next', '--parent', 'Plant Root', '--share', share(2), share(3));

  const csr = at('unit.csr', pemOf('CERTIFICATE REQUEST', makeCsr('CLI-1').csrDer));
  const signed = await done('sign', '--csr', csr, '--unit-serial', 'CLI-1');
  const { authorities } = (await json('ca', 'show', '--data', dir)).value as { authorities: Value[] };
  const root = authorities.find(({ commonName }) => commonName === 'Plant Root');
  const judged = openssl([
    ...['verify', '-x509_strict', '-CAfile', at('root.pem', String(root?.certificatePem))],
    ...['-untrusted', at('chain.pem', String(signed.chainPem)), at('leaf.pem', String(signed.certificatePem))],
  ]);
  assert.ok(judged.ok, judged.output);
});

test('a request goes out and comes back; an existing CA is imported; without rights nothing is done', async (t) => {
  if (!needTools(t, 'openssl')) return;
  const at = scratch(t);
  const dir = await makeStation([], false, { own: true });
  const secret = at('passphrase', `${passphrase}\n`);
  const withCa = ['--data', dir, '--passphrase-file', secret];
  const denied = await json('ca', 'request', '--name', 'X', '--key-passphrase-file', secret, '--data', dir);
  assert.deepEqual([denied.code, (denied.value.error as Value).code], [1, 'session.forbidden']);
  const csr = at('plant.csr');
  const request = await json('ca', 'request', '--name', 'Plant CA', '--out', csr, ...withCa);
  assert.equal(request.code, 0, JSON.stringify(request.value));
  assert.match(readFileSync(csr, 'utf8'), /BEGIN CERTIFICATE REQUEST/);
  const [key, root, plant] = [at('root.key'), at('root.pem'), at('plant.pem')];
  openssl([
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', root, '-subj', '/CN=Company Root'],
    ...['-days', '3650', '-addext', 'keyUsage=critical,keyCertSign,cRLSign'],
  ]);
  const ext = at(
    'ext.cnf',
    'basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n',
  );
  openssl(['x509', '-req', '-in', csr, '-CA', root, '-CAkey', key, '-out', plant, '-days', '900', '-extfile', ext]);
  const chain = at('chain.pem', readFileSync(plant, 'utf8') + readFileSync(root, 'utf8'));
  const id = String(request.value.requestId).slice(0, 12);
  const completed = await json('ca', 'complete', id, '--certificates', chain, '--no-activate', ...withCa);
  assert.equal(completed.code, 0, JSON.stringify(completed.value));
  const activated = await json('ca', 'activate', 'Plant CA', ...withCa);
  assert.equal(activated.code, 0, JSON.stringify(activated.value));

  const p12 = at('root.p12');
  const pass = at('p12pass', 'on its way\n');
  openssl(['pkcs12', '-export', '-inkey', key, '-in', root, '-out', p12, '-passout', `file:${pass}`]);
  const other = await makeStation([], false, { own: true });
  const withOther = ['--data', other, '--passphrase-file', secret];
  const imported = await json('ca', 'import', '--file', p12, '--file-passphrase-file', pass, ...withOther);
  assert.equal(imported.code, 0, JSON.stringify(imported.value));
  const shown = await run('ca', 'show', '--data', other);
  assert.match(shown.out, /Company Root[^\n]*key: file, locked/);
});
