/** A token that is pulled, locked, slow or hung while a CA's key in it is in use. */
// By itself: the module of a token reads its environment in the process.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { renameSync } from 'node:fs';
import { describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { CaKey } from '../../app/ca/index.ts';
import { importKey, readKey } from '../../app/ca/keys/publickey.ts';
import { verifies } from '../../app/ca/x509/algorithm.ts';
import type { StationError } from '../../app/contract/errors.ts';
import { refuses } from '../records/support.ts';
import { becomes, makeHsm, pin, whyNoTokens } from './hsm.ts';

const quick = { lookMs: 20, lookForAbsentMs: 10 };
const data = new TextEncoder().encode('to be signed');
const algorithm = 'ecdsa-with-SHA256';
const isSignedBy = (key: CaKey, signature: Uint8Array) =>
  verifies(algorithm, data, importKey(readKey(key.spkiDer)), signature);

const missing = whyNoTokens();
if (missing) test('a token that is pulled', (t) => t.skip(missing));
else describe('a token that is pulled', () => testPulling());

function testPulling(): void {
  const hsm = makeHsm();
  const tokens = hsm.open(quick);

  async function makeKeyIn(label: string, { of = tokens, module = hsm.moody } = {}) {
    hsm.setMode('');
    hsm.addToken(label);
    const token = (await of.list(module)).find((one) => one.label === label);
    return of.makeKey({ module, tokenSerial: token!.serial, pin, keyType: 'P-256', label });
  }

  for (const mode of ['pulled', 'blind'] as const) {
    test(`${mode}: a signature is refused at once, and works again when it is back`, async () => {
      const { custody, key } = await makeKeyIn(`sign ${mode}`);
      const other = await tokens.open(custody, pin);
      hsm.setMode(mode);
      await assert.rejects(key.sign(algorithm, data), refuses('ca.tokenAbsent'));
      assert.equal(key.state(), 'absent');
      await becomes(other, 'absent');
      assert.equal(await tokens.state(custody), 'absent');
      await assert.rejects(tokens.open(custody, pin), refuses('ca.tokenAbsent'));
      const before = hsm.logins();
      hsm.setMode('');
      await Promise.all([becomes(key, 'ready'), becomes(other, 'ready')]);
      assert.equal(hsm.logins(), before + 1, 'the PIN was used once');
      for (const one of [key, other]) assert.ok(isSignedBy(key, await one.sign(algorithm, data)));
      key.close();
      other.close();
    });
  }

  test('it is noticed without a signature', async () => {
    const { key } = await makeKeyIn('idle');
    hsm.setMode('pulled');
    await becomes(key, 'absent');
    hsm.setMode('');
    await becomes(key, 'ready');
    key.close();
  });

  test('SoftHSM itself, its tokens moved away and back', async () => {
    const { key } = await makeKeyIn('moved', { module: hsm.softhsm });
    renameSync(hsm.tokenFolder, `${hsm.tokenFolder}-away`);
    await becomes(key, 'absent');
    renameSync(`${hsm.tokenFolder}-away`, hsm.tokenFolder);
    await becomes(key, 'ready');
    assert.ok(isSignedBy(key, await key.sign(algorithm, data)));
    key.close();
  });

  test('a PIN that is refused when it is back is not tried again', async () => {
    const { custody, key } = await makeKeyIn('changed');
    // SoftHSM reads the changes of another process only when it is initialised again.
    hsm.setMode('blind');
    await becomes(key, 'absent');
    assert.equal(hsm.tool('changed', '--change-pin', '--new-pin', '24680-new').status, 0);
    const before = hsm.logins();
    hsm.setMode('');
    await becomes(key, 'closed');
    await assert.rejects(key.sign(algorithm, data), refuses('ca.locked'));
    await assert.rejects(tokens.open(custody, pin), refuses('ca.wrongPin', { pin: 'finalTry' }));
    assert.equal(hsm.logins(), before + 2, 'one try by itself, one by a person');
    const opened = await tokens.open(custody, '24680-new');
    assert.ok(isSignedBy(key, await opened.sign(algorithm, data)));
    opened.close();
  });

  test('a signature that takes its time holds nobody up', async () => {
    const { key } = await makeKeyIn('slow');
    hsm.setMode('slow');
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    const signature = await key.sign(algorithm, data);
    clearInterval(timer);
    // The token slept for 80 ms; on this thread, not one turn would have passed.
    assert.ok(turns >= 5, `${turns} turns`);
    assert.ok(isSignedBy(key, signature));
    hsm.setMode('');
    key.close();
  });

  test('signatures asked for at once are given in turn', async () => {
    const { key } = await makeKeyIn('many');
    const signatures = await Promise.all(Array.from({ length: 32 }, () => key.sign(algorithm, data)));
    assert.ok(signatures.every((signature) => isSignedBy(key, signature)));
    key.close();
  });

  test('a module that hangs is given up, and used again once it has let go', async () => {
    const own = hsm.open({ ...quick, askMs: 300 });
    const { custody, key } = await makeKeyIn('hung', { of: own });
    const closed = becomes(key, 'closed');
    hsm.setMode('hang');
    const [first, second] = await Promise.allSettled([key.sign(algorithm, data), key.sign(algorithm, data)]);
    for (const { status } of [first, second]) assert.equal(status, 'rejected');
    assert.deepEqual([codeOf(first), codeOf(second)], ['ca.tokenFailed', 'ca.tokenFailed']);
    await closed;
    await assert.rejects(own.open(custody, pin), refuses('ca.tokenFailed'), 'no second thread waits behind it');
    hsm.setMode('');
    let opened: CaKey | undefined;
    while (opened === undefined) opened = await own.open(custody, pin).catch(() => wait(10, undefined));
    assert.ok(isSignedBy(key, await opened.sign(algorithm, data)));
    await own.close();
    assert.equal(opened.state(), 'closed');
    await assert.rejects(own.list(hsm.moody), refuses('ca.tokenFailed'));
  });

  test('a process ends although a module hangs', async (t) => {
    const { custody, key } = await makeKeyIn('ending');
    key.close();
    const program = new URL('./hanging.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, [program, JSON.stringify(custody)], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ...hsm.environment },
    });
    t.after(() => child.kill('SIGKILL'));
    child.stdin.end(pin);
    child.stdout.setEncoding('utf8');
    let said = '';
    child.stdout.on('data', (text: string) => {
      said += text;
      if (said === 'open\n') hsm.setMode('hang');
    });
    const [code, signal] = await once(child, 'exit');
    assert.deepEqual([said, code, signal], ['open\nca.tokenFailed\nclosed\n', null, 'SIGKILL']);
    hsm.setMode('');
  });

  test('a PIN is counted down to locked, and is then not tried at all', async () => {
    const { custody, key } = await makeKeyIn('locked');
    key.close();
    for (const left of ['countLow', 'finalTry', 'locked'])
      await assert.rejects(tokens.open(custody, 'wrong-pin'), refuses('ca.wrongPin', { pin: left }));
    const before = hsm.logins();
    await assert.rejects(tokens.open(custody, pin), refuses('ca.pinLocked'));
    assert.equal(hsm.logins(), before);
    assert.equal(await tokens.state(custody), 'locked');
  });
}

const codeOf = (settled: PromiseSettledResult<unknown>) =>
  settled.status === 'rejected' ? (settled.reason as StationError).code : 'fulfilled';
