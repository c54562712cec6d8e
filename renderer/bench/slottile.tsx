import { useTranslations } from 'use-intl';
import type { Slot } from '../../app/contract/index.ts';
import { useDuration } from '../controls/timestamp.tsx';
import { useGivenNames } from '../words/givennames.ts';
import { useReason } from '../words/index.ts';
import { ActDrawing } from './actdrawing.tsx';
import { pictureOf } from './actpictures.ts';
import { ConnectNow } from './connectnow.tsx';
import { Retry, useRetry } from './retry.tsx';
import { SlotMarks } from './slotmarks.tsx';
import { SlotSteps } from './slotsteps.tsx';
import { useSlotWords } from './slotwords.ts';
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

/**
 * One slot: its state, and its next act as the one sentence that is read from afar. Each part has its place, so that
 * nothing moves when the words change.
 */
export function SlotTile({ slot, size, goldenDue, onOpen }: Props) {
  const t = useTranslations('bench');
  const duration = useDuration();
  const given = useGivenNames();
  const words = useSlotWords()(slot, goldenDue);
  const retry = useRetry(slot);
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
        {size === 'large' && !working && !retry && !slot.mayConnect && (
          <ActDrawing picture={waitsForGolden ? 'golden' : pictureOf(slot)} />
        )}
      </div>
      <div className="tile-body">
        {working ? (
          <SlotSteps slot={slot} size={size} />
        ) : (
          <p className="tile-ask">{size === 'small' ? words.short : words.act}</p>
        )}
      </div>
      {size !== 'small' && !working && <Cause slot={slot} why={words.why} />}
      {size !== 'small' && <Retry retry={retry} />}
      {size !== 'small' && <ConnectNow slot={slot} />}
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

/** What led to the next act, in one small line. A press on the tile shows all of it. */
function Cause({ slot: { certificateId, error, golden }, why }: { slot: Slot; why: string | undefined }) {
  const t = useTranslations();
  const reasonOf = useReason();
  const reason = error && reasonOf(error);
  return (
    <p className="tile-cause">
      {why !== undefined && <span className="tile-why">{why}</span>}
      {error && (
        <span className="tile-code">
          {t('common.code', { code: error.code })}
          {reason !== undefined && ` · ${reason}`}
        </span>
      )}
      {certificateId && !error && (
        <span className="tile-code">
          {golden ? t('now.goldenPassed') : t('bench.proof', { id: `${certificateId.slice(0, 12)}…` })}
        </span>
      )}
    </p>
  );
}
