import { useTranslations } from 'use-intl';
import type { Slot } from '../../app/contract/index.ts';
import { useDuration } from '../parts/when.tsx';
import { appearance } from './appearance.ts';
import type { TileSize } from './grid.ts';
import { Steps } from './steps.tsx';
import { Retry, Trouble } from './trouble.tsx';

type Props = { slot: Slot; size: TileSize; onOpen?: () => void };

/** One slot: what state it is in, and what to do. */
export function Tile({ slot, size, onOpen }: Props) {
  const t = useTranslations('bench');
  const duration = useDuration();
  const { token, icon: Icon } = appearance[slot.state];
  const word = t(`state.${slot.state}`);
  const number = String(slot.slotId);
  return (
    <article
      className={`tile ${size} state-${token}`}
      data-state={slot.state}
      aria-label={`${t('slot', { slot: number })}: ${word}`}
    >
      <header className="tile-head">
        <span className="tile-number">{number}</span>
        <span className="tile-name">{slot.name}</span>
        <span className="tile-serial">{slot.unitSerial}</span>
        {slot.elapsedMs !== undefined && <span className="tile-time">{duration(slot.elapsedMs)}</span>}
      </header>
      <div className="tile-state">
        <Icon className="tile-icon" aria-hidden="true" />
        <span className="tile-word">{word}</span>
      </div>
      <div className="tile-body">
        {slot.state === 'WORKING' && <Steps slot={slot} size={size} />}
        {slot.state !== 'WORKING' && <Sentence slot={slot} />}
      </div>
      {size !== 'small' && <Retry slot={slot} />}
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

function Sentence({ slot }: { slot: Slot }) {
  const t = useTranslations('bench');
  const number = String(slot.slotId);
  if (slot.error) return <Trouble error={slot.error} />;
  return (
    <>
      {slot.lockReason && slot.lockReason !== 'signedOut' && <p className="tile-why">{t(`lock.${slot.lockReason}`)}</p>}
      <p className="tile-ask">{t(`ask.${slot.ask}`, { slot: number })}</p>
      {slot.certificateId && (
        <p className="tile-proof" title={slot.certificateId}>
          {t('proof', { id: `${slot.certificateId.slice(0, 12)}…` })}
        </p>
      )}
    </>
  );
}
