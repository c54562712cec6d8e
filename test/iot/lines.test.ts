/** Lines of batches held against a kept bulk template, and a rate that a batch of a million units can bear. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bulkTemplate, lineCheck, templateBodyOf, templateStarters, unfitForLines } from '../../app/iot/index.ts';

const line = {
  ThingName: 'SN-1',
  SerialNumber: 'SN-1',
  CertificatePem: '-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----\n',
  CACertificatePem: '-----BEGIN CERTIFICATE-----\nB\n-----END CERTIFICATE-----\n',
};
type Template = { Parameters: Record<string, object>; Resources: Record<string, { Properties: object }> };

/** The station's own template with other properties of its thing. */
const withThing = (properties: object, parameters: Record<string, object> = {}): string => {
  const template = JSON.parse(bulkTemplate({ policyNames: ['p'] })) as Template;
  const { thing, ...others } = template.Resources;
  return JSON.stringify({
    Parameters: { ...template.Parameters, ...parameters },
    Resources: { thing: { ...thing, Properties: { ...thing?.Properties, ...properties } }, ...others },
  });
};

test('the own template and the starters of this way fit', () => {
  const texts = templateStarters().flatMap(({ form, text }) => (form === 'bulk' ? [text] : []));
  assert.equal(texts.length, 2);
  for (const text of [bulkTemplate(), ...texts]) {
    assert.equal(unfitForLines(text), undefined);
    assert.equal(lineCheck(text)(line), undefined);
  }
});

test('a registration configuration is opened', () => {
  const text = JSON.stringify({ templateBody: bulkTemplate(), roleArn: 'arn:aws:iam::123456789012:role/r' });
  assert.equal(unfitForLines(text), undefined);
  assert.equal(templateBodyOf(text), bulkTemplate());
});

const without = (resource: string): string => {
  const template = JSON.parse(bulkTemplate()) as Template;
  delete template.Resources[resource];
  return JSON.stringify(template);
};
const refused: [string, string, RegExp][] = [
  [
    'a parameter that no line has',
    withThing({ ThingTypeName: { Ref: 'Model' } }, { Model: { Type: 'String' } }),
    /needs Model/,
  ],
  ['what AWS refuses', withThing({ Colour: 'red' }), /Colour/],
  ['a thing of another name', withThing({ ThingName: 'always' }), /named "always".*look for/],
  ['no thing', without('thing'), /named null/],
  ['no certificate of the unit', without('certificate'), /certificate/],
  ['no JSON', '{', /JSON/],
];
for (const [what, text, reason] of refused)
  test(`no line fits a template with ${what}`, () => assert.match(unfitForLines(text)?.message ?? '', reason));

test('a value of the line must fit where the template lets it land', () => {
  const text = withThing({ ThingTypeName: { Ref: 'SerialNumber' } });
  assert.equal(unfitForLines(text), undefined);
  const check = lineCheck(text);
  assert.equal(check(line), undefined);
  assert.match(
    check({ ...line, SerialNumber: 'SN.1' })?.message ?? '',
    /thing\.ThingTypeName must be a name .*"SN\.1"/,
  );
  const long = lineCheck(bulkTemplate())({ ...line, SerialNumber: 'x'.repeat(801) });
  assert.match(long?.message ?? '', /thing\.AttributePayload must be a value of at most 800/);
});

test('a Default stands in for what lines lack', () => {
  const text = withThing({ ThingTypeName: { Ref: 'Model' } }, { Model: { Type: 'String', Default: 'meter' } });
  assert.equal(unfitForLines(text), undefined);
  assert.equal(lineCheck(text)(line), undefined);
});

test('no text and no line makes it throw', () => {
  const text = fc.oneof(fc.json(), fc.string(), fc.constantFrom(bulkTemplate(), withThing({ AttributePayload: {} })));
  const values = fc.record({
    ThingName: fc.string(),
    SerialNumber: fc.string(),
    CertificatePem: fc.string(),
    CACertificatePem: fc.string(),
  });
  fc.assert(
    fc.property(text, values, (template, unit) => {
      const reason = unfitForLines(template);
      assert.ok(reason === undefined || reason.message !== '');
      lineCheck(template)(unit);
    }),
  );
});
