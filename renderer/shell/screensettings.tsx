import { CircleQuestionMark, Languages, Moon, Sun, SunMoon, Volume2, VolumeX } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Button } from '../controls/button.tsx';
import { type Prefs, setPrefs, usePrefs } from '../prefs.ts';

const nextTheme: Record<Prefs['theme'], Prefs['theme']> = { auto: 'light', light: 'dark', dark: 'auto' };
const themeIcon = { auto: SunMoon, light: Sun, dark: Moon } as const;

/** The look, the sound and the language of this screen. */
export function ScreenSettings({ onHelp }: { onHelp: () => void }) {
  const t = useTranslations('header');
  const { theme, locale, sound } = usePrefs();
  const themeWords = t(`theme.${theme}`);
  const soundWords = sound ? t('soundOn') : t('soundOff');
  return (
    <fieldset className="tools" aria-label={t('menu')}>
      <Button
        kind="quiet"
        size="bench"
        icon={sound ? Volume2 : VolumeX}
        aria-label={soundWords}
        title={soundWords}
        onClick={() => setPrefs({ sound: !sound })}
      />
      <Button
        kind="quiet"
        size="bench"
        icon={themeIcon[theme]}
        aria-label={themeWords}
        title={themeWords}
        onClick={() => setPrefs({ theme: nextTheme[theme] })}
      />
      <Button
        kind="quiet"
        size="bench"
        icon={Languages}
        aria-label={t('language')}
        title={t('language')}
        lang={locale === 'en' ? 'de' : 'en'}
        onClick={() => setPrefs({ locale: locale === 'en' ? 'de' : 'en' })}
      />
      <Button
        kind="quiet"
        size="bench"
        icon={CircleQuestionMark}
        aria-label={t('help')}
        title={t('help')}
        onClick={onHelp}
      />
    </fieldset>
  );
}
