/**
 * What breaks between the station and a Zephyr shell. After each fault a fresh conversation without one must end with the
 * same certificate on the device: no key is lost, and none is made twice.
 */
import assert from 'node:assert/strict';
import { generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { keyOfCertificate, parseCsr } from '../../app/ca/index.ts';
import { StationError } from '../../app/contract/errors.ts';
import type { ByteChannel } from '../../app/device/channel.ts';
import type { Device, Installation } from '../../app/device/driver.ts';
import { zephyrDriver } from '../../app/device/drivers/zephyr/index.ts';
import { makeCsr } from '../../app/practice/devices/csr.ts';
import { createRandom, type Fault } from '../../app/practice/devices/faults.ts';
import { createZephyrDevice } from '../../app/practice/devices/zephyr/device.ts';
import type { ZephyrFirmware } from '../../app/practice/devices/zephyr/machine.ts';
import { config, createJumpingClock, testCa } from './support.ts';

const traits = { model: 'X', hardwareRevision: 'A', firmware: '3.2.1', hardwareId: 'a1b2c3d4e5f60718' };
/** What a faulty line may honestly be called; anything else is a bug or a lie. */
const honest = ['link.lost', 'link.timeout', 'link.garbled', 'link.flooded', 'device.badAnswer', 'call.cancelled'];

type Tampering = {
  /** The power goes after so many bytes to the device, or from it. */
  cutAfterSent?: number;
  cutAfterReceived?: number;
  /** Chunks are cut and joined. */
  chunks?: () => number;
  change?: (sent: string) => string;
  inject?: () => Uint8Array | undefined;
};

function begin(t: TestContext, firmware: Partial<ZephyrFirmware>, seed = 1) {
  const clock = createJumpingClock();
  const unit = createZephyrDevice({ clock, traits, seed, baud: 0, computeMs: 1, firmware });
  t.after(() => unit.powerOff());
  let what: Installation | undefined;
  const tampered = (channel: ByteChannel, tampering: Tampering): ByteChannel => {
    const { cutAfterSent = Number.POSITIVE_INFINITY, cutAfterReceived = Number.POSITIVE_INFINITY } = tampering;
    let sent = 0;
    let received = 0;
    return {
      ...channel,
      async write(bytes) {
        const text = Buffer.from(bytes).toString('latin1');
        const changed = Buffer.from(tampering.change?.(text) ?? text, 'latin1');
        const part = changed.subarray(0, Math.max(0, cutAfterSent - sent));
        sent += changed.length;
        if (part.length > 0) await channel.write(part);
        if (sent >= cutAfterSent) unit.powerOff();
      },
      onData: (listener) =>
        channel.onData((bytes) => {
          const junk = tampering.inject?.();
          if (junk) listener(junk);
          const part = bytes.subarray(0, Math.max(0, cutAfterReceived - received));
          received += bytes.length;
          const size = tampering.chunks?.() ?? part.length;
          for (let at = 0; at < part.length; at += Math.max(1, size))
            listener(part.subarray(at, at + Math.max(1, size)));
          if (received >= cutAfterReceived) unit.powerOff();
        }),
    };
  };
  /** The line's work; the certificate on record is installed again, never another one. */
  const work = async (device: Device) => {
    await device.identify();
    await device.makeKey({ keyType: 'P-256', subject: 'SN-1', mayReplace: what === undefined });
    const { csrDer } = await device.readCsr('SN-1');
    const { spkiSha256 } = parseCsr(csrDer);
    what ??= installationFor(spkiOf(csrDer));
    assert.equal(spkiSha256, keyOfCertificate(what.certificateDer).spkiSha256, 'the key is the one it was');
    await device.install(what, () => {});
    const { items } = await device.readBack(what);
    assert.deepEqual(
      items.filter((item) => !item.same).map((item) => item.name),
      [],
    );
    const proof = await device.prove(randomBytes(32));
    assert.ok(proof.kind === 'freshCsr');
    assert.equal(parseCsr(proof.csrDer).spkiSha256, spkiSha256);
  };
  /** Looked into, the device holds these certificates, and one key, in its place. */
  const assertHolds = () => {
    assert.ok(what);
    const held = unit.holds();
    const { certificateDer, chainDer, rootCaDer } = what;
    assert.ok(oneOf(held.get('16842753,SERV'), pemsOf(certificateDer, ...chainDer), certificateDer));
    assert.ok(oneOf(held.get('16842753,CA'), pemsOf(rootCaDer), rootCaDer));
    assert.ok(held.get('16842753,key')?.equals(keyOfCertificate(certificateDer).spkiDer));
    assert.deepEqual([...held.keys()].sort(), ['16842753,CA', '16842753,PK_PSA', '16842753,SERV', '16842753,key']);
  };
  const attempt = async (fault: Fault, tampering: Tampering = {}) => {
    unit.fault = fault;
    const device = zephyrDriver.connect(tampered(unit.connect(), tampering), { clock });
    try {
      await work(device);
      assertHolds();
      return 'installed';
    } catch (error) {
      if (!(error instanceof StationError)) throw error;
      return error.code;
    } finally {
      await device.close();
    }
  };
  const mustRecover = async (context: string) => assert.equal(await attempt({}), 'installed', context);
  return { attempt, mustRecover, clock, unit };
}

/** A certificate like one by openssl but for its key, and so for its signature, which this device does not look at. */
let like: { what: Installation; spki: Buffer } | undefined;
function installationFor(spki: Buffer): Installation {
  like ??= template();
  const certificateDer = Buffer.from(like.what.certificateDer);
  assert.equal(spki.length, like.spki.length);
  spki.copy(certificateDer, certificateDer.indexOf(like.spki));
  return { ...like.what, certificateDer };
}
function template() {
  const csr = makeCsr(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey, 'SN-1');
  return { what: testCa().installation(csr, config), spki: spkiOf(csr) };
}
const p256 = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex');
const spkiOf = (csrDer: Uint8Array) => {
  const at = Buffer.from(csrDer).indexOf(p256);
  return Buffer.from(csrDer.subarray(at, at + p256.length + 65));
};

const pemsOf = (...ders: Uint8Array[]) => {
  const text = ders.map((der) => new X509Certificate(der).toString());
  return Buffer.from(`${text.join('')}\0`);
};
const oneOf = (held: Buffer | undefined, ...forms: Uint8Array[]) => forms.some((form) => held?.equals(form));

const both = [{ credBufferBytes: 4096 }, { credBufferBytes: 4096, bufLoad: false }];

test('power lost before and after each step, and answers that were lost', async (t) => {
  for (const firmware of both)
    for (const step of ['key', 'csr', 'data', 'del', 'commit', 'commit.root', 'commit.cert', 'list']) {
      for (const when of ['before', 'after'] as const) {
        const { attempt, mustRecover } = begin(t, firmware);
        const code = await attempt({ dieAt: { step, when } });
        if (step !== 'del' && !(step === 'data' && firmware.bufLoad !== false)) assert.equal(code, 'link.lost', step);
        await mustRecover(`${step} ${when}`);
      }
      const { attempt, mustRecover } = begin(t, firmware);
      assert.equal(await attempt({ loseAnswer: step }), 'installed', `the answer to ${step} is asked for again`);
      await mustRecover(step);
    }
});

test('the cable pulled after any number of bytes', async (t) => {
  for (const firmware of both)
    for (let at = 1; at < 3600; at += 61) {
      for (const where of ['cutAfterSent', 'cutAfterReceived'] as const) {
        const { attempt, mustRecover } = begin(t, firmware);
        const code = await attempt({}, { [where]: at });
        assert.ok(code === 'link.lost' || code === 'installed', `${where} ${at}: ${code}`);
        await mustRecover(`${where} ${at}`);
      }
    }
});

test('three hundred conversations over bad lines', async (t) => {
  let installed = 0;
  for (let seed = 1; seed <= 300; seed += 1) {
    const random = createRandom(seed);
    const some = (most: number) => (random() < 0.4 ? random() * most : 0);
    const fault: Fault = {
      drop: some(0.0008),
      corrupt: some(0.0008),
      duplicate: some(0.01),
      noise: Math.floor(some(4)),
      delayMs: some(400),
    };
    const firmware = { credBufferBytes: random() < 0.3 ? 1024 : 4096, bufLoad: random() < 0.5 };
    const { attempt, mustRecover } = begin(t, firmware, seed);
    const code = await attempt(fault, { chunks: () => 1 + Math.floor(random() * 40) });
    if (code === 'installed') installed += 1;
    else assert.ok(honest.includes(code), `seed ${seed}: ${code}`);
    await mustRecover(`seed ${seed}`);
  }
  assert.ok(installed > 150, `${installed} of 300 were installed all the same`);
});

test('a command that changed on the way is not carried out', async (t) => {
  for (const command of ['nrf_cloud_cred keygen', 'cred add']) {
    const { attempt, mustRecover } = begin(t, { credBufferBytes: 4096 });
    let changes = 0;
    const change = (sent: string) => {
      if (!sent.includes(command) || changes > 0) return sent;
      changes += 1;
      return sent.replace('16842753', '16842752');
    };
    assert.equal(await attempt({}, { change }), 'installed', command);
    assert.equal(changes, 1);
    // A key in that other tag would block this one permanently.
    await mustRecover(command);
  }
});

test('whatever is printed between, nothing hangs and nothing is believed', async (t) => {
  const hostile = [
    Buffer.from('é').subarray(0, 1),
    Buffer.alloc(6000, 'x'),
    Buffer.from('\x1b[1;31'),
    Buffer.from('\r\nuart:~$ '),
    Buffer.from('[00:00:01.000,000] <inf> app: Stored 48 bytes.\r\n'),
    Buffer.from('Credential buffer cleared.\r\n'),
  ];
  let installed = 0;
  for (let seed = 1; seed <= 60; seed += 1) {
    const random = createRandom(seed);
    const binary = () => Uint8Array.from({ length: Math.floor(random() * 60) }, () => Math.floor(random() * 256));
    const { attempt, mustRecover } = begin(t, { credBufferBytes: 4096 }, seed);
    let left = 10 + Math.floor(random() * 30);
    const inject = () => {
      left -= 1;
      if (left < 0 || random() < 0.5) return undefined;
      return random() < 0.5 ? binary() : hostile[Math.floor(random() * hostile.length)];
    };
    const code = await attempt({}, { inject });
    if (code === 'installed') installed += 1;
    else assert.ok(honest.includes(code), `seed ${seed}: ${code}`);
    await mustRecover(`seed ${seed}`);
  }
  assert.ok(installed > 30, `${installed} of 60 were installed all the same`);
});
