/** The two JavaScript worlds of a page and what may pass between them (Electron's contextBridge documentation). */
import { createContext, runInContext } from 'node:vm';

export type World = {
  global: Record<string, unknown>;
  /** Makes values that belong to this world, so that a prototype that slips through is seen. */
  make: {
    object(): Record<string, unknown>;
    array(): unknown[];
    error(message: string): Error;
    call(target: (args: unknown[]) => unknown): unknown;
    promise(run: (resolve: (value: unknown) => void, reject: (error: unknown) => void) => void): Promise<unknown>;
  };
};

export function createWorld(globals: Record<string, unknown> = {}): World {
  const context = createContext({ ...globals });
  const make = runInContext(
    `({ object: () => ({}), array: () => [], error: (m) => new Error(m),
        call: (f) => (...args) => f(args), promise: (run) => new Promise(run) })`,
    context,
  ) as World['make'];
  return { global: context as Record<string, unknown>, make };
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const tag = (value: unknown) => Object.prototype.toString.call(value);

/** Carries a value from one world into another: functions as proxies, objects without their prototype. */
export function carry(value: unknown, from: World, to: World, depth = 0): unknown {
  if (depth > 1000)
    throw new TypeError(
      'Electron contextBridge recursion depth exceeded. Nested objects deeper than 1000 are not supported.',
    );
  if (typeof value === 'symbol') throw new TypeError('Symbols cannot be sent over the contextBridge');
  if (typeof value === 'function') {
    return to.make.call((args) => {
      try {
        return carry(value(...args.map((arg) => carry(arg, to, from))), from, to);
      } catch (error) {
        throw to.make.error(error instanceof Error || tag(error) === '[object Error]' ? (error as Error).message : '');
      }
    });
  }
  if (!isObject(value)) return value;
  if (tag(value) === '[object Promise]') {
    return to.make.promise((resolve, reject) => {
      (value as Promise<unknown>).then(
        (result) => resolve(carry(result, from, to, depth + 1)),
        (error: unknown) => reject(carry(error, from, to, depth + 1)),
      );
    });
  }
  if (tag(value) === '[object Error]') return to.make.error((value as Error).message);
  if (Array.isArray(value)) {
    const copy = to.make.array();
    for (const item of value) copy.push(carry(item, from, to, depth + 1));
    return copy;
  }
  if (tag(value) !== '[object Object]') return structuredClone(value);
  const copy = to.make.object();
  for (const [key, item] of Object.entries(value)) copy[key] = carry(item, from, to, depth + 1);
  return copy;
}

export function deepFreeze(value: unknown): unknown {
  if (isObject(value) && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const item of Object.values(value)) deepFreeze(item);
  }
  return value;
}
