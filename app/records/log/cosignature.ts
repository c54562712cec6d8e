/**
 * Cosignatures of witnesses (c2sp.org/tlog-cosignature, Ed25519): what a witness signs, its line in a note, and the check of
 * such a line. A time counts seconds since 1970.
 */
import { verify } from 'node:crypto';
import { base64, bytesOf, cosignatureKind, keyIdOf, type LogSigner, publicKeyObject } from './note.ts';

/** The text of a note that is signed, with its last line feed. Undefined when it has no signatures. */
export function bodyOf(note: string): string | undefined {
  const end = note.indexOf('\n\n');
  return end < 0 ? undefined : note.slice(0, end + 1);
}

const message = (body: string, time: bigint): Buffer => Buffer.from(`cosignature/v1\ntime ${time}\n${body}`);

/** The line with which the witness of this name says that it saw this checkpoint, with its line feed. */
export function cosignatureLine(name: string, signer: LogSigner, body: string, time: number): string {
  const stamp = Buffer.alloc(8);
  stamp.writeBigUInt64BE(BigInt(time));
  const id = keyIdOf(name, signer.publicKey, cosignatureKind);
  return `— ${name} ${base64(Buffer.concat([id, stamp, signer.sign(message(body, BigInt(time)))]))}\n`;
}

const cosignatureBytes = 4 + 8 + 64;

/**
 * The line of this witness among those of a text, if its key made it for this checkpoint. Lines in other names and by
 * other keys are passed over.
 *
 * @returns the line without its line feed, and its time
 */
export function cosignatureBy(
  witness: { name: string; publicKey: Uint8Array },
  lines: string,
  body: string,
): { line: string; time: number } | undefined {
  const { name, publicKey } = witness;
  const id = keyIdOf(name, publicKey, cosignatureKind);
  for (const line of lines.split('\n')) {
    const [, by, text = ''] = /^— (\S+) (\S+)$/.exec(line) ?? [];
    const bytes = bytesOf(text);
    if (by !== name || bytes?.length !== cosignatureBytes || !bytes.subarray(0, 4).equals(id)) continue;
    const time = bytes.readBigUInt64BE(4);
    if (time > BigInt(Number.MAX_SAFE_INTEGER)) continue;
    if (verify(null, message(body, time), publicKeyObject(publicKey), bytes.subarray(12)))
      return { line, time: Number(time) };
  }
  return undefined;
}
