/** `target`: accounts and Regions as named settings, with the files of earlier releases. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { before, test } from 'node:test';
import { usualBackups } from '../../app/contract/backups.ts';
import { paths, readConfig } from '../../app/station/index.ts';
import { makeStation, passphrase } from '../support.ts';
import { json } from './commandline.ts';

let data = '';
let rights: string[] = [];
const aws = ['--region', 'eu-central-1', '--bucket', 'units-fra', '--role-arn', 'arn:aws:iam::123456789012:role/reg'];
/** The same with other values: an option stands once. */
const awsWith = (...given: string[]) => [...aws.filter((_, at) => !given.includes(aws[at - (at % 2)]!)), ...given];

before(async () => {
  data = await makeStation();
  const secret = join(dirname(data), 'passphrase');
  await writeFile(secret, passphrase);
  rights = ['--data', data, '--passphrase-file', secret];
});

const names = async () =>
  ((await json('target', 'list', '--data', data)).value as unknown as { name: string }[]).map(({ name }) => name);

test('the one target of an earlier release is `main`, and the next change writes it as such', async () => {
  const { targets: _, ...config } = JSON.parse(await readFile(paths(data).config, 'utf8'));
  const cloud = {
    region: 'us-east-1',
    bucket: 'old',
    roleArn: 'arn:aws:iam::123456789012:role/old',
    policyNames: ['p'],
  };
  await writeFile(paths(data).config, JSON.stringify({ ...config, cloud }));
  assert.deepEqual((await readConfig(data)).targets, [{ name: 'main', ...cloud }]);
  assert.equal((await json('station', 'set', '--bucket', 'older', ...rights)).code, 0);
  const written = JSON.parse(await readFile(paths(data).config, 'utf8'));
  assert.deepEqual(written.targets, [{ name: 'main', ...cloud, bucket: 'older' }]);
  assert.equal('cloud' in written, false);
  await writeFile(paths(data).config, JSON.stringify({ ...config, cloud: null }));
  assert.deepEqual((await readConfig(data)).targets, []);
});

test('a target that no account of AWS could have is refused, with the flag that says it', async () => {
  const refused = async (flag: string, ...given: string[]) => {
    const { code, value } = await json('target', 'add', 'odd', ...awsWith(...given), ...rights);
    assert.equal(code, 2, given.join(' '));
    assert.match(value.error.detail, new RegExp(`^${flag}: `));
  };
  await refused('--role-arn', '--account-id', '210987654321');
  await refused('--role-arn', '--region', 'cn-north-1');
  await refused('--role-arn', '--role-arn', 'arn:aws-us-gov:iam::123456789012:role/reg');
  await refused('--endpoint-url', '--endpoint-url', 'ftp://127.0.0.1');
  for (const role of ['a"b', 'Köln', 'a b', 'path/', 'r'.repeat(65), 'a;b'])
    await refused('--role-arn', '--role-arn', `arn:aws:iam::123456789012:role/${role}`);
  await refused('--policy', '--policy', 'a', 'b', 'a');
  for (const name of ['Units_FRA', 'a..b', '192.168.0.1', 'units-', 'xn--units', 'units-s3alias', 'u'.repeat(64)])
    await refused('--bucket', '--bucket', name);
  assert.deepEqual(await names(), []);
});

test('a bucket of backups or checkpoints that S3 cannot have is refused; one that is kept is read', async () => {
  const config = await readFile(paths(data).config, 'utf8');
  const bucket = { target: 'main', bucket: 'a..b', prefix: 'backups/' };
  await writeFile(paths(data).config, JSON.stringify({ ...JSON.parse(config), backup: { ...usualBackups, bucket } }));
  assert.equal((await readConfig(data)).backup?.bucket?.bucket, 'a..b');
  await writeFile(paths(data).config, config);
  assert.equal((await json('target', 'add', 'fra', ...aws, ...rights)).code, 0);
  for (const command of [['backup'], ['checkpoints']]) {
    const { code, value } = await json(...command, 'set', '--target', 'fra', '--bucket', 'a..b', ...rights);
    assert.deepEqual([code, value.error?.code], [2, 'call.badParams'], command.join(' '));
    assert.match(value.error.detail, /^--bucket: a name that S3 takes/);
  }
  assert.equal((await json('target', 'remove', 'fra', '--leave-crl', ...rights)).code, 0);
});

test('targets are added, changed, put first and forgotten by name', async () => {
  assert.deepEqual(await names(), []);
  assert.equal((await json('target', 'add', 'fra', ...aws, ...rights)).code, 0);
  const dub = await json(
    'target',
    'add',
    'dub',
    ...aws,
    '--profile',
    'factory',
    '--account-id',
    '123456789012',
    ...rights,
  );
  assert.deepEqual([dub.value.profile, dub.value.accountId], ['factory', '123456789012']);
  assert.deepEqual(await names(), ['fra', 'dub']);
  const changed = await json('target', 'change', 'dub', '--region', 'eu-west-1', '--policy', 'a', 'b', ...rights);
  assert.deepEqual(
    [changed.value.region, changed.value.policyNames, changed.value.bucket],
    ['eu-west-1', ['a', 'b'], 'units-fra'],
  );
  assert.equal((await json('target', 'prefer', 'dub', ...rights)).code, 0);
  assert.deepEqual(await names(), ['dub', 'fra']);
  assert.equal((await json('target', 'show', 'dub', '--data', data)).value.region, 'eu-west-1');
  const held = await json('target', 'remove', 'dub', ...rights);
  assert.deepEqual([held.code, (held.value.error as { code: string }).code], [1, 'cloud.crlTarget']);
  assert.match((held.value.error as { detail: string }).detail, /target prefer fra/, 'it names the next act');
  assert.equal((await json('target', 'remove', 'dub', '--leave-crl', ...rights)).code, 0);
  assert.deepEqual(await names(), ['fra']);
});

test('a target that cannot be is refused with its flag, and one that is not there by its name', async () => {
  const code = ({ code, value }: Awaited<ReturnType<typeof json>>) => [code, (value.error as { code: string }).code];
  const bad = await json('target', 'add', 'x', ...awsWith('--role-arn', 'no'), ...rights);
  assert.deepEqual(code(bad), [2, 'call.badParams']);
  assert.match((bad.value.error as { detail: string }).detail, /^--role-arn/);
  assert.deepEqual(code(await json('target', 'add', 'fra', ...aws, ...rights)), [2, 'call.badParams']);
  assert.deepEqual(code(await json('target', 'add', 'No Spaces', ...aws, ...rights)), [2, 'call.badParams']);
  for (const act of ['change', 'prefer', 'remove', 'show']) {
    const who = act === 'show' ? ['--data', data] : rights;
    assert.deepEqual(code(await json('target', act, 'nowhere', ...who)), [1, 'cloud.noTarget'], act);
  }
  assert.equal((await json('target', 'remove', 'fra', '--data', data)).code, 1, 'qa may not');
});
