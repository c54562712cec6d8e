/**
 * A bundle as one zip file, written and read in pieces. The same files give the same bytes. Behind the last byte, as the
 * comment of the zip, stands the SHA-256 of all before it, so that any change is noticed, also one between the files.
 */
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { Inflate, Zip, ZipDeflate } from 'fflate';
import { BundleProblem, type BundleSink, type BundleSource } from '../../app/records/bundle/index.ts';
import { type Member, membersOf } from './zipfiles.ts';

const seal = 'birthmark-bundle sha256:';
const sealBytes = seal.length + 64;
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

const pieceBytes = 256 * 1024;

/** A bundle in a zip file. `assertWhole` compares the file with the hash at its end. */
export function zipSource(path: string): BundleSource & { assertWhole(): void; close(): void } {
  const handle = openSync(path, 'r');
  const size = fstatSync(handle).size;
  const notWhole = () =>
    new BundleProblem('', 'the file is no whole zip of a bundle: it was changed, or its end is missing');
  const read = (from: number, bytes: number): Buffer => {
    if (from < 0 || from + bytes > size) throw notWhole();
    const piece = Buffer.alloc(bytes);
    if (readSync(handle, piece, 0, bytes, from) !== bytes) throw notWhole();
    return piece;
  };
  function* pieces(from: number, bytes: number): Generator<Buffer> {
    for (let at = from; at < from + bytes; at += pieceBytes) yield read(at, Math.min(pieceBytes, from + bytes - at));
  }
  let list: Member[];
  try {
    list = membersOf({ read, size: size - sealBytes, sealBytes, notWhole });
  } catch (thrown) {
    closeSync(handle);
    throw thrown;
  }
  const members = new Map(list.map((member) => [member.name, member]));
  return {
    names: list.map(({ name }) => name),
    *read(name) {
      const member = members.get(name);
      if (member === undefined) throw new BundleProblem(name, 'it is missing');
      const damaged = () => new BundleProblem(name, 'it is damaged: it cannot be unpacked');
      const packed = pieces(member.at, member.packed);
      yield* asListed(member.method === 0 ? packed : inflated(packed, damaged), member, damaged);
    },
    assertWhole() {
      const sum = createHash('sha256');
      for (const piece of pieces(0, size - sealBytes)) sum.update(piece);
      if (read(size - sealBytes, sealBytes).toString('latin1') !== `${seal}${sum.digest('hex')}`)
        throw new BundleProblem(
          '',
          'the zip was changed or damaged after it was made: the hash at its end does not fit',
        );
    },
    close: () => closeSync(handle),
  };
}

/** What the list of the zip says of a file, and no more than that. */
function* asListed(pieces: Iterable<Uint8Array>, { bytes, crc }: Member, damaged: () => Error): Generator<Uint8Array> {
  let [given, sum] = [0, 0];
  for (const piece of pieces) {
    given += piece.length;
    if (given > bytes) throw damaged();
    sum = crc32(piece, sum);
    yield piece;
  }
  if (given !== bytes || sum !== crc) throw damaged();
}

function* inflated(pieces: Iterable<Buffer>, damaged: () => Error): Generator<Uint8Array> {
  let ready: Uint8Array[] = [];
  const inflate = new Inflate((piece) => {
    ready.push(piece);
  });
  const push = (piece: Uint8Array, isEnd: boolean): Uint8Array[] => {
    ready = [];
    try {
      inflate.push(piece, isEnd);
    } catch {
      throw damaged();
    }
    return ready;
  };
  for (const piece of pieces) yield* push(piece, false);
  yield* push(new Uint8Array(), true);
}
