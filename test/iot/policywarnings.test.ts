import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkPolicy } from '../../app/iot/policies/check.ts';

const prefix = 'arn:aws:iot:eu-west-1:123456789012:';
const policy = (...statements: object[]) => ({ Version: '2012-10-17', Statement: statements });
const allow = (Action: string | string[], Resource: string | string[], more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
const check = (document: unknown) => checkPolicy(JSON.stringify(document, null, 1));
const warnings = (document: unknown) => check(document).warnings.map(({ path, message }) => `${path} ${message}`);

describe('what is legal and useless or dangerous', () => {
  const connect = allow('iot:Connect', `${prefix}client/\${iot:Connection.Thing.ThingName}`);
  const topic = (name: string, more: object = {}) =>
    policy(connect, allow('iot:Publish', `${prefix}topic/${name}`, more));
  const at = (path: string, words: RegExp) => new RegExp(`^/Statement/1${path} .*${words.source}`, 'm');
  const when = (Condition: object) => policy(connect, { ...connect, Condition });
  const told: [string, unknown, RegExp][] = [
    ['MQTT wildcards in a topic', topic('a/#'), at('/Resource', /plain characters/)],
    [
      'a variable that is none',
      topic(`\${iot:Thing.ThingName}`),
      at('/Resource', /perhaps \$\{iot:Connection\.Thing\.ThingName\}/),
    ],
    ['a variable of JITP', topic(`\${iot:Certificate.Subject.StateName}`), at('/Resource', /Subject\.State\}/)],
    ['a variable that does not end', topic(`\${iot:ClientId`), at('/Resource', /without its "\}"/)],
    [
      'a variable for the account',
      policy(connect, allow('iot:Publish', `arn:aws:iot:eu-west-1:\${aws:SourceIp}:topic/a`)),
      at('/Resource', /replaces no variables/),
    ],
    [
      'an action that is none',
      policy(connect, allow('iot:Pubish', '*')),
      at('/Action', /not an action of the data plane/),
    ],
    [
      'an action of the control plane',
      policy(connect, allow('iot:UpdateCertificate', '*')),
      at('/Action', /not an action of the data plane/),
    ],
    [
      'a condition key that is none',
      when({ StringEquals: { 'iot:Thing.ThingName': 'x' } }),
      at('/Condition/StringEquals/iot:Thing.ThingName', /no value for the condition key/),
    ],
    [
      'a value of the wrong kind',
      when({ IpAddress: { 'aws:SourceIp': ['192.0.2.0/24', '192.0.2.0/40'] } }),
      at('/Condition/IpAddress/aws:SourceIp/1', /cannot compare/),
    ],
    [
      'Null with a word',
      when({ Null: { 'iot:DomainName': 'yes' } }),
      at('/Condition/Null/iot:DomainName', /cannot compare/),
    ],
    [
      'ForAllValues and an absent key',
      when({ 'ForAllValues:StringEquals': { 'iot:DomainName': 'x' } }),
      at('/Condition/ForAllValues:StringEquals/iot:DomainName', /is true when/),
    ],
    [
      'two statements of one Sid',
      policy({ ...connect, Sid: 'a' }, { ...connect, Sid: 'a' }),
      at('/Sid', /another statement/),
    ],
    [
      'a resource of the wrong type',
      policy(connect, allow('iot:Publish', `${prefix}topicfilter/a`)),
      at('/Resource', /never matches: these actions are about topic/),
    ],
    [
      'a resource where "*" is needed',
      policy(connect, allow('iot:ListRetainedMessages', `${prefix}topic/a`)),
      at('/Resource', /about \*/),
    ],
    [
      'an action without a resource',
      policy(connect, allow(['iot:Publish', 'iot:Subscribe'], `${prefix}topic/a`)),
      at('/Action/1', /it takes only topicfilter/),
    ],
    [
      'a partition that is none',
      policy(connect, allow('iot:Publish', 'arn:amazon:iot:eu-west-1:123456789012:topic/a')),
      at('/Resource', /no partition/),
    ],
    [
      'a Region of another partition',
      policy(connect, allow('iot:Publish', 'arn:aws:iot:cn-north-1:123456789012:topic/a')),
      at('/Resource', /not in the partition aws/),
    ],
    [
      'a Region that is none',
      policy(connect, allow('iot:Publish', 'arn:aws:iot:region:123456789012:topic/a')),
      at('/Resource', /not a Region/),
    ],
    [
      'an account that is none',
      policy(connect, allow('iot:Publish', 'arn:aws:iot:eu-west-1:account:topic/a')),
      at('/Resource', /twelve digits/),
    ],
    [
      'another service',
      policy(connect, allow('iot:Publish', 'arn:aws:s3:eu-west-1:123456789012:topic/a')),
      at('/Resource', /not AWS IoT/),
    ],
    [
      'another account',
      policy(connect, allow('iot:Publish', 'arn:aws:iot:eu-west-1:210987654321:topic/a')),
      at('/Resource', /its own only/),
    ],
    [
      'another Region',
      policy(connect, allow('iot:Publish', 'arn:aws:iot:eu-west-2:123456789012:topic/a')),
      at('/Resource', /its own only/),
    ],
    ['every action', policy(connect, allow('iot:*', `${prefix}topic/a`)), at('/Action', /every action/)],
    [
      'NotAction',
      policy(connect, { Effect: 'Allow', NotAction: 'iot:Connect', Resource: `${prefix}topic/a` }),
      at('/NotAction', /everything else/),
    ],
    [
      'NotResource',
      policy(connect, { Effect: 'Allow', Action: 'iot:Publish', NotResource: `${prefix}topic/a` }),
      at('/NotResource', /everything else/),
    ],
    ['Connect on *', policy(connect, allow('iot:Connect', '*')), at('/Resource', /any client id/)],
    [
      'Connect on client/*',
      policy(connect, allow('iot:Connect', `${prefix}client/*`)),
      at('/Resource', /any client id/),
    ],
    [
      'Connect with its own client id',
      policy(connect, allow('iot:Connect', `${prefix}client/\${iot:ClientId}`)),
      at('/Resource', /any client id/),
    ],
    ['every topic', topic('*'), at('/Resource', /opens every topic/)],
    ['the shadows of all', topic('$aws/things/*/shadow/update'), at('/Resource', /of every thing/)],
    ...['client*', 'c*', 'client/?*', `client/\${iot:ClientId}*`].map((name): [string, unknown, RegExp] => [
      `Connect on ${name}`,
      policy(connect, allow('iot:Connect', `${prefix}${name}`)),
      at('/Resource', /any client id/),
    ]),
    ...['topic*', 't*', 'topic/?*', 'topic/*/*'].map((name): [string, unknown, RegExp] => [
      `every topic by ${name}`,
      policy(connect, allow('iot:Publish', `${prefix}${name}`)),
      at('/Resource', /opens every topic/),
    ]),
    [
      'the retained messages of all',
      policy(connect, allow('iot:GetRetainedMessage', `${prefix}topic/*`)),
      at('/Resource', /opens every topic/),
    ],
    ...['#', '+/#', '*'].map((name): [string, unknown, RegExp] => [
      `every topic by the filter ${name}`,
      policy(connect, allow('iot:Subscribe', `${prefix}topicfilter/${name}`)),
      at('/Resource', /opens every topic/),
    ]),
    [
      'a filter of the shadows of all',
      policy(connect, allow('iot:Subscribe', `${prefix}topicfilter/$aws/things/+/shadow/update`)),
      at('/Resource', /of every thing/),
    ],
    ...['iot:UpdateThingShadow', 'iotjobsdata:UpdateJobExecution'].flatMap((action) =>
      ['*', `${prefix}thing/*`].map((name): [string, unknown, RegExp] => [
        `${action} on ${name}`,
        policy(connect, allow(action, name)),
        at('/Resource', /of every thing/),
      ]),
    ),
    [
      'every role alias',
      policy(connect, allow('iot:AssumeRoleWithCertificate', `${prefix}rolealias/*`)),
      at('/Resource', /role of every role alias/),
    ],
    [
      'a wildcard that is none',
      when({ StringNotEquals: { 'iot:DomainName': ['a', '*.example.com'] } }),
      at('/Condition/StringNotEquals/iot:DomainName/1', /StringNotLike takes them/),
    ],
    [
      'a range of addresses that is none',
      when({ StringEquals: { 'aws:SourceIp': '192.0.2.0/24' } }),
      at('/Condition/StringEquals/aws:SourceIp', /IpAddress compares with ranges/),
    ],
    [
      'a list that nothing is in',
      when({ StringEquals: { 'iot:DomainName': [] } }),
      at('/Condition/StringEquals/iot:DomainName', /never applies/),
    ],
    [
      'an attribute that no client connects with',
      when({ 'ForAllValues:StringEquals': { 'iot:ConnectAttributes': ['LastWill', 'CleanSession'] } }),
      at('/Condition/ForAllValues:StringEquals/iot:ConnectAttributes/1', /PersistentConnect, LastWill are all/),
    ],
    [
      'an Allow that a Deny takes away',
      policy(
        { Effect: 'Deny', Action: 'iot:*', Resource: `${prefix}topic/*` },
        allow('iot:Publish', `${prefix}topic/a*`),
      ),
      at('', /a Deny takes away all/),
    ],
    [
      'a client id in a filter',
      policy(
        allow('iot:Connect', '*'),
        allow(['iot:Subscribe', 'iot:Receive'], `${prefix}topicfilter/\${iot:ClientId}/x`),
      ),
      at('/Resource', /connects as "\+"/),
    ],
    [
      'Subscribe without Receive',
      policy(connect, allow('iot:Subscribe', `${prefix}topicfilter/a`)),
      at('', /no message arrives/),
    ],
  ];
  for (const [name, document, words] of told) {
    test(name, () => {
      assert.equal(check(document).ok, true);
      assert.match(warnings(document).join('\n'), words);
    });
  }

  test('what a warning asks for silences it', () => {
    const attached = { Condition: { Bool: { 'iot:Connection.Thing.IsAttached': 'true' } } };
    const fine: unknown[] = [
      policy(allow('iot:Connect', '*', attached)),
      policy({ ...allow('iot:*', '*'), Effect: 'Deny' }),
      policy(connect, { Effect: 'Deny', Action: 'iot:Connect', Resource: `${prefix}client/???` }),
      policy(connect, {
        Effect: 'Deny',
        Action: 'iot:*',
        Resource: '*',
        Condition: { Bool: { 'iot:Connection.Thing.IsAttached': 'false' } },
      }),
      when({ StringEquals: { 'aws:SourceVpc': 'vpc-1a2b3c4d' }, IpAddress: { 'aws:VpcSourceIp': '10.0.0.0/8' } }),
      when({ StringEquals: { 'iot:DomainName': 'a$(*)b' } }),
      topic(`\${iot:Connection.Thing.ThingTypeName, 'none'}/a`),
      policy(connect, allow('iot:UpdateThingShadow', `${prefix}thing/\${iot:Connection.Thing.ThingName}*`)),
      when({ 'ForAllValues:StringEquals': { 'iot:ConnectAttributes': [] } }),
      policy(connect, allow('greengrass:ResolveComponentCandidates', '*')),
      topic(
        `\${iot:Connection.Thing.Attributes[site]}/\${iot:certificate.subject.CommonName.1}/\${iot:Certificate.Issuer.Organization.List}`,
      ),
      policy(
        connect,
        allow(
          ['iot:Subscribe', 'iot:Receive'],
          [`${prefix}topicfilter/\${iot:ClientId}`, `${prefix}topic/\${iot:ClientId}`],
        ),
      ),
      policy(connect, allow('iot:ListRetainedMessages', '*')),
    ];
    for (const document of fine) assert.deepEqual(warnings(document), [], JSON.stringify(document));
  });

  test('variables of 2008 are plain text', () => {
    const document = { ...policy(connect), Version: '2008-10-17' };
    assert.match(warnings(document).join(), /plain text in a policy of 2008-10-17/);
  });

  test('a name that stands twice', () => {
    const text = JSON.stringify(policy(connect)).replace('"Effect":"Allow"', '"Effect":"Deny","Effect":"Allow"');
    assert.match(checkPolicy(text).warnings[0]?.message ?? '', /"Effect" stands twice/);
  });
});

test('an action of jobs that is written as one of iot is told with the right one', () => {
  const jobs = policy(allow('iot:DescribeJobExecution', `${prefix}thing/a`));
  assert.match(warnings(jobs).join(), /did you mean iotjobsdata:DescribeJobExecution\?/);
  assert.doesNotMatch(warnings(policy(allow('iot:CreateThing', '*'))).join(), /did you mean/);
});
