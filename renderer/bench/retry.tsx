import { LogIn, RotateCcw } from 'lucide-react';
import { useEffect } from 'react';
import { useTranslations } from 'use-intl';
import type { BenchSnapshot, Person, Slot } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { refuseAct } from '../scanreader/lastscan.ts';
import { sharedValue } from '../sharedvalue.ts';
import { openSignIn } from '../signin/signinstate.ts';
import { station, useSession } from '../stationclient.ts';

/** The bench follows a sign-in within this time. A later try would come as a surprise. */
const followsMs = 5000;

/** The unit that is tried again when the person has signed in. */
const wanted = sharedValue<{ slotId: number; unitSerial: string | undefined; signedInAt: number } | undefined>(
  undefined,
);

/** The one button of a unit without a result that counts: a second try, or the sign-in that comes before it. */
export type RetryAct = { words: 'retry' | 'signInHere'; busy: boolean; run: () => void };

/**
 * The second try of this slot; undefined where this person may not give it one. It answers this prompt only, so a late
 * press does nothing.
 */
export function useRetry(slot: Slot): RetryAct | undefined {
  const session = useSession();
  const retry = useAct('bench.retry');
  const { ask, prompt, slotId, state, unitSerial } = slot;
  if (session?.person?.role === 'qa') return undefined;
  if (session && !session.person && state === 'FAIL' && ask === 'signIn') {
    const run = () => openSignIn('', () => wanted.set({ slotId, unitSerial, signedInAt: performance.now() }));
    return { words: 'signInHere', busy: false, run };
  }
  if (prompt?.kind !== 'retry') return undefined;
  const { promptId } = prompt;
  return { words: 'retry', busy: retry.busy, run: () => void retry.run({ slotId, promptId }, refuseAct) };
}

export function Retry({ retry }: { retry: RetryAct | undefined }) {
  const t = useTranslations('bench');
  if (!retry) return null;
  return (
    <Button
      size="bench"
      className="retry on-state"
      icon={retry.words === 'retry' ? RotateCcw : LogIn}
      busy={retry.busy}
      onClick={retry.run}
    >
      <span className="retry-words">{t(retry.words)}</span>
    </Button>
  );
}

/** Tries the unit again that a person asked for before the sign-in. It is dropped when its slot has moved on. */
export function useRetryAfterSignIn(bench: BenchSnapshot | undefined, person: Person | null): void {
  const waits = wanted.use();
  useEffect(() => {
    if (!waits || !bench || !person) return;
    const slot = bench.slots.find(({ slotId }) => slotId === waits.slotId);
    const inTime = performance.now() - waits.signedInAt < followsMs && person.role !== 'qa';
    const same = inTime && slot?.state === 'FAIL' && slot.unitSerial === waits.unitSerial;
    // The bench of the person before shows no prompt; that of this person comes a moment later.
    if (same && !slot.prompt) return;
    wanted.set(undefined);
    if (!same || !slot.prompt) return;
    const { promptId } = slot.prompt;
    station.call('bench.retry', { slotId: waits.slotId, promptId }).catch(refuseAct);
  }, [waits, bench, person]);
}
