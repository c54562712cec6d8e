/** Checks what values refer to: declared parameters, and functions where AWS evaluates them. */
import { sentence } from '../../contract/sentences.ts';
import { pointerPart } from '../positions.ts';
import { checkCall, evaluate, functionNames, NotEvaluated, namesInSub } from './evaluate.ts';
import { functionOf, type Json, membersOf, refOf } from './json.ts';
import { sources } from './kinds.ts';
import type { Check } from './scope.ts';

export function checkReferences(value: Json, path: string, check: Check, inPolicy = false): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) checkReferences(item, `${path}/${index}`, check, inPolicy);
    return;
  }
  const object = membersOf(value);
  if (!object) return;
  const ref = refOf(object);
  if (ref !== undefined && !check.declared.has(ref)) undeclared(ref, path, check);
  if (ref === undefined && Object.keys(object).join() === 'Ref')
    check.problem(path, sentence('refWanted'), sources.templates);
  const fn = functionOf(object);
  if (fn) checkFunction(fn, object, path, check, inPolicy);
  const isPolicy = inPolicy || object.Type === 'AWS::IoT::Policy';
  for (const [name, item] of Object.entries(object))
    checkReferences(item, `${path}/${pointerPart(name)}`, check, isPolicy);
}

function checkFunction(fn: string, object: Record<string, Json>, path: string, check: Check, inPolicy: boolean): void {
  const { kind, problem, defaults, mappings } = check;
  if (kind !== 'fleet') {
    problem(path, sentence('fleetFunction', { fn }), sources.templates);
    return;
  }
  if (!functionNames.includes(fn)) {
    problem(path, sentence('notFunction', { fn }), sources.templates);
    return;
  }
  if (inPolicy && fn === 'Fn::Join') {
    problem(path, sentence('joinInPolicy'), sources.templates);
    return;
  }
  if (fn === 'Fn::Sub')
    for (const name of namesInSub(object[fn] ?? null)) if (!check.declared.has(name)) undeclared(name, path, check);
  try {
    checkCall(fn, object[fn] ?? null, mappings);
    evaluate(object, { parameters: defaults, mappings, unresolved: new Set() });
  } catch (error) {
    if (!(error instanceof NotEvaluated)) throw error;
    problem(path, error.said, sources.templates);
  }
}

/**
 * AWS's own example for a trusted user has such a reference, and its creation succeeds. The caller may still give the
 * value. In the other kinds no one can.
 */
function undeclared(ref: string, path: string, { kind, declared, problem, warn }: Check): void {
  const short = ref.toLowerCase();
  const near = [...declared].find((name) => name.toLowerCase() === short || short.startsWith(name.toLowerCase()));
  const said = near === undefined ? sentence('undeclared', { ref }) : sentence('undeclaredMeant', { ref, near });
  const say = kind === 'fleet' ? warn : problem;
  say(path, said, sources.templates);
}
