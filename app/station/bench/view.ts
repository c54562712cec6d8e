/** The bench as one connection sees it. On a signed-out connection it is locked, also while another screen runs it. */
import type { BenchSnapshot, Slot } from '../../contract/model.ts';
import { inOrder } from '../../line/index.ts';
import type { Session } from '../people/sessions.ts';

const lock = { reason: 'signedOut', detail: 'nobody is signed in on this screen' } as const;

/** Units at work and results are shown as they are. A slot that waits for a person shows that a sign-in comes first. */
function lockedSlot({ prompt: _, ...slot }: Slot): Slot {
  switch (slot.state) {
    case 'EMPTY':
    case 'SCAN':
    case 'LOCKED':
      return { ...slot, state: 'LOCKED', ask: 'signIn', lockReason: lock.reason };
    case 'FAIL':
      return { ...slot, ask: 'signIn' };
    default:
      return slot;
  }
}

/** Without the offer of a second try where an engineer has to look first. */
function forOthers({ prompt, ...slot }: Slot): Slot {
  return prompt === undefined || prompt.engineerOnly ? slot : { ...slot, prompt };
}

/** The bench for this connection. */
export function viewOf(whole: BenchSnapshot, { person }: Pick<Session, 'person'>): BenchSnapshot {
  const bench = person?.role === 'engineer' ? whole : { ...whole, slots: whole.slots.map(forOthers) };
  if (person !== null || bench.interlocks.some(({ reason }) => reason === lock.reason)) return bench;
  const interlocks = inOrder([...bench.interlocks, lock]);
  const { askedSlotId: _, ...shown } = bench;
  // An earlier interlock has already locked the slots and says what to do first.
  if (interlocks[0]?.reason !== lock.reason) return { ...shown, interlocks };
  return { ...shown, locked: lock.reason, interlocks, slots: bench.slots.map(lockedSlot) };
}
