/** Checkpoints and witnesses on the command line. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { openStation } from '../../main/openstation.ts';
import { makeStation } from '../support.ts';
import { json, run } from './commandline.ts';

let [data, home] = ['', ''];
before(async () => {
  data = await makeStation();
  home = dirname(data);
});
after(() => rmSync(home, { recursive: true, force: true }));

test('an engineer sets a folder and publishes; the verification finds an older folder by it', async () => {
  const folder = join(home, 'out');
  mkdirSync(folder);
  const pin = join(home, 'pin');
  writeFileSync(pin, '2222\n');
  const engineer = ['--badge', 'EN-1', '--pin-file', pin];
  const set = await json('checkpoints', 'set', '--data', data, ...engineer, '--folder', folder, '--at', '06:00');
  assert.deepEqual([set.code, set.value.config.folder, set.value.config.at], [0, folder, '06:00']);
  const before = join(home, 'before');
  cpSync(data, before, { recursive: true });
  const published = await json('checkpoints', 'publish', '--data', data, ...engineer);
  assert.deepEqual([published.code, published.value.places[0].failed], [0, null]);
  assert.equal(readdirSync(folder).length, 1);
  const listed = await json('checkpoints', 'list', '--data', data, ...engineer);
  assert.equal(listed.value[0].size, published.value.places[0].last.size);

  for (const format of [[], ['--format', 'bundle']]) {
    const exported = await json('audit', 'export', '--data', data, '--out', join(home, 'export'), ...format);
    assert.deepEqual([exported.code, exported.value.published], [0, [{ name: folder, failed: null }]]);
  }
  const [last] = (await json('checkpoints', 'list', '--data', data, ...engineer)).value;
  assert.equal(last.why, 'export');
  const out = readdirSync(folder).length;
  assert.equal(out, 3);
  const running = await openStation({ dir: data, kind: 'host', threads: false });
  const beside = await run('audit', 'export', '--data', data, '--out', join(home, 'export'));
  await running.close();
  assert.equal(beside.code, 0);
  assert.match(beside.err, /the running station publishes checkpoints by its schedule/);

  const well = await json('audit', 'verify', '--data', data);
  assert.deepEqual([well.code, well.value.compared], [0, { folder, checkpoints: out }]);
  const old = await json('audit', 'verify', '--data', before);
  assert.deepEqual([old.code, old.value.firstBad.what], [1, 'rolledBack']);
  renameSync(folder, `${folder}-away`);
  const apart = await run('audit', 'verify', '--data', before);
  assert.equal(apart.code, 0);
  assert.match(apart.err, /not compared with published checkpoints/);
  assert.equal((await run('checkpoints', 'publish', '--data', data, ...engineer)).code, 3);
  assert.equal((await run('checkpoints', 'set', '--data', data, ...engineer, '--lock', 'compliance')).code, 2);
});

test('a checkpoint and a log that a program copied with other line ends are still good', async () => {
  const [note, log] = [join(home, 'note'), join(home, 'log.jsonl')];
  await json('audit', 'checkpoint', '--data', data, '--out', note);
  await json('audit', 'export', '--data', data, '--out', log);
  for (const file of [note, log]) writeFileSync(file, readFileSync(file, 'utf8').replaceAll('\n', '\r\n'));
  assert.equal((await json('audit', 'verify', log)).value.ok, true);
  assert.equal((await json('audit', 'verify', '--data', data, '--checkpoint', note)).value.ok, true);
});

test('another folder than that of a bundle is told as what it is, not as a damaged bundle', async () => {
  const place = join(home, 'backups');
  const made = await json('backup', 'make', '--data', data, '--to', place);
  for (const [folder, what] of [
    [data, /the folder of a station; see audit verify --data/],
    [made.value.file, /a backup; see backup verify/],
  ]) {
    const { code, value } = await json('audit', 'verify', folder);
    assert.deepEqual([code, value.error?.code], [2, 'call.badParams']);
    assert.match(value.error.detail, what);
  }
});

test('a witness is made in a new or an empty folder; another one, and a file, stay as they are', async () => {
  const [file, full] = [join(home, 'a-file'), join(home, 'full')];
  writeFileSync(file, 'text');
  mkdirSync(full);
  writeFileSync(join(full, 'note'), 'text');
  for (const [dir, code] of [
    [file, 'records.failed'],
    [full, 'records.exists'],
  ] as const) {
    const { value } = await json('witness', 'init', '--data', dir, '--name', 'w.example');
    assert.equal(value.error?.code, code);
  }
  assert.deepEqual(readdirSync(full), ['note']);
});

test('a witness is made, knows a log, and asks before another key takes its name', async () => {
  const dir = join(home, 'witness');
  const made = await json('witness', 'init', '--data', dir, '--name', 'plant.example/w1');
  assert.match(made.value.key, /^plant\.example\/w1\+[0-9a-f]{8}\+B/);
  assert.equal((await run('witness', 'init', '--data', dir, '--name', 'other')).code, 1);
  const { value } = await json('audit', 'checkpoint', '--data', data, '--out', join(home, 'note'));
  const added = await json('witness', 'add', '--data', dir, value.verifierKey);
  assert.deepEqual([added.code, added.value.origin], [0, value.verifierKey.split('+')[0]]);
  assert.equal((await run('witness', 'add', '--data', dir, 'no key')).code, 2);
  const { value: listed } = await json('witness', 'list', '--data', dir);
  assert.deepEqual(listed.logs, [{ origin: added.value.origin, size: null, root: null }]);
});
