import { useLocale, useTranslations } from 'use-intl';
import { SaveBirthButton } from '../controls/savebuttons.tsx';

/** Saves the birth record of a unit as a PDF, in the language of the screen. */
export function SaveBirthRecord({ unitSerial }: { unitSerial: string }) {
  const t = useTranslations('exports');
  const language = useLocale() === 'de' ? 'de' : 'en';
  return (
    <SaveBirthButton file={{ what: 'birthRecord', name: `${unitSerial}.pdf`, unitSerial, language }}>
      {t('birthRecord')}
    </SaveBirthButton>
  );
}
