import { RotateCcw } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { Slot, WireError } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { useErrorWords, useReason } from '../words/index.ts';
import { keepsUnit } from './actpictures.ts';

/** The trouble of the unit in a slot and the next act. The code is small, for the engineer. */
export function SlotTrouble({ error }: { error: WireError }) {
  const t = useTranslations();
  const words = useErrorWords()(error);
  const reason = useReason()(error);
  return (
    <div className="trouble">
      <p className="tile-why">{words.what}</p>
      <p className="tile-ask">{words.next}</p>
      {keepsUnit(error.code) && <p className="tile-unit">{t('now.keepUnit')}</p>}
      <p className="tile-code">
        {t('common.code', { code: error.code })}
        {reason !== undefined && ` · ${reason}`}
      </p>
    </div>
  );
}

/** The one button of a failed unit. It answers this prompt only, so a late press does nothing. */
export function Retry({ slot }: { slot: Slot }) {
  const t = useTranslations('bench');
  const retry = useAct('bench.retry');
  if (slot.prompt?.kind !== 'retry') return null;
  const { promptId } = slot.prompt;
  return (
    <Button
      size="bench"
      className="retry on-state"
      icon={RotateCcw}
      busy={retry.busy}
      onClick={() => void retry.run({ slotId: slot.slotId, promptId })}
    >
      <span className="retry-words">{t('retry')}</span>
    </Button>
  );
}
