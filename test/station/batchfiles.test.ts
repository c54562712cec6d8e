import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { reportFile } from '../../app/registration/index.ts';
import { partOfFile } from '../../app/station/batches/files.ts';
import { createMaking } from '../../app/station/batches/making.ts';
import { createBatchTemplates } from '../../app/station/batches/templates.ts';
import { createLog, filesOfBatch } from '../../app/station/index.ts';
import { systemClock } from '../../main/clock.ts';
import { freshFolder, makeBatch, makeBed, passUnit, refuses, runBatch } from '../records/support.ts';

test('the files of a batch are those on disk, with the digests on record', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  const batches = freshFolder(t);
  for (const unitSerial of ['A', 'B']) await passUnit(bed, unitSerial);
  const making = createMaking({
    ...{ ledger, batches, issuerPem: () => 'the CA\n', clock: systemClock, log: createLog() },
    templates: createBatchTemplates({ ledger, cloudLink: { target: () => null } }),
    onProgress: () => {},
    onChange: () => {},
  });
  const { batchId, done } = await making.begin({ actor: 'erik' });
  const { digest } = await done;
  const files = async () =>
    (await filesOfBatch(ledger, batches, batchId)).map(({ kind, digest: said, lines }) => [kind, said, lines]);
  assert.deepEqual(await files(), [['file', digest, 2]]);

  const [name = ''] = await readdir(batches);
  const whole = await readFile(join(batches, name));
  const part = (offset: number, kind: 'file' | 'errors' = 'file') =>
    partOfFile(ledger, batches, { batchId, kind, offset });
  assert.deepEqual(await part(0), { bytes: whole.toString('base64'), next: null, digest });
  assert.deepEqual(await part(whole.length - 1), { bytes: 'Cg==', next: null, digest }, 'from there to the end');
  assert.deepEqual((await part(whole.length + 1)).bytes, '', 'after its end there is nothing');
  await assert.rejects(part(0, 'errors'), refuses('batch.badState', { batchId }));
  await writeFile(reportFile(join(batches, name), 'RESULTS'), 'one\ntwo\n');
  await runBatch(ledger, batchId);
  const report = (lines: number) => ({ digest: 'b'.repeat(64), lines, bytes: 8 });
  await ledger.recordResults({ batchId, results: [1, 2].map((line) => ({ line, state: 'registered' })) });
  await ledger.advanceBatch({
    batchId,
    state: 'done',
    data: { details: { reports: { RESULTS: report(2), ERRORS: report(0) } } },
  });
  assert.deepEqual(
    await files(),
    [
      ['file', digest, 2],
      ['results', 'b'.repeat(64), 2],
    ],
    'a report that is gone from disk is not promised',
  );
});

test('a large file comes in pieces that are the file when they are put together', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  const batches = freshFolder(t);
  await passUnit(bed, 'A');
  await makeBatch(bed, 'B1');
  const bytes = randomBytes(2_500_000);
  await writeFile(join(batches, 'B1.json'), bytes);
  const pieces: Buffer[] = [];
  for (let offset: number | null = 0; offset !== null; ) {
    const part: Awaited<ReturnType<typeof partOfFile>> = await partOfFile(ledger, batches, {
      ...{ batchId: 'B1', kind: 'file', offset },
    });
    pieces.push(Buffer.from(part.bytes, 'base64'));
    offset = part.next;
  }
  assert.equal(pieces.length, 3);
  assert.ok(Buffer.concat(pieces).equals(bytes));
});
