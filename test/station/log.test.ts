import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createClient } from '../../app/contract/index.ts';
import { createLog } from '../../app/station/index.ts';
import { openStation } from '../../main/openstation.ts';
import { removeAtEnd } from '../folders.ts';
import { makeStation, passphrase } from '../support.ts';

async function folder(_t: TestContext): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'birthmark-log-'));
  removeAtEnd(dir);
  return dir;
}

const textOf = (file: string) => readFile(file, 'utf8').catch(() => '');

/** Waits until the log in `dir`, old file and new, holds so many lines: pino's own flush waits for nothing. */
async function written(dir: string, count: number): Promise<void> {
  const files = ['station.log.1', 'station.log'].map((name) => join(dir, name));
  const lines = async () => (await Promise.all(files.map(textOf))).join('').split('\n').length - 1;
  while ((await lines()) < count) await new Promise((resolve) => setImmediate(resolve));
}

test('secrets are removed by name, at the top and inside', async (t) => {
  const dir = await folder(t);
  const log = createLog(dir);
  const named = { passphrase: 's3cret-1', pin: 's3cret-2', secretAccessKey: 's3cret-3', privateKey: 's3cret-4' };
  log.info(named, 'top');
  log.info({ params: named }, 'one deep');
  log.info({ call: { params: named } }, 'two deep');
  log.error({ err: Object.assign(new Error('failed'), named) }, 'in an error');
  await written(dir, 4);
  const text = await readFile(join(dir, 'station.log'), 'utf8');
  assert.equal(text.trim().split('\n').length, 4);
  assert.doesNotMatch(text, /s3cret/);
  assert.match(text, /\[redacted\]/);
});

test('no passphrase and no PIN of a station at work is written anywhere in its folder', async () => {
  const dir = await makeStation();
  const station = await openStation({ dir, kind: 'host', threads: false });
  const client = createClient(station.connect('test'));
  const secrets = ['73951846', '64028175', 'a wrong passphrase, but a secret'];
  const [pin = '', wrongPin = '', wrongPassphrase = ''] = secrets;
  await client.call('session.signIn', { badge: 'EN-1', pin: '2222' });
  await client.call('people.add', { name: 'Pat', badge: 'OP-2', pin, role: 'operator' });
  await assert.rejects(client.call('people.add', { name: 'Pat', badge: 'OP-2', pin, role: 'operator' }));
  await assert.rejects(client.call('ca.unlock', { secret: wrongPassphrase }));
  await client.call('ca.unlock', { secret: passphrase });
  await assert.rejects(client.call('session.signIn', { badge: 'OP-2', pin: wrongPin }));
  await client.call('session.signIn', { badge: 'OP-2', pin });
  await station.close();
  await written(join(dir, 'log'), 1);
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  assert.ok(files.some((file) => file.endsWith('station.log')));
  for (const file of files) {
    const content = await readFile(file, 'latin1');
    for (const secret of [...secrets, passphrase]) assert.ok(!content.includes(secret), `${file} holds "${secret}"`);
  }
});

test('a full log goes on in a new file, keeps the one before, and loses no line', async (t) => {
  const dir = await folder(t);
  const log = createLog(dir, 2000);
  let line = 0;
  for (; line < 30; line += 1) {
    log.info({ line }, 'a line of a hundred bytes or so, as a station writes them');
    await written(dir, line + 1);
    // Lines that were written while the file was changed are in the new one.
    if ((await readdir(dir)).length === 2) break;
  }
  log.info({ line: 'last' }, 'after the change');
  await written(dir, line + 2);
  const [now, before] = await Promise.all(
    ['station.log', 'station.log.1'].map((name) => readFile(join(dir, name), 'utf8')),
  );
  const lines = `${before}${now}`
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).line);
  assert.ok((before?.length ?? 0) < 2500);
  assert.deepEqual(lines, [...lines.slice(0, -1).keys(), 'last']);
});

test('without a folder nothing is written', () => {
  assert.equal(createLog().level, 'silent');
});
