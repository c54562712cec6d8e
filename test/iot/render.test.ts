/** Templates filled with parameters, as AWS would before it registers a unit. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { renderTemplate } from '../../app/iot/index.ts';

const ref = (name: string) => ({ Ref: name });

const sites = { Mappings: { sites: { north: { url: 'https://n', none: null } } } };

/** What a value of a fleet template becomes. */
function filled(value: unknown, parameters: Record<string, string> = {}): unknown {
  const template = {
    ...sites,
    Resources: { thing: { Type: 'AWS::IoT::Thing', Properties: { value } } },
  };
  return renderTemplate(JSON.stringify(template), parameters).resources.thing?.Properties.value;
}

/** AWS would not provision: the property has no value, and the reason is told. */
function refused(value: unknown) {
  const template = { ...sites, Resources: { thing: { Type: 'AWS::IoT::Thing', Properties: { value } } } };
  const { resources, fails } = renderTemplate(JSON.stringify(template), {}, 'fleet');
  assert.deepEqual([resources.thing?.Properties, fails.length], [{}, 1]);
}

describe('a template with its values', () => {
  test('a value that is given outweighs the default; what has neither is named and left out', () => {
    const template = {
      Parameters: {
        Given: { Type: 'String', Default: 'unused' },
        Usual: { Type: 'String', Default: 'usual' },
        Odd: { Type: 'String', Default: 1 },
        Missing: { Type: 'String' },
      },
      Resources: {
        thing: {
          Type: 'AWS::IoT::Thing',
          Properties: {
            ThingName: ref('Given'),
            ThingTypeName: ref('Missing'),
            AttributePayload: { a: ref('Usual'), b: ref('Missing'), c: 'fixed', d: ref('Odd') },
            ThingGroups: ['first', ref('Missing'), ref('Given')],
          },
        },
        bare: {},
      },
      DeviceConfiguration: { name: ref('Given'), gone: ref('Missing'), port: 8883, on: true, none: null },
    };
    assert.deepEqual(renderTemplate(JSON.stringify(template), { Given: 'unit-1' }), {
      resources: {
        thing: {
          Type: 'AWS::IoT::Thing',
          Properties: {
            ThingName: 'unit-1',
            AttributePayload: { a: 'usual', c: 'fixed' },
            ThingGroups: ['first', 'unit-1'],
          },
        },
        bare: { Type: '', Properties: {} },
      },
      deviceConfiguration: { name: 'unit-1', port: 8883, on: true, none: null },
      unresolved: ['Missing', 'Odd'],
      attachments: [
        { what: 'thing to group', from: 'thing', to: 'first' },
        { what: 'thing to group', from: 'thing', to: 'unit-1' },
      ],
      fails: [],
    });
  });

  test('a template without a configuration has none, and one without anything is empty', () => {
    assert.deepEqual(renderTemplate('{}', {}), { resources: {}, attachments: [], unresolved: [], fails: [] });
    assert.deepEqual(renderTemplate('{"DeviceConfiguration":{"Ref":"x"}}', {}), {
      resources: {},
      attachments: [],
      unresolved: ['x'],
      fails: [],
    });
  });

  test('a value that AWS does not take where it lands is told: provisioning would fail', () => {
    const certificate = { CertificatePem: ref('Pem'), Status: 'ACTIVE' };
    const template = {
      Resources: {
        thing: {
          Type: 'AWS::IoT::Thing',
          Properties: { ThingName: ref('Name'), AttributePayload: { site: ref('Site') }, ThingGroups: [ref('Name')] },
        },
        certificate: { Type: 'AWS::IoT::Certificate', Properties: certificate },
      },
    };
    const failsWith = (parameters: Record<string, string>) =>
      renderTemplate(JSON.stringify(template), parameters).fails;
    const good = { Name: 'unit-1', Site: 'north', Pem: 'PEM' };
    assert.deepEqual(failsWith(good), []);
    assert.match(failsWith({ ...good, Name: 'unit 1' }).join('\n'), /^thing\.ThingName: .*here it is "unit 1"$/m);
    assert.match(failsWith({ ...good, Site: 'in the north' }).join('\n'), /^thing\.AttributePayload: /);
    assert.equal(failsWith({ ...good, Name: 'unit 1' }).length, 2, 'its group, too');
  });

  test('what is no template is refused', () => {
    for (const text of ['', '[]', 'null', '{"a":'])
      assert.throws(() => renderTemplate(text, {}), { code: 'call.badParams' });
  });

  test('an object with more than a Ref or a function is only an object', () => {
    const [two, more] = [
      { Ref: 'x', y: 1 },
      { 'Fn::Split': ['-', 'a-b'], y: 1 },
    ];
    assert.deepEqual(filled(two, { x: '1' }), two);
    assert.deepEqual(filled(more), more);
    assert.deepEqual(filled({ 'Fn::Upper': 'a' }), { 'Fn::Upper': 'a' });
    assert.deepEqual(filled({ toString: 'a' }), { toString: 'a' });
    assert.deepEqual(filled({}), {});
  });
});

describe('functions', () => {
  const name = { name: 'unit' };

  test('Fn::Join', () => {
    assert.equal(filled({ 'Fn::Join': ['-', ['a', ref('name'), 'c']] }, name), 'a-unit-c');
    for (const argument of ['x', ['-'], ['-', 'x'], ['-', ['a', 1]], [1, ['a', 'b']]])
      refused({ 'Fn::Join': argument });
  });

  test('Fn::Split and Fn::Select', () => {
    assert.deepEqual(filled({ 'Fn::Split': ['-', ref('name')] }, { name: 'a-b' }), ['a', 'b']);
    assert.equal(filled({ 'Fn::Select': ['1', { 'Fn::Split': ['-', 'a-b-c'] }] }), 'b');
    assert.equal(filled({ 'Fn::Select': [0, ['', 'b']] }), '');
    for (const argument of ['x', [1, ['a']], [0, [null]], ['x', ['a']], [0, 'a']]) refused({ 'Fn::Select': argument });
    for (const argument of ['x', ['-'], ['-', 1], [1, 'a']]) refused({ 'Fn::Split': argument });
  });

  test('Fn::FindInMap', () => {
    assert.equal(filled({ 'Fn::FindInMap': ['sites', ref('name'), 'url'] }, { name: 'north' }), 'https://n');
    const lost = [
      ['sites', 'south', 'url'],
      ['sites', 'north', 'toString'],
      ['gone', 'north', 'url'],
      ['sites', 'north'],
      ['sites', 'north', 'url', 'length'],
      ['sites', 'north', 1],
      'sites',
    ];
    for (const argument of lost) refused({ 'Fn::FindInMap': argument });
  });

  test('Fn::Sub', () => {
    assert.equal(
      filled({ 'Fn::Sub': `a/\${name}/\${!name}/\${iot:ClientId}` }, name),
      `a/unit/\${name}/\${iot:ClientId}`,
    );
    assert.equal(filled({ 'Fn::Sub': `\${lost}` }, name), undefined);
    assert.equal(filled({ 'Fn::Sub': [`\${name} \${other}`, { name: 'own', other: ref('name') }] }, name), 'own unit');
    for (const argument of [1, [1], [`\${a}`, { a: 1 }]]) refused({ 'Fn::Sub': argument });
  });
});
