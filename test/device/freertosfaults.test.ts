/** Bad lines, cut cables and lost power under the FreeRTOS driver: the certificate that was issued, or an honest error. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, sign, X509Certificate } from 'node:crypto';
import { describe, test } from 'node:test';
import { StationError } from '../../app/contract/errors.ts';
import type { ByteChannel } from '../../app/device/channel.ts';
import type { Device, Installation } from '../../app/device/driver.ts';
import { partsOf } from '../../app/device/drivers/freertos/cli.ts';
import { freertosDriver } from '../../app/device/drivers/freertos/index.ts';
import {
  bitString,
  objectIdentifier,
  sequence,
  set,
  smallInteger,
  utf8String,
} from '../../app/practice/devices/der.ts';
import { createRandom, type Fault } from '../../app/practice/devices/faults.ts';
import { createFreertosDevice, type FreertosOptions } from '../../app/practice/devices/freertos/device.ts';
import { config, createJumpingClock, testCa } from './support.ts';

const traits = { model: 'B-U585I', hardwareRevision: 'C', firmware: '1.0', hardwareId: 'none' };
const ours = { ...config, thingName: config.unitSerial };
const signer = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
let issued = 0;

/** As `testCa` does, without a process each: there are a thousand of them. Every call makes another certificate. */
function installationFor(csrDer: Uint8Array): Installation {
  const parts = partsOf(Buffer.from(csrDer));
  assert.ok(parts?.verified);
  issued += 1;
  const ecdsa = sequence(objectIdentifier('1.2.840.10045.4.3.2'));
  const name = sequence(set(sequence(objectIdentifier('2.5.4.3'), utf8String(`Unit ${issued}`))));
  const time = (text: string) => Buffer.concat([Buffer.from([0x17, text.length]), Buffer.from(text)]);
  const validity = sequence(time('250101000000Z'), time('491231235959Z'));
  const tbs = sequence(smallInteger(1), ecdsa, name, validity, name, parts.spkiDer);
  const certificateDer = sequence(tbs, ecdsa, bitString(sign('sha256', tbs, signer)));
  return { ...authority, certificateDer, config: ours };
}
const authority = { chainDer: [Buffer.alloc(300)], rootCaDer: testCa().rootCaDer };

type Alter = (channel: ByteChannel) => ByteChannel;

/** A unit as the station sees it: one certificate, whatever happens to the line; each try has a connection of its own. */
function createUnit(options: Partial<FreertosOptions> = {}) {
  const clock = createJumpingClock();
  const firmware = createFreertosDevice({ clock, traits, baud: 0, ...options });
  let what: Installation | undefined;

  const attempt = async (act: (device: Device) => Promise<void>, alter: Alter = (channel) => channel) => {
    const device = freertosDriver.connect(alter(firmware.connect()), { clock });
    try {
      await act(device);
    } finally {
      await device.close();
    }
  };
  const life = async (device: Device) => {
    await device.identify();
    await device.makeKey({ keyType: 'P-256', subject: ours.unitSerial, mayReplace: what === undefined });
    const { csrDer } = await device.readCsr(ours.unitSerial);
    what ??= installationFor(csrDer);
    await device.install(what, () => {});
    const { items } = await device.readBack(what);
    assert.deepEqual(
      items.filter((item) => !item.same),
      [],
      'what was installed is read back',
    );
  };
  /** The code of the error it ended with, if it did. */
  const run = async (alter?: Alter): Promise<string | undefined> => {
    try {
      await attempt(life, alter);
      return undefined;
    } catch (thrown) {
      if (!(thrown instanceof StationError)) throw thrown;
      return thrown.code;
    }
  };
  /** What is really there, over a good line; `installed` is what the driver said. */
  const judge = async (installed: boolean) => {
    firmware.fault = {};
    await attempt(async (device) => {
      const proof = what && (await device.prove(Buffer.alloc(32)));
      if (!what || proof?.kind !== 'freshCsr') return assert.ok(!installed);
      const spki = new X509Certificate(what.certificateDer).publicKey.export({ type: 'spki', format: 'der' });
      assert.ok(
        Buffer.from(proof.csrDer).includes(spki),
        'the key that the certificate was issued for is never replaced',
      );
      const { items } = await device.readBack(what);
      if (installed) assert.ok(items.every((item) => item.same));
    });
  };
  return { firmware, clock, run, judge };
}

/** Chunks as a bad host delivers them: cut anywhere, joined, late, twice, never, with rubbish between. */
function shuffled(
  random: () => number,
  { lose = 0, twice = 0, rubbish = 0 },
  clock: ReturnType<typeof createJumpingClock>,
): Alter {
  const nasty = [
    Buffer.alloc(3000, 0x41),
    Buffer.from('\u00e9\u4e2d').subarray(0, 4),
    Buffer.from('\x1b[31m\x1b]0;title\x07\x1b[2J\x00\xff\r\r\n', 'latin1'),
    Buffer.from('\r\n> \r\n-----BEGIN CERTIFICATE-----\r\nSuccess: Certificate loaded\r\n'),
    Buffer.from([0xc3]),
  ];
  return (channel) => {
    const listeners = new Set<(bytes: Uint8Array) => void>();
    let waiting: Buffer = Buffer.alloc(0);
    let scheduled = false;
    const deliver = () => {
      scheduled = false;
      const all = waiting;
      waiting = Buffer.alloc(0);
      for (let at = 0; at < all.length; ) {
        const size = 1 + Math.floor(random() * 40);
        const piece = all.subarray(at, at + size);
        at += size;
        if (random() < lose) continue;
        const times = random() < twice ? 2 : 1;
        for (const listener of [...listeners]) {
          for (let time = 0; time < times; time += 1) listener(piece);
          if (random() < rubbish) listener(nasty[Math.floor(random() * nasty.length)] ?? piece);
        }
      }
    };
    channel.onData((bytes) => {
      waiting = Buffer.concat([waiting, bytes]);
      if (scheduled) return;
      scheduled = true;
      clock.after(random() * 12, deliver);
    });
    return {
      ...channel,
      onData(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    };
  };
}

const faults: readonly {
  name: string;
  runs: number;
  fault: Fault;
  line: { lose?: number; twice?: number; rubbish?: number };
}[] = [
  { name: 'a line that cuts and joins chunks', runs: 30, fault: { noise: 2 }, line: {} },
  { name: 'lost bytes', runs: 60, fault: { drop: 0.0008 }, line: {} },
  { name: 'changed bytes', runs: 60, fault: { corrupt: 0.0008, noise: 1 }, line: {} },
  { name: 'chunks that come twice', runs: 40, fault: { duplicate: 0.03 }, line: { twice: 0.005 } },
  { name: 'chunks that never come', runs: 40, fault: {}, line: { lose: 0.005 } },
  { name: 'rubbish between', runs: 40, fault: {}, line: { rubbish: 0.01 } },
  {
    name: 'all of it',
    runs: 60,
    fault: { drop: 0.0004, corrupt: 0.0004, duplicate: 0.01, noise: 2, delayMs: 30 },
    line: { lose: 0.001, twice: 0.001, rubbish: 0.002 },
  },
];

describe('the FreeRTOS driver on bad lines', { concurrency: 4 }, () => {
  for (const { name, runs, fault, line } of faults) {
    test(`${name}: ${runs} units end with their certificate, or in an honest error`, async () => {
      let installed = 0;
      for (let seed = 1; seed <= runs; seed += 1) {
        const unit = createUnit({ seed, selfPowered: seed % 2 === 0, blanksEnd: seed % 5 === 0 });
        const alter = shuffled(createRandom(seed), line, unit.clock);
        const errors: (string | undefined)[] = [];
        do {
          unit.firmware.fault = fault;
          errors.push(await unit.run(alter));
        } while (errors.at(-1) !== undefined && errors.length < 8);
        const codes = errors.filter((code) => code !== undefined);
        for (const code of codes)
          assert.match(code, /^(link\.(garbled|timeout|flooded)|device\.(refused|keyUnknown))$/, `seed ${seed}`);
        const passed = errors.at(-1) === undefined;
        if (passed) installed += 1;
        await unit.judge(passed);
        assert.equal(await unit.run(), undefined, `seed ${seed}: on a good line it goes on to the end`);
        await unit.judge(true);
        unit.firmware.powerOff();
      }
      assert.ok(installed >= runs * 0.9, `${installed} of ${runs} were installed`);
    });
  }

  for (const step of ['set', 'commit.config', 'key', 'csr', 'commit.cert', 'commit.root']) {
    for (const when of ['before', 'after'] as const) {
      test(`power lost ${when} ${step}: a lost link, then the unit goes on with the same certificate`, async () => {
        const unit = createUnit();
        unit.firmware.fault = { dieAt: { step, when } };
        assert.equal(await unit.run(), 'link.lost');
        assert.equal(await unit.run(), undefined);
        await unit.judge(true);
      });
    }
  }

  for (const selfPowered of [false, true]) {
    for (const way of ['sent', 'received'] as const) {
      const power = selfPowered ? 'a device that stays powered' : 'a device that it powers';
      test(`the cable of ${power} is cut after any number of bytes ${way}`, async () => {
        let cuts = 0;
        const most = way === 'sent' ? 31 : 83;
        for (let bytes = 0, whole = false; !whole; bytes += 1 + (bytes % most)) {
          const unit = createUnit({ selfPowered, computeMs: 0 });
          const error = await unit.run(cutAfter(bytes, way));
          if (error === undefined) whole = true;
          else assert.equal(error, 'link.lost', `after ${bytes}`);
          cuts += 1;
          assert.equal(await unit.run(), undefined, `after ${bytes}`);
          await unit.judge(true);
          unit.firmware.powerOff();
        }
        assert.ok(cuts > 100, `${cuts} cuts`);
      });
    }
  }
});

function cutAfter(limit: number, way: 'sent' | 'received'): Alter {
  return (channel) => {
    let count = 0;
    const add = (bytes: Uint8Array) => {
      count += bytes.length;
      return count > limit;
    };
    return {
      ...channel,
      async write(bytes) {
        if (way === 'received') return channel.write(bytes);
        const left = Math.max(0, limit - count);
        const cut = add(bytes);
        await channel.write(cut ? bytes.subarray(0, left) : bytes);
        if (cut) await channel.close();
      },
      onData: (listener) =>
        channel.onData((bytes) => {
          if (way === 'received' && add(bytes)) void channel.close();
          else listener(bytes);
        }),
    };
  };
}
