/** Checkpoints, cosignatures and requests to witnesses as text: what is read, and what is none. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { test } from 'node:test';
import { addCheckpointText, readAddCheckpoint } from '../../app/records/log/addcheckpoint.ts';
import { bodyOf, cosignatureBy, cosignatureLine } from '../../app/records/log/cosignature.ts';
import {
  base64,
  bytesOf,
  checkpointBody,
  cosignatureKind,
  isSigned,
  isSignedBy,
  keyIdOf,
  noteKind,
  publicKeyBytes,
  readCheckpoint,
  readVerifierKey,
  signedNote,
  verifierKey,
} from '../../app/records/log/note.ts';

const origin = 'birthmark/station-1';
const head = { size: 70, root: Buffer.alloc(32, 9) };
const newKey = () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  return { privateKey, publicKey: publicKeyBytes(privateKey) };
};
const { privateKey, publicKey } = newKey();
const signed = (of: { size: number; root: Uint8Array }, key: KeyObject = privateKey) => ({
  publicKey: publicKeyBytes(key),
  signature: sign(null, Buffer.from(checkpointBody(origin, of)), key),
});
const note = signedNote(origin, head, signed(head));
const body = checkpointBody(origin, head);
const signature = note.slice(body.length + 1);
const root = base64(head.root);

test('a checkpoint is read as it was written, with the signatures of its origin and without those of others', () => {
  const read = readCheckpoint(note)!;
  assert.deepEqual([read.origin, read.size, Buffer.from(read.root)], [origin, head.size, head.root]);
  assert.deepEqual(
    read.signatures.map(({ keyId }) => keyId),
    [keyIdOf(origin, publicKey)],
  );
  const cosigned = readCheckpoint(`${note}— witness.example ${base64(Buffer.alloc(76, 3))}\n`);
  assert.equal(cosigned?.signatures.length, 1);
  assert.ok(cosigned && isSignedBy(cosigned, publicKey));
  const added = readCheckpoint(`${body}further line\n\n${signature}`)!;
  assert.equal(added.size, head.size);
  assert.ok(!isSignedBy(added, publicKey), 'a line that was put under the signature later');
  const further = `${body}further line\n`;
  const id = keyIdOf(origin, publicKey);
  const whole = `${further}\n— ${origin} ${base64(Buffer.concat([id, sign(null, Buffer.from(further), privateKey)]))}\n`;
  assert.ok(isSignedBy(readCheckpoint(whole)!, publicKey), 'a further line that was signed');
  for (const size of [0, 1, 999_999_999_999_999]) {
    const large = { ...head, size };
    assert.equal(readCheckpoint(signedNote(origin, large, signed(large)))?.size, size);
  }
  const least = readCheckpoint(`${body}\n— ${origin} ${base64(Buffer.alloc(5, 1))}\n`);
  assert.deepEqual(least?.signatures, [{ keyId: Buffer.alloc(4, 1), signature: Buffer.alloc(1, 1) }]);
});

const noCheckpoints: Record<string, string> = {
  'an empty text': '',
  'no end of line': note.slice(0, -1),
  'no empty line': `${body}${signature}`,
  'no signature': `${body}\n`,
  'no origin': `${body.replace(origin, '')}\n${signature}`,
  'a size with a zero before it': `${body.replace('\n70\n', '\n070\n')}\n${signature}`,
  'a size below zero': `${body.replace('\n70\n', '\n-1\n')}\n${signature}`,
  'a size in other digits': `${body.replace('\n70\n', '\n7e1\n')}\n${signature}`,
  'a size that no number holds exactly': `${body.replace('\n70\n', '\n1000000000000000\n')}\n${signature}`,
  'a root that is too short': `${body.replace(root, base64(Buffer.alloc(31, 9)))}\n${signature}`,
  'a root that is too long': `${body.replace(root, base64(Buffer.alloc(33, 9)))}\n${signature}`,
  'a root that is no base64': `${body.replace(root, root.replace('=', ''))}\n${signature}`,
  'a line that is no signature': `${note}hello\n`,
  'a line that ends as on Windows': note.replace('\n', '\r\n'),
  'a character that no one sees': `${body}fur\0ther\n\n${signature}`,
  'a signature with another dash': `${body}\n${signature.replace('—', '-')}`,
  'a signature that is no base64': `${body}\n— ${origin} ****\n`,
  'a signature of nothing but a key': `${body}\n— ${origin} ${base64(Buffer.alloc(4))}\n`,
};
test('what is no checkpoint is not read as one', () => {
  for (const [what, text] of Object.entries(noCheckpoints)) assert.equal(readCheckpoint(text), undefined, what);
  assert.deepEqual(
    ['', 'AAE=', 'AAE', 'AAF=', 'A A=', '-_8='].map((text) => bytesOf(text)?.length),
    [0, 2, undefined, undefined, undefined, undefined],
    'base64 in its one form',
  );
});

test('a signature counts for its key, its log and its head alone, and one of another length for nothing', () => {
  const good = signed(head);
  assert.ok(isSigned(origin, head, good));
  assert.ok(!isSigned('birthmark/station-2', head, good));
  assert.ok(!isSigned(origin, { ...head, size: 71 }, good));
  assert.ok(!isSigned(origin, head, { ...good, publicKey: newKey().publicKey }));
  for (const bytes of [0, 63, 65]) {
    assert.ok(!isSigned(origin, head, { ...good, signature: Buffer.alloc(bytes, good.signature) }), `${bytes}`);
    const text = `${body}\n— ${origin} ${base64(Buffer.concat([keyIdOf(origin, publicKey), Buffer.alloc(bytes + 1)]))}\n`;
    assert.ok(!isSignedBy(readCheckpoint(text)!, publicKey), `${bytes + 1}`);
  }
  for (const bytes of [31, 33]) assert.ok(!isSigned(origin, head, { ...good, publicKey: Buffer.alloc(bytes) }));
});

test('the text of a key is read for its name and its kind alone', () => {
  const text = verifierKey('plant.example/w1', publicKey, cosignatureKind);
  const read = readVerifierKey(text, cosignatureKind);
  assert.deepEqual([read?.name, Buffer.from(read?.publicKey ?? [])], ['plant.example/w1', Buffer.from(publicKey)]);
  assert.equal(readVerifierKey(text, noteKind), undefined);
  for (const [what, wrong] of Object.entries({
    'an empty text': '',
    'no name': text.slice(text.indexOf('+')),
    'a name with a space': text.replace('plant', 'plant of'),
    'a name that no note can hold': verifierKey('plant\x01', publicKey, cosignatureKind),
    'another name': text.replace('w1', 'w2'),
    'a key that is too long': `${text.slice(0, -1)}AA==`,
    'no key': text.slice(0, text.lastIndexOf('+') + 1),
  }))
    assert.equal(readVerifierKey(wrong, cosignatureKind), undefined, what);
});

test("a witness's line is found among others, for this checkpoint and this witness alone", () => {
  const name = 'plant.example/w1';
  const witness = { name, publicKey };
  const signer = { publicKey, sign: (text: Uint8Array) => sign(null, text, privateKey) };
  const line = (time: number, of = body, by = name) => cosignatureLine(by, signer, of, time);
  const found = (lines: string, by = witness) => cosignatureBy(by, lines, body);
  assert.deepEqual(found(`${signature}hello\n${line(1_800_000_000)}`), {
    line: line(1_800_000_000).trimEnd(),
    time: 1_800_000_000,
  });
  assert.deepEqual(found(`${line(5)}${line(7)}`)?.time, 5, 'the first that fits');
  for (const time of [0, Number.MAX_SAFE_INTEGER]) assert.equal(found(line(time))?.time, time);
  assert.equal(found(line(Number.MAX_SAFE_INTEGER + 1)), undefined, 'a time that no number holds exactly');
  assert.equal(found(line(5, `${body}further line\n`)), undefined);
  assert.equal(found(line(5, body, 'plant.example/w2')), undefined);
  assert.equal(found(line(5), { name, publicKey: newKey().publicKey }), undefined);
  const bytes = Buffer.from(line(5).trimEnd().split(' ')[2]!, 'base64');
  for (const wrong of [bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.of(0)]), bytes.subarray(0, 4)])
    assert.equal(found(`— ${name} ${base64(wrong)}\n`), undefined, `${wrong.length} bytes`);
  const forged = Buffer.from(bytes);
  forged[11] = 6;
  assert.equal(found(`— ${name} ${base64(forged)}\n`), undefined, 'its time was changed');
  assert.equal(found(`— ${name} ${base64(forged)}\n${line(8)}`)?.time, 8, 'a wrong one hides no good one');
  assert.deepEqual([bodyOf(note), bodyOf('no signatures\n')], [body, undefined]);
});

test('a request to a witness: its proof has at most 63 hashes of 32 bytes, and its note no control characters', () => {
  const hashes = (count: number, bytes = 32) => Array.from({ length: count }, () => base64(Buffer.alloc(bytes, 1)));
  const read = (text: string) => readAddCheckpoint(text);
  for (const count of [0, 1, 63]) {
    const request = read(addCheckpointText(5, hashes(count), note));
    assert.deepEqual(
      [request?.old, request?.proof.length, request?.note, request?.checkpoint.body],
      [5, count, note, body],
    );
    assert.ok(request && isSignedBy(request.checkpoint, publicKey));
    assert.ok(!isSignedBy(request.checkpoint, newKey().publicKey));
  }
  const refused = [
    addCheckpointText(5, hashes(64), note),
    addCheckpointText(5, hashes(1, 31), note),
    addCheckpointText(5, hashes(1, 33), note),
    addCheckpointText(5, [...hashes(1), 'hello'], note),
    addCheckpointText(-1, [], note),
    addCheckpointText(5, [], 'no note'),
    `old 05\n\n${note}`,
    `old 5 \n\n${note}`,
    'old 5\n',
    ...['\0', '\t', '\v', '\r', '\x1f'].map((sign) =>
      addCheckpointText(5, [], note.replace('\n\n', `\nfurther${sign}line\n\n`)),
    ),
  ];
  for (const text of refused) assert.equal(read(text), undefined, JSON.stringify(text.slice(0, 60)));
  const short = Buffer.concat([keyIdOf(origin, publicKey), Buffer.alloc(63)]);
  const request = read(addCheckpointText(5, [], `${body}\n— ${origin} ${base64(short)}\n`));
  assert.ok(request && !isSignedBy(request.checkpoint, publicKey), 'a signature has 64 bytes');
});
