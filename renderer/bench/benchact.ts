import type { BenchSnapshot, LockReason, Slot, SlotState } from '../../app/contract/index.ts';
import { type ActPicture, pictureOf, pictureOfLock } from './actpictures.ts';

/** The one next act of the whole bench: that of a slot, that of a lock, or one of the bench itself. */
export type BenchAct =
  | { kind: 'slot'; slot: Slot }
  | { kind: 'locked'; reason: LockReason }
  /** A label was scanned ahead. The next act is to plug in its unit. */
  | { kind: 'held'; label: string }
  | { kind: 'bench'; act: 'signIn' | 'plugIn' | 'plugInOrScan' | 'plugGolden' | 'wait' | 'noSlots' };

/** The order of acts: a waiting scanner before the bins, the bins before new units. */
const urgency = ['SCAN', 'FAIL', 'CHECK_STATION', 'PASS'] as const satisfies readonly SlotState[];

export function benchAct(bench: BenchSnapshot, signedIn: boolean): BenchAct {
  if (bench.slots.length === 0) return { kind: 'bench', act: 'noSlots' };
  if (bench.locked && bench.locked !== 'signedOut') return { kind: 'locked', reason: bench.locked };
  if (!signedIn) return { kind: 'bench', act: 'signIn' };
  if (bench.locked) return { kind: 'locked', reason: bench.locked };
  const empty = bench.slots.some((candidate) => candidate.state === 'EMPTY');
  const waits = bench.slots.some((candidate) => candidate.state === 'SCAN');
  if (bench.heldLabel !== undefined && empty && !waits) return { kind: 'held', label: bench.heldLabel };
  for (const state of urgency) {
    const ofState = bench.slots.filter((candidate) => candidate.state === state);
    const slot = ofState.find((candidate) => candidate.slotId === bench.askedSlotId) ?? ofState[0];
    if (slot) return { kind: 'slot', slot };
  }
  if (!empty) return { kind: 'bench', act: 'wait' };
  if (bench.golden?.due) return { kind: 'bench', act: 'plugGolden' };
  return { kind: 'bench', act: bench.continuous ? 'plugInOrScan' : 'plugIn' };
}

const pictureOfBench = {
  signIn: 'badge',
  plugIn: 'cable',
  plugInOrScan: 'scanner',
  plugGolden: 'golden',
  wait: 'wait',
  noSlots: 'engineer',
} as const satisfies Record<Extract<BenchAct, { kind: 'bench' }>['act'], ActPicture>;

/** The drawing beside the sentence of the act. */
export function pictureOfAct(next: BenchAct): ActPicture {
  switch (next.kind) {
    case 'slot':
      return pictureOf(next.slot);
    case 'locked':
      return pictureOfLock[next.reason];
    case 'held':
      return 'cable';
    case 'bench':
      return pictureOfBench[next.act];
  }
}
