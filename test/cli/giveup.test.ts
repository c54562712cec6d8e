/** Acts of two persons and a CA given up, by the command line. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { pemOf } from '../../app/ca/index.ts';
import { makeCsr, needTools, openssl, scratch } from '../ca/support.ts';
import { makeStation, passphrase } from '../support.ts';
import { json, run } from './commandline.ts';

const refusalOf = ({ code, value }: { code: number; value: { error?: { code: string } } }) => [code, value.error?.code];

test('alone it is said before; with a second engineer the passphrase is not enough, two badges are', async (t) => {
  const at = scratch(t);
  const dir = await makeStation();
  const file = (name: string, text: string) => at(name, `${text}\n`);
  const [secret, safe] = [file('passphrase', passphrase), file('safe', 'a passphrase of the safe')];
  const withCa = ['--data', dir, '--passphrase-file', secret];
  const asErin = [...withCa, '--badge', 'EN-1', '--pin-file', file('erin', '2222')];
  const exporting = ['ca', 'export', 'Test station Root CA', '--out-passphrase-file', safe];
  const alone = await run(...exporting, '--out', at('1.pem'), ...asErin, '--json');
  assert.equal(alone.code, 0, alone.err);
  assert.match(alone.err, /one person alone/);
  assert.equal(JSON.parse(alone.out).alone, true);

  const enzo = [
    '--name',
    'Enzo',
    '--new-badge',
    'EN-2',
    '--role',
    'engineer',
    '--new-pin-file',
    file('enzo', '480627'),
  ];
  const added = await json('people', 'add', ...enzo, ...asErin);
  assert.equal(added.code, 0, JSON.stringify(added.value));
  const bare = await run(...exporting, '--out', at('2.pem'), ...withCa, '--json');
  assert.deepEqual([bare.code, JSON.parse(bare.out).error.code], [1, 'session.secondPerson']);
  assert.match(bare.err, /--second-badge/, 'the way to do it');
  assert.deepEqual(refusalOf(await json(...exporting, '--out', at('2.pem'), ...asErin)), [1, 'session.secondPerson']);
  const bySecond = (pin: string) => ['--second-badge', 'EN-2', '--second-pin-file', file(`pin-${pin}`, pin)];
  const wrong = await json(...exporting, '--out', at('2.pem'), ...asErin, ...bySecond('000000'));
  assert.deepEqual(refusalOf(wrong), [1, 'session.wrongPin']);
  assert.ok(!existsSync(at('2.pem')), 'nothing was written');
  const both = await json(...exporting, '--out', at('2.pem'), ...asErin, ...bySecond('480627'));
  assert.deepEqual([both.code, both.value.alone], [0, false], JSON.stringify(both.value));
  assert.match(readFileSync(at('2.pem'), 'utf8'), /ENCRYPTED PRIVATE KEY/);
});

test('a CA is revoked by a command; the CRL of its root is made, shown, renewed and judged by openssl', async (t) => {
  if (!needTools(t, 'openssl')) return;
  const at = scratch(t);
  // A process signs a CRL of each number once, and the CA of the other stations may have had its first.
  const dir = await makeStation([], false, { own: true });
  const withCa = ['--data', dir, '--passphrase-file', at('passphrase', `${passphrase}\n`)];
  const done = async (...args: string[]) => {
    const { code, value } = await json('ca', ...args, ...withCa);
    assert.equal(code, 0, JSON.stringify(value));
    return value;
  };
  const csr = at('unit.csr', pemOf('CERTIFICATE REQUEST', makeCsr('CLI-1').csrDer));
  const signed = await done('sign', '--csr', csr, '--unit-serial', 'CLI-1');
  await done('crl');
  const first = await done('root-crl', '--out', at('root.pem'));
  assert.deepEqual([first.entries, first.file], [0, at('root.pem')]);
  const root = `${dir}/ca/root.crt.pem`;
  const judge = () =>
    openssl([
      ...['verify', '-crl_check_all', '-CAfile', root, '-untrusted', `${dir}/ca/issuing.crt.pem`],
      ...['-CRLfile', `${dir}/crl/issuing.crl.pem`, at('leaf.pem', signed.certificatePem)],
    ]);
  assert.ok(judge().ok, judge().output);
  const revoking = ['revoke-ca', 'Test station Issuing CA', '--note', 'the PC was stolen'];
  const badReason = await json('ca', ...revoking, '--reason', 'bored', ...withCa);
  assert.deepEqual(refusalOf(badReason), [2, 'call.badParams']);
  const revoked = await done(...revoking, '--reason', 'keyCompromise');
  assert.deepEqual([revoked.certificates, revoked.alone, revoked.rootCrl.entries], [1, true, 1]);
  assert.equal(revoked.revocation.reason, 'cACompromise', "RFC 5280's name for it");
  assert.match(judge().output, /certificate revoked/);
  assert.deepEqual(refusalOf(await json('ca', ...revoking, '--reason', 'superseded', ...withCa)), [3, 'ca.revoked']);
  const shown = await run('ca', 'show', '--data', dir);
  assert.match(shown.out, /Issuing CA[^\n]*REVOKED[^\n]*1 of them in use/);
  const under = await json(
    'ca',
    'certificates',
    '--issuer',
    'Test station Issuing CA',
    '--state',
    'issued',
    '--data',
    dir,
  );
  assert.deepEqual(
    under.value.map(({ unitSerial }: { unitSerial: string }) => unitSerial),
    ['CLI-1'],
  );
  await done('make-issuing', '--name', 'Next', '--parent', 'Test station Root CA');
  const set = await json('station', 'set', '--root-crl-valid-days', '200', ...withCa);
  assert.deepEqual(set.value.rootCrl, { validDays: 200 });
  const renewed = await done('root-crl', 'Test station Root CA');
  const days = (Date.parse(renewed.nextUpdateAt) - Date.parse(renewed.thisUpdateAt)) / 86_400_000;
  assert.deepEqual([renewed.entries, days], [1, 200]);
});
