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

  test('never throws, whatever the file holds', () => {
    fc.assert(fc.property(fc.array(fc.string()), (lines) => verifyAuditLines(lines).ok === false));
  });
});
