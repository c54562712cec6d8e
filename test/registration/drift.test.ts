import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { StationError } from '../../app/contract/errors.ts';
import type { DriftFinding } from '../../app/contract/model.ts';
import type { DriftPorts, RegistryInAws } from '../../app/registration/drift.ts';
import { checkDrift, createPatience } from '../../app/registration/index.ts';
import { bench, leapingClock } from './support.ts';

const idOf = (n: number) => n.toString(16).padStart(64, '0');
type Recorded = { unitSerial: string; inUse?: boolean; registered?: boolean; thingName?: string };

/** Records of these units; the unit n has the certificate n. */
const recordsOf = (units: Record<number, Recorded>): DriftPorts['records'] => {
  const all = Object.entries(units).map(([n, { inUse = true, registered = true, ...unit }]) => ({
    ...{ certificateId: idOf(Number(n)), inUse, registered, thingName: unit.unitSerial, ...unit },
  }));
  return {
    certificates: async (ids) => all.filter(({ certificateId }) => ids.includes(certificateId)),
    registered: async (after) =>
      all.filter((one) => one.registered && one.inUse && one.certificateId > after).slice(0, 2),
  };
};

/** A registry whose pages hold two certificates. */
const awsOf = (statuses: Record<number, string>, things: Record<number, string[]> = {}): RegistryInAws => {
  const all = Object.entries(statuses).map(([n, status]) => ({ certificateId: idOf(Number(n)), status }));
  return {
    async certificatesOf(_ca, marker = '0') {
      const from = Number(marker);
      return { certificates: all.slice(from, from + 2), next: from + 2 < all.length ? String(from + 2) : undefined };
    },
    statusOf: async () => undefined,
    thingsOf: async (id) => things[Number.parseInt(id, 16)] ?? [],
  };
};

async function findings(over: Partial<DriftPorts> & Pick<DriftPorts, 'aws' | 'records'>) {
  const found: DriftFinding[] = [];
  const clock = over.clock ?? leapingClock();
  await checkDrift({
    ...{ clock, caCertificateIds: ['ca'], things: false, onProgress: () => {} },
    calm: (act) => act(),
    onFinding: (finding) => void found.push(finding),
    ...over,
  });
  return found.map(({ kind, certificateId, unitSerial, found: said }) =>
    [kind, Number.parseInt(certificateId, 16), unitSerial, said].join(' '),
  );
}

suite('drift', () => {
  test('a certificate in no list of a CA is asked for by itself: one registered without its CA is no finding', async () => {
    const statuses: Record<number, string> = { 1: 'ACTIVE', 2: 'INACTIVE' };
    const aws: RegistryInAws = {
      ...awsOf({}, { 1: ['alone'] }),
      statusOf: async (id) => statuses[Number.parseInt(id, 16)],
    };
    const records = recordsOf({ 1: { unitSerial: 'alone' }, 2: { unitSerial: 'off' }, 3: { unitSerial: 'gone' } });
    const told = ['inactive 2 off INACTIVE', 'missing 3 gone not in AWS'];
    assert.deepEqual(await findings({ aws, records }), told);
    assert.deepEqual(await findings({ aws, records, things: true }), told);
  });

  test('each difference has its kind, and what agrees is no finding', async () => {
    const records = recordsOf({
      1: { unitSerial: 'fine' },
      2: { unitSerial: 'deactivated' },
      3: { unitSerial: 'revoked here', inUse: false },
      4: { unitSerial: 'in no batch', registered: false },
      5: { unitSerial: 'deleted there' },
      6: { unitSerial: 'told to AWS', inUse: false },
      7: { unitSerial: 'passed only', registered: false },
    });
    const aws = awsOf({ 1: 'ACTIVE', 2: 'INACTIVE', 3: 'ACTIVE', 4: 'ACTIVE', 6: 'REVOKED', 9: 'ACTIVE' });
    assert.deepEqual(await findings({ aws, records }), [
      'inactive 2 deactivated INACTIVE',
      'stillActive 3 revoked here ACTIVE',
      'notRecorded 4 in no batch ACTIVE',
      'unknown 9  ACTIVE',
      'missing 5 deleted there not in AWS',
    ]);
  });

  test('things are asked for only when they are wanted', async () => {
    const records = recordsOf({
      1: { unitSerial: 'A' },
      2: { unitSerial: 'B' },
      3: { unitSerial: 'C' },
      4: { unitSerial: 'D' },
    });
    const aws = awsOf({ 1: 'ACTIVE', 2: 'ACTIVE', 3: 'ACTIVE', 4: 'ACTIVE' }, { 1: ['A'], 3: ['X'], 4: ['D', 'Y'] });
    assert.deepEqual(await findings({ aws, records }), []);
    assert.deepEqual(await findings({ aws, records, things: true }), [
      'noThing 2 B no thing',
      'otherThing 3 C X',
      'otherThing 4 D D, Y',
    ]);
  });

  test('calls keep to the rate of the account', async () => {
    const clock = leapingClock();
    const records = recordsOf({});
    const aws = awsOf(Object.fromEntries(Array.from({ length: 40 }, (_, n) => [n + 1, 'ACTIVE'])));
    await findings({ aws, records, clock, callsPerSecond: 10 });
    assert.ok(clock.monotonicMs() >= 1900, `${clock.monotonicMs()} ms for 20 pages`);
  });

  test('it goes on when the network is back, and ends when it is stopped', async () => {
    const records = recordsOf({ 1: { unitSerial: 'A' } });
    const aws = awsOf({ 1: 'ACTIVE' });
    let failures = 3;
    const clock = leapingClock();
    const patience = createPatience(clock, undefined);
    const flaky: RegistryInAws = {
      ...aws,
      certificatesOf: async (...asked) => {
        if (failures-- > 0) throw new StationError('cloud.unreachable', 'away');
        return aws.certificatesOf(...asked);
      },
    };
    assert.deepEqual(
      await findings({ aws: flaky, records, clock, calm: (act) => patience.through(act, () => {}) }),
      [],
    );
    const stop = AbortSignal.abort();
    await assert.rejects(findings({ aws, records, signal: stop }), { code: 'call.cancelled' });
  });

  test('of a practice AWS: what a batch registered agrees, and what is changed there is found', async (t) => {
    const { go, cloud, members, store } = await bench(t, 3);
    await go();
    const records = recordsOf({});
    const ours = members.map(({ certificateId, unitSerial, thingName }) => ({
      ...{ certificateId, unitSerial, thingName, inUse: true, registered: true },
    }));
    records.certificates = async (ids) => ours.filter(({ certificateId }) => ids.includes(certificateId));
    records.registered = async (after) => (after === '' ? ours : []);
    const ask = async () => {
      const found: string[] = [];
      await checkDrift({
        ...{ aws: cloud.registry, records, clock: leapingClock(), caCertificateIds: store.batch.caCertificateIds },
        ...{ things: true, calm: (act) => act(), onProgress: () => {} },
        onFinding: ({ kind, unitSerial }) => void found.push(`${kind} ${unitSerial}`),
      });
      return found;
    };
    assert.deepEqual(await ask(), []);
    await cloud.revokeCertificate(members[1]!.certificateId);
    ours.pop();
    assert.deepEqual((await ask()).sort(), ['inactive SN-0002', 'unknown null']);
  });
});
