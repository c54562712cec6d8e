import { useTranslations } from 'use-intl';

/** Nobody may take practice for the real thing: a stripe and a word on every screen. */
export function PracticeStripe() {
  const t = useTranslations('practiceMark');
  return (
    <section className="mark" aria-label={t('word')}>
      <span className="mark-stripe" aria-hidden="true" />
      <strong className="mark-word">{t('word')}</strong>
      <span className="mark-meaning">{t('meaning')}</span>
      <strong className="mark-word" aria-hidden="true">
        {t('word')}
      </strong>
      <span className="mark-stripe" aria-hidden="true" />
    </section>
  );
}
