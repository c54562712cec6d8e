/** Output that does not arrive: no stack trace, an exit code that a script sees, and a station that was closed. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../main/cli/main.ts', import.meta.url));

test('a reader that goes away ends a command quietly, with the exit code of an error', async () => {
  const child = spawn(process.execPath, [main, 'policy', 'starter', '--json'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let err = '';
  child.stderr.on('data', (piece) => {
    err += piece;
  });
  const [code] = await once(child, 'close');
  assert.deepEqual([code, err], [3, '']);
});
