import { Keyboard, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { BenchSnapshot, Person } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { BenchStrip } from '../scanreader/scanstrip.tsx';
import { useErrorWords } from '../words/index.ts';
import { ActDrawing } from './actdrawing.tsx';
import { type BenchAct, benchAct, pictureOfAct } from './benchact.ts';
import { lockedAsOne } from './lockedbench.tsx';
import { useLockWords } from './lockwords.ts';
import { Remedy } from './remedy.tsx';
import { TypedLabel } from './typedlabel.tsx';

/** The top of the bench: the one next act as a picture and a sentence, and the last scan. */
export function ActBar({ bench, person }: { bench: BenchSnapshot; person: Person | null }) {
  const t = useTranslations('bench');
  const next = benchAct(bench, person !== null);
  const sentence = useSentence(bench);
  const [typing, setTyping] = useState(false);
  return (
    <div className="actbar">
      <ActDrawing picture={pictureOfAct(next)} className="act-picture" />
      <div className="act-words">
        <p className="act-sentence" aria-live="polite">
          {sentence(next)}
        </p>
        {bench.locked && lockedAsOne(bench) === undefined && <AllReasons bench={bench} />}
        <BenchStrip bench={bench} />
      </div>
      <div className="act-buttons">
        {bench.heldLabel !== undefined && <Forget label={bench.heldLabel} person={person} />}
        <Remedy bench={bench} person={person} />
        {person && person.role !== 'qa' && !bench.locked && (
          <Button size="bench" icon={Keyboard} onClick={() => setTyping(true)}>
            {t('typeLabel')}
          </Button>
        )}
      </div>
      <TypedLabel open={typing} onClose={() => setTyping(false)} />
    </div>
  );
}

/** All reasons of the lock, while some slots still show results and the large locked face is not on screen. */
function AllReasons({ bench: { interlocks } }: { bench: BenchSnapshot }) {
  const { why } = useLockWords();
  return <p className="act-why">{interlocks.map(({ reason }) => why(reason)).join(' · ')}</p>;
}

function useSentence(bench: BenchSnapshot): (next: BenchAct) => string {
  const t = useTranslations();
  const words = useErrorWords();
  const { act } = useLockWords();
  return (next) => {
    switch (next.kind) {
      case 'locked':
        return act(next.reason);
      case 'held':
        return t('now.heldNext', { label: next.label });
      case 'bench':
        if (next.act === 'plugGolden') return t('now.plugGoldenNamed', { serial: bench.golden?.unitSerial ?? '' });
        return next.act === 'plugInOrScan' ? t('now.plugInOrScan') : t(`bench.all.${next.act}`);
      case 'slot': {
        const slot = String(next.slot.slotId);
        const { error } = next.slot;
        return error ? `${t('bench.slot', { slot })}: ${words(error).next}` : t(`bench.ask.${next.slot.ask}`, { slot });
      }
    }
  };
}

/** The label that was scanned ahead, and the one button about it. */
function Forget({ label, person }: { label: string; person: Person | null }) {
  const t = useTranslations('now');
  const drop = useAct('bench.drop');
  return (
    <div className="held">
      <span className="held-words">
        <span>{t('held')}</span>
        <strong className="mono">{label}</strong>
      </span>
      {person && person.role !== 'qa' && (
        <Button
          size="bench"
          icon={X}
          busy={drop.busy}
          aria-label={t('forget', { label })}
          onClick={() => void drop.run({})}
        >
          {t('forgetIt')}
        </Button>
      )}
    </div>
  );
}
