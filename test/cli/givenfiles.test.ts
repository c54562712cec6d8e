/** Files that are named on the command line and are not what they should be: each is named, with why, and exit 2. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { json, run } from './commandline.ts';

const policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'iot:*', Resource: '*' }],
});
const withMark = (encoding: BufferEncoding) => Buffer.from(`\uFEFF${policy}`, encoding);

describe('files given to commands', { concurrency: false, timeout: 120_000 }, () => {
  let folder: string;
  const at = (name: string) => join(folder, name);
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'birthmark-given-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const refused = async (file: string, why: RegExp) => {
    const { code, value } = await json('policy', 'check', file);
    assert.deepEqual([code, value.error?.code], [2, 'call.badParams'], JSON.stringify(value));
    assert.ok(value.error.detail.startsWith(file), value.error.detail);
    assert.match(value.error.detail, why);
  };

  test('what cannot be read says why', async () => {
    await refused(at('none.json'), /there is no such file/);
    await refused(folder, /it is a folder/);
    await symlink(at('circle'), at('circle'));
    await refused(at('circle'), /links lead in a circle/);
    await writeFile(at('file.json'), policy);
    await refused(at('file.json/more'), /a part of its path is no folder/);
    await writeFile(at('closed.json'), policy);
    await chmod(at('closed.json'), 0);
    if (process.getuid?.() !== 0) await refused(at('closed.json'), /you are not allowed to/);
  });

  test('what never ends is read no further than its bound', { skip: process.platform === 'win32' }, () =>
    refused('/dev/zero', /it is too large/),
  );

  test('a pipe without a writer is waited for, and named', { skip: process.platform === 'win32' }, async () => {
    const pipe = at('pipe');
    execFileSync('mkfifo', [pipe]);
    const main = fileURLToPath(new URL('../../main/cli/main.ts', import.meta.url));
    const command = spawn(process.execPath, [main, 'policy', 'check', pipe], { stdio: ['ignore', 'ignore', 'pipe'] });
    const ended = once(command, 'exit');
    const [said] = (await once(command.stderr, 'data')) as [Buffer];
    assert.match(`${said}`, /^waiting for .*pipe: nothing has come from it yet/);
    await writeFile(pipe, policy);
    assert.equal((await ended)[0], 0);
  });

  test('text in another encoding, and what is no text, is not taken for text with other letters', async () => {
    await writeFile(at('16.json'), withMark('utf16le'));
    await refused(at('16.json'), /is text in UTF-16: save it as UTF-8/);
    await writeFile(at('latin.json'), Buffer.from(policy.replace('"Allow"', '"Allow", "Sid": "Tür"'), 'latin1'));
    await refused(at('latin.json'), /is no text in UTF-8/);
    await writeFile(at('p.gz'), Buffer.from([0x1f, 0x8b, 8, 0, 0, 0]));
    await refused(at('p.gz'), /is no text in UTF-8/);
    await writeFile(at('mark.json'), withMark('utf8'));
    assert.equal((await json('policy', 'check', at('mark.json'))).code, 0);
  });

  test('JSON that breaks is told by its place, and nothing of it is repeated', async () => {
    await writeFile(at('secret.json'), '{\n "iot:ClientId": correct-horse-battery }');
    await writeFile(at('p.json'), policy);
    const ask = ['simulate', at('p.json'), '--action', 'iot:Connect', '--resource', '*'];
    const { code, err } = await run('policy', ...ask, '--context', at('secret.json'));
    assert.equal(code, 2);
    assert.ok(err.includes(`${at('secret.json')}:2:18 is not JSON: expected a value`), err);
    assert.doesNotMatch(err, /correct/);
  });

  test('a new passphrase that no one could type is refused, and no station is made with it', async () => {
    await writeFile(at('pass.txt'), Buffer.from('\uFEFFcorrect horse battery staple', 'utf16le'));
    const data = at('station');
    const { code, value } = await json('init', '--data', data, '--name', 'N', '--passphrase-file', at('pass.txt'));
    assert.deepEqual([code, value.error.code], [2, 'call.badParams']);
    assert.match(value.error.detail, /could not be typed: save the file as UTF-8/);
    await assert.rejects(stat(join(data, 'station.json')));
  });

  test('a wrong command line is one JSON value too, and a flag without its value is not a flag that is left out', async () => {
    for (const [args, detail] of [
      [['orders', 'make', 'WO-1'], /required option '--model <model>' not specified/],
      [['nope'], /^unknown command 'nope'/],
      [['units', 'list', '--bogus'], /unknown option '--bogus'/],
      [
        ['units', 'list', '--data', 'a', '--data', 'b'],
        /option '--data <dir>' argument 'b' is invalid\. The option stands twice/,
      ],
      [
        ['units', 'list', '--badge', '--json'],
        /option '--badge <badge>' argument '--json' is invalid\. It is an option/,
      ],
      [['units', 'list', '--badge', ''], /option '--badge <badge>' has no value/],
      [['units', 'list', '--data', ''], /option '--data <dir>' has no value/],
      [['units', 'show', ''], /argument 'serial' has no value/],
      [['units', 'list', '--pin-file', at('p.json')], /option '--pin-file <file>' needs --badge/],
      [['help', 'nope'], /^unknown command 'nope'/],
      [['help', '--json', 'ordres'], /^unknown command 'ordres' \(Did you mean orders\?\)/],
      [['units', 'help', 'nope'], /^unknown command 'nope'/],
      [['help', 'units', 'lst'], /^unknown command 'lst' \(Did you mean list\?\)/],
      [['ordres', '--help'], /^unknown command 'ordres' \(Did you mean orders\?\)/],
      [['-h', 'ordres'], /^unknown command 'ordres'/],
      [['orders', 'imprt', '-h'], /^unknown command 'imprt' \(Did you mean import\?\)/],
      [['practice', 'aws', 'stauts', '--help'], /^unknown command 'stauts' \(Did you mean status\?\)/],
      [['--data', 'x', 'nope', '--help'], /^unknown option '--data'/],
    ] as const) {
      const { code, value } = await json(...args);
      assert.deepEqual([code, value.error.code], [2, 'call.badParams']);
      assert.match(value.error.detail, detail);
      assert.doesNotMatch(value.error.detail, /\n/);
    }
  });

  test('help is given for each way to ask for it, and is one JSON value with --json', async () => {
    const asked = await run('help', 'orders', 'make');
    assert.equal(asked.code, 0);
    assert.match(asked.out, /^Usage: birthmark orders make /);
    const ways = ['orders make --help', 'orders make -h', 'orders --help make', '-h order make', 'orders help make'];
    for (const way of ways) {
      assert.deepEqual(await run(...way.split(' ')), asked, way);
      const { code, value } = await json(...way.split(' '));
      assert.deepEqual([code, value], [0, { help: asked.out.trimEnd() }], way);
    }
    assert.match((await run('help', '-h')).out, /^Usage: birthmark \[options\]/);
    assert.equal((await run('practice', 'aws', '-h')).code, 0);
    assert.match((await json('--version')).value.version, /^\d+\.\d+/);
    const label = await run('scan', 'read', '--data', at('none'), '--', '-h');
    assert.match(label.err, /^records\.notStation/, 'a label is not a flag');
  });

  test('a name that stands twice in one object is refused by its place: JSON keeps only the last value', async () => {
    await writeFile(at('p.json'), policy);
    await writeFile(at('twice.json'), '{\n "iot:ClientId": "a",\n "iot:ClientId": "b"\n}');
    const ask = ['simulate', at('p.json'), '--action', 'iot:Connect', '--resource', '*'];
    const { code, value } = await json('policy', ...ask, '--context', at('twice.json'));
    assert.deepEqual([code, value.error.data], [2, { line: 3, column: 2 }]);
    assert.match(value.error.detail, /twice\.json:3:2: "iot:ClientId" stands twice in one object/);
  });

  test('a request that AWS does not make is decided, with a warning', async () => {
    await writeFile(at('p.json'), policy);
    const ask = ['policy', 'simulate', at('p.json'), '--action', 'iot:Publish', '--resource', 'topic/a'];
    const { code, value } = await json(...ask);
    assert.deepEqual([code, value.decision, value.warnings?.length], [0, 'ALLOWED', 1]);
    assert.match((await run(...ask)).err, /^warning: AWS asks for iot:Publish with a resource arn:/);
  });
});
