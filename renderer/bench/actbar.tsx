import { CircleCheck, Keyboard, OctagonX, ScanBarcode, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { BenchSnapshot, Person } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { useBenchEcho } from '../scanreader/benchecho.ts';
import { type LastScan, refuseAct } from '../scanreader/lastscan.ts';
import { shortened, useScanWords } from '../scanreader/scanstrip.tsx';
import { ActDrawing } from './actdrawing.tsx';
import { type BenchAct, benchAct, pictureOfAct } from './benchact.ts';
import { lockedAsOne } from './lockedbench.tsx';
import { useLockWords } from './lockwords.ts';
import { Remedy } from './remedy.tsx';
import { useSlotWords } from './slotwords.ts';
import { TypedLabel } from './typedlabel.tsx';

/**
 * The top of the bench: the one next act as a picture and a sentence, and the last scan. A refused scan takes the place
 * of the act, because its words say what to do first. The bar has one height, whatever it says.
 */
export function ActBar({ bench, person }: { bench: BenchSnapshot; person: Person | null }) {
  const t = useTranslations('bench');
  const next = benchAct(bench, person !== null);
  const sentence = useSentence(bench)(next);
  const said = useScanWords();
  const echo = useBenchEcho(bench, sentence);
  const [typing, setTyping] = useState(false);
  const refused = echo?.kind === 'refused' ? said(echo) : undefined;
  return (
    <div className={refused ? 'actbar is-refused' : 'actbar'}>
      {refused ? (
        <OctagonX className="act-picture" aria-hidden="true" />
      ) : (
        <ActDrawing picture={pictureOfAct(next)} className="act-picture" />
      )}
      {refused ? (
        <div className="act-words" role="alert" key={echo?.at} data-scan-went="refused">
          <p className="act-sentence refusal">{refused.result}</p>
          <p className="echo">
            <strong>{refused.refused}</strong>
          </p>
        </div>
      ) : (
        <div className="act-words">
          <p className="act-sentence" aria-live="polite">
            {sentence}
          </p>
          {echo ? <Taken scan={echo} /> : <Quiet bench={bench} />}
        </div>
      )}
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

/** Where the last scan went. */
function Taken({ scan }: { scan: LastScan }) {
  const { result } = useScanWords()(scan);
  return (
    <p
      className={scan.kind === 'unheard' ? 'echo' : 'echo taken'}
      role="status"
      key={scan.at}
      data-scan-went={scan.kind}
    >
      {scan.kind === 'unheard' ? <ScanBarcode aria-hidden="true" /> : <CircleCheck aria-hidden="true" />}
      <span>{result}</span>
    </p>
  );
}

/** The line below the act when there is no scan to tell: whether scans are taken, and all reasons of a lock. */
function Quiet({ bench }: { bench: BenchSnapshot }) {
  const t = useTranslations();
  const { why } = useLockWords();
  const locked = bench.locked !== undefined && bench.locked !== 'signedOut';
  // While some slots still show results, the large locked face with the reasons is not on screen.
  const reasons = locked && lockedAsOne(bench) === undefined ? bench.interlocks : [];
  const words = reasons.map(({ reason }) => why(reason)).join(' · ');
  return (
    <p className="echo" role="status" title={words}>
      <ScanBarcode aria-hidden="true" />
      <span>{words || (locked ? t('now.notTaken') : t('bench.ready'))}</span>
    </p>
  );
}

function useSentence(bench: BenchSnapshot): (next: BenchAct) => string {
  const t = useTranslations();
  const slotWords = useSlotWords();
  const { act } = useLockWords();
  return (next) => {
    switch (next.kind) {
      case 'locked':
        return act(next.reason);
      case 'held':
        return t('now.heldNext', { label: shortened(next.label) });
      case 'bench':
        if (next.act === 'plugGolden')
          return t('now.plugGoldenNamed', { serial: shortened(bench.golden?.unitSerial ?? '') });
        return next.act === 'plugInOrScan' ? t('now.plugInOrScan') : t(`bench.all.${next.act}`);
      case 'slot': {
        const words = slotWords(next.slot).act;
        // The words after an error name no slot.
        return !next.slot.error ? words : `${t('bench.slot', { slot: String(next.slot.slotId) })}: ${words}`;
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
        <strong className="mono" title={label}>
          {shortened(label)}
        </strong>
      </span>
      {person && person.role !== 'qa' && (
        <Button
          size="bench"
          icon={X}
          busy={drop.busy}
          aria-label={t('forget', { label })}
          onClick={() => void drop.run({}, refuseAct)}
        >
          {t('forgetIt')}
        </Button>
      )}
    </div>
  );
}
