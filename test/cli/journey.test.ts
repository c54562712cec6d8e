/** The whole job by the command line alone: a station, three devices at once (one on a bad cable), a batch, registered things. */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { buildAgent } from '../../main/agentbinary.ts';
import { openssl } from '../ca/support.ts';
import { type RunningAgent, startAgent } from '../native/agent/support.ts';
import { json as jsonHere, run as runHere } from './commandline.ts';

const program = fileURLToPath(new URL('../../main/cli/main.ts', import.meta.url));
const passphrase = 'only for this journey';
// Any client may talk to the practice AWS of the command line; the SDK and aws-cli still want some credentials.
const env = { ...process.env, AWS_ACCESS_KEY_ID: 'practice', AWS_SECRET_ACCESS_KEY: 'practice', AWS_PAGER: '' };

type Value = { [key: string]: unknown };
type Done = { code: number; out: string; err: string };

const run = (...args: string[]): Promise<Done> =>
  new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], { env }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err });
    });
  });

/**
 * Runs with `--json`: exactly one JSON value on stdout, whatever happens. Each kind of command is a process of its own
 * once, which ends by itself; what it says otherwise is asked of one process for all (`jsonHere`).
 */
async function json(...args: string[]): Promise<{ code: number; value: Value }> {
  const { code, out } = await run(...args, '--json');
  return { code, value: JSON.parse(out) };
}

describe('the journey by the command line', { concurrency: false, timeout: 300_000 }, () => {
  let folder: string;
  let data: string;
  let secret: string;
  let agents: RunningAgent[] = [];
  let stopAws: () => void = () => {};
  let endpoint: { endpoint: string; region: string; bucket: string; roleArn: string; policyName: string };
  let batchId: string;
  const units = ['JOURNEY-1', 'JOURNEY-2', 'JOURNEY-3'];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'birthmark-journey-'));
    data = join(folder, 'station');
    secret = join(folder, 'passphrase');
    await writeFile(secret, `${passphrase}\n`, { mode: 0o600 });
    const binary = await buildAgent();
    agents = await Promise.all(
      units.map((unit, index) =>
        startAgent(binary, [
          '--state',
          join(folder, unit),
          '--serial',
          unit,
          ...(index === 2 ? ['--corrupt', '0.001', '--seed', '7'] : []),
        ]),
      ),
    );
    const aws = spawn(process.execPath, [program, 'practice', 'aws', '--json'], {
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    stopAws = () => aws.kill();
    endpoint = JSON.parse(await new Promise((resolve) => createInterface({ input: aws.stdout }).once('line', resolve)));
  });
  after(async () => {
    stopAws();
    await Promise.all(agents.map((agent) => agent.stop()));
  });

  test('init makes a station whose CA openssl accepts, and never a second one in the same folder', async () => {
    const { code, value } = await json('init', '--data', data, '--name', 'Journey', '--passphrase-file', secret);
    assert.equal(code, 0);
    assert.match(String(value.stationId), /^[0-9a-f-]{36}$/);
    const [root, issuing] = [String(value.rootCertificate), String(value.issuingCertificate)];
    assert.ok(openssl(['verify', '-x509_strict', '-CAfile', root, issuing]).ok);
    const key = join(data, 'ca', 'issuing.key.pem');
    assert.equal((await stat(key)).mode & 0o077, 0, 'the key is for its owner only');
    assert.match(await readFile(key, 'utf8'), /BEGIN ENCRYPTED PRIVATE KEY/);
    const again = await json('init', '--data', data, '--name', 'Journey', '--passphrase-file', secret);
    assert.equal(again.code, 1);
    assert.equal((again.value.error as { code: string }).code, 'records.exists');
  });

  test('three devices started at once all pass, the one that corrupts bytes too', async () => {
    const runs = await Promise.all(
      units.map((unit, index) =>
        json(
          'line',
          'run',
          '--data',
          data,
          '--port',
          agents[index]!.path,
          '--driver',
          'agent',
          '--unit-serial',
          unit,
          '--passphrase-file',
          secret,
        ),
      ),
    );
    for (const [index, { code, value }] of runs.entries()) {
      assert.equal(code, 0, JSON.stringify(value));
      assert.equal(value.outcome, 'PASS');
      assert.equal(value.unitSerial, units[index]);
      assert.match(String(value.certificateId), /^[0-9a-f]{64}$/);
      assert.ok((value.steps as { name: string; ms: number }[]).length >= 8);
    }
  });

  test('a device that dies while it is written fails with its reason, and passes with the same certificate afterwards', async () => {
    const binary = await buildAgent();
    const state = ['--state', join(folder, 'DYING')];
    const attempt = (agent: RunningAgent) =>
      json(
        'line',
        'run',
        '--data',
        data,
        '--port',
        agent.path,
        '--driver',
        'agent',
        '--unit-serial',
        'DYING',
        '--passphrase-file',
        secret,
      );
    const dying = await startAgent(binary, [...state, '--die-at', 'commit.chain:before']);
    const failed = await attempt(dying);
    await dying.stop().catch(() => {});
    assert.equal(failed.code, 1);
    assert.equal(failed.value.outcome, 'FAIL');
    assert.equal((failed.value.error as { code: string }).code, 'link.lost');
    const agent = await startAgent(binary, state);
    const passed = await attempt(agent);
    await agent.stop();
    assert.equal(passed.code, 0, JSON.stringify(passed.value));
    assert.equal(passed.value.certificateId, failed.value.certificateId);
    const story = await json('units', 'show', 'DYING', '--data', data);
    assert.equal((story.value.certificates as unknown[]).length, 1);
  });

  test('what is refused says why, in JSON, with the exit code of the page', async () => {
    const base = ['--data', data, '--port', agents[0]!.path, '--driver', 'agent'];
    const passed = await json('line', 'run', ...base, '--unit-serial', units[0]!, '--passphrase-file', secret);
    assert.deepEqual([passed.code, (passed.value.error as { code: string }).code], [1, 'unit.alreadyPassed']);
    const wrong = join(folder, 'wrong');
    await writeFile(wrong, 'not the passphrase at all\n');
    const locked = await jsonHere('line', 'run', ...base, '--unit-serial', 'OTHER', '--passphrase-file', wrong);
    assert.deepEqual([locked.code, (locked.value.error as { code: string }).code], [1, 'ca.wrongPassphrase']);
    const missing = await json('units', 'show', 'NOBODY', '--data', data);
    assert.deepEqual([missing.code, (missing.value.error as { code: string }).code], [1, 'unit.notFound']);
    const nowhere = await jsonHere('units', 'list', '--data', join(folder, 'nowhere'));
    assert.deepEqual([nowhere.code, (nowhere.value.error as { code: string }).code], [1, 'records.notStation']);
    assert.equal((await run('line', 'run')).code, 2);
    assert.equal((await runHere('no-such-command')).code, 2);
    assert.equal((await run('--help')).code, 0);
  });

  test('without the passphrase a command reads, and writes nothing', async () => {
    assert.equal((await json('units', 'list', '--data', data)).code, 0);
    const made = await jsonHere('batch', 'make', '--data', data);
    assert.equal(made.code, 1);
    assert.equal((made.value.error as { code: string }).code, 'session.forbidden');
    const { value } = await json('batch', 'list', '--data', data);
    assert.deepEqual(value, []);
  });

  test('a CSR in a file gets one certificate, the same one again, and a clone gets none', async () => {
    const csr = join(folder, 'file.csr');
    openssl([
      'req',
      '-new',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      join(folder, 'file.key'),
      '-subj',
      '/CN=FILE-1',
      '-out',
      csr,
    ]);
    const sign = (unit: string) => [
      'ca',
      'sign',
      '--data',
      data,
      '--csr',
      csr,
      '--unit-serial',
      unit,
      '--passphrase-file',
      secret,
    ];
    const first = await json(...sign('FILE-1'));
    assert.equal(first.code, 0, JSON.stringify(first.value));
    assert.equal((await jsonHere(...sign('FILE-1'))).value.certificatePem, first.value.certificatePem);
    const clone = await jsonHere(...sign('FILE-2'));
    assert.equal(clone.code, 1);
    const leaf = join(folder, 'file.crt');
    await writeFile(leaf, String(first.value.certificatePem));
    const chain = ['-CAfile', join(data, 'ca', 'root.crt.pem'), '-untrusted', join(data, 'ca', 'issuing.crt.pem')];
    assert.ok(openssl(['verify', '-x509_strict', '-purpose', 'sslclient', ...chain, leaf]).ok);
  });

  test('a batch is made, submitted and registered, and the units say so', async () => {
    const made = await json('batch', 'make', '--data', data, '--passphrase-file', secret);
    assert.equal(made.code, 0);
    assert.equal(made.value.count, 4);
    assert.match(String(made.value.digest), /^[0-9a-f]{64}$/);
    batchId = String(made.value.batchId);
    const target = [
      '--endpoint-url',
      endpoint.endpoint,
      '--region',
      endpoint.region,
      '--bucket',
      endpoint.bucket,
      '--role-arn',
      endpoint.roleArn,
      '--policy',
      endpoint.policyName,
    ];
    const submitted = await json('batch', 'submit', batchId, '--data', data, '--passphrase-file', secret, ...target);
    assert.equal(submitted.code, 0, JSON.stringify(submitted.value));
    assert.equal(submitted.value.state, 'done');
    const { value } = await json('batch', 'show', batchId, '--data', data);
    assert.deepEqual([value.registered, value.rejected, value.unaccounted], [4, 0, 0]);
    const registered = await jsonHere('units', 'list', '--state', 'registered', '--data', data);
    assert.deepEqual((registered.value as { unitSerial: string }[]).map((unit) => unit.unitSerial).sort(), [
      'DYING',
      ...units,
    ]);
  });

  test('aws-cli finds the things, with their certificates active and their policy attached', async (t) => {
    if (!existsSync('/usr/bin/aws')) {
      assert.ok(!process.env.CI, 'aws-cli is missing');
      return t.skip('AWS-CLI IS MISSING: what it would judge is not judged');
    }
    const aws = (...args: string[]): Promise<Value> =>
      new Promise((resolve, reject) => {
        const all = [
          '--endpoint-url',
          endpoint.endpoint,
          '--region',
          endpoint.region,
          '--output',
          'json',
          'iot',
          ...args,
        ];
        execFile('/usr/bin/aws', all, { env }, (error, out, err) =>
          error ? reject(new Error(err)) : resolve(JSON.parse(out)),
        );
      });
    const thing = await aws('describe-thing', '--thing-name', units[2]!);
    assert.deepEqual(thing.attributes, { serialNumber: units[2] });
    const { principals } = (await aws('list-thing-principals-v2', '--thing-name', units[2]!).catch(() => ({
      principals: undefined,
    }))) as { principals?: string[] };
    const unit = await jsonHere('units', 'show', units[2]!, '--data', data);
    const id = String(unit.value.certificateId);
    if (principals) assert.ok(principals.some((one) => one.endsWith(id)));
    const described = await aws('describe-certificate', '--certificate-id', id);
    assert.equal((described.certificateDescription as { status: string }).status, 'ACTIVE');
    const arn = (described.certificateDescription as { certificateArn: string }).certificateArn;
    const attached = await aws('list-attached-policies', '--target', arn);
    assert.deepEqual(
      (attached.policies as { policyName: string }[]).map((one) => one.policyName),
      [endpoint.policyName],
    );
  });

  test('the story of a unit shows each step, and no secret is anywhere in the folder', async () => {
    const { value } = await jsonHere('units', 'show', units[2]!, '--data', data);
    const journal = value.journal as { entry: string; step: string | null }[];
    const done = journal.filter((entry) => entry.entry === 'step.done').map((entry) => entry.step);
    assert.deepEqual(done, ['identify', 'key', 'csr', 'decide', 'issue', 'install', 'verify', 'seal']);
    assert.ok(journal.some((entry) => entry.entry === 'registration.done'));
    for (const file of ['records.db', 'station.json', 'log/station.log']) {
      const bytes = await readFile(join(data, file), 'latin1');
      assert.ok(!bytes.includes(passphrase), `${file} holds the passphrase`);
      assert.ok(!bytes.includes('PRIVATE KEY'), `${file} holds a key`);
    }
  });

  test('a unit is exported as a bundle and as a birth record, without an entry of its own', async () => {
    const [zip, again, pdf] = ['unit.zip', 'again.zip', 'unit.pdf'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    const scope = ['--data', data, '--format', 'bundle', '--unit', units[1]!];
    const made = await json('audit', 'export', '--out', zip, ...scope);
    assert.deepEqual([made.code, made.value.format], [0, 'bundle']);
    assert.deepEqual(
      (await jsonHere('audit', 'export', '--out', again, ...scope)).value.checkpoint,
      made.value.checkpoint,
    );
    assert.ok((await readFile(zip)).equals(await readFile(again)));
    const good = await json('audit', 'verify', zip, '--key', String(made.value.key));
    assert.deepEqual([good.code, good.value.ok, good.value.entries], [0, true, made.value.entries]);
    const half = await json('audit', 'verify', zip, '--key', String(made.value.key).slice(0, -1));
    assert.deepEqual(
      [half.code, (half.value.error as { code: string }).code],
      [2, 'call.badParams'],
      'a key that was copied wrong',
    );
    const lines = join(folder, 'lines.zip');
    assert.equal((await json('audit', 'export', '--out', lines, '--data', data)).code, 0);
    assert.equal((await json('audit', 'verify', lines)).value.ok, true, 'a file is what it holds, whatever its name');
    const bytes = await readFile(zip);
    bytes[bytes.length >> 1]! ^= 1;
    await writeFile(zip, bytes);
    const bad = await jsonHere('audit', 'verify', zip);
    assert.deepEqual([bad.code, bad.value.ok], [1, false]);
    const none = await jsonHere('audit', 'export', '--out', zip, '--data', data, '--format', 'csv', '--unit', 'NONE-1');
    assert.deepEqual([none.code, (none.value.error as { code: string }).code], [1, 'unit.notFound']);
    const record = await json('units', 'record', units[1]!, '--out', pdf, '--data', data, '--language', 'de');
    assert.equal(record.code, 0);
    assert.match(await readFile(pdf, 'latin1'), /^%PDF-1/);
  });

  test('the audit log can be exported and verified, and a changed line is found', async () => {
    const file = join(folder, 'audit.ndjson');
    const exported = await jsonHere('audit', 'export', '--out', file, '--data', data);
    assert.equal(exported.code, 0);
    const good = await jsonHere('audit', 'verify', file);
    assert.deepEqual([good.code, good.value.ok, good.value.entries], [0, true, exported.value.entries]);
    await writeFile(file, (await readFile(file, 'utf8')).replace(units[1]!, 'JOURNEY-9'));
    const bad = await jsonHere('audit', 'verify', file);
    assert.deepEqual([bad.code, bad.value.ok], [1, false]);
    assert.deepEqual((await jsonHere('audit', 'verify', '--data', data)).value.ok, true);
    const [first, second] = [join(folder, 'first.txt'), join(folder, 'second.txt')];
    const made = await json('audit', 'checkpoint', '--out', first, '--data', data);
    const again = await jsonHere('audit', 'checkpoint', '--out', second, '--data', data);
    assert.deepEqual([made.code, made.value], [0, again.value], 'the same records have one size and root');
    const size = Number(made.value.size);
    const kept = await jsonHere('audit', 'verify', '--data', data, '--checkpoint', first);
    assert.deepEqual([kept.code, kept.value.ok, kept.value.root], [0, true, made.value.root]);
    await writeFile(first, (await readFile(first, 'utf8')).replace(`\n${size}\n`, `\n${size + 1}\n`));
    const forged = await jsonHere('audit', 'verify', '--data', data, '--checkpoint', first);
    const { what, where } = forged.value.firstBad as { what: string; where: string };
    assert.deepEqual([forged.code, what, where], [1, 'checkpoint', 'first.txt']);
  });

  test('settings, orders and batches by command: set, close, submit again, members in words', async () => {
    const rights = ['--data', data, '--passphrase-file', secret];
    const set = await json('station', 'set', '--endpoint', 'devices.example', ...rights);
    assert.deepEqual([set.code, (set.value.device as { endpoint: string }).endpoint], [0, 'devices.example']);
    assert.equal((await jsonHere('station', 'set', '--region', 'nowhere', ...rights)).code, 2);
    const half = await jsonHere(
      'orders',
      'make',
      'HALF',
      '--model',
      '*',
      '--quantity',
      '1',
      '--from',
      'A-1',
      ...rights,
    );
    assert.deepEqual([half.code, (half.value.error as { code: string }).code], [2, 'call.badParams']);
    assert.equal(
      (
        await json(
          'orders',
          'make',
          'RANGE',
          '--model',
          '*',
          '--quantity',
          '9',
          '--from',
          'A-1',
          '--to',
          'A-9',
          ...rights,
        )
      ).code,
      0,
    );
    const base = ['--port', agents[0]!.path, '--driver', 'agent', '--order', 'RANGE', ...rights];
    const outside = await jsonHere('line', 'run', '--unit-serial', 'B-1', ...base);
    assert.equal((outside.value.error as { code: string }).code, 'order.serialOutOfRange');
    assert.equal((await json('orders', 'close', 'RANGE', ...rights)).code, 0);
    const closed = await jsonHere('line', 'run', '--unit-serial', 'A-1', ...base);
    assert.equal((closed.value.error as { code: string }).code, 'order.closed');
    const again = await jsonHere('batch', 'submit', batchId, ...rights);
    assert.deepEqual([again.code, (again.value.error as { code: string }).code], [1, 'batch.badState']);
    const shown = await runHere('batch', 'show', batchId, '--members', '--data', data);
    for (const unit of units) assert.match(shown.out, new RegExp(`${unit}\\s+registered`));
    const refused = await runHere('orders', 'close', 'default', '--data', data);
    assert.match(refused.err, /--passphrase-file/);
  });

  test('templates and policies are checked', async () => {
    const template = join(folder, 'template.json');
    await writeFile(
      template,
      JSON.stringify({
        Parameters: { ThingName: { Type: 'String' } },
        Resources: { thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: { Ref: 'ThingName' } } } },
      }),
    );
    assert.equal((await json('template', 'check', template, '--kind', 'bulk')).value.ok, true);
    const params = join(folder, 'params.json');
    await writeFile(params, JSON.stringify({ ThingName: 'foo' }));
    const rendered = await json('template', 'render', template, '--params', params);
    assert.match(JSON.stringify(rendered.value.resources), /"ThingName":"foo"/);
    const policy = join(folder, 'policy.json');
    await writeFile(
      policy,
      JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iot:Connect', Resource: '*' }] }),
    );
    assert.equal((await json('policy', 'check', policy)).value.ok, true);
    const decided = await json(
      'policy',
      'simulate',
      policy,
      '--action',
      'iot:Connect',
      '--resource',
      'arn:aws:iot:us-east-1:123456789012:client/x',
    );
    assert.equal(decided.value.decision, 'ALLOWED');
  });
});
