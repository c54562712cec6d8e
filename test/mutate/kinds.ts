/** What is changed at one node of a source. The words of errors and of the log are never touched. */
import { isSql, sqlChanges } from './sql.ts';
import { childrenOf, type Node } from './tree.ts';

export type Kind =
  | 'guard dropped'
  | 'condition negated'
  | 'boundary moved'
  | 'equality flipped'
  | 'and/or exchanged'
  | 'constant changed'
  | 'boolean flipped'
  | 'order swapped'
  | 'statement deleted'
  | 'await dropped'
  | 'return emptied'
  | 'SQL changed';

export type Edit = { kind: Kind; start: number; end: number; text: string };

/** A node with its text and the nodes it stands in, the nearest last. */
export type Place = { node: Node; above: readonly Node[]; source: string };

const textOf = (source: string, { start, end }: { start: number; end: number }) => source.slice(start, end);
const replace = (kind: Kind, { start, end }: { start: number; end: number }, text: string): Edit => ({
  kind,
  start,
  end,
  text,
});

const boundaries: Record<string, string> = { '<': '<=', '<=': '<', '>': '>=', '>=': '>' };
const equalities: Record<string, string> = { '===': '!==', '!==': '===', '==': '!=', '!=': '==' };
const logic: Record<string, string> = { '&&': '||', '||': '&&' };

/** `log.warn(…)`, `options.log.error(…)`, `console.log(…)`. */
const logger = /^(?:[\w.]*\b)?(?:log|console)\.\w+\(/;
export const isLogging = (source: string, node: Node) => logger.test(textOf(source, node));

/** What is wiped from memory no test can look at. */
export const isWiping = (source: string, node: Node) =>
  node.type === 'ExpressionStatement' && /\.fill\(0\);?$/.test(textOf(source, node));

const leaves = new Set(['ThrowStatement', 'ReturnStatement', 'ContinueStatement', 'BreakStatement']);
function isGuard(node: Node): boolean {
  if (node.type !== 'IfStatement' || node.alternate) return false;
  const { consequent } = node;
  const last = consequent.type === 'BlockStatement' ? consequent.body.at(-1) : consequent;
  return last !== undefined && leaves.has(last.type);
}

function fromCondition({ node, source }: Place): Edit[] {
  if (node.type !== 'IfStatement' && node.type !== 'ConditionalExpression') return [];
  const edits = [replace('condition negated', node.test, `!(${textOf(source, node.test)})`)];
  if (isGuard(node)) edits.push(replace('guard dropped', node, ';'));
  return edits;
}

function fromOperator({ node, source }: Place): Edit[] {
  if (node.type !== 'BinaryExpression' && node.type !== 'LogicalExpression') return [];
  const tables: [Kind, Record<string, string>][] = [
    ['boundary moved', boundaries],
    ['equality flipped', equalities],
    ['and/or exchanged', logic],
  ];
  return tables.flatMap(([kind, table]) => {
    const other = table[node.operator];
    if (other === undefined) return [];
    const [left, right] = [textOf(source, node.left), textOf(source, node.right)];
    return [
      replace(kind, node, kind === 'and/or exchanged' ? `(${left} ${other} ${right})` : `${left} ${other} ${right}`),
    ];
  });
}

/** What a number is for, by the names it is given in its statement, the nearest first. */
function namesFor(above: readonly Node[]): string[] {
  const names: string[] = [];
  for (const node of above.toReversed()) {
    if (node.type === 'Property' && node.key.type === 'Identifier') names.push(node.key.name);
    if (node.type === 'VariableDeclarator' && node.id.type === 'Identifier') names.push(node.id.name);
    if (node.type === 'AssignmentPattern' && node.left.type === 'Identifier') names.push(node.left.name);
    if (node.type.endsWith('Statement') || node.type.endsWith('Function')) break;
  }
  return names;
}

/** Time a millisecond longer is no fault that a test without a clock could see. */
const isTime = (above: readonly Node[]) =>
  namesFor(above).some((name) => /Ms$|^(?:second|minute|hour|day)s?$/.test(name));

function fromLiteral({ node, above, source }: Place): Edit[] {
  if (node.type !== 'Literal') return [];
  if (typeof node.value === 'boolean') return [replace('boolean flipped', node, `${!node.value}`)];
  if (typeof node.value === 'number' && !isTime(above)) {
    const { value } = node;
    return [value + 1, value - 1].map((text) => replace('constant changed', node, text < 0 ? `(${text})` : `${text}`));
  }
  if (typeof node.value === 'bigint')
    return [node.value + 1n, node.value - 1n].map((text) =>
      replace('constant changed', node, text < 0 ? `(${text}n)` : `${text}n`),
    );
  return typeof node.value === 'string' ? fromSql({ start: node.start, end: node.end }, source) : [];
}

function fromSql(range: { start: number; end: number }, source: string): Edit[] {
  const text = textOf(source, range);
  if (!isSql(text)) return [];
  return sqlChanges(text).map((change) =>
    replace('SQL changed', { start: range.start + change.start, end: range.start + change.end }, change.text),
  );
}

const fromTemplate = ({ node, source }: Place): Edit[] =>
  node.type === 'TemplateLiteral' ? fromSql(node, source) : [];

const acts = new Set([
  'CallExpression',
  'AwaitExpression',
  'AssignmentExpression',
  'UpdateExpression',
  'UnaryExpression',
]);
/** A statement that does something and is not a word to the log. */
function isAct(source: string, node: Node): boolean {
  if (node.type !== 'ExpressionStatement' || !acts.has(node.expression.type)) return false;
  return !isLogging(source, node) && !isWiping(source, node) && !textOf(source, node).startsWith('super(');
}

function fromStatement({ node, source }: Place): Edit[] {
  if (!isAct(source, node) || node.type !== 'ExpressionStatement') return [];
  const edits = [replace('statement deleted', node, ';')];
  const { expression } = node;
  if (expression.type === 'AwaitExpression')
    edits.push(replace('await dropped', expression, `void ${textOf(source, expression.argument)}`));
  return edits;
}

function fromReturn({ node }: Place): Edit[] {
  if (node.type !== 'ReturnStatement' || !node.argument) return [];
  const { argument } = node;
  if (argument.type === 'Identifier' && argument.name === 'undefined') return [];
  return [replace('return emptied', node, 'return;')];
}

/** Two neighbours, the second first. */
function swap(source: string, a: Node, b: Node): Edit[] {
  const [first, second] = [textOf(source, a), textOf(source, b)];
  if (first === second) return [];
  return [replace('order swapped', { start: a.start, end: b.end }, `${second}${source.slice(a.end, b.start)}${first}`)];
}

const neighbours = (
  source: string,
  nodes: readonly (Node | null)[],
  fits: (node: Node) => boolean,
  matter: (a: Node, b: Node) => boolean = () => true,
): Edit[] =>
  nodes.flatMap((a, at) => {
    const b = nodes[at + 1];
    return a && b && fits(a) && fits(b) && matter(a, b) ? swap(source, a, b) : [];
  });

const isComputed = ({ type }: Node) => !['Literal', 'TemplateLiteral', 'SpreadElement'].includes(type);

/** What hands over a function registers it; in which order that is done hardly ever matters. */
const holdsFunction = (node: Node): boolean =>
  /Function/.test(node.type) || childrenOf(node).some((child) => holdsFunction(child));

function namesIn(node: Node): Set<string> {
  if (node.type === 'Identifier') return new Set([node.name]);
  return new Set(childrenOf(node).flatMap((child) => [...namesIn(child)]));
}
const waits = (node: Node): boolean => node.type === 'AwaitExpression' || childrenOf(node).some(waits);
/** Two statements that wait for nothing and name nothing in common may as a rule stand in either order. */
const depend = (a: Node, b: Node): boolean => {
  if (waits(a) || waits(b)) return true;
  const [one, other] = [plainSetting(a), plainSetting(b)];
  if (one && other) return [one.target, ...one.reads].some((path) => meet(path, other.target)) || touches(other, one);
  return [...namesIn(a)].some((name) => namesIn(b).has(name));
};

/** What an assignment sets, and what it reads: `a.b` and so on. Nothing is called, so nothing else can change. */
type Setting = { target: string; reads: string[] };
const touches = ({ reads }: Setting, { target }: Setting) => reads.some((path) => meet(path, target));
const meet = (a: string, b: string) => a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`);

function plainSetting(node: Node): Setting | undefined {
  if (node.type !== 'ExpressionStatement' || node.expression.type !== 'AssignmentExpression') return undefined;
  const { left, right } = node.expression;
  const target = pathOf(left);
  const reads = target === undefined ? undefined : pathsIn(right);
  return target !== undefined && reads ? { target, reads } : undefined;
}

function pathOf(node: Node): string | undefined {
  if (node.type === 'Identifier') return node.name;
  if (node.type !== 'MemberExpression' || node.computed || node.property.type !== 'Identifier') return undefined;
  const object = pathOf(node.object);
  return object === undefined ? undefined : `${object}.${node.property.name}`;
}

/** Each path that is read; `undefined` where there is more than paths, constants and operators. */
function pathsIn(node: Node): string[] | undefined {
  const path = pathOf(node);
  if (path !== undefined) return [path];
  if (node.type === 'Literal') return [];
  if (!['BinaryExpression', 'LogicalExpression', 'UnaryExpression'].includes(node.type)) return undefined;
  const parts = childrenOf(node).map(pathsIn);
  return parts.some((part) => part === undefined) ? undefined : parts.flatMap((part) => part ?? []);
}

function fromOrder({ node, source }: Place): Edit[] {
  if (node.type === 'BlockStatement' || node.type === 'Program')
    return neighbours(source, node.body, (statement) => isAct(source, statement) && !holdsFunction(statement), depend);
  if (node.type === 'ArrayExpression') return neighbours(source, node.elements, isComputed);
  if (node.type === 'AwaitExpression' && node.argument.type === 'CallExpression')
    return neighbours(source, node.argument.arguments, isComputed);
  return [];
}

/** Every small change at this node. */
export const editsAt = (place: Place): Edit[] =>
  [fromCondition, fromOperator, fromLiteral, fromTemplate, fromStatement, fromReturn, fromOrder].flatMap((from) =>
    from(place),
  );
