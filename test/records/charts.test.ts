/** Yield and throughput: what is counted as it happens is what the journal says, and quantiles are as exact as promised. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FailureKey } from '../../app/contract/charts.ts';
import { createRandom } from '../../app/practice/devices/faults.ts';
import { chartsOf } from '../../app/records/index.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { type Bed, derOf, keyOf, lintedTbs, makeBed, sha256, start } from './support.ts';

const hour = 3_600_000;
const firstHour = Date.parse('2026-11-21T08:00:00.000Z');
const edges = Array.from({ length: 13 }, (_, index) => new Date(firstHour + index * hour).toISOString());
const codes = ['link.timeout', 'csr.weakKey', 'verify.readBackMismatch'] as const;

async function certify({ ledger, issuerId }: Bed, unitSerial: string, attempt: number): Promise<void> {
  const spkiSha256 = keyOf(unitSerial);
  await ledger.recordCsr({ unitSerial, attempt, csrDer: Uint8Array.of(1), spkiSha256 });
  await ledger.recordDecision({ unitSerial, attempt, notes: [], actor: 'olga' });
  const { serialHex } = await ledger.reserve(lintedTbs(issuerId, { spkiSha256 }), {
    unitSerial,
    attempt,
    actor: 'olga',
  });
  const der = derOf(serialHex);
  await ledger.recordIssued({ serialHex, der, certificateId: sha256(der) });
}

/** Ninety attempts on 25 units of two orders within twelve hours. The same seed gives the same ones. */
async function work(bed: Bed, seed: number): Promise<void> {
  const random = createRandom(seed);
  const below = (n: number) => Math.floor(random() * n);
  const { ledger, clock } = bed;
  await ledger.makeOrder({
    orderId: 'WO-2',
    model: 'BM-2',
    quantity: 99,
    profile: 'aws-iot-device',
    activate: false,
    actor: 'x',
  });
  const passed = new Set<string>();
  for (let index = 0; index < 90; index++) {
    clock.advance(below(15) * 60_000);
    const number = below(25);
    const unitSerial = `SN-${number}`;
    if (passed.has(unitSerial)) continue;
    const recipe = { name: 'sensor', version: 1 + below(2), hash: 'h' };
    const begun = { ...start(unitSerial, number % 2 === 0 ? 'WO-1' : 'WO-2'), slotId: 1 + below(3), recipe };
    const { attempt } = await ledger.startAttempt(begun);
    const device = { hardwareId: unitSerial, model: '', firmware: `1.${below(2)}`, hardwareRevision: '' };
    await ledger.recordDevice({ unitSerial, attempt, ...device });
    const sealed = { unitSerial, attempt, entry: 'step.done', step: 'seal', actor: 'olga', data: {} } as const;
    await ledger.journal({ ...sealed, ms: Math.exp(random() * 8) });
    const end = { unitSerial, attempt, actor: 'olga', ms: 1000 + below(9000) };
    const what = below(10);
    if (what < 6) {
      passed.add(unitSerial);
      await certify(bed, unitSerial, attempt);
      await ledger.endAttempt({ ...end, outcome: 'PASS' });
    } else {
      const outcome = what < 8 ? 'FAIL' : what < 9 ? 'ERROR' : 'ABORTED';
      const error = { code: codes[below(3)] ?? codes[0], detail: '' };
      await ledger.endAttempt({ ...end, outcome, ...(outcome === 'ABORTED' ? {} : { error }) });
    }
  }
}

type Row = {
  unitSerial: string;
  at: string;
  attempt: number;
  entry: string;
  state: string;
  data: string;
  ms: number;
  orderId: string;
};

type Began = { slotId: number; recipe: { name: string; version: number } };
type Ended = { error?: { code: string } };

type Fits = (row: Row, began: Began) => boolean;
const everything: Fits = () => true;

/** The entry that began the attempt of this one. */
const beganOf = (rows: readonly Row[], { unitSerial, attempt }: Row): Began => {
  const began = rows.find(
    (row) => row.unitSerial === unitSerial && row.attempt === attempt && row.entry === 'attempt.started',
  )!;
  return JSON.parse(began.data) as Began;
};

/** The same figures the long way, entry by entry. The first result of a unit is its first whatever fits. */
function counted(rows: Row[], since: string, until: string, fits = everything) {
  const within = rows.filter((row) => row.at >= since && row.at < until && fits(row, beganOf(rows, row)));
  const ends = (state: string) => within.filter((row) => row.entry === 'attempt.ended' && row.state === state).length;
  const results = rows.filter((row) => row.entry === 'attempt.ended' && ['passed', 'failed'].includes(row.state));
  const firsts = new Map<string, Row>();
  for (const row of results) if (!firsts.has(row.unitSerial)) firsts.set(row.unitSerial, row);
  const first = [...firsts.values()].filter((row) => within.includes(row));
  return {
    started: within.filter(({ entry }) => entry === 'attempt.started').length,
    passed: ends('passed'),
    failed: ends('failed'),
    errors: ends('error'),
    aborted: ends('aborted'),
    first: first.length,
    firstPassed: first.filter(({ state }) => state === 'passed').length,
  };
}

test('columns, first passes and failures by each key are those of the journal, for any filter', async (t) => {
  const bed = await makeBed(t);
  await work(bed, 7);
  const sql = openSqlite(bed.file, { readOnly: true });
  const all = sql.all<Row>(
    `SELECT j.*, u.orderId FROM journal j JOIN units u USING (unitSerial)
     WHERE entry IN ('attempt.started', 'attempt.ended') ORDER BY entryId`,
  );
  sql.close();
  const filters: [object, Fits][] = [
    [{}, everything],
    [{ orderId: 'WO-2' }, ({ orderId }) => orderId === 'WO-2'],
    [{ model: 'BM-2' }, ({ orderId }) => orderId === 'WO-2'],
    [{ recipe: 'sensor 1' }, (_, { recipe }) => recipe.version === 1],
    [{ recipe: 'sensor 2', orderId: 'WO-1' }, ({ orderId }, { recipe }) => recipe.version === 2 && orderId === 'WO-1'],
    [{ model: 'BM-2', orderId: 'WO-1' }, () => false],
  ];
  for (const [filter, fits] of filters) {
    const rows = all.filter((row) => fits(row, beganOf(all, row)));
    const seen = await chartsOf(bed.ledger, { edges, by: 'code', ...filter });
    for (const { workedMs, since, until, ...bucket } of seen.buckets) {
      assert.deepEqual(bucket, counted(all, since, until, fits), since);
      const quarters = rows
        .filter(({ at }) => at >= since && at < until)
        .map(({ at }) => Math.floor(Date.parse(at) / 900_000));
      assert.equal(workedMs, new Set(quarters).size * 900_000, since);
    }
    const { workedMs, ...total } = seen.total;
    assert.deepEqual(total, counted(all, edges[0]!, edges.at(-1)!, fits));
    const keysOf: Record<Exclude<FailureKey, 'firmware'>, (began: Began, ended: Ended, row: Row) => string> = {
      code: (_, { error }) => error?.code ?? '',
      slot: ({ slotId }) => String(slotId),
      operator: () => 'olga',
      recipe: ({ recipe }) => `${recipe.name} ${recipe.version}`,
      hour: (_, __, { at }) => String(new Date(at).getHours()),
    };
    for (const by of ['code', 'slot', 'operator', 'recipe', 'hour'] as const) {
      const [wanted, ended] = [new Map<string, number>(), new Map<string, number>()];
      for (const row of rows) {
        if (row.entry !== 'attempt.ended') continue;
        const key = keysOf[by](beganOf(all, row), JSON.parse(row.data), row);
        ended.set(key, (ended.get(key) ?? 0) + 1);
        if (['failed', 'error'].includes(row.state)) wanted.set(key, (wanted.get(key) ?? 0) + 1);
      }
      const { failures } = await chartsOf(bed.ledger, { edges, by, ...filter });
      assert.deepEqual(new Map(failures.map(({ key, attempts }) => [key, attempts])), wanted, by);
      assert.deepEqual(
        failures,
        failures.toSorted((one, other) => other.attempts - one.attempts || (one.key < other.key ? -1 : 1)),
      );
      for (const { key, of } of failures) assert.equal(of, by === 'code' ? null : ended.get(key), `${by} ${key}`);
    }
  }
  const firmware = (await chartsOf(bed.ledger, { edges, by: 'firmware' })).failures.map(({ key }) => key);
  assert.deepEqual(firmware.toSorted(), ['1.0', '1.1']);
  const { orders, models, recipes } = await chartsOf(bed.ledger, { edges, by: 'code', orderId: 'WO-2' });
  assert.deepEqual(
    [orders, models, recipes],
    [
      ['WO-2', 'WO-1'],
      ['BM-1', 'BM-2'],
      ['sensor 1', 'sensor 2'],
    ],
  );
  assert.deepEqual(await bed.ledger.integrityCheck(), []);
});

test('half of the times lie below p50 and 95 of 100 below p95, to one in a hundred', async (t) => {
  const bed = await makeBed(t);
  const random = createRandom(3);
  const times = Array.from({ length: 400 }, () => Math.exp(3 + random() * 5)).map((ms) => Math.round(ms * 10) / 10);
  await bed.ledger.startAttempt(start('SN-1'));
  const step = { unitSerial: 'SN-1', attempt: 1, entry: 'step.done', step: 'seal', actor: 'olga', data: {} } as const;
  await Promise.all(times.map((ms) => bed.ledger.journal({ ...step, ms })));
  const { steps } = await chartsOf(bed.ledger, { edges, by: 'code' });
  assert.deepEqual(
    steps.map((one) => [one.step, one.steps, one.buckets.length]),
    [['seal', 400, 1]],
  );
  const sorted = times.toSorted((one, other) => one - other);
  for (const [share, seen] of [
    [0.5, steps[0]!.p50],
    [0.95, steps[0]!.p95],
  ] as const) {
    const exact = sorted[Math.ceil(share * sorted.length) - 1]!;
    assert.ok(Math.abs(seen / exact - 1) < 0.021, `${seen} for ${exact}`);
  }
});

test('steps come in the order in which they are done, and the whole attempt of a unit that passed comes last', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  const { attempt } = await ledger.startAttempt(start('SN-1'));
  const told = {
    seal: {},
    connect: { clientId: 'SN-1', tries: 1 },
    install: { certificateId: sha256('x'), thingName: 'SN-1', bytes: 1 },
    key: { created: true, keyType: 'P-256' },
  };
  for (const [step, data] of Object.entries(told)) {
    const done = { unitSerial: 'SN-1', attempt, entry: 'step.done', step, actor: 'olga', data, ms: 100 };
    await ledger.journal(done as Parameters<typeof ledger.journal>[0]);
  }
  await certify(bed, 'SN-1', attempt);
  await ledger.endAttempt({ unitSerial: 'SN-1', attempt, outcome: 'PASS', actor: 'olga', ms: 7000 });
  const failing = await ledger.startAttempt(start('SN-2'));
  const end = { unitSerial: 'SN-2', attempt: failing.attempt, actor: 'olga', ms: 9 } as const;
  await ledger.endAttempt({ ...end, outcome: 'FAIL', error: { code: 'link.timeout', detail: '' } });
  const sql = openSqlite(bed.file);
  // Of a version that has further steps.
  sql.exec(
    `INSERT INTO stepCounts SELECT quarter, orderId, recipe, 'of tomorrow', bin, 1 FROM stepCounts WHERE step = 'key'`,
  );
  sql.close();
  const { steps } = await chartsOf(ledger, { edges, by: 'code' });
  assert.deepEqual(
    steps.map(({ step, steps }) => [step, steps]),
    [
      ['key', 1],
      ['install', 1],
      ['connect', 1],
      ['seal', 1],
      ['', 1],
      ['of tomorrow', 1],
    ],
  );
  for (const { step, p50, p95 } of steps) {
    const ms = step === '' ? 7000 : 100;
    assert.ok(Math.abs(p50 / ms - 1) < 0.021 && Math.abs(p95 / ms - 1) < 0.021, `${step}: ${p50}, ${p95}`);
  }
});

test('a period without a unit has its columns, and nothing in them', async (t) => {
  const { ledger } = await makeBed(t);
  const { total, buckets, steps, failures, orders } = await chartsOf(ledger, { edges, by: 'slot' });
  assert.equal(buckets.length, 12);
  assert.deepEqual([total.started, total.workedMs, steps, failures, orders], [0, 0, [], [], []]);
});

test('a period of days is read day by day, and says what its hours say together', async (t) => {
  const bed = await makeBed(t);
  await work(bed, 11);
  const asked: string[] = [];
  const ledger: Pick<typeof bed.ledger, 'chartPart'> = {
    chartPart(part) {
      asked.push(part.since);
      return bed.ledger.chartPart(part);
    },
  };
  const at = (days: number) => new Date(firstHour + days * 24 * hour).toISOString();
  const week = await chartsOf(ledger, { edges: [at(-3), at(4)], by: 'code' });
  assert.deepEqual(asked, [-3, -2, -1, 0, 1, 2, 3].map(at));
  const hours = await chartsOf(bed.ledger, { edges, by: 'code' });
  const { since: _, until: __, ...column } = week.buckets[0]!;
  assert.deepEqual([week.total, column], [hours.total, hours.total]);
  assert.deepEqual(week.failures, hours.failures);
  assert.deepEqual(
    week.steps.map(({ step, steps, p50, p95 }) => [step, steps, p50, p95]),
    hours.steps.map(({ step, steps, p50, p95 }) => [step, steps, p50, p95]),
  );
});
