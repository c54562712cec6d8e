/** The packaging settings, judged by electron-builder's own schema. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '../..');
const builderRequire = createRequire(createRequire(import.meta.url).resolve('electron-builder'));
const libRequire = createRequire(builderRequire.resolve('app-builder-lib'));
const { load } = libRequire('js-yaml') as { load(text: string): Record<string, unknown> };
const config = load(readFileSync(join(root, 'electron-builder.yml'), 'utf8'));

test('electron-builder accepts the settings', async () => {
  const { validateConfiguration } = libRequire('./util/config/config.js') as {
    validateConfiguration(config: unknown, log: { isEnabled: boolean; add(): void }): Promise<void>;
  };
  const log = { isEnabled: false, add: () => undefined };
  await validateConfiguration(config, log);
  await assert.rejects(validateConfiguration({ ...config, electronFuses: { runAsNode: 'no' } }, log));
});

test('every fuse is set to the safe side', () => {
  assert.deepEqual(config.electronFuses, {
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
  });
});
