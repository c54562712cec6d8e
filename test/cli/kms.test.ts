/** Rights by the command line where the CA's key is in AWS KMS, which asks for no passphrase. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ListKeysCommand } from '@aws-sdk/client-kms';
import { pemOf } from '../../app/ca/index.ts';
import { paths } from '../../app/station/index.ts';
import { openLedger } from '../../main/openstation.ts';
import { makeCsr, needTools, openssl, scratch } from '../ca/support.ts';
import { kmsClient, practice } from '../practice/support.ts';
import { makeStation, passphrase } from '../support.ts';
import { commandLine } from './commandline.ts';

/** A practice AWS, files with secrets, and the commands with its credentials; `--json` prints one JSON value. */
async function bedOf(t: TestContext) {
  const aws = await practice(t);
  const { json, giveCredentials } = commandLine();
  giveCredentials(aws.credentials);
  const done = async (...args: string[]) => {
    const { code, value } = await json(...args);
    assert.equal(code, 0, JSON.stringify(value));
    return value;
  };
  const at = scratch(t);
  const right = ['--passphrase-file', at('right', passphrase)];
  const inKms = ['--kept-in', 'kms', '--region', aws.region, '--endpoint-url', aws.endpoint];
  return { aws, at, json, done, right, inKms };
}

const makeCa = ['ca', 'make-issuing', '--name', 'In KMS', '--parent', 'Test station Root CA'];

test('no passphrase gives rights; an engineer with badge and PIN needs none', async (t) => {
  if (!needTools(t, 'openssl')) return;
  const { aws, at, json, done, right, inKms } = await bedOf(t);
  const dir = await makeStation();
  const data = ['--data', dir];
  await done(...makeCa, ...inKms, ...data, ...right);

  const csr = (serial: string) => at(`${serial}.csr`, pemOf('CERTIFICATE REQUEST', makeCsr(serial).csrDer));
  const sign = (serial: string) => ['ca', 'sign', '--csr', csr(serial), '--unit-serial', serial, ...data];
  const revoke = (serial: string) => [
    'ca',
    'revoke',
    '--unit-serial',
    serial,
    '--reason',
    'keyCompromise',
    '--note',
    'found in a river',
    ...data,
  ];
  const newcomer = ['people', 'add', '--name', 'Eve', '--new-badge', 'EN-9', '--new-pin-file', at('eve', '904713')];
  const asEngineer = [...newcomer, '--role', 'engineer', ...data];
  const guess = ['--passphrase-file', at('guess', 'anything at all')];
  for (const command of [
    [...asEngineer, ...right],
    [...asEngineer, ...guess],
    [...sign('EVE-1'), ...guess],
    ['ca', 'crl', ...data],
  ]) {
    const { code, value } = await json(...command);
    assert.deepEqual([code, value.error?.code], [1, 'session.forbidden'], command.join(' '));
    assert.match(value.error.detail, /AWS KMS.*--badge/);
  }
  const operator = ['--badge', 'OP-1', '--pin-file', at('operator', '1111')];
  assert.equal((await json(...asEngineer, ...operator, ...right)).value.error.code, 'session.forbidden');

  const engineer = ['--badge', 'EN-1', '--pin-file', at('engineer', '2222')];
  const people = await done('people', 'list', ...data, ...engineer);
  assert.deepEqual(
    people.map(({ badge }: { badge: string }) => badge),
    ['EN-1', 'OP-1'],
  );
  const { certificatePem, chainPem } = await done(...sign('SN-1'), ...engineer);
  const chain = ['-CAfile', paths(dir).rootCertificate, '-untrusted', at('chain.pem', chainPem)];
  const judged = openssl(['verify', ...chain, at('leaf.pem', certificatePem)]);
  assert.ok(judged.ok, judged.output);
  assert.equal((await done('ca', 'crl', ...data, ...engineer)).entries, 0);
  assert.equal((await done(...revoke('SN-1'), ...engineer)).crl.due, null, 'the CRL is made again at once');

  await done(...sign('SN-2'), ...engineer);
  await aws.close();
  const offline = await done(...revoke('SN-2'), ...engineer);
  assert.deepEqual([offline.state, offline.crl.due], ['revoked', 'revocation'], 'revoked, whether KMS answers or not');

  const { ledger, close } = await openLedger(paths(dir).records);
  t.after(close);
  const { rows } = await ledger.listAudit({ limit: 200, offset: 0 });
  const unlockers = rows.filter(({ entry, actor }) => entry === 'ca.unlocked' && actor === 'Erin (EN-1)');
  assert.equal(unlockers.length, 4, 'each command that opened the CA is on record under the person');
});

test('a CA in KMS does not become the active one while nobody has a badge to get rights with', async (t) => {
  const { aws, at, json, done, right, inKms } = await bedOf(t);
  const data = ['--data', at('station')];
  await done('init', '--name', 'Test station', ...data, ...right);
  const { code, value } = await json(...makeCa, ...inKms, ...data, ...right);
  assert.deepEqual([code, value.error?.code], [2, 'call.badParams']);
  assert.match(value.error.detail, /add an engineer first/);
  const { Keys } = await kmsClient(t, aws).send(new ListKeysCommand({}));
  assert.deepEqual(Keys, [], 'no key was made');

  await done(...makeCa, ...inKms, '--no-activate', ...data, ...right);
  const activate = ['ca', 'activate', 'In KMS', ...data, ...right];
  assert.match((await json(...activate)).value.error.detail, /add an engineer first/);
  const pin = at('pin', '275183');
  const erin = ['--name', 'Erin', '--new-badge', 'EN-1', '--new-pin-file', pin, '--role', 'engineer'];
  await done('people', 'add', ...erin, ...data, ...right);
  await done(...activate);
  const settings = ['station', 'set', '--idle-minutes', '5', ...data];
  assert.equal((await json(...settings, ...right)).value.error.code, 'session.forbidden');
  const engineer = ['--badge', 'EN-1', '--pin-file', pin];
  await done(...settings, ...engineer);

  const root = ['ca', 'make-root', '--name', 'Root in KMS', ...inKms, ...data, ...engineer];
  await done(...root);
  const below = ['ca', 'make-issuing', '--name', 'Below it', '--parent', 'Root in KMS', ...inKms, ...data, ...engineer];
  await done(...below);
});
