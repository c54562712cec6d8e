/** Folders that are made beside their place: what a killed run left goes, what a run is making stays. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { initStation } from '../../app/station/index.ts';
import { makeBeside, openBeside } from '../../main/beside.ts';
import { initTools } from '../../main/openstation.ts';
import { passphrase } from '../support.ts';

test('the next station in a place removes what killed runs left there, and nothing else', async (t) => {
  const above = mkdtempSync(join(tmpdir(), 'birthmark-beside-'));
  t.after(() => rmSync(above, { recursive: true, force: true }));
  const dir = join(above, 'station');
  const left = ['.station.making-Ab12Cd', '.station.restoring-zzzzzz', '.station.restoring-yyyyyy.gone'];
  const kept = ['.other.restoring-zzzzzz', '.station.restoring-notes', '.station.backup-Ab12Cd', '.station'];
  for (const name of [...left, ...kept]) {
    mkdirSync(join(above, name));
    writeFileSync(join(above, name, 'issuing.key.pem'), 'a key');
  }
  const working = makeBeside(dir, 'restoring');
  writeFileSync(join(working.folder, 'records.db'), 'half');
  const plan = { name: 'Line', organisation: 'Test', passphrase, practice: false, people: [], slots: [], cloud: null };
  const order = { orderId: 'default', model: '*', quantity: 1 };
  await initStation(dir, { ...plan, device: { endpoint: '' }, order, actor: 'test' }, initTools);
  assert.deepEqual(readdirSync(above).sort(), [...kept, basename(working.folder), 'station'].sort());
  assert.ok(readdirSync(working.folder).includes('records.db'), 'what another run is making stays');
  working.release();
  assert.deepEqual(readdirSync(working.folder), ['records.db'], 'a folder that is whole has no lock in it');
});

test('a drive without locks takes a folder, too: a backup is fetched to it', (t) => {
  const above = mkdtempSync(join(tmpdir(), 'birthmark-beside-'));
  t.after(() => rmSync(above, { recursive: true, force: true }));
  const { folder, release } = openBeside(join(above, 'backup'), 'fetching', () => {
    throw new Error('no locks here');
  });
  release();
  assert.deepEqual(readdirSync(folder), []);
});
