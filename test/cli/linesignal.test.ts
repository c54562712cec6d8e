/** `line run` that a signal stops: the unit's outcome says so, on stdout and on record. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { scratch } from '../ca/support.ts';
import { agentFolder, makeAgent, whyNoAgent } from '../native/agent/support.ts';
import { makeStation, passphrase } from '../support.ts';
import { json } from './commandline.ts';

const program = fileURLToPath(new URL('../../main/cli/main.ts', import.meta.url));

test('Ctrl-C while the device is asked: ABORTED, by a person, and the command ends with 1', async (t) => {
  const missing = whyNoAgent();
  if (missing) return t.skip(missing);
  makeAgent('ptybridge');
  // A device that hears everything and says nothing: the first byte that comes tells that the unit has begun.
  const silent = spawn(join(agentFolder, 'build/ptybridge'), [], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => silent.kill());
  const lines = createInterface({ input: silent.stdout });
  const [port] = (await once(lines, 'line')) as [string];
  const data = ['--data', await makeStation()];
  const args = ['--port', port, '--unit-serial', 'STOP-1', '--passphrase-file', scratch(t)('passphrase', passphrase)];
  const child = spawn(process.execPath, [program, 'line', 'run', ...data, ...args, '--json'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  t.after(() => child.kill('SIGKILL'));
  const said = text(child.stdout);
  const ended = once(child, 'exit');
  await once(silent.stdout, 'data');
  child.kill('SIGINT');
  assert.deepEqual(await ended, [1, null]);
  const { outcome, error } = JSON.parse(await said);
  assert.deepEqual([outcome, error.code, error.detail], ['ABORTED', 'call.cancelled', 'stopped by a person']);
  const { value } = await json('units', 'show', 'STOP-1', ...data);
  assert.equal(value.state, 'aborted');
});
