/** Functions run: what they are given, what they may do, and how each of their failures looks. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { type PracticeAws, startPracticeAws } from '../../app/practice/aws/index.ts';
import { unzip } from '../../app/practice/aws/lambda/zip.ts';
import { removeAtEnd } from '../folders.ts';
import { cli, needsAwsCli } from './awscli.ts';
import { unsignedDesk, zipped } from './functions.ts';
import { practice, wallClock } from './support.ts';

let aws: PracticeAws;
let call: ReturnType<typeof unsignedDesk>;
before(async () => {
  aws = await startPracticeAws({ clock: wallClock(), anyClient: true });
  call = unsignedDesk(aws);
});
after(() => aws.close());

let count = 0;
/** Makes a function of these files and returns how to run it. */
async function made(files: Record<string, string> | string, more: object = {}) {
  count += 1;
  const FunctionName = `f${count}`;
  const ZipFile = zipped(typeof files === 'string' ? { 'index.js': files } : files).toString('base64');
  const Role = `arn:aws:iam::123456789012:role/${FunctionName}`;
  const { status, answer } = await call('lambda', 'POST', '/2015-03-31/functions', {
    ...{ FunctionName, Runtime: 'nodejs22.x', Role, Handler: 'index.handler', Code: { ZipFile }, ...more },
  });
  assert.equal(status, 201, JSON.stringify(answer));
  return async (event: unknown = {}) => {
    const reply = await call('lambda', 'POST', `/2015-03-31/functions/${FunctionName}/invocations`, event);
    return { answer: reply.answer, error: reply.headers.get('x-amz-function-error'), status: reply.status };
  };
}
const errorOf = async (run: (event?: unknown) => Promise<{ answer: unknown; error: string | null }>) => {
  const { answer, error } = await run();
  assert.equal(error, 'Unhandled', JSON.stringify(answer));
  const { errorType, errorMessage } = answer as { errorType: string; errorMessage: string };
  return `${errorType}: ${errorMessage}`;
};

test('a handler is CommonJS or ESM, of one file or several, with a promise, a value or a callback', async () => {
  const kinds: [string, Record<string, string>, object?][] = [
    ['async', { 'index.js': 'exports.handler = async (event) => ({ got: event.x })' }],
    ['value', { 'index.js': 'exports.handler = (event) => ({ got: event.x })' }],
    ['callback', { 'index.js': 'exports.handler = (event, context, done) => done(null, { got: event.x })' }],
    [
      'ESM',
      {
        'index.mjs': "import { f } from './lib/f.mjs'; export const handler = f;",
        'lib/f.mjs': 'export const f = async (event) => ({ got: event.x })',
      },
    ],
    [
      'package',
      { 'package.json': '{"type":"module"}', 'index.js': 'export const handler = async (event) => ({ got: event.x })' },
    ],
    [
      'require',
      {
        'app/main.js': "exports.run = require('./f.js')",
        'app/f.js': 'module.exports = async (event) => ({ got: event.x })',
      },
      { Handler: 'app/main.run' },
    ],
  ];
  for (const [name, files, more] of kinds) {
    const run = await made(files, more);
    assert.deepEqual(await run({ x: 'ü' }), { status: 200, answer: { got: 'ü' }, error: null }, name);
  }
});

test('it has its own environment and none of the station’s, and keeps its memory between two events', async () => {
  process.env.BIRTHMARK_TEST_SECRET = 'of the station';
  const run = await made(
    'let n = 0; exports.handler = async (_, context) => ({ n: ++n, own: process.env.TABLE, secret: process.env.BIRTHMARK_TEST_SECRET, region: process.env.AWS_REGION, left: context.getRemainingTimeInMillis(), id: context.awsRequestId.length })',
    { Environment: { Variables: { TABLE: 't' } }, Timeout: 7 },
  );
  const { left, ...first } = (await run()).answer;
  assert.deepEqual(first, { n: 1, own: 't', region: 'us-east-1', id: 36 });
  assert.ok(left > 5000 && left <= 7000);
  assert.equal((await run()).answer.n, 2);
  delete process.env.BIRTHMARK_TEST_SECRET;
});

test('each failure has its own words, and the next event finds a new environment', async () => {
  const flaky = (body: string) =>
    `let first = true; exports.handler = async (event) => { if (event.ok) return 'ok'; ${body} }`;
  const failures: [string, string, RegExp, object?][] = [
    ['thrown', "throw new RangeError('no such unit')", /^RangeError: no such unit$/],
    ['thrown text', "throw 'nothing'", /^Error: nothing$/],
    ['exit', 'process.exit(3)', /^Runtime.ExitError: .*exit status 3$/],
    ['loop', 'for (;;);', /^Sandbox.Timedout: Task timed out after \d+\.\d\d seconds$/, { Timeout: 1 }],
    ['never', 'await new Promise(() => setInterval(() => {}, 1000))', /^Sandbox.Timedout: /, { Timeout: 1 }],
    [
      'stray',
      "setImmediate(() => { throw new Error('stray') }); await new Promise(() => {})",
      /error outside of the handler: stray/,
    ],
    [
      'memory',
      'const all = []; for (;;) all.push(new Array(1e5).fill(Math.random()))',
      /^Runtime.OutOfMemory: .*128 MB$/,
      { Timeout: 20 },
    ],
    ['not JSON', 'return 1n', /^TypeError: .*BigInt/],
  ];
  await Promise.all(
    failures.map(async ([name, body, expected, more]) => {
      const run = await made(flaky(body), more);
      assert.match(await errorOf(run), expected, name);
      assert.deepEqual((await run({ ok: true })).answer, 'ok', `${name}: the next event`);
    }),
  );
});

test('what cannot be loaded says so', async () => {
  const cases: [Record<string, string>, object, RegExp][] = [
    [{ 'other.js': '' }, {}, /^Runtime.ImportModuleError: .*'index'/],
    [{ 'index.js': 'exports.other = 1' }, {}, /^Runtime.HandlerNotFound: index.handler/],
    [{ 'index.js': "require('left-pad')" }, {}, /Cannot find module 'left-pad'/],
    [{ 'index.js': 'exports.handler = (' }, {}, /Unexpected|Invalid/],
    [{ 'index.py': '' }, { Runtime: 'python3.13' }, /Node.js only/],
    [{ '../index.js': 'exports.handler = 1' }, {}, /leads out of the folder/],
  ];
  for (const [files, more, expected] of cases) assert.match(await errorOf(await made(files, more)), expected);
});

test('new code is run from the next event on', async () => {
  const run = await made("exports.handler = async () => 'old'");
  assert.equal((await run()).answer, 'old');
  const ZipFile = zipped({ 'index.js': "exports.handler = async () => 'new'" }).toString('base64');
  await call('lambda', 'PUT', `/2015-03-31/functions/f${count}/code`, { ZipFile });
  assert.equal((await run()).answer, 'new');
});

test('events that come together are all answered, each once', async () => {
  const run = await made('exports.handler = async ({ n }) => n * 2');
  const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => run({ n })));
  assert.deepEqual(
    answers.map(({ answer }) => answer),
    answers.map((_, n) => n * 2),
  );
});

test('an event can be left there, or only be tried; what is no event is refused', async () => {
  await made('exports.handler = async () => 1');
  const path = `/2015-03-31/functions/f${count}/invocations`;
  const by = (type: string) => call('lambda', 'POST', path, '{}', { 'x-amz-invocation-type': type });
  assert.deepEqual(
    [(await by('Event')).status, (await by('DryRun')).status, (await by('Odd')).status],
    [202, 204, 400],
  );
  assert.equal((await call('lambda', 'POST', path, '{')).status, 400);
  assert.equal((await call('lambda', 'POST', '/2015-03-31/functions/none/invocations', '{}')).status, 404);
});

test('the SDK is brought along, and the role of the function decides what it may do', async (t) => {
  const own = await practice(t);
  const role = own.act({ act: 'identity', name: 'jitr', kind: 'role' }).identities.find(({ name }) => name === 'jitr');
  const code = `
    const { IoTClient, ListThingsCommand, CreateThingCommand } = require('@aws-sdk/client-iot');
    const iot = new IoTClient({});
    exports.handler = async ({ thingName }) => {
      await iot.send(new CreateThingCommand({ thingName }));
      return (await iot.send(new ListThingsCommand({}))).things.map(({ thingName }) => thingName);
    };`;
  const module = code
    .replace(/const (\{.*\}) = require\((.*)\)/, 'import $1 from $2')
    .replace('exports.handler =', 'export const handler =');
  if (!needsAwsCli(t)) return;
  const run = cli(own);
  const folder = await mkdtemp(join(tmpdir(), 'birthmark-lambda-'));
  removeAtEnd(folder);
  const invoke = async (name: string, payload: object) => {
    const about = (await run(
      'lambda',
      'invoke',
      '--function-name',
      name,
      '--cli-binary-format',
      'raw-in-base64-out',
      '--payload',
      JSON.stringify(payload),
      join(folder, 'out'),
    )) as object;
    return { ...about, answer: JSON.parse(await readFile(join(folder, 'out'), 'utf8')) };
  };
  for (const [name, files] of [
    ['one', { 'index.js': code }],
    ['two', { 'index.mjs': module }],
  ] as const) {
    await writeFile(join(folder, 'code.zip'), zipped(files));
    await run(
      'lambda',
      'create-function',
      '--function-name',
      name,
      '--runtime',
      'nodejs22.x',
      '--role',
      role?.arn ?? '',
      '--handler',
      'index.handler',
      '--timeout',
      '20',
      '--zip-file',
      `fileb://${folder}/code.zip`,
    );
  }
  assert.deepEqual(await invoke('one', { thingName: 'a' }), {
    StatusCode: 200,
    ExecutedVersion: '$LATEST',
    answer: ['a'],
  });
  assert.deepEqual((await invoke('two', { thingName: 'b' })).answer, ['a', 'b']);
  const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iot:ListThings', Resource: '*' }] };
  own.act({ act: 'policy', identity: 'jitr', policy: JSON.stringify(policy) });
  const refused = (await invoke('one', { thingName: 'c' })) as {
    FunctionError?: string;
    answer: { errorMessage: string };
  };
  assert.equal(refused.FunctionError, 'Unhandled');
  assert.match(refused.answer.errorMessage, /assumed-role\/jitr\/.* is not authorized to perform: iot:CreateThing/);
  await assert.rejects(
    run(
      'lambda',
      'create-function',
      '--function-name',
      'x',
      '--runtime',
      'nodejs22.x',
      '--role',
      `${role?.arn}x`,
      '--handler',
      'index.handler',
      '--zip-file',
      `fileb://${folder}/code.zip`,
    ),
    /cannot be assumed by Lambda/,
  );
});

test('no zip writes outside of its folder', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('..', '.', 'a', '', 'b\\c', 'C:', '\0'), { minLength: 1, maxLength: 5 }),
      (parts) => {
        const name = parts.join('/');
        const zip = zipSync({ [name]: new Uint8Array([1]) });
        try {
          for (const path of Object.keys(unzip(zip)))
            assert.ok(join('/task', path).startsWith('/task/') && !path.includes('\\'), path);
        } catch (error) {
          assert.match((error as Error).message, /leads out/);
        }
      },
    ),
  );
  assert.throws(() => unzip(Buffer.from('PK no zip')));
});

test('a closed account leaves no files of its functions behind', async (t) => {
  const mine = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('birthmark-function-')).length;
  const own = await startPracticeAws({ clock: wallClock(), anyClient: true });
  t.after(() => own.close());
  const desk = unsignedDesk(own);
  const ZipFile = zipped({ 'index.js': 'exports.handler = async () => 1' }).toString('base64');
  await desk('lambda', 'POST', '/2015-03-31/functions', {
    FunctionName: 'f',
    Runtime: 'nodejs22.x',
    Role: 'arn:aws:iam::123456789012:role/f',
    Handler: 'index.handler',
    Code: { ZipFile },
  });
  const before = await mine();
  await desk('lambda', 'POST', '/2015-03-31/functions/f/invocations', {});
  assert.equal(await mine(), before + 1);
  await own.close();
  assert.equal(await mine(), before);
});
