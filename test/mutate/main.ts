/** `npm run mutate -- PART…`: makes small mutations in a copy of the checkout and asks the tests whether they notice. */
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { equivalents } from './equivalent.ts';
import { parts } from './parts.ts';
import { asJson, inWords, isEnough } from './report.ts';
import { mutate } from './work.ts';

const help = `npm run -s mutate -- PART… [options]

Makes small mutations in a copy of the checkout and runs the tests that reach them, the nearest first.
Prints how many were killed, then each survivor. Ends with 1 when a part is under the floor.

Parts: ${Object.keys(parts).join(', ')}

  --count N     mutations of each part (40)
  --seed S      the same seed draws the same mutations; without it one is made up and printed
  --floor P     percent that must be killed (85)
  --at FILE[:LINE]  every mutation of this file or line, instead of a draw
  --at-once N   processes side by side (2)
  --json        one JSON value on stdout
`;

function usage(problem: string): never {
  process.stderr.write(`${problem}\n\n${help}`);
  process.exit(2);
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        count: { type: 'string', default: '40' },
        seed: { type: 'string' },
        floor: { type: 'string', default: '85' },
        at: { type: 'string' },
        'at-once': { type: 'string', default: '2' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (thrown) {
    return usage((thrown as Error).message);
  }
}

function whole(name: string, text: string, least: number): number {
  if (!/^\d+$/.test(text) || Number(text) < least) usage(`--${name} takes a whole number from ${least} on`);
  return Number(text);
}

const { values, positionals } = readArguments();
if (values.help) {
  process.stdout.write(help);
  process.exit(0);
}
const unknown = positionals.filter((name) => !Object.hasOwn(parts, name));
if (unknown.length > 0) usage(`There is no part ${unknown.join(', ')}.`);
if (positionals.length === 0) usage('Name at least one part.');

// Each test starts Node; what one compiled the next only loads.
if (!process.env.NODE_COMPILE_CACHE) {
  const compiled = mkdtempSync(join(tmpdir(), 'mutate-compiled-'));
  process.env.NODE_COMPILE_CACHE = compiled;
  process.on('exit', () => rmSync(compiled, { recursive: true, force: true, maxRetries: 3 }));
}

const result = await mutate({
  root: join(import.meta.dirname, '../..'),
  parts: Object.fromEntries(positionals.map((name) => [name, parts[name]!])),
  count: whole('count', values.count, 1),
  seed: values.seed === undefined ? randomInt(2 ** 31) : whole('seed', values.seed, 0),
  floor: whole('floor', values.floor, 0),
  ...(values.at === undefined ? {} : { at: values.at }),
  equivalents,
  atOnce: whole('at-once', values['at-once'], 1),
  say: (line) => process.stderr.write(`${line}\n`),
});
process.stdout.write(values.json ? `${JSON.stringify(asJson(result))}\n` : `${inWords(result)}\n`);
process.exit(isEnough(result) ? 0 : 1);
