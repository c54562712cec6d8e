/** The request to a witness (c2sp.org/tlog-witness, add-checkpoint), for the one who asks and for the witness. */
import { verify } from 'node:crypto';
import { bodyOf } from './cosignature.ts';
import { hashBytes } from './merkle.ts';
import { bytesOf, type Checkpoint, keyIdOf, publicKeyObject, readCheckpoint } from './note.ts';

/** `old` counts leaves; the hashes are in base64, as `consistencyOf` gives them. */
export const addCheckpointText = (old: number, proof: readonly string[], note: string): string =>
  `old ${old}\n${proof.map((hash) => `${hash}\n`).join('')}\n${note}`;

const mostProofLines = 63;

export type AddCheckpoint = { old: number; proof: Buffer[]; note: string; body: string; checkpoint: Checkpoint };

/** Undefined when the text is no such request. */
export function readAddCheckpoint(text: string): AddCheckpoint | undefined {
  const end = text.indexOf('\n\n');
  if (end < 0) return undefined;
  const [first = '', ...hashes] = text.slice(0, end).split('\n');
  const old = /^old (0|[1-9]\d{0,14})$/.exec(first)?.[1];
  if (old === undefined || hashes.length > mostProofLines) return undefined;
  const proof = hashes.map(bytesOf);
  if (!proof.every((hash) => hash?.length === hashBytes)) return undefined;
  const note = text.slice(end + 2);
  const [body, checkpoint] = [bodyOf(note), readCheckpoint(note)];
  // The text of a note has no control characters but line feeds (c2sp.org/signed-note).
  if (body === undefined || checkpoint === undefined || /[\0-\x09\x0b-\x1f]/.test(note)) return undefined;
  return { old: Number(old), proof: proof as Buffer[], note, body, checkpoint };
}

/** Whether a signature of the checkpoint, in the name of its origin, is by this key. It covers further lines of the text, too. */
export const isCheckpointSigned = ({ body, checkpoint }: AddCheckpoint, key: Uint8Array): boolean =>
  checkpoint.signatures.some(
    ({ keyId, signature }) =>
      keyId.equals(keyIdOf(checkpoint.origin, key)) &&
      signature.length === 64 &&
      verify(null, Buffer.from(body), publicKeyObject(key), signature),
  );
