import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { BackLink } from '../controls/backlink.tsx';
import { hrefTo } from '../route.ts';

/** A page of the CA part: the way back, its subject, and its content. */
export function SubPage({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
  const t = useTranslations('ca');
  return (
    <div className="stack">
      <BackLink href={hrefTo.station('ca')}>{t('back')}</BackLink>
      <div className="stack tight">
        <h2>{title}</h2>
        {hint !== undefined && <p className="hint">{hint}</p>}
      </div>
      {children}
    </div>
  );
}
