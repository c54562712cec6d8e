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

describe('claim policies', () => {
  const topics = (type: string, names: string[]) => names.map((name) => `${prefix}${type}/$aws/${name}`);
  const claim = (names: string[], heard = names) =>
    policy(
      allow('iot:Connect', `${prefix}client/claim-1`),
      allow(['iot:Publish', 'iot:Receive'], topics('topic', names)),
      allow('iot:Subscribe', topics('topicfilter', heard)),
    );
  const keys = 'certificates/create/*';
  const csr = 'certificates/create-from-csr/*';
  const provision = 'provisioning-templates/fleet/provision/*';

  test("the guide's own misses the topics of a CSR", () => {
    assert.match(warnings(claim([keys, provision])).join(), /key of its own cannot ask/);
    assert.deepEqual(warnings(claim([keys, csr, provision])), []);
    assert.deepEqual(warnings(claim([csr, provision])), [], 'a CSR alone is fine');
  });

  test('both halves are needed, and the answers', () => {
    assert.match(warnings(claim([csr])).join(), /never activated/);
    assert.match(warnings(claim([provision])).join(), /create-from-csr/);
    assert.match(warnings(claim(['certificates/*'])).join(), /never activated/);
    assert.deepEqual(warnings(claim(['certificates/*', provision])), []);
    assert.match(
      warnings(claim([csr, provision], [csr])).join(),
      /iot:Subscribe is not allowed for .*fleet\/provision\/json\/accepted/,
    );
    const exact = ['certificates/create-from-csr/json', 'provisioning-templates/fleet/provision/json'];
    assert.match(warnings(claim(exact, [csr, provision])).join(), /iot:Receive is not allowed for .*json\/accepted/);
  });
});
