/**
 * A bundle as one zip file, written and read in pieces. The same files give the same bytes. Behind the last byte, as the
 * comment of the zip, stands the SHA-256 of all before it, so that any change is noticed, also one between the files.
 */
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { Inflate, Zip, ZipDeflate } from 'fflate';
import { BundleProblem, type BundleSink, type BundleSource } from '../../app/records/bundle/index.ts';

const seal = 'birthmark-bundle sha256:';
const sealBytes = seal.length + 64;
const endBytes = 22;
/** A zip has the time of its files in the PC's own zone; these bytes are the same in all. */
const noTime = new Date(1980, 0, 1);

/** Writes a zip through `write`, in order. `close` writes its end. */
export function zipSink(write: (piece: Uint8Array) => void): BundleSink & { close(): void } {
  const sum = createHash('sha256');
  const put = (piece: Uint8Array) => {
    sum.update(piece);
    write(piece);
  };
  let last = Buffer.alloc(0);
  const zip = new Zip((error, piece, isEnd) => {
    if (error) throw error;
    if (isEnd) last = Buffer.from(piece);
    else put(piece);
  });
  let file: ZipDeflate | undefined;
  return {
    begin(name) {
      file = new ZipDeflate(name, { level: 6 });
      file.mtime = noTime;
      zip.add(file);
    },
    write: (chunk) => file!.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk),
    end: () => file!.push(new Uint8Array(), true),
    close() {
      zip.end();
      last.writeUInt16LE(sealBytes, last.length - 2);
      put(last);
      write(Buffer.from(`${seal}${sum.digest('hex')}`));
    },
  };
}

type Member = { method: number; packed: number; bytes: number; at: number };
const pieceBytes = 256 * 1024;

/** A bundle in a zip file. `assertWhole` compares the file with the hash at its end. */
export function zipSource(path: string): BundleSource & { assertWhole(): void; close(): void } {
  const handle = openSync(path, 'r');
  const size = fstatSync(handle).size;
  const notWhole = () =>
    new BundleProblem('', 'the file is no whole zip of a bundle: it was changed, or its end is missing');
  const read = (from: number, bytes: number): Buffer => {
    const piece = Buffer.alloc(bytes);
    if (from < 0 || from + bytes > size || readSync(handle, piece, 0, bytes, from) !== bytes) throw notWhole();
    return piece;
  };
  function* pieces(from: number, bytes: number): Generator<Buffer> {
    for (let at = from; at < from + bytes; at += pieceBytes) yield read(at, Math.min(pieceBytes, from + bytes - at));
  }
  const list = membersOf(read, size, notWhole);
  const members = new Map(list);
  return {
    names: list.map(([name]) => name),
    *read(name) {
      const member = members.get(name);
      if (member === undefined) throw new BundleProblem(name, 'it is missing');
      const damaged = () => new BundleProblem(name, 'it is damaged: it cannot be unpacked');
      const local = read(member.at, 30);
      const from = member.at + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
      if (local.readUInt32LE(0) !== 0x04034b50 || from + member.packed > size) throw damaged();
      yield* member.method === 0
        ? pieces(from, member.packed)
        : inflated(pieces(from, member.packed), member.bytes, damaged);
    },
    assertWhole() {
      const sum = createHash('sha256');
      for (const piece of pieces(0, Math.max(0, size - sealBytes))) sum.update(piece);
      const said = size < sealBytes ? '' : read(size - sealBytes, sealBytes).toString('latin1');
      if (said !== `${seal}${sum.digest('hex')}`)
        throw new BundleProblem(
          '',
          'the zip was changed or damaged after it was made: the hash at its end does not fit',
        );
    },
    close: () => closeSync(handle),
  };
}

/** Unpacks in pieces, and no more than the list of the zip says. */
function* inflated(pieces: Iterable<Buffer>, bytes: number, damaged: () => BundleProblem): Generator<Uint8Array> {
  let ready: Uint8Array[] = [];
  const inflate = new Inflate((piece) => {
    ready.push(piece);
  });
  let given = 0;
  const take = function* (): Generator<Uint8Array> {
    const now = ready;
    ready = [];
    for (const piece of now) {
      given += piece.length;
      if (given > bytes) throw damaged();
      yield piece;
    }
  };
  const push = (piece: Uint8Array, isEnd: boolean) => {
    try {
      inflate.push(piece, isEnd);
    } catch {
      throw damaged();
    }
  };
  for (const piece of pieces) {
    push(piece, false);
    yield* take();
  }
  push(new Uint8Array(), true);
  yield* take();
  if (given !== bytes) throw damaged();
}

function membersOf(
  read: (from: number, bytes: number) => Buffer,
  size: number,
  notWhole: () => Error,
): [string, Member][] {
  const tail = read(Math.max(0, size - 65_557), Math.min(size, 65_557));
  const end = tail.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0 || end + endBytes > tail.length) throw notWhole();
  const list = read(tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
  const members: [string, Member][] = [];
  let at = 0;
  for (let left = tail.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (at + 46 > list.length || list.readUInt32LE(at) !== 0x02014b50) throw notWhole();
    const nameEnd = at + 46 + list.readUInt16LE(at + 28);
    const method = list.readUInt16LE(at + 10);
    if (method !== 0 && method !== 8) throw notWhole();
    members.push([
      list.toString('utf8', at + 46, nameEnd),
      {
        method,
        packed: list.readUInt32LE(at + 20),
        bytes: list.readUInt32LE(at + 24),
        at: list.readUInt32LE(at + 42),
      },
    ]);
    at = nameEnd + list.readUInt16LE(at + 30) + list.readUInt16LE(at + 32);
  }
  return members;
}
