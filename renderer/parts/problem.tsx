import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { blameOf, type WireError } from '../../app/contract/index.ts';
import { useErrorWords } from '../words/index.ts';

/** An error for people: what happened, what it means, the next act, who can help; the code small. */
export function Problem({ error, children }: { error: WireError | undefined | null; children?: ReactNode }) {
  const t = useTranslations('common');
  const table = useErrorWords();
  if (!error) return null;
  const words = table[error.code];
  return (
    <div className="problem" role="alert">
      <TriangleAlert aria-hidden="true" />
      <div>
        <strong>{words.what}</strong>
        <p>
          {words.meaning} {words.next}
        </p>
        <p className="fine">
          {t(`whoHelps.${blameOf(error.code)}`)} <span className="code">{t('code', { code: error.code })}</span>
          {error.detail !== '' && <span className="code"> · {error.detail}</span>}
        </p>
        {children}
      </div>
    </div>
  );
}
