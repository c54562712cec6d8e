import { useTranslations } from 'use-intl';

/** A stripe and a word on every screen, so that practice is not mistaken for the real line. */
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
