/** The request to a witness (c2sp.org/tlog-witness, add-checkpoint), for the one who asks and for the witness. */
import { hashBytes } from './merkle.ts';
import { bytesOf, type Checkpoint, readCheckpoint } from './note.ts';

/** `old` counts leaves; the hashes are in base64, as `consistencyOf` gives them. */
export const addCheckpointText = (old: number, proof: readonly string[], note: string): string =>
  `old ${old}\n${proof.map((hash) => `${hash}\n`).join('')}\n${note}`;

const mostProofLines = 63;

export type AddCheckpoint = { old: number; proof: Buffer[]; note: string; checkpoint: Checkpoint };

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
  const checkpoint = readCheckpoint(note);
  return checkpoint && { old: Number(old), proof: proof as Buffer[], note, checkpoint };
}
