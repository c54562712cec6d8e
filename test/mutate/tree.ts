/** A source as a tree, without its types: a mutation changes only what runs. */
import { type ESTree, parseSync } from 'vite';

export type Node = ESTree.Node;

/** @throws SyntaxError – the text is not a module in TypeScript */
export function parse(file: string, text: string): Node {
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new SyntaxError(`${file}: ${errors[0]?.message}`);
  return program;
}

export function parses(file: string, text: string): boolean {
  return parseSync(file, text).errors.length === 0;
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';

/** Wrappers that are nothing at run time; what they hold runs. */
const wrappers = new Set(['TSAsExpression', 'TSNonNullExpression', 'TSSatisfiesExpression']);
const runs = (node: Node) => !node.type.startsWith('TS') || wrappers.has(node.type);

/** Its children that run, in the order of the text. */
export function childrenOf(node: Node): Node[] {
  return Object.entries(node)
    .flatMap(([key, value]: [string, unknown]) => (key === 'parent' ? [] : Array.isArray(value) ? value : [value]))
    .filter((value) => isNode(value) && runs(value));
}

/** Visits a node before its children; `false` leaves out what is under it. */
export function walk(node: Node, visit: (node: Node, above: readonly Node[]) => boolean, above: Node[] = []): void {
  if (!visit(node, above)) return;
  above.push(node);
  for (const child of childrenOf(node)) walk(child, visit, above);
  above.pop();
}
