import { CircleCheck, Cog, Lock, type LucideIcon, OctagonX, Plug, ScanBarcode, TriangleAlert } from 'lucide-react';
import type { SlotState } from '../../app/contract/index.ts';

export type Sound = 'ask' | 'pass' | 'fail' | 'check' | 'refused';

type StateAppearance = {
  /** `--state-<token>` and `--state-<token>-ink` in styles/tokens.css. */
  token: string;
  /** A shape for each state, so that the state is clear without colour. */
  icon: LucideIcon;
  word: `bench.state.${SlotState}`;
  /** Played when a slot comes into this state. */
  sound: Sound | null;
};

/** Each state's colour, shape, word and sound. Exhaustive: a new state without an appearance does not compile. */
export const stateAppearance = {
  EMPTY: { token: 'empty', icon: Plug, word: 'bench.state.EMPTY', sound: null },
  SCAN: { token: 'scan', icon: ScanBarcode, word: 'bench.state.SCAN', sound: 'ask' },
  WORKING: { token: 'working', icon: Cog, word: 'bench.state.WORKING', sound: null },
  PASS: { token: 'pass', icon: CircleCheck, word: 'bench.state.PASS', sound: 'pass' },
  FAIL: { token: 'fail', icon: OctagonX, word: 'bench.state.FAIL', sound: 'fail' },
  CHECK_STATION: { token: 'check', icon: TriangleAlert, word: 'bench.state.CHECK_STATION', sound: 'check' },
  LOCKED: { token: 'locked', icon: Lock, word: 'bench.state.LOCKED', sound: null },
} as const satisfies Record<SlotState, StateAppearance>;
