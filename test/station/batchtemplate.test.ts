/** A target's own template: its batches are checked against it line by line, use it, and keep its version on record. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { DescribeThingCommand } from '@aws-sdk/client-iot';
import { createClient, type StationError } from '../../app/contract/index.ts';
import { bulkTemplate } from '../../app/iot/index.ts';
import { createPracticeBench } from '../../app/practice/devices/index.ts';
import { systemClock } from '../../main/clock.ts';
import { openStation } from '../../main/openstation.ts';
import { slotWhen } from '../line/support.ts';
import { iotClient, practice } from '../practice/support.ts';
import { refuses } from '../records/support.ts';
import { makeStation, passphrase } from '../support.ts';

const site = (name: string, more: object = {}): string => {
  const template = JSON.parse(bulkTemplate({ policyNames: ['practice-policy'] }));
  template.Resources.thing.Properties.AttributePayload = { site: name };
  Object.assign(template.Resources.thing.Properties, more);
  return JSON.stringify(template);
};

/** A station whose target is in its settings, with a unit that passed. */
async function bedOf(t: TestContext) {
  const aws = await practice(t);
  const names = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] as const;
  const before = names.map((name) => process.env[name]);
  [process.env.AWS_ACCESS_KEY_ID, process.env.AWS_SECRET_ACCESS_KEY] = [
    aws.credentials.accessKeyId,
    aws.credentials.secretAccessKey,
  ];
  t.after(() => {
    for (const [index, name] of names.entries())
      if (before[index] === undefined) delete process.env[name];
      else process.env[name] = before[index];
  });
  const devices = { slots: 1, driverOf: () => 'agent', clock: systemClock, baud: 0, computeMs: 0 };
  const bench = createPracticeBench({ ...devices, labelPrefix: 'P:' });
  const dir = await makeStation([{ slotId: 1, name: 'Slot 1', port: 'practice:1', driver: 'agent' }]);
  const station = await openStation({ dir, kind: 'host', threads: false, ports: bench });
  t.after(() => station.close());
  await station.parts.authority.unlock(passphrase);
  const [engineer, operator] = [createClient(station.connect('test')), createClient(station.connect('test'))];
  await engineer.call('session.signIn', { badge: 'EN-1', pin: '2222' });
  await operator.call('session.signIn', { badge: 'OP-1', pin: '1111' });
  const { region, bucket, roleArn, endpoint: endpointUrl } = aws;
  const target = { name: 'main', region, bucket, roleArn, policyNames: [], endpointUrl };
  await engineer.call('targets.save', { target });
  await engineer.call('cloud.registerCas', {});
  const pass = async (): Promise<string> => {
    const { label } = bench.plug(1);
    await slotWhen(operator, 1, 'SCAN');
    await operator.call('bench.scan', { text: label });
    await slotWhen(operator, 1, 'PASS');
    bench.unplug(1);
    await slotWhen(operator, 1, 'EMPTY');
    return label;
  };
  const save = (text: string, name = 'meters') =>
    engineer.call('documents.save', { kind: 'template', name, form: 'bulk', text });
  const name = (template: string) => engineer.call('targets.save', { target: { ...target, template } });
  const attributes = async (thingName: string) =>
    (await iotClient(t, aws).send(new DescribeThingCommand({ thingName }))).attributes;
  const submit = async (batchId: string) =>
    (await (await station.parts.batchJobs.submit({ batchId, actor: 'test' })).done).state;
  return { aws, station, engineer, pass, save, name, target, attributes, submit };
}

test('a target has a template of its own', async (t) => {
  const bed = await bedOf(t);
  const { aws, engineer, pass, save, name, target, attributes, submit, station } = bed;
  const { ledger } = station.parts;
  const serials = [await pass()];

  await t.test('it takes only one that is kept and for this way', async () => {
    await assert.rejects(name('meters'), refuses('document.notFound'));
    const { text } = (await engineer.call('templates.starters', {})).find(({ form }) => form === 'fleet')!;
    await engineer.call('documents.save', { kind: 'template', name: 'claim', form: 'fleet', text });
    await assert.rejects(name('claim'), refuses('template.unfit'));
    await save(site('hamburg', { ThingTypeName: { Ref: 'CertificatePem' } }), 'wrong');
    await assert.rejects(name('wrong'), refuses('template.unfit'), 'no line can fit: a PEM is no name');
  });

  await t.test('a batch made before takes it when it is submitted', async () => {
    const { batchId, template } = await engineer.call('batches.make', {});
    assert.equal(template, null, "the station's own");
    await save(site('bremen').replace('practice-policy', aws.policyName));
    await name('meters');
    assert.deepEqual((await engineer.call('batches.check', { batchId })).problems, []);
    assert.equal(await submit(batchId), 'done');
    assert.equal((await engineer.call('batches.show', { batchId })).template?.version, 1);
    assert.deepEqual(await attributes(serials[0]!), { site: 'bremen' });
  });

  for (const way of ['bulk', 'registerThing'] as const)
    await t.test(`a batch of the way ${way} uses its latest version, which is on record and in the entry`, async () => {
      const serial = await pass();
      const { version } = await save(site(way).replace('practice-policy', aws.policyName));
      const { batchId, template } = await engineer.call('batches.make', { way });
      assert.deepEqual([template?.name, template?.version, template?.hash.length], ['meters', version, 64]);
      assert.equal(await submit(batchId), 'done');
      assert.deepEqual(await attributes(serial), { site: way });
      assert.deepEqual((await engineer.call('batches.show', { batchId })).template, template);
      const { rows } = await ledger.listAudit({ limit: 100, offset: 0 });
      const made = rows.find(({ entry, subject }) => entry === 'batch.made' && subject === batchId);
      assert.deepEqual((made?.data as { template?: unknown } | undefined)?.template, template);
    });

  await t.test('one in use is not retired', async () => {
    const retire = () => engineer.call('documents.retire', { kind: 'template', name: 'meters' });
    await assert.rejects(retire(), refuses('document.inUse', { name: 'meters', targets: 'main' }));
    await engineer.call('targets.save', { target });
    await retire();
  });

  await t.test('what does not fit is named in the check before sending, and before there is a file', async () => {
    await pass();
    const { batchId } = await engineer.call('batches.make', {});
    await save(bulkTemplate());
    await name('meters');
    // As a later program may find it: no line has the Model that this text needs.
    const own = JSON.parse(bulkTemplate());
    const parameters = { ...own.Parameters, Model: { Type: 'String' } };
    const text = JSON.stringify({ ...own, Parameters: parameters }).replace('"Ref":"SerialNumber"', '"Ref":"Model"');
    await ledger.saveDocument({ kind: 'template', name: 'meters', form: 'bulk', text, actor: 'test' });
    const { ok, problems } = await engineer.call('batches.check', { batchId });
    assert.deepEqual([ok, problems[0]?.code], [false, 'template']);
    assert.match(problems[0]?.message ?? '', /Model/);
    await assert.rejects(submit(batchId), refuses('template.unfit'));
    assert.equal((await ledger.batchHead(batchId)).state, 'made', 'nothing left');
    await pass();
    await assert.rejects(engineer.call('batches.make', {}), refuses('template.unfit'));
  });

  await t.test('a unit whose values do not fit is named, and its batch gets no file', async () => {
    const serial = await pass();
    // A thing may have a colon in its name, and a policy may not.
    const own = JSON.parse(bulkTemplate({ policyNames: ['p'] }));
    own.Resources.policy1.Properties = { PolicyName: { Ref: 'SerialNumber' } };
    await save(JSON.stringify(own), 'policies');
    await name('policies');
    const failing = engineer.call('batches.make', { unitSerials: [serial] });
    await assert.rejects(failing, (error: StationError) => {
      assert.match(error.detail, new RegExp(`unit ${serial}: policy1.PolicyName must be a policy name`));
      return error.code === 'template.unfit';
    });
    const [latest] = await ledger.listBatches();
    assert.deepEqual([latest?.state, latest?.error?.code, latest?.digest], ['failed', 'template.unfit', null]);
    await engineer.call('targets.save', { target });
    await engineer.call('batches.make', { unitSerials: [serial] });
  });
});
