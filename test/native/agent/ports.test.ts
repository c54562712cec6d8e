/**
 * The ports of the agent for SDKs, built from the sources that their CMake files name and the defaults of their Kconfig,
 * against stubs with the SDK's signatures. The stubs have a flash and a UART, so that a station can provision the device.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { ByteChannel } from '../../../app/device/channel.ts';
import { agentDriver } from '../../../app/device/drivers/agent/index.ts';
import {
  config,
  folderFor,
  heldBy,
  judgeProof,
  newKey,
  nonceProof,
  realClock,
  sha256,
  testCa,
} from '../../device/support.ts';
import { agentFolder, backends, whyNoAgent } from './support.ts';

const ports = [
  { sdk: 'Zephyr', folder: 'zephyr', stubs: 'zephyr' },
  { sdk: 'ESP-IDF', folder: 'esp-idf/birthmark_agent', stubs: 'espidf' },
];
const missing = whyNoAgent(backends[1]);

const read = (...path: string[]) => readFileSync(join(agentFolder, ...path), 'utf8');
/** Each option of a Kconfig with its default, as the build system defines it. */
const defaultsOf = (kconfig: string) =>
  [...kconfig.matchAll(/config (BIRTHMARK_AGENT_\w+)\n(?:.*\n)*?\s+default (.+)/g)].map(
    ([, name, value]) => `-DCONFIG_${name}=${value}`,
  );
const sourcesOf = (cmake: string) => [...cmake.matchAll(/[\w./]+\.c\b/g)].map(([file]) => file);

function compile(t: TestContext, { folder, stubs }: (typeof ports)[number], ...more: string[]) {
  const program = join(folderFor(t), 'device');
  const stubFolder = join(import.meta.dirname, 'stubs', stubs);
  const place = join(agentFolder, folder);
  const options = defaultsOf(read(folder, 'Kconfig'));
  assert.ok(options.length >= 6, `${options}`);
  const sources = sourcesOf(read(folder, 'CMakeLists.txt'));
  assert.deepEqual(
    sources.filter((file) => !existsSync(join(place, file))),
    [],
  );
  const keyId = options.find((option) => option.includes('_KEY_ID='))?.split('=')[1];
  const made = spawnSync(
    'cc',
    [
      ...['-std=gnu99', '-Wall', '-Wextra', '-Werror', '-O1', '-g', '-fsanitize=address,undefined', ...more],
      ...[...options, `-DAGENT_PSA_KEY_ID=${keyId}`, '-DFLASH_WORD=16'],
      ...['-DMBEDTLS_CONFIG_FILE="agent_config.h"', `-I${agentFolder}`, `-I${join(agentFolder, 'mbedtls36')}`],
      ...['-isystem', stubFolder, '-isystem', join(agentFolder, 'build/mbedtls36/include')],
      ...sources.map((file) => join(place, file)),
      // The SDK brings the storage of PSA keys, and Mbed TLS.
      ...[join(stubFolder, `${stubs}.c`), join(agentFolder, 'mbedtls36/its_port.c')],
      ...[join(agentFolder, 'build/psa/libmbedtls.a'), '-o', program],
    ],
    { encoding: 'utf8' },
  );
  return { program, status: made.status, said: made.stderr };
}

/** The device's UART is the program's stdin and stdout. */
function powerUp(t: TestContext, program: string): ByteChannel {
  const child = spawn(program, [], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => child.kill());
  return {
    write: (bytes) => new Promise((resolve) => child.stdin.write(bytes, () => resolve())),
    onData(listener) {
      child.stdout.on('data', listener);
      return () => child.stdout.off('data', listener);
    },
    onClose(listener) {
      child.once('exit', listener);
      return () => child.off('exit', listener);
    },
    async close() {
      child.stdin.end();
    },
  };
}

for (const port of ports) {
  test(`a station provisions a device with the port for ${port.sdk}`, async (t) => {
    if (missing) return t.skip(missing);
    const { program, status, said } = compile(t, port);
    assert.deepEqual([status, said], [0, '']);
    const logs: string[] = [];
    const channel = powerUp(t, program);
    const device = agentDriver.connect(channel, { clock: realClock, onLog: (line) => logs.push(line) });
    const { model, hardwareId, hasKey } = await device.identify();
    assert.match(model, /^BM-/);
    assert.match(hardwareId, /^0123456789ab/);
    assert.equal(hasKey, false);
    assert.equal((await device.makeKey(newKey)).created, true);
    const what = testCa().installation((await device.readCsr('unit')).csrDer, config);
    await device.install(what, () => {});
    assert.equal((await heldBy(device)).certificate, sha256(what.certificateDer));
    const nonce = Buffer.alloc(32, 7);
    assert.ok(judgeProof(folderFor(t), what.certificateDer, nonce, await nonceProof(device, nonce)));
    await device.erase();
    assert.deepEqual(await heldBy(device), {});
    assert.equal((await device.makeKey(newKey)).created, true);
    await device.install(testCa().installation((await device.readCsr('unit')).csrDer, config), () => {});
    await device.seal();
    assert.equal((await device.identify()).sealed, true);
    if (port.sdk === 'ESP-IDF') assert.ok(logs.includes('I (17) sensor: sample'), 'the log is between the answers');
    await device.close();
  });
}

test('a Zephyr console whose log prints at once is not built into answers', (t) => {
  if (missing) return t.skip(missing);
  const [zephyr] = ports;
  assert.ok(zephyr);
  const { status, said } = compile(t, zephyr, '-DCONFIG_LOG_MODE_IMMEDIATE=1');
  assert.notEqual(status, 0);
  assert.match(said, /set CONFIG_LOG_MODE_DEFERRED=y/);
});
