import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StationError } from '../../app/contract/errors.ts';
import type { ByteChannel } from '../../app/device/channel.ts';
import { encodeFrame, parseFrame } from '../../app/device/drivers/agent/frame.ts';
import { agentDriver } from '../../app/device/drivers/agent/index.ts';
import { driverNamed, drivers } from '../../app/device/drivers/index.ts';
import { createJumpingClock, newKey, sha256 } from './support.ts';

const hello =
  'ok proto=1 model=M hw=A fw=1 hwid=00 keys=P-256 chunk=162 window=1024 item=4096 key=1 cert=0 sealed=0 future=yes';

/** A device that answers each verb with a fixed body. */
function answering(bodies: Record<string, string>): ByteChannel {
  let tell = (_: Uint8Array) => {};
  return {
    async write(bytes) {
      const frame = parseFrame('>', Buffer.from(bytes).toString('latin1').trimEnd());
      assert.ok(frame && frame !== 'damaged');
      const body = { hello, ...bodies }[frame.body.split(' ')[0] ?? ''] ?? 'err command';
      queueMicrotask(() => tell(Buffer.from(encodeFrame('<', { seq: frame.seq, body }))));
    },
    onData(listener) {
      tell = listener;
      return () => {};
    },
    onClose: () => () => {},
    close: async () => {},
  };
}

const connect = (bodies: Record<string, string>) =>
  agentDriver.connect(answering(bodies), { clock: createJumpingClock() });
const codeOf = async (act: Promise<unknown>) => {
  const error = await act.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof StationError, String(error));
  return error.code;
};

test('drivers are found by name, and only by their own', () => {
  assert.equal(driverNamed('agent'), drivers.agent);
  assert.throws(() => driverNamed('toString'), { code: 'call.badParams' });
});

test('names the page does not know yet are ignored in hello', async () => {
  assert.equal((await connect({}).identify()).model, 'M');
});

test('another protocol version, and hello without what it must have, are told apart', async () => {
  assert.equal(await codeOf(connect({ hello: hello.replace('proto=1', 'proto=2') }).identify()), 'device.incompatible');
  assert.equal(await codeOf(connect({ hello: 'err command' }).identify()), 'device.incompatible');
  for (const missing of ['model=M', 'hw=A', 'fw=1', 'hwid=00', 'keys=P-256', 'chunk=162', 'window=1024', 'item=4096']) {
    assert.equal(await codeOf(connect({ hello: hello.replace(missing, '') }).identify()), 'device.badAnswer', missing);
  }
  for (const absurd of ['chunk=0', 'chunk=163', 'chunk=-1', 'chunk=1e2']) {
    assert.equal(
      await codeOf(connect({ hello: hello.replace('chunk=162', absurd) }).identify()),
      'device.badAnswer',
      absurd,
    );
  }
});

test('every refusal of the page has its code', async () => {
  const codes = {
    keyFailed: 'device.keyFailed',
    keyType: 'device.incompatible',
    sealed: 'device.sealed',
    storage: 'device.storageFull',
    refused: 'device.refused',
    novel: 'device.refused',
  };
  for (const [name, code] of Object.entries(codes))
    assert.equal(await codeOf(connect({ key: `err ${name} why%20so` }).makeKey(newKey)), code, name);
});

test('a refusal tells the engineer the command, the reason and the device’s words', async () => {
  const error = await connect({ key: 'err keyFailed no%20entropy' })
    .makeKey(newKey)
    .catch((reason: unknown) => reason);
  assert.ok(error instanceof StationError);
  assert.match(error.detail, /key.*no entropy|no entropy/);
  assert.deepEqual(error.data, { command: 'key', reason: 'keyFailed' });
});

test('a CSR that is not what its digest says is a bad answer', async () => {
  const csr = Buffer.from('not the CSR');
  const read = `ok ${csr.toString('base64')}`;
  const right = `ok len=${csr.length} sha256=${sha256(csr)} ms=1`;
  assert.deepEqual((await connect({ csr: right, read }).readCsr('x')).csrDer, csr);
  for (const wrong of [
    right.replace(/sha256=./, 'sha256=x'),
    right.replace('len=11', 'len=12'),
    right.replace('len=11', 'len=99999'),
    `ok len=11 sha256=${'0'.repeat(64)}`,
  ]) {
    assert.equal(await codeOf(connect({ csr: wrong, read }).readCsr('x')), 'device.badAnswer', wrong);
  }
  assert.equal(await codeOf(connect({ csr: right, read: 'ok @@@' }).readCsr('x')), 'device.badAnswer');
});

test('a device that never has what was sent is refused, not asked for ever', async () => {
  const what = { certificateDer: Buffer.alloc(200, 1), chainDer: [], rootCaDer: Buffer.alloc(0), config: {} };
  const device = connect({ stored: 'ok len=0', data: 'ok', commit: 'err digest' });
  assert.equal(await codeOf(device.install(what, () => {})), 'device.refused');
});
