/** Asks a witness for its cosignature (c2sp.org/tlog-witness). It shows the witness that the log only grew. */
import { StationError } from '../../contract/errors.ts';
import type { Ledger } from '../../records/index.ts';
import { addCheckpointText } from '../../records/log/addcheckpoint.ts';
import { bodyOf, cosignatureBy } from '../../records/log/cosignature.ts';

/** One request over HTTP. `text` is the answer, or the beginning of a long one. @throws Error – no answer came */
export type AskWitness = (request: {
  method: 'GET' | 'POST';
  url: string;
  body?: string;
}) => Promise<{ status: number; contentType: string; text: string }>;

export type Witness = { name: string; url: string; publicKey: Uint8Array };
type Head = { origin: string; size: number; note: string; verifierKey: string };
type Asking = {
  witness: Witness;
  head: Head;
  /** The size that it cosigned last, as far as this station knows. */
  known: number;
  ask: AskWitness;
  ledger: Pick<Ledger, 'consistencyOf' | 'isContradiction'>;
  /** The witness holds another log. `note` is the checkpoint that it showed, which this station signed; null without one. */
  onContradiction: (held: number, note: string | null) => Promise<void>;
};

/**
 * The witness's line for this checkpoint, verified with its key.
 *
 * @throws checkpoint.witness – it cannot be reached, does not know this log, or its key is another one
 * @throws checkpoint.contradicted – it holds a longer log of this station, or another one
 */
export async function cosign({ witness, head, known, ask, ledger, onContradiction }: Asking): Promise<string> {
  const { name, url } = witness;
  const refused = (why: string, cause?: unknown) =>
    new StationError('checkpoint.witness', `the witness ${name} ${why}`, { data: { witness: name }, cause });
  const asked = async (request: Parameters<AskWitness>[0]) => {
    try {
      return await ask(request);
    } catch (cause) {
      if (cause instanceof Error && cause.name === 'TimeoutError') throw refused('does not answer in time', cause);
      const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
      throw refused(`cannot be reached${code}`, cause);
    }
  };
  const submit = async (old: number) => {
    const proof = await ledger.consistencyOf({ older: old, size: head.size });
    const body = addCheckpointText(old, proof, head.note);
    return asked({ method: 'POST', url: `${url.replace(/\/$/, '')}/add-checkpoint`, body });
  };
  const contradicted = async (held: number): Promise<never> => {
    const shown = await heldNote(url, head.origin, ask);
    const note = shown !== null && (await ledger.isContradiction(shown)) ? shown : null;
    await onContradiction(held, note);
    const detail = `the witness ${name} holds ${held} leaves of another log of this station; here are ${head.size}`;
    throw new StationError('checkpoint.contradicted', detail, { data: { witness: name, held, size: head.size } });
  };

  let old = Math.min(known, head.size);
  let answer = await submit(old);
  if (answer.status === 409 && answer.contentType.startsWith('text/x.tlog.size')) {
    const held = /^(0|[1-9]\d{0,14})\n$/.exec(answer.text)?.[1];
    if (held === undefined) throw refused('gives an answer that is none');
    if (Number(held) > head.size || Number(held) === old) await contradicted(Number(held));
    old = Number(held);
    answer = await submit(old);
  }
  // Every log goes on from no leaf.
  if (answer.status === 422 && old > 0) await contradicted(old);
  if (answer.status === 409 && old === head.size) await contradicted(old);
  if (answer.status === 404 || answer.status === 403)
    throw refused(`does not know this log: give its operator the key ${head.verifierKey}`);
  if (answer.status !== 200) throw refused(`answers ${answer.status}`);
  const found = cosignatureBy(witness, answer.text, bodyOf(head.note)!);
  if (found === undefined && !/^— /m.test(answer.text))
    throw refused('gives an answer that is none of a witness: is its address right?');
  if (found === undefined) throw refused('answers with another key than the one that is set');
  return found.line;
}

/** The checkpoint that the witness holds, if it shows one; witnesses of other makers may not. */
async function heldNote(url: string, origin: string, ask: AskWitness): Promise<string | null> {
  const address = `${url.replace(/\/$/, '')}/checkpoint?origin=${encodeURIComponent(origin)}`;
  const { status, text } = await ask({ method: 'GET', url: address }).catch(() => ({ status: 0, text: '' }));
  return status === 200 ? text : null;
}
