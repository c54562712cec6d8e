/** The practice line: every kind of firmware with every fault a person can choose, and what each ends in. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { ErrorCode } from '../../app/contract/index.ts';
import { createPracticeBench, faultNames, simulated } from '../../app/practice/devices/index.ts';
import { type Bed, makeBed, slotWhen } from './support.ts';

type Fault = (typeof faultNames)[number];
type End = ErrorCode | 'PASS';

/** On a bad line a protocol with checksums gets through; a console says its commands again and may give up. */
const badLine: End[] = ['PASS', 'link.garbled', 'link.timeout', 'device.badAnswer', 'device.refused'];

const ends: Record<Fault, End[]> = {
  corruptBytes: badLine,
  dropBytes: badLine,
  noisy: ['PASS'],
  silent: ['link.timeout'],
  flooding: ['link.flooded'],
  keyFails: ['device.keyFailed'],
  weakKey: ['csr.unsupportedKey', 'csr.weakKey'],
  duplicateKey: ['PASS'],
  storageFull: ['device.storageFull'],
  dieDuringInstall: ['link.lost'],
  badProof: ['verify.proofFailed'],
  wrongLabel: ['unit.labelMismatch'],
  // Troubles of the network. The line does not meet them.
  noServerName: ['PASS'],
  clockBehind: ['PASS'],
  clockAhead: ['PASS'],
  wrongCa: ['PASS'],
  wrongRoot: ['PASS'],
  revoked: ['PASS'],
};
/** The key or the certificate is spoiled for good: such a unit does not pass by being tried again. */
const forGood: readonly Fault[] = ['weakKey', 'duplicateKey', 'badProof'];

describe('the practice line', { concurrency: true }, () => {
  for (const driver of Object.keys(simulated)) every(driver);
});

function every(driver: string): void {
  describe(`practice units that speak ${driver}`, { concurrency: false }, () => {
    let bed: Bed;
    before(async () => {
      bed = await makeBed(1, { driverOf: () => driver, seed: 7 });
    });
    after(() => bed?.close());

    const attempt = async (label: string) => {
      await slotWhen(bed.operator, 1, 'SCAN', 'FAIL');
      await bed.operator.call('bench.scan', { text: label });
      return slotWhen(bed.operator, 1, 'PASS', 'FAIL', 'CHECK_STATION');
    };

    for (const fault of faultNames) {
      test(`${fault}: ${ends[fault].join(' or ')}`, { timeout: 120_000 }, async (t) => {
        const { bench } = bed;
        if (!bench.snapshot()[0]?.faults.includes(fault)) {
          assert.throws(() => bench.setFault(1, fault), { code: 'call.badParams' });
          return t.diagnostic('cannot happen to this firmware');
        }
        const device = bench.plug(1);
        bench.setFault(1, fault);
        const result = await attempt(device.label);
        const end = result.error?.code ?? 'PASS';
        assert.ok(ends[fault].includes(end), JSON.stringify(result.error));
        if (end !== 'PASS' && !forGood.includes(fault)) {
          bench.setFault(1, null);
          if (!bench.snapshot()[0]?.device) bench.plug(1, device);
          const again = await attempt(device.label);
          assert.equal(again.state, 'PASS', JSON.stringify(again.error));
        }
        bench.unplug(1);
        await slotWhen(bed.operator, 1, 'EMPTY');
      });
    }

    test('dead while it is installed, and plugged in after the station was started again: the same certificate', async () => {
      const { bench, station } = bed;
      const device = bench.plug(1);
      bench.setFault(1, 'dieDuringInstall');
      const pulled = await attempt(device.label);
      assert.equal(pulled.error?.code, 'link.lost');
      bench.setFault(1, null);
      const before = await bed.operator.call('units.show', { unitSerial: device.label });
      await bed.close();
      bed = await makeBed(1, { dir: station.parts.dir, bench });
      bench.plug(1, device);
      const passed = await attempt(device.label);
      assert.equal(passed.state, 'PASS', JSON.stringify(passed.error));
      const { certificates, journal } = await bed.operator.call('units.show', { unitSerial: device.label });
      assert.equal(certificates.length, 1, 'nothing was signed twice');
      assert.equal(passed.certificateId, before.certificates[0]?.certificateId);
      const issued = journal.filter(({ entry, step }) => entry === 'step.done' && step === 'issue');
      assert.deepEqual(
        issued.map(({ data }) => data.reused),
        [false, true],
      );
    });
  });
}

test('a bench has devices of the protocol each slot is set to, told apart by their chips', async () => {
  const clock = { now: () => new Date(), monotonicMs: () => 0, after: () => () => {} };
  const kinds = Object.keys(simulated);
  const bench = createPracticeBench({ slots: kinds.length, clock, driverOf: (slot) => kinds[slot - 1] ?? '' });
  const models = kinds.map((_, at) => bench.plug(at + 1).model);
  assert.deepEqual(models.slice(0, 2), ['BM-PRACTICE', 'nRF9151-LACA']);
  assert.equal(new Set(models).size, kinds.length);
  const other = createPracticeBench({ slots: 1, clock, driverOf: () => 'telepathy' });
  assert.throws(() => other.plug(1), { code: 'call.badParams' });
});
