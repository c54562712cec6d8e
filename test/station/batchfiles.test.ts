import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { reportFile } from '../../app/registration/index.ts';
import { createMaking } from '../../app/station/batches/making.ts';
import { createBatchTemplates } from '../../app/station/batches/templates.ts';
import { createLog, filesOfBatch } from '../../app/station/index.ts';
import { systemClock } from '../../main/clock.ts';
import { freshFolder, makeBed, passUnit, runBatch } from '../records/support.ts';

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
