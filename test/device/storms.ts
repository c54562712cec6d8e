import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { keyOfCertificate, parseCsr } from '../../app/ca/index.ts';
import { StationError } from '../../app/contract/errors.ts';
import type { ByteChannel } from '../../app/device/channel.ts';
import type { Device, Driver, DriverSettings, Installation } from '../../app/device/driver.ts';
import { judgeProof, newNonce } from '../../app/line/steps/proof.ts';
import { createRandom, type Fault } from '../../app/practice/devices/faults.ts';
import type { PracticeDevice } from '../../app/practice/devices/power.ts';
import { issue, testCa } from '../ca/support.ts';
import type { createJumpingClock } from './support.ts';

/** What a station has on record of one unit. */
export type Records = {
  csr?: { csrDer: Uint8Array; keyMark?: string };
  installation?: Installation;
};

export type Storm = {
  driver: Driver;
  settings?: DriverSettings;
  device: PracticeDevice;
  clock: ReturnType<typeof createJumpingClock>;
  /** Throws where the device, looked into, does not hold what was installed. */
  assertHolds: (installation: Installation) => void;
};

const unitSerial = 'UNIT-0007';
const config = { endpoint: 'example.invalid', thingName: unitSerial, unitSerial };

/** What the line does with a unit, without the line: the same order, the same rules. */
export async function provision(device: Device, records: Records): Promise<void> {
  await device.identify();
  const { keyMark } = await device.makeKey({
    keyType: 'P-256',
    subject: unitSerial,
    ...(records.csr ? { known: records.csr } : {}),
    mayReplace: records.installation === undefined,
  });
  const { csrDer } = await device.readCsr(unitSerial);
  const { spkiSha256 } = parseCsr(csrDer);
  records.csr = { csrDer, ...(keyMark === undefined ? {} : { keyMark }) };
  const known = records.installation?.certificateDer;
  if (known && keyOfCertificate(known).spkiSha256 !== spkiSha256)
    throw new StationError('policy.unitHasCertificate', 'another key than the certificate on record');
  const ca = await testCa();
  records.installation ??= {
    certificateDer: (await issue(csrDer, unitSerial, ca)).certificateDer,
    chainDer: [ca.hierarchy.issuing.certificateDer],
    rootCaDer: ca.hierarchy.root.certificateDer,
    config,
  };
  await device.install(records.installation, () => {});
  const { items } = await device.readBack(records.installation);
  const different = items.filter((item) => !item.same).map((item) => item.name);
  if (different.length > 0 || !items.some((item) => item.name === 'certificate'))
    throw new StationError('verify.readBackMismatch', different.join());
  const nonce = newNonce();
  judgeProof({
    proof: await device.prove(nonce),
    nonce,
    certificateDer: records.installation.certificateDer,
    keyMark,
  });
  await device.seal();
}

/** One attempt over a fresh connection; the code of what went wrong, or `installed`. */
export async function attempt(storm: Storm, records: Records, wrap = (channel: ByteChannel) => channel) {
  const { driver, device, clock, settings, assertHolds } = storm;
  const channel = wrap(device.connect());
  const open = driver.connect(channel, { clock, ...(settings ? { settings } : {}) });
  try {
    await provision(open, records);
    assert.ok(records.installation);
    assertHolds(records.installation);
    return 'installed' as const;
  } catch (error) {
    if (error instanceof StationError) return error.code;
    throw error;
  } finally {
    await open.close();
  }
}

/** Closes the channel when so many bytes have passed in one direction: a cable pulled in the middle of a line. */
const pulledAfter =
  (bytes: number, direction: 'up' | 'down') =>
  (channel: ByteChannel): ByteChannel => {
    let left = bytes;
    return {
      ...channel,
      async write(piece) {
        if (direction === 'down') return channel.write(piece);
        const passes = piece.subarray(0, Math.max(0, left));
        left -= piece.length;
        if (passes.length > 0) await channel.write(passes);
        if (left < 0) await channel.close();
      },
      onData: (listener) =>
        channel.onData((piece) => {
          if (direction === 'up') return listener(piece);
          const passes = piece.subarray(0, Math.max(0, left));
          left -= piece.length;
          if (passes.length > 0) listener(passes);
          if (left < 0) void channel.close();
        }),
    };
  };

/** Cuts what arrives into pieces, or holds it back and delivers it together with what comes next. */
const recut =
  (random: () => number, clock: Storm['clock']) =>
  (channel: ByteChannel): ByteChannel => ({
    ...channel,
    onData(listener) {
      let held = Buffer.alloc(0);
      const pass = () => {
        const bytes = held;
        held = Buffer.alloc(0);
        for (let at = 0; at < bytes.length; ) {
          const end = at + 1 + Math.floor(random() * 40);
          listener(bytes.subarray(at, end));
          at = end;
        }
      };
      return channel.onData((bytes) => {
        held = Buffer.concat([held, bytes]);
        if (random() < 0.6) pass();
        else clock.after(3, pass);
      });
    },
  });

/**
 * A seeded run: three attempts in bad conditions, then one over a good cable with a healthy device. `steps` are where the
 * device may die and which answers may get lost. Returns what each attempt came to; asserts that no certificate is ever
 * replaced by another, and that no result says "installed" of a device that does not hold it.
 */
export async function runStorm(storm: Storm, seed: number, steps: readonly string[]): Promise<string[]> {
  const random = createRandom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const records: Records = {};
  const outcomes: string[] = [];
  let certificate: string | undefined;
  for (let round = 0; round < 3; round += 1) {
    const faults: Fault[] = [
      { drop: 0.0004 },
      { corrupt: 0.0006 },
      { duplicate: 0.08 },
      { noise: 2 },
      { delayMs: 200, noise: 1 },
      { corrupt: 0.0003, drop: 0.0002, duplicate: 0.03, noise: 1 },
      { dieAt: { step: pick(steps), when: pick(['before', 'after'] as const) } },
      { loseAnswer: pick(steps) },
      {},
    ];
    storm.device.fault = pick(faults);
    const wraps = [
      (channel: ByteChannel) => channel,
      recut(random, storm.clock),
      pulledAfter(Math.floor(random() * 6000), pick(['up', 'down'] as const)),
    ];
    outcomes.push(await attempt(storm, records, pick(wraps)));
    const now = records.installation && sha256(records.installation.certificateDer);
    assert.equal(now, certificate ?? now, 'the certificate stays the same');
    certificate = now;
  }
  storm.device.fault = {};
  outcomes.push(await attempt(storm, records));
  if (certificate !== undefined && records.installation)
    assert.equal(sha256(records.installation.certificateDer), certificate);
  return outcomes;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
