/** Checks a bundle, wherever it came from. Nothing but the bundle is needed, and it says what is wrong in a sentence. */
import { isUtf8 } from 'node:buffer';
import { createHash, hash, verify } from 'node:crypto';
import { leafHash, verifyConsistency, verifyInclusion } from '../log/merkle.ts';
import { bytesOf, isSignedBy, keyIn, publicKeyObject, readCheckpoint } from '../log/note.ts';
import type { Progress } from '../log/verdict.ts';
import { coverRoot } from './cover.ts';
import { type Manifest, manifestName, mostManifestBytes, readManifest, signatureName } from './manifest.ts';

/** The files of a bundle. A file is read in pieces. */
export type BundleSource = {
  names: readonly string[];
  /** @throws BundleProblem – the file is not there or damaged */
  read(name: string): Iterable<Uint8Array>;
};

/** What is wrong with a bundle, as a sentence for people. */
export class BundleProblem extends Error {
  override name = 'BundleProblem';
  readonly file: string;
  /** From 1. */
  readonly line: number | undefined;
  constructor(file: string, reason: string, line?: number) {
    super(reason);
    this.file = file;
    this.line = line;
  }
}

export type BundleVerdict = {
  ok: boolean;
  format: 'birthmark-bundle/1';
  entries: number;
  /** Leaves of the log. */
  size: number;
  /** Base64; null when it is not known. */
  root: string | null;
  /** The public key that signed it; null when it is not known. */
  key: string | null;
  firstBad?: { file: string; line?: number; reason: string };
};

export type BundleExpected = {
  /** The key of the log as the person knows it. */
  key?: string | undefined;
  /** A checkpoint that the person kept. */
  checkpoint?: string | undefined;
};

/** Checks it. The generator yields how many lines are done; it does not throw for a bundle that is wrong. */
export function* checkBundle(source: BundleSource, expected: BundleExpected): Generator<Progress, BundleVerdict> {
  const known: Pick<BundleVerdict, 'entries' | 'size' | 'root' | 'key'> = {
    entries: 0,
    size: 0,
    root: null,
    key: null,
  };
  try {
    const manifest = trustedManifest(source, expected.key);
    const { checkpoint, key } = manifest;
    known.size = checkpoint.size;
    known.root = Buffer.from(checkpoint.root, 'hex').toString('base64');
    known.key = key;
    yield* checkFiles(source, manifest, expected.checkpoint);
    return { ok: true, format: 'birthmark-bundle/1', ...known, entries: manifest.entries };
  } catch (thrown) {
    if (!(thrown instanceof BundleProblem) && !(thrown instanceof SyntaxError) && !(thrown instanceof TypeError))
      throw thrown;
    const at =
      thrown instanceof BundleProblem ? thrown : new BundleProblem('', 'the bundle cannot be read: it was changed');
    const firstBad = { file: at.file, ...(at.line === undefined ? {} : { line: at.line }), reason: at.message };
    return { ok: false, format: 'birthmark-bundle/1', ...known, firstBad };
  }
}

function whole(source: BundleSource, name: string, most: number): Buffer {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for (const piece of source.read(name)) {
    bytes += piece.length;
    if (bytes > most) throw new BundleProblem(name, 'it was changed: it is too long');
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** The manifest, once its signature and the names of the files are right. */
function trustedManifest(source: BundleSource, expectedKey: string | undefined): Manifest {
  const text = whole(source, manifestName, mostManifestBytes);
  const signature = whole(source, signatureName, mostManifestBytes);
  const manifest = isUtf8(text) ? readManifest(text.toString()) : undefined;
  const bad = (reason: string) => new BundleProblem(manifestName, reason);
  if (manifest === undefined) throw bad('it is not the manifest of a bundle: it was changed');
  const { key, checkpoint, files } = manifest;
  const publicKey = keyIn(key, checkpoint.origin);
  if (publicKey === undefined) throw bad('its key is none of this log: it was changed');
  if (expectedKey !== undefined && expectedKey !== key)
    throw bad(`the bundle was signed with ${key} and not with the key that was given`);
  if (signature.length !== 64 || !verify(null, text, publicKeyObject(publicKey), signature))
    throw bad(`it or ${signatureName} was changed: the signature does not fit`);
  const listed = new Set(files.map(({ name }) => name));
  for (const [index, name] of source.names.entries()) {
    if (source.names.indexOf(name) !== index) throw new BundleProblem(name, 'it is in the bundle twice');
    if (!listed.has(name) && name !== manifestName && name !== signatureName)
      throw new BundleProblem(name, 'it is not in the manifest: it was added');
  }
  return manifest;
}

function* checkFiles(source: BundleSource, manifest: Manifest, kept: string | undefined): Generator<Progress, void> {
  const { checkpoint, key, files, entries } = manifest;
  const head = { size: checkpoint.size, root: Buffer.from(checkpoint.root, 'hex') };
  const publicKey = keyIn(key, checkpoint.origin)!;
  const of = entries * 3;
  let changed: string | undefined;
  for (const { name, bytes, sha256 } of files) {
    const sum = createHash('sha256');
    let left = bytes;
    for (const piece of source.read(name)) {
      sum.update(piece);
      left -= piece.length;
      // A file may be packed small and be without an end.
      if (left < 0) break;
    }
    if (left === 0 && sum.digest('hex') === sha256) continue;
    // What the log has in place of an entry says more than the hash of the file.
    if (name !== 'entries.jsonl')
      throw new BundleProblem(name, 'it was changed: its hash is not the one in the manifest');
    changed = name;
  }
  const note = whole(source, 'checkpoint', mostManifestBytes).toString();
  const said = noteOf(note, checkpoint.origin, publicKey, new BundleProblem('checkpoint', ''));
  if (said.size !== head.size || !head.root.equals(said.root))
    throw new BundleProblem('checkpoint', 'it is not the checkpoint of the manifest');
  const has = (name: string) => files.some((file) => file.name === name);
  if (has('inclusion.jsonl')) yield* checkInclusion(source, head, of);
  const count = yield* checkTree(source, head, of);
  if (changed !== undefined)
    throw new BundleProblem(changed, 'it was changed: its hash is not the one in the manifest');
  if (count !== entries) throw new BundleProblem('entries.jsonl', `it has ${count} entries and not ${entries}`);
  if (has('rows.jsonl')) yield* checkRows(source, of);
  const older = checkGrowth(source, checkpoint.origin, head);
  if (kept !== undefined) checkKept(kept, checkpoint.origin, publicKey, older);
}

type Head = { size: number; root: Uint8Array };
const said = (at: BundleProblem, reason: string) => new BundleProblem(at.file, reason, at.line);

function noteOf(text: string, origin: string, publicKey: Uint8Array, at: BundleProblem): Head {
  const checkpoint = readCheckpoint(text);
  if (checkpoint === undefined) throw said(at, 'this is no checkpoint');
  if (checkpoint.origin !== origin) throw said(at, `this is a checkpoint of ${checkpoint.origin} and not of ${origin}`);
  if (!isSignedBy(checkpoint, publicKey)) throw said(at, 'the signature of this checkpoint is wrong');
  return { size: checkpoint.size, root: Buffer.from(checkpoint.root) };
}

const stepLines = 200;
const mostLineBytes = 32 * 1024 * 1024;

/** The lines of a file, without their ends. */
function* linesOf(source: BundleSource, name: string): Generator<string> {
  let held: Uint8Array[] = [];
  let [line, bytes] = [0, 0];
  for (const piece of source.read(name)) {
    let from = 0;
    for (let end = piece.indexOf(10); end >= 0; end = piece.indexOf(10, from)) {
      line += 1;
      const text = Buffer.concat([...held, piece.subarray(from, end)]);
      [held, bytes] = [[], 0];
      if (!isUtf8(text)) throw new BundleProblem(name, 'this line is no text in UTF-8: it was changed', line);
      yield text.toString();
      from = end + 1;
    }
    held.push(piece.subarray(from));
    bytes += piece.length - from;
    if (bytes > mostLineBytes) throw new BundleProblem(name, 'this line has no end: it was changed', line + 1);
  }
  if (bytes > 0) throw new BundleProblem(name, 'its end is missing');
}

const hashesOf = (found: unknown, at: BundleProblem): Buffer[] => {
  if (!Array.isArray(found) || !found.every((one) => typeof one === 'string' && /^[0-9a-f]{64}$/.test(one)))
    throw said(at, 'its proof is no list of hashes');
  return (found as string[]).map((one) => Buffer.from(one, 'hex'));
};

/** Each entry by itself, so that a wrong one is named. */
function* checkInclusion(source: BundleSource, head: Head, of: number): Generator<Progress, void> {
  const proofs = linesOf(source, 'inclusion.jsonl');
  let line = 0;
  for (const text of linesOf(source, 'entries.jsonl')) {
    line += 1;
    const at = new BundleProblem('entries.jsonl', '', line);
    const { value, done } = proofs.next();
    if (done) throw said(at, 'there is no proof for this line: it was added');
    const { index, proof } = JSON.parse(value) as { index: number; proof: unknown };
    if (!Number.isSafeInteger(index)) throw said(at, 'its proof names no place');
    if (!verifyInclusion({ leaf: leafHash(text), index, ...head, proof: hashesOf(proof, at) }))
      throw said(at, 'this line is not what the log has there: it was changed, moved, added or removed');
    if (line % stepLines === 0) yield { done: line, of };
  }
  if (!proofs.next().done) throw new BundleProblem('entries.jsonl', 'an entry is missing at its end');
}

/** All entries in their places, and the hashes of all others, give the root. */
function* checkTree(source: BundleSource, head: Head, of: number): Generator<Progress, number> {
  const cover = coverRoot();
  // A third of the work are the proofs of single entries.
  const told = (entries: number): Progress => ({ done: of / 3 + entries * 2, of });
  const entries = linesOf(source, 'entries.jsonl');
  let [line, count] = [0, 0];
  for (const text of linesOf(source, 'proof.txt')) {
    line += 1;
    const [, leaves, level, hex] = /^(?:leaves (\d{1,15})|hash (\d{1,2}) ([0-9a-f]{64}))$/.exec(text) ?? [];
    for (let left = Number(leaves ?? 0); left > 0; left -= 1) {
      const { value, done } = entries.next();
      if (done) throw new BundleProblem('entries.jsonl', 'entries are missing at its end');
      cover.add(0, leafHash(value));
      count += 1;
      if (count % stepLines === 0) yield told(count);
    }
    if (leaves !== undefined) continue;
    if (hex === undefined || cover.size() % 2 ** Number(level) !== 0)
      throw new BundleProblem('proof.txt', 'this line is not part of a proof', line);
    cover.add(Number(level), Buffer.from(hex, 'hex'));
    if (line % stepLines === 0) yield told(count);
  }
  if (!entries.next().done) throw new BundleProblem('entries.jsonl', 'it has more entries than the proof');
  if (cover.size() !== head.size || Buffer.compare(cover.root(), head.root) !== 0)
    throw new BundleProblem(
      'entries.jsonl',
      'its entries do not give the root of the checkpoint: one was changed, moved, added or removed',
    );
  return count;
}

/** The content of rows against what the log states of them. */
function* checkRows(source: BundleSource, of: number): Generator<Progress, void> {
  const stated = new Map<number, string | null>();
  for (const text of linesOf(source, 'entries.jsonl')) {
    const entry = JSON.parse(text) as { kind: string; id: number; digest: string | null };
    if (entry.kind === 'row') stated.set(entry.id, entry.digest);
    if (stated.size % stepLines === 0) yield { done: of, of };
  }
  let line = 0;
  for (const text of linesOf(source, 'rows.jsonl')) {
    line += 1;
    const row = JSON.parse(text) as { id: number; content: string; blobs: Record<string, string> };
    if (stated.get(row.id) !== hash('sha256', row.content))
      throw new BundleProblem('rows.jsonl', 'this is not what the log states', line);
    const content = JSON.parse(row.content) as Record<string, { sha256?: string }>;
    if (Array.isArray(row.blobs)) throw new BundleProblem('rows.jsonl', 'its data have no names', line);
    for (const [name, data] of Object.entries(row.blobs)) {
      const bytes = bytesOf(data);
      if (bytes === undefined || content[name]?.sha256 !== hash('sha256', bytes))
        throw new BundleProblem('rows.jsonl', `its ${name} is not what the log states`, line);
    }
    yield { done: of, of };
  }
}

function checkGrowth(source: BundleSource, origin: string, head: Head): Map<number, Uint8Array> {
  const older = new Map([[head.size, head.root]]);
  let line = 0;
  for (const text of linesOf(source, 'consistency.jsonl')) {
    line += 1;
    const at = new BundleProblem('consistency.jsonl', '', line);
    const { note, key, proof } = JSON.parse(text) as { note: string; key: string; proof: unknown };
    const publicKey = keyIn(key, origin);
    if (publicKey === undefined) throw said(at, 'its key is none of this log');
    const one = noteOf(note, origin, publicKey, at);
    if (!verifyConsistency({ older: one, newer: head, proof: hashesOf(proof, at) }))
      throw said(at, 'the log does not go on from this checkpoint');
    older.set(one.size, one.root);
  }
  return older;
}

function checkKept(note: string, origin: string, publicKey: Uint8Array, older: ReadonlyMap<number, Uint8Array>): void {
  const at = new BundleProblem('the checkpoint that was given', '');
  const kept = noteOf(note, origin, publicKey, at);
  const root = older.get(kept.size);
  if (root === undefined)
    throw said(at, `the bundle has no proof from ${kept.size} leaves on: ask for one (audit export --checkpoint)`);
  if (Buffer.compare(root, kept.root) !== 0)
    throw said(at, 'the log is not the one of this checkpoint: it was rewritten');
}
