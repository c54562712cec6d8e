/** Batches, orders, and templates of targets by the command line: which units, where to, how; and each target by its name. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { bulkTemplate, templateStarters } from '../../app/iot/index.ts';
import { type PracticeAws, startPracticeAws } from '../../app/practice/aws/index.ts';
import { systemClock } from '../../main/clock.ts';
import { makeBed, slotWhen } from '../line/support.ts';
import { passphrase } from '../support.ts';
import { commandLine } from './commandline.ts';

const { json, run, giveCredentials } = commandLine();

type Made = { target: string; way: string; count: number; digest: string | null };

describe('batches and targets by the command line', { concurrency: false, timeout: 300_000 }, () => {
  const serials: string[] = [];
  let [data, order, secret] = ['', '', ''];
  let accounts: PracticeAws[] = [];
  const engineer = (...args: string[]) => json(...args, '--data', data, '--passphrase-file', secret);
  const make = (...args: string[]) => engineer('batch', 'make', ...args);
  const file = async (name: string, text: string) => {
    const path = join(dirname(data), name);
    await writeFile(path, text);
    return path;
  };
  /** What a command gave, which must have gone well. */
  const well = async (done: ReturnType<typeof json>) => {
    const { code, value } = await done;
    assert.equal(code, 0, JSON.stringify(value));
    return value;
  };
  const refusal = async (done: ReturnType<typeof json>) => (await done).value.error?.code;

  before(async () => {
    const start = () => startPracticeAws({ clock: systemClock, rate: Number.POSITIVE_INFINITY, anyClient: true });
    accounts = await Promise.all([start(), start()]);
    giveCredentials({ accessKeyId: 'practice', secretAccessKey: 'practice' });
    const bed = await makeBed(1);
    for (let unit = 0; unit < 3; unit++) {
      const { label } = bed.bench.plug(1);
      await slotWhen(bed.operator, 1, 'SCAN');
      await bed.operator.call('bench.scan', { text: label });
      await slotWhen(bed.operator, 1, 'PASS');
      bed.bench.unplug(1);
      await slotWhen(bed.operator, 1, 'EMPTY');
      serials.push(label);
    }
    order = (await bed.engineer.call('orders.list', {}))[0]?.orderId ?? '';
    await bed.close();
    data = bed.station.parts.dir;
    secret = await file('passphrase', passphrase);
    for (const [index, name] of ['eu', 'us'].entries()) {
      const { endpoint, region, bucket, roleArn, policyName } = accounts[index]!;
      const flags = ['--endpoint-url', endpoint, '--region', region, '--bucket', bucket, '--role-arn', roleArn];
      await well(engineer('target', 'add', name, ...flags, '--policy', policyName));
    }
  });
  after(async () => {
    await Promise.all(accounts.map((aws) => aws.close()));
  });

  test('batch make: the flags narrow the units, and a batch is made for each target', async () => {
    const [first = '', second = ''] = serials;
    const later = new Date(Date.now() + 3_600_000).toISOString();
    assert.equal(await refusal(make('--since', later)), 'batch.empty');
    assert.equal(await refusal(make('--until', '2020-01-01')), 'batch.empty');
    const backwards = await make('--since', '2026-02-02', '--until', '2026-01-01');
    assert.deepEqual([backwards.code, backwards.value.error.code], [2, 'call.badParams']);
    assert.match(backwards.value.error.detail, /^--until: a time after the one at which the period begins/);
    assert.equal(await refusal(make('--state', 'rejected')), 'batch.empty');
    assert.equal(await refusal(make('--order', 'none')), 'order.notFound');
    for (const wrong of [
      ['--state', 'odd'],
      ['--way', 'odd'],
      ['--since', 'odd'],
    ])
      assert.equal(await refusal(make(...wrong)), 'call.badParams', wrong.join(' '));
    assert.equal(await refusal(make('--target', 'odd')), 'cloud.noTarget');
    assert.equal(await refusal(make('--file', await file('empty.txt', '\n'))), 'call.badParams');

    const badLine = await make('--file', await file('bad.txt', `${first}\n\n two words \n`));
    assert.match(badLine.value.error.detail, /bad\.txt, line 3: "two words" is no unit serial: letters, digits/);
    const badTarget = await make('--target', 'Berlin Süd');
    assert.match(badTarget.value.error.detail, /^--target: small letters, digits and -, at most 32/);
    assert.deepEqual([badLine.code, badTarget.code], [2, 2]);

    const list = await file('units.txt', `${first}\r\n\n${second}\n${first}\n`);
    const both = await well(make('--file', list, '--way', 'registerThing', '--target', 'eu', '--target', 'us'));
    assert.deepEqual(
      both.map(({ target, way, count, digest }: Made) => [target, way, count, digest]),
      [
        ['eu', 'registerThing', 2, null],
        ['us', 'registerThing', 2, null],
      ],
    );
    const rest = await well(make('--since', '2020-01-01', '--state', 'passed', '--order', order));
    assert.deepEqual([rest.target, rest.way, rest.count, rest.digest.length], ['eu', 'bulk', 1, 64]);
    const { code, value } = await make('--target', 'eu', '--target', 'us');
    assert.deepEqual([code, value.length, value[0].target, value[0].count], [1, 1, 'us', 1], 'eu has every unit');
  });

  test("batch submit registers the CA in the batch's own target, and in no other; one that a person stopped stays stopped", async () => {
    const [eu, us] = accounts;
    const batches = await well(json('batch', 'list', '--data', data));
    const inUs = batches.filter(({ target }: { target: string }) => target === 'us');
    const caOf = (aws: PracticeAws | undefined) => aws?.snapshot().authorities.map(({ status }) => status);
    const submit = (batchId: string, ...flags: string[]) => engineer('batch', 'submit', batchId, ...flags);
    assert.equal(await refusal(submit(inUs[0].batchId, '--no-register-ca')), 'cloud.caNotRegistered');
    assert.deepEqual(caOf(us), []);
    // The question needs no engineer.
    const asked = await json('batch', 'check', inUs[0].batchId, '--data', data);
    assert.deepEqual([asked.code, asked.value.ok], [1, false], JSON.stringify(asked.value));
    const { issuerId } = (await well(json('cloud', 'ca', 'list', '--data', data))).cas[0];
    for (const { batchId, count } of inUs) {
      if (caOf(us)?.length === 1) {
        await well(engineer('cloud', 'ca', 'deactivate', issuerId, '--target', 'us'));
        assert.equal(await refusal(submit(batchId)), 'cloud.caNotRegistered');
        assert.deepEqual(caOf(us), ['INACTIVE']);
        await well(engineer('cloud', 'ca', 'activate', issuerId, '--target', 'us'));
      }
      const done = await well(submit(batchId));
      assert.deepEqual([done.state, done.registered], ['done', count]);
    }
    assert.deepEqual([caOf(us), us?.snapshot().things], [['ACTIVE'], 3]);
    assert.deepEqual([caOf(eu), eu?.snapshot().things], [[], 0]);
  });

  test('orders register: where and how the units of an order go while the line runs', async () => {
    const register = (...flags: string[]) => engineer('orders', 'register', order, ...flags);
    const onRecord = async () =>
      (await well(json('orders', 'list', '--data', data))).find(({ orderId }: { orderId: string }) => orderId === order)
        .registration;
    assert.deepEqual((await well(register())).registration, { target: 'eu', way: 'registerThing' });
    await well(register('--target', 'us', '--way', 'withoutCa'));
    assert.deepEqual(await onRecord(), { target: 'us', way: 'withoutCa' });
    assert.equal(await refusal(register('--way', 'bulk')), 'call.badParams', 'a task needs a file that is whole');
    assert.equal(await refusal(register('--target', 'odd')), 'cloud.noTarget');
    assert.equal(await refusal(engineer('orders', 'register', 'none')), 'order.notFound');
    await well(register('--off'));
    assert.equal(await onRecord(), null);
  });

  test('target change --template: a kept bulk template, or none', async () => {
    const bulk = await file('bulk.json', bulkTemplate());
    assert.equal(await refusal(engineer('target', 'change', 'us', '--template', 'meters')), 'document.notFound');
    await well(engineer('template', 'save', 'meters', bulk));
    assert.equal((await well(engineer('target', 'change', 'us', '--template', 'meters'))).template, 'meters');
    assert.equal(await refusal(engineer('template', 'retire', 'meters')), 'document.inUse');
    assert.equal((await well(engineer('target', 'change', 'us', '--template', 'none'))).template, undefined);
    await well(engineer('template', 'retire', 'meters'));
  });

  test('template push, list --target, remove-in-aws: in the target that is named', async () => {
    const text = templateStarters().find(({ name }) => name === 'claim')?.text ?? '';
    await well(engineer('template', 'save', 'claim', await file('claim.json', text), '--kind', 'fleet'));
    const to = ['--target', 'us'];
    assert.deepEqual(await well(engineer('template', 'push', 'claim', ...to)), { made: 'created', version: 1 });
    assert.equal((await well(engineer('template', 'push', 'claim', ...to))).made, 'unchanged');
    const inAws = (target: string) => well(json('template', 'list', '--target', target, '--data', data));
    const facts = { type: 'FLEET_PROVISIONING', enabled: true, version: 1, kept: 1 };
    assert.deepEqual([await inAws('us'), await inAws('eu')], [[{ name: 'claim', ...facts }], []]);
    const { out } = await run('template', 'list', '--target', 'eu', '--data', data);
    assert.match(out, /no templates in AWS/);
    await well(
      engineer(
        'template',
        'save',
        'claim',
        await file('claim2.json', text.replace('device-', 'unit-')),
        '--kind',
        'fleet',
      ),
    );
    const hook = 'arn:aws:lambda:us-east-1:123456789012:function:hook';
    assert.deepEqual(await well(engineer('template', 'push', 'claim', ...to, '--hook-arn', hook)), {
      made: 'version',
      version: 2,
    });
    assert.deepEqual(await inAws('us'), [{ name: 'claim', ...facts, version: 2, kept: 2, hook }]);
    const back = (version: string) => engineer('template', 'default', 'claim', '--version', version, ...to);
    assert.deepEqual(await well(back('1')), { version: 1 });
    assert.equal((await well(engineer('template', 'push', 'claim', ...to, '--hook-arn', 'none'))).version, 3);
    assert.deepEqual(await inAws('us'), [{ name: 'claim', ...facts, version: 3, kept: 2 }]);
    assert.equal(await refusal(back('9')), 'document.notFound');
    const remove = () => engineer('template', 'remove-in-aws', 'claim', ...to);
    await well(remove());
    assert.deepEqual(await inAws('us'), []);
    assert.equal(await refusal(remove()), 'document.notFound');
    assert.equal(await refusal(engineer('template', 'push', 'none', ...to)), 'document.notFound');
  });
});
