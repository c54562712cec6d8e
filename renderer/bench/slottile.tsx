import { useTranslations } from 'use-intl';
import type { Slot } from '../../app/contract/index.ts';
import { useDuration } from '../controls/timestamp.tsx';
import { useGivenNames } from '../words/givennames.ts';
import { ActDrawing } from './actdrawing.tsx';
import { pictureOf } from './actpictures.ts';
import { useLockWords } from './lockwords.ts';
import { SlotMarks } from './slotmarks.tsx';
import { SlotSteps } from './slotsteps.tsx';
import { Retry, SlotTrouble } from './slottrouble.tsx';
import { stateAppearance } from './stateappearance.ts';
import { StopUnit } from './stopunit.tsx';
import type { TileSize } from './tilegrid.ts';

type Props = {
  slot: Slot;
  size: TileSize;
  /** The serial of the golden unit, while no other unit may be made before it passes. */
  goldenDue?: string | undefined;
  onOpen?: () => void;
};

/** One slot: its state and its next act. */
export function SlotTile({ slot, size, goldenDue, onOpen }: Props) {
  const t = useTranslations('bench');
  const duration = useDuration();
  const given = useGivenNames();
  const { token, icon: Icon } = stateAppearance[slot.state];
  const word = t(`state.${slot.state}`);
  const number = String(slot.slotId);
  const working = slot.state === 'WORKING';
  const waitsForGolden = goldenDue !== undefined && (slot.state === 'EMPTY' || slot.state === 'SCAN');
  return (
    <article
      className={`tile ${size} state-${token} ${slot.golden ? 'is-golden' : ''}`}
      data-state={slot.state}
      aria-label={`${t('slot', { slot: number })}: ${word}`}
    >
      <header className="tile-head">
        <span className="tile-number">{number}</span>
        <span className="tile-name">{given.slot(slot)}</span>
        <span className="tile-serial">{slot.unitSerial}</span>
        <SlotMarks slot={slot} />
        {slot.elapsedMs !== undefined && <span className="tile-time">{duration(slot.elapsedMs)}</span>}
      </header>
      <div className="tile-state">
        <Icon className="tile-icon" aria-hidden="true" />
        <span className="tile-word">{word}</span>
        {size === 'large' && !working && <ActDrawing picture={waitsForGolden ? 'golden' : pictureOf(slot)} />}
      </div>
      <div className="tile-body">
        {working && <SlotSteps slot={slot} size={size} />}
        {!working && <Sentence slot={slot} goldenDue={waitsForGolden ? goldenDue : undefined} />}
      </div>
      {size !== 'small' && <Retry slot={slot} />}
      {size === 'large' && working && <StopUnit slot={slot} />}
      {onOpen && (
        <button
          type="button"
          className="tile-open"
          onClick={onOpen}
          aria-label={t('openSlot', { slot: number, state: word })}
        />
      )}
    </article>
  );
}

function Sentence({ slot, goldenDue }: { slot: Slot; goldenDue: string | undefined }) {
  const t = useTranslations();
  const words = useLockWords();
  const { ask, certificateId, error, lockReason, state } = slot;
  if (error) return <SlotTrouble error={error} />;
  const act = () => {
    if (lockReason) return words.act(lockReason);
    if (ask === 'signIn') return words.act('signedOut');
    if (goldenDue !== undefined && state === 'EMPTY') return t('now.plugGolden');
    return t(`bench.ask.${ask}`, { slot: String(slot.slotId) });
  };
  return (
    <>
      {lockReason && lockReason !== 'signedOut' && <p className="tile-why">{words.why(lockReason)}</p>}
      {goldenDue !== undefined && <p className="tile-why">{t('now.goldenDue', { serial: goldenDue })}</p>}
      <p className="tile-ask">{act()}</p>
      {certificateId && (
        <p className="tile-proof" title={certificateId}>
          {slot.golden ? t('now.goldenPassed') : t('bench.proof', { id: `${certificateId.slice(0, 12)}…` })}
        </p>
      )}
    </>
  );
}
