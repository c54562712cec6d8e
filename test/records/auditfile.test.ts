import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { auditLines, verifyAuditLines } from '../../app/records/audit/file.ts';

const header = { stationId: 'a', name: 'Test', madeAt: '2026-11-21T00:00:00.000Z' };
const entries = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    seq: index + 1,
    at: `2026-11-21T00:00:${String(index % 60).padStart(2, '0')}.000Z`,
    entry: 'unit.passed',
    actor: 'Ola (OP-1)',
    subject: `U-${index}`,
    data: { n: index },
  }));

describe('an exported audit log', () => {
  test('is accepted as it was made, also when empty', () => {
    for (const count of [0, 1, 20]) {
      const { lines, checkpoint } = auditLines(header, entries(count));
      assert.deepEqual(verifyAuditLines(lines), { ok: true, entries: count });
      assert.equal(checkpoint.entries, count);
    }
  });

  test('any changed byte, missing, doubled or swapped line is found', () => {
    const { lines } = auditLines(header, entries(8));
    const damage = fc.oneof(
      fc.record({ kind: fc.constant('remove'), at: fc.nat(lines.length - 1), by: fc.nat() }),
      fc.record({ kind: fc.constant('double'), at: fc.nat(lines.length - 1), by: fc.nat() }),
      fc.record({ kind: fc.constant('swap'), at: fc.nat(lines.length - 2), by: fc.nat() }),
      fc.record({ kind: fc.constant('byte'), at: fc.nat(lines.length - 1), by: fc.nat() }),
    );
    fc.assert(
      fc.property(damage, ({ kind, at, by }) => {
        const broken = [...lines];
        const line = broken[at]!;
        if (kind === 'remove') broken.splice(at, 1);
        else if (kind === 'double') broken.splice(at, 0, line);
        else if (kind === 'swap') broken.splice(at, 2, broken[at + 1]!, line);
        else {
          const place = by % line.length;
          broken[at] = line.slice(0, place) + (line[place] === '7' ? '8' : '7') + line.slice(place + 1);
        }
        assert.equal(verifyAuditLines(broken).ok, false);
      }),
      { numRuns: 300 },
    );
  });

  test('a name that was added, or written twice, is a change: readers of the text would believe it', () => {
    const { lines } = auditLines(header, entries(3));
    const changed = (at: number, from: string, to: string) =>
      lines.map((line, index) => (index === at ? line.replace(from, to) : line));
    for (const [at, broken] of [
      [3, changed(2, '{', '{"note":"approved",')],
      [3, changed(2, '{', '{"actor":"Eve (OP-9)",')],
      [3, changed(2, ',"hash"', ', "hash"')],
      [5, changed(4, '{', '{"signed":true,')],
    ] as const) {
      const { ok, firstBad } = verifyAuditLines(broken);
      assert.deepEqual([ok, firstBad?.line], [false, at]);
    }
    for (const end of ['{"checkpoint":null}', '{"checkpoint":7}', '{"checkpoint":{"entries":3}}'])
      assert.equal(verifyAuditLines([...lines.slice(0, -1), end]).firstBad?.line, 5, end);
  });

  test('what is wrong is said with its line, and how many entries before it are sound', () => {
    const { lines } = auditLines(header, entries(3));
    const verdict = (broken: readonly string[]) => {
      const { ok, entries: sound, firstBad } = verifyAuditLines(broken);
      return [ok, sound, firstBad?.line, firstBad?.reason];
    };
    const [first = '', one = '', two = '', three = '', end = ''] = lines;
    const changed = 'this entry, or one before it, was changed, moved or removed';
    assert.deepEqual(verdict([]), [
      false,
      0,
      1,
      'not a birthmark-audit/1 file: an export as CSV or as JSON Lines has no chain',
    ]);
    assert.deepEqual(verdict([one, two]), [
      false,
      0,
      1,
      'not a birthmark-audit/1 file: an export as CSV or as JSON Lines has no chain',
    ]);
    assert.deepEqual(verdict([first, two, three, end]), [false, 0, 2, changed]);
    assert.deepEqual(verdict([first, one, three, end]), [false, 1, 3, changed]);
    assert.deepEqual(verdict([first, one, 'null', three, end]), [false, 1, 3, 'not an audit entry']);
    assert.deepEqual(verdict([first, one, '"seq"', three, end]), [false, 1, 3, 'not an audit entry']);
    assert.deepEqual(verdict([first, one, two]), [false, 1, 3, 'the end is missing: no checkpoint']);
    assert.deepEqual(verdict([first, one, two, end]), [
      false,
      2,
      4,
      'the checkpoint does not fit the entries before it',
    ]);
    assert.deepEqual(verdict([...lines, one]), [false, 3, 5, 'lines after the checkpoint']);
    const lying = (text: object) => [first, JSON.stringify({ checkpoint: text })];
    const { head } = (JSON.parse(auditLines(header, []).lines[1] ?? '') as { checkpoint: { head: string } }).checkpoint;
    assert.equal(verifyAuditLines(lying({ entries: 0, head })).ok, true);
    assert.equal(verifyAuditLines(lying({ entries: 1, head })).ok, false);
    assert.equal(verifyAuditLines(lying({ entries: 0, head: 'x' })).ok, false);
  });

  test('never throws, whatever the file holds', () => {
    fc.assert(fc.property(fc.array(fc.string()), (lines) => verifyAuditLines(lines).ok === false));
  });
});
