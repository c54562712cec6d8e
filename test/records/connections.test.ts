/** First connections on record: who is waited for, and what facts from several sources make of it. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import type { FirstConnection } from '../../app/contract/index.ts';
import { connectionReason, connectionState, isBlocking } from '../../app/contract/model.ts';
import { after, type ConnectionFact, type Standing } from '../../app/records/connections/machine.ts';
import type { NewPass, NotedConnection } from '../../app/records/index.ts';
import { headOf } from '../../app/records/log/store.ts';
import { openSqlite } from '../../native/sqlite.ts';
import {
  type Bed,
  derOf,
  issueFor,
  keyOf,
  lintedTbs,
  makeBatch,
  makeBed,
  orderId,
  passUnit,
  refuses,
  runBatch,
  sha256,
  start,
} from './support.ts';

const target = 'eu';
const day = 24 * 60 * 60_000;
const dueAt = (pass: NewPass) => new Date(Date.parse(pass.passedAt) + 90 * day).toISOString();

type Over = { way?: FirstConnection['way']; targets?: string[]; askAt?: string | null };

/** As the station does after a PASS, for units of a recipe with just-in-time provisioning. */
async function enrol({ ledger }: Bed, { way = 'jitp', targets = [target], askAt = null }: Over = {}) {
  const all: string[] = [];
  for (;;) {
    const { passes, upTo } = await ledger.newPasses();
    if (upTo === null) return all;
    const expected = passes.flatMap((pass) =>
      targets.map((one) => ({
        ...pass,
        target: one,
        way,
        thingName: pass.unitSerial,
        dueAt: dueAt(pass),
        askAt,
        isRegistered: false,
      })),
    );
    await ledger.expectConnections({ expected, upTo });
    all.push(...passes.map(({ unitSerial }) => unitSerial));
  }
}

const seen = (connectedAt: string, clientId: string | null = 'client'): ConnectionFact => ({
  ...{ kind: 'seen', connectedAt, source: clientId === null ? 'registry' : 'presence' },
  ...{ clientId, sourceIp: clientId === null ? null : '192.0.2.1' },
});
const found = (reason: FirstConnection['reason'], made?: { thingName: string; certificateId: string }) =>
  ({ kind: 'found', reason, made: made ?? null }) as const;
const note = ({ ledger }: Bed, unitSerial: string, fact: ConnectionFact, over: Partial<NotedConnection> = {}) =>
  ledger.noteConnections({ noted: [{ unitSerial, target, fact, ...over }] });
const only = async ({ ledger }: Bed, unitSerial: string) => (await ledger.showConnections(unitSerial))[0];
const story = async ({ ledger }: Bed, unitSerial: string) =>
  (await ledger.showUnit(unitSerial)).journal.flatMap(({ entry, data }) =>
    entry.startsWith('connection.') ? `${entry} ${data.reason ?? data.source ?? data.thingName ?? data.dueAt}` : [],
  );

suite('who is waited for', () => {
  test('each PASS once, with its certificate and the name that the device was told; a page and its mark are one commit', async (t) => {
    const bed = await makeBed(t);
    const { certificateId } = await passUnit(bed, 'A');
    const { passes, upTo } = await bed.ledger.newPasses();
    assert.deepEqual(
      passes.map((pass) => [pass.unitSerial, pass.orderId, pass.certificateId, pass.recipe]),
      [['A', orderId, certificateId, null]],
    );
    // The process ends before the page is on record: the next look has it again.
    assert.deepEqual((await bed.ledger.newPasses()).passes, passes);
    const expected = passes.map((pass) => ({
      ...{
        ...pass,
        target,
        way: 'jitp' as const,
        thingName: 'A',
        dueAt: dueAt(pass),
        askAt: null,
        isRegistered: false,
      },
    }));
    await bed.ledger.expectConnections({ expected, upTo: upTo! });
    assert.equal((await bed.ledger.newPasses()).upTo, null);
    await note(bed, 'A', seen('2026-11-22T08:00:00.000Z'));
    await bed.ledger.expectConnections({ expected, upTo: upTo! });
    assert.equal((await only(bed, 'A'))?.state, 'connected', 'a page that comes twice changes nothing');
  });

  test('a PASS has the name and the recipe of its own attempt, the last that the device was told', async (t) => {
    const bed = await makeBed(t);
    const { ledger, clock } = bed;
    const told = (attempt: number, step: 'install' | 'verify', thingName: string) =>
      ledger.journal({
        ...{ unitSerial: 'A', attempt, entry: 'step.done', step, actor: 'ola' },
        data: { certificateId: 'c', thingName, bytes: 1 },
      } as Parameters<typeof ledger.journal>[0]);
    const recipe = { name: 'acme', version: 2, hash: '0badcafe' };
    const first = await ledger.startAttempt({ ...start('A'), recipe: { ...recipe, version: 1 } });
    await told(first.attempt, 'install', 'of an earlier attempt');
    await ledger.endAttempt({ unitSerial: 'A', attempt: first.attempt, outcome: 'FAIL', actor: 'ola', ms: 1 });
    const { attempt, certificateId } = await issueFor(bed, 'A');
    await told(attempt, 'install', 'first');
    await told(attempt, 'install', 'thing-A');
    clock.advance(1000);
    await ledger.endAttempt({ unitSerial: 'A', attempt, outcome: 'PASS', actor: 'ola', ms: 1 });
    const passedAt = clock.now().toISOString();
    const begun = await ledger.startAttempt({ ...start('B'), recipe });
    const owner = { unitSerial: 'B', attempt: begun.attempt, actor: 'ola' };
    const { serialHex } = await ledger.reserve(lintedTbs(bed.issuerId, { spkiSha256: keyOf('B') }), owner);
    await ledger.recordIssued({ serialHex, der: derOf(serialHex), certificateId: sha256(serialHex) });
    await ledger.endAttempt({ ...owner, outcome: 'PASS', ms: 1 });
    await passUnit(bed, 'C');
    await ledger.scrapUnit({ unitSerial: 'C', reason: 'wet', actor: 'quinn', agreedBy: 'erik' });
    const { passes } = await ledger.newPasses();
    assert.deepEqual(
      passes.map((pass) => [pass.unitSerial, pass.thingName, pass.recipe, pass.hardwareId]),
      [
        ['A', 'thing-A', null, 'hw-A'],
        ['B', null, recipe, null],
      ],
    );
    const hardwareId = 'hw-A';
    assert.deepEqual(passes[0], {
      ...{ unitSerial: 'A', orderId, passedAt, model: 'BM-1', hardwareId, recipe: null, certificateId },
      thingName: 'thing-A',
    });
  });

  test('a unit whose certificate goes out of use is not waited for; back in use it is; scrapped it is not', async (t) => {
    const bed = await makeBed(t);
    const { serialHex } = await passUnit(bed, 'A');
    await passUnit(bed, 'B');
    await enrol(bed);
    await note(bed, 'B', seen('2026-11-22T08:00:00.000Z'));
    await bed.ledger.queueRevocation({ serialHex, reason: 'broken' });
    assert.equal(await only(bed, 'A'), undefined);
    assert.equal((await bed.ledger.connectionCounts()).total.waiting, 0);
    await bed.ledger.putBackCertificate({ serialHex, note: 'it was the cable', actor: 'erik' });
    assert.equal((await only(bed, 'A'))?.state, 'waiting');
    await bed.ledger.scrapUnit({ unitSerial: 'B', reason: 'wet', actor: 'quinn', agreedBy: 'erik' });
    assert.deepEqual(await bed.ledger.showConnections('B'), []);
    assert.equal(await note(bed, 'B', found('revoked')), 0);
    assert.deepEqual(await bed.ledger.connectionCounts().then(({ total }) => total), {
      ...{ waiting: 1, connected: 0, failed: 0, overdue: 0 },
    });
  });

  test('a reworked unit begins again with its new certificate', async (t) => {
    const bed = await makeBed(t);
    await passUnit(bed, 'A');
    await enrol(bed);
    await note(bed, 'A', seen('2026-11-22T08:00:00.000Z'));
    await bed.ledger.reworkUnit({ unitSerial: 'A', reason: 'new board', actor: 'quinn', agreedBy: 'erik' });
    const { certificateId } = await passUnit(bed, 'A', 'another key');
    await enrol(bed);
    const row = await only(bed, 'A');
    assert.deepEqual([row?.state, row?.certificateId, row?.connectedAt], ['waiting', certificateId, null]);
  });

  test('one that has not come in its time is overdue, once, and still connects', async (t) => {
    const bed = await makeBed(t);
    await passUnit(bed, 'A');
    await enrol(bed);
    bed.clock.advance(90 * day - 1);
    assert.equal(await bed.ledger.markOverdue({ limit: 10 }), 0);
    bed.clock.advance(1);
    assert.equal(await bed.ledger.markOverdue({ limit: 10 }), 1);
    assert.equal(await bed.ledger.markOverdue({ limit: 10 }), 0);
    assert.equal((await only(bed, 'A'))?.state, 'overdue');
    await note(bed, 'A', seen('2027-03-01T08:00:00.000Z'));
    assert.deepEqual(await story(bed, 'A'), [
      'connection.overdue 2027-02-19T08:00:00.000Z',
      'connection.seen presence',
    ]);
  });
});

suite('what facts make of it', () => {
  test('the story has what changed, and nothing twice', async (t) => {
    const bed = await makeBed(t);
    const { certificateId } = await passUnit(bed, 'A');
    await enrol(bed);
    const tried = { kind: 'tried', triedAt: '2026-11-22T07:59:00.000Z' } as const;
    const made = { thingName: 'A', certificateId };
    for (const fact of [
      ...[tried, tried, found('templateFailed'), found('templateFailed'), found('noPolicy', made), found(null, made)],
      ...[seen('2026-11-22T08:00:00.000Z', null), seen('2026-11-22T08:01:00.000Z'), seen('2026-11-23T08:00:00.000Z')],
    ])
      await note(bed, 'A', fact);
    const sql = openSqlite(bed.file, { readOnly: true });
    const { size } = headOf(sql)!;
    for (const fact of [seen('2026-11-23T08:00:00.000Z'), found(null, made), tried]) await note(bed, 'A', fact);
    assert.equal(headOf(sql)?.size, size, 'what changes nothing leaves no trace in the log either');
    sql.close();
    assert.deepEqual(await story(bed, 'A'), [
      'connection.failed templateFailed',
      'connection.registered noPolicy',
      'connection.failed noPolicy',
      'connection.seen registry',
      'connection.seen presence',
    ]);
    const { state, tries, clientId, connectedAt, madeName } = (await only(bed, 'A'))!;
    assert.deepEqual([state, tries, clientId, madeName], ['connected', 1, 'client', 'A']);
    assert.equal(connectedAt, '2026-11-22T08:01:00.000Z', 'the first connection of which the client is known');
  });

  test('each target of a unit has its own: a fact about one leaves the other as it was', async (t) => {
    const bed = await makeBed(t);
    const { certificateId } = await passUnit(bed, 'A');
    await passUnit(bed, 'B');
    await enrol(bed, { targets: [target, 'us'] });
    const rows = async (unit: string) =>
      (await bed.ledger.showConnections(unit)).map((row) => [
        row.target,
        row.state,
        row.reason,
        row.tries,
        row.clientId,
      ]);
    const untouched = ['us', 'waiting', null, 0, null];
    await note(bed, 'A', { kind: 'tried', triedAt: '2026-11-22T07:59:00.000Z' });
    await note(bed, 'A', found('noPolicy', { thingName: 'A', certificateId }));
    assert.deepEqual(await rows('A'), [[target, 'failed', 'noPolicy', 1, null], untouched]);
    await note(bed, 'A', seen('2026-11-22T08:00:00.000Z'));
    assert.deepEqual(await rows('A'), [[target, 'connected', 'noPolicy', 1, 'client'], untouched]);
    assert.deepEqual(await rows('B'), [[target, 'waiting', null, 0, null], untouched]);
    bed.clock.advance(90 * day);
    assert.equal(await bed.ledger.markOverdue({ limit: 1 }), 1);
    const overdue = async () =>
      [...(await rows('A')), ...(await rows('B'))].filter(([, state]) => state === 'overdue').length;
    assert.equal(await overdue(), 1, 'one row at a time');
    assert.equal(await bed.ledger.markOverdue({ limit: 9 }), 2);
    assert.equal(await overdue(), 3);
  });

  test('what AWS made is registered like a unit of a batch: units, drift and batches know it', async (t) => {
    const bed = await makeBed(t);
    const { certificateId } = await passUnit(bed, 'A');
    await passUnit(bed, 'B');
    await enrol(bed);
    const { ledger } = bed;
    assert.equal(await ledger.readyUnits(target), 0, 'AWS makes their things, so no batch waits for them');
    assert.equal(await ledger.readyUnits('us'), 2);
    await note(bed, 'A', found('otherThing', { thingName: 'by-template', certificateId }));
    assert.equal((await ledger.listUnits({ state: 'registered' })).rows[0]?.unitSerial, 'A');
    assert.deepEqual(await ledger.recordedCertificates({ target, ids: [certificateId] }), [
      { certificateId, unitSerial: 'A', inUse: true, registered: true },
    ]);
    const page = { target, after: '', limit: 10 };
    const asMade = { certificateId, unitSerial: 'A', thingName: 'by-template' };
    assert.deepEqual(await ledger.registeredUnits(page), [asMade]);
    const byName = await ledger.batchCandidates({ target, unitSerials: ['B'] });
    assert.equal(byName.length, 1, 'a person may still name one for a batch');
  });

  test("a claim's unit takes the certificate that AWS made", async (t) => {
    const bed = await makeBed(t);
    await passUnit(bed, 'A');
    const { passes, upTo } = await bed.ledger.newPasses();
    const expected = passes.map((pass) => ({
      ...{ ...pass, certificateId: null, target, way: 'claim' as const },
      ...{ thingName: 'A-thing', dueAt: dueAt(pass), askAt: pass.passedAt, isRegistered: false },
    }));
    await bed.ledger.expectConnections({ expected, upTo: upTo! });
    const named = (clientIds: string[], certificateIds: string[] = []) =>
      bed.ledger.connectionsNamed({ target, certificateIds, clientIds });
    assert.equal((await named(['A-thing']))[0]?.unitSerial, 'A');
    const certificateId = 'c'.repeat(64);
    await note(bed, 'A', found(null, { thingName: 'A-thing', certificateId }));
    assert.deepEqual(await named(['A-thing']), [], 'a client id alone names nobody any more');
    assert.equal((await named([], [certificateId]))[0]?.unitSerial, 'A');
    assert.equal((await bed.ledger.registeredUnits({ target, after: '', limit: 1 }))[0]?.certificateId, certificateId);
  });

  const at = fc.integer({ min: 0, max: 30 }).map((n) => new Date(Date.UTC(2026, 10, 22) + n * 1000).toISOString());
  const client = fc.constantFrom(null, 'a', 'b');
  const event: fc.Arbitrary<ConnectionFact> = fc.oneof(
    fc.tuple(at, client).map(([connectedAt, clientId]) => seen(connectedAt, clientId)),
    at.map((triedAt) => ({ kind: 'tried', triedAt }) as const),
  );
  const registry = fc.constantFrom(null, ...connectionReason.options).map((reason) => found(reason));
  const begun: Standing = {
    ...{ state: 'waiting', dueAt: '2027-01-01T00:00:00.000Z', connectedAt: null, source: null, clientId: null },
    ...{ sourceIp: null, tries: 0, lastTryAt: null, reason: null, madeName: null, certificateId: null },
  };
  const now = '2026-11-23T00:00:00.000Z';
  const play = (facts: readonly ConnectionFact[]) => facts.reduce((row, fact) => after(row, fact, now), begun);

  test('in any order, with any fact twice and with gaps, the end is what the registry says last', () => {
    const shuffled = fc
      .array(event, { maxLength: 8 })
      .chain((all) =>
        fc.tuple(
          fc.constant(all),
          fc.shuffledSubarray([...all, ...all], { minLength: all.length, maxLength: 2 * all.length }),
        ),
      );
    fc.assert(
      fc.property(shuffled, fc.array(registry, { maxLength: 3 }), registry, ([all, mixed], before, last) => {
        const missed = all.filter((fact) => !mixed.includes(fact));
        const one = play([...all, last]);
        const other = play([...mixed, ...before, ...missed, last]);
        const { tries: _, ...end } = other;
        const { tries: __, ...wanted } = one;
        assert.deepEqual(end, wanted);
        const isSeen = all.some(({ kind }) => kind === 'seen');
        const isBlocked = last.reason !== null && isBlocking(last.reason);
        assert.equal(one.state, isSeen ? 'connected' : isBlocked ? 'failed' : 'waiting');
      }),
    );
  });
});

suite('lists and counts', () => {
  test('counts and pages agree with the rows, whatever happened', async (t) => {
    const bed = await makeBed(t);
    const { ledger } = bed;
    const serials = Array.from({ length: 12 }, (_, n) => `U${String(n).padStart(2, '0')}`);
    for (const serial of serials) await passUnit(bed, serial);
    await enrol(bed, { targets: [target, 'us'] });
    const fact = fc.oneof(
      fc.constantFrom(null, ...connectionReason.options).map((reason) => found(reason)),
      fc.constant(seen('2026-11-22T08:00:00.000Z')),
    );
    const facts = fc.array(fc.tuple(fc.constantFrom(...serials), fc.constantFrom(target, 'us'), fact), {
      maxLength: 20,
    });
    await fc.assert(
      fc.asyncProperty(facts, async (given) => {
        await ledger.noteConnections({
          noted: given.map(([unitSerial, to, one]) => ({ unitSerial, target: to, fact: one })),
        });
        const { rows } = await ledger.listConnections({ limit: 100 });
        const { total, orders, reasons } = await ledger.connectionCounts();
        const wrong = rows.filter((row) => row.reason !== null);
        for (const { target: of, reason, count } of reasons)
          assert.equal(count, wrong.filter((row) => row.target === of && row.reason === reason).length, reason);
        assert.equal(
          reasons.reduce((sum, { count }) => sum + count, 0),
          wrong.length,
        );
        assert.deepEqual(
          reasons.map(({ count }) => count),
          reasons.map(({ count }) => count).toSorted((one, other) => other - one),
        );
        for (const state of connectionState.options) {
          const mine = rows.filter((row) => row.state === state);
          assert.equal(total[state], mine.length);
          const asked = await ledger.listConnections({ state, orderId, target: 'us' });
          const wanted = mine.filter((row) => row.target === 'us');
          assert.deepEqual(asked, { total: wanted.length, rows: wanted });
          assert.equal(orders.find((order) => order.target === 'us')?.[state] ?? 0, wanted.length);
        }
        for (const offset of [0, 5, 13, 19, 24, 30]) {
          const page = await ledger.listConnections({ offset, limit: 7 });
          assert.deepEqual(page.rows, rows.slice(offset, offset + 7), 'pages by offset, from either end');
        }
        const open = rows.filter((row) => row.state !== 'connected');
        const paged: FirstConnection[] = [];
        for (;;) {
          const page = await ledger.openConnections({ after: paged.at(-1), limit: 5 });
          if (page.length === 0) break;
          paged.push(...page);
        }
        assert.deepEqual(paged, open, 'pages by key');
        const reason = open[0]?.reason;
        if (reason) {
          const same = rows.filter((row) => row.reason === reason);
          assert.deepEqual((await ledger.listConnections({ reason })).rows, same);
        }
      }),
      { numRuns: 25 },
    );
  });

  test('the units that wait longest are asked for first, and those of lists not at all', async (t) => {
    const bed = await makeBed(t);
    await passUnit(bed, 'A');
    await enrol(bed, { way: 'claim', askAt: '2026-11-21T09:00:00.000Z' });
    await passUnit(bed, 'B');
    await enrol(bed, { way: 'trustedUser', askAt: '2026-11-21T08:00:00.000Z' });
    await passUnit(bed, 'C');
    await enrol(bed);
    const { ledger } = bed;
    const [watched] = await ledger.watchedTargets({ targets: [target, 'us'] });
    assert.deepEqual(watched, { target, ways: ['jitp', 'claim', 'trustedUser'] });
    const ask = async () =>
      (await ledger.connectionsToAsk({ ...watched!, limit: 10 })).map(({ unitSerial }) => unitSerial);
    assert.deepEqual(await ask(), ['B']);
    bed.clock.advance(2 * 60 * 60_000);
    assert.deepEqual(await ask(), ['B', 'A']);
    await note(bed, 'B', found(null), { askAt: '2026-11-22T08:00:00.000Z' });
    await note(bed, 'C', found(null), { askAt: '2026-11-21T07:00:00.000Z' });
    assert.deepEqual(await ask(), ['C', 'A']);
    const certificateId = (await only(bed, 'C'))!.certificateId!;
    await note(bed, 'C', seen('2026-11-21T07:00:00.000Z'));
    assert.deepEqual(await ask(), ['C', 'A'], 'it came, and AWS has not been asked what it made');
    await note(bed, 'C', found(null, { thingName: 'C', certificateId }));
    assert.deepEqual(await ask(), ['A']);
  });

  test('no question looks at every unit', async (t) => {
    const bed = await makeBed(t);
    const sql = openSqlite(bed.file, { readOnly: true });
    t.after(() => sql.close());
    const toAsk = `(state IN ('waiting', 'failed', 'overdue') OR (state = 'connected' AND registeredAt IS NULL
      AND way IN ('jitp', 'jitr', 'claim', 'trustedUser', 'stationClaim')))`;
    for (const [where, index] of [
      [
        `state <> 'ended' AND orderId = 'W' AND (unitSerial, target) > ('a', 'b') ORDER BY unitSerial, target`,
        'OfOrder',
      ],
      [`state <> 'ended' AND orderId = 'W' AND state = 'failed' ORDER BY unitSerial, target`, 'ByOrder'],
      [`state <> 'ended' AND state = 'overdue' ORDER BY unitSerial, target`, 'ByState'],
      [`state <> 'ended' AND target = 'us' ORDER BY unitSerial, target`, 'ByTarget'],
      [`state <> 'ended' AND +target = 'us' AND orderId = 'W' ORDER BY unitSerial DESC, target DESC`, 'OfOrder'],
      [`+target = 'us' AND state <> 'ended' AND certificateId IN (SELECT value FROM json_each('[]'))`, 'ByCertificate'],
      [`target = 'eu' AND way = 'jitp' AND ${toAsk} AND askAt <= '2027' ORDER BY askAt`, 'ToAsk'],
    ] as const) {
      const plan = sql
        .all<{ detail: string }>(`EXPLAIN QUERY PLAN SELECT * FROM firstConnections WHERE ${where} LIMIT 10`)
        .map(({ detail }) => detail)
        .join('; ');
      assert.match(plan, new RegExp(`SEARCH firstConnections USING INDEX firstConnections${index}\\b`), where);
      assert.doesNotMatch(plan, /TEMP B-TREE/, where);
    }
  });

  test('a unit that is not on record is refused', async (t) => {
    const bed = await makeBed(t);
    await assert.rejects(bed.ledger.showConnections('Z'), refuses('unit.notFound'));
    await passUnit(bed, 'A');
    await makeBatch(bed, 'B1');
    await runBatch(bed.ledger, 'B1');
    assert.deepEqual(await bed.ledger.showConnections('A'), [], 'no recipe asks for it');
  });
});
