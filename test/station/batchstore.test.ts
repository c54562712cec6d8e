/** A batch of more members than a page holds, as its submission reads it: its file made again, and each result on its line. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Ledger } from '../../app/records/index.ts';
import type { Cloud, MemberResult } from '../../app/registration/index.ts';
import { writeBatchFile } from '../../app/registration/index.ts';
import { createMaking } from '../../app/station/batches/making.ts';
import { batchStore, fileMembers } from '../../app/station/batches/store.ts';
import { createBatchTemplates } from '../../app/station/batches/templates.ts';
import { createLog } from '../../app/station/index.ts';
import { systemClock } from '../../main/clock.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { freshFolder, makeBatch, makeBed, passUnit, refuses, runBatch } from '../records/support.ts';

const count = 513;
const issuerPem = () => 'the CA\n';
const makingOf = (ledger: Ledger, batches: string) =>
  createMaking({
    ...{ ledger, batches, issuerPem, clock: systemClock, log: createLog() },
    templates: createBatchTemplates({ ledger, cloudLink: { target: () => null } }),
    onProgress: () => {},
    onChange: () => {},
  });
const cloud = { target: { region: 'eu-central-1', bucket: 'bucket' } } as Cloud;

test('a batch is read page by page: a head without members, the same file again, and results on their lines', async (t) => {
  const bed = await makeBed(t);
  const batches = join(freshFolder(t), 'batches');
  await mkdir(batches);
  await Promise.all(Array.from({ length: count }, (_, n) => passUnit(bed, `U${n}`)));
  const asked: number[] = [];
  const pages: number[] = [];
  const ledger: typeof bed.ledger = {
    ...bed.ledger,
    async memberCertificates(params) {
      const page = await bed.ledger.memberCertificates(params);
      asked.push(page.unitSerials.length);
      return page;
    },
    async candidatePage(params) {
      const page = await bed.ledger.candidatePage(params);
      pages.push(page.unitSerials.length);
      return page;
    },
  };
  const candidates = await ledger.batchCandidates({});
  const { batchId, done } = await makingOf(ledger, batches).begin({ actor: 'erik' });
  const row = await done;
  const members = candidates.map(({ unitSerial, certificateId }, n) => ({ line: n + 1, unitSerial, certificateId }));
  assert.deepEqual([row.state, row.count, Math.max(...pages)], ['made', count, 512], 'no more at once than a page has');
  assert.deepEqual(row, (await ledger.listBatches())[0], 'the row it is answered with is the one on record');
  const { digest } = row;
  const file = join(batches, (await readdir(batches))[0] ?? '');

  const store = batchStore({ ledger, batches, issuerPem, cloud, actor: 'erik' });
  asked.length = 0;
  const loaded = await store.load(batchId);
  assert.deepEqual([loaded.count, loaded.caCertificateIds, asked], [count, [bed.issuerId], []], 'the file is there');
  await rm(join(batches, (await readdir(batches))[0] ?? ''));
  assert.equal((await store.load(batchId)).file, file);
  assert.deepEqual(asked, [500, 13, 0]);
  const again = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  assert.equal(again, digest, 'made again to the byte');

  const known: string[] = [];
  for await (const { certificateId } of store.members(batchId)) known.push(certificateId);
  assert.deepEqual(
    known,
    members.map(({ certificateId }) => certificateId),
  );
  await runBatch(ledger, batchId);
  const last = candidates[count - 1];
  assert.ok(last);
  const result: MemberResult = { line: count, state: 'rejected', reason: 'no room' };
  await store.recordResults(batchId, [result]);
  const { members: rejected } = await ledger.showBatch({ batchId, state: 'rejected' });
  assert.deepEqual(
    rejected.map(({ line, unitSerial, reason }) => [line, unitSerial, reason]),
    [[count, last.unitSerial, 'no room']],
  );
});

test('a member without its certificate is a damaged file, not a shorter batch', async (t) => {
  const bed = await makeBed(t);
  await passUnit(bed, 'A');
  await makeBatch(bed, 'B1');
  const sql = openSqlite(bed.file);
  t.after(() => sql.close());
  for (const trigger of ['certificatesFixed', 'certificatesNamed']) sql.exec(`DROP TRIGGER ${trigger}`);
  sql.run('UPDATE certificates SET certificateId = @other', { other: 'f'.repeat(64) });
  const written = writeBatchFile(freshFolder(t), 'B1', fileMembers(bed.ledger, 'B1', issuerPem));
  await assert.rejects(written, refuses('records.damaged'));
});

/** A ledger that dies after so many pages of members. */
const dying = (ledger: Ledger, pages: number): Ledger => {
  let left = pages;
  return {
    ...ledger,
    async addToBatch(params) {
      if (left-- === 0) throw new Error('the process died');
      return ledger.addToBatch(params);
    },
  };
};

test('a batch half made when its station died is made whole at the next start, with each unit once', async (t) => {
  const bed = await makeBed(t);
  const batches = join(freshFolder(t), 'batches');
  await Promise.all(Array.from({ length: count }, (_, n) => passUnit(bed, `U${n}`)));
  const { batchId, done } = await makingOf(dying(bed.ledger, 1), batches).begin({ actor: 'erik' });
  await assert.rejects(done);
  const half = await bed.ledger.showBatch({ batchId });
  assert.deepEqual([half.state, half.count, half.digest], ['making', 512, null]);
  await assert.rejects(
    bed.ledger.advanceBatch({ batchId, state: 'uploading' }),
    refuses('batch.badState'),
    'half a batch does not leave',
  );
  await passUnit(bed, 'too late');
  const row = await makingOf(bed.ledger, batches).goOn(batchId, 'erik').done;
  assert.deepEqual([row.state, row.count, row.batchId], ['made', count, batchId]);
  const { members } = await bed.ledger.showBatch({ batchId, limit: 1000 });
  assert.equal(new Set(members.map(({ unitSerial }) => unitSerial)).size, count);
  assert.deepEqual(
    members.map(({ line }) => line),
    members.map((_, n) => n + 1),
  );
  const lines = (await readFile(join(batches, (await readdir(batches))[0] ?? ''), 'utf8')).trimEnd().split('\n');
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).SerialNumber),
    members.map(({ unitSerial }) => unitSerial),
    'the file has the members in the order of the records',
  );
  assert.equal(await bed.ledger.readyUnits(), 1);
});

test('a unit that AWS would refuse ends the making, and every unit may join another batch', async (t) => {
  const bed = await makeBed(t);
  for (const unitSerial of ['A', 'B with a space', 'C']) await passUnit(bed, unitSerial);
  const { batchId, done } = await makingOf(bed.ledger, freshFolder(t)).begin({ actor: 'erik' });
  await assert.rejects(done, refuses('call.badParams'));
  const { state, error } = await bed.ledger.showBatch({ batchId });
  assert.deepEqual([state, error?.code], ['failed', 'call.badParams']);
  assert.equal(await bed.ledger.readyUnits(), 3);
});
