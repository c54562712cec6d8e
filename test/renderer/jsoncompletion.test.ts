/** What the code editor knows of a place in JSON, also while the text is broken; and where a finding is shown. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CompletionContext } from '@codemirror/autocomplete';
import { json } from '@codemirror/lang-json';
import { EditorState, Text } from '@codemirror/state';
import fc from 'fast-check';
import { rangeOf } from '../../renderer/jsontext/editorfindings.ts';
import { type CompletionPlace, completeJson, placeAt } from '../../renderer/jsontext/jsoncompletion.ts';
import { completeTemplate } from '../../renderer/templates/templatecompletion.ts';

/** The caret stands at `|`. */
function contextOf(marked: string): CompletionContext {
  const pos = marked.indexOf('|');
  const doc = marked.replace('|', '');
  return new CompletionContext(EditorState.create({ doc, extensions: json() }), pos, true);
}
const place = (marked: string) => {
  const found = placeAt(contextOf(marked));
  return found && [found.kind, found.path.join('/')];
};

describe('the place of the caret', () => {
  const cases: [string, (string | undefined)[] | undefined][] = [
    ['{|}', ['name', '']],
    ['{"a": 1, |}', ['name', '']],
    ['{"a|"}', ['name', '']],
    ['{"a": {"b|": 1}}', ['name', 'a']],
    ['{"a": |}', ['value', 'a']],
    ['{"a": "x|"}', ['value', 'a']],
    ['{"a": ["x", |]}', ['value', 'a/1']],
    ['{"a": ["x", "y|"]}', ['value', 'a/1']],
    ['{"a": [{"b": "c|"}]}', ['value', 'a/0/b']],
    ['{"a": 1|2}', ['value', 'a']],
    ['{} |', undefined],
  ];
  for (const [marked, expected] of cases) test(marked, () => assert.deepEqual(place(marked), expected));

  test('is found or not, and nothing is thrown, wherever the caret stands in whatever text', () => {
    const piece = fc.constantFrom('{', '}', '[', ']', ',', ':', '"a"', '"', '\\', '1', 'true', ' ', '\n');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), fc.nat(), (pieces, at) => {
        const doc = pieces.join('');
        const pos = at % (doc.length + 1);
        const context = new CompletionContext(EditorState.create({ doc, extensions: json() }), pos, true);
        const found = placeAt(context);
        if (found) assert.ok(found.from <= pos && found.to >= pos && found.to <= doc.length);
      }),
    );
  });
});

describe('what is suggested', () => {
  const applied = (
    marked: string,
    suggest: (at: CompletionPlace, text: string) => { label: string; json?: string }[],
  ) => completeJson(() => suggest)(contextOf(marked))?.options.map(({ apply }) => apply);

  test('a name comes with its colon, where there is none; a value in quotes or as JSON', () => {
    assert.deepEqual(
      applied('{|}', () => [{ label: 'x' }]),
      ['"x": '],
    );
    assert.deepEqual(
      applied('{"a|": 1}', () => [{ label: 'x' }]),
      ['"x"'],
    );
    assert.deepEqual(
      applied('{"a": |}', () => [{ label: 'x' }, { label: 'y', json: '[]' }]),
      ['"x"', '[]'],
    );
    assert.equal(
      applied('{} |', () => [{ label: 'x' }]),
      undefined,
    );
  });

  const labels = (marked: string) => {
    const context = contextOf(marked);
    const at = placeAt(context);
    return at ? completeTemplate(at, context.state.doc.toString()).map(({ label }) => label) : [];
  };
  const resource = (rest: string) => `{"Resources": {"c": {"Type": "AWS::IoT::Certificate", ${rest}}}}`;
  test('of a template: what its grammar has at that place', () => {
    assert.deepEqual(labels('{|}'), ['Parameters', 'Resources', 'Mappings', 'DeviceConfiguration']);
    assert.deepEqual(labels('{"Resources": {"c": {"Type": "|"}}}')[1], 'AWS::IoT::Certificate');
    assert.ok(labels(resource('"Properties": {"|"}')).includes('CertificateId'));
    assert.deepEqual(labels(resource('"Properties": {"Status": "|"}')), ['ACTIVE', 'INACTIVE']);
    assert.deepEqual(labels(resource('"OverrideSettings": {"|"}')), ['Status']);
    const declared =
      '{"Parameters": {"Serial": {"Type": "String"}}, "Resources": {"t": {"Properties": {"ThingName": {"Ref": "|"}}}}}';
    assert.deepEqual(labels(declared), ['Serial', 'AWS::IoT::Certificate::Id']);
  });
});

describe('the range of a finding', () => {
  const text = Text.of(['{', '  "a": "b c",', '  "d": 12', '}']);
  const shown = (line: number, column?: number) => {
    const { from, to } = rangeOf({ line, column }, text);
    return text.sliceString(from, to);
  };
  test('is the value at its column, or the line; a place beyond the text is its last line', () => {
    assert.equal(shown(2, 8), '"b c"');
    assert.equal(shown(3, 8), '12');
    assert.equal(shown(2), '"a": "b c",');
    assert.equal(shown(9), '}');
    assert.equal(shown(1, 99), '');
  });
});
