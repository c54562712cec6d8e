import { useEffect, useRef } from 'react';
import type { BenchSnapshot, SlotState } from '../../app/contract/index.ts';
import { currentPrefs } from '../prefs.ts';
import { playSound } from './playsound.ts';
import { type Sound, stateAppearance } from './stateappearance.ts';

const loudest: readonly Sound[] = ['check', 'fail', 'pass', 'ask'];

/**
 * Plays one sound for the changes since the last snapshot. If several slots changed at once, the most serious one
 * counts.
 */
export function useStateSounds(bench: BenchSnapshot | undefined): void {
  const before = useRef<Map<number, SlotState>>(undefined);
  useEffect(() => {
    if (!bench) return;
    const known = before.current;
    before.current = new Map(bench.slots.map((slot) => [slot.slotId, slot.state]));
    if (!known || !currentPrefs().sound) return;
    const changed = bench.slots.filter((slot) => known.get(slot.slotId) !== slot.state);
    const sounds = changed.map((slot): Sound | null => stateAppearance[slot.state].sound);
    const sound = loudest.find((candidate) => sounds.includes(candidate));
    if (sound) playSound(sound);
  }, [bench]);
}
