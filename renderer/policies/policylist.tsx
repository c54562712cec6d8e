import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { address } from '../address.ts';
import { useDraft } from '../unsaved.ts';
import { PolicyDraft } from './policydraft.tsx';

/** IoT policies: written, checked and tried out. */
export function PolicyList() {
  const t = useTranslations('policies');
  const { text, setText } = useDraft(`${address()} policy`, '');
  const [, setValid] = useState(false);
  return (
    <div className="stack">
      <div className="stack tight">
        <h2>{t('title')}</h2>
        <p className="hint">{t('hint')}</p>
      </div>
      <PolicyDraft name="policy" text={text} onText={setText} typed={text !== ''} onValid={setValid} />
    </div>
  );
}
