/** An operator who never tires: reads the screen, scans what is asked for, takes out what has ended. */
import { createClient, type LockReason, type Slot, type Station, StationError } from '../../../app/contract/index.ts';
import type { StationHandle } from '../../../app/station/index.ts';

export type Hands = {
  /** Of the unit in the slot. */
  labelIn(slotId: number): string | undefined;
  /** An empty slot; may be called again before something is in it. */
  onEmpty(slotId: number): void;
  /** Once for each result; what it returns is done about it. `remove` must take the unit out itself. */
  onResult(slot: Slot): 'retry' | 'leave';
  onRefused(slotId: number, error: StationError): void;
  onLocked(reason: LockReason): void;
};

export async function signedIn(station: StationHandle): Promise<Station> {
  const operator = createClient(station.connect('test'));
  await operator.call('session.signIn', { badge: 'OP-1', pin: '1111' });
  return operator;
}

/** Returns the way to stop. */
export function work(operator: Station, hands: Hands): () => void {
  const answered = new Map<number, string>();
  const handled = new Map<number, string>();
  const refused = (slotId: number) => (thrown: unknown) => {
    if (!(thrown instanceof StationError)) throw thrown;
    hands.onRefused(slotId, thrown);
  };
  const scan = (slotId: number, promptId: string) => {
    const text = hands.labelIn(slotId);
    if (text === undefined || answered.get(slotId) === promptId) return;
    answered.set(slotId, promptId);
    operator.call('bench.scan', { text, promptId }).catch(refused(slotId));
  };
  const finish = (slot: Slot) => {
    const which = `${slot.unitSerial} ${slot.startedAt}`;
    if (handled.get(slot.slotId) === which) return;
    handled.set(slot.slotId, which);
    if (hands.onResult(slot) === 'leave' || !slot.prompt) return;
    const { slotId, prompt } = slot;
    operator.call('bench.retry', { slotId, promptId: prompt.promptId }).catch(refused(slotId));
  };
  return operator.on('bench.changed', (snapshot) => {
    if (snapshot.locked) hands.onLocked(snapshot.locked);
    for (const slot of snapshot.slots) {
      if (slot.state === 'EMPTY') hands.onEmpty(slot.slotId);
      else if (slot.state === 'SCAN' && slot.prompt) scan(slot.slotId, slot.prompt.promptId);
      else if (['PASS', 'FAIL', 'CHECK_STATION'].includes(slot.state)) finish(slot);
    }
  });
}
