/** Bundles: checked by the program, by the verifier inside, and by the steps that the page inside shows. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { unzipSync } from 'fflate';
import type { ExportScope } from '../../app/contract/exports.ts';
import { createRandom } from '../../app/practice/devices/faults.ts';
import { BundleProblem, type BundleSource, type BundleVerdict, checkBundle } from '../../app/records/bundle/index.ts';
import { createLedger } from '../../app/records/index.ts';
import { originOf, verifierKey } from '../../app/records/log/note.ts';
import { leavesOf } from '../../app/records/log/store.ts';
import { folderSource } from '../../main/exports/folder.ts';
import { type ExportAsked, exportSteps } from '../../main/exports/steps.ts';
import { makeWhole } from '../../main/exports/whole.ts';
import { zipSource } from '../../main/exports/zip.ts';
import { openDatabaseHere } from '../../main/threads/database.ts';
import { openSqlite } from '../../native/sqlite.ts';
import {
  type Bed,
  createTestClock,
  fillStation,
  issueFor,
  makeBatch,
  model,
  orderId,
  passUnit,
  start,
} from './support.ts';

const other = 'OTHER-CUSTOMER';
const folder = mkdtempSync(join(tmpdir(), 'birthmark-bundle-'));
const file = join(folder, 'records.db');
const db = openDatabaseHere(file, { create: true });
const clock = createTestClock();
const ledger = createLedger(db, clock);
let bed: Bed;
let closed = false;

before(async () => {
  const { issuerId } = await fillStation(ledger, 1000);
  bed = { file, database: db, ledger, clock, issuerId };
  for (const unit of ['A-1', 'A-2']) await passUnit(bed, unit);
  await makeBatch(bed, 'BATCH-A');
  clock.advance(3_600_000 * 30);
  await ledger.makeOrder({
    orderId: other,
    model,
    quantity: 9,
    profile: 'aws-iot-device',
    activate: true,
    actor: 'test',
  });
  for (const unit of ['SECRET-1', 'SECRET-2', 'SECRET-3']) {
    await ledger.startAttempt({ ...start(unit), orderId: other });
  }
  clock.advance(3_600_000 * 30);
  await passUnit(bed, 'A-3');
});
after(async () => {
  if (!closed) await db.close();
  rmSync(folder, { recursive: true, force: true });
});

async function made(name: string, scope: ExportScope, asked: Partial<ExportAsked> = {}) {
  const path = join(folder, name);
  const result = await makeWhole(path, async (temporary) => {
    const steps = exportSteps(file, temporary, { format: 'bundle', scope, ...asked });
    for (;;) {
      const { value, done } = steps.next();
      if (done) return value;
    }
  });
  return { path, result };
}

function verdictOf(source: BundleSource, expected = {}): BundleVerdict {
  const steps = checkBundle(source, expected);
  for (;;) {
    const { value, done } = steps.next();
    if (done) return value;
  }
}
function verdictOfZip(path: string, expected = {}): BundleVerdict | string {
  try {
    const zip = zipSource(path);
    try {
      const verdict = verdictOf(zip, expected);
      if (verdict.ok) zip.assertWhole();
      return verdict;
    } finally {
      zip.close();
    }
  } catch (thrown) {
    if (thrown instanceof BundleProblem) return thrown.message;
    throw thrown;
  }
}
function unpacked(path: string, name: string): string {
  const target = join(folder, name);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target);
  for (const [entry, bytes] of Object.entries(unzipSync(readFileSync(path)))) writeFileSync(join(target, entry), bytes);
  return target;
}
const python = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync('python3', args, { encoding: 'utf8' });
  return { status, said: `${stdout}${stderr}` };
};

describe('a bundle', () => {
  test('of an order is sound to the program, to its own verifier and to openssl, and has nothing of another order', async () => {
    const { path, result } = await made('order.zip', { orderId });
    assert.ok(result.entries > 30, `${result.entries} entries`);
    const verdict = verdictOfZip(path, { key: result.key });
    assert.deepEqual(verdict, {
      ok: true,
      format: 'birthmark-bundle/1',
      entries: result.entries,
      size: result.size,
      root: result.root,
      key: result.key,
    });
    const dir = unpacked(path, 'order');
    assert.ok(verdictOf(folderSource(dir)).ok);
    for (const args of [
      [join(dir, 'verify.py')],
      [join(dir, 'verify.py'), path],
      [join(dir, 'verify.py'), '--key', result.key],
    ]) {
      const { status, said } = python(...args);
      assert.equal(status, 0, said);
      assert.match(said, new RegExp(`^ok, ${result.entries} entries in a log of ${result.size} leaves`));
    }
    const page = readFileSync(join(dir, 'README.html'), 'utf8');
    const steps = [...page.matchAll(/<pre class="step">([^<]*)<\/pre>/g)].map(([, text = '']) =>
      text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&'),
    );
    assert.equal(steps.length, 5);
    const byHand = spawnSync('sh', ['-e', '-c', steps.join('\n')], { cwd: dir, encoding: 'utf8' });
    assert.equal(byHand.status, 0, byHand.stderr);
    assert.match(byHand.stdout, /Signature Verified Successfully/);
    assert.match(byHand.stdout, /entries.jsonl: OK/);
    assert.ok(byHand.stdout.includes(result.key.slice(result.key.lastIndexOf('+') + 1)), 'the key');
    assert.match(byHand.stdout, /line 1 is in the log/);

    const texts = Object.entries(unzipSync(readFileSync(path)));
    for (const [name, bytes] of texts)
      for (const word of ['SECRET', other]) assert.ok(!Buffer.from(bytes).includes(word), `${name} has ${word}`);
    const entries = Buffer.from(unzipSync(readFileSync(path))['entries.jsonl']!).toString();
    for (const word of ['A-1', 'A-3', 'BATCH-A', '"of":"certificates"']) assert.ok(entries.includes(word), word);
  });

  test('has exactly the leaves that its conditions name, whatever they are', async () => {
    const sql = openSqlite(file, { readOnly: true });
    const all = [...leavesOf(sql, 0, Number.MAX_SAFE_INTEGER)];
    const entries = all.filter(({ source }) => source !== 'statement').map(({ text }) => text);
    sql.close();
    const shown = async (scope: ExportScope) => {
      const { path } = await made('scope.zip', scope);
      assert.ok((verdictOfZip(path) as BundleVerdict).ok);
      const lines = Buffer.from(unzipSync(readFileSync(path))['entries.jsonl']!)
        .toString()
        .split('\n');
      return lines.slice(0, -1);
    };
    assert.deepEqual(await shown({}), entries);
    const later = '2026-11-22T00:00:00.000Z';
    assert.deepEqual(
      await shown({ from: later }),
      entries.filter((text) => (JSON.parse(text) as { at: string }).at >= later),
    );
    assert.deepEqual(
      await shown({ to: later }),
      entries.filter((text) => (JSON.parse(text) as { at: string }).at < later),
    );
    const one = (await shown({ unitSerial: 'A-1' })).map((text) => JSON.parse(text) as Record<string, unknown>);
    assert.ok(one.length > 5);
    assert.deepEqual(
      one.filter(({ kind, unitSerial }) => kind === 'journal' && unitSerial !== 'A-1'),
      [],
    );
    await assert.rejects(made('none.zip', { operator: 'no such person' }), /there is no person no such person/);
    assert.equal((await shown({ unitSerial: 'SECRET-1', orderId })).length, 0, 'a unit of another order');
    const batch = await shown({ batchId: 'BATCH-A' });
    assert.ok(batch.some((text) => text.includes('A-2')) && !batch.some((text) => text.includes('A-3')));
    for (const scope of [{ orderId: 'X' }, { batchId: 'X' }, { unitSerial: 'X' }])
      await assert.rejects(made('none.zip', scope), /there is no (order|batch|unit) X/);
    await assert.rejects(made('none.zip', { from: later, to: later }), /ends before it begins/);
  });

  test('of the same records is the same, byte by byte', async () => {
    const [one, two] = [await made('one.zip', { orderId }), await made('two.zip', { orderId })];
    assert.ok(readFileSync(one.path).equals(readFileSync(two.path)));
  });

  test('that was changed is refused with a sentence that says where: each file, each line', async () => {
    const { path } = await made('sound.zip', { unitSerial: 'A-1' });
    const sound = unzipSync(readFileSync(path));
    const folderOf = (files: Record<string, Uint8Array>): BundleSource => ({
      names: Object.keys(files),
      *read(name) {
        if (files[name] === undefined) throw new BundleProblem(name, 'it is missing');
        yield files[name];
      },
    });
    assert.ok(verdictOf(folderOf(sound)).ok);
    const refused: Record<string, Uint8Array>[] = [];
    for (const name of Object.keys(sound)) {
      const { [name]: gone, ...others } = sound;
      const bad = verdictOf(folderOf(others)).firstBad;
      assert.deepEqual([bad?.file, bad?.reason], [name, 'it is missing']);
      for (const files of [others, { ...sound, [name]: new Uint8Array() }]) refused.push(files);
      const lines = Buffer.from(gone!).toString('latin1').split('\n');
      for (let line = 0; line < lines.length - 1; line += Math.max(1, Math.floor(lines.length / 40))) {
        const forged = [...lines];
        forged[line] = `${lines[line]!.slice(0, -1)}${lines[line]!.endsWith('7') ? '8' : '7'}`;
        const files = { ...sound, [name]: Buffer.from(forged.join('\n'), 'latin1') };
        const found = verdictOf(folderOf(files));
        assert.equal(found.ok, false, `${name} line ${line + 1}`);
        assert.ok((found.firstBad?.reason.length ?? 0) > 10);
        if (name === 'entries.jsonl') assert.deepEqual([found.firstBad?.file, found.firstBad?.line], [name, line + 1]);
        else if (!name.startsWith('manifest')) assert.equal(found.firstBad?.file, name);
        if (line === 0) refused.push(files);
      }
    }
    const added = verdictOf(folderOf({ ...sound, 'more.txt': Buffer.from('x') })).firstBad;
    assert.deepEqual([added?.file, added?.reason], ['more.txt', 'it is not in the manifest: it was added']);

    // The verifier inside says the same of all of them. It is asked in one process.
    const verifier = join(folder, 'trusted');
    mkdirSync(verifier, { recursive: true });
    writeFileSync(join(verifier, 'verify.py'), sound['verify.py']!);
    const places = refused.map((files, index) => {
      const dir = join(verifier, String(index));
      mkdirSync(dir);
      for (const [name, bytes] of Object.entries(files)) writeFileSync(join(dir, name), bytes);
      return dir;
    });
    const { said } = python(
      '-c',
      'import sys, io, contextlib; sys.path.insert(0, sys.argv[1]); import verify\nfor place in sys.argv[2:]:\n  sys.argv = ["verify.py", place]\n  print(verify.main())',
      verifier,
      ...places,
    );
    const lines = said.trimEnd().split('\n');
    assert.deepEqual(
      lines.filter((_, index) => index % 2 === 1),
      refused.map(() => '1'),
      said,
    );
    assert.ok(
      lines.filter((_, index) => index % 2 === 0).every((line) => /^BAD .{10,}/.test(line)),
      said,
    );
  });

  test('whose zip has a changed byte, a missing end or more at its end is refused', async () => {
    const { path } = await made('bytes.zip', { unitSerial: 'A-1' });
    const sound = readFileSync(path);
    const forged = join(folder, 'forged.zip');
    const random = createRandom(2026);
    const script = join(unpacked(path, 'bytes'), 'verify.py');
    for (let round = 0; round < 90; round += 1) {
      const bytes = Buffer.from(sound);
      const at = Math.floor(random() * bytes.length);
      bytes[at] = bytes[at]! ^ (1 + Math.floor(random() * 255));
      writeFileSync(forged, bytes);
      const verdict = verdictOfZip(forged);
      assert.ok(typeof verdict === 'string' || !verdict.ok, `byte ${at}`);
      if (round % 30 !== 0) continue;
      const { status, said } = python(script, forged);
      assert.equal(status, 1, `byte ${at}: ${said}`);
      assert.match(said, /^BAD .{10,}/);
    }
    for (const bytes of [
      sound.subarray(0, -1),
      Buffer.concat([sound, Buffer.of(0)]),
      sound.subarray(0, 40),
      Buffer.alloc(0),
    ]) {
      writeFileSync(forged, bytes);
      const verdict = verdictOfZip(forged);
      assert.ok(typeof verdict === 'string' || !verdict.ok, `${bytes.length} bytes`);
      if (bytes.length > 40) assert.equal(python(script, forged).status, 1);
    }
  });

  test('made with another key is refused where the key is known, and a kept checkpoint must be the beginning', async () => {
    const early = await made('early.zip', { unitSerial: 'A-1' });
    const note = Buffer.from(unzipSync(readFileSync(early.path)).checkpoint!).toString();
    await issueFor(bed, 'A-4');
    const late = await made('late.zip', { unitSerial: 'A-1' });
    const proved = await made('proved.zip', { unitSerial: 'A-1' }, { since: note });
    assert.ok(proved.result.size > early.result.size);
    const reasonOf = (verdict: BundleVerdict | string) =>
      typeof verdict === 'string' ? verdict : (verdict.firstBad?.reason ?? 'ok');
    assert.match(reasonOf(verdictOfZip(late.path, { checkpoint: note })), /has no proof from \d+ leaves on/);
    assert.equal(reasonOf(verdictOfZip(proved.path, { checkpoint: note })), 'ok');
    const kept = join(folder, 'kept');
    writeFileSync(kept, note);
    const script = join(unpacked(proved.path, 'proved'), 'verify.py');
    assert.equal(python(script, '--checkpoint', kept).status, 0);
    const forged = note.replace(/\n(\d+)\n/, (_, size: string) => `\n${Number(size) - 1}\n`);
    assert.match(reasonOf(verdictOfZip(proved.path, { checkpoint: forged })), /signature of this checkpoint is wrong/);
    writeFileSync(kept, forged);
    assert.match(python(script, '--checkpoint', kept).said, /BAD the checkpoint that you gave: its signature is wrong/);
    await assert.rejects(made('x.zip', {}, { since: 'no checkpoint' }), /is no checkpoint/);

    const foreign = verifierKey(originOf('station-1'), Buffer.alloc(32, 7));
    const copiedWrong = python(script, '--key', `${late.result.key.slice(0, -4)}AAA=`);
    assert.equal(copiedWrong.status, 2);
    assert.match(copiedWrong.said, /^cannot read: --key: .* is no public key of a log/);
    assert.match(reasonOf(verdictOfZip(late.path, { key: foreign })), /not with the key that was given/);
    assert.match(python(script, '--key', foreign).said, /BAD the bundle was signed with/);
  });
});

test('CSV and JSON Lines have the entries of a scope, and no cell of CSV is a formula', async () => {
  await ledger.audit({ entry: 'session.refused', actor: '=HYPERLINK("http://x")', subject: '+1', data: {} });
  const csv = readFileSync((await made('all.csv', {}, { format: 'csv' })).path, 'utf8');
  const jsonl = readFileSync((await made('all.jsonl', {}, { format: 'jsonl' })).path, 'utf8');
  const rows = jsonl
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.equal(csv.trimEnd().split('\r\n').length, rows.length + 1);
  assert.ok(csv.includes(`"'=HYPERLINK(""http://x"")"`) && csv.includes(",'+1,"));
  const half = await made('unit.jsonl', { unitSerial: 'A-2' }, { format: 'jsonl' });
  const unit = readFileSync(half.path, 'utf8').trimEnd().split('\n');
  assert.equal(unit.length, half.result.entries);
  assert.ok(unit.every((line) => line.includes('A-2') || line.includes('"kind":"audit"')));
});

test('entries of a person are those under each badge that the person ever had', async () => {
  const { personId } = await ledger.addPerson({
    ...{ name: 'Olga', badge: 'OP-1', role: 'operator', pin: '739204', actor: 'test' },
  });
  const act = (actor: string) => ledger.audit({ entry: 'session.signedOut', actor, subject: 'OP', data: {} });
  await act('Olga (OP-1)');
  await ledger.replaceBadge({ personId, badge: 'OP-2', reason: 'lost', actor: 'test' });
  await act('Olga (OP-2)');
  for (const operator of ['Olga', 'OP-1', 'OP-2', 'Olga (OP-1)', 'Olga (OP-2)']) {
    const { path } = await made('olga.jsonl', { operator }, { format: 'jsonl' });
    const actors = readFileSync(path, 'utf8').trimEnd().split('\n');
    assert.deepEqual(
      actors.map((line) => (JSON.parse(line) as { actor: string }).actor),
      ['Olga (OP-1)', 'Olga (OP-2)'],
      operator,
    );
  }
});

test('an export that fails leaves nothing', async () => {
  const path = join(folder, 'nothing.zip');
  await assert.rejects(
    makeWhole(path, async (temporary) => {
      const steps = exportSteps(file, temporary, { format: 'bundle', scope: {} });
      steps.next();
      steps.return(undefined as never);
      throw new Error('stopped');
    }),
    /stopped/,
  );
  assert.throws(() => readFileSync(path));
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.endsWith('.writing')),
    [],
  );
  closed = true;
  await db.close();
});
