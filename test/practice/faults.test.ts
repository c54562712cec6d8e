/** Faults on demand, AWS's default rates, and the way in for commands. */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { suite, test } from 'node:test';
import {
  CreateThingCommand,
  DescribeThingCommand,
  DescribeThingRegistrationTaskCommand,
  GetRegistrationCodeCommand,
  ListThingRegistrationTaskReportsCommand,
  RegisterThingCommand,
  StartThingRegistrationTaskCommand,
} from '@aws-sdk/client-iot';
import { ListKeysCommand } from '@aws-sdk/client-kms';
import { ListBucketsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import type { Clock } from '../../app/contract/clock.ts';
import { practiceOutage } from '../../app/contract/model.ts';
import { outages } from '../../app/practice/aws/faults.ts';
import { faultKinds, readAct } from '../../app/practice/aws/readact.ts';
import { createRates } from '../../app/practice/aws/throttle.ts';
import { iotClient, kmsClient, practice, refusal, s3Client, wallClock } from './support.ts';

const code = new GetRegistrationCodeCommand({});

suite('faults of calls', () => {
  test('expired credentials and a skewed clock are refused as each service does', async (t) => {
    const aws = await practice(t);
    const ask = async (kind: 'expired' | 'skew') => {
      const answers: string[] = [];
      for (const call of [
        () => iotClient(t, aws).send(code),
        () => s3Client(t, aws).send(new ListBucketsCommand({})),
        () => kmsClient(t, aws).send(new ListKeysCommand({})),
      ]) {
        aws.setFault({ kind, times: 1 });
        answers.push(await refusal(call()));
      }
      return answers;
    };
    assert.deepEqual(await ask('expired'), [
      'ExpiredTokenException 403',
      'ExpiredToken 400',
      'ExpiredTokenException 400',
    ]);
    assert.deepEqual(await ask('skew'), [
      'InvalidSignatureException 403',
      'RequestTimeTooSkewed 403',
      'InvalidSignatureException 400',
    ]);
    assert.equal(await refusal(iotClient(t, aws).send(code)), 'accepted', 'each was for one call');
  });

  test('a clock that is off is refused by each service, and a client that may try again learns the time', async (t) => {
    const minutes = (off: number) => off * 60_000;
    const aws = await practice(t, { clock: wallClock(minutes(6)) });
    assert.equal(await refusal(iotClient(t, aws).send(code)), 'InvalidSignatureException 403');
    assert.equal(await refusal(kmsClient(t, aws).send(new ListKeysCommand({}))), 'InvalidSignatureException 400');
    assert.equal(await refusal(s3Client(t, aws).send(new ListBucketsCommand({}))), 'accepted', 'S3 takes 15 minutes');
    assert.equal(await refusal(iotClient(t, aws, 1, minutes(6)).send(code)), 'accepted');
    assert.equal(await refusal(iotClient(t, aws, 1, minutes(12)).send(code)), 'InvalidSignatureException 403', 'ahead');
    assert.equal(await refusal(iotClient(t, aws, 3).send(code)), 'accepted', 'by the date of the answer');
    const slow = await practice(t, { clock: wallClock(minutes(-16)) });
    assert.equal(await refusal(s3Client(t, slow).send(new ListBucketsCommand({}))), 'RequestTimeTooSkewed 403');
  });

  test('a page in place of JSON: nothing is carried out', async (t) => {
    const aws = await practice(t);
    aws.setFault({ kind: 'html', times: 1, operation: 'CreateThing' });
    const iot = iotClient(t, aws);
    assert.match(await refusal(iot.send(new CreateThingCommand({ thingName: 'lamp' }))), /^SyntaxError/);
    assert.equal(aws.snapshot().things, 0);
    await iot.send(new CreateThingCommand({ thingName: 'lamp' }));
    assert.equal(aws.snapshot().things, 1);
  });

  test('a slow answer is the right one, late', async (t) => {
    const waited: number[] = [];
    const after: Clock['after'] = (ms, act) => {
      waited.push(ms);
      return wallClock().after(0, act);
    };
    const aws = await practice(t, { clock: { ...wallClock(), after } });
    aws.setFault({ kind: 'slow', ms: 12_345, times: 1 });
    assert.ok((await iotClient(t, aws).send(code)).registrationCode);
    assert.ok(waited.includes(12_345));
  });

  test('a standing trouble meets every call of every service until it is ended', async (t) => {
    const aws = await practice(t);
    const answers: Record<string, string[]> = {};
    for (const outage of ['throttles', 'expired', 'skew', 'html'] as const) {
      aws.setOutage(outage);
      answers[outage] = [
        await refusal(iotClient(t, aws).send(code)),
        await refusal(s3Client(t, aws).send(new ListBucketsCommand({}))),
      ];
    }
    assert.deepEqual(answers.throttles, ['ThrottlingException 400', 'SlowDown 503']);
    assert.deepEqual(answers.expired, ['ExpiredTokenException 403', 'ExpiredToken 400']);
    assert.deepEqual(answers.skew, ['InvalidSignatureException 403', 'RequestTimeTooSkewed 403']);
    assert.match(String(answers.html), /SyntaxError/);
    aws.setOutage(null);
    assert.equal(await refusal(iotClient(t, aws).send(code)), 'accepted');
    assert.deepEqual([...outages], practiceOutage.options, 'the panel offers each of them');
  });
});

test('reports lack a line, or have one twice, and then are whole again', async (t) => {
  const aws = await practice(t);
  const [iot, s3] = [iotClient(t, aws), s3Client(t, aws)];
  const names = ['a', 'b', 'c'];
  const Body = names.map((ThingName) => JSON.stringify({ ThingName })).join('\n');
  await s3.send(new PutObjectCommand({ Bucket: aws.bucket, Key: 'in.json', Body }));
  const unit = { Type: 'AWS::IoT::Thing', Properties: { ThingName: { Ref: 'ThingName' } } };
  const templateBody = JSON.stringify({ Parameters: { ThingName: { Type: 'String' } }, Resources: { unit } });
  const input = { inputFileBucket: aws.bucket, inputFileKey: 'in.json', roleArn: aws.roleArn };
  const { taskId = '' } = await iot.send(new StartThingRegistrationTaskCommand({ templateBody, ...input }));
  const describe = () => iot.send(new DescribeThingRegistrationTaskCommand({ taskId }));
  while ((await describe()).status === 'InProgress');
  const { resourceLinks: [link = ''] = [] } = await iot.send(
    new ListThingRegistrationTaskReportsCommand({ taskId, reportType: 'RESULTS' }),
  );
  const shown = async () => {
    const lines = (await (await fetch(link)).text()).trimEnd().split('\n');
    return lines.map((line) => /thing\/(\w)"/.exec(line)?.[1]).join('');
  };
  aws.setFault({ kind: 'reportLacks', line: 2, times: 1 });
  assert.equal(await shown(), 'ac');
  aws.setFault({ kind: 'reportTwice', line: 3, times: 1 });
  assert.equal(await shown(), 'abcc');
  assert.equal(await shown(), 'abc');
  aws.setOutage('reportLacks');
  assert.deepEqual([await shown(), await shown()], ['bc', 'bc']);
  aws.setOutage(null);
  aws.setFault({ kind: 'error', status: 503, times: 1, operation: 'GetReport' });
  assert.deepEqual([(await fetch(link)).status, (await fetch(link)).status], [503, 200]);
});

suite('AWS’s default rates', () => {
  test('each operation has its own bucket, which a second fills', () => {
    let nowMs = 0;
    const rates = createRates({ ...wallClock(), monotonicMs: () => nowMs }, true);
    const taken = (operation: string, tries: number) =>
      Array.from({ length: tries }, () => rates.take('iot', operation)).filter(Boolean).length;
    assert.deepEqual([taken('RegisterThing', 30), taken('DescribeThing', 400)], [10, 350]);
    nowMs += 500;
    assert.deepEqual([taken('RegisterThing', 30), taken('AttachPolicy', 30)], [5, 15]);
    nowMs += 60_000;
    assert.equal(taken('RegisterThing', 30), 10, 'a pause saves up no more than a second');
    rates.set(false);
    assert.equal(taken('RegisterThing', 30), 30);
    rates.set(true);
    const others = (['kms CreateKey', 'kms Sign', 's3 GetObject', 's3 PutObject'] as const).map((name) => {
      const [service, operation = ''] = name.split(' ') as ['kms' | 's3', string];
      return Array.from({ length: 6000 }, () => rates.take(service, operation)).filter(Boolean).length;
    });
    assert.deepEqual(others, [5, 1000, 5500, 3500]);
  });

  test('they are off until they are asked for; then a call too many is throttled and not carried out', async (t) => {
    const aws = await practice(t, { clock: { ...wallClock(), monotonicMs: () => 0 } });
    const iot = iotClient(t, aws);
    const register = () =>
      refusal(iot.send(new RegisterThingCommand({ templateBody: '{"Resources":{}}', parameters: {} })));
    const many = async () => new Set(await Promise.all(Array.from({ length: 12 }, register)));
    assert.ok(!(await many()).has('ThrottlingException 400'));
    aws.act({ act: 'rates', on: true });
    assert.ok((await many()).has('ThrottlingException 400'));
    assert.equal(
      await refusal(iot.send(new DescribeThingCommand({ thingName: 'x' }))),
      'ResourceNotFoundException 404',
    );
  });
});

suite('the way in for commands', () => {
  test('an act with the token is done, and the answer says how things stand', async (t) => {
    const aws = await practice(t);
    const post = async (act: unknown, headers: Record<string, string> = { 'x-practice-token': aws.controlToken }) => {
      const response = await fetch(`${aws.endpoint}/-/control`, { method: 'POST', headers, body: JSON.stringify(act) });
      return [response.status, await response.json()] as const;
    };
    const [status, standing] = await post({ act: 'fault', fault: { kind: 'throttle', times: 1 } });
    assert.deepEqual([status, standing.faults], [200, [{ kind: 'throttle', times: 1 }]]);
    aws.setOutage('drops');
    assert.equal((await post({ act: 'outage', outage: null }))[0], 200, 'an outage does not lock the person out');
    assert.equal(await refusal(iotClient(t, aws).send(code)), 'ThrottlingException 400');
    const [bad, answer] = await post({ act: 'fault', fault: { kind: 'hangup', when: 'never', times: 1 } });
    assert.deepEqual([bad, answer.error], [400, 'when must be one of before, after']);
    for (const headers of [
      {},
      { 'x-practice-token': 'x' },
      { 'x-practice-token': aws.controlToken, origin: 'http://127.0.0.1' },
    ] as Record<string, string>[]) {
      assert.equal((await post({ act: 'rates', on: true }, headers))[0], 403);
    }
    assert.equal(aws.act({ act: 'status' }).rates, false);
  });

  test('a name that someone points at this machine does not lead in', async (t) => {
    const aws = await practice(t);
    const { port } = new URL(aws.endpoint);
    const headers = { host: `evil.example:${port}`, 'x-practice-token': aws.controlToken };
    const status = await new Promise((resolve) => {
      request({ host: '127.0.0.1', port, path: '/-/control', method: 'POST', headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).end('{"act":"status"}');
    });
    assert.equal(status, 403);
  });

  test('any JSON is an act or refused with a sentence; every kind of fault is known', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.jsonValue(),
          fc.record({ act: fc.constantFrom('fault', 'rates', 'policy'), fault: fc.jsonValue() }),
        ),
        (raw) => {
          try {
            return typeof readAct(raw).act === 'string';
          } catch (error) {
            return error instanceof Error && error.constructor === Error;
          }
        },
      ),
    );
    for (const kind of faultKinds) assert.throws(() => readAct({ act: 'fault', fault: { kind } }), /must be/);
    assert.throws(() => readAct({ act: 'rates', on: true, off: true }), /off is not known/);
  });
});
