/** Who calls the practice AWS, and what a real identity policy lets them do. */
import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import {
  CreateThingCommand,
  DescribeThingCommand,
  DescribeThingRegistrationTaskCommand,
  ListThingRegistrationTaskReportsCommand,
  StartThingRegistrationTaskCommand,
} from '@aws-sdk/client-iot';
import { ListKeysCommand } from '@aws-sdk/client-kms';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { decide } from '../../app/iot/index.ts';
import {
  type PracticeAws,
  type PracticeAwsOptions,
  roleName,
  startPracticeAws,
  userName,
} from '../../app/practice/aws/index.ts';
import { identityPolicy } from '../../app/practice/aws/permissions/document.ts';
import { removeAtEnd } from '../folders.ts';
import { cli, needsAwsCli } from './awscli.ts';
import { iotClient, kmsClient, practice, refusal, s3Client, wallClock } from './support.ts';

type Element = Record<string, unknown>;
const allow = (Action: unknown, Resource: unknown = '*', more: Element = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
const policyOf = (...Statement: Element[]) => JSON.stringify({ Version: '2012-10-17', Statement });

async function bench(t: TestContext, options: Partial<PracticeAwsOptions> = {}) {
  const aws = await practice(t, options);
  return { aws, iot: iotClient(t, aws), s3: s3Client(t, aws), permit: permitOf(aws) };
}
const permitOf =
  (aws: PracticeAws) =>
  (...Statement: Element[]) =>
    aws.act({ act: 'policy', identity: userName, policy: policyOf(...Statement) });

async function whyNot(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    return (error as Error).message;
  }
  return 'allowed';
}

suite('decisions of identity policies', () => {
  const thing = 'arn:aws:iot:us-east-1:123456789012:thing/lamp-1';
  const cases: [title: string, statements: Element[], wish: Partial<Parameters<typeof decide>[1]>, decision: string][] =
    [
      ['nothing allows', [allow('s3:*')], {}, 'IMPLICIT_DENY'],
      ['the action is named', [allow('iot:DescribeThing')], {}, 'ALLOWED'],
      ['an action in other case', [allow('IOT:describething')], {}, 'ALLOWED'],
      ['a wildcard of actions', [allow('iot:Describe*', thing)], {}, 'ALLOWED'],
      ['? is one character', [allow('iot:DescribeThin?', `${thing.slice(0, -1)}?`)], {}, 'ALLOWED'],
      ['? is not none', [allow('*', `${thing}?`)], {}, 'IMPLICIT_DENY'],
      ['a resource in other case', [allow('*', thing.replace('lamp', 'Lamp'))], {}, 'IMPLICIT_DENY'],
      ['deny wins', [allow('*'), { Effect: 'Deny', Action: 'iot:*', Resource: thing }], {}, 'EXPLICIT_DENY'],
      ['NotAction', [{ Effect: 'Allow', NotAction: 'iot:Delete*', Resource: '*' }], {}, 'ALLOWED'],
      ['NotAction leaves out', [{ Effect: 'Allow', NotAction: 'iot:Describe*', Resource: '*' }], {}, 'IMPLICIT_DENY'],
      ['NotResource', [{ Effect: 'Deny', Action: '*', NotResource: `${thing}*` }, allow('*')], {}, 'ALLOWED'],
      [
        'a variable',
        [allow('*', `arn:aws:iot:*:*:thing/\${aws:username}`)],
        { context: { 'aws:username': 'lamp-1' } },
        'ALLOWED',
      ],
      ['a variable without a value', [allow('*', `arn:aws:iot:*:*:thing/\${aws:username}*`)], {}, 'IMPLICIT_DENY'],
      ['an escaped star is a star', [allow('*', `arn:aws:iot:*:*:thing/\${*}`)], {}, 'IMPLICIT_DENY'],
    ];
  for (const [title, statements, wish, decision] of cases) {
    test(title, () => {
      const asked = { action: 'iot:DescribeThing', resource: thing, context: {}, ...wish };
      assert.equal(decide([identityPolicy(policyOf(...statements))], asked).decision, decision);
    });
  }

  const conditions: [condition: Element, context: Record<string, string>, holds: boolean][] = [
    [
      { StringEquals: { 'aws:RequestedRegion': ['eu-west-1', 'us-east-1'] } },
      { 'aws:requestedregion': 'us-east-1' },
      true,
    ],
    [{ StringEquals: { 'aws:RequestedRegion': 'us-east-1' } }, {}, false],
    [{ StringNotEquals: { 'aws:RequestedRegion': 'us-east-1' } }, {}, true],
    [{ StringNotLike: { 'aws:username': 'bir*' } }, { 'aws:username': 'birthmark' }, false],
    [{ StringEqualsIfExists: { 'iam:PassedToService': 'iot.amazonaws.com' } }, {}, true],
    [{ 'ForAnyValue:StringLike': { 'aws:username': '*' } }, {}, false],
    [{ 'ForAllValues:StringLike': { 'aws:username': '*' } }, {}, true],
    [{ Null: { 'aws:username': 'true' } }, {}, true],
    [{ Null: { 'aws:username': true } }, { 'aws:username': 'x' }, false],
    [{ Bool: { 'aws:SecureTransport': false } }, { 'aws:securetransport': 'false' }, true],
    [{ IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } }, { 'aws:sourceip': '127.0.0.1' }, true],
    [{ NotIpAddress: { 'aws:SourceIp': '127.0.0.0/8' } }, { 'aws:sourceip': '127.0.0.1' }, false],
    [{ NumericLessThan: { 's3:max-keys': 10 } }, { 's3:max-keys': '9' }, true],
    [
      { DateGreaterThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' } },
      { 'aws:currenttime': '2027-01-01T00:00:00Z' },
      true,
    ],
    [
      { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/b*' } },
      { 'aws:principalarn': 'arn:aws:iam::1:role/b' },
      true,
    ],
    [{ StringEqual: { 'aws:username': 'x' } }, { 'aws:username': 'x' }, false],
  ];
  for (const [Condition, context, holds] of conditions) {
    test(`${JSON.stringify(Condition)} with ${JSON.stringify(context)}`, () => {
      const policy = identityPolicy(policyOf(allow('*', '*', { Condition })));
      const { decision } = decide([policy], { action: 'iot:X', resource: '*', context });
      assert.equal(decision === 'ALLOWED', holds);
    });
  }

  test('a Deny, wherever it stands, never allows more; any JSON is read or refused with a sentence', () => {
    const statement = fc.record({
      Effect: fc.constantFrom('Allow', 'Deny'),
      Action: fc.constantFrom('iot:*', 'iot:Describe*', 's3:*', '*'),
      Resource: fc.constantFrom('*', thing, 'arn:aws:s3:::b/*'),
    });
    fc.assert(
      fc.property(fc.array(statement, { minLength: 1 }), statement, fc.nat(), (statements, more, at) => {
        const wish = { action: 'iot:DescribeThing', resource: thing, context: {} };
        const denied = [...statements];
        denied.splice(at % (statements.length + 1), 0, { ...more, Effect: 'Deny' });
        const [before, after] = [statements, denied].map(
          (all) => decide([identityPolicy(policyOf(...all))], wish).decision,
        );
        return after !== 'ALLOWED' || before === 'ALLOWED';
      }),
    );
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
        try {
          return Array.isArray(identityPolicy(text).statements);
        } catch (error) {
          return error instanceof Error && error.message.endsWith('.');
        }
      }),
    );
  });

  test('a malformed policy is refused in words, and the one before it stays', async (t) => {
    const { aws, permit } = await bench(t);
    permit(allow('iot:*'));
    for (const [statement, reason] of [
      [{ Effect: 'Allow', Action: 'iot:*' }, /needs Resource or NotResource/],
      [{ ...allow('iot:*'), Principal: '*' }, /Principal/],
      [allow('DescribeThing'), /not "service:Action"/],
      [allow('iot:*', 'thing/x'), /not an ARN/],
      [{ ...allow('*'), Effect: 'allow' }, /Effect: must be/],
    ] as const) {
      assert.throws(() => permit(statement), reason);
    }
    const { identities } = aws.act({ act: 'status' });
    assert.equal(identities.find(({ name }) => name === userName)?.policy, policyOf(allow('iot:*')));
  });
});

suite('calls under a policy', () => {
  test('IoT, S3 and KMS refuse in their own forms, and name user, action and resource', async (t) => {
    const { aws, iot, s3, permit } = await bench(t);
    const arn = `arn:aws:iot:${aws.region}:${aws.accountId}:thing/lamp`;
    permit(allow('iot:DescribeThing', arn), { Effect: 'Deny', Action: 's3:PutObject', Resource: '*' });
    const create = iot.send(new CreateThingCommand({ thingName: 'lamp' }));
    assert.equal(
      await whyNot(create),
      `User: arn:aws:iam::${aws.accountId}:user/${userName} is not authorized to perform: iot:CreateThing on resource: ${arn} because no identity-based policy allows the iot:CreateThing action`,
    );
    assert.equal(await refusal(create), 'AccessDeniedException 403');
    const put = s3.send(new PutObjectCommand({ Bucket: aws.bucket, Key: 'k', Body: 'x' }));
    assert.match(
      await whyNot(put),
      /s3:PutObject on resource: "arn:aws:s3:::birthmark-practice\/k" with an explicit deny/,
    );
    assert.equal(await refusal(put), 'AccessDenied 403');
    assert.equal(await refusal(kmsClient(t, aws).send(new ListKeysCommand({}))), 'AccessDeniedException 400');
    assert.equal(
      await refusal(iot.send(new DescribeThingCommand({ thingName: 'lamp' }))),
      'ResourceNotFoundException 404',
      'this one is allowed',
    );
    assert.deepEqual([aws.snapshot().things, aws.snapshot().buckets[0]?.objects], [0, []], 'nothing was done');
  });

  test('who may not list a bucket does not learn that an object is missing', async (t) => {
    const { aws, s3, permit } = await bench(t);
    const get = () => refusal(s3.send(new GetObjectCommand({ Bucket: aws.bucket, Key: 'missing' })));
    permit(allow('s3:GetObject'));
    assert.equal(await get(), 'AccessDenied 403');
    assert.equal(await refusal(s3.send(new HeadObjectCommand({ Bucket: aws.bucket, Key: 'm' }))), 'Unknown 403');
    permit(allow(['s3:GetObject', 's3:ListBucket']));
    assert.equal(await get(), 'NoSuchKey 404');
  });

  test('keys that are deleted together are decided one by one', async (t) => {
    const { aws, s3, permit } = await bench(t);
    for (const Key of ['a/1', 'b/1']) await s3.send(new PutObjectCommand({ Bucket: aws.bucket, Key, Body: '' }));
    permit(allow('s3:DeleteObject', 'arn:aws:s3:::birthmark-practice/a/*'));
    const Delete = { Objects: [{ Key: 'a/1' }, { Key: 'b/1' }] };
    const { Deleted, Errors } = await s3.send(new DeleteObjectsCommand({ Bucket: aws.bucket, Delete }));
    assert.deepEqual(
      [Deleted?.map(({ Key }) => Key), Errors?.map(({ Key, Code }) => [Key, Code])],
      [['a/1'], [['b/1', 'AccessDenied']]],
    );
    assert.deepEqual(
      aws.snapshot().buckets[0]?.objects.map(({ key }) => key),
      ['b/1'],
    );
  });

  test('several identities call, each with its own policy', async (t) => {
    const { aws, iot } = await bench(t);
    const { credentials } = aws.act({ act: 'identity', name: 'auditor', kind: 'user' });
    assert.ok(credentials);
    aws.act({ act: 'policy', identity: 'auditor', policy: policyOf(allow('iot:Describe*')) });
    const auditor = iotClient(t, { ...aws, credentials });
    await iot.send(new CreateThingCommand({ thingName: 'lamp' }));
    assert.equal((await auditor.send(new DescribeThingCommand({ thingName: 'lamp' }))).thingName, 'lamp');
    assert.match(
      await whyNot(auditor.send(new CreateThingCommand({ thingName: 'two' }))),
      /user\/auditor is not authorized/,
    );
    aws.act({ act: 'removeIdentity', name: 'auditor' });
    assert.equal(
      await refusal(auditor.send(new DescribeThingCommand({ thingName: 'lamp' }))),
      'UnrecognizedClientException 403',
    );
    assert.throws(() => aws.act({ act: 'removeIdentity', name: userName }), /stays/);
  });

  test('identities and their policies are still there after a restart', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'practice-identities-'));
    removeAtEnd(folder);
    const stateFile = join(folder, 'state.json');
    const first = await startPracticeAws({ clock: wallClock(), stateFile });
    first.act({ act: 'policy', identity: roleName, policy: policyOf(allow('iot:*')) });
    const { credentials } = first.act({ act: 'identity', name: 'auditor', kind: 'user' });
    await first.close();
    const again = await practice(t, { stateFile });
    const { identities } = again.act({ act: 'status' });
    assert.deepEqual(
      identities.map(({ name, policy }) => [name, policy]),
      [
        [userName, null],
        [roleName, policyOf(allow('iot:*'))],
        ['auditor', null],
      ],
    );
    assert.ok(credentials);
    const list = new ListBucketsCommand({});
    assert.equal(await refusal(s3Client(t, { ...again, credentials }).send(list)), 'accepted');
  });

  test('unsigned calls get the error of the service that they are for', async (t) => {
    const { aws } = await bench(t);
    const iot = await fetch(`${aws.endpoint}/things/lamp`);
    assert.deepEqual([iot.status, iot.headers.get('x-amzn-errortype')], [403, 'MissingAuthenticationTokenException']);
    const s3 = await fetch(`${aws.endpoint}/${aws.bucket}/things`);
    assert.deepEqual([s3.status, /<Code>(\w+)</.exec(await s3.text())?.[1]], [403, 'AccessDenied']);
    const body = new URLSearchParams({ Action: 'GetCallerIdentity', Version: '2011-06-15' });
    const sts = await fetch(aws.endpoint, { method: 'POST', body });
    assert.deepEqual([sts.status, /<Code>(\w+)</.exec(await sts.text())?.[1]], [403, 'MissingAuthenticationToken']);
  });
});

suite('the role of registration tasks', () => {
  const templateBody = JSON.stringify({
    Parameters: { ThingName: { Type: 'String' } },
    Resources: { unit: { Type: 'AWS::IoT::Thing', Properties: { ThingName: { Ref: 'ThingName' } } } },
  });
  const start = (aws: PracticeAws) =>
    new StartThingRegistrationTaskCommand({
      templateBody,
      inputFileBucket: aws.bucket,
      inputFileKey: 'in.json',
      roleArn: aws.roleArn,
    });
  const input = (aws: PracticeAws) =>
    new PutObjectCommand({ Bucket: aws.bucket, Key: 'in.json', Body: '{"ThingName":"lamp-1"}\n{"ThingName":"spy"}\n' });
  const give = (aws: PracticeAws, ...Statement: Element[]) =>
    aws.act({ act: 'policy', identity: roleName, policy: policyOf(...Statement) });

  async function ended(t: TestContext, aws: PracticeAws) {
    const iot = iotClient(t, aws);
    const { taskId = '' } = await iot.send(start(aws));
    for (;;) {
      const task = await iot.send(new DescribeThingRegistrationTaskCommand({ taskId }));
      if (task.status !== 'InProgress') return task;
    }
  }

  test('the caller must be allowed to pass it', async (t) => {
    const { aws, iot, s3, permit } = await bench(t);
    await s3.send(input(aws));
    permit(allow('iot:*'));
    assert.match(await whyNot(iot.send(start(aws))), /perform: iam:PassRole on resource: arn:aws:iam::\d+:role\/birth/);
    assert.deepEqual(aws.snapshot().tasks, []);
    const Condition = { StringEquals: { 'iam:PassedToService': 'iot.amazonaws.com' } };
    permit(allow('iot:*'), allow('iam:PassRole', aws.roleArn, { Condition }));
    assert.ok((await iot.send(start(aws))).taskId);
  });

  test('a task whose role may not read the file fails with the reason', async (t) => {
    const { aws, s3 } = await bench(t);
    await s3.send(input(aws));
    give(aws, allow('iot:*'));
    const { status, message } = await ended(t, aws);
    assert.equal(status, 'Failed');
    assert.match(
      message ?? '',
      /assumed-role\/.* perform: s3:GetObject on resource: "arn:aws:s3:::birthmark-practice\/in.json"/,
    );
  });

  test('a line that its role may not register is an error in the report, and the others are registered', async (t) => {
    const { aws, s3, iot } = await bench(t);
    await s3.send(input(aws));
    const lamps = `arn:aws:iot:${aws.region}:${aws.accountId}:thing/lamp-*`;
    give(aws, allow('s3:GetObject'), allow('iot:RegisterThing'), allow('iot:CreateThing', lamps));
    const { status, successCount, failureCount, taskId } = await ended(t, aws);
    assert.deepEqual([status, successCount, failureCount, aws.snapshot().things], ['Completed', 1, 1, 1]);
    const asked = new ListThingRegistrationTaskReportsCommand({ taskId, reportType: 'ERRORS' });
    const { resourceLinks: [link = ''] = [] } = await iot.send(asked);
    assert.match(
      await (await fetch(link)).text(),
      /not authorized to perform: iot:CreateThing on resource: .*thing\/spy/,
    );
  });
});

test('aws-cli asks who it is and what it may do', async (t) => {
  if (!needsAwsCli(t)) return;
  const aws = await practice(t, {
    region: 'eu-central-1',
    userPolicy: policyOf(allow('iam:*'), allow('iot:Describe*')),
  });
  const arn = `arn:aws:iam::${aws.accountId}:user/${userName}`;
  const { credentials } = aws.act({ act: 'identity', name: 'site', kind: 'role' });
  assert.ok(credentials?.sessionToken);
  const [who, may] = await Promise.all([
    cli(aws)('sts', 'get-caller-identity'),
    cli(aws)(
      ...['iam', 'simulate-principal-policy', '--policy-source-arn', arn],
      ...['--action-names', 'iot:DescribeThing', 'iot:CreateThing', '--resource-arns', '*'],
    ),
  ]);
  assert.deepEqual({ ...(who as object), UserId: '' }, { UserId: '', Account: aws.accountId, Arn: arn });
  const { EvaluationResults } = may as { EvaluationResults: { EvalActionName: string; EvalDecision: string }[] };
  assert.deepEqual(
    EvaluationResults.map(({ EvalActionName, EvalDecision }) => [EvalActionName, EvalDecision]),
    [
      ['iot:DescribeThing', 'allowed'],
      ['iot:CreateThing', 'implicitDeny'],
    ],
  );
});

/** Asks STS or IAM as a form, unsigned but for the name of the key. */
const asker =
  (aws: PracticeAws, accessKeyId = aws.credentials.accessKeyId) =>
  async (service: 'sts' | 'iam', form: Record<string, string>): Promise<string> => {
    const Version = service === 'sts' ? '2011-06-15' : '2010-05-08';
    const response = await fetch(aws.endpoint, {
      method: 'POST',
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20261129/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`,
      },
      body: new URLSearchParams({ Version, ...form }),
    });
    return `${response.status} ${await response.text()}`;
  };

test('"may I" takes context, more policies and pages, and names the keys that it was not told', async (t) => {
  const Condition = { StringEquals: { 'iam:PassedToService': 'iot.amazonaws.com' } };
  const userPolicy = policyOf(allow(['iam:*', 'iot:*']), allow('iam:PassRole', '*', { Condition }));
  const aws = await practice(t, { anyClient: true, userPolicy: userPolicy.replace('"iam:*"', '"iam:Simulate*"') });
  const ask = asker(aws);
  const simulate = {
    Action: 'SimulatePrincipalPolicy',
    PolicySourceArn: `arn:aws:iam::${aws.accountId}:user/${userName}`,
    'ActionNames.member.1': 'iam:PassRole',
    'ActionNames.member.2': 's3:PutObject',
  };
  const decisions = (text: string) => [...text.matchAll(/<EvalDecision>(\w+)</g)].map(([, one]) => one);
  const plain = await ask('iam', simulate);
  assert.deepEqual(decisions(plain), ['implicitDeny', 'implicitDeny']);
  assert.match(plain, /<MissingContextValues><member>iam:PassedToService<\/member>/);
  const told = await ask('iam', {
    ...simulate,
    'ContextEntries.member.1.ContextKeyName': 'iam:PassedToService',
    'ContextEntries.member.1.ContextKeyType': 'string',
    'ContextEntries.member.1.ContextKeyValues.member.1': 'iot.amazonaws.com',
    'PolicyInputList.member.1': policyOf(allow('s3:*'), { Effect: 'Deny', Action: 's3:*', Resource: '*' }),
  });
  assert.deepEqual(decisions(told), ['allowed', 'explicitDeny']);
  assert.doesNotMatch(told, /<member>iam:PassedToService/);
  const first = await ask('iam', { ...simulate, MaxItems: '1' });
  assert.match(first, /<IsTruncated>true<\/IsTruncated><Marker>1<\/Marker>/);
  assert.match(await ask('iam', { ...simulate, Marker: '1' }), /<IsTruncated>false<.*<EvalActionName>s3:PutObject</);
  assert.match(await ask('iam', { ...simulate, 'PolicyInputList.member.1': '{}' }), /^400 .*<Code>InvalidInput</s);
  assert.match(
    await ask('iam', { ...simulate, 'ActionNames.member.1': 'PassRole' }),
    /^400 .*Invalid action: PassRole/s,
  );
});

test('a session of a role says so; the rest of STS and IAM is refused', async (t) => {
  const aws = await practice(t, { anyClient: true });
  const { credentials } = aws.act({ act: 'identity', name: 'site', kind: 'role' });
  const ask = asker(aws, credentials?.accessKeyId);
  assert.match(
    await ask('sts', { Action: 'GetCallerIdentity' }),
    /^200 .*<Arn>arn:aws:sts::123456789012:assumed-role\/site\/\w+<\/Arn><UserId>AROA\w{17}:\w+</s,
  );
  assert.match(await ask('sts', { Action: 'AssumeRole', RoleArn: 'x' }), /^400 .*<Code>InvalidAction</s);
  assert.match(await ask('iam', { Action: 'CreateUser', UserName: 'x' }), /^400 .*<Code>InvalidAction</s);
  const simulate = { Action: 'SimulatePrincipalPolicy', 'ActionNames.member.1': 'iot:X' };
  const nobody = `arn:aws:iam::${aws.accountId}:user/nobody`;
  assert.match(await ask('iam', { ...simulate, PolicySourceArn: nobody }), /^404 .*<Code>NoSuchEntity</s);
  const site = `arn:aws:iam::${aws.accountId}:role/site`;
  assert.match(
    await ask('iam', { ...simulate, PolicySourceArn: site, ResourcePolicy: '{}' }),
    /^400 .*ResourcePolicy/s,
  );
  aws.act({
    act: 'policy',
    identity: 'site',
    policy: policyOf(allow('*', '*', { Condition: { Bool: { 'aws:MultiFactorAuthPresent': true } } })),
  });
  const refused = await ask('iam', { ...simulate, PolicySourceArn: site });
  assert.match(refused, /^403 .*AccessDenied/s, 'asking needs a permission, too');
});
