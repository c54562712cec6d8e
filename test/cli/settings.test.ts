/** What the Station screen sets, by the command line. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { scratch } from '../ca/support.ts';
import { makeStation, passphrase } from '../support.ts';

const program = fileURLToPath(new URL('../../main/cli/main.ts', import.meta.url));

/** Runs with `--json`: exactly one JSON value on stdout, whatever happens. */
const json = (...args: string[]): Promise<{ code: number; value: ReturnType<typeof JSON.parse> }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [program, ...args, '--json'], (error, out) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, value: JSON.parse(out) });
    });
  });

test('the time to the automatic lock and the schedule of CRLs are set and shown; the rest stays', async (t) => {
  const data = ['--data', await makeStation()];
  const rights = ['--passphrase-file', scratch(t)('passphrase', passphrase)];
  const set = (...args: string[]) => json('station', 'set', ...args, ...data);
  const shown = async () => {
    const { code, value } = await json('station', 'show', ...data);
    assert.equal(code, 0, JSON.stringify(value));
    return { ...value.ca, ...value.crl, ...value.device };
  };
  const usual = { autoLockMinutes: 120, everyHours: 24, validDays: 30, endpoint: 'devices.example' };
  assert.deepEqual(await shown(), usual);

  assert.equal((await set('--auto-lock-minutes', '15')).value.error.code, 'session.forbidden');
  for (const [flags, why] of [
    [['--auto-lock-minutes', 'soon'], /--auto-lock-minutes: "soon" is not a whole number/],
    [['--auto-lock-minutes', '1441'], /autoLockMinutes/],
    [['--crl-every-hours', '720'], /must be made before the last one ends/],
  ] as const) {
    const { code, value } = await set(...flags, ...rights);
    assert.deepEqual([code, value.error?.code], [2, 'call.badParams'], flags.join(' '));
    assert.match(value.error.detail, why);
  }
  assert.deepEqual(await shown(), usual, 'what was refused changed nothing');

  const { code, value } = await set('--auto-lock-minutes', '15', '--crl-every-hours', '12', ...rights);
  assert.equal(code, 0, JSON.stringify(value));
  assert.deepEqual([value.ca, value.crl], [{ autoLockMinutes: 15 }, { everyHours: 12, validDays: 30 }]);
  await set('--crl-valid-days', '7', '--endpoint', 'other.example', ...rights);
  assert.deepEqual(await shown(), { autoLockMinutes: 15, everyHours: 12, validDays: 7, endpoint: 'other.example' });
});
