/** What every part of the check gets: where it may look, and where it says what it found. */
import { type Said, sentence } from '../../contract/sentences.ts';
import type { TemplateKind } from '../../contract/templates.ts';
import { pointerPart } from '../positions.ts';
import { evaluate, functionNames, NotEvaluated } from './evaluate.ts';
import { functionOf, type Json, refOf } from './json.ts';

/** `path` is a JSON pointer within the template. */
export type Say = (path: string, said: Said, source: string) => void;

export type Check = {
  kind: TemplateKind;
  problem: Say;
  warn: Say;
  declared: ReadonlySet<string>;
  defaults: ReadonlyMap<string, string>;
  mappings: Json | undefined;
};

/** Adds the known name that differs from the written one by capitals only, if there is one. */
export function withNear(said: Said, written: string, known: readonly string[]): Said {
  const near = known.find((name) => name.toLowerCase() === written.toLowerCase());
  return near === undefined ? said : sentence('perhapsMeant', { what: said, near });
}

export type Known = {
  value: Json;
  /** Where it is written: the value itself, or the Default of its parameter. */
  path: string;
  /** The parameter whose Default it is. */
  parameter?: string;
};

/** The value as far as the template alone decides it. Undefined while it hangs on a parameter without a Default. */
export function knownValue(value: Json, path: string, { defaults, mappings }: Check): Known | undefined {
  const fn = functionOf(value);
  if (fn !== undefined && !functionNames.includes(fn)) return undefined;
  const unresolved = new Set<string>();
  try {
    const found = evaluate(value, { parameters: defaults, mappings, unresolved });
    if (found === undefined || unresolved.size > 0) return undefined;
    const parameter = refOf(value);
    return parameter === undefined
      ? { value: found, path }
      : { value: found, path: `/Parameters/${pointerPart(parameter)}/Default`, parameter };
  } catch (error) {
    if (error instanceof NotEvaluated) return undefined;
    throw error;
  }
}
