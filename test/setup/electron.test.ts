import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { load, makeFolder, put } from './support.ts';

type Machine = { platform: string; env: Record<string, string>; uid: number | undefined };
type Setup = {
  whyNoWindow(machine: Machine): string | undefined;
  findElectron(folder: string, now?: number): Promise<{ binary?: string; reason?: string }>;
};
const { whyNoWindow, findElectron } = await load<Setup>('electron.mjs');

const day = 24 * 3600_000;
const tries = `require('node:fs').appendFileSync(__dirname + '/tries.txt', '.');`;
const arrives = `${tries}
  const fs = require('node:fs');
  fs.mkdirSync(__dirname + '/dist', { recursive: true });
  fs.writeFileSync(__dirname + '/dist/electron', '');
  fs.writeFileSync(__dirname + '/path.txt', 'electron');`;

describe('a window', () => {
  test('needs a display and, on Linux, a person who is not root', () => {
    const linux = (env: Record<string, string>, uid = 1000) => whyNoWindow({ platform: 'linux', env, uid });
    assert.match(linux({}) ?? '', /no display/);
    assert.equal(linux({ DISPLAY: ':0' }), undefined);
    assert.equal(linux({ WAYLAND_DISPLAY: 'wayland-0' }), undefined);
    assert.match(linux({ DISPLAY: ':0' }, 0) ?? '', /root/);
    assert.equal(whyNoWindow({ platform: 'win32', env: {}, uid: undefined }), undefined);
  });

  test('needs Electron’s binary: it is fetched once', async (t) => {
    t.mock.method(process.stderr, 'write', () => true);
    const folder = makeFolder(t, {
      'node_modules/electron/package.json': '{"version":"45.0.0"}',
      'node_modules/electron/install.js': arrives,
    });
    const binary = join(folder, 'node_modules/electron/dist/electron');
    assert.deepEqual(await findElectron(folder), { binary });
    assert.deepEqual(await findElectron(folder), { binary });
    assert.equal(readFileSync(join(folder, 'node_modules/electron/tries.txt'), 'utf8'), '.');
  });

  test('that cannot be fetched is not tried again for a day, nor kept from a newer version', async (t) => {
    t.mock.method(process.stderr, 'write', () => true);
    const folder = makeFolder(t, {
      'node_modules/electron/package.json': '{"version":"45.0.0"}',
      'node_modules/electron/install.js': `${tries} process.exit(1);`,
    });
    const count = () => readFileSync(join(folder, 'node_modules/electron/tries.txt'), 'utf8').length;
    const now = Date.now();
    assert.match((await findElectron(folder, now)).reason ?? '', /could not be fetched/);
    assert.match((await findElectron(folder, now + day - 1)).reason ?? '', /could not be fetched/);
    assert.equal(count(), 1);
    await findElectron(folder, now + day);
    assert.equal(count(), 2);
    put(folder, 'node_modules/electron/package.json', '{"version":"46.0.0"}');
    await findElectron(folder, now + day);
    assert.equal(count(), 3);
  });

  test('is not waited for where Electron is not installed at all', async (t) => {
    const folder = makeFolder(t, {});
    assert.match((await findElectron(folder)).reason ?? '', /not installed/);
    assert.equal(existsSync(join(folder, 'node_modules')), false);
  });
});
