/** Recipes by the command line: written, checked, approved, used by an order and by `line run`. */
import assert from 'node:assert/strict';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { buildAgent } from '../../main/agentbinary.ts';
import { startAgent } from '../native/agent/support.ts';
import { makeStation, passphrase } from '../support.ts';
import { run } from './commandline.ts';

describe('recipes by the command line', { concurrency: false, timeout: 300_000 }, () => {
  let folder: string;
  let station: string[];
  const json = async (...args: string[]) => {
    const { code, out } = await run(...args, ...station, '--json');
    return { code, value: JSON.parse(out) };
  };
  const file = async (name: string, content: object) => {
    const path = join(folder, name);
    await writeFile(path, `${JSON.stringify(content, null, 2)}\n`);
    return path;
  };
  const acme = { name: 'acme', model: '*', driver: 'agent', profile: 'aws-iot-device' };
  let rights: string[];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'birthmark-recipes-'));
    station = ['--data', await makeStation()];
    const secret = join(folder, 'passphrase');
    await writeFile(secret, passphrase, { mode: 0o600 });
    rights = ['--passphrase-file', secret];
  });

  test('check names each mistake, and exit 1 says there are some', async () => {
    const bad = await json('recipes', 'check', await file('bad.json', { ...acme, driver: 'x', profile: 'y' }));
    assert.equal(bad.code, 1);
    assert.deepEqual(
      [bad.value.ok, bad.value.problems.map(({ path }: { path: string }) => path)],
      [false, ['driver', 'profile']],
    );
    const good = await json('recipes', 'check', await file('acme.json', acme));
    assert.deepEqual([good.code, good.value], [0, { ok: true, problems: [], warnings: [] }]);
    assert.equal((await json('recipes', 'check', join(folder, 'nowhere.json'))).code, 2);
  });

  test('save, approve (the latest, or a version), show, list, retire; not without rights', async () => {
    const path = join(folder, 'acme.json');
    const refused = await json('recipes', 'save', path);
    assert.deepEqual([refused.code, refused.value.error.code], [1, 'session.forbidden']);
    assert.equal((await json('recipes', 'save', path, ...rights)).value.version, 1);
    await file('acme.json', { ...acme, retries: 2 });
    assert.equal((await json('recipes', 'save', path, ...rights)).value.version, 2);
    const latest = await json('recipes', 'approve', 'acme', ...rights);
    assert.deepEqual([latest.value.version, latest.value.state], [2, 'approved']);
    const older = await json('recipes', 'approve', 'acme', '--version', '1', ...rights);
    assert.deepEqual([older.code, older.value.version, older.value.state], [0, 1, 'approved']);
    const { value: shown } = await json('recipes', 'show', 'acme');
    assert.deepEqual([shown.version, JSON.parse(shown.text).retries], [1, undefined]);
    assert.equal((await json('recipes', 'show', 'acme', '--version', '2')).value.state, 'replaced');
    assert.equal((await json('recipes', 'show', 'acme', '--version', '3')).value.error.code, 'recipe.notFound');
    const { out } = await run('recipes', 'list', ...station);
    assert.match(out, /^acme {2}version 1 {2}[0-9a-f]{8} {2}approved {2}\* with agent, aws-iot-device, approved by /m);
    const retired = await json('recipes', 'retire', 'acme', ...rights);
    assert.deepEqual(retired.value, { name: 'acme', state: 'retired' });
    assert.equal((await json('recipes', 'retire', 'acme', ...rights)).value.error.code, 'recipe.notFound');
  });

  test('an order names its recipe; a unit is made by it on a real port, its golden unit first, and only there', async (t) => {
    const binary = await buildAgent();
    const agents = await Promise.all(['one', 'two'].map((name) => startAgent(binary, ['--state', join(folder, name)])));
    t.after(() => Promise.all(agents.map((agent) => agent.stop())));
    const [one, two] = agents.map(({ path }) => path) as [string, string];
    const line = (port: string, unit: string, ...more: string[]) =>
      json('line', 'run', '--port', port, '--unit-serial', unit, ...more, ...rights);
    const make = ['orders', 'make', 'WO-1', '--model', '*', '--quantity', '5', '--recipe'];
    assert.equal((await json(...make, 'acmee', ...rights)).value.error.code, 'recipe.notFound');
    assert.equal((await json(...make, 'acme', ...rights)).value.recipe, 'acme');
    const none = await line(one, 'CLI-1');
    assert.deepEqual([none.code, none.value.error.code], [3, 'recipe.none']);
    await json('recipes', 'approve', 'acme', ...rights);

    const other = await line(one, 'CLI-1', '--driver', 'zephyr');
    assert.deepEqual([other.code, other.value.error.code], [2, 'call.badParams']);
    assert.equal((await line(one, 'CLI-1', '--sec-tag', '7')).value.error.code, 'call.badParams');
    const passed = await line(one, 'CLI-1');
    assert.equal(passed.value.outcome, 'PASS', JSON.stringify(passed.value));
    const { value: unit } = await json('units', 'show', 'CLI-1');
    assert.deepEqual(unit.journal[0].data.recipe.name, 'acme');

    const golden = { ...acme, goldenUnit: { unitSerial: 'CLI-1', everyHours: 8 }, usb: [] };
    await json('recipes', 'save', await file('acme.json', golden), ...rights);
    await json('recipes', 'approve', 'acme', ...rights);
    const early = await line(two, 'CLI-2');
    assert.deepEqual([early.code, early.value.error.code], [3, 'policy.interlock']);
    const checked = await line(one, 'CLI-1');
    assert.deepEqual(
      checked.value.steps.map(({ name }: { name: string }) => name),
      ['identify', 'verify'],
    );
    assert.equal((await line(two, 'CLI-2')).value.outcome, 'PASS');

    await json('recipes', 'save', await file('acme.json', { ...acme, usb: [{ vendorId: '1366' }] }), ...rights);
    await json('recipes', 'approve', 'acme', ...rights);
    const wrong = await line(two, 'CLI-3');
    assert.deepEqual([wrong.code, wrong.value.error.code], [1, 'link.wrongDevice']);
    assert.equal((await json('units', 'show', 'CLI-3')).value.error.code, 'unit.notFound');
  });

  test('release is an engineer’s, and leaves an entry', async () => {
    assert.equal((await json('line', 'release')).value.error.code, 'session.forbidden');
    const released = await json('line', 'release', ...rights);
    assert.deepEqual([released.code, released.value.interlocks], [0, []]);
  });
});
