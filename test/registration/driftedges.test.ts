/** The comparison with AWS at its edges: many CAs, the pace of its calls, what it counts, and where it stops. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { checkDrift, type DriftPorts } from '../../app/registration/drift.ts';
import { leapingClock, listeningClock } from './support.ts';

const idOf = (n: number) => n.toString(16).padStart(64, '0');
const seenBy: DriftPorts['records'] = {
  certificates: async (ids) =>
    ids.map((certificateId) => ({ certificateId, unitSerial: 'SN', inUse: true, registered: true })),
  registered: async () => [],
};

/** CAs, each with its pages; a page is a list of certificates. */
function registry(pages: Record<string, number[][]>) {
  const asked: string[] = [];
  const aws: DriftPorts['aws'] = {
    async certificatesOf(ca, marker) {
      asked.push(`${ca} ${marker ?? 'first'}`);
      const at = Number(marker ?? 0);
      const next = at + 1 < (pages[ca]?.length ?? 0) ? String(at + 1) : undefined;
      return { certificates: (pages[ca]?.[at] ?? []).map((n) => ({ certificateId: idOf(n), status: 'ACTIVE' })), next };
    },
    statusOf: async () => undefined,
    async thingsOf(id) {
      asked.push(`things ${Number.parseInt(id, 16)}`);
      return ['SN'];
    },
  };
  return { aws, asked };
}

/** Units that are on record, two at a time; their things are named `SN`. */
function recorded(...units: number[]): DriftPorts['records'] {
  const all = units.map((n) => ({ certificateId: idOf(n), unitSerial: 'SN', thingName: 'SN' as string | null }));
  return {
    ...seenBy,
    registered: async (after) => all.filter(({ certificateId }) => certificateId > after).slice(0, 2),
  };
}

const check = async (over: Partial<DriftPorts> & Pick<DriftPorts, 'aws'>) => {
  const progress: [number, number][] = [];
  const found: string[] = [];
  await checkDrift({
    ...{ records: seenBy, clock: leapingClock(), caCertificateIds: ['ca'], things: false, calm: (act) => act() },
    onFinding: ({ kind }) => void found.push(kind),
    onProgress: ({ certificates, units }) => void progress.push([certificates, units]),
    ...over,
  });
  return { progress, found };
};

suite('drift', () => {
  test('looks through each CA from its first page to its last', async () => {
    const { aws, asked } = registry({ one: [[1], [2]], none: [], two: [[3]] });
    await check({ aws, caCertificateIds: ['one', 'none', 'two'] });
    assert.deepEqual(asked, ['one first', 'one 1', 'none first', 'two first']);
    const nothing = registry({});
    assert.deepEqual(await check({ aws: nothing.aws, caCertificateIds: [] }), { progress: [], found: [] });
    assert.deepEqual(nothing.asked, []);
  });

  test('says of each certificate just one thing, by its use, its batch and its state', async () => {
    const kindOf = async (inUse: boolean, registered: boolean, status: string) => {
      const aws: DriftPorts['aws'] = {
        certificatesOf: async () => ({ certificates: [{ certificateId: idOf(1), status }] }),
        statusOf: async () => undefined,
        thingsOf: async () => [],
      };
      const known = [{ certificateId: idOf(1), unitSerial: 'SN', inUse, registered }];
      return (await check({ aws, records: { ...seenBy, certificates: async () => known } })).found.join();
    };
    const [yes, no] = [true, false];
    assert.deepEqual([await kindOf(yes, yes, 'ACTIVE'), await kindOf(yes, yes, 'INACTIVE')], ['', 'inactive']);
    assert.deepEqual(
      [await kindOf(yes, no, 'ACTIVE'), await kindOf(yes, no, 'INACTIVE')],
      Array(2).fill('notRecorded'),
    );
    assert.deepEqual([await kindOf(no, yes, 'ACTIVE'), await kindOf(no, yes, 'REVOKED')], ['stillActive', '']);
    assert.deepEqual([await kindOf(no, no, 'ACTIVE'), await kindOf(no, no, 'INACTIVE')], ['stillActive', '']);
  });

  test('counts each page once it is compared, then the units', async () => {
    const { aws } = registry({ ca: [[1, 2, 3], [], [4]] });
    const { progress } = await check({ aws, records: recorded(1, 2, 3) });
    assert.deepEqual(progress, [
      [3, 0],
      [3, 0],
      [4, 0],
      [4, 2],
      [4, 3],
    ]);
  });

  test('knows a certificate of any page when the records name it later', async () => {
    const { aws } = registry({ ca: [[1], [3]], other: [[4]] });
    const { found } = await check({ aws, caCertificateIds: ['ca', 'other'], records: recorded(1, 2, 3, 4) });
    assert.deepEqual(found, ['missing']);
  });

  test('asks ten times a second where the account says nothing, never for what is not wanted', async () => {
    const { clock, waits } = listeningClock();
    const { aws, asked } = registry({ ca: [[1, 2], [3]] });
    await check({ aws, clock, records: recorded(1, 2, 3) });
    assert.deepEqual(asked, ['ca first', 'ca 1']);
    assert.deepEqual(waits, [100]);
    await check({ aws, clock, records: recorded(1, 2, 3), things: true, callsPerSecond: 4 });
    assert.deepEqual(asked.slice(2), ['ca first', 'ca 1', 'things 1', 'things 2', 'things 3']);
    assert.deepEqual(waits.slice(1), [250, 250, 250, 250]);
    await check({ aws, clock, callsPerSecond: 2000 });
    assert.deepEqual(waits.slice(5), [0.5]);
  });

  test('waits no longer than the rate asks for, and makes up for no time that passed unused', async () => {
    let nowMs = 0;
    const waits: number[] = [];
    const after = (ms: number, fire: () => void) => {
      waits.push(ms);
      nowMs += ms;
      setImmediate(fire);
      return () => {};
    };
    const { aws } = registry({ ca: [[1], [2], [3], [4]] });
    const slow: DriftPorts['aws'] = {
      ...aws,
      async certificatesOf(...asked) {
        // A call may take 60 ms, or be as slow as the rate, or slower.
        nowMs += [60, 100, 150, 0][Number(asked[1] ?? 0)]!;
        return aws.certificatesOf(...asked);
      },
    };
    await check({ aws: slow, clock: { now: () => new Date(nowMs), monotonicMs: () => nowMs, after } });
    assert.deepEqual(waits, [40]);
  });

  test('a unit whose thing has any name is found only when there is more than one', async () => {
    const records = recorded(1);
    const unnamed: DriftPorts['records'] = {
      ...records,
      registered: async (after) => (await records.registered(after)).map((unit) => ({ ...unit, thingName: null })),
    };
    const { aws } = registry({ ca: [[1]] });
    const withThings = async (...things: string[]) =>
      (await check({ aws: { ...aws, thingsOf: async () => things }, records: unnamed, things: true })).found;
    assert.deepEqual(await withThings('X'), []);
    assert.deepEqual(await withThings('X', 'Y'), ['otherThing']);
    assert.deepEqual(await withThings(), ['noThing']);
  });

  test('ends at once when it is stopped, also where only records are read', async () => {
    const stop = new AbortController();
    const pages: string[] = [];
    const records: DriftPorts['records'] = {
      ...seenBy,
      registered: async (after) => {
        pages.push(after);
        if (pages.length === 2) stop.abort();
        const n = pages.length;
        return n > 5 ? [] : [{ certificateId: idOf(n), unitSerial: 'SN', thingName: null }];
      },
    };
    const { aws } = registry({ ca: [[1]] });
    await assert.rejects(check({ aws, records, signal: stop.signal }), { code: 'call.cancelled' });
    assert.deepEqual(pages, ['', idOf(1)]);
  });
});
