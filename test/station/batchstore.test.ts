/** A batch of more members than a page holds, as its submission reads it: its file made again, and each result on its line. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Cloud, MemberResult } from '../../app/registration/index.ts';
import { writeBatchFile } from '../../app/registration/index.ts';
import { batchStore, fileMembers, pagesOf } from '../../app/station/batches/store.ts';
import { freshFolder, makeBed, passUnit, refuses, runBatch } from '../records/support.ts';

const count = 501;
const issuerPem = () => 'the CA\n';
const cloud = { target: { region: 'eu-central-1', bucket: 'bucket' } } as Cloud;

test('a batch is read page by page: a head without members, the same file again, and results on their lines', async (t) => {
  const bed = await makeBed(t);
  const batches = join(freshFolder(t), 'batches');
  await mkdir(batches);
  await Promise.all(Array.from({ length: count }, (_, n) => passUnit(bed, `U${n}`)));
  const asked: number[] = [];
  const ledger: typeof bed.ledger = {
    ...bed.ledger,
    certificateDers(ids) {
      asked.push(ids.length);
      return bed.ledger.certificateDers(ids);
    },
  };
  const candidates = await ledger.batchCandidates({});
  const made = await writeBatchFile(batches, 'B1', fileMembers(ledger, pagesOf(candidates), issuerPem));
  assert.deepEqual([made.count, asked], [count, [500, 1]], 'no more certificates at once than a page has');
  const members = candidates.map(({ unitSerial, certificateId }, n) => ({ line: n + 1, unitSerial, certificateId }));
  const { digest, key: objectKey } = made;
  const row = await ledger.recordBatch({ batchId: 'B1', digest, objectKey, members, actor: 'erik' });
  assert.deepEqual(row, (await ledger.listBatches())[0], 'the row it is answered with is the one on record');

  const store = batchStore({ ledger, batches, issuerPem, cloud, actor: 'erik' });
  asked.length = 0;
  const loaded = await store.load('B1');
  assert.deepEqual([loaded.count, loaded.caCertificateIds, asked], [count, [bed.issuerId], []], 'the file is there');
  await rm(join(batches, (await readdir(batches))[0] ?? ''));
  assert.equal((await store.load('B1')).file, made.file);
  assert.deepEqual(asked, [500, 1]);
  const again = createHash('sha256')
    .update(await readFile(made.file))
    .digest('hex');
  assert.equal(again, digest, 'made again to the byte');

  const known: string[] = [];
  for await (const { certificateId } of store.members('B1')) known.push(certificateId);
  assert.deepEqual(
    known,
    members.map(({ certificateId }) => certificateId),
  );
  await runBatch(ledger, 'B1');
  const last = candidates[count - 1];
  assert.ok(last);
  const result: MemberResult = { line: count, state: 'rejected', reason: 'no room' };
  await store.recordResults('B1', [result]);
  const { members: rejected } = await ledger.showBatch({ batchId: 'B1', state: 'rejected' });
  assert.deepEqual(
    rejected.map(({ line, unitSerial, reason }) => [line, unitSerial, reason]),
    [[count, last.unitSerial, 'no room']],
  );
});

test('a member without its certificate is a damaged file, not a shorter batch', async (t) => {
  const bed = await makeBed(t);
  await passUnit(bed, 'A');
  const [candidate] = await bed.ledger.batchCandidates({});
  assert.ok(candidate);
  const pages = [[candidate, { ...candidate, unitSerial: 'B', certificateId: 'f'.repeat(64) }]];
  const written = writeBatchFile(freshFolder(t), 'B1', fileMembers(bed.ledger, pages, issuerPem));
  await assert.rejects(written, refuses('records.damaged'));
});
