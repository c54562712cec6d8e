import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { encodeFrame } from '../../../app/device/drivers/agent/frame.ts';
import { agentDriver } from '../../../app/device/drivers/agent/index.ts';
import { serialPorts } from '../../../native/serial.ts';
import { createConsole, folderFor, newKey, realClock, testCa } from '../../device/support.ts';
import { agentFolder, backends, makeAgent, startAgent, whyNoAgent } from './support.ts';

const missing = whyNoAgent();
if (missing) {
  test('the host build of the C agent', (t) => t.skip(missing));
} else {
  makeAgent();
  makeAgent('SANITIZE=1');
  const program = join(agentFolder, 'build/agent');

  const start = async (t: TestContext, ...args: string[]) => {
    const folder = folderFor(t);
    const agent = await startAgent(program, ['--state', join(folder, 'state'), ...args]);
    t.after(() => agent.stop());
    const connect = async () =>
      agentDriver.connect(await serialPorts.open(agent.path, agentDriver.line), { clock: realClock });
    return { folder, agent, connect };
  };

  for (const backend of backends) {
    test(`the core holds under the sanitizers, against random and nearly right input, on ${backend.name}`, (t) => {
      const why = whyNoAgent(backend);
      if (why) return t.skip(why);
      assert.match(
        makeAgent('check', ...backend.args),
        /core_check: \d{4,} answers, all of them frames\n(flash_check: \d{3,} power cuts of the store.*\n){3}/,
      );
    });
  }

  const [, coreFiles = ''] = /^CORE = (.*)$/m.exec(readFileSync(join(agentFolder, 'Makefile'), 'utf8')) ?? [];
  const core = coreFiles.split(' ');

  test('the core calls no allocator, nothing of POSIX and no library', () => {
    const { stdout } = spawnSync('nm', ['-u', ...core.map((name) => join(agentFolder, 'build', `${name}.o`))], {
      encoding: 'utf8',
    });
    const called = new Set([...stdout.matchAll(/ U (\w+)/g)].map((match) => match[1] ?? ''));
    const ours = /^(port|crypto|text|answer|command|config|erase|hash|x509|claim|cbor|pem|__stack_chk|_GLOBAL_OFFSET)/;
    const plain = [
      'memcpy',
      'memmove',
      'memset',
      'memcmp',
      'memchr',
      'strcmp',
      'strchr',
      'strlen',
      'strcat',
      'strcpy',
      'strncpy',
    ];
    const checked = ['__memcpy_chk', '__memmove_chk', '__memset_chk', '__strcat_chk', '__strcpy_chk', '__strncpy_chk'];
    assert.deepEqual(
      [...called].filter((name) => !ours.test(name) && !plain.includes(name) && !checked.includes(name)),
      [],
    );
    assert.ok(called.has('port_send') && called.has('crypto_sign'));
  });

  test('the core includes no header of Mbed TLS or PSA, directly or not', () => {
    const { stdout, status } = spawnSync('cc', ['-std=c99', '-M', ...core.map((name) => `${name}.c`)], {
      cwd: agentFolder,
      encoding: 'utf8',
    });
    assert.equal(status, 0);
    assert.match(stdout, /port\.h/);
    assert.doesNotMatch(stdout, /mbedtls|psa/);
  });

  test('the agent also compiles where Mbed TLS is 3.6, as Debian 13 packages it', (t) => {
    const why = whyNoAgent(backends[1]);
    if (why) return t.skip(why);
    const { status, stderr } = spawnSync(
      'cc',
      [
        ...['-std=c99', '-Wall', '-Wextra', '-Werror', '-Wpedantic', '-Wshadow', '-Wconversion', '-fsyntax-only'],
        ...['-isystem', 'build/mbedtls36/include', 'crypto_mbedtls.c', 'tls_posix.c'],
      ],
      { cwd: agentFolder, encoding: 'utf8' },
    );
    assert.deepEqual([status, stderr], [0, '']);
  });

  test('--help says what there is; a mistake is told and ends with 2', () => {
    const help = spawnSync(program, ['--help'], { encoding: 'utf8' });
    assert.equal(help.status, 0);
    for (const option of ['--state', '--link', '--serial', '--baud', '--die-at', '--corrupt'])
      assert.match(help.stdout, new RegExp(option));
    for (const args of [
      ['--nonsense', '1'],
      ['--state'],
      ['--drop', '2'],
      ['--baud', 'fast'],
      ['--die-at', 'key:sometime'],
      ['--serial', 'x'.repeat(33)],
    ]) {
      const mistaken = spawnSync(program, args, { encoding: 'utf8' });
      assert.deepEqual([mistaken.status, mistaken.stdout], [2, ''], args.join(' '));
      assert.match(mistaken.stderr, /see --help/);
    }
  });

  test('the private key is for its owner only, and nothing unfinished stays behind', async (t) => {
    const { folder, connect } = await start(t);
    const device = await connect();
    await device.makeKey(newKey);
    const what = testCa().installation((await device.readCsr('unit')).csrDer, { unitSerial: 'S' });
    await device.install(what, () => {});
    await device.seal();
    await device.close();
    assert.equal(statSync(join(folder, 'state/key')).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(join(folder, 'state')).sort(), [
      'cert',
      'chain',
      'config',
      'hwid',
      'key',
      'root',
      'sealed',
    ]);
  });

  test('on PSA the stored key may sign, and neither be exported nor copied', async (t) => {
    const [, psa] = backends;
    const why = whyNoAgent(psa);
    if (why) return t.skip(why);
    makeAgent('SANITIZE=1', ...psa.args);
    const folder = folderFor(t);
    const agent = await startAgent(join(psa.folder, 'sanitized/agent'), ['--state', join(folder, 'state')]);
    t.after(() => agent.stop());
    const device = agentDriver.connect(await serialPorts.open(agent.path, agentDriver.line), { clock: realClock });
    await device.makeKey(newKey);
    await device.close();
    // Mbed TLS's storage format: magic (8), version, lifetime, type and bits, usage, algorithm (4 each).
    const stored = readFileSync(join(folder, 'state/key'));
    assert.equal(stored.toString('latin1', 0, 8), 'PSA\0KEY\0');
    // PSA_KEY_USAGE_SIGN_HASH, which brings PSA_KEY_USAGE_SIGN_MESSAGE; EXPORT is 1, and COPY is 2.
    assert.equal(stored.readUInt32LE(20), 0x1000 | 0x400);
  });

  test('the link names the terminal while the agent runs', async (t) => {
    const folder = folderFor(t);
    const link = join(folder, 'link');
    const agent = await startAgent(program, ['--state', join(folder, 'state'), '--link', link]);
    assert.equal(readlinkSync(link), agent.path);
    assert.equal(await agent.stop(), 0);
    assert.equal(existsSync(link), false);
  });

  test('the device is the same after a restart, and another in another folder', async (t) => {
    const first = await start(t);
    const second = await start(t, '--model', 'OTHER');
    const identities = [await (await first.connect()).identify(), await (await second.connect()).identify()];
    assert.notEqual(identities[0]?.hardwareId, identities[1]?.hardwareId);
    assert.equal(identities[1]?.model, 'OTHER');
    await first.agent.stop();
    const again = await startAgent(program, ['--state', join(first.folder, 'state')]);
    t.after(() => again.stop());
    const device = agentDriver.connect(await serialPorts.open(again.path, agentDriver.line), { clock: realClock });
    assert.deepEqual(await device.identify(), identities[0]);
    await device.close();
  });

  test('paced, it is never faster than the wire; slow work is announced and reported', async (t) => {
    const { connect } = await start(t, '--baud', '9600', '--compute-ms', '250');
    const device = await connect();
    const begun = performance.now();
    await device.identify();
    // Ten bits a byte; the answer begins when the request has ended.
    const { bytesSent, bytesReceived } = device.tally();
    assert.ok(performance.now() - begun >= ((bytesSent + bytesReceived) * 10_000) / 9600 - 1);
    await device.makeKey(newKey);
    await device.prove(Buffer.alloc(32));
    assert.ok(device.tally().deviceMs >= 500, JSON.stringify(device.tally()));
    await device.close();
  });

  test('what one station left unsaid or unread does not disturb the next', async (t) => {
    const { agent, connect } = await start(t, '--baud', '115200');
    for (const rest of [encodeFrame('>', { seq: 7, body: 'hello' }), '>0007 hel', '>'.repeat(500)]) {
      const channel = await serialPorts.open(agent.path, agentDriver.line);
      await channel.write(Buffer.from(rest));
      await channel.close();
      const device = await connect();
      assert.equal((await device.identify()).protocol, 'agent/1');
      await device.close();
    }
  });

  test('no bytes from a port bring it down', async (t) => {
    const folder = folderFor(t);
    const agent = await startAgent(join(agentFolder, 'build/sanitized/agent'), ['--state', join(folder, 'state')]);
    t.after(() => agent.stop());
    const channel = await serialPorts.open(agent.path, agentDriver.line);
    const console = createConsole(channel);
    let seq = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.uint8Array({ maxLength: 600 }), fc.constant(Buffer.from('>0001 data cert 0 '))), {
          maxLength: 5,
        }),
        async (parts) => {
          seq += 1;
          await channel.write(Buffer.concat([...parts, Buffer.from('\n')]));
          const answer = new RegExp(`^<${seq.toString(16).toUpperCase().padStart(4, '0')} ok proto=1`);
          assert.match(await console.ask(encodeFrame('>', { seq, body: 'hello' }), answer), answer);
        },
      ),
      { numRuns: 100 },
    );
    await channel.close();
  });
}
