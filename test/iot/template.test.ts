/** Provisioning templates: what AWS's guide allows passes, and each fault is told with its place. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { TemplateKind } from '../../app/contract/templates.ts';
import { bulkTemplate, checkTemplate, renderTemplate } from '../../app/iot/index.ts';

const ref = (name: string) => ({ Ref: name });
const string = { Type: 'String' };
const thing = { Type: 'AWS::IoT::Thing', Properties: { ThingName: ref('Name') } };
const certificate = { Type: 'AWS::IoT::Certificate', Properties: { CertificateId: ref('Id') } };
const named = { Type: 'AWS::IoT::Policy', Properties: { PolicyName: 'devices' } };

const devicePolicy = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'iot:Connect', Resource: 'arn:aws:iot:us-east-1:123456789012:client/x' }],
};

/** A template of each kind that AWS takes. */
const good: Record<TemplateKind, object> = {
  bulk: {
    Parameters: { Name: string, Id: { Type: 'String', Default: 'a'.repeat(64) } },
    Resources: { thing, certificate, named },
  },
  jitp: {
    Parameters: { 'AWS::IoT::Certificate::CommonName': string, 'AWS::IoT::Certificate::Id': string },
    Resources: {
      thing: { ...thing, Properties: { ThingName: ref('AWS::IoT::Certificate::CommonName') } },
      certificate: {
        ...certificate,
        Properties: { CertificateId: ref('AWS::IoT::Certificate::Id'), Status: 'ACTIVE' },
      },
    },
  },
  fleet: {
    Parameters: { Name: string, Id: string },
    Mappings: { sites: { north: { url: 'https://n', count: 2 } } },
    Resources: {
      thing: { ...thing, Properties: { ThingName: { 'Fn::Join': ['', ['a-', ref('Name')]] } } },
      certificate: { ...certificate, Properties: { CertificateId: ref('AWS::IoT::Certificate::Id') } },
      policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyDocument: devicePolicy } },
    },
    DeviceConfiguration: {
      url: { 'Fn::FindInMap': ['sites', 'north', 'url'] },
      name: ref('Name'),
      plain: 'text',
    },
  },
};

const problemsOf = (template: unknown, kind: TemplateKind) =>
  checkTemplate(typeof template === 'string' ? template : JSON.stringify(template), kind).problems.map(
    ({ path, message }) => `${path}: ${message}`,
  );

/** The good template of a kind with some sections in place of its own. */
const problemsWith = (over: object, kind: TemplateKind = 'bulk') => problemsOf({ ...good[kind], ...over }, kind);

/** Problems of one resource, with its path left out. */
const problemsIn = (resource: unknown, kind: TemplateKind = 'bulk') =>
  problemsWith({ Resources: { one: resource } }, kind).map((problem) => problem.replace(/^\/Resources\/one/, ''));

const thingWith = (properties: object, kind: TemplateKind = 'bulk') =>
  problemsIn({ ...thing, Properties: { ThingName: 'x', ...properties } }, kind);

const eight = 'Country Organization OrganizationalUnit DistinguishedNameQualifier StateName CommonName SerialNumber Id'
  .split(' ')
  .map((name) => `AWS::IoT::Certificate::${name}`)
  .join(', ');

describe('a template that AWS takes', () => {
  for (const kind of ['bulk', 'jitp', 'fleet'] as const)
    test(`${kind}`, () =>
      assert.deepEqual(checkTemplate(JSON.stringify(good[kind]), kind), { ok: true, problems: [], warnings: [] }));

  test("the station's own", () => {
    const body = bulkTemplate({ policyNames: ['a', 'b'], thingTypeName: 'meter', thingGroups: ['line-4'] });
    assert.deepEqual(problemsOf(body, 'bulk'), []);
    const { Resources } = JSON.parse(body);
    assert.deepEqual(Object.keys(Resources), ['thing', 'certificate', 'policy1', 'policy2']);
    assert.equal(Resources.policy2.Properties.PolicyName, 'b');
    assert.deepEqual(
      [Resources.thing.Properties.ThingTypeName, Resources.thing.Properties.ThingGroups],
      ['meter', ['line-4']],
    );
  });

  test("the station's own names neither a type nor a group that the order does not have", () => {
    for (const options of [{}, { thingGroups: [] }]) {
      const { Properties } = JSON.parse(bulkTemplate(options)).Resources.thing;
      assert.deepEqual(Object.keys(Properties), ['ThingName', 'AttributePayload']);
    }
  });
});

describe('the document', () => {
  test('one character over the limit is refused, the limit itself is not', () => {
    const text = JSON.stringify(good.bulk);
    assert.deepEqual(problemsOf(text.padEnd(10_240), 'bulk'), []);
    assert.deepEqual(problemsOf(text.padEnd(10_241), 'bulk'), [': has 10241 characters; AWS takes 10240']);
  });

  test('anything but a JSON object is refused', () => {
    for (const text of ['[]', 'null', '1']) assert.deepEqual(problemsOf(text, 'bulk'), [': is not a JSON object']);
    assert.deepEqual(problemsOf('"{}"', 'bulk'), [
      ': is a JSON string: give the template itself, without quotes around it',
    ]);
    for (const text of ['', '{']) assert.match(problemsOf(text, 'bulk').join(), /^: is not JSON: /);
  });

  test('a section of another kind', () => {
    assert.deepEqual(problemsWith({ 'a/b~c': {}, Mappings: {}, DeviceConfiguration: {} }), [
      '/a~1b~0c: is not a section of a bulk template',
      '/Mappings: is not a section of a bulk template',
      '/DeviceConfiguration: is not a section of a bulk template',
    ]);
  });

  test('no resources, or two things', () => {
    for (const Resources of [undefined, {}, 'x', []])
      assert.deepEqual(problemsWith({ Resources }), ['/Resources: must hold at least one resource']);
    assert.deepEqual(problemsWith({ Resources: { a: thing, b: thing, c: certificate, d: certificate } }), [
      '/Resources: holds more than one AWS::IoT::Thing',
      '/Resources: holds more than one AWS::IoT::Certificate',
    ]);
  });

  test('parameters', () => {
    const at = '/Parameters';
    const declared = { Name: string, Id: string };
    assert.deepEqual(problemsWith({ Parameters: 'x', Resources: { named } }), [`${at}: must be an object`]);
    assert.deepEqual(problemsWith({ Parameters: { ...declared, 'a/b': { Type: 'Number' } } }), [
      `${at}/a~1b: must have the Type String`,
    ]);
    assert.deepEqual(problemsWith({ Parameters: { ...declared, n: 'String' } }), [
      `${at}/n: must have the Type String`,
    ]);
    assert.deepEqual(problemsWith({ Parameters: { ...declared, n: { ...string, Default: 1, 'x/y': 1 } } }), [
      `${at}/n/Default: must be a string`,
      `${at}/n/x~1y: is not a part of a parameter: Type and Default are`,
    ]);
    const Parameters = { 'AWS::IoT::Certificate::Id': string, SerialNumber: string };
    assert.deepEqual(problemsWith({ Parameters, Resources: { named } }, 'jitp'), [
      `${at}/SerialNumber: is not one of the eight parameters of just-in-time provisioning: ${eight}`,
    ]);
  });

  test('a reference to a parameter that is not declared, wherever it stands', () => {
    const deep = { ThingName: 'x', AttributePayload: { a: ref('Lost') }, ThingGroups: ['g', ref('Gone')] };
    assert.deepEqual(problemsIn({ ...thing, Properties: deep }), [
      '/Properties/AttributePayload/a: refers to Lost, which Parameters does not declare',
      '/Properties/ThingGroups/1: refers to Gone, which Parameters does not declare',
    ]);
    assert.deepEqual(problemsWith({ Parameters: undefined, Resources: { 'a/b': thing } }), [
      '/Resources/a~1b/Properties/ThingName: refers to Name, which Parameters does not declare',
    ]);
    const own = {
      Resources: { certificate: { ...certificate, Properties: { CertificateId: ref('AWS::IoT::Certificate::Id') } } },
    };
    assert.deepEqual(problemsWith(own, 'fleet'), []);
    assert.equal(problemsWith(own).length, 1, 'only fleet provisioning gives the id by itself');
  });

  test('functions are for fleet templates, and only the documented ones', () => {
    const join = { 'Fn::Join': ['', ['a']] };
    assert.deepEqual(thingWith({ ThingName: join }), [
      '/Properties/ThingName: Fn::Join is for fleet provisioning templates only',
    ]);
    assert.deepEqual(thingWith({ ThingName: { 'Fn::Upper': 'a' } }, 'fleet'), [
      '/Properties/ThingName: Fn::Upper is not a function of provisioning templates',
    ]);
    const argumentOf: Record<string, unknown> = {
      'Fn::Join': ['', ref('Name')],
      'Fn::Select': [ref('Name'), ['a']],
      'Fn::Split': ['-', ref('Name')],
      'Fn::Sub': `\${Name}`,
    };
    for (const name of Object.keys(argumentOf))
      assert.deepEqual(thingWith({ ThingName: { [name]: argumentOf[name] } }, 'fleet'), [], name);
    assert.match(
      thingWith({ ThingName: { 'Fn::Select': [2, ['a']] } }, 'fleet').join(),
      /has no element 2 in a list of 1/,
    );
    const PolicyDocument = { Version: '2012-10-17', Statement: [{ ...devicePolicy.Statement[0], Resource: join }] };
    assert.deepEqual(
      problemsWith({ Resources: { 'p/q': { Type: 'AWS::IoT::Policy', Properties: { PolicyDocument } } } }, 'fleet'),
      ['/Resources/p~1q/Properties/PolicyDocument/Statement/0/Resource: Fn::Join is not supported for policies'],
    );
  });

  test('what no parameter can mend in a function is a problem', () => {
    const Mappings = { m: { k: { a: '1' } } };
    const withName = (ThingName: unknown) =>
      problemsWith(
        { Mappings, DeviceConfiguration: {}, Resources: { t: { ...thing, Properties: { ThingName } } } },
        'fleet',
      ).join();
    assert.match(withName({ 'Fn::Join': ['', [ref('Name')], 'x'] }), /needs a list of two, and has 3/);
    assert.match(withName({ 'Fn::Select': ['2', [ref('Name'), ref('Name')]] }), /no element "2" in a list of 2/);
    assert.match(withName({ 'Fn::Select': ['', ['a']] }), /no element ""/);
    assert.match(withName({ 'Fn::FindInMap': ['other', ref('Name'), 'a'] }), /nothing at other \/ \* \/ a/);
    assert.match(withName({ 'Fn::FindInMap': ['m', ref('Name'), 'b'] }), /nothing at m \/ \* \/ b/);
    assert.equal(withName({ 'Fn::FindInMap': ['m', ref('Name'), 'a'] }), '');
    assert.match(withName({ Ref: { Ref: 'Name' } }), /Ref needs the name of a parameter/);
  });

  test('a section that is no object', () => {
    for (const section of ['Mappings', 'DeviceConfiguration'])
      for (const value of ['x', ['x'], null])
        assert.deepEqual(problemsWith({ DeviceConfiguration: {}, [section]: value }, 'fleet'), [
          `/${section}: must be an object`,
        ]);
    for (const value of ['REPLACE', []])
      assert.deepEqual(problemsIn({ ...thing, OverrideSettings: value }), ['/OverrideSettings: must be an object']);
  });

  test('attributes that one parameter would bring', () => {
    assert.match(thingWith({ ...thing.Properties, AttributePayload: ref('Name') }).join(), /names and values/);
  });

  test('mappings hold plain values', () => {
    const DeviceConfiguration = {};
    assert.deepEqual(
      problemsWith(
        { Mappings: { m: { 'k/1': 'x', k: { a: 1, 'b/c': ref('Name'), d: ['x'] } }, n: 'x' }, DeviceConfiguration },
        'fleet',
      ),
      [
        '/Mappings/m/k~11: must be a map of names and values',
        '/Mappings/m/k/b~1c: must be a plain value: no parameters or functions',
        '/Mappings/m/k/d: must be a plain value: no parameters or functions',
        '/Mappings/n: must be a map of names and values',
      ],
    );
  });

  test('the configuration of a device is flat', () => {
    const DeviceConfiguration = { 'a/b': { c: 1 }, lost: ref('Lost'), list: ['x'], two: { Ref: 'Name', x: 'y' } };
    assert.deepEqual(problemsWith({ DeviceConfiguration }, 'fleet'), [
      '/DeviceConfiguration/a~1b: must not be a nested object',
      '/DeviceConfiguration/two: must not be a nested object',
    ]);
  });
});

describe('a resource', () => {
  test('of no known type', () => {
    const types = ': must have one of the Types AWS::IoT::Thing, AWS::IoT::Certificate, AWS::IoT::Policy';
    for (const resource of ['x', {}, { Type: 1 }, { Type: 'AWS::S3::Bucket' }, { Type: 'toString' }])
      assert.deepEqual(problemsIn(resource), [types]);
  });

  test('members and properties that are not known', () => {
    assert.deepEqual(problemsIn({ ...thing, Condition: 1 }), ['/Condition: is not a part of a resource']);
    assert.deepEqual(thingWith({ Colour: 1, toString: 1 }), [
      '/Properties/Colour: is not a property of AWS::IoT::Thing',
      '/Properties/toString: is not a property of AWS::IoT::Thing',
    ]);
  });

  test('exactly one of what names it', () => {
    const fault = (what: string) => [`/Properties: must have exactly ${what}`];
    assert.deepEqual(problemsIn({ Type: thing.Type }), fault('ThingName'));
    const byPem = { ...certificate, Properties: { CertificatePem: 'x' } };
    assert.deepEqual(problemsIn(byPem), []);
    assert.deepEqual(problemsIn({ ...certificate, Properties: { CertificateSigningRequest: 'x' } }), []);
    assert.deepEqual(problemsIn(byPem, 'fleet'), fault('CertificateId'));
    const both = { CertificatePem: 'x', CertificateId: 'b'.repeat(64) };
    assert.deepEqual(
      problemsIn({ ...certificate, Properties: both }),
      fault('one of CertificatePem, CertificateId, CertificateSigningRequest'),
    );
    assert.deepEqual(problemsIn({ ...named, Properties: {} }), fault('one of PolicyName, PolicyDocument'));
  });

  test('values of a thing', () => {
    const name = 'must be a name of 1 to 128 characters a-z A-Z 0-9 : _ -';
    assert.deepEqual(thingWith({ ThingName: 'a b', ThingTypeName: '', BillingGroup: 1 }), [
      `/Properties/ThingName: ${name}`,
      `/Properties/ThingTypeName: ${name}`,
      `/Properties/BillingGroup: ${name}`,
    ]);
    assert.deepEqual(thingWith({ PackageVersions: { a: '1' } }), []);
    assert.deepEqual(thingWith({ AttributePayload: 'x' }), [
      '/Properties/AttributePayload: must be an object of attribute names and values',
    ]);
    assert.deepEqual(thingWith({ AttributePayload: { 'a b': 'x', c: 'ü', d: ref('Name') } }), [
      '/Properties/AttributePayload/a b: the attribute name has characters other than a-z A-Z 0-9 _ . , @ / : # -',
      '/Properties/AttributePayload/c: must be a value of at most 800 characters a-z A-Z 0-9 _ . , @ / : # = [ ] -',
    ]);
  });

  test('so many attributes, and so many groups', () => {
    const attributes = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`a${at}`, 'x']));
    const at = '/Properties/AttributePayload: must have at most';
    assert.deepEqual(thingWith({ AttributePayload: attributes(3) }), []);
    assert.deepEqual(thingWith({ AttributePayload: attributes(4) }), [`${at} 3 attributes without a ThingTypeName`]);
    const ThingTypeName = 'meter';
    assert.deepEqual(thingWith({ ThingTypeName, AttributePayload: attributes(50) }), []);
    assert.deepEqual(thingWith({ ThingTypeName, AttributePayload: attributes(51) }), [
      `${at} 50 attributes with a ThingTypeName`,
    ]);
    const groups = (count: number) => Array.from({ length: count }, (_, at) => `g${at}`);
    assert.deepEqual(thingWith({ ThingGroups: groups(10) }), []);
    assert.deepEqual(thingWith({ ThingGroups: groups(11) }), ['/Properties/ThingGroups: must have at most ten groups']);
    assert.deepEqual(thingWith({ ThingGroups: 'g' }), ['/Properties/ThingGroups: must be a list of thing groups']);
    assert.deepEqual(thingWith({ ThingGroups: ref('Name') }), []);
    assert.match(thingWith({ ThingGroups: ['g', 'a b'] })[0] ?? '', /^\/Properties\/ThingGroups\/1: /);
  });

  test('values of a certificate', () => {
    const withStatus = (Status: unknown) =>
      problemsIn({ ...certificate, Properties: { CertificateId: 'a'.repeat(64), Status } });
    for (const status of ['ACTIVE', 'inactive', ref('Name')]) assert.deepEqual(withStatus(status), []);
    for (const status of ['REVOKED', 1])
      assert.deepEqual(withStatus(status), ['/Properties/Status: must be ACTIVE or INACTIVE']);
  });

  test('a policy is JSON, short, and an object in fleet templates only', () => {
    const withDocument = (PolicyDocument: unknown, kind: TemplateKind = 'bulk') =>
      problemsIn({ ...named, Properties: { PolicyDocument } }, kind);
    const at = '/Properties/PolicyDocument';
    const long = (length: number) => {
      const text = JSON.stringify({ ...devicePolicy, Id: '' });
      return text.replace('"Id":""', `"Id":"${'x'.repeat(length - text.length)}"`);
    };
    assert.deepEqual(withDocument(`  ${long(2048)}\n`), []);
    assert.match(withDocument(long(2049)).join(), /^\/Properties\/PolicyDocument: the policy: has 2049 characters/);
    assert.match(withDocument('{').join(), /^\/Properties\/PolicyDocument: the policy is not JSON: /);
    assert.match(
      withDocument(JSON.stringify({ ...devicePolicy, Version: 'x' })).join(),
      /^\/Properties\/PolicyDocument\/Version: the policy: /,
    );
    assert.deepEqual(withDocument(ref('Name')), []);
    assert.deepEqual(withDocument(devicePolicy, 'fleet'), []);
    const open = { ...devicePolicy, Statement: [{ ...devicePolicy.Statement[0], Resource: ref('Name') }] };
    assert.deepEqual(withDocument(open, 'fleet'), [], 'what is not known yet is not judged');
    for (const [document, kind] of [
      [{ Version: 'x' }, 'bulk'],
      [['x'], 'fleet'],
      [1, 'fleet'],
    ] as const)
      assert.deepEqual(withDocument(document, kind), [`${at}: must be the policy as a JSON string`]);
  });

  test('all that is wrong with it is told at once, in the order of the text', () => {
    const AttributePayload = { a: 'x', b: 'x', c: 'x', d: 'x' };
    assert.deepEqual(
      problemsIn({
        ...thing,
        Colour: 1,
        Properties: { AttributePayload, Shape: 1 },
        OverrideSettings: { ThingName: 'FAIL' },
      }),
      [
        '/Properties: must have exactly ThingName',
        '/Properties/AttributePayload: must have at most 3 attributes without a ThingTypeName',
        '/Properties/Shape: is not a property of AWS::IoT::Thing',
        '/Colour: is not a part of a resource',
        '/OverrideSettings/ThingName: cannot be overridden',
      ],
    );
  });

  test('override settings, in either spelling', () => {
    const override = (resource: object, OverrideSettings: object) => problemsIn({ ...resource, OverrideSettings });
    assert.deepEqual(
      override(thing, { ATTRIBUTE_PAYLOAD: 'MERGE', ThingTypeName: 'REPLACE', ThingGroups: 'FAIL' }),
      [],
    );
    assert.deepEqual(override(certificate, { STATUS: 'DO_NOTHING' }), []);
    assert.deepEqual(override(named, { Status: 'REPLACE' }), ['/OverrideSettings/Status: cannot be overridden']);
    assert.deepEqual(override(thing, { AttributePayload: 'KEEP', ThingTypeName: 'MERGE', ThingGroups: 1 }), [
      '/OverrideSettings/AttributePayload: must be one of DO_NOTHING, REPLACE, FAIL, MERGE',
      '/OverrideSettings/ThingTypeName: must be one of DO_NOTHING, REPLACE, FAIL',
      '/OverrideSettings/ThingGroups: must be one of DO_NOTHING, REPLACE, FAIL, MERGE',
    ]);
  });
});

describe('the place of a finding', () => {
  const placesOf = (text: string, kind: TemplateKind = 'bulk') =>
    checkTemplate(text, kind).problems.map(({ path, line, column }) => [path, line, column]);
  const policy = '{\n "Version": "2012-10-17",\n "Statement": [{"Effect": "Perhaps"}]\n}';
  const body = JSON.stringify(
    { Parameters: {}, Resources: { p: { ...named, Properties: { PolicyDocument: policy } } } },
    null,
    1,
  );

  test('is where the JSON breaks', () => {
    assert.deepEqual(placesOf('{\n  "Resources": {,\n}'), [['', 2, 17]]);
  });

  test('leads into a policy within a string', () => {
    const path = '/Resources/p/Properties/PolicyDocument/Statement/0/Effect';
    const [found] = placesOf(body).filter(([at]) => at === path);
    const line = body.split('\n')[Number(found?.[1]) - 1] ?? '';
    assert.ok(line.slice(Number(found?.[2]) - 1).startsWith('\\"Perhaps\\"'), line);
  });

  test('leads into the template of a registration configuration, and into a policy in it', () => {
    const roleArn = 'arn:aws:iam::123456789012:role/provision';
    const text = JSON.stringify({ roleArn, templateBody: body }, null, 2);
    const path = '/templateBody/Resources/p/Properties/PolicyDocument/Statement/0/Effect';
    const [found] = placesOf(text, 'jitp').filter(([at]) => at === path);
    assert.equal(found?.[1], 3);
    assert.ok((text.split('\n')[2] ?? '').slice(Number(found?.[2]) - 1).startsWith('\\\\\\"Perhaps'), text);
    const bad = JSON.stringify({ roleArn: 'me', templateBody: JSON.stringify(good.jitp) });
    assert.deepEqual(placesOf(bad, 'jitp'), [['/roleArn', 1, 12]]);
  });

  test('a name that stands twice is a warning at its second place', () => {
    const { ok, warnings } = checkTemplate(JSON.stringify(good.bulk).replace('{', '{"Parameters":{},'), 'bulk');
    assert.deepEqual([ok, warnings.map(({ path, column }) => [path, column])], [true, [['/Parameters', 18]]]);
  });
});

describe('what AWS takes and nobody means', () => {
  const warned = (resources: object, kind: TemplateKind = 'bulk') =>
    checkTemplate(JSON.stringify({ ...good[kind], Resources: { certificate, ...resources } }), kind).warnings.map(
      ({ path, message }) => `${path}: ${message}`,
    );

  test('is told without refusing it', () => {
    const properties = { ThingName: 'x', ThingGroups: ['g', 'g'] };
    assert.deepEqual(warned({ thing: { ...thing, Properties: properties } }), [
      '/Resources/thing/Properties/ThingName: is the same for every unit',
      '/Resources/thing/Properties/ThingGroups/1: names a group for the second time',
    ]);
    assert.match(warned({ thing, certificate: undefined }).join(), /^\/Resources: has no certificate/);
    const OverrideSettings = { ThingGroups: 'FAIL', THING_GROUPS: 'REPLACE' };
    assert.match(warned({ thing: { ...thing, OverrideSettings } }).join(), /sets ThingGroups for the second time/);
    const caOnly = { ...certificate, Properties: { CertificateId: ref('Id'), CACertificatePem: ref('Name') } };
    assert.match(warned({ certificate: caOnly }).join(), /CACertificatePem: does nothing without CertificatePem/);
    assert.match(warned({}, 'fleet').join(), /CertificateId: must be/);
  });
});

describe('whatever the text is', () => {
  const word = fc.constantFrom(
    ...['Parameters', 'Resources', 'Type', 'Properties', 'Ref', 'Fn::Join', 'Fn::Select', 'Fn::Sub', 'Mappings'],
    ...['AWS::IoT::Thing', 'AWS::IoT::Policy', 'PolicyDocument', 'templateBody', 'DeviceConfiguration', 'Default'],
  );
  const { json } = fc.letrec((tie) => ({
    json: fc.oneof({ depthSize: 'small' }, fc.constantFrom(null, 1, true), word, tie('list'), tie('object')),
    list: fc.array(tie('json'), { maxLength: 3 }),
    object: fc.dictionary(word, tie('json'), { maxKeys: 4 }),
  }));
  const texts = fc.oneof(
    fc.string(),
    fc.json(),
    json.map((value) => JSON.stringify(value)),
  );

  test('check and render answer, and every finding has a place in the text', () => {
    fc.assert(
      fc.property(texts, fc.constantFrom('bulk', 'jitp', 'fleet'), (text, kind) => {
        const { ok, problems, warnings } = checkTemplate(text, kind as TemplateKind);
        assert.equal(ok, problems.length === 0);
        const lines = text.split('\n');
        for (const { line = 0, column = 0 } of [...problems, ...warnings])
          assert.ok(column >= 1 && column <= (lines[line - 1] ?? '').length + 1);
        try {
          renderTemplate(text, {}, kind as TemplateKind);
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'call.badParams');
        }
      }),
    );
  });
});
