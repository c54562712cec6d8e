/** `template check` and `template render`: they need no station. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { templateStarters } from '../../app/iot/index.ts';
import { json, run } from './commandline.ts';

const jitp = templateStarters().find(({ name }) => name === 'jitp');

describe('templates by the command line', { concurrency: false }, () => {
  let folder: string;
  const file = async (name: string, content: unknown) => {
    const path = join(folder, name);
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content, null, 1));
    return path;
  };
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'birthmark-template-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

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
});
