/** All small mutations of a source, and the choice of some of them by a seed. */

import { type Edit, editsAt, isLogging, isWiping, type Kind } from './kinds.ts';
import { isSql } from './sql.ts';
import { type Node, parse, parses, walk } from './tree.ts';

export type Mutant = {
  /** Path in the repository, with `/`. */
  file: string;
  kind: Kind;
  /** Where the change begins, counted from 1. */
  line: number;
  /** Range of the change in the original text, in UTF-16 code units. */
  start: number;
  end: number;
  /** The lines of the change, without line breaks: as they are, and as they become. */
  before: string;
  after: string;
  /** The whole source, changed. */
  text: string;
};

/** What runs but only words depend on it, or nothing at all: calls of the log, a thrown error, a text that is not SQL. */
function isNoise(source: string, node: Node): boolean {
  if (node.type === 'ImportDeclaration' || node.type === 'ThrowStatement') return true;
  if (isWiping(source, node)) return true;
  if (node.type === 'TemplateLiteral' && !isSql(source.slice(node.start, node.end))) return true;
  if (node.type === 'NewExpression' && node.callee.type === 'Identifier') return /Error$/.test(node.callee.name);
  return (node.type === 'CallExpression' && isLogging(source, node)) || isDetail(node);
}

const isDetail = (node: Node) =>
  node.type === 'Property' && node.key.type === 'Identifier' && node.key.name === 'detail';

const flat = (text: string) => text.replaceAll(/\s+/g, ' ').trim();

function mutantOf(file: string, source: string, { kind, start, end, text }: Edit): Mutant {
  const from = source.lastIndexOf('\n', start - 1) + 1;
  const to = source.indexOf('\n', end) < 0 ? source.length : source.indexOf('\n', end);
  return {
    file,
    kind,
    line: source.slice(0, start).split('\n').length,
    start,
    end,
    before: flat(source.slice(from, to)),
    after: flat(source.slice(from, start) + text + source.slice(end, to)),
    text: source.slice(0, start) + text + source.slice(end),
  };
}

/** In the order of the text; each still parses. */
export function mutantsOf(file: string, source: string): Mutant[] {
  const edits: Edit[] = [];
  walk(parse(file, source), (node, above) => {
    if (isNoise(source, node)) return false;
    edits.push(...editsAt({ node, above, source }));
    return true;
  });
  return edits.map((edit) => mutantOf(file, source, edit)).filter(({ text }) => parses(file, text));
}

/** Numbers in [0, 1) that a seed determines (mulberry32). */
export function numbersFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** So many of them, each as likely as any other, in the order they were drawn. */
export function draw<T>(items: readonly T[], count: number, seed: number): T[] {
  const next = numbersFrom(seed);
  const left = [...items];
  const drawn: T[] = [];
  while (drawn.length < count && left.length > 0) {
    drawn.push(...left.splice(Math.floor(next() * left.length), 1));
  }
  return drawn;
}
