/** Records that another program changes while the station runs: found in the background, told at the bench, kept as evidence. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createClient } from '../../app/contract/index.ts';
import { readCheckpoint } from '../../app/records/log/note.ts';
import type { LogVerdict } from '../../app/records/log/verdict.ts';
import { paths } from '../../app/station/index.ts';
import { openStation } from '../../main/openstation.ts';
import { verifyFile } from '../../main/threads/verifyrecords.ts';
import { tool } from '../bench/tamper/shell.ts';
import { benchWhen } from '../line/support.ts';
import { makeStation, movableClock } from '../support.ts';

const hour = 3_600_000;

test('a row changed while the station runs locks the bench with what, where and what it means; the evidence proves it', async (t) => {
  const { clock, advance } = movableClock();
  const dir = await makeStation([]);
  const station = await openStation({ dir, kind: 'host', threads: true, clock });
  t.after(async () => {
    await station.close();
    rmSync(join(dir, '..'), { recursive: true, force: true });
  });
  // To read all records takes a minute with a million units: the verification does it alone.
  station.parts.ledger.integrityCheck = () => assert.fail('the records are read a second time');
  const { records } = paths(dir);
  const operator = createClient(station.connect('test'));
  await operator.call('session.signIn', { badge: 'OP-1', pin: '1111' });
  const found = (what: string) =>
    benchWhen(operator, ({ interlocks }) => interlocks.some(({ finding }) => finding?.what === what));
  const sound = () => benchWhen(operator, ({ interlocks }) => !interlocks.some(({ reason }) => reason === 'records'));
  const evidence = () => readdirSync(join(dir, 'evidence')).sort();

  // With SQLite's own shell, beside the running station.
  tool(records, `UPDATE people SET role = 'engineer' WHERE badge = 'OP-1'`);
  advance(20_000);
  const { interlocks, locked } = await found('recordsChanged');
  assert.equal(locked, 'records');
  const { detail } = interlocks.find(({ reason }) => reason === 'records')!;
  assert.match(detail ?? '', /not as the station left them; people \[\d+\]: this row is not as the station left it/);
  const [first, ...others] = evidence();
  assert.deepEqual([others, first?.endsWith('-rowChanged')], [[], true]);
  const folder = join(dir, 'evidence', first!);
  const verdict = JSON.parse(readFileSync(join(folder, 'verdict.json'), 'utf8')) as LogVerdict;
  assert.match(verdict.firstBad?.where ?? '', /^people \[\d+\]$/);
  const checkpoint = readCheckpoint(readFileSync(join(folder, 'records.checkpoint'), 'utf8'));
  assert.ok(checkpoint && checkpoint.size <= verdict.size);
  const steps = verifyFile(join(folder, 'records.db'), {});
  let step = steps.next();
  while (!step.done) step = steps.next();
  assert.deepEqual(step.value.firstBad, verdict.firstBad);

  // Undone: the next look finds nothing, and the evidence stays.
  tool(records, `UPDATE people SET role = 'operator' WHERE badge = 'OP-1'`);
  advance(hour);
  await sound();
  assert.deepEqual(evidence(), [first]);

  // What SQLite's own check and the counts find is kept as well.
  tool(records, `INSERT INTO orderUnits (orderId, state, units) VALUES ('WO-none', 'passed', 3)`);
  advance(hour);
  await found('recordsDamaged');
  assert.deepEqual(evidence().length, 2);
});
