/**
 * The program and the verifier inside a bundle say the same of every bundle: of zip files that programs read in different
 * ways, of folders with what is no file, and of parts that are right in other forms. Who has the key of the log made some.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { deflateRawSync, constants as zlib } from 'node:zlib';
import { BundleProblem, type BundleSource, checkBundle, makeBundle } from '../../app/records/bundle/index.ts';
import { createLedger, createLocalDatabase, type Database, migrate } from '../../app/records/index.ts';
import { keyIdOf, originOf, publicKeyBytes } from '../../app/records/log/note.ts';
import { folderSource } from '../../main/exports/folder.ts';
import { zipSource } from '../../main/exports/zip.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { type Part, seal, zipOf } from './bundlezip.ts';
import { createTestClock, fillStation, freshFolder, type makeBed, passUnit } from './support.ts';

type Files = Record<string, Buffer>;
type Case = [what: string, expected: 'ok' | 'BAD', path: string, kept?: string];

const home = freshFolder();
const file = join(home, 'records.db');
const sql = openSqlite(file, { create: true });
const { privateKey } = generateKeyPairSync('ed25519');
const publicKey = publicKeyBytes(privateKey);
const signed = (text: string | Uint8Array) => sign(null, Buffer.from(text as string), privateKey);
const origin = originOf('station-1');
let database: Database;
const sound: Files = {};
const cases: Case[] = [];

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
const text = (name: string) => sound[name]!.toString();
const partsOf = (files: Files = sound): Part[] => Object.entries(files).map(([name, bytes]) => ({ name, bytes }));
/** One part in another way. */
const withPart = (name: string, over: Partial<Part>): Part[] =>
  partsOf().map((part) => (part.name === name ? { ...part, ...over } : part));

const asZip = (what: string, expected: Case[1], bytes: Buffer, kept?: string) => {
  const path = join(home, `${cases.length}.zip`);
  writeFileSync(path, bytes);
  cases.push(kept === undefined ? [what, expected, path] : [what, expected, path, kept]);
};
const asFolder = (what: string, expected: Case[1], change: (dir: string) => void) => {
  const dir = join(home, `${cases.length}`);
  mkdirSync(dir);
  for (const [name, bytes] of Object.entries(sound)) writeFileSync(join(dir, name), bytes);
  change(dir);
  cases.push([what, expected, dir]);
};
/** With a list of these files, changed by `edit`, that the key of the log signs. */
const asSigned = (
  what: string,
  expected: Case[1],
  files: Record<string, string | Buffer>,
  edit = (of: string) => of,
) => {
  const { 'manifest.json': list, 'manifest.sig': _, ...rest } = sound;
  const all: Files = { ...rest };
  for (const [name, value] of Object.entries(files)) all[name] = Buffer.from(value as string);
  const listed = Object.entries(all).map(([name, bytes]) => {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return `{"name": "${name}", "bytes": ${bytes.length}, "sha256": "${sha256}"}`;
  });
  const manifest = edit(list!.toString().replace(/"files": \[[^\]]*\]/, `"files": [\n${listed.join(',\n')}\n]`));
  // A character for a byte, so that an edit can make what is no text.
  const bytes = Buffer.from(manifest, manifest.includes('\xff') ? 'latin1' : 'utf8');
  asZip(what, expected, zipOf(partsOf({ ...all, 'manifest.json': bytes, 'manifest.sig': signed(bytes) })));
};
const firstLine = (name: string, edit: (line: string) => string) => text(name).replace(/^.*\n/, edit);

before(async () => {
  migrate(sql);
  const signer = { publicKey, sign: signed };
  database = createLocalDatabase(sql, openSqlite(file, { readOnly: true }), signer);
  const clock = createTestClock();
  const ledger = createLedger(database, clock);
  const { issuerId } = await fillStation(ledger, 99);
  const bed: Awaited<ReturnType<typeof makeBed>> = { file, database, ledger, clock, issuerId };
  for (const unit of ['U0', 'U1']) await passUnit(bed, unit);
  let name = '';
  const sink = {
    begin: (next: string) => {
      name = next;
      sound[name] = Buffer.alloc(0);
    },
    write: (chunk: string | Uint8Array) => {
      sound[name] = Buffer.concat([sound[name]!, Buffer.from(chunk as string)]);
    },
    end: () => {},
  };
  for (const steps = makeBundle(sql, sink, { scope: { unitSerial: 'U1' }, signer }); !steps.next().done; );
});
after(async () => {
  await database.close();
  rmSync(home, { recursive: true, force: true });
});

function ours(path: string, kept: string | undefined): string {
  const verdict = (source: BundleSource) => {
    const steps = checkBundle(source, { checkpoint: kept });
    for (;;) {
      const { value, done } = steps.next();
      if (done) return value.ok ? 'ok' : `BAD ${value.firstBad?.reason}`;
    }
  };
  if (!path.endsWith('.zip')) return verdict(folderSource(path));
  try {
    const zip = zipSource(path);
    try {
      const said = verdict(zip);
      if (said === 'ok') zip.assertWhole();
      return said;
    } finally {
      zip.close();
    }
  } catch (thrown) {
    if (thrown instanceof BundleProblem) return `BAD ${thrown.message}`;
    throw thrown;
  }
}

/** What the verifier inside says of each, in one process. */
function inside(): string[] {
  writeFileSync(join(home, 'verify.py'), sound['verify.py']!);
  const asked = cases.map(([, , path, kept], index) => {
    if (kept === undefined) return [path];
    const file = join(home, `kept-${index}`);
    writeFileSync(file, kept);
    return [path, '--checkpoint', file];
  });
  writeFileSync(join(home, 'asked.json'), JSON.stringify(asked));
  const program = [
    'import contextlib, io, json, sys; sys.path.insert(0, sys.argv[1]); import verify',
    'for asked in json.load(open(sys.argv[1] + "/asked.json")):',
    '  sys.argv = ["verify.py", *asked]',
    '  said = io.TextIOWrapper(io.BytesIO(), encoding="ascii")',
    '  with contextlib.redirect_stdout(said): code = verify.main()',
    '  said.flush(); print(json.dumps([code, said.buffer.getvalue().decode()]))',
  ];
  const { stdout, stderr } = spawnSync('python3', ['-c', program.join('\n'), home], { encoding: 'utf8' });
  const told = stdout.trimEnd().split('\n');
  assert.equal(told.length, cases.length, stderr);
  return told.map((line) => {
    const [code, said] = JSON.parse(line) as [number, string];
    return code === 0 ? 'ok' : code === 1 && said.startsWith('BAD ') ? said : `${code} ${said}`;
  });
}

/** Both say of each case what stands there. */
function compare(): void {
  const differing: string[] = [];
  const theirs = inside();
  for (const [index, [what, expected, path, kept]] of cases.entries()) {
    const both = [ours(path, kept), theirs[index]!];
    if (!both.every((said) => said.startsWith(expected)))
      differing.push(`${what}: ${expected} wanted\n  ${both.join('\n  ')}`);
  }
  assert.equal(differing.length, 0, differing.join('\n'));
  cases.length = 0;
}

test('a zip that programs could read in different ways is refused, however its seal is made', () => {
  const [entries, bytes] = ['entries.jsonl', sound['entries.jsonl']!];
  const more = (part: Part) => zipOf([...partsOf(), part]);
  asZip('written by another program', 'ok', zipOf(partsOf()));
  asZip('not packed', 'ok', zipOf(partsOf().map((part) => ({ ...part, method: 0 }))));
  asZip('in another order', 'ok', zipOf(partsOf().reverse()));
  asZip('with names in UTF-8', 'ok', zipOf(partsOf().map((part) => ({ ...part, flags: 0x800 }))));
  asZip('without its seal', 'BAD', zipOf(partsOf(), { sealed: false }));
  asZip('a comment before the seal', 'BAD', zipOf(partsOf(), { comment: Buffer.from('hello') }));
  asZip('a program before it', 'BAD', zipOf(partsOf(), { before: Buffer.from('#!/bin/sh\n') }));
  asZip('something between its files', 'BAD', zipOf(partsOf(), { between: Buffer.from('hidden') }));
  asZip('something after its list', 'BAD', zipOf(partsOf(), { afterList: Buffer.from('PK\x06\x08junk') }));
  const fake = Buffer.concat([Buffer.from('PK\x05\x06'), Buffer.alloc(18)]);
  asZip('a second end', 'BAD', zipOf(partsOf(), { comment: fake }));
  asZip('a list with fewer', 'BAD', zipOf(partsOf(), { count: partsOf().length - 1 }));
  asZip('a list with more', 'BAD', zipOf(partsOf(), { count: partsOf().length + 1 }));
  asZip('another name before the bytes', 'BAD', zipOf(withPart(entries, { local: 'entries.jsonX' })));
  asZip('another sum', 'BAD', zipOf(withPart(entries, { crc: 1 })));
  asZip('a smaller size', 'BAD', zipOf(withPart(entries, { size: 10 })));
  asZip('a larger size', 'BAD', zipOf(withPart(entries, { size: 99_999 })));
  for (const flags of [1, 0x20, 0x40]) asZip(`flags ${flags}`, 'BAD', zipOf(withPart(entries, { flags })));
  for (const method of [9, 12, 14]) asZip(`method ${method}`, 'BAD', zipOf(withPart(entries, { method })));
  asZip('further fields', 'BAD', zipOf(withPart(entries, { extra: Buffer.from('up\x03\x00abc') })));
  asZip('broken fields', 'BAD', zipOf(withPart(entries, { extra: Buffer.of(1, 0, 99, 0) })));
  asZip('a comment of a file', 'BAD', zipOf(withPart(entries, { comment: Buffer.from('x') })));
  asZip(
    'packed without an end',
    'ok',
    zipOf(withPart(entries, { raw: deflateRawSync(bytes, { finishFlush: zlib.Z_SYNC_FLUSH }) })),
  );
  for (const raw of [Buffer.from('junk'), Buffer.alloc(0), deflateRawSync(bytes).subarray(0, -3)])
    asZip(`packed as ${raw.length} other bytes`, 'BAD', zipOf(withPart(entries, { raw })));
  for (const name of ['entries.jsonl\0.exe', '.\\entries.jsonl', 'Entries.jsonl', './entries.jsonl'])
    asZip(`the name ${JSON.stringify(name)}`, 'BAD', zipOf(withPart(entries, { name })));
  for (const name of ['more', 'sub/', '../../more', '😀é', 'checkpoint', ''])
    asZip(`also ${name}`, 'BAD', more({ name, bytes }));
  asZip('a forged one before it', 'BAD', zipOf([{ name: entries, bytes: Buffer.from('{}\n') }, ...partsOf()]));
  for (const part of ['manifest.json', entries, 'proof.txt'])
    asZip(`${part} of 34 MB`, 'BAD', zipOf(withPart(part, { bytes: Buffer.alloc(34_000_000, 'a') })));
  for (const [what, of] of Object.entries({
    nothing: Buffer.alloc(0),
    'a seal': seal(Buffer.alloc(0)),
    'no files': zipOf([]),
  }))
    asZip(what, 'BAD', of);
  compare();
});

test('a folder with something else than a file in place of one is no bundle, and is not waited for', () => {
  asFolder('as it was unpacked', 'ok', () => {});
  const instead = (what: string, expected: Case[1], put: (path: string) => void, name = 'entries.jsonl') =>
    asFolder(what, expected, (dir) => {
      rmSync(join(dir, name));
      put(join(dir, name));
    });
  for (const name of ['entries.jsonl', 'manifest.json']) {
    instead('a folder', 'BAD', (path) => mkdirSync(path), name);
    instead('a pipe', 'BAD', (path) => void execFileSync('mkfifo', [path]), name);
    instead('a device', 'BAD', (path) => symlinkSync('/dev/zero', path), name);
    instead('a link to itself', 'BAD', (path) => symlinkSync(path, path), name);
    instead('a link to nothing', 'BAD', (path) => symlinkSync('nothing', path), name);
  }
  writeFileSync(join(home, 'elsewhere'), sound['entries.jsonl']!);
  instead('a link to the file', 'ok', (path) => symlinkSync(join(home, 'elsewhere'), path));
  asFolder('a name in no letters', 'BAD', (dir) => writeFileSync(Buffer.from(`${dir}/\xff\xfe`, 'latin1'), 'x'));
  asFolder('nothing', 'BAD', (dir) => Object.keys(sound).forEach((name) => void rmSync(join(dir, name))));
  compare();
});

test('parts in another form than the station writes them are refused, also with a signed list', () => {
  for (const name of [
    'proof.txt',
    'inclusion.jsonl',
    'rows.jsonl',
    'consistency.jsonl',
    'checkpoint',
    'entries.jsonl',
  ]) {
    const isJson = name !== 'checkpoint' && name !== 'entries.jsonl' && name !== 'proof.txt';
    asSigned(`${name} with lines as on Windows`, isJson ? 'ok' : 'BAD', {
      [name]: text(name).replaceAll('\n', '\r\n'),
    });
    asSigned(`${name} with a mark before it`, 'BAD', { [name]: `\uFEFF${text(name)}` });
    asSigned(`${name} with an empty line`, 'BAD', { [name]: `${text(name)}\n` });
    asSigned(`${name} that is no text`, 'BAD', { [name]: Buffer.concat([Buffer.of(0xff), sound[name]!]) });
  }
  asSigned('lists of hashes in capitals', 'BAD', {
    'inclusion.jsonl': firstLine('inclusion.jsonl', (line) => line.replace(/[0-9a-f]{64}/, (hex) => hex.toUpperCase())),
  });
  for (const [index, expected] of [
    ['$1.0', 'ok'],
    ['$1.5', 'BAD'],
    ['"$1"', 'BAD'],
    ['null', 'BAD'],
    ['-1', 'BAD'],
    ['1e400', 'BAD'],
  ] as const)
    asSigned(`the place ${index}`, expected, {
      'inclusion.jsonl': firstLine('inclusion.jsonl', (line) => line.replace(/(?<="index":)(\d+)/, index)),
    });
  for (const [from, to] of [
    [/^/, 'leaves -1\n'],
    [/leaves (\d+)/, 'leaves $1 x'],
    [/(hash \d+ \w+)/, '$1 x'],
    [/hash (\d+) /, 'hash +$1 '],
    [/[0-9a-f]{64}/, 'A'.repeat(64)],
    [/^hash \d+/, 'hash 99'],
  ] as const)
    asSigned(`a proof with ${to}`, 'BAD', { 'proof.txt': text('proof.txt').replace(from, to) });
  const rows = (edit: (line: string) => string) => ({
    'rows.jsonl': text('rows.jsonl')
      .split('\n')
      .map((line) => (line === '' ? '' : edit(line)))
      .join('\n'),
  });
  asSigned(
    'data in other base64',
    'BAD',
    rows((line) => line.replace(/"der":"/, '"der":"!')),
  );
  asSigned(
    'data without names',
    'BAD',
    rows((line) => line.replace(/"blobs":\{.*\}\}$/, '"blobs":[]}')),
  );
  const small = Buffer.of(1, ...Buffer.alloc(31));
  const growth = JSON.parse(text('consistency.jsonl').split('\n')[0]!) as { note: string };
  const from = (key: Buffer, signature: Buffer) => {
    const note = `${growth.note.split('\n\n')[0]}\n\n— ${origin} ${base64(Buffer.concat([keyIdOf(origin, key), signature]))}\n`;
    const name = `${origin}+${keyIdOf(origin, key).toString('hex')}+${base64(Buffer.of(1, ...key))}`;
    return { 'consistency.jsonl': `${JSON.stringify({ ...growth, key: name, note })}\n` };
  };
  asSigned('a key that signs everything', 'BAD', from(small, Buffer.of(...small, ...Buffer.alloc(32))));
  asSigned('a key that is none', 'BAD', from(Buffer.alloc(32, 255), Buffer.alloc(64)));
  const list = (what: string, expected: Case[1], search: string | RegExp, value: string) =>
    asSigned(`a list with ${what}`, expected, {}, (of) => of.replace(search, value));
  list('a mark before it', 'BAD', /^/, '\uFEFF');
  list('a size of 1.0 times', 'ok', /("size":\d+)/, '$1.0');
  list('half a leaf', 'BAD', /("size":\d+)/, '$1.5');
  list('a number without an end', 'BAD', /"entries": \d+/, '"entries": 1e400');
  list('a number that is none', 'BAD', '"entries"', '"x": NaN, "entries"');
  list('a truth for a number', 'BAD', /"entries": \d+/, '"entries": true');
  list('a station that is a number', 'BAD', '"station-1"', '7');
  list('a root in capitals', 'BAD', /"root":"(\w+)"/, `"root":"${'A'.repeat(64)}"`);
  list('a size of a file as text', 'BAD', /"bytes": (\d+)/, '"bytes": "$1"');
  list('another size of a file', 'BAD', /"bytes": (\d+)/, '"bytes": 9$1');
  list(
    'a file twice',
    'BAD',
    '"files": [',
    `"files": [{"name": "checkpoint", "bytes": 1, "sha256": "${'a'.repeat(64)}"},`,
  );
  list('what is no text', 'BAD', '"U1"', '"\xff"');
  for (const name of ['sub/x', 'a b', '../x']) asSigned(`a file ${name}`, 'BAD', { [name]: 'x' });
  asSigned('a further file', 'ok', { 'notes.txt': 'x' });
  compare();
});

test('a checkpoint is one in its exact form alone, in the bundle and as the one that was kept', () => {
  const note = text('checkpoint');
  const [body = '', by = ''] = note.split('\n\n');
  const [, size = '', root = ''] = body.split('\n');
  const id = keyIdOf(origin, publicKey);
  const signedNote = (of: string) => `${of}\n\n— ${origin} ${base64(Buffer.concat([id, signed(`${of}\n`)]))}\n`;
  const under = (lines: string) => `${body}\n\n${lines}`;
  const bytes = Buffer.from(by.trim().split(' ')[2]!, 'base64');
  const notes: [string, Case[1], string][] = [
    ['signed once more', 'ok', signedNote(body)],
    ['with a further line that was signed', 'ok', signedNote(`${body}\nfurther`)],
    ['with a further line that was not signed', 'BAD', note.replace('\n\n', '\nfurther\n\n')],
    ['with two signatures', 'ok', under(by + by)],
    ['with the line of another', 'ok', under(`— other ${base64(Buffer.alloc(76))}\n${by}`)],
    ['with a short line of another', 'BAD', under(`— other AAAA\n${by}`)],
    ['with a line that is none', 'BAD', under(`${by}junk\n`)],
    [
      'by another key',
      'BAD',
      under(`— ${origin} ${base64(Buffer.concat([Buffer.of(1, 2, 3, 4), bytes.subarray(4)]))}\n`),
    ],
    ['without its last line end', 'BAD', note.slice(0, -1)],
    ['with two spaces', 'BAD', note.replace('— ', '—  ')],
    ['with a root of 31 bytes', 'BAD', signedNote(body.replace(root, base64(Buffer.alloc(31))))],
    [
      'with a root in another form',
      'BAD',
      signedNote(body.replace(/.=$/, (end) => `${String.fromCharCode(end.charCodeAt(0) + 1)}=`)),
    ],
    ['with a character that no one sees', 'BAD', signedNote(`${body}\nfur\0ther`)],
    ...['+68', '068', '6_8', ' 68', '٦٨', '1e1'].map((other): [string, Case[1], string] => [
      `of ${other} leaves`,
      'BAD',
      signedNote(body.replace(`\n${size}\n`, `\n${other}\n`)),
    ]),
  ];
  for (const [what, expected, of] of notes) {
    asSigned(`the checkpoint ${what}`, expected, { checkpoint: of });
    asZip(`the kept checkpoint ${what}`, expected, zipOf(partsOf()), of);
  }
  compare();
});
