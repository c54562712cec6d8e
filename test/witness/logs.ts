/** A log of another station, for tests of a witness: its leaves, checkpoints and proofs. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { addCheckpointText } from '../../app/records/log/addcheckpoint.ts';
import { consistencyProof, leafHash, nodeHash, rootAt, type Subtrees } from '../../app/records/log/merkle.ts';
import { base64, checkpointBody, publicKeyBytes, signedNote, verifierKey } from '../../app/records/log/note.ts';

/** Leaf `n` is the text `mark n`. Two logs with another mark have nothing in common. */
export function makeLog(origin = 'birthmark/other', mark = 'leaf') {
  const { privateKey } = generateKeyPairSync('ed25519');
  const publicKey = publicKeyBytes(privateKey);
  const known = new Map<string, Buffer>();
  const subtrees: Subtrees = (level, position) => {
    const name = `${level}/${position}`;
    const hash =
      known.get(name) ??
      (level === 0
        ? leafHash(`${mark} ${position}`)
        : nodeHash(subtrees(level - 1, 2 * position), subtrees(level - 1, 2 * position + 1)));
    known.set(name, hash);
    return hash;
  };
  const note = (size: number): string => {
    const head = { size, root: rootAt(subtrees, size) };
    const signature = sign(null, Buffer.from(checkpointBody(origin, head)), privateKey);
    return signedNote(origin, head, { publicKey, signature });
  };
  const proof = (old: number, size: number): string[] => consistencyProof(subtrees, old, size).map(base64);
  return {
    ...{ origin, mark, key: verifierKey(origin, publicKey), note, proof },
    root: (size: number) => rootAt(subtrees, size),
    sign: (text: string) => sign(null, Buffer.from(text), privateKey),
    request: (old: number, size: number): string => addCheckpointText(old, proof(old, size), note(size)),
  };
}
