/**
 * Makes a bundle: entries of the log with all that is needed to check them in another place. The same records give the
 * same bytes, so there is no time in it but those on record.
 */
import { createHash } from 'node:crypto';
import { StationError } from '../../contract/errors.ts';
import type { ExportScope } from '../../contract/exports.ts';
import { isSignedBy, keyIn, type LogSigner, readCheckpoint, signedNote, spkiPem, verifierKey } from '../log/note.ts';
import { boundTablesOf, contentOfRow } from '../log/rows.ts';
import {
  checkpointOf,
  type GivenCheckpoint,
  headOf,
  proveConsistency,
  proveInclusion,
  rootOfFirst,
  stationIdOf,
  subtreesOf,
} from '../log/store.ts';
import type { Progress } from '../log/verdict.ts';
import type { Sql } from '../sql.ts';
import { coverLines, type LeafRange } from './cover.ts';
import { type BundleFile, bundleFormat, manifestName, manifestText, signatureName } from './manifest.ts';
import { bundlePage } from './page.ts';
import { selectLeaves } from './selection.ts';
import { verifyPy } from './verifypy.ts';

/** Takes the files of a bundle, one after the other. */
export type BundleSink = {
  begin(name: string): void;
  write(chunk: string | Uint8Array): void;
  end(): void;
};

export type BundleOptions = {
  scope: ExportScope;
  /** The key of the log. */
  signer: LogSigner;
  /** A checkpoint that was kept in another place: the bundle proves that the log goes on from it. */
  since?: string | undefined;
};
export type BundleMade = { entries: number; size: number; root: string; key: string };

/** Up to so many entries have a proof of their own besides the one for all. */
const ownProofs = 10_000;
const stepLeaves = 500;
const pieceChars = 256 * 1024;

/**
 * Makes the bundle of the records that `sql` reads, in the transaction of the caller.
 *
 * @throws records.failed – the log is not signed, or not with this key; records.damaged – `since` is not of this log
 * @throws as `selectLeaves`
 */
export function* makeBundle(
  sql: Sql,
  sink: BundleSink,
  { scope, signer, since }: BundleOptions,
): Generator<Progress, BundleMade> {
  const [head, checkpoint] = [headOf(sql), checkpointOf(sql)];
  if (head === undefined || checkpoint === undefined)
    throw new StationError('records.failed', 'the log of these records is not signed: open the station once');
  const { origin, size, note, verifierKey: key } = checkpoint;
  if (verifierKey(origin, signer.publicKey) !== key)
    throw new StationError('records.failed', 'the key of the log is not the one that signed it: open the station once');
  const growth = [...grownFrom(sql, checkpoint, since)];
  const files: BundleFile[] = [];
  const put = (name: string) => fileInto(sink, files, name);

  const selection = selectLeaves(sql, scope, head);
  const shown: LeafRange[] = [];
  const stated = new Map<string, { id: number; key: string; table: string }>();
  const entries = put('entries.jsonl');
  let count = 0;
  let looked = 0;
  for (const leaf of selection.leaves) {
    looked += 1;
    if (leaf !== undefined) {
      entries.line(leaf.text);
      count += 1;
      const last = shown.at(-1);
      if (last !== undefined && last.from + last.count === leaf.index) last.count += 1;
      else shown.push({ from: leaf.index, count: 1 });
      if (leaf.source === 'statement') {
        const { id, ofTable: table, rowKey, digest } = leaf.row;
        if (digest === null) stated.delete(`${table} ${rowKey}`);
        else stated.set(`${table} ${rowKey}`, { id, table, key: rowKey });
      }
    }
    if (looked % stepLeaves === 0 || leaf === undefined) yield { done: count, of: Math.max(selection.of, count) };
  }
  entries.end();
  const of = count * 2;

  const proof = put('proof.txt');
  const subtrees = fewTiles(sql);
  let lines = 0;
  for (const line of coverLines(shown, size, subtrees)) {
    proof.line(line);
    lines += 1;
    if (lines % stepLeaves === 0) yield { done: Math.min(of, count + lines), of };
  }
  proof.end();

  if (count > 0 && count <= ownProofs) {
    const inclusion = put('inclusion.jsonl');
    for (const { from, count: many } of shown)
      for (let index = from; index < from + many; index += 1) {
        const hashes = proveInclusion(sql, index, size).map((hash) => hash.toString('hex'));
        inclusion.line(JSON.stringify({ index, proof: hashes }));
        if (index % 50 === 0) yield { done: count, of };
      }
    inclusion.end();
  }
  if (stated.size > 0) {
    const rows = put('rows.jsonl');
    const tables = new Map(boundTablesOf(sql).map((table) => [table.name, table]));
    for (const { id, table, key: rowKey } of stated.values()) {
      const row = contentOfRow(sql, tables.get(table)!, rowKey);
      if (row === undefined) continue;
      const blobs = Object.fromEntries(
        Object.entries(row.blobs).map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')]),
      );
      rows.line(JSON.stringify({ id, content: row.content, blobs }));
      yield { done: count, of };
    }
    rows.end();
  }
  const older = put('consistency.jsonl');
  for (const line of growth) older.line(JSON.stringify(line));
  older.end();
  whole(put('checkpoint'), note);
  whole(put('log.pub.pem'), spkiPem(signer.publicKey));
  whole(put('verify.py'), verifyPy);
  const stationId = stationIdOf(sql)!;
  whole(
    put('README.html'),
    bundlePage({ stationId, scope, entries: count, size, key, hasOwnProofs: count > 0 && count <= ownProofs }),
  );

  const manifest = manifestText({
    format: bundleFormat,
    stationId,
    scope,
    entries: count,
    checkpoint: { origin, size, root: Buffer.from(checkpoint.root).toString('hex') },
    key,
    files,
  });
  whole(fileInto(sink, [], manifestName), manifest);
  sink.begin(signatureName);
  sink.write(signer.sign(Buffer.from(manifest)));
  sink.end();
  return { entries: count, size, root: Buffer.from(checkpoint.root).toString('base64'), key };
}

/** Subtrees from few tiles at a time: those of a large log do not fit into memory. */
function fewTiles(sql: Sql) {
  let [subtrees, asked] = [subtreesOf(sql), 0];
  return () => {
    asked += 1;
    if (asked % 4000 === 0) subtrees = subtreesOf(sql);
    return subtrees;
  };
}

type Kept = { size: number; at: string; publicKey: Uint8Array; signature: Uint8Array; root: Uint8Array };

/** Proofs that the log went on from the first checkpoint of each day, and from one that was given. */
function* grownFrom(sql: Sql, { origin, size, verifierKey: key }: GivenCheckpoint, since: string | undefined) {
  const proofFrom = (older: number) => proveConsistency(sql, older, size).map((hash) => hash.toString('hex'));
  const kept = sql.all<Kept>(
    `SELECT min(size) AS size, root, at, publicKey, signature FROM logCheckpoints WHERE size > 0 AND size <= @size
     GROUP BY substr(at, 1, 10) ORDER BY 1 DESC LIMIT 400`,
    { size },
  );
  for (const one of kept.reverse()) {
    const note = signedNote(origin, one, one);
    yield { size: one.size, key: verifierKey(origin, one.publicKey), note, proof: proofFrom(one.size) };
  }
  if (since === undefined) return;
  const given = readCheckpoint(since);
  const refuse = (why: string) => new StationError('records.damaged', `the checkpoint that was given ${why}`);
  if (given === undefined) throw refuse('is no checkpoint');
  if (given.origin !== origin) throw refuse(`is of ${given.origin}, and this log is ${origin}`);
  if (given.size > size) throw refuse(`has ${given.size} leaves, and the log has ${size}: it is an older file`);
  if (Buffer.compare(rootOfFirst(sql, given.size), given.root) !== 0)
    throw refuse('is not the beginning of this log: the log was rewritten');
  if (!isSignedBy(given, keyIn(key, origin)!)) throw refuse('is not signed with the key of this log');
  yield { size: given.size, key, note: since, proof: proofFrom(given.size) };
}

type FileWriter = { line(text: string): void; write(text: string): void; end(): void };

const whole = (file: FileWriter, text: string): void => {
  file.write(text);
  file.end();
};

function fileInto(sink: BundleSink, files: BundleFile[], name: string): FileWriter {
  const sum = createHash('sha256');
  let bytes = 0;
  let waiting = '';
  const flush = () => {
    if (waiting === '') return;
    const piece = Buffer.from(waiting);
    waiting = '';
    sum.update(piece);
    bytes += piece.length;
    sink.write(piece);
  };
  const write = (text: string) => {
    waiting += text;
    if (waiting.length > pieceChars) flush();
  };
  sink.begin(name);
  return {
    write,
    line: (text) => write(`${text}\n`),
    end() {
      flush();
      sink.end();
      files.push({ name, bytes, sha256: sum.digest('hex') });
    },
  };
}
