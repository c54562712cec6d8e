/** The bench as one connection sees it: where nobody is signed in it is locked, whoever runs it from another screen. */
import type { BenchSnapshot, Slot } from '../../contract/model.ts';
import { inOrder } from '../../line/index.ts';
import type { Session } from '../people/sessions.ts';

const lock = { reason: 'signedOut', detail: 'nobody is signed in on this screen' } as const;

/** What is at work or has a result is shown as it is; what waits for somebody waits for a sign-in first. */
function lockedSlot({ prompt: _, ...slot }: Slot): Slot {
  switch (slot.state) {
    case 'EMPTY':
    case 'SCAN':
    case 'LOCKED':
      return { ...slot, state: 'LOCKED', ask: 'signIn', lockReason: lock.reason };
    case 'FAIL':
    case 'CHECK_STATION':
      return { ...slot, ask: 'signIn' };
    default:
      return slot;
  }
}

export function viewOf(bench: BenchSnapshot, { person }: Pick<Session, 'person'>): BenchSnapshot {
  if (person !== null || bench.interlocks.some(({ reason }) => reason === lock.reason)) return bench;
  const interlocks = inOrder([...bench.interlocks, lock]);
  const { askedSlotId: _, ...shown } = bench;
  // What is told before it has locked the slots already, and says what to do first.
  if (interlocks[0]?.reason !== lock.reason) return { ...shown, interlocks };
  return { ...shown, locked: lock.reason, interlocks, slots: bench.slots.map(lockedSlot) };
}
