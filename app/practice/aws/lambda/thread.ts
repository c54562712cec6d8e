/**
 * An execution environment of Lambda: this thread loads one function and answers one event after another ("Node.js
 * handler", Lambda developer guide). It has the environment of the function only.
 */
import { Console } from 'node:console';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';

/** `folder` has the files of the zip in `task`. `sdks`: the packages of AWS's SDK that the code names. */
export type EnvironmentData = { folder: string; handler: string; sdks: string[] };
export type ToEnvironment = { event: string; context: Record<string, unknown>; deadlineMs: number };
export type FromEnvironment =
  | { said: 'ready' }
  | { said: 'log'; text: string }
  /** JSON. */
  | { said: 'value'; value: string }
  | { said: 'thrown'; type: string; message: string }
  /** The function cannot be loaded. */
  | { said: 'unloadable'; message: string };

type Callback = (error: unknown, value?: unknown) => void;
type Handler = (event: unknown, context: object, callback: Callback) => unknown;

const data = workerData as EnvironmentData;
const tell = (message: FromEnvironment) => parentPort?.postMessage(message);

const written = new Writable({
  write: (chunk: Buffer, _encoding, done) => {
    tell({ said: 'log', text: chunk.toString('utf8').trimEnd() });
    done();
  },
});
globalThis.console = new Console({ stdout: written, stderr: written });

/** The SDK that Lambda brings along. In a packed station it is part of the bundle, so the function gets ours. */
const brought: Record<string, () => Promise<object>> = {
  '@aws-sdk/client-iot': () => import('@aws-sdk/client-iot'),
  '@aws-sdk/client-dynamodb': () => import('@aws-sdk/client-dynamodb'),
  '@aws-sdk/client-s3': () => import('@aws-sdk/client-s3'),
};
const ours = new Map<string, object>();
(globalThis as Record<symbol, unknown>)[Symbol.for('birthmark.sdk')] = ours;

/** Puts a package in the way of Node's own search that hands out ours, by `require` and by `import`. */
async function bring(name: string): Promise<void> {
  const sdk = await brought[name]?.();
  if (!sdk) return;
  ours.set(name, sdk);
  const folder = join(data.folder, 'node_modules', ...name.split('/'));
  const get = `globalThis[Symbol.for('birthmark.sdk')].get('${name}')`;
  const names = Object.keys(sdk).filter((one) => one !== 'default' && /^[A-Za-z_$][\w$]*$/.test(one));
  const files = {
    'package.json': JSON.stringify({ name, exports: { import: './index.mjs', require: './index.cjs' } }),
    'index.cjs': `module.exports = ${get};\n`,
    'index.mjs': `const sdk = ${get};\nexport const { ${names.join(', ')} } = sdk;\nexport default sdk;\n`,
  };
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of Object.entries(files))
    if (!isThere(join(folder, file), text)) writeFileSync(join(folder, file), text);
}

/** Another environment of the function may just be reading it. */
const isThere = (file: string, text: string) => existsSync(file) && readFileSync(file, 'utf8') === text;

async function load(): Promise<Handler> {
  for (const name of data.sdks) await bring(name);
  const dot = data.handler.lastIndexOf('.');
  const [file, name] = [data.handler.slice(0, dot), data.handler.slice(dot + 1)];
  const found = ['.js', '.mjs', '.cjs'].map((end) => join(data.folder, 'task', `${file}${end}`)).find(existsSync);
  if (dot < 1 || found === undefined) throw new Error(`Runtime.ImportModuleError: Error: Cannot find module '${file}'`);
  const module = (await import(pathToFileURL(found).href)) as Record<string, unknown>;
  const handler = module[name] ?? (module.default as Record<string, unknown> | undefined)?.[name];
  if (typeof handler !== 'function')
    throw new Error(`Runtime.HandlerNotFound: ${data.handler} is undefined or not exported`);
  return handler as Handler;
}

/** What a handler returns, or hands to its callback. */
const run = (handler: Handler, { event, context, deadlineMs }: ToEnvironment): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const callback: Callback = (error, value) =>
      error === null || error === undefined ? resolve(value) : reject(error as Error);
    const getRemainingTimeInMillis = () => Math.max(0, deadlineMs - Date.now());
    const returned = handler(JSON.parse(event), { ...context, getRemainingTimeInMillis }, callback);
    if (typeof (returned as Promise<unknown> | undefined)?.then === 'function')
      (returned as Promise<unknown>).then(resolve, reject);
    // A handler with three parameters answers by its callback.
    else if (handler.length < 3) resolve(returned);
  });

const failureOf = (error: unknown): FromEnvironment =>
  error instanceof Error
    ? { said: 'thrown', type: error.name, message: error.message }
    : { said: 'thrown', type: 'Error', message: String(error) };

try {
  const handler = await load();
  parentPort?.on('message', (message: ToEnvironment) => {
    Promise.resolve()
      .then(() => run(handler, message))
      .then((value) => tell({ said: 'value', value: JSON.stringify(value ?? null) }))
      .catch((error: unknown) => tell(failureOf(error)));
  });
  tell({ said: 'ready' });
} catch (error) {
  tell({ said: 'unloadable', message: error instanceof Error ? error.message : String(error) });
}
