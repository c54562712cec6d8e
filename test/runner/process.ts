/**
 * Runs files of tests in this process: `node --test-timeout=MS process.ts FILE…` is `node --test` without its async hook.
 * That hook looks at each promise and handle that comes and goes, to know whose error was not caught: a third of the
 * time of tests that talk to devices. The context of AsyncLocalStorage tells the same, and costs nothing.
 */
import { AsyncLocalStorage, AsyncResource, createHook } from 'node:async_hooks';
import { run } from 'node:test';
import report from './reporter.ts';

type Act = (...args: unknown[]) => unknown;
/** The `init` of an async hook. */
type Note = (id: number, type: string, trigger: number, resource: object) => void;

const underWay = new AsyncLocalStorage<AsyncResource>();
const scopes: { runInAsyncScope: unknown } = AsyncResource.prototype;
const { runInAsyncScope } = AsyncResource.prototype;
const within = (test: AsyncResource, act: Act, that: unknown, args: unknown[]) =>
  Reflect.apply(runInAsyncScope, test, [act, that, ...args]);

/** Tests, suites and their hooks, among other resources. */
const isTest = (resource: object) => 'subtests' in resource;

/** What node:test does with an error goes by the resource that it is called in. */
function heardInTest(listener: Act): Act {
  const heard: Act = (...args) => {
    const test = underWay.getStore();
    return test === undefined ? listener(...args) : within(test, listener, process, args);
  };
  // By this one it is removed.
  return Object.assign(heard, { listener });
}

/** `begin` makes the root of all tests, the hook and the listeners. What the hook would note of a test is noted. */
function withoutHook<T>(begin: () => T): T {
  const hooks: { enable: unknown } = Object.getPrototypeOf(createHook({}));
  const { enable } = hooks;
  const events: { on: unknown } = process;
  const { on } = process;
  let note: Note = () => {};
  hooks.enable = function keep(this: Record<symbol, Note | undefined>) {
    const parts = Object.getOwnPropertySymbols(this).map((symbol) => this[symbol]);
    note = parts.find((part) => typeof part === 'function' && part.name === 'init') ?? note;
    return this;
  };
  events.on = (event: string, listener: Act) =>
    Reflect.apply(on, process, [event, event.startsWith('un') ? heardInTest(listener) : listener]);
  scopes.runInAsyncScope = function runKnown(this: AsyncResource, act: Act, that: unknown, ...args: unknown[]) {
    if (!isTest(this)) return within(this, act, that, args);
    note(this.asyncId(), 'Test', -1, this);
    return within(this, (...given) => underWay.run(this, () => Reflect.apply(act, that, given)), that, args);
  };
  try {
    return begin();
  } finally {
    hooks.enable = enable;
    events.on = on;
  }
}

const setup = (events: ReturnType<typeof run>) => void events.compose(report).pipe(process.stdout);
const files = process.argv.slice(2);
withoutHook(() => run({ files, isolation: 'none', concurrency: 1, setup })).on('test:summary', ({ success }) => {
  if (!success) process.exitCode = 1;
});
