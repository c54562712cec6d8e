/** The lock on Linux that keeps a person from shutting the PC down while units work, with systemd's program stood in for. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { systemdInhibit } from '../../main/electron/power.ts';

const soon = (condition: () => boolean): Promise<void> =>
  new Promise((resolve) => {
    const look = () => (condition() ? resolve() : void setTimeout(look, 10));
    look();
  });

test('it is held with its reason until it is released, and a PC without systemd goes without', async (t) => {
  if (process.platform === 'win32') return t.skip('Linux only');
  const folder = mkdtempSync(join(tmpdir(), 'birthmark-inhibit-'));
  const { PATH } = process.env;
  t.after(() => {
    process.env.PATH = PATH;
    rmSync(folder, { recursive: true, force: true });
  });
  const [held, ended] = [join(folder, 'held'), join(folder, 'ended')];
  const program = join(folder, 'systemd-inhibit');
  // As systemd's: runs the command that is named last, and lets go when that ends.
  writeFileSync(
    program,
    `#!/bin/sh\nprintf '%s\\n' "$@" > '${held}.part'\nmv '${held}.part' '${held}'\ncat\n: > '${ended}'\n`,
  );
  chmodSync(program, 0o755);
  process.env.PATH = `${folder}${delimiter}${PATH}`;
  const release = systemdInhibit('3 units; "at" work');
  await soon(() => existsSync(held));
  assert.deepEqual(readFileSync(held, 'utf8').trimEnd().split('\n'), [
    '--what=shutdown:sleep',
    '--mode=block',
    '--who=Birthmark',
    '--why=3 units; "at" work',
    'cat',
  ]);
  assert.equal(existsSync(ended), false);
  release();
  await soon(() => existsSync(ended));

  process.env.PATH = join(folder, 'nothing');
  systemdInhibit('units')();
});
