/** Tamperings of the file as bytes: with an editor, a failing disk, or an older copy in the place of the file. */
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import type { Chance } from './chance.ts';

/** Each of them writes the file over and says in words what it did. */
type Change = (file: string, chance: Chance) => string;

const pageBytes = 4096;

/** One to four bytes anywhere. */
export const bytesChanged: Change = (file, chance) => {
  const bytes = readFileSync(file);
  const places = Array.from({ length: 1 + chance.below(4) }, () => chance.below(bytes.length));
  for (const place of places) bytes[place]! ^= 1 + chance.below(255);
  writeFileSync(file, bytes);
  return `bytes changed at ${places.join(', ')}`;
};

/** The bytes at the beginning, where SQLite keeps what the whole file is. */
export const headChanged: Change = (file, chance) => {
  const bytes = readFileSync(file);
  const place = chance.below(100);
  const to = chance.below(256);
  bytes[place] = bytes[place] === to ? to ^ 1 : to;
  writeFileSync(file, bytes);
  return `byte ${place} of the file's head set to ${bytes[place]}`;
};

/** 16 to 512 bytes in a row are zero, or noise. */
export const runChanged: Change = (file, chance) => {
  const bytes = readFileSync(file);
  const length = 16 + chance.below(497);
  const place = chance.below(bytes.length - length);
  const isZero = chance.of(2);
  for (let at = place; at < place + length; at += 1) bytes[at] = isZero ? 0 : chance.below(256);
  writeFileSync(file, bytes);
  return `${length} bytes from ${place} on ${isZero ? 'zero' : 'noise'}`;
};

/** A page in the place of another one, or none of its bytes. */
export const pageChanged: Change = (file, chance) => {
  const bytes = readFileSync(file);
  const pages = bytes.length / pageBytes;
  const [from, to] = [chance.below(pages), chance.below(pages)];
  if (chance.of(3)) bytes.fill(0, to * pageBytes, (to + 1) * pageBytes);
  else bytes.copy(bytes, to * pageBytes, from * pageBytes, (from + 1) * pageBytes);
  writeFileSync(file, bytes);
  return `page ${to} written over, like ${from} or zero`;
};

/** The end of the file is gone, on a page's border or in the middle of one. */
export const fileCut: Change = (file, chance) => {
  const { length } = readFileSync(file);
  const left = chance.of(2) ? chance.below(length / pageBytes) * pageBytes : chance.below(length);
  truncateSync(file, left);
  return `the file cut to ${left} of ${length} bytes`;
};

const frameBytes = 24 + pageBytes;
const walHeadBytes = 32;

/** The write-ahead log of a killed station: gone, cut, or changed. Its head and the file stay. */
export const walChanged: Change = (file, chance) => {
  const wal = `${file}-wal`;
  const bytes = readFileSync(wal);
  const frames = Math.floor((bytes.length - walHeadBytes) / frameBytes);
  const way = chance.below(4);
  if (way === 0) {
    const left = chance.of(4) ? 0 : walHeadBytes + chance.below(frames) * frameBytes;
    truncateSync(wal, left);
    return `the write-ahead log cut to ${left} of ${bytes.length} bytes`;
  }
  if (way === 1) {
    const length = frameBytes;
    const at = walHeadBytes + chance.below(frames) * length;
    writeFileSync(wal, Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]));
    return `a frame of the write-ahead log taken out at ${at}`;
  }
  const place = chance.below(bytes.length);
  bytes[place]! ^= 1 + chance.below(255);
  writeFileSync(wal, bytes);
  return `byte ${place} of ${bytes.length} in the write-ahead log changed`;
};
