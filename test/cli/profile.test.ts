/** Profiles by the command line: listed, checked, previewed, issued with. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { paths } from '../../app/station/index.ts';
import { openLedger } from '../../main/openstation.ts';
import { fullProfileFile, needTools, openssl } from '../ca/support.ts';
import { makeStation, passphrase } from '../support.ts';
import { json } from './commandline.ts';

describe('profiles by the command line', { concurrency: false, timeout: 300_000 }, () => {
  let folder: string;
  let data: string;
  let csr: string;
  let typo: string;
  const station = (...args: string[]) => json(...args, '--data', data);
  const hardware = ['--model', 'M-1', '--hardware-id', '0123456789abcdef'];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'birthmark-profiles-'));
    data = await makeStation();
    await mkdir(join(data, 'profiles'));
    await writeFile(join(data, 'profiles', 'everything.json'), JSON.stringify(fullProfileFile));
    typo = join(data, 'profiles', 'typo.json');
    await writeFile(typo, JSON.stringify({ ...fullProfileFile, name: 'typo', validity: { kind: 'days' } }));
    await writeFile(join(folder, 'passphrase'), passphrase, { mode: 0o600 });
    csr = join(folder, 'file.csr');
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', join(folder, 'key')];
    openssl(['req', '-new', ...key, '-subj', '/CN=SN-1', '-out', csr]);
  });

  test('list tells the usable from the others', async () => {
    const { code, value } = await station('profiles', 'list');
    assert.equal(code, 0);
    assert.deepEqual(
      value.map(({ name, from, problems }: { name: string; from: string; problems: unknown[] }) => [
        name,
        from,
        problems.length,
      ]),
      [
        ['aws-iot-device', 'product', 0],
        ['ieee-802.1ar-idevid', 'product', 0],
        ['everything', 'file', 0],
        ['typo', 'file', 1],
      ],
    );
  });

  test('check names the field and what is allowed', async () => {
    const bad = await json('profiles', 'check', typo);
    assert.equal(bad.code, 1);
    assert.equal(bad.value.ok, false);
    assert.equal(bad.value.problems[0].path, 'validity.days');
    const good = await json('profiles', 'check', join(data, 'profiles', 'everything.json'));
    assert.deepEqual([good.code, good.value], [0, { ok: true, problems: [] }]);
  });

  test('preview shows the certificate that sign then makes, and leaves no unit behind', async (t) => {
    if (!needTools(t, 'openssl')) return;
    const unit = ['--profile', 'everything', '--unit-serial', 'SN-1', '--csr', csr, ...hardware];
    const preview = await station('ca', 'preview', ...unit);
    assert.equal(preview.code, 0, JSON.stringify(preview.value));
    assert.deepEqual(preview.value.problems, []);
    assert.match(preview.value.subject, /^CN=SN-1,dnQualifier=M-1/);
    assert.deepEqual((await station('units', 'list')).value, []);
    const secret = ['--passphrase-file', join(folder, 'passphrase')];
    const refused = await station('ca', 'sign', ...unit, ...secret);
    assert.equal(refused.value.error.code, 'order.profileNotAllowed', 'the default order is for another profile');
    const order = ['orders', 'make', 'ALL', '--model', '*', '--quantity', '5', '--profile', 'everything'];
    assert.equal((await station(...order, ...secret)).code, 0);
    const signed = await station('ca', 'sign', ...unit, ...secret);
    assert.equal(signed.code, 0, JSON.stringify(signed.value));
    const text = openssl(['x509', '-noout', '-text'], signed.value.certificatePem).output;
    for (const name of ['URI:urn:example:unit:SN-1', 'DNS:SN-1.units.example', 'Policy: 1.3.6.1.4.1.99999.2.1'])
      assert.ok(text.includes(name), name);
  });

  test('preview needs no CSR, and says what it cannot know', async () => {
    const example = await station('ca', 'preview', '--unit-serial', 'SN-2', '--key-type', 'RSA-2048');
    assert.equal(example.value.profile, 'aws-iot-device');
    assert.equal(example.value.keyType, 'RSA-2048');
    const idevid = ['--profile', 'ieee-802.1ar-idevid', '--unit-serial', 'SN-2'];
    const unknown = await station('ca', 'preview', ...idevid);
    assert.equal(unknown.code, 2);
    assert.match(unknown.value.error.detail, /needs "model"/);
    const known = await station('ca', 'preview', ...idevid, ...hardware);
    assert.equal(known.value.notAfterAt, '9999-12-31T23:59:59.000Z');
    assert.match(known.value.subjectAltNames[0], /^hardwareModuleName: type 2\.25\.\d+, serial 0123456789abcdef$/);
  });

  test('neither a profile with mistakes nor one nobody knows issues anything', async () => {
    for (const [profile, expected] of [
      ['typo', 'policy.profileInvalid'],
      ['none', 'policy.profileUnknown'],
    ] as const) {
      const secret = ['--passphrase-file', join(folder, 'passphrase')];
      const sign = ['ca', 'sign', '--profile', profile, '--unit-serial', 'SN-3', '--csr', csr, ...secret];
      const { code, value } = await station(...sign);
      assert.equal(code, 3);
      assert.equal(value.error.code, expected);
    }
  });

  test('use is for engineers, takes only a usable profile, and is what the station issues with from then on', async () => {
    const secret = ['--passphrase-file', join(folder, 'passphrase')];
    assert.equal((await station('profiles', 'use', 'everything')).value.error.code, 'session.forbidden');
    assert.equal((await station('profiles', 'use', 'typo', ...secret)).value.error.code, 'policy.profileInvalid');
    const before = await station('ca', 'preview', '--unit-serial', 'SN-4');
    assert.equal(before.value.profile, 'aws-iot-device');
    const chosen = await station('profiles', 'use', 'everything', ...secret);
    assert.deepEqual([chosen.code, chosen.value], [0, { profile: 'everything' }]);
    const after = await station('ca', 'preview', '--unit-serial', 'SN-4', ...hardware);
    assert.equal(after.value.profile, 'everything');
  });

  test('list says which one is used; who may not choose one is on record as refused', async () => {
    const { value } = await station('profiles', 'list');
    const used = value.filter(({ inUse }: { inUse: boolean }) => inUse);
    assert.deepEqual(
      used.map(({ name }: { name: string }) => name),
      ['everything'],
    );
    const operator = ['--badge', 'OP-1', '--pin-file', join(folder, 'operator')];
    await writeFile(join(folder, 'operator'), '1111', { mode: 0o600 });
    assert.equal(
      (await station('profiles', 'use', 'aws-iot-device', ...operator)).value.error.code,
      'session.forbidden',
    );
    const { ledger, close } = await openLedger(paths(data).records);
    const { rows } = await ledger.listAudit({ limit: 500, offset: 0 });
    await close();
    const refused = rows.filter(({ entry, subject }) => entry === 'call.refused' && subject === 'profiles.use');
    assert.ok(refused.some(({ actor, data }) => actor === 'Ola (OP-1)' && data.code === 'session.forbidden'));
  });

  test('save keeps a checked profile under its name, and remove takes away one that is not used', async () => {
    const secret = ['--passphrase-file', join(folder, 'passphrase')];
    const file = join(folder, 'mine.json');
    await writeFile(file, JSON.stringify({ ...fullProfileFile, name: 'mine' }));
    assert.equal((await station('profiles', 'save', file)).value.error.code, 'session.forbidden');
    const wrong = await station('profiles', 'save', typo, ...secret);
    assert.equal(wrong.value.error.code, 'policy.profileInvalid');
    assert.match(wrong.value.error.detail, /^validity\.days: /, 'which field');
    const missing = await station('profiles', 'save', join(folder, 'no-such-file'), ...secret);
    assert.deepEqual([missing.code, missing.value.error.code], [2, 'call.badParams']);
    const saved = await station('profiles', 'save', file, ...secret);
    assert.deepEqual([saved.code, saved.value], [0, { name: 'mine' }]);
    const unit = ['--unit-serial', 'SN-5', '--profile', 'mine', ...hardware];
    assert.equal((await station('ca', 'preview', ...unit)).value.profile, 'mine');

    assert.equal((await station('profiles', 'remove', 'mine')).value.error.code, 'session.forbidden');
    const inUse = await station('profiles', 'remove', 'everything', ...secret);
    assert.deepEqual([inUse.code, inUse.value.error.code], [2, 'call.badParams']);
    assert.match(inUse.value.error.detail, /use another profile first/);
    const product = await station('profiles', 'remove', 'aws-iot-device', ...secret);
    assert.equal(product.value.error.code, 'policy.profileUnknown');
    const removed = await station('profiles', 'remove', 'mine', ...secret);
    assert.deepEqual([removed.code, removed.value], [0, { name: 'mine' }]);
    assert.equal((await station('ca', 'preview', ...unit)).value.error.code, 'policy.profileUnknown');
  });
});
