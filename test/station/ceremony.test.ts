/** CAs made, brought in, backed up and put away in a whole station, with openssl as the judge. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createClient, type Station } from '../../app/contract/index.ts';
import { signCsr } from '../../app/issuing/index.ts';
import { paths } from '../../app/station/index.ts';
import { openStation } from '../../main/openstation.ts';
import { makeCsr, needTools, openssl, scratch } from '../ca/support.ts';
import { refuses } from '../records/support.ts';
import { makeStation, passphrase } from '../support.ts';

const file = { kind: 'file', passphrase } as const;
const access = { kind: 'secret', secret: passphrase } as const;

async function bedOf(t: TestContext) {
  const dir = await makeStation([], false, { own: true });
  const station = await openStation({ dir, kind: 'host', threads: false });
  t.after(() => station.close());
  const client = createClient(station.connect('test'));
  await client.call('session.signIn', { badge: 'EN-1', pin: '2222' });
  await client.call('ca.unlock', { secret: passphrase });
  const issue = async (unitSerial: string) => {
    const job = { csr: makeCsr(unitSerial).csrDer, unitSerial, orderId: undefined, actor: 'test' };
    const { serialHex } = await signCsr(job, station.parts.lineTools);
    return client.call('certificates.show', { serialHex });
  };
  return { dir, station, client, issue };
}

const named = async (client: Station, commonName: string) => {
  const { authorities } = await client.call('ca.hierarchy', {});
  const found = authorities.find((ca) => ca.commonName === commonName);
  assert.ok(found, `${commonName} is in the hierarchy`);
  return found;
};
const rootOf = (client: Station) => named(client, 'Test station Root CA');
const entriesOf = async ({ station }: Awaited<ReturnType<typeof bedOf>>) =>
  (await station.parts.ledger.listAudit({ limit: 100, offset: 0 })).rows.map(({ entry }) => entry);

test('another issuing CA takes over; what the first one issued keeps its chain, and both keep their CRLs', async (t) => {
  if (!needTools(t, 'openssl')) return;
  const bed = await bedOf(t);
  const { dir, client, issue, station } = bed;
  const before = await issue('UNIT-1');
  const root = await rootOf(client);
  const preview = await client.call('ca.preview', {
    commonName: 'Issuing CA 2',
    keyType: 'P-384',
    years: 40,
    parentId: root.issuerId,
  });
  assert.equal(preview.notAfterAt, root.notAfterAt, 'no longer than its parent, and said before it is made');
  assert.ok(preview.notes.length > 0);
  const { issuerId } = await client.call('ca.makeIssuing', {
    commonName: 'Issuing CA 2',
    keyType: 'P-384',
    years: 40,
    custody: file,
    parentId: root.issuerId,
    access,
  });
  const after = await issue('UNIT-2');
  const [first, second] = [await named(client, 'Test station Issuing CA'), await named(client, 'Issuing CA 2')];
  assert.deepEqual([first.active, second.active], [false, true]);
  assert.deepEqual([first.issued, second.issued], [1, 1]);
  assert.equal(second.issuerId, issuerId);
  const at = scratch(t);
  for (const { unitSerial, pem, chainPem } of [before, after]) {
    const [leaf, chain] = [at(`${unitSerial}.pem`, pem ?? ''), at(`${unitSerial}-chain.pem`, chainPem ?? '')];
    const judged = openssl([
      'verify',
      '-x509_strict',
      '-CAfile',
      paths(dir).rootCertificate,
      '-untrusted',
      chain,
      leaf,
    ]);
    assert.ok(judged.ok, judged.output);
  }
  const note = 'returned';
  await client.call('certificates.revoke', { serialHex: before.serialHex, reason: 'keyCompromise', note });
  await station.parts.crlJobs.idle();
  const crls = at('crls.pem', await readFile(paths(dir).crlPem, 'utf8'));
  const chain = at('both.pem', first.certificatePem + second.certificatePem);
  const check = (pem: string | null) =>
    openssl([
      ...['verify', '-crl_check', '-CAfile', paths(dir).rootCertificate, '-untrusted', chain, '-CRLfile', crls],
      at('leaf.pem', pem ?? ''),
    ]);
  assert.match(check(before.pem).output, /certificate revoked/, "the old CA's CRL goes on");
  assert.ok(check(after.pem).ok, check(after.pem).output);
  const status = await client.call('crl.status', {});
  assert.deepEqual(
    status.others.map(({ last }) => last?.entries),
    [1],
  );
  await client.call('ca.activate', { issuerId: first.issuerId });
  assert.equal((await named(client, 'Test station Issuing CA')).active, true);
  assert.ok((await entriesOf(bed)).includes('issuer.activated'));
});

test('a CA elsewhere certifies the issuing CA: its CSR goes out, its certificate comes back with the chain', async (t) => {
  if (!needTools(t, 'openssl')) return;
  const { client, issue, dir } = await bedOf(t);
  const request = await client.call('ca.request', { commonName: 'Plant CA', keyType: 'P-256', custody: file });
  const at = scratch(t);
  const csr = at('plant.csr', request.csrPem);
  const run = (...args: string[]) => {
    const { ok, output } = openssl(args);
    assert.ok(ok, output);
  };
  const [key, root, plant] = [at('root.key'), at('root.pem'), at('plant.pem')];
  run(
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', root],
    ...['-subj', '/O=Company/CN=Company Root', '-days', '3650'],
    ...['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign,cRLSign'],
  );
  const ext = at(
    'ext.cnf',
    'basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n',
  );
  run('x509', '-req', '-in', csr, '-CA', root, '-CAkey', key, '-out', plant, '-days', '1000', '-extfile', ext);
  const plantPem = await readFile(plant, 'utf8');
  const rootPem = await readFile(root, 'utf8');
  const { requestId } = request;
  await assert.rejects(client.call('ca.complete', { requestId, certificates: plantPem }), refuses('ca.unfit'));
  await assert.rejects(client.call('ca.complete', { requestId, certificates: rootPem }), refuses('ca.unfit'));
  const { issuerId } = await client.call('ca.complete', { requestId, certificates: `${rootPem}\n${plantPem}` });
  assert.equal((await client.call('ca.hierarchy', {})).requests.length, 0);
  assert.equal((await named(client, 'Company Root')).keyState, 'elsewhere');
  await assert.rejects(issue('UNIT-1'), refuses('ca.locked'));
  await client.call('ca.unlock', { issuerId, secret: passphrase });
  const { pem, chainPem } = await issue('UNIT-2');
  const judged = openssl([
    ...['verify', '-x509_strict', '-CAfile', root, '-untrusted', at('chain.pem', chainPem ?? '')],
    at('leaf.pem', pem ?? ''),
  ]);
  assert.ok(judged.ok, judged.output);
  const given = await client.call('ca.request', { commonName: 'Given up', keyType: 'P-256', custody: file });
  const files = await readdir(paths(dir).ca);
  await client.call('ca.discard', { requestId: given.requestId });
  const left = await readdir(paths(dir).ca);
  assert.equal(left.length, files.length - 1, 'the key of a request that was given up is gone');
});

test('the root goes offline only after a backup was proved, and comes back for one act from shares or an export', async (t) => {
  const bed = await bedOf(t);
  const { dir, client } = bed;
  const { issuerId, commonName } = await rootOf(client);
  const confirm = commonName;
  await assert.rejects(client.call('ca.takeOffline', { issuerId, confirm }), refuses('ca.notProved'));
  const outPassphrase = 'a passphrase of the safe';
  const exported = await client.call('ca.exportKey', { issuerId, access, format: 'p12', passphrase: outPassphrase });
  const { shares } = await client.call('ca.splitKey', { issuerId, access, shares: 3, threshold: 2 });
  const [one = '', two = '', three = ''] = shares;
  const prove = (which: string[]) =>
    client.call('ca.proveBackup', { issuerId, access: { kind: 'shares', shares: which } });
  await assert.rejects(prove([one, one]), refuses('ca.badShares'));
  await prove([three, one]);
  assert.notEqual((await rootOf(client)).backupProvedAt, null);
  await assert.rejects(client.call('ca.takeOffline', { issuerId, confirm: 'root' }), refuses('call.badParams'));
  await client.call('ca.takeOffline', { issuerId, confirm });
  assert.ok(!existsSync(paths(dir).rootKey), 'the key file is gone');
  assert.equal((await rootOf(client)).keyState, 'elsewhere');
  const make = (name: string, how: Parameters<typeof client.call<'ca.makeIssuing'>>[1]['access']) =>
    client.call('ca.makeIssuing', {
      commonName: name,
      keyType: 'P-256',
      years: 5,
      custody: file,
      parentId: issuerId,
      access: how,
      activate: false,
    });
  await assert.rejects(make('By nothing', access), refuses('ca.missing'));
  await make('By shares', { kind: 'shares', shares: [two, three] });
  await make('By export', { kind: 'export', content: exported.content, passphrase: outPassphrase });
  assert.ok(!existsSync(paths(dir).rootKey), 'it was here for one act only');
  const active = (await client.call('ca.hierarchy', {})).authorities.find((ca) => ca.active);
  const issuing = { issuerId: active?.issuerId ?? '', confirm: active?.commonName ?? '' };
  await assert.rejects(client.call('ca.takeOffline', issuing), refuses('ca.inUse'));
  const entries = await entriesOf(bed);
  for (const entry of ['ca.exported', 'ca.split', 'ca.backupProved', 'ca.keyMoved', 'issuer.added', 'call.refused'])
    assert.ok(entries.includes(entry), `${entry} is in the audit log`);
});

test('an existing CA is brought in from PKCS#12 and from PEM, once, and issues', async (t) => {
  if (!needTools(t, 'openssl')) return;
  const { client, issue } = await bedOf(t);
  const other = await bedOf(t);
  const theirs = await named(other.client, 'Test station Issuing CA');
  const exported = await other.client.call('ca.exportKey', {
    issuerId: theirs.issuerId,
    access,
    format: 'p12',
    passphrase: 'a passphrase on the way',
  });
  const bring = (filePassphrase: string) =>
    client.call('ca.import', { content: exported.content, filePassphrase, passphrase, activate: true });
  await assert.rejects(bring('wrong passphrase'), refuses('ca.wrongPassphrase'));
  const { issuerId } = await bring('a passphrase on the way');
  assert.equal(issuerId, theirs.issuerId);
  await assert.rejects(bring('a passphrase on the way'), refuses('ca.exists'));
  await client.call('ca.unlock', { secret: passphrase });
  const { pem, chainPem } = await issue('UNIT-1');
  const at = scratch(t);
  const root = at('root.pem', (await rootOf(other.client)).certificatePem);
  const judged = openssl([
    'verify',
    '-CAfile',
    root,
    '-untrusted',
    at('c.pem', chainPem ?? ''),
    at('l.pem', pem ?? ''),
  ]);
  assert.ok(judged.ok, judged.output);
  await assert.rejects(
    client.call('ca.import', { content: Buffer.from('nothing').toString('base64'), passphrase }),
    refuses('ca.badKeyFile'),
  );
});

test('the passphrase of a key file is changed: the old one opens nothing more, what is open stays open', async (t) => {
  if (!needTools(t, 'openssl')) return;
  const bed = await bedOf(t);
  const { dir, client, issue } = bed;
  const { issuerId, custodyText } = await named(client, 'Test station Issuing CA');
  const change = (secret: string, next: string) =>
    client.call('ca.changePassphrase', { issuerId, secret, passphrase: next });
  const next = 'another twelve letters';
  const keyFile = join(dir, custodyText);
  const before = await readFile(keyFile, 'utf8');
  await assert.rejects(change('not the passphrase', next), refuses('ca.wrongPassphrase'));
  await assert.rejects(change(passphrase, 'short'), refuses('call.badParams'));
  assert.equal(await readFile(keyFile, 'utf8'), before, 'what is refused changes nothing');
  await change(passphrase, next);
  await issue('UNIT-1');
  await client.call('ca.lock', {});
  await assert.rejects(client.call('ca.unlock', { secret: passphrase }), refuses('ca.wrongPassphrase'));
  await client.call('ca.unlock', { secret: next });
  await issue('UNIT-2');
  const opens = (secret: string) => openssl(['pkey', '-in', keyFile, '-passin', `pass:${secret}`, '-noout']).ok;
  assert.deepEqual([opens(passphrase), opens(next)], [false, true]);
  const root = await rootOf(client);
  assert.equal(root.keyState, 'locked');
  await client.call('ca.changePassphrase', { issuerId: root.issuerId, secret: passphrase, passphrase: next });
  assert.equal((await entriesOf(bed)).filter((entry) => entry === 'ca.passphraseChanged').length, 2);
});

test('only an engineer acts on CAs, and no secret reaches the log or the records', async (t) => {
  const { dir, station, client } = await bedOf(t);
  const operator = createClient(station.connect('test'));
  await operator.call('session.signIn', { badge: 'OP-1', pin: '1111' });
  const { issuerId } = await rootOf(client);
  const denied = operator.call('ca.splitKey', { issuerId, access, shares: 3, threshold: 2 });
  await assert.rejects(denied, refuses('session.forbidden'));
  const { shares } = await client.call('ca.splitKey', { issuerId, access, shares: 2, threshold: 2 });
  await client.call('ca.proveBackup', { issuerId, access: { kind: 'shares', shares } });
  const { rows } = await station.parts.ledger.listAudit({ limit: 500, offset: 0 });
  await station.close();
  const folder = await readdir(dir, { recursive: true, withFileTypes: true });
  const texts = await Promise.all(
    folder.filter((entry) => entry.isFile()).map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1')),
  );
  for (const secret of [passphrase, ...shares.map((share) => share.slice(-40))]) {
    assert.ok(!JSON.stringify(rows).includes(secret), 'not in the audit log');
    assert.ok(!texts.some((text) => text.includes(secret)), 'not in a file of the station');
  }
});
