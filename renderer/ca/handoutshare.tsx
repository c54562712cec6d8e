import { ArrowRight } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '../controls/button.tsx';
import { CopyButton } from '../controls/copybutton.tsx';
import { PrintButton, SaveButton } from '../controls/savebuttons.tsx';

export type SplitPlan = { name: string; count: number; threshold: number };

type Props = { plan: SplitPlan; number: number; share: string; onNext: () => void };

/** One share, for one person's eyes. The next share replaces it on the screen. */
export function HandOutShare({ plan, number, share, onNext }: Props) {
  const t = useTranslations('ca.share');
  const [handed, setHanded] = useState(false);
  const file = `${plan.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}-share-${number}-of-${plan.count}.txt`;
  const note = t('paper', { ...plan, number });
  return (
    <div className="stack">
      <p className="lead" role="status">
        {t('now', { number, count: plan.count })}
      </p>
      <figure className="share printed">
        <figcaption>
          <strong>{t('title', { number, count: plan.count })}</strong>
          <span>{plan.name}</span>
          <span>{t('needed', { threshold: plan.threshold })}</span>
        </figcaption>
        <code>{share}</code>
      </figure>
      <div className="row">
        <CopyButton text={share} label={t('copy')} />
        <SaveButton file={{ what: 'share', name: file, note, content: share }}>{t('save')}</SaveButton>
        <PrintButton>{t('print')}</PrintButton>
      </div>
      <label className="check">
        <input type="checkbox" checked={handed} onChange={(event) => setHanded(event.target.checked)} />
        {t('handed', { number })}
      </label>
      <div className="row">
        <Button kind="primary" size="bench" disabled={!handed} onClick={onNext}>
          {number < plan.count ? t('next', { number: number + 1 }) : t('toProof')}
          <ArrowRight aria-hidden="true" />
        </Button>
      </div>
    </div>
  );
}
