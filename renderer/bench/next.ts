import type { BenchSnapshot, Slot, SlotState } from '../../app/contract/index.ts';

/** The one next act of the whole bench: a slot's own, or one of the bench. */
export type NextAct =
  | { kind: 'slot'; slot: Slot }
  | {
      kind: 'bench';
      act: 'signIn' | 'plugIn' | 'wait' | 'noOrder' | 'callEngineer' | 'noSlots' | 'unlockCa' | 'plugInToken';
    };

/** What a person can do first: a waiting scanner before bins, bins before new units. */
const urgency = ['SCAN', 'FAIL', 'CHECK_STATION', 'PASS'] as const satisfies readonly SlotState[];

const lockActs = {
  signedOut: 'signIn',
  caLocked: 'unlockCa',
  caAbsent: 'plugInToken',
  caMissing: 'callEngineer',
  caExpired: 'callEngineer',
  caEnding: 'callEngineer',
  repeatedErrors: 'callEngineer',
  records: 'callEngineer',
  clock: 'callEngineer',
  disk: 'callEngineer',
  orderFull: 'callEngineer',
  noRecipe: 'callEngineer',
  recipeOutdated: 'callEngineer',
  noOrder: 'noOrder',
} as const;

export function nextAct(bench: BenchSnapshot, signedIn: boolean): NextAct {
  if (bench.slots.length === 0) return { kind: 'bench', act: 'noSlots' };
  if (!signedIn) return { kind: 'bench', act: 'signIn' };
  if (bench.locked) return { kind: 'bench', act: lockActs[bench.locked] };
  for (const state of urgency) {
    const ofState = bench.slots.filter((candidate) => candidate.state === state);
    const slot = ofState.find((candidate) => candidate.slotId === bench.askedSlotId) ?? ofState[0];
    if (slot) return { kind: 'slot', slot };
  }
  const locked = bench.slots.find((candidate) => candidate.lockReason !== undefined);
  if (locked?.lockReason) return { kind: 'bench', act: lockActs[locked.lockReason] };
  const empty = bench.slots.some((candidate) => candidate.state === 'EMPTY');
  return { kind: 'bench', act: empty ? 'plugIn' : 'wait' };
}
