/** `policy check` and `policy simulate`: they need no station. */
import assert from 'node:assert/strict';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type PracticeAws, startPracticeAws } from '../../app/practice/aws/index.ts';
import { wallClock } from '../practice/support.ts';
import { makeStation, passphrase } from '../support.ts';
import { commandLine } from './commandline.ts';

const { json, run, giveCredentials } = commandLine();

const prefix = 'arn:aws:iot:eu-west-1:123456789012:';
const statement = (Action: string, Resource: string, more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});

describe('policies by the command line', { concurrency: false, timeout: 300_000 }, () => {
  let folder: string;
  after(() => aws.close());
  const file = async (name: string, content: unknown) => {
    const path = join(folder, name);
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content, null, 1));
    return path;
  };
  const policy = (name: string, ...Statement: object[]) => file(name, { Version: '2012-10-17', Statement });
  let aws: PracticeAws;
  before(async () => {
    aws = await startPracticeAws({ clock: wallClock(), rate: Number.POSITIVE_INFINITY });
    giveCredentials(aws.credentials);
    folder = await mkdtemp(join(tmpdir(), 'birthmark-policy-'));
  });

  test('check: problems fail, warnings do not, and both have their place', async () => {
    const open = await policy('open.json', statement('iot:Connect', '*'));
    const { code, value } = await json('policy', 'check', open);
    assert.deepEqual([code, value.ok, value.problems], [0, true, []]);
    assert.deepEqual(
      [value.warnings[0].path, value.warnings[0].line, value.warnings[0].column],
      ['/Statement/0/Resource', 7, 16],
    );
    assert.match(value.warnings[0].source, /developer guide/);
    const broken = await file('broken.json', '{\n "Version": }');
    const refused = await json('policy', 'check', broken);
    assert.deepEqual([refused.code, refused.value.ok, refused.value.problems[0].line], [1, false, 2]);
    const { code: told, out } = await run('policy', 'check', broken);
    assert.deepEqual([told, out], [1, `${broken}:2:13: problem: is not JSON: expected a value\n`]);
  });

  test('simulate: the deciding statement, and why the others did not decide', async () => {
    const own = { StringEquals: { 'iot:Certificate.Subject.Organization': ['Example, Inc.'] } };
    const document = await policy(
      'own.json',
      statement('iot:Publish', `${prefix}topic/b`),
      statement('iot:Publish', `${prefix}topic/\${iot:ClientId}`, { Sid: 'own', Condition: own }),
    );
    const context = await file('context.json', {
      'iot:ClientId': 'a',
      'iot:Certificate.Subject.Organization': ['Example, Inc.'],
    });
    const ask = ['policy', 'simulate', document, '--action', 'iot:Publish', '--resource', `${prefix}topic/a`];
    const { code, value } = await json(...ask, '--context', context);
    assert.deepEqual([code, value.decision, value.statement, value.sid], [0, 'ALLOWED', 1, 'own']);
    assert.deepEqual(value.reasons, [
      { statement: 0, effect: 'Allow', why: { because: 'resource' }, message: 'it is about other resources' },
    ]);
    const { out } = await run(...ask);
    assert.match(out, /^IMPLICIT_DENY\nstatement 0: .*\nstatement 1 \(own\): \$\{iot:ClientId\} has no value/);
  });

  test('try: a list without a request tried nothing, and does not pass', async () => {
    const document = await policy('any.json', statement('iot:Connect', '*'));
    const { code, value } = await json('policy', 'try', document, '--requests', await file('none.json', []));
    assert.deepEqual([code, value.error.code], [2, 'call.badParams']);
    assert.match(value.error.detail, /none\.json has no request: nothing was tried/);
  });

  test('a starter is a policy, and its rows are requests', async () => {
    const list = await run('policy', 'starter');
    assert.match(list.out, /^device\nclaim\n/);
    const place = ['--region', 'eu-central-1', '--account', '210987654321'];
    const { value } = await json('policy', 'starter', 'claim', ...place);
    assert.match(value.rows[0].resource, /^arn:aws:iot:eu-central-1:210987654321:topic/);
    assert.deepEqual((await json('policy', 'check', await file('claim.json', value.text))).value.warnings, []);
    assert.equal((await json('policy', 'starter', 'odd')).code, 2);
    for (const [flag, wrong] of [
      ['--account', '1'],
      ['--region', 'mars'],
    ] as const)
      assert.match((await json('policy', 'starter', 'claim', flag, wrong)).value.error.detail, new RegExp(`^${flag}`));
  });

  test('simulate decides by all policies of a certificate', async () => {
    const open = await policy('allow.json', statement('iot:Publish', '*'));
    const closed = await policy('deny.json', { ...statement('iot:Publish', `${prefix}topic/a`), Effect: 'Deny' });
    const ask = ['--action', 'iot:Publish', '--resource', `${prefix}topic/a`];
    const { value } = await json('policy', 'simulate', open, closed, ...ask);
    assert.deepEqual([value.decision, value.document, value.statement], ['EXPLICIT_DENY', 1, 0]);
    assert.equal(value.reasons[0].document, 0);
    const { out } = await run('policy', 'simulate', open, closed, ...ask);
    assert.equal(
      out,
      `EXPLICIT_DENY by ${closed}, statement 0\n${open}, statement 0: it applies, but a Deny outweighs it\n`,
    );
  });

  test('a list of requests is tried, and a decision that was not expected fails', async () => {
    const open = await policy('try.json', statement('iot:Publish', `${prefix}topic/a`));
    const row = (topic: string, expect?: string) => ({
      ...{ action: 'iot:Publish', resource: `${prefix}topic/${topic}`, context: {} },
      ...(expect !== undefined && { expect }),
    });
    const list = [row('a', 'ALLOWED'), row('b', 'IMPLICIT_DENY'), row('b')];
    const good = await json('policy', 'try', open, '--requests', await file('good-rows.json', list));
    assert.deepEqual([good.code, good.value.ok], [0, true]);
    assert.deepEqual(
      good.value.rows.map(({ decision }: { decision: string }) => decision),
      ['ALLOWED', 'IMPLICIT_DENY', 'IMPLICIT_DENY'],
    );
    const bad = await run('policy', 'try', open, '--requests', await file('bad-rows.json', [row('b', 'ALLOWED')]));
    assert.deepEqual([bad.code, bad.out], [1, `NOT ALLOWED: IMPLICIT_DENY  iot:Publish  ${prefix}topic/b\n`]);
    const odd = await json('policy', 'try', open, '--requests', await file('odd-rows.json', [{ action: 'x' }]));
    assert.deepEqual([odd.code, odd.value.error.code], [2, 'call.badParams']);
  });

  test('simulate refuses a policy and a context that are none', async () => {
    const ask = (document: string, ...more: string[]) =>
      json('policy', 'simulate', document, '--action', 'iot:Publish', '--resource', '*', ...more);
    const none = await ask(await file('none.json', { Statement: [] }));
    assert.deepEqual([none.code, none.value.error.code], [2, 'call.badParams']);
    const good = await policy('good.json', statement('iot:Publish', '*'));
    const odd = await ask(good, '--context', await file('odd.json', { a: 1 }));
    assert.deepEqual([odd.code, odd.value.error.code], [2, 'call.badParams']);
  });

  test('policies are kept in versions, shown, and retired', async () => {
    const data = await makeStation();
    const rights = join(folder, 'passphrase');
    await writeFile(rights, passphrase, { mode: 0o600 });
    const station = (...args: string[]) => json('policy', ...args, '--data', data);
    assert.deepEqual((await station('list')).value, []);
    const first = await policy('first.json', statement('iot:Publish', `${prefix}topic/a`));
    const second = await policy('second.json', statement('iot:Publish', `${prefix}topic/b`));
    for (const one of [first, second, second])
      assert.equal((await station('save', 'sensor', one, '--passphrase-file', rights)).code, 0);
    const [kept] = (await station('list')).value;
    assert.deepEqual([kept.name, kept.version], ['sensor', 2], 'the same text is no new version');
    assert.match((await station('show', 'sensor')).value.text, /topic\/b/);
    assert.match((await run('policy', 'show', 'sensor', '--version', '1', '--data', data)).out, /topic\/a/);
    const bad = await station(
      'save',
      'sensor',
      await policy('bad.json', statement('iot:Publish', 'x')),
      '--passphrase-file',
      rights,
    );
    assert.deepEqual([bad.code, bad.value.error.code], [1, 'document.invalid']);
    assert.equal((await station('save', 'sensor', first)).value.error.code, 'session.forbidden');
    assert.equal((await station('retire', 'sensor', '--passphrase-file', rights)).code, 0);
    assert.equal((await station('show', 'sensor')).value.error.code, 'document.notFound');
    assert.match((await run('policy', 'list', '--data', data)).out, /no policy is kept/);
  });

  test('a kept policy is put into AWS by name of the target', async () => {
    const data = await makeStation();
    const rights = join(folder, 'passphrase');
    await writeFile(rights, passphrase, { mode: 0o600 });
    const asEngineer = (...args: string[]) => json(...args, '--data', data, '--passphrase-file', rights);
    const { endpoint, region, bucket, roleArn } = aws;
    const flags = ['--endpoint-url', endpoint, '--region', region, '--bucket', bucket, '--role-arn', roleArn];
    assert.equal((await asEngineer('target', 'add', 'practice', ...flags)).code, 0);
    const far = statement('iot:Publish', 'arn:aws:iot:ap-south-2:123456789012:topic/a');
    await asEngineer('policy', 'save', 'sensor', await policy('far.json', far));
    const push = ['policy', 'push', 'sensor', '--target', 'practice'];
    const { value: made } = await asEngineer(...push);
    assert.deepEqual([made.outcome, made.versionId, made.target], ['made', '1', 'practice']);
    assert.match(made.warnings[0].message, /ap-south-2.* matches nothing in/);
    assert.equal((await asEngineer(...push)).value.outcome, 'same');
    const listed = await json('policy', 'aws', '--target', 'practice', '--data', data);
    assert.ok(listed.value.names.includes('sensor'));
    const shown = await json('policy', 'aws', 'sensor', '--data', data);
    assert.deepEqual(JSON.parse(shown.value.document).Statement, [far]);
    await asEngineer('policy', 'save', 'sensor', await policy('near.json', statement('iot:Publish', '*')));
    assert.equal((await asEngineer('policy', 'push', 'sensor')).value.versionId, '2');
    const remove = (version: string) => asEngineer('policy', 'remove-version', 'sensor', '--version', version);
    assert.equal((await remove('2')).value.error.code, 'document.defaultInAws');
    assert.equal((await asEngineer('policy', 'default', 'sensor', '--version', '1')).code, 0);
    const second = await json('policy', 'aws', 'sensor', '--version', '2', '--data', data);
    assert.deepEqual(JSON.parse(second.value.text).Statement, [statement('iot:Publish', '*')]);
    assert.equal((await remove('2')).code, 0);
    assert.equal((await remove('2')).value.error.code, 'document.notFound');
    const after = await json('policy', 'aws', 'sensor', '--data', data);
    assert.deepEqual(JSON.parse(after.value.document).Statement, [far]);
    assert.deepEqual(
      after.value.versions.map((one: { versionId: string }) => one.versionId),
      ['1'],
    );
    assert.equal((await json('policy', 'aws', 'none', '--data', data)).code, 1);
    assert.equal((await asEngineer('policy', 'push', 'none')).value.error.code, 'document.notFound');
    assert.equal((await asEngineer('policy', 'push', 'sensor', '--target', 'odd')).value.error.code, 'cloud.noTarget');
  });

  test('an authenticated Cognito identity needs both policies', async () => {
    const iot = await policy('iot.json', statement('iot:Publish', `${prefix}topic/a`));
    const role = await policy('role.json', statement('iot:Connect', '*'));
    const checked = await json('policy', 'check', iot, '--cognito', role);
    assert.equal(checked.code, 0);
    assert.match(checked.value.warnings.at(-1).message, /role of the identity pool does not allow iot:Publish/);
    assert.match(checked.value.cognito.warnings[0].message, /IoT policy of the identity does not allow iot:Connect/);
    const ask = ['policy', 'simulate', iot, '--action', 'iot:Publish', '--resource', `${prefix}topic/a`];
    const { value } = await json(...ask, '--cognito', role);
    assert.deepEqual(
      [value.decision, value.iot.decision, value.iam.decision],
      ['IMPLICIT_DENY', 'ALLOWED', 'IMPLICIT_DENY'],
    );
  });
});
