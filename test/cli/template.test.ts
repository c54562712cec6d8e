/** `template …`: `check` and `render` need no station; a kept template is put into AWS, and its versions are looked after. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { templateStarters } from '../../app/iot/index.ts';
import { type PracticeAws, startPracticeAws } from '../../app/practice/aws/index.ts';
import { wallClock } from '../practice/support.ts';
import { makeStation, passphrase } from '../support.ts';
import { commandLine } from './commandline.ts';

const { json, run, giveCredentials } = commandLine();

const jitp = templateStarters().find(({ name }) => name === 'jitp');

describe('templates by the command line', { concurrency: false, timeout: 300_000 }, () => {
  let folder: string;
  const file = async (name: string, content: unknown) => {
    const path = join(folder, name);
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content, null, 1));
    return path;
  };
  let aws: PracticeAws;
  before(async () => {
    aws = await startPracticeAws({ clock: wallClock(), rate: Number.POSITIVE_INFINITY });
    giveCredentials(aws.credentials);
    folder = await mkdtemp(join(tmpdir(), 'birthmark-template-'));
  });
  after(async () => {
    await aws.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('check: problems fail with their place, warnings do not', async () => {
    const broken = await file('broken.json', '{\n "Resources": {,}\n}');
    const { code, value } = await json('template', 'check', broken);
    assert.deepEqual([code, value.ok, value.problems[0].line, value.problems[0].column], [1, false, 2, 16]);
    const { code: told, out } = await run('template', 'check', broken);
    assert.deepEqual([told, out.startsWith(`${broken}:2:16: problem: is not JSON: `)], [1, true]);
    const same = { Resources: { thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: 'x' } } } };
    const warned = await json('template', 'check', await file('same.json', same), '--kind', 'fleet');
    assert.deepEqual([warned.code, warned.value.ok, warned.value.warnings.length], [0, true, 2]);
  });

  test('check --profile, --recipe: what the certificates would not supply is a problem', async () => {
    const text = (jitp?.text ?? '').replace(
      '"Parameters": {',
      '"Parameters": {"AWS::IoT::Certificate::Country": {"Type": "String"},',
    );
    const template = await file('country.json', text);
    const check = ['template', 'check', template, '--kind', 'jitp'];
    assert.equal((await json(...check)).value.ok, true);
    const { code, value } = await json(...check, '--profile', 'aws-iot-device');
    assert.equal(code, 1);
    assert.ok(
      value.problems.some(({ message }: { message: string }) =>
        message.startsWith('needs AWS::IoT::Certificate::Country'),
      ),
    );
    const recipe = await file('recipe.json', { name: 'r', model: '*', driver: 'agent', profile: 'aws-iot-device' });
    assert.deepEqual((await json(...check, '--recipe', recipe)).value, value);
    assert.equal((await run(...check, '--profile', recipe)).code, 2);
  });

  test('render: resources, attachments, and what is unresolved', async () => {
    const template = await file('jitp.json', jitp?.text);
    const params = await file('params.json', { 'AWS::IoT::Certificate::CommonName': 'SN-1' });
    const { code, value } = await json('template', 'render', template, '--kind', 'jitp', '--params', params);
    assert.deepEqual(
      [code, value.resources.thing.Properties.ThingName, value.unresolved, value.fails.length],
      [0, 'SN-1', ['AWS::IoT::Certificate::SerialNumber', 'AWS::IoT::Certificate::Id'], 2],
    );
    const { out } = await run('template', 'render', template, '--kind', 'jitp', '--params', params);
    assert.match(out, /^thing \(Thing\)\n {2}ThingName: SN-1$/m);
  });

  test('a kept template is put into AWS, a version is made the default again, and one is deleted', async () => {
    const data = await makeStation();
    const rights = await file('passphrase', passphrase);
    const asEngineer = (...args: string[]) => json(...args, '--data', data, '--passphrase-file', rights);
    const { endpoint, region, bucket, roleArn } = aws;
    const flags = ['--endpoint-url', endpoint, '--region', region, '--bucket', bucket, '--role-arn', roleArn];
    assert.equal((await asEngineer('target', 'add', 'practice', ...flags)).code, 0);
    const text = jitp?.text.replace('<ThingTypeName>', 'sensor') ?? '';
    const save = async (content: string) => {
      const { code, value } = await asEngineer(
        'template',
        'save',
        'sensor',
        await file('kept.json', content),
        '--kind',
        'jitp',
      );
      assert.equal(code, 0, JSON.stringify(value));
    };
    await save(text);
    const pushed = await asEngineer('template', 'push', 'sensor');
    assert.deepEqual([pushed.value.made, pushed.value.version], ['created', 1], JSON.stringify(pushed.value));
    await save(text.replace('"Parameters"', ' "Parameters"'));
    assert.deepEqual((await asEngineer('template', 'push', 'sensor')).value.version, 2);
    type Version = { versionId: string; isDefault: boolean };
    const versions = async () =>
      ((await json('template', 'versions', 'sensor', '--data', data)).value.versions as Version[]).map((one) => [
        one.versionId,
        one.isDefault,
      ]);
    assert.deepEqual((await versions()).sort(), [
      ['1', false],
      ['2', true],
    ]);
    const first = await json('template', 'versions', 'sensor', '--version', '1', '--data', data);
    assert.deepEqual(JSON.parse(first.value.text), JSON.parse(text));
    const remove = (version: string) => asEngineer('template', 'remove-version', 'sensor', '--version', version);
    assert.equal((await remove('2')).value.error.code, 'document.defaultInAws');
    assert.equal((await asEngineer('template', 'default', 'sensor', '--version-in-aws', '1')).code, 0);
    assert.equal((await remove('2')).code, 0);
    assert.deepEqual(await versions(), [['1', true]]);
    assert.equal((await remove('2')).value.error.code, 'document.notFound');
    const both = await asEngineer('template', 'default', 'sensor', '--version', '1', '--version-in-aws', '1');
    assert.deepEqual([both.code, both.value.error.code], [2, 'call.badParams']);
    assert.equal((await json('template', 'versions', 'none', '--data', data)).code, 1);
  });
});
