import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { certificateIdOf, type ReconcileMember } from '../../app/registration/index.ts';
import { createReconciler as emptyReconciler } from '../../app/registration/reconcile.ts';
import { pki } from '../practice/support.ts';

const idOf = (n: number) => n.toString(16).padStart(64, '0');
const membersOf = (count: number): ReconcileMember[] =>
  Array.from({ length: count }, (_, n) => ({ thingName: `unit-${n}`, certificateId: idOf(n + 1) }));
/** One that knows these members, and gives its results as a list. */
function createReconciler(members: readonly ReconcileMember[]) {
  const reconciler = emptyReconciler();
  for (const member of members) reconciler.member(member);
  const finish = () => {
    const ended = reconciler.finish();
    return { ...ended, results: [...ended.results()] };
  };
  return { ...reconciler, finish };
}

const thingArn = (name: string) => `arn:aws:iot:eu-west-1:123456789012:thing/${name}`;
const resultOf = ({ thingName, certificateId }: ReconcileMember, extra: object = {}) =>
  JSON.stringify({
    offset: 12,
    response: {
      ResourceArns: { anyName: thingArn(thingName), other: `arn:aws:iot:eu-west-1:123456789012:cert/${certificateId}` },
      ...extra,
    },
  });

/** ERRORS layouts that are not documented: each names the member in its own way. */
const errorsOf: ((member: ReconcileMember, line: number) => string)[] = [
  ({ thingName }) => JSON.stringify({ ThingName: thingName, errorMessage: 'no' }),
  ({ certificateId }) => JSON.stringify({ a: { b: [{ certificate: certificateId.toUpperCase() }] } }),
  ({ thingName }) => JSON.stringify({ resource: thingArn(thingName) }),
  ({ thingName }) => JSON.stringify({ input: JSON.stringify({ ThingName: thingName }) }),
  ({ certificateId }) => `plain text about ${certificateId}, broken {`,
  ({ thingName }) => JSON.stringify({ message: `Thing ${thingName} already exists` }),
  (_member, line) => JSON.stringify({ lineNumber: line, errorCode: 'X' }),
];

const fates = fc.array(
  fc.record({ fate: fc.constantFrom('result', 'error', 'nothing'), layout: fc.nat(errorsOf.length - 1) }),
  { minLength: 1, maxLength: 30 },
);

suite('reconciliation', () => {
  test('property: each member gets what the reports say, in any order, whatever stands between', () => {
    fc.assert(
      fc.property(
        fates,
        fc.array(fc.oneof(fc.string(), fc.json()), { maxLength: 5 }),
        fc.infiniteStream(fc.nat()),
        (drawn, rubbish, order) => {
          const members = membersOf(drawn.length);
          const lines = drawn.flatMap(({ fate, layout }, at) => {
            const member = members[at] as ReconcileMember;
            if (fate === 'result') return [{ kind: 'result', text: resultOf(member) }];
            return fate === 'error' ? [{ kind: 'error', text: errorsOf[layout]?.(member, at + 1) ?? '' }] : [];
          });
          const mixed = [...lines, ...rubbish.map((text) => ({ kind: 'result', text }))]
            .map((line) => ({ line, rank: order.next().value as number }))
            .sort((a, b) => a.rank - b.rank);
          const reconciler = createReconciler(members);
          for (const { line } of mixed)
            line.kind === 'result' ? reconciler.result(line.text) : reconciler.error(line.text);
          const { results, registered, rejected, unaccounted } = reconciler.finish();
          const expected = { result: 'registered', error: 'rejected', nothing: 'unaccounted' } as const;
          assert.deepEqual(
            results.map((result) => result.state),
            drawn.map(({ fate }) => expected[fate]),
          );
          assert.equal(registered + rejected + unaccounted, members.length);
        },
      ),
    );
  });

  test('property: rubbish never registers anything, and never throws', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.json(), fc.string({ unit: 'binary' }))), (lines) => {
        const reconciler = createReconciler(membersOf(3));
        for (const line of lines) {
          reconciler.result(line);
          reconciler.error(line);
        }
        assert.equal(reconciler.finish().registered, 0);
      }),
    );
  });

  test('a result needs both of what it names to be one member', () => {
    const [one, two] = membersOf(2) as [ReconcileMember, ReconcileMember];
    const reconciler = createReconciler([one, two]);
    reconciler.result(resultOf({ thingName: one.thingName, certificateId: two.certificateId }));
    reconciler.result(resultOf({ thingName: 'of-another-batch', certificateId: idOf(99) }));
    reconciler.result(resultOf({ thingName: one.thingName, certificateId: idOf(99) }));
    const { registered, strays } = reconciler.finish();
    assert.deepEqual([registered, strays], [0, 3]);
  });

  test('a result that names two things is about no unit', () => {
    const [one, two] = membersOf(2) as [ReconcileMember, ReconcileMember];
    for (const other of [two.thingName, one.thingName, 'of-another-batch']) {
      const reconciler = createReconciler([one, two]);
      const ResourceArns = { first: thingArn(one.thingName), second: thingArn(other) };
      reconciler.result(JSON.stringify({ response: { ResourceArns } }));
      const { registered, strays } = reconciler.finish();
      assert.deepEqual([registered, strays], [0, 1], other);
    }
  });

  test('the certificate in the result is the one that counts, not its name', (t) => {
    const keys = pki(t);
    keys.ca('ca');
    const [mine, other] = [keys.issue('mine'), keys.issue('other')];
    const member = { thingName: 'unit', certificateId: certificateIdOf(mine) };
    const line = (CertificatePem: string) =>
      JSON.stringify({ response: { CertificatePem, ResourceArns: { t: thingArn('unit') } } });
    for (const [pem, registered] of [
      [mine, 1],
      [other, 0],
      ['rubbish', 0],
      ['', 1],
    ] as const) {
      const reconciler = createReconciler([member]);
      reconciler.result(line(pem));
      assert.equal(reconciler.finish().registered, registered);
    }
  });

  test('duplicates and contradictions are counted as strays; a result outweighs an error', () => {
    const [one, two] = membersOf(2) as [ReconcileMember, ReconcileMember];
    const reconciler = createReconciler([one, two]);
    reconciler.error(JSON.stringify({ thingName: one.thingName }));
    reconciler.result(resultOf(one));
    reconciler.result(resultOf(one));
    reconciler.error(JSON.stringify({ thingName: one.thingName }));
    reconciler.error(JSON.stringify({ thingNames: [one.thingName, two.thingName] }));
    const { results, strays } = reconciler.finish();
    assert.deepEqual([results.map(({ state }) => state), strays], [['registered', 'unaccounted'], 4]);
  });

  test('line numbers from 0 are understood when a line 0 is among them', () => {
    const members = membersOf(3);
    const reconciler = createReconciler(members);
    for (const line of [0, 2]) reconciler.error(JSON.stringify({ line, message: 'no' }));
    assert.deepEqual(
      reconciler.finish().results.map(({ state }) => state),
      ['rejected', 'unaccounted', 'rejected'],
    );
  });

  test('a line number beyond the batch is a stray', () => {
    const reconciler = createReconciler(membersOf(1));
    reconciler.error(JSON.stringify({ lineNumber: 2 }));
    assert.deepEqual([reconciler.finish().unaccounted, reconciler.finish().strays], [1, 1]);
  });

  test('the reason is what the line says, without control characters and not endless', () => {
    const members = membersOf(2);
    const reconciler = createReconciler(members);
    reconciler.error(
      JSON.stringify({ thingName: 'unit-0', errorCode: 'SomeException', errorMessage: 'a\u001b[31m\nb' }),
    );
    reconciler.error(JSON.stringify({ thingName: 'unit-1', errorMessage: 'x'.repeat(1_000_000) }));
    const [first, second] = reconciler.finish().results;
    assert.equal(first?.state === 'rejected' && first.reason, 'SomeException: a [31m b');
    assert.equal(second?.state === 'rejected' && second.reason.length, 1000);
  });

  test('a hostile line costs no more than its length', () => {
    const reconciler = createReconciler(membersOf(1));
    reconciler.error('-----BEGIN CERTIFICATE-----'.repeat(40_000));
    reconciler.error('['.repeat(500_000));
    reconciler.error(`${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`);
    reconciler.result(`${'{"response":'.repeat(5_000)}1${'}'.repeat(5_000)}`);
    assert.equal(reconciler.finish().unaccounted, 1);
  });

  /** What one line of ERRORS makes of three units. */
  const states = (...lines: unknown[]) => {
    const reconciler = createReconciler(membersOf(3));
    for (const line of lines) reconciler.error(typeof line === 'string' ? line : JSON.stringify(line));
    const { results, strays } = reconciler.finish();
    return [...results.map(({ state }) => (state === 'rejected' ? 'no' : '-')), strays].join(' ');
  };

  test('blank lines are nothing', () => {
    const reconciler = createReconciler(membersOf(1));
    for (const line of ['', ' ', '\t']) {
      reconciler.result(line);
      reconciler.error(line);
    }
    assert.equal(reconciler.finish().strays, 0);
  });

  test('the first reason for a unit stays, and the second is no stray', () => {
    const reconciler = createReconciler(membersOf(1));
    for (const errorMessage of ['first', 'second']) reconciler.error(JSON.stringify({ thing: 'unit-0', errorMessage }));
    assert.deepEqual(reconciler.finish(), {
      results: [{ line: 1, state: 'rejected', reason: 'first' }],
      registered: 0,
      rejected: 1,
      unaccounted: 0,
      strays: 0,
    });
  });

  test('what names a unit outright outweighs a word in a text and a line number', () => {
    assert.equal(states({ thing: 'unit-1', message: 'unlike unit-0', line: 3 }), '- no - 0');
    assert.equal(states({ message: 'unlike unit-0', line: 3 }), 'no - - 0');
    assert.equal(states({ message: 'unit-0 or unit-1', line: 3 }), '- - - 1');
  });

  test('only a number of a line is a line number', () => {
    assert.equal(states({ lineNumber: [2] }, { input_line: '3' }), '- no no 0');
    assert.equal(states({ offset: 2 }, { line: 'two' }, { line: -1 }, { line: 1.5 }), '- - - 4');
    assert.equal(states({ line: 0 }, { line: 3 }), 'no - - 1');
  });

  test('a name is found twenty levels deep, and no deeper', () => {
    const deep = (levels: number) => `${'{"a":'.repeat(levels)}"unit-1"${'}'.repeat(levels)}`;
    assert.deepEqual([states(deep(20)), states(deep(21))], ['- no - 0', '- - - 1']);
    const quoted = (levels: number): string => (levels === 0 ? 'unit-1' : JSON.stringify({ a: quoted(levels - 1) }));
    assert.deepEqual([states(quoted(10)), states(quoted(11))], ['- no - 0', '- - - 1']);
  });

  test('a PEM names its unit, as far as a text is looked through', (t) => {
    const keys = pki(t);
    keys.ca('ca');
    const pem = keys.issue('mine').trim();
    const state = (text: string) => {
      const reconciler = createReconciler([{ thingName: 'unit', certificateId: certificateIdOf(pem) }]);
      reconciler.error(JSON.stringify({ text }));
      return reconciler.finish().results[0]?.state;
    };
    assert.equal(state(`before ${pem} after`), 'rejected');
    assert.equal(state(pem.padStart(65_536)), 'rejected');
    assert.equal(state(pem.padStart(65_537)), 'unaccounted');
  });

  test('the reason is the code and the message, or the line as it is', () => {
    const reasonOf = (line: string) => {
      const reconciler = createReconciler(membersOf(1));
      reconciler.error(line);
      const [result] = reconciler.finish().results;
      return result?.state === 'rejected' ? result.reason : undefined;
    };
    assert.equal(reasonOf('{"thing":"unit-0","reason":"no","cause":"x"}'), 'no');
    assert.equal(reasonOf('{"thing":"unit-0","errorCode":"A","type":"B"}'), 'A');
    assert.equal(reasonOf('{"thing":"unit-0","errorCode":7}'), '{"thing":"unit-0","errorCode":7}');
  });
});
