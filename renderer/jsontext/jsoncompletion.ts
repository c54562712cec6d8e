/** Completion of JSON by what may stand at a place. It knows no schema: the page of the document brings that. */
import type { CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { ensureSyntaxTree } from '@codemirror/language';
import type { Text } from '@codemirror/state';
import type { SyntaxNode } from '@lezer/common';

/** Names of members and indexes of lists, from the outermost in. */
type Path = readonly (string | number)[];
/** `name`: the name of a member of the object at `path`; `value`: the value at `path`. */
export type CompletionPlace = { path: Path; kind: 'name' | 'value' };
export type Suggestion = {
  /** The name or string without quotes; with `json`, the text of a value. */
  label: string;
  detail?: string;
  /** JSON to insert instead of the label in quotes. */
  json?: string;
};
export type Suggest = (place: CompletionPlace, text: string) => readonly Suggestion[];

const readName = (quoted: string): string => {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted.replace(/^"|"$/g, '');
  }
};

const nameOf = (property: SyntaxNode, text: Text): string => {
  const name = property.getChild('PropertyName');
  return name ? readName(text.sliceString(name.from, name.to)) : '';
};

const brackets = new Set(['[', ']', ',', '{', '}', ':']);
/** How many values of a list stand before a position. */
function indexAt(list: SyntaxNode, position: number): number {
  let count = 0;
  for (let child = list.firstChild; child; child = child.nextSibling)
    if (!brackets.has(child.name) && !child.type.isError && child.to < position) count++;
  return count;
}

/** The path of a node; `position` tells the index in the innermost list. */
function pathTo(node: SyntaxNode, position: number, text: Text): Path {
  const path: (string | number)[] = [];
  let at = position;
  for (let inner: SyntaxNode | null = node; inner; inner = inner.parent) {
    if (inner.name === 'Property') path.unshift(nameOf(inner, text));
    else if (inner.name === 'Array') path.unshift(indexAt(inner, at));
    at = inner.from;
  }
  return path;
}

/** Where the caret stands in the document, and the range that a completion replaces. Undefined where nothing fits. */
export function placeAt(context: CompletionContext): (CompletionPlace & { from: number; to: number }) | undefined {
  const { state, pos } = context;
  const tree = ensureSyntaxTree(state, pos, 50);
  if (!tree) return undefined;
  const node = tree.resolveInner(pos, -1);
  const text = state.doc;
  const word = context.matchBefore(/[\w:.-]+/);
  const bare = { from: word?.from ?? pos, to: pos };
  if (node.name === 'PropertyName' || (node.name === 'String' && node.to >= pos)) {
    const named = node.name === 'PropertyName';
    const inside = named ? (node.parent?.parent ?? node) : node;
    const end = text.sliceString(node.to - 1, node.to) === '"' && node.to - node.from > 1 ? node.to : pos;
    return { path: pathTo(inside, node.from, text), kind: named ? 'name' : 'value', from: node.from, to: end };
  }
  const holder = node.type.isError || brackets.has(node.name) ? (node.parent ?? node) : node;
  const before = text.sliceString(0, bare.from).trimEnd().at(-1);
  if (before === ':' || before === '[' || (before === ',' && holder.name === 'Array'))
    return { path: pathTo(holder, pos, text), kind: 'value', ...bare };
  const object = holder.name === 'Property' ? holder.parent : holder;
  if (object?.name === 'Object' && (before === '{' || before === ','))
    return { path: pathTo(object, pos, text), kind: 'name', ...bare };
  return undefined;
}

/** The source of completions for CodeMirror. */
export function completeJson(
  suggest: () => Suggest | undefined,
): (context: CompletionContext) => CompletionResult | null {
  return (context) => {
    const place = suggest() && placeAt(context);
    if (!place) return null;
    const { from, to, kind, path } = place;
    if (!context.explicit && from === context.pos) return null;
    const colon = kind === 'name' && !/^\s*:/.test(context.state.doc.sliceString(to, to + 20)) ? ': ' : '';
    const options = suggest()?.({ path, kind }, context.state.doc.toString()) ?? [];
    return {
      from,
      to,
      filter: true,
      options: options.map(({ label, detail, json }) => ({
        label: json ?? JSON.stringify(label),
        displayLabel: label,
        apply: (json ?? JSON.stringify(label)) + colon,
        ...(detail === undefined ? {} : { detail }),
      })),
    };
  };
}
