/** Files that people take for a template, requests that AWS never makes, and names that are almost right. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TemplateKind } from '../../app/contract/templates.ts';
import { checkPolicy, checkTemplate, requestDoubts, templateNeeds, usualKind } from '../../app/iot/index.ts';

const ref = (Ref: string) => ({ Ref });
const ownId = 'AWS::IoT::Certificate::Id';
const template = {
  Parameters: { SerialNumber: { Type: 'String' }, [ownId]: { Type: 'String' } },
  Resources: {
    thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: ref('SerialNumber') } },
    certificate: { Type: 'AWS::IoT::Certificate', Properties: { CertificateId: ref(ownId) } },
  },
};
const check = (file: unknown, kind: TemplateKind = 'fleet') => checkTemplate(JSON.stringify(file, null, 1), kind);
const told = (file: unknown, kind?: TemplateKind) =>
  check(file, kind).problems.map(({ path, message }) => `${path}: ${message}`);

describe('a file that holds a template, or is none', () => {
  const roleArn = 'arn:aws:iam::123456789012:role/provision';

  test('a template as an object in templateBody: that it must be text, and what is wrong in it, at its place', () => {
    assert.deepEqual(told({ roleArn, templateBody: template }), [
      '/templateBody: must be a string: AWS takes the template as text',
    ]);
    const wrong = structuredClone(template) as { Resources: { thing: { Type: string } } };
    wrong.Resources.thing.Type = 'AWS::IoT::Wing';
    const file = { templateName: 'T', provisioningRoleArn: roleArn, templateBody: wrong };
    const found = check(file).problems.find(({ path }) => path === '/templateBody/Resources/thing');
    const line = JSON.stringify(file, null, 1).split('\n')[(found?.line ?? 0) - 1] ?? '';
    assert.ok(line.slice((found?.column ?? 0) - 1).startsWith('{'), `${found?.line}:${found?.column} ${line}`);
    assert.match(line, /"thing"/);
    assert.deepEqual(
      templateNeeds(JSON.stringify(file)).map(({ name }) => name),
      ['SerialNumber', ownId],
    );
  });

  test('the registration configuration in the input of register-ca-certificate is opened, and told at its place', () => {
    const subject = 'AWS::IoT::Certificate::CommonName';
    const parts = JSON.parse(JSON.stringify(template).replaceAll('SerialNumber', subject)) as typeof template;
    const input = (templateBody: string, role = roleArn) => ({
      caCertificate: 'PEM',
      registrationConfig: { templateBody, roleArn: role },
    });
    assert.deepEqual(told(input(JSON.stringify(parts)), 'jitp'), []);
    assert.equal(usualKind(JSON.stringify(input(JSON.stringify(parts)))), 'jitp');
    assert.deepEqual(told(input('{"Resources": {,}}', 'role'), 'jitp'), [
      '/registrationConfig/roleArn: is not the ARN of an IAM role',
      '/registrationConfig/templateBody: is not JSON: expected a name in double quotes',
    ]);
  });

  test('the registration configuration of CloudFormation is said to be that', () => {
    const file = { TemplateBody: JSON.stringify(template), RoleArn: roleArn };
    assert.match(told(file, 'jitp').join('\n'), /^: is a template of CloudFormation[^\n]*$/);
  });

  test('a stack of CloudFormation, a policy and a mere name are said to be that, and nothing else', () => {
    const stack = { Resources: { T: { Type: 'AWS::IoT::ProvisioningTemplate', Properties: {} } } };
    for (const file of [stack, { AWSTemplateFormatVersion: '2010-09-09', ...template }])
      assert.deepEqual(told(file), [
        ': is a template of CloudFormation: give the provisioning template that its TemplateBody holds',
      ]);
    assert.deepEqual(told({ Version: '2012-10-17', Statement: [] }), [': is a policy, and no provisioning template']);
    assert.deepEqual(told({ templateName: 'T', roleArn }, 'jitp'), [': only names the template T: give that template']);
  });
});

describe('the kind of a template', () => {
  const hints = (file: unknown, kind: TemplateKind) =>
    check(file, kind).warnings.flatMap(({ message }) => /^has no problem as a (\w+) template/.exec(message)?.[1] ?? []);
  const joined = {
    ...template,
    Resources: {
      ...template.Resources,
      thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: { 'Fn::Join': ['', ['P-', ref('SerialNumber')]] } } },
    },
  };

  test('that is another than the one asked for is told beside the problems', () => {
    for (const kind of ['bulk', 'jitp'] as const) assert.deepEqual(hints(joined, kind), ['fleet']);
    assert.deepEqual(hints(joined, 'fleet'), []);
    assert.deepEqual(hints({ ...joined, Conditions: {} }, 'bulk'), [], 'no kind takes it');
    assert.equal(check(joined, 'bulk').ok, false);
  });

  test('is what the form of the file says: a registration configuration, the input of create-provisioning-template', () => {
    const templateBody = JSON.stringify(template);
    const usual = (file: unknown) => usualKind(JSON.stringify(file));
    assert.equal(usual({ templateBody, roleArn: 'r' }), 'jitp');
    assert.equal(usual({ templateName: 'T', templateBody, provisioningRoleArn: 'r' }), 'fleet');
    assert.equal(usual({ templateName: 'T', templateBody, provisioningRoleArn: 'r', type: 'JITP' }), 'jitp');
    for (const other of [template, { templateBody }, [], 7]) assert.equal(usual(other), 'bulk');
    assert.equal(usualKind('{'), 'bulk');
  });

  test('decides who supplies a parameter of the subject: only just in time it is AWS', () => {
    const subject = 'AWS::IoT::Certificate::CommonName';
    const said = (kind: TemplateKind, parameter: object) => {
      const thing = { Type: 'AWS::IoT::Thing', Properties: { ThingName: ref(subject) } };
      const Parameters = { [subject]: { Type: 'String', ...parameter }, [ownId]: { Type: 'String' } };
      const { ok, warnings } = check({ Parameters, Resources: { ...template.Resources, thing } }, kind);
      assert.ok(ok);
      return warnings.map(({ path, message }) => `${path}: ${message}`);
    };
    assert.deepEqual(said('bulk', {}), [
      `/Parameters/${subject}: AWS takes it from the certificate only just in time: here each line must bring it`,
    ]);
    assert.deepEqual(said('fleet', {}), [
      `/Parameters/${subject}: AWS takes it from the certificate only just in time: here the device must send it`,
    ]);
    assert.deepEqual(said('fleet', { Default: 'x' }), []);
    assert.deepEqual(said('jitp', {}), []);
  });
});

describe('a name that is right but for its capitals', () => {
  const meant = (file: unknown) => told(file).flatMap((text) => /did you mean (.*)\?$/.exec(text)?.[1] ?? []);

  test('is told with the right one: sections, resources, types, properties, parameters', () => {
    const { thing, certificate } = template.Resources;
    assert.deepEqual(meant({ parameters: {}, resources: {} }), ['Parameters', 'Resources']);
    assert.deepEqual(meant({ ...template, Parameters: { SerialNumber: { Type: 'String', default: 'x' } } }), [
      'Default',
    ]);
    const resources = {
      thing: { type: 'AWS::IoT::Thing', ...thing },
      certificate: { ...certificate, Type: 'aws::iot::certificate' },
      policy: { Type: 'AWS::IoT::Policy', Properties: { policyName: 'P' } },
    };
    assert.deepEqual(meant({ ...template, Resources: resources }), ['Type', 'AWS::IoT::Certificate', 'PolicyName']);
  });
});

describe('Fn::Sub', () => {
  const withName = (argument: unknown) => {
    const thing = { Type: 'AWS::IoT::Thing', Properties: { ThingName: { 'Fn::Sub': argument } } };
    return { ...template, Resources: { ...template.Resources, thing } };
  };
  const undeclared = (argument: unknown) =>
    check(withName(argument)).warnings.flatMap(({ message }) => /^refers to (\S+), which/.exec(message)?.[1] ?? []);

  test('what its text names must be declared, unless it is given, escaped, or a variable of policies', () => {
    assert.deepEqual(undeclared(`a-\${SerialNumbr}-\${AWS::Region}`), ['SerialNumbr', 'AWS::Region']);
    const free = `a-\${SerialNumber}-\${!Any}-\${iot:ClientId}-\${aws:SourceIp}`;
    assert.deepEqual(undeclared(free), []);
    assert.deepEqual(undeclared([`a-\${site}`, { site: 'north' }]), []);
  });

  test('and is what the template needs', () => {
    const needs = templateNeeds(JSON.stringify(withName(`\${SerialNumber}\${Lost}`)));
    const places = needs.map(({ name, usedBy }) => [name, usedBy]);
    const at = ['/Resources/thing/Properties/ThingName'];
    assert.deepEqual(places, [
      ['SerialNumber', at],
      [ownId, ['/Resources/certificate/Properties/CertificateId']],
      ['Lost', at],
    ]);
  });
});

describe('a request that AWS does not make', () => {
  const arn = 'arn:aws:iot:eu-west-1:123456789012:';
  const cases: [action: string, resource: string, doubt: RegExp | undefined][] = [
    ['iot:Publish', `${arn}topic/a`, undefined],
    ['IOT:publish', `${arn}topic/a`, undefined],
    ['iot:ListRetainedMessages', '*', undefined],
    ['greengrass:Discover', '*', undefined],
    ['Publish', `${arn}topic/a`, /"Publish" is not an action of AWS IoT/],
    ['s3:GetObject', '*', /not an action of AWS IoT/],
    ['iot:Pubish', `${arn}topic/a`, /no device asks for iot:Pubish/],
    ['iot:Publish', 'topic/a', /arn:aws:iot:REGION:ACCOUNT:topic\/… only/],
    ['iot:Subscribe', `${arn}topic/a`, /:topicfilter\/… only/],
    ['iot:ListRetainedMessages', `${arn}topic/a`, /with the resource "\*" only/],
  ];
  for (const [action, resource, doubt] of cases)
    test(`${action} of ${resource}: ${doubt ? 'is told' : 'is none'}`, () => {
      const said = requestDoubts({ action, resource }).map(({ message }) => message);
      if (doubt) assert.match(said.join(), doubt);
      else assert.deepEqual(said, []);
    });
});

test('an action of another service is told once', () => {
  const Statement = [{ Effect: 'Allow', Action: 'iam:PassRole', Resource: '*' }];
  const { problems, warnings } = checkPolicy(JSON.stringify({ Version: '2012-10-17', Statement }));
  assert.deepEqual([problems.length, warnings.filter(({ path }) => path.includes('/Action'))], [1, []]);
});
