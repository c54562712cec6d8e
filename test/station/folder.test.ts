/** A station's data folder: made whole or not at all, refused when it is not ours, for its owner only. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { configStore, defaultOrder, initStation, paths, readConfig } from '../../app/station/index.ts';
import { makeBeside } from '../../main/beside.ts';
import { dataFolder } from '../../main/datafolders.ts';
import { openLedger, openStation, initTools as tools } from '../../main/openstation.ts';
import { removeAtEnd } from '../folders.ts';
import { refuses } from '../records/support.ts';
import { makeStation, passphrase } from '../support.ts';

const plan = {
  name: 'Test station',
  organisation: 'Test',
  passphrase,
  practice: false,
  people: [{ name: 'Erin', badge: 'EN-1', pin: '2222', role: 'engineer' as const }],
  slots: [],
  cloud: null,
  device: { endpoint: 'devices.example' },
  order: defaultOrder,
  actor: 'test',
};

async function parent(_t: TestContext): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'birthmark-init-'));
  removeAtEnd(dir);
  return dir;
}

/** Every file below `dir` with its content. */
async function contentOf(dir: string): Promise<[string, string][]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    files.sort().map(async (file): Promise<[string, string]> => [file, await readFile(file, 'latin1')]),
  );
}

test('settings in which a name stands twice are refused by its line: one of the values would be lost', async (t) => {
  const dir = join(await parent(t), 'station');
  await initStation(dir, plan, tools);
  const text = await readFile(paths(dir).config, 'utf8');
  await writeFile(paths(dir).config, text.replace('{', '{"profile": "first", "profile": "second",'));
  await assert.rejects(readConfig(dir), { code: 'records.damaged', message: /line 1: "profile" stands twice/ });
});

const modeOf = async (file: string) => (await stat(file)).mode & 0o777;

test('a new station has all its files; keys and folder are for their owner only, and openssl accepts the chain', async (t) => {
  const dir = join(await parent(t), 'deep', 'station');
  const { config } = await initStation(dir, plan, tools);
  const where = paths(dir);
  assert.deepEqual(await readConfig(dir), config);
  assert.deepEqual(
    (await readdir(dir)).filter((name) => !name.startsWith('records.')),
    ['ca', 'station.json'],
  );
  assert.deepEqual(await readdir(join(dir, 'ca')), [
    'issuing.crt.pem',
    'issuing.key.pem',
    'log.key.pem',
    'root.crt.pem',
    'root.key.pem',
  ]);
  assert.equal(await modeOf(dir), 0o700);
  for (const key of [where.rootKey, where.issuingKey]) {
    assert.equal(await modeOf(key), 0o600);
    assert.match(await readFile(key, 'utf8'), /^-----BEGIN ENCRYPTED PRIVATE KEY-----/);
  }
  assert.deepEqual(await readdir(dirname(dir)), ['station'], 'nothing is left beside it');
  execFileSync('openssl', ['verify', '-CAfile', where.rootCertificate, where.issuingCertificate], { stdio: 'pipe' });
  const station = await openStation({ dir, kind: 'host', threads: false });
  t.after(() => station.close());
  assert.deepEqual((await station.parts.ledger.authorities()).map(({ kind }) => kind).sort(), ['issuing', 'root']);
});

test('an empty folder that is there already is used', async (t) => {
  const dir = await parent(t);
  await initStation(dir, plan, tools);
  assert.equal((await readConfig(dir)).name, plan.name);
});

for (const [at, openLedgerThatFails] of [
  ['when the records are made', () => Promise.reject(new Error('power cut'))],
  [
    'while the records are filled',
    async (file: string) => {
      const opened = await openLedger(file);
      return { ...opened, ledger: { ...opened.ledger, makeOrder: () => Promise.reject(new Error('power cut')) } };
    },
  ],
] as const) {
  test(`a failure ${at} leaves no folder, and the next try succeeds`, async (t) => {
    const above = await parent(t);
    const dir = join(above, 'station');
    await assert.rejects(initStation(dir, plan, { ...tools, openLedger: openLedgerThatFails }), /power cut/);
    assert.deepEqual(await readdir(above), []);
    await initStation(dir, plan, tools);
    assert.equal((await readConfig(dir)).name, plan.name);
  });
}

test('a folder with a station, or with anything else in it, is refused and left as it was', async (t) => {
  const dir = await makeStation();
  const before = await contentOf(dir);
  await assert.rejects(initStation(dir, plan, tools), refuses('records.exists'));
  assert.deepEqual(await contentOf(dir), before);

  const other = await parent(t);
  await writeFile(join(other, 'thesis.txt'), 'years of work');
  await assert.rejects(initStation(other, plan, tools), refuses('records.exists'));
  assert.deepEqual(await contentOf(other), [[join(other, 'thesis.txt'), 'years of work']]);
  await assert.rejects(initStation(join(other, 'thesis.txt'), plan, tools), refuses('call.badParams'));
  assert.deepEqual(await contentOf(other), [[join(other, 'thesis.txt'), 'years of work']]);
});

test('a weak passphrase makes no station', async (t) => {
  const above = await parent(t);
  const weak = { ...plan, passphrase: 'short' };
  await assert.rejects(initStation(join(above, 'station'), weak, tools), refuses('ca.weakPassphrase'));
  assert.deepEqual(await readdir(above), []);
});

test('no station, damaged settings and missing CA files are told apart', async (t) => {
  const nothing = await parent(t);
  await assert.rejects(openStation({ dir: nothing, kind: 'host', threads: false }), refuses('records.notStation'));
  assert.deepEqual(await readdir(nothing), [], 'and nothing is made there');

  const dir = await makeStation();
  const whole = await readFile(paths(dir).config, 'utf8');
  const changed = (change: object) => JSON.stringify({ ...JSON.parse(whole), ...change });
  for (const text of [
    '',
    whole.slice(0, 40),
    '[]',
    changed({ slots: 'none' }),
    changed({ version: 2 }),
    changed({ x: 1 }),
  ]) {
    await writeFile(paths(dir).config, text);
    await assert.rejects(openStation({ dir, kind: 'host', threads: false }), refuses('records.damaged'), text);
  }
  await writeFile(paths(dir).config, whole);
  await rm(paths(dir).issuingKey);
  const station = await openStation({ dir, kind: 'host', threads: false });
  assert.equal(station.parts.authority.state(), 'missing');
  await assert.rejects(station.parts.authority.unlock(passphrase), refuses('ca.missing'));
  await station.close();
});

test('settings that do not fit, or cannot be written, leave the old ones in the file and in use', async (t) => {
  const dir = await makeStation();
  const before = await readFile(paths(dir).config, 'utf8');
  const store = configStore(dir, await readConfig(dir));
  const { name } = store.current();
  await assert.rejects(store.save({ ...store.current(), name: '' }));
  assert.equal(await readFile(paths(dir).config, 'utf8'), before);
  assert.equal(store.current().name, name);
  await store.save({ ...store.current(), name: 'Renamed' });
  assert.equal((await readConfig(dir)).name, 'Renamed');
  assert.deepEqual(
    (await readdir(dir)).filter((file) => file.endsWith('.writing')),
    [],
  );
  if (process.getuid?.() === 0) return t.diagnostic('root may write anywhere');
  await chmod(dir, 0o500);
  await assert.rejects(store.save({ ...store.current(), name: 'Again' }));
  await chmod(dir, 0o700);
  assert.equal((await readConfig(dir)).name, 'Renamed');
});

test('a station is refused where no folder can be made, with the reason, by init and by restore', async (t) => {
  const file = join(await parent(t), 'file');
  await writeFile(file, '');
  const below = join(file, 'below', 'station');
  const why = { code: 'records.failed', message: /could not write .*below: a file stands in its way$/ };
  await assert.rejects(initStation(below, plan, tools), { message: /a file stands in its way$/ });
  assert.throws(() => makeBeside(below, 'restoring'), why);
});

test('a home that is no path is not taken: its data folder would lie wherever the command runs', (t) => {
  const before = process.env.HOME;
  t.after(() => {
    if (before === undefined) delete process.env.HOME;
    else process.env.HOME = before;
  });
  for (const home of ['', 'somewhere']) {
    process.env.HOME = home;
    assert.ok(isAbsolute(dataFolder('real', {}, 'linux')), home);
  }
});
