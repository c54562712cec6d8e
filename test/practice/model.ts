/** Calls that follow from AWS's service model (iot/2015-05-28, as botocore 1.43.11 has it, Apache 2.0): good ones, and bad ones of each kind. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

type Shape = {
  type: string;
  min?: number;
  max?: number;
  pattern?: string;
  enum?: string[];
  members?: Record<string, Shape>;
  required?: string[];
  member?: Shape;
  key?: Shape;
  value?: Shape;
};
type Member = Shape & {
  in: 'path' | 'query' | 'header' | 'body' | 'payload';
  wire: string;
  need: boolean;
};
export type Modelled = {
  name: string;
  method: string;
  path: string;
  errors: string[];
  members: Record<string, Member>;
};
export type Values = Record<string, unknown>;

export const model: Modelled[] = readFileSync(join(import.meta.dirname, 'model.jsonl'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Modelled);

/** The required members with the least values that the model allows. */
export const leastCall = ({ members }: Modelled): Values =>
  Object.fromEntries(
    Object.entries(members)
      .filter(([, member]) => member.need)
      .map(([name, member]) => [name, least(member)]),
  );

/** Calls that break one rule of the model each, with what they break. */
export function brokenCalls(operation: Modelled): { what: string; values: Values }[] {
  const good = leastCall(operation);
  return Object.entries(operation.members).flatMap(([name, member]) => {
    const written = member.in === 'body' || member.in === 'payload';
    const broken = violations(member, written)
      // An empty label is another path.
      .filter(([, value]) => member.in !== 'path' || value !== '')
      .map(([what, value]) => ({ what: `${name}: ${what}`, values: { ...good, [name]: value } }));
    const { [name]: _left, ...rest } = good;
    const missing = member.need && member.in !== 'path' && member.in !== 'payload';
    return missing ? [...broken, { what: `${name}: missing`, values: rest }] : broken;
  });
}

const anchored = (pattern: string): RegExp =>
  new RegExp(`^(?:${pattern.replaceAll('\\p{Graph}', '\\x21-\\x7e').replace("'()-\\/", "'()-/")})$`, flags(pattern));
const flags = (pattern: string) => (/\\p\{[A-Z]\}/.test(pattern) ? 'u' : '');

/** The shortest value, of the first character that the pattern takes. */
function least(shape: Shape): unknown {
  switch (shape.type) {
    case 'string':
      return shape.enum?.[0] ?? text(shape, Math.max(shape.min ?? 0, 1));
    case 'integer':
    case 'long':
      return shape.min ?? 1;
    case 'boolean':
      return true;
    case 'list':
      return Array.from({ length: shape.min ?? 0 }, () => least(shape.member ?? { type: 'string' }));
    case 'structure':
      return Object.fromEntries(
        (shape.required ?? []).map((name) => [name, least(shape.members?.[name] ?? { type: 'string' })]),
      );
    default:
      return {};
  }
}

function text({ pattern }: Shape, length: number): string {
  const rule = pattern === undefined ? /./ : anchored(pattern);
  return ['a', '1', '-'].map((one) => one.repeat(length)).find((one) => rule.test(one)) ?? 'a'.repeat(length);
}

type Violation = readonly [what: string, value: unknown];

function violations(shape: Shape, written: boolean): Violation[] {
  const wrongType: Violation[] = written ? [['another type', shape.type === 'string' ? 5 : 'text']] : [];
  switch (shape.type) {
    case 'string':
      return [...(written ? wrongType : []), ...textViolations(shape)];
    case 'integer':
    case 'long':
      return [
        ['no number', 'x'],
        ...(shape.min === undefined ? [] : [['too small', shape.min - 1] as const]),
        ...(shape.max === undefined ? [] : [['too large', shape.max + 1] as const]),
      ];
    case 'boolean':
      return [['no boolean', 'perhaps']];
    case 'list': {
      const item = shape.member ?? { type: 'string' };
      const many = shape.max === undefined ? [] : [['too many', Array(shape.max + 1).fill(least(item))] as const];
      const few = shape.min ? [['too few', []] as const] : [];
      return [
        ...wrongType,
        ...many,
        ...few,
        ...violations(item, true).map(([what, one]) => [`item: ${what}`, [one]] as const),
      ];
    }
    case 'map':
      return [
        ...wrongType,
        ...textViolations(shape.key ?? { type: 'string' }).map(
          ([what, key]) => [`key: ${what}`, { [String(key)]: '' }] as const,
        ),
        ...violations(shape.value ?? { type: 'string' }, true).map(
          ([what, one]) => [`value: ${what}`, { a: one }] as const,
        ),
      ];
    default:
      return [...wrongType, ...memberViolations(shape)];
  }
}

function memberViolations(shape: Shape): Violation[] {
  const good = least(shape) as Values;
  const missing = (shape.required ?? []).map((name) => {
    const { [name]: _left, ...rest } = good;
    return [`${name} missing`, rest] as const;
  });
  const wrong = Object.entries(shape.members ?? {}).flatMap(([name, member]) =>
    violations(member, true).map(([what, one]) => [`${name}: ${what}`, { ...good, [name]: one }] as const),
  );
  return [...missing, ...wrong];
}

function textViolations(shape: Shape): Violation[] {
  if (shape.enum) return [['no such value', 'NO_SUCH_VALUE']];
  const found: Violation[] = [];
  if ((shape.min ?? 0) > 0) found.push(['too short', text(shape, (shape.min ?? 1) - 1)]);
  if (shape.max !== undefined) found.push(['too long', text(shape, shape.max + 1)]);
  if (shape.pattern !== undefined) {
    const rule = anchored(shape.pattern);
    const base = text(shape, Math.max(shape.min ?? 0, 1) - 1);
    const bad = [' ', '!', '~', '\u0007'].map((one) => base + one).find((one) => !rule.test(one));
    if (bad !== undefined) found.push(['against the pattern', bad]);
  }
  return found;
}
