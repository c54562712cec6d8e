/** The heap of an open station, in a process of its own: V8's flags are of a process. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { makeStation } from '../support.ts';

test('what dies late is collected before the heap of a station has grown to several times its size', async () => {
  const growing = fileURLToPath(new URL('./growing.ts', import.meta.url));
  const args = ['--expose-gc', growing, await makeStation([])];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const grown = Number(stdout);
  // By 210 MB without the station's setting, and by 75 with it.
  assert.ok(grown > 0 && grown < 160, `it grew by ${stdout} MB ${stderr}`);
});
