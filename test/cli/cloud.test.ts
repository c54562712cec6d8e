/** `target test|cloudformation|endpoint`, `cloud ca` and `cloud certificates`, against a practice AWS. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { pemOf } from '../../app/ca/index.ts';
import { type PracticeAws, startPracticeAws, userName } from '../../app/practice/aws/index.ts';
import { makeCsr } from '../ca/support.ts';
import { wallClock } from '../practice/support.ts';
import { makeStation, passphrase } from '../support.ts';
import { commandLine } from './commandline.ts';

const { json, run, giveCredentials } = commandLine();

let aws: PracticeAws;
let data = '';
let rights: string[] = [];

before(async () => {
  aws = await startPracticeAws({ clock: wallClock(), rate: Number.POSITIVE_INFINITY });
  giveCredentials(aws.credentials);
  data = await makeStation();
  const secret = join(dirname(data), 'passphrase');
  await writeFile(secret, passphrase);
  rights = ['--data', data, '--passphrase-file', secret];
  const { region, bucket, roleArn, endpoint } = aws;
  const place = ['--region', region, '--bucket', bucket, '--role-arn', roleArn, '--endpoint-url', endpoint];
  assert.equal((await json('target', 'add', 'fra', ...place, ...rights)).code, 0);
});
after(() => aws.close());

const permit = (policy: object | null) =>
  aws.act({ act: 'policy', identity: userName, policy: policy && JSON.stringify(policy) });

test('target test: what is missing is named, exit 1; with the written policy all is well', async () => {
  const written = await json('target', 'cloudformation', 'fra', '--way', 'registerThing', '--plain', '--data', data);
  const policy = written.value.documents['station-policy.json'];
  permit(policy);
  const ask = () => json('target', 'test', 'fra', '--way', 'registerThing', '--data', data);
  const well = await ask();
  assert.deepEqual([well.code, well.value.ok, well.value.how, well.value.problems], [0, true, 'tried', []]);
  const less = structuredClone(policy);
  for (const one of less.Statement) one.Action = one.Action.filter((action: string) => action !== 'iot:RegisterThing');
  permit(less);
  const ill = await ask();
  assert.deepEqual(
    [ill.code, ill.value.problems.map(({ path }: { path: string }) => path)],
    [1, ['iot:RegisterThing']],
  );
  assert.match(
    (await run('target', 'test', 'fra', '--way', 'registerThing', '--data', data)).out,
    /NO {3}iot:RegisterThing/,
  );
  permit(null);
  assert.equal(
    (await json('target', 'test', 'fra', '--way', 'nothing', '--data', data)).value.error.code,
    'call.badParams',
  );
});

test('target cloudformation writes files; target endpoint compares, and takes AWS’s', async () => {
  const out = join(dirname(data), 'stack.json');
  const stack = await run('target', 'cloudformation', 'fra', '--out', out, '--data', data);
  assert.match(stack.err, /aws cloudformation deploy --template-file/);
  assert.ok(JSON.parse(await readFile(out, 'utf8')).Resources.Bucket);
  const folder = join(dirname(data), 'plain');
  await json('target', 'cloudformation', 'fra', '--plain', '--out', folder, '--data', data);
  assert.match(await readFile(join(folder, 'commands.sh'), 'utf8'), /aws iam create-role/);
  const jitr = ['target', 'cloudformation', 'fra', '--plain', '--way', 'jitr', '--data', data];
  const printed = await json(...jitr);
  assert.match(printed.value.documents['index.js'], /exports\.handler/, 'a document that is no JSON');
  assert.equal((await run(...jitr)).code, 0);
  // The folder has what its commands use, and what a person put there.
  await writeFile(join(folder, 'hook.js'), 'mine');
  await json(...jitr, '--out', folder);
  assert.ok((await readdir(folder)).includes('jitr-rule.json'));
  const bulk = await json('target', 'cloudformation', 'fra', '--plain', '--out', folder, '--data', data);
  assert.deepEqual((await readdir(folder)).sort(), [...bulk.value.files, 'hook.js'].sort());
  // Its commands end with the first one that fails.
  const bin = join(folder, '..', 'bin');
  await mkdir(bin);
  await writeFile(join(bin, 'aws'), '#!/bin/sh\necho "$1 $2"\n[ "$2" != put-bucket-policy ]\n', { mode: 0o755 });
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
  const ran = spawnSync('sh', ['commands.sh'], { cwd: folder, env, encoding: 'utf8' });
  assert.deepEqual([ran.status, ran.stdout.trim().split('\n').at(-1)], [1, 's3api put-bucket-policy']);
  const other = await json('target', 'endpoint', 'fra', '--data', data);
  assert.deepEqual([other.code, other.value.same], [1, false]);
  const taken = await json('target', 'endpoint', 'fra', '--take', ...rights);
  assert.equal(taken.value.endpoint, other.value.aws);
  assert.equal((await json('target', 'endpoint', 'fra', '--data', data)).code, 0);
});

test('cloud ca: registered, listed, switched, and deleted only when it is inactive', async () => {
  const registered = await json('cloud', 'ca', 'register', ...rights);
  assert.deepEqual(registered.value.results, [{ target: 'fra', outcome: 'registered' }]);
  const { issuerId } = (await json('cloud', 'ca', 'list', '--data', data)).value.cas[0];
  const act = (name: string, ...more: string[]) => json('cloud', 'ca', name, issuerId, ...more, ...rights);
  assert.equal((await act('auto-on')).code, 0);
  const [{ ca }] = (await json('cloud', 'ca', 'list', '--data', data)).value.cas[0].at;
  assert.deepEqual([ca.status, ca.mode, ca.autoRegistration], ['ACTIVE', 'DEFAULT', true]);
  assert.equal((await act('delete')).value.error.code, 'cloud.refused');
  assert.equal((await act('deactivate', '--target', 'fra')).value.results[0].outcome, 'changed');
  assert.equal((await act('delete')).value.results[0].outcome, 'deleted');
  assert.match((await run('cloud', 'ca', 'list', '--data', data)).out, /fra +not registered/);
  assert.equal((await act('delete')).code, 0, 'it is not there, as asked');
  for (const name of ['activate', 'auto-on']) assert.equal((await act(name)).code, 1, `${name} did nothing`);
  assert.match((await run('cloud', 'ca', 'activate', issuerId, ...rights)).out, /does not have the CA/);
});

test('cloud certificates: what fits nothing is refused, and the list begins empty', async () => {
  assert.deepEqual((await json('cloud', 'certificates', 'jobs', '--data', data)).value, []);
  const none = await json('cloud', 'certificates', 'deactivate', '--unit', 'SN-1', ...rights);
  assert.equal(none.value.error.code, 'certificate.notFound');
  const revoke = await json('cloud', 'certificates', 'revoke', '--unit', 'SN-1', ...rights);
  assert.equal(revoke.value.error.code, 'call.badParams');
});

test('cloud certificates: a refusal names flags, not fields of the interface', async () => {
  const detailOf = async (...args: string[]) => {
    const { code, value } = await json('cloud', 'certificates', ...args, ...rights);
    assert.equal(code, 2, args.join(' '));
    return value.error.detail;
  };
  const serials = join(dirname(data), 'serials');
  await writeFile(serials, 'SN-1\nno serial!\n');
  assert.equal(await detailOf('activate'), 'name the certificates by --order, --unit, --serial or --file');
  assert.match(await detailOf('activate', '--unit', 'SN-1', '--file', serials), /, not --unit and --file together$/);
  assert.match(await detailOf('activate', '--file', serials), /^--file, number 2: letters, digits/);
  assert.match(await detailOf('activate', '--serial', 'zz'), /^--serial, number 1: /);
  assert.equal(await detailOf('activate', '--unit', 'SN-1', '--rate', '0'), '--rate: must be more than 0');
  assert.match(await detailOf('stop', 'nope'), /^the job: the id of a job/);
});

test('cloud certificates: a job that rests is listed, keeps others away, and is gone on with or stopped by its id', async () => {
  const csr = join(dirname(data), 'unit.csr');
  await writeFile(csr, pemOf('CERTIFICATE REQUEST', makeCsr('SN-7').csrDer));
  assert.equal((await json('ca', 'sign', '--csr', csr, '--unit-serial', 'SN-7', ...rights)).code, 0);
  aws.setFault({ kind: 'deny', operation: 'UpdateCertificate' });
  const rests = await json('cloud', 'certificates', 'deactivate', '--unit', 'SN-7', ...rights);
  const { jobId } = rests.value;
  assert.deepEqual([rests.code, rests.value.state, rests.value.error.code], [3, 'resting', 'cloud.denied']);
  aws.setFault(null);
  const listed = async () => (await json('cloud', 'certificates', 'jobs', '--data', data)).value;
  assert.deepEqual(
    (await listed()).map((job: { jobId: string; state: string }) => [job.jobId, job.state]),
    [[jobId, 'resting']],
  );
  const other = await json('cloud', 'certificates', 'activate', '--unit', 'SN-7', ...rights);
  assert.deepEqual([other.code, other.value.error.code], [1, 'certificate.inJob']);
  const resumed = await json('cloud', 'certificates', 'resume', jobId, ...rights);
  assert.deepEqual([resumed.code, resumed.value.state, resumed.value.unknown], [1, 'ended', 1]);
  assert.equal((await json('cloud', 'certificates', 'stop', jobId, ...rights)).value.error.code, 'batch.badState');
  assert.equal((await json('cloud', 'certificates', 'activate', '--unit', 'SN-7', '--reason', 'x', ...rights)).code, 2);
});

test('cloud allowlist: put, shown, and removed; what the account lacks is said', async () => {
  assert.match((await run('cloud', 'allowlist', 'show', '--data', data)).out, /No order is on an allow-list/);
  const none = await json('cloud', 'allowlist', 'put', '--order', 'WO-none', ...rights);
  assert.deepEqual([none.code, none.value.error.code], [1, 'order.notFound']);
  assert.equal((await run('orders', 'make', 'WO-1', '--model', 'SENSE-1', '--quantity', '5', ...rights)).code, 0);
  const order = ['--order', 'WO-1', '--target', 'fra'];
  const put = await json('cloud', 'allowlist', 'put', ...order, ...rights);
  assert.deepEqual([put.code, put.value.wanted, put.value.listed, put.value.state], [0, true, 0, 'settled']);
  const shown = await json('cloud', 'allowlist', 'show', ...order, '--data', data);
  assert.deepEqual([shown.value.lists.length, shown.value.units], [1, []]);
  const removed = await run('cloud', 'allowlist', 'remove', ...order, ...rights);
  assert.match(removed.out, /WO-1 in fra: off the list, 0 listed/);
});
