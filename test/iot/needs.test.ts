/** What a template needs, held against what a station supplies; and the templates to begin with. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  checkTemplate,
  drawTemplate,
  notSupplied,
  renderTemplate,
  templateNeeds,
  templateStarters,
} from '../../app/iot/index.ts';

const starter = (wanted: string) => {
  const found = templateStarters().find(({ name }) => name === wanted);
  assert.ok(found);
  return found;
};
const subject = (...attributes: string[]) => attributes.map((attribute) => ({ attribute, value: '{unitSerial}' }));
const missing = (text: string, kind: 'bulk' | 'jitp' | 'fleet', ...attributes: string[]) =>
  notSupplied(text, { kind, subject: subject(...attributes) }).map(({ path, message }) => `${path}: ${message}`);

describe('templates to begin with', () => {
  for (const { name, form, text, parameters } of templateStarters()) {
    test(`${name} has neither problem nor warning, and its sample makes a unit`, () => {
      assert.deepEqual(checkTemplate(text, form), { ok: true, problems: [], warnings: [] });
      const { unresolved, fails, attachments } = renderTemplate(text, parameters, form);
      assert.deepEqual([unresolved, fails], [[], []]);
      assert.deepEqual(
        attachments.slice(0, 2).map(({ what }) => what),
        ['policy to certificate', 'certificate to thing'],
      );
    });
  }
});

describe('what a template needs', () => {
  test('each parameter with its Default and its places, also one that is only referred to', () => {
    const { text } = starter('claim');
    assert.deepEqual(
      templateNeeds(text).map(({ name, fallback, usedBy }) => [name, fallback, usedBy.length]),
      [
        ['SerialNumber', undefined, 1],
        ['Model', 'standard', 2],
        ['AWS::IoT::Certificate::Id', undefined, 1],
      ],
    );
    const lost = '{"Resources": {"a/b": {"Properties": {"ThingName": {"Ref": "Lost"}}}}}';
    assert.deepEqual(templateNeeds(lost), [{ name: 'Lost', usedBy: ['/Resources/a~1b/Properties/ThingName'] }]);
    for (const text of ['', '[]', '"x"']) assert.deepEqual(templateNeeds(text), []);
  });

  test('just in time: every declared parameter must be in the subject, used or not', () => {
    const { text } = starter('jitp');
    assert.deepEqual(missing(text, 'jitp', 'commonName', 'serialNumber'), []);
    assert.deepEqual(missing(text, 'jitp', 'commonName'), [
      '/Resources/thing/Properties/AttributePayload/serialNumber: needs AWS::IoT::Certificate::SerialNumber, and the subject of the profile has AWS::IoT::Certificate::CommonName',
    ]);
    const unused = '{"Parameters": {"AWS::IoT::Certificate::Country": {"Type": "String"}}}';
    assert.deepEqual(missing(unused, 'jitp', 'localityName'), [
      '/Parameters/AWS::IoT::Certificate::Country: needs AWS::IoT::Certificate::Country, and the subject of the profile has nothing for it',
    ]);
  });

  test('in bulk: what a batch line has; an unused parameter or one with a Default is none', () => {
    assert.deepEqual(missing(starter('bulk').text, 'bulk'), []);
    const text = JSON.stringify({
      Parameters: { A: { Type: 'String' }, B: { Type: 'String', Default: 'x' }, C: { Type: 'String' } },
      Resources: { thing: { Properties: { ThingName: { Ref: 'C' }, ThingTypeName: { Ref: 'B' } } } },
    });
    assert.match(
      missing(text, 'bulk').join(),
      /^\/Resources\/thing\/Properties\/ThingName: needs C, and a batch line has/,
    );
    assert.deepEqual(missing(text, 'fleet'), [], 'the device sends them');
  });
});

test('the drawing for a terminal names values, attachments, what is unresolved, and why it would fail', () => {
  const { text, parameters } = starter('jitp');
  const { 'AWS::IoT::Certificate::SerialNumber': _, ...others } = parameters;
  assert.deepEqual(drawTemplate(renderTemplate(text, others, 'jitp')).split('\n'), [
    'thing (Thing)',
    '  ThingName: SN-000123',
    '  AttributePayload: {}',
    '  ThingGroups: []',
    'certificate (Certificate)',
    `  CertificateId: ${parameters['AWS::IoT::Certificate::Id']}`,
    '  Status: ACTIVE',
    '  --> thing (certificate to thing)',
    'policy (Policy)',
    '  PolicyName: DevicePolicy',
    '  --> certificate (policy to certificate)',
    'unresolved: AWS::IoT::Certificate::SerialNumber has neither a value nor a Default',
    'would fail: AWS::IoT::Certificate::SerialNumber: the subject of the certificate has no such value, so provisioning fails',
  ]);
});
