import assert from 'node:assert/strict';
import { mkdtemp, readdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import {
  AttachPolicyCommand,
  CreatePolicyCommand,
  CreateThingGroupCommand,
  DescribeCertificateCommand,
  DescribeThingCommand,
  DescribeThingRegistrationTaskCommand,
  GetRegistrationCodeCommand,
  type IoTClient,
  ListAttachedPoliciesCommand,
  ListThingPrincipalsV2Command,
  ListThingRegistrationTaskReportsCommand,
  ListThingRegistrationTasksCommand,
  RegisterCACertificateCommand,
  RegisterThingCommand,
  StartThingRegistrationTaskCommand,
  StopThingRegistrationTaskCommand,
} from '@aws-sdk/client-iot';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { Clock } from '../../app/contract/clock.ts';
import { type PracticeAws, type PracticeAwsOptions, startPracticeAws } from '../../app/practice/aws/index.ts';
import { removeAtEnd } from '../folders.ts';
import { cli, needsAwsCli } from './awscli.ts';
import { idOfPem, type Pki } from './pki.ts';
import { iotClient, pki, practice, refusal, s3Client, wallClock } from './support.ts';

const string = { Type: 'String' };
const Parameters = { ThingName: string, SerialNumber: { ...string, Default: 'none' }, Pem: string, CaPem: string };
const thing = {
  Type: 'AWS::IoT::Thing',
  Properties: { ThingName: { Ref: 'ThingName' }, AttributePayload: { sn: { Ref: 'SerialNumber' } } },
};
const certificate = {
  Type: 'AWS::IoT::Certificate',
  Properties: { CertificatePem: { Ref: 'Pem' }, CACertificatePem: { Ref: 'CaPem' } },
};
const templateOf = (Resources: object, parameters: object = Parameters) =>
  JSON.stringify({ Parameters: parameters, Resources });
const template = templateOf({ unit: thing, identity: certificate });

async function bench(t: TestContext, options: Partial<PracticeAwsOptions> = {}) {
  const aws = await practice(t, options);
  return { ...(await registered(t, aws)), aws };
}

async function registered(t: TestContext, aws: PracticeAws) {
  const [iot, s3, keys] = [iotClient(t, aws), s3Client(t, aws), pki(t)];
  const caPem = keys.ca('ca');
  const { registrationCode = '' } = await iot.send(new GetRegistrationCodeCommand({}));
  const verificationCertificate = keys.issue(registrationCode);
  await iot.send(
    new RegisterCACertificateCommand({ caCertificate: caPem, verificationCertificate, setAsActive: true }),
  );
  const start = async (body: string, over: object = {}) => {
    await s3.send(new PutObjectCommand({ Bucket: aws.bucket, Key: 'in.json', Body: body }));
    const input = {
      templateBody: template,
      inputFileBucket: aws.bucket,
      inputFileKey: 'in.json',
      roleArn: aws.roleArn,
    };
    const { taskId = '' } = await iot.send(new StartThingRegistrationTaskCommand({ ...input, ...over }));
    return taskId;
  };
  return { iot, s3, keys, caPem, start };
}

const line = (keys: Pki, caPem: string, ThingName: string) =>
  JSON.stringify({ ThingName, SerialNumber: ThingName, Pem: keys.issue(ThingName), CaPem: caPem });

async function ended(iot: IoTClient, taskId: string) {
  for (;;) {
    const task = await iot.send(new DescribeThingRegistrationTaskCommand({ taskId }));
    if (task.status !== 'InProgress' && task.status !== 'Cancelling') return task;
  }
}

async function report(
  iot: IoTClient,
  taskId: string,
  reportType: 'RESULTS' | 'ERRORS',
): Promise<Record<string, unknown>[]> {
  const { resourceLinks = [] } = await iot.send(new ListThingRegistrationTaskReportsCommand({ taskId, reportType }));
  const texts = await Promise.all(resourceLinks.map(async (link) => (await fetch(link)).text()));
  return texts
    .join('')
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => JSON.parse(text));
}

suite('RegisterThing', () => {
  test("makes the thing and the certificate under the template's own logical names", async (t) => {
    const { aws, iot, keys, caPem } = await bench(t);
    const Pem = keys.issue('one');
    const { certificatePem, resourceArns } = await iot.send(
      new RegisterThingCommand({ templateBody: template, parameters: { ThingName: 'one', Pem, CaPem: caPem } }),
    );
    const arn = (resource: string) => `arn:aws:iot:${aws.region}:${aws.accountId}:${resource}`;
    assert.deepEqual(resourceArns, { unit: arn('thing/one'), identity: arn(`cert/${idOfPem(Pem)}`) });
    assert.equal(certificatePem, Pem);
    const { attributes } = await iot.send(new DescribeThingCommand({ thingName: 'one' }));
    assert.deepEqual(attributes, { sn: 'none' }, "the parameter's Default");
    const { thingPrincipalObjects } = await iot.send(new ListThingPrincipalsV2Command({ thingName: 'one' }));
    assert.equal(thingPrincipalObjects?.[0]?.principal, arn(`cert/${idOfPem(Pem)}`));
    const { certificateDescription } = await iot.send(new DescribeCertificateCommand({ certificateId: idOfPem(Pem) }));
    assert.equal(certificateDescription?.status, 'ACTIVE', 'the default of Status');
  });

  test('policies are added to those on the certificate; a document makes a policy named by its hash', async (t) => {
    const { aws, iot, keys, caPem } = await bench(t);
    const document = JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: 'iot:*', Resource: '*' },
    });
    const named = { Type: 'AWS::IoT::Policy', Properties: { PolicyName: aws.policyName } };
    const own = { Type: 'AWS::IoT::Policy', Properties: { PolicyDocument: document } };
    const parameters = { ThingName: 'one', Pem: keys.issue('one'), CaPem: caPem };
    const first = await iot.send(
      new RegisterThingCommand({ templateBody: templateOf({ unit: thing, identity: certificate }), parameters }),
    );
    const target = first.resourceArns?.identity;
    await iot.send(new CreatePolicyCommand({ policyName: 'earlier', policyDocument: document }));
    await iot.send(new AttachPolicyCommand({ policyName: 'earlier', target }));
    const { resourceArns } = await iot.send(
      new RegisterThingCommand({
        templateBody: templateOf({ unit: thing, identity: certificate, named, own }),
        parameters,
      }),
    );
    assert.match(resourceArns?.own ?? '', /:policy\/[0-9A-F]{40}$/);
    assert.equal(resourceArns?.named, undefined);
    const { policies } = await iot.send(new ListAttachedPoliciesCommand({ target }));
    assert.deepEqual(
      policies?.map((policy) => policy.policyName),
      ['earlier', aws.policyName, resourceArns?.own?.split('/')[1]],
    );
  });

  test('a step that fails is ResourceRegistrationFailureException', async (t) => {
    const { iot, keys, caPem } = await bench(t);
    keys.ca('stranger');
    const register = (Resources: object, over: object = {}) =>
      refusal(
        iot.send(
          new RegisterThingCommand({
            templateBody: templateOf(Resources),
            parameters: { ThingName: 'x', Pem: keys.issue('x'), CaPem: caPem, ...over },
          }),
        ),
      );
    const policy = { Type: 'AWS::IoT::Policy', Properties: { PolicyName: 'missing' } };
    const typed = { ...thing, Properties: { ...thing.Properties, ThingTypeName: 'missing' } };
    const grouped = { ...thing, Properties: { ...thing.Properties, ThingGroups: ['missing'] } };
    const failure = 'ResourceRegistrationFailureException 400';
    assert.equal(
      await register({ unit: thing, identity: certificate }, { Pem: keys.issue('x', { by: 'stranger' }) }),
      failure,
    );
    assert.equal(await register({ unit: thing, identity: certificate }, { ThingName: 'not a name' }), failure);
    assert.equal(await register({ unit: thing, policy, identity: certificate }), failure);
    assert.equal(await register({ unit: typed }, { ThingName: 'y' }), failure);
    assert.equal(await register({ unit: grouped }, { ThingName: 'z' }), failure);
    assert.equal(await register({ unit: thing }, { ThingName: undefined }), failure, 'a Ref without a value');
  });

  const invalid: [string, string][] = [
    ['no JSON', 'x'],
    ['no resources', templateOf({})],
    ['an unknown type', templateOf({ unit: { ...thing, Type: 'AWS::IoT::Widget' } })],
    ['an undeclared Ref', templateOf({ unit: thing }, {})],
    [
      'a function of fleet templates',
      templateOf({ unit: { ...thing, Properties: { ThingName: { 'Fn::Join': ['', ['a']] } } } }),
    ],
    [
      'two forms of the certificate',
      templateOf({ c: { ...certificate, Properties: { CertificatePem: 'a', CertificateId: 'b' } } }),
    ],
    ['no form of the policy', templateOf({ p: { Type: 'AWS::IoT::Policy', Properties: {} } })],
    [
      'an override of the policy',
      templateOf({
        p: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: 'x' }, OverrideSettings: { PolicyName: 'FAIL' } },
      }),
    ],
    ['MERGE of a status', templateOf({ c: { ...certificate, OverrideSettings: { Status: 'MERGE' } } })],
  ];
  for (const [what, templateBody] of invalid) {
    test(`a template with ${what} is an InvalidRequestException`, async (t) => {
      const { iot, aws } = await bench(t);
      const parameters = { ThingName: 'x' };
      assert.equal(
        await refusal(iot.send(new RegisterThingCommand({ templateBody, parameters }))),
        'InvalidRequestException 400',
      );
      assert.equal(aws.snapshot().things, 0);
    });
  }

  test('override settings decide what becomes of a thing that is there, in both spellings', async (t) => {
    const { iot } = await bench(t);
    await iot.send(new CreateThingGroupCommand({ thingGroupName: 'g' }));
    const register = (sn: string, OverrideSettings?: object, more: object = {}) => {
      const Properties = { ThingName: 'x', AttributePayload: { sn, ...more } };
      return iot.send(
        new RegisterThingCommand({
          templateBody: templateOf({ unit: { Type: 'AWS::IoT::Thing', Properties, OverrideSettings } }, {}),
        }),
      );
    };
    const attributes = async () => (await iot.send(new DescribeThingCommand({ thingName: 'x' }))).attributes;
    await register('1', undefined, { old: 'yes' });
    await register('2');
    assert.deepEqual(await attributes(), { sn: '1', old: 'yes' });
    await register('2', { AttributePayload: 'MERGE' });
    assert.deepEqual(await attributes(), { sn: '2', old: 'yes' });
    await register('3', { ATTRIBUTE_PAYLOAD: 'REPLACE' });
    assert.deepEqual(await attributes(), { sn: '3' });
    assert.equal(
      await refusal(register('4', { AttributePayload: 'FAIL' })),
      'ResourceRegistrationFailureException 400',
    );
  });
});

suite('bulk registration', () => {
  test('every line is registered or refused, and the reports say which', async (t) => {
    const { iot, keys, caPem, start } = await bench(t);
    const good = ['u1', 'u2'].map((name) => line(keys, caPem, name));
    const taskId = await start(
      [good[0], '', 'not json', '{"ThingName": 5}', '[]', `"${'x'.repeat(256_000)}"`, `${good[1]}\r`].join('\n'),
    );
    const task = await ended(iot, taskId);
    assert.deepEqual(
      [task.status, task.successCount, task.failureCount, task.percentageProgress],
      ['Completed', 2, 4, 100],
    );
    const results = (await report(iot, taskId, 'RESULTS')) as {
      response: { CertificatePem: string; ResourceArns: Record<string, string> };
    }[];
    assert.deepEqual(
      results.map(({ response }) => response.ResourceArns.unit?.split('/')[1]),
      ['u1', 'u2'],
    );
    assert.match(results[0]?.response.CertificatePem ?? '', /^-----BEGIN CERTIFICATE-----\n/);
    const errors = await report(iot, taskId, 'ERRORS');
    assert.deepEqual(
      errors.map((error) => [error.layout, error.lineNumber]),
      [3, 4, 5, 6].map((n) => ['birthmark-practice', n]),
    );
  });

  test('one task at a time; a second is an InvalidRequest; stopping ends it as Cancelled', async (t) => {
    const { iot, keys, caPem, start } = await bench(t, { rate: 0.001 });
    const body = line(keys, caPem, 'u1');
    const taskId = await start(body);
    assert.equal(await refusal(start(body)), 'InvalidRequestException 400');
    const list = async (status?: 'InProgress' | 'Cancelling') =>
      (await iot.send(new ListThingRegistrationTasksCommand({ status }))).taskIds;
    assert.deepEqual(await list('InProgress'), [taskId]);
    assert.deepEqual(await report(iot, taskId, 'RESULTS'), [], 'nothing before the end');
    await iot.send(new StopThingRegistrationTaskCommand({ taskId }));
    assert.equal((await ended(iot, taskId)).status, 'Cancelled');
    assert.equal(
      await refusal(iot.send(new StopThingRegistrationTaskCommand({ taskId }))),
      'InvalidRequestException 400',
    );
    assert.deepEqual(await list(), [taskId]);
  });

  test('what the task cannot use ends it as Failed, with a message', async (t) => {
    const { iot, aws, keys, caPem, start } = await bench(t);
    const body = line(keys, caPem, 'u1');
    const cases = [{ inputFileBucket: 'missing' }, { inputFileKey: 'missing' }, { roleArn: `${aws.roleArn}-other` }];
    for (const over of cases) {
      const task = await ended(iot, await start(body, over));
      assert.equal(task.status, 'Failed');
      assert.match(task.message ?? '', /missing|other/);
    }
    aws.setFault({ kind: 'failTask', message: 'as asked' });
    assert.equal((await ended(iot, await start(body))).message, 'as asked');
    assert.equal((await ended(iot, await start(body))).status, 'Completed');
    assert.equal(await refusal(start(body, { inputFileKey: 'with space' })), 'InvalidRequestException 400');
    assert.equal(await refusal(start(body, { templateBody: '{}' })), 'InvalidRequestException 400');
  });

  test('a line fails on demand', async (t) => {
    const { iot, aws, keys, caPem, start } = await bench(t);
    aws.setFault({ kind: 'failLine', line: 2 });
    const taskId = await start(['u1', 'u2', 'u3'].map((name) => line(keys, caPem, name)).join('\n'));
    await ended(iot, taskId);
    assert.deepEqual(
      (await report(iot, taskId, 'ERRORS')).map((error) => error.thingName),
      ['u2'],
    );
  });

  test('a report link cannot be guessed, an unknown task is refused as modelled', async (t) => {
    const { iot, keys, caPem, start } = await bench(t);
    const taskId = await start(line(keys, caPem, 'u1'));
    await ended(iot, taskId);
    const { resourceLinks } = await iot.send(
      new ListThingRegistrationTaskReportsCommand({ taskId, reportType: 'RESULTS' }),
    );
    const link = resourceLinks?.[0] ?? '';
    assert.equal((await fetch(link)).status, 200);
    assert.equal((await fetch(link.replace(/[0-9a-f]{32}/, '0'.repeat(32)))).status, 403);
    const unknown = { taskId: 'x' };
    assert.equal(
      await refusal(iot.send(new DescribeThingRegistrationTaskCommand(unknown))),
      'ResourceNotFoundException 404',
    );
    assert.equal(
      await refusal(iot.send(new StopThingRegistrationTaskCommand(unknown))),
      'ResourceNotFoundException 404',
    );
    const reports = iot.send(new ListThingRegistrationTaskReportsCommand({ ...unknown, reportType: 'ERRORS' }));
    assert.equal(await refusal(reports), 'InvalidRequestException 400');
  });

  test('lines come at the rate asked for', async (t) => {
    let nowMs = 0;
    const clock: Clock = {
      now: () => new Date(),
      monotonicMs: () => nowMs,
      after: (ms, fire) => {
        // What comes once a minute is not a line's.
        if (ms >= 60_000) return () => {};
        const handle = setImmediate(() => {
          nowMs += ms;
          fire();
        });
        return () => clearImmediate(handle);
      },
    };
    const { iot, keys, caPem, start } = await bench(t, { clock, rate: 20 });
    await ended(iot, await start(['u1', 'u2', 'u3', 'u4'].map((name) => line(keys, caPem, name)).join('\n')));
    assert.equal(nowMs, 200, '4 lines at 20 a second');
  });

  test('aws-cli starts a task and reads its results', async (t) => {
    if (!needsAwsCli(t)) return;
    const { aws, s3, keys, caPem } = await bench(t);
    await s3.send(new PutObjectCommand({ Bucket: aws.bucket, Key: 'in.json', Body: line(keys, caPem, 'u1') }));
    const run = cli(aws);
    const input = ['--input-file-bucket', aws.bucket, '--input-file-key', 'in.json', '--role-arn', aws.roleArn];
    const { taskId } = (await run('iot', 'start-thing-registration-task', '--template-body', template, ...input)) as {
      taskId: string;
    };
    const task = (await run('iot', 'describe-thing-registration-task', '--task-id', taskId)) as {
      status: string;
      successCount: number;
    };
    assert.deepEqual([task.status, task.successCount], ['Completed', 1]);
    const links = ['--task-id', taskId, '--report-type', 'RESULTS'];
    const { resourceLinks } = (await run('iot', 'list-thing-registration-task-reports', ...links)) as {
      resourceLinks: string[];
    };
    assert.equal(resourceLinks.length, 1);
  });
});

suite('over a restart', () => {
  test('everything is still there, and a running task goes on behind the lines it had done', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'birthmark-state-'));
    removeAtEnd(folder);
    const stateFile = join(folder, 'aws.json');
    const first = await startPracticeAws({ clock: wallClock(), stateFile, rate: 50 });
    const { iot, s3, keys, caPem, start } = await registered(t, first);
    const names = Array.from({ length: 40 }, (_, n) => `u${n}`);
    const body = names.map((name) => line(keys, caPem, name)).join('\n');
    const taskId = await start(body);
    while (first.snapshot().things < 2) await iot.send(new DescribeThingRegistrationTaskCommand({ taskId }));
    await s3.send(new PutObjectCommand({ Bucket: first.bucket, Key: 'other', Body: 'kept', Metadata: { a: 'b' } }));
    await first.close();
    assert.ok(first.snapshot().things < names.length, 'closed in the middle of the task');
    assert.equal((await stat(stateFile)).mode & 0o077, 0, 'credentials are for this user only');
    assert.deepEqual((await readdir(folder)).sort(), ['aws.json', 'aws.json.journal', 'aws.json.objects']);

    const second = await practice(t, { stateFile });
    assert.deepEqual(second.credentials, first.credentials);
    const iot2 = iotClient(t, second);
    const task = await ended(iot2, taskId);
    assert.deepEqual([task.status, task.successCount, task.failureCount], ['Completed', names.length, 0]);
    const results = (await report(iot2, taskId, 'RESULTS')) as { response: { ResourceArns: { unit: string } } }[];
    assert.deepEqual(
      results.map(({ response }) => response.ResourceArns.unit.split('/')[1]),
      names,
    );
    const kept = await s3Client(t, second).send(new GetObjectCommand({ Bucket: second.bucket, Key: 'other' }));
    assert.deepEqual([await kept.Body?.transformToString(), kept.Metadata], ['kept', { a: 'b' }]);
  });
});
