/** The passphrase that the operating system keeps, through the stand-in's keyring, and its way to the station. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Vault } from '../../app/ca/index.ts';
import { type ErrorCode, StationError } from '../../app/contract/errors.ts';
import { createVault, type VaultOptions, type VaultParts } from '../../main/electron/vault.ts';
import type { HostOptions } from '../../main/host.ts';
import { createFakeStation, idle } from '../fake.ts';
import { buildBundles, launch, until } from './standin/launch.ts';
import type { Keyring } from './standin/safestorage.ts';

type Standin = typeof import('./standin/electron.ts');
let runs = 0;
const passphrase = 'correct horse Tømmer: battery';

async function bench(keyring: Partial<Keyring> = {}, options: VaultOptions = {}) {
  const electron = (await import(`./standin/electron.ts?vault=${++runs}`)) as Standin;
  Object.assign(electron.standin.keyring, keyring);
  const parts = electron as unknown as VaultParts;
  const vault = createVault(parts, { platform: 'linux', lookMs: 200, actMs: 400, ...options });
  return { electron, vault, keyring: electron.standin.keyring };
}
async function ready(keyring: Partial<Keyring> = {}, options: VaultOptions = {}) {
  const made = await bench(keyring, options);
  made.electron.app.becomeReady();
  return made;
}
const failure = (code: ErrorCode, detail: RegExp) => (error: unknown) => {
  assert.ok(error instanceof StationError, String(error));
  assert.equal(error.code, code);
  assert.match(error.detail, detail);
  assert.ok(!JSON.stringify(error).includes('horse'));
  return true;
};

test('what it keeps comes back, and cannot be read without it', async () => {
  for (const backend of ['gnome_libsecret', 'kwallet6'] as const) {
    const { vault } = await ready({ backend });
    assert.deepEqual(await vault.availability(), { available: true });
    const sealed = await vault.encrypt(passphrase);
    assert.ok(!Buffer.from(sealed).toString('latin1').includes('horse'));
    assert.deepEqual(await vault.decrypt(sealed), { text: passphrase, renew: false });
  }
});

test('where nothing is protected it refuses, and says which keyring to install', async () => {
  const unprotected: Partial<Keyring>[] = [
    { backend: 'basic_text' },
    { backend: 'unknown' },
    // The desktop is GNOME, but no keyring answers: Chromium would use its own password and say nothing.
    { backend: 'gnome_libsecret', state: 'absent' },
  ];
  for (const keyring of unprotected) {
    const { vault } = await ready(keyring);
    const { available, reason = '' } = await vault.availability();
    assert.equal(available, false, JSON.stringify(keyring));
    assert.match(reason, /gnome-keyring.*KWallet/);
    await assert.rejects(vault.encrypt(passphrase), failure('ca.unfit', /gnome-keyring/));
  }
  const { vault } = await ready({ available: false });
  assert.match((await vault.availability()).reason ?? '', /no encryption/);
  await assert.rejects(vault.encrypt(passphrase), failure('ca.unfit', /no encryption/));
});

test('macOS and Windows have no such backends, and mark everything v10', async () => {
  for (const platform of ['darwin', 'win32'] as const) {
    const { vault } = await ready({ backend: 'basic_text' }, { platform });
    assert.deepEqual(await vault.availability(), { available: true });
    assert.equal((await vault.decrypt(await vault.encrypt(passphrase))).text, passphrase);
  }
});

test('one damaged byte, a cut, nothing at all, another user: each is an error', async () => {
  const { vault } = await ready();
  const sealed = await vault.encrypt(passphrase);
  const gone = failure('ca.locked', /does not give back/);
  for (let at = 0; at < sealed.length; at += 1) {
    const damaged = Uint8Array.from(sealed);
    damaged[at]! ^= 1;
    await assert.rejects(vault.decrypt(damaged), gone, `byte ${at}`);
  }
  for (const part of [sealed.slice(0, -16), sealed.slice(0, -1), new Uint8Array(), Buffer.from(passphrase)]) {
    await assert.rejects(vault.decrypt(part), gone);
  }
  const other = await ready();
  await assert.rejects(other.vault.decrypt(sealed), gone);
});

test('before the program is ready it is waited for, not asked', async () => {
  const { electron, vault } = await bench({}, { lookMs: 60_000, actMs: 60_000 });
  let answer: unknown;
  const asked = vault.availability().then((value) => {
    answer = value;
  });
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(answer, undefined);
  electron.app.becomeReady();
  await asked;
  assert.deepEqual(answer, { available: true });
});

test('a keyring that waits for its password holds nothing up, and serves once it is open', async () => {
  const { vault, keyring } = await ready();
  const sealed = await vault.encrypt(passphrase);
  keyring.state = 'locked';
  assert.match((await vault.availability()).reason ?? '', /waiting for its own password/);
  await assert.rejects(vault.decrypt(sealed), failure('ca.locked', /waiting/));
  await assert.rejects(vault.encrypt(passphrase), failure('ca.unfit', /waiting/));
  keyring.unlock();
  assert.deepEqual(await vault.availability(), { available: true });
  assert.equal((await vault.decrypt(sealed)).text, passphrase);
});

test("that the system's key has changed is told", async () => {
  const { vault, keyring } = await ready();
  const sealed = await vault.encrypt(passphrase);
  keyring.rotated = true;
  assert.deepEqual(await vault.decrypt(sealed), { text: passphrase, renew: true });
});

describe('in the program', () => {
  let bundles: Awaited<ReturnType<typeof buildBundles>>;
  before(async () => {
    bundles = await buildBundles('fake');
  });
  after(() => bundles.remove());

  test('the host is given a vault that works as soon as the program is ready', async () => {
    const station = createFakeStation();
    let vault: Vault | undefined;
    let kept: Promise<{ text: string }> | undefined;
    const open = async (options: HostOptions) => {
      vault = options.vault;
      // As a station does that opens its CA at start.
      kept = vault?.encrypt(passphrase).then((sealed) => vault!.decrypt(sealed));
      return { ...idle, connect: station.connect, close: async () => {}, describe: () => 'A station for tests' };
    };
    const electron = await launch(bundles.folder, open);
    await until(() => electron.BrowserWindow.all[0]?.visible === true);
    assert.equal((await kept)?.text, passphrase);
    electron.BrowserWindow.all[0]?.close();
    await until(() => electron.app.exits.length > 0);
  });
});
