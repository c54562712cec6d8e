/** Topic rules run: which messages they take, what their SQL selects, and what their actions do and refuse. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import {
  CreateTopicRuleCommand,
  DisableTopicRuleCommand,
  EnableTopicRuleCommand,
  type IoTClient,
  ReplaceTopicRuleCommand,
} from '@aws-sdk/client-iot';
import fc from 'fast-check';
import { isAmong } from '../../../app/practice/aws/gateway/topics.ts';
import { type PracticeAws, roleName, startPracticeAws } from '../../../app/practice/aws/index.ts';
import { readSql } from '../../../app/practice/aws/rules/sql.ts';
import { unsignedDesk, zipped } from '../functions.ts';
import { iotClient, refusal, wallClock } from '../support.ts';

let aws: PracticeAws;
let iot: IoTClient;
const roleArn = `arn:aws:iam::123456789012:role/${roleName}`;
before(async (t) => {
  aws = await startPracticeAws({ clock: wallClock(), anyClient: true });
  iot = iotClient(t as never, aws);
});
after(() => aws.close());

let count = 0;
async function rule(sql: string, ...actions: object[]): Promise<string> {
  count += 1;
  const ruleName = `r${count}`;
  await iot.send(new CreateTopicRuleCommand({ ruleName, topicRulePayload: { sql, actions: actions as never } }));
  return ruleName;
}
const publish = (topic: string, payload: unknown) =>
  aws.account.bus.publish({
    topic,
    payload: Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)),
  });
const republish = (topic: string) => ({ republish: { roleArn, topic } });

/** The messages of a topic until `done` says that they are enough. */
async function messages(filter: string, act: () => void, enough: number): Promise<[string, unknown][]> {
  const seen: [string, unknown][] = [];
  const end = aws.account.bus.listen(({ topic, payload }) => {
    if (isAmong(topic, filter)) seen.push([topic, JSON.parse(Buffer.from(payload).toString())]);
  });
  act();
  for (let turn = 0; turn < 200 && seen.length < enough; turn += 1) await pause(1);
  await pause(2);
  end();
  return seen;
}
const entries = (name: string) =>
  aws.account.log
    .entries()
    .filter(({ details }) => details?.startsWith(`rule ${name}`))
    .map(({ details, reason }) => `${details}${reason === undefined ? '' : `: ${reason}`}`);

test('a filter takes the topics that MQTT says', () => {
  const cases: [string, string, boolean][] = [
    ['a/b', 'a/b', true],
    ['a/b', 'a/+', true],
    ['a/b/c', 'a/+', false],
    ['a', 'a/#', true],
    ['a/b/c', 'a/#', true],
    ['ab', 'a/#', false],
    ['a/', 'a/+', true],
    ['a//c', 'a/+/c', true],
    ['/a', '+/a', true],
    ['/a', '+', false],
    ['$aws/events/x', '#', false],
    ['$aws/events/x', '+/events/x', false],
    ['$aws/events/x', '$aws/#', true],
    ['$aws/events/certificates/registered/ca1', '$aws/events/certificates/registered/+', true],
    ['a/b', 'A/b', false],
  ];
  for (const [topic, filter, wanted] of cases) assert.equal(isAmong(topic, filter), wanted, `${topic} · ${filter}`);
  const level = fc.stringMatching(/^[a-c]{0,2}$/);
  fc.assert(
    fc.property(fc.array(level, { minLength: 1, maxLength: 4 }), fc.nat(3), (levels, at) => {
      const topic = levels.join('/');
      const with1 = levels.map((one, index) => (index === at ? '+' : one)).join('/');
      assert.ok(
        isAmong(topic, topic) && isAmong(topic, with1) && isAmong(topic, [...levels.slice(0, at), '#'].join('/')),
      );
    }),
  );
});

test('the statement selects members, computes and chooses', () => {
  const scope = { topic: 'site/7/door', payload: { a: { b: 1 }, s: 'x', n: 5, t: true }, accountId: '1', now: 42 };
  const cases: [string, unknown][] = [
    ["SELECT * FROM 'x'", scope.payload],
    ["select a.b, s from 'x'", { b: 1, s: 'x' }],
    [
      "SELECT a.b AS c, topic(2) AS site, topic() AS all_, timestamp() as at FROM 'x'",
      { c: 1, site: '7', all_: 'site/7/door', at: 42 },
    ],
    ["SELECT *, upper(s) AS s FROM 'x'", { ...scope.payload, s: 'X' }],
    ["SELECT missing FROM 'x'", {}],
    ["SELECT s FROM 'x' WHERE n > 4 AND NOT (s = 'y' OR n <> 5)", { s: 'x' }],
    ["SELECT s FROM 'x' WHERE n = '5'", { s: 'x' }],
    ["SELECT s FROM 'x' WHERE missing = 1 OR t = true", { s: 'x' }],
    ["SELECT s FROM 'x' WHERE missing < 1", undefined],
    ["SELECT s FROM 'x' WHERE s = 'y'", undefined],
    ["SELECT concat(s, '-', 'it''s') AS c FROM 'x'", { c: "x-it's" }],
  ];
  for (const [sql, wanted] of cases) assert.deepEqual(readSql(sql).select(scope), wanted, sql);
});

test('what is not offered, or is no statement, is refused when the rule is made', async () => {
  const refused = [
    '',
    'x',
    'SELECT *',
    'SELECT * FROM x',
    "SELECT FROM 'x'",
    "SELECT * FROM 'x' WHERE",
    "SELECT * FROM 'x' LIMIT 1",
    "SELECT n + 1 AS m FROM 'x'",
    "SELECT topic(1) FROM 'x'",
    "SELECT encode(*, 'base64') AS e FROM 'x'",
    "SELECT topic(1, 2) AS t FROM 'x'",
    "SELECT get_thing_shadow('a') AS s FROM 'x'",
    "SELECT * FROM 'x' WHERE (n = 1",
    "SELECT (SELECT a FROM b) AS c FROM 'x'",
  ];
  for (const sql of refused)
    assert.equal(
      await refusal(iot.send(new CreateTopicRuleCommand({ ruleName: 'bad', topicRulePayload: { sql, actions: [] } }))),
      'SqlParseException 400',
      sql,
    );
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('SELECT', '*', 'FROM', "'x'", 'WHERE', 'a', '=', '(', ')', ',', 'AS', '1', "'")),
      (words) => {
        try {
          assert.equal(typeof readSql(words.join(' ')).from, 'string');
        } catch (error) {
          assert.ok(error instanceof Error && error.message !== '');
        }
      },
    ),
  );
});

test('republish: to a topic with a part of the message, once for each message, and not while the rule is disabled', async () => {
  const name = await rule("SELECT v, topic(2) AS unit FROM 'up/+/v'", republish(`down/\${topic(2)}/\${kind}`));
  const send = () => {
    publish('up/7/v', { v: 1, kind: 'k' });
    publish('up/7/other', { v: 2, kind: 'k' });
    publish('up/7/v', 'no JSON');
  };
  assert.deepEqual(await messages('down/#', send, 1), [['down/7/k', { v: 1, unit: '7' }]]);
  assert.deepEqual(entries(name), [`rule ${name}, action republish`, `rule ${name}: The payload is not JSON.`]);
  await iot.send(new DisableTopicRuleCommand({ ruleName: name }));
  assert.deepEqual(await messages('down/#', send, 1), []);
  await iot.send(new EnableTopicRuleCommand({ ruleName: name }));
  const topicRulePayload = { sql: "SELECT * FROM 'up/#'", actions: [republish('$$aws/things/x') as never] };
  await iot.send(new ReplaceTopicRuleCommand({ ruleName: name, topicRulePayload }));
  assert.deepEqual(await messages('$aws/#', () => publish('up', {}), 1), [['$aws/things/x', {}]]);
});

test('basic ingest is for one rule; a circle of rules ends', async () => {
  const name = await rule("SELECT topic() AS at FROM 'elsewhere'", republish('ingested'));
  const got = await messages('ingested', () => publish(`$aws/rules/${name}/a/b`, {}), 1);
  assert.deepEqual(got, [['ingested', { at: 'a/b' }]]);
  const circle = await rule("SELECT * FROM 'round'", republish('round'));
  const round = await messages('round', () => publish('round', {}), 30);
  assert.ok(round.length > 2 && round.length < 15, `${round.length} messages`);
  assert.equal(entries(circle).at(-1), `rule ${circle}: The rules republish in a circle.`);
});

test('the table gets the message; the error action gets what failed', async () => {
  const desk = unsignedDesk(aws);
  const table = (operation: string, body: object) =>
    desk('dynamodb', 'POST', '/', body, { 'x-amz-target': `DynamoDB_20120810.${operation}` });
  const [AttributeDefinitions, KeySchema] = [
    [{ AttributeName: 'id', AttributeType: 'S' }],
    [{ AttributeName: 'id', KeyType: 'HASH' }],
  ];
  await table('CreateTable', { TableName: 'seen', AttributeDefinitions, KeySchema });
  const name = await rule("SELECT id, n, deep, 'x' AS x FROM 'store/v2'", {
    dynamoDBv2: { roleArn, putItem: { tableName: 'seen' } },
  });
  const first = { dynamoDB: { roleArn, tableName: 'seen', hashKeyField: 'id', hashKeyValue: `\${id}` } };
  await rule("SELECT n FROM 'store/v1'", first);
  const sns = { sns: { roleArn, targetArn: 'arn:aws:sns:us-east-1:123456789012:t' } };
  await iot.send(
    new CreateTopicRuleCommand({
      ruleName: 'failing',
      topicRulePayload: { sql: "SELECT * FROM 'store/#'", actions: [sns], errorAction: republish('failed') },
    }),
  );
  const failed = await messages(
    'failed',
    () => {
      publish('store/v2', { id: 'a', n: 1.5, deep: { list: [true, null] } });
      publish('store/v1', { id: 'b', n: 2 });
      publish('store/v2', { n: 3 });
    },
    3,
  );
  const [, told] = failed[0] ?? [];
  assert.deepEqual((told as { failures: unknown }).failures, [
    { failedAction: 'sns', failedResource: 'failing', errorMessage: 'The practice AWS does not run the action sns.' },
  ]);
  const item = async (id: string) =>
    (await table('GetItem', { TableName: 'seen', Key: { id: { S: id } } })).answer.Item;
  assert.deepEqual(await item('a'), {
    id: { S: 'a' },
    n: { N: '1.5' },
    deep: { M: { list: { L: [{ BOOL: true }, { NULL: true }] } } },
    x: { S: 'x' },
  });
  assert.deepEqual(await item('b'), { id: { S: 'b' }, payload: { S: '{"n":2}' } });
  assert.match(entries(name).at(-1) ?? '', /ValidationException: .*Missing the key id/);
});

test('a function needs a permission for the rule; the role of an action must allow it', async () => {
  const desk = unsignedDesk(aws);
  const ZipFile = zipped({ 'index.js': 'exports.handler = async (event) => event' }).toString('base64');
  const about = {
    FunctionName: 'sink',
    Runtime: 'nodejs22.x',
    Role: 'arn:aws:iam::123456789012:role/sink',
    Handler: 'index.handler',
    Code: { ZipFile },
  };
  await desk('lambda', 'POST', '/2015-03-31/functions', about);
  const functionArn = 'arn:aws:lambda:us-east-1:123456789012:function:sink';
  const name = await rule("SELECT n FROM 'call'", { lambda: { functionArn } });
  const results = () => aws.account.log.entries().filter(({ details }) => details === 'sink {"n":1}').length;
  publish('call', { n: 1 });
  await pause(5);
  assert.match(entries(name).at(-1) ?? '', /may not run sink: give iot.amazonaws.com the permission/);
  const permission = { StatementId: 's', Action: 'lambda:InvokeFunction', Principal: 'iot.amazonaws.com' };
  const permit = (SourceArn: string, StatementId: string) =>
    desk('lambda', 'POST', '/2015-03-31/functions/sink/policy', { ...permission, SourceArn, StatementId });
  await permit('arn:aws:iot:us-east-1:123456789012:rule/other', 'other');
  publish('call', { n: 1 });
  await pause(5);
  assert.equal(results(), 0, 'the permission is for another rule');
  await permit(`arn:aws:iot:us-east-1:123456789012:rule/${name}`, 'own');
  publish('call', { n: 1 });
  for (let turn = 0; turn < 400 && results() === 0; turn += 1) await pause(5);
  assert.equal(results(), 1);
  const only = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'iot:Publish', Resource: 'arn:aws:iot:us-east-1:123456789012:topic/open' }],
  };
  aws.act({ act: 'policy', identity: roleName, policy: JSON.stringify(only) });
  const two = await rule("SELECT * FROM 'two'", republish('open'), republish('shut'));
  await messages('open', () => publish('two', {}), 1);
  assert.equal(entries(two)[0], `rule ${two}, action republish`);
  assert.match(entries(two)[1] ?? '', /not authorized to perform: iot:Publish on resource: .*topic\/shut/);
});
