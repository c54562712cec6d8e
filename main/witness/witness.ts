/** What a witness answers (c2sp.org/tlog-witness). It cosigns a checkpoint only after it is on its disk. */
import { readAddCheckpoint } from '../../app/records/log/addcheckpoint.ts';
import { cosignatureLine } from '../../app/records/log/cosignature.ts';
import { verifyConsistency } from '../../app/records/log/merkle.ts';
import { base64, isSignedBy, noteKind, readVerifierKey } from '../../app/records/log/note.ts';
import type { WitnessStore } from './store.ts';

export type Answer = { status: number; contentType?: string; text: string };
export type Witness = {
  /** The request `add-checkpoint`. */
  addCheckpoint(text: string): Promise<Answer>;
  /** The last checkpoint of a log that was cosigned, for a station that is told of another one. No part of the protocol. */
  latest(origin: string): Promise<Answer>;
};

/** @param now the time for cosignatures */
export function createWitness(store: WitnessStore, now: () => Date): Witness {
  /** Two requests of one log never meet: the size that was compared is the one that is replaced. */
  const turns = new Map<string, Promise<unknown>>();
  const inTurn = <T>(origin: string, act: () => Promise<T>): Promise<T> => {
    const mine = (turns.get(origin) ?? Promise.resolve()).catch(() => {}).then(act);
    turns.set(origin, mine);
    const forget = () => {
      if (turns.get(origin) === mine) turns.delete(origin);
    };
    mine.then(forget, forget);
    return mine;
  };

  const add = async (request: NonNullable<ReturnType<typeof readAddCheckpoint>>): Promise<Answer> => {
    const { old, proof, note, checkpoint } = request;
    const { origin, body, size, root } = checkpoint;
    const log = await store.log(origin);
    if (log === undefined) return { status: 404, text: 'this witness does not know the log\n' };
    const key = readVerifierKey(log.key, noteKind)?.publicKey;
    if (key === undefined || !isSignedBy(checkpoint, key))
      return { status: 403, text: 'no signature is by the key that this witness knows\n' };
    if (old > size) return { status: 400, text: 'the old size is larger than the checkpoint\n' };
    const held = log.latest?.size ?? 0;
    const before = log.latest === null ? undefined : Buffer.from(log.latest.root, 'base64');
    const conflict = { status: 409, contentType: 'text/x.tlog.size', text: `${held}\n` };
    if (old !== held) return conflict;
    if (before !== undefined && old === size && Buffer.compare(before, root) !== 0) return conflict;
    const goesOn =
      before === undefined || held === 0
        ? proof.length === 0
        : verifyConsistency({ older: { size: held, root: before }, newer: { size, root }, proof });
    if (!goesOn) return { status: 422, text: 'the proof does not show that the log only grew\n' };
    const line = cosignatureLine(store.name, store.signer, body, Math.floor(now().getTime() / 1000));
    await store.keep({ ...log, latest: { size, root: base64(root), note: `${note}${line}` } });
    return { status: 200, contentType: 'text/plain; charset=utf-8', text: line };
  };

  return {
    async addCheckpoint(text) {
      const request = readAddCheckpoint(text);
      if (request === undefined) return { status: 400, text: 'this is no request of add-checkpoint\n' };
      return inTurn(request.checkpoint.origin, () => add(request));
    },
    async latest(origin) {
      const note = (await store.log(origin))?.latest?.note;
      if (note === undefined) return { status: 404, text: 'this witness has no checkpoint of the log\n' };
      return { status: 200, contentType: 'text/plain; charset=utf-8', text: note };
    },
  };
}
