import { CircleQuestionMark, Languages, Moon, Sun, SunMoon, Volume2, VolumeOff, VolumeX } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { soundState, watchSound } from '../bench/playsound.ts';
import { Button } from '../controls/button.tsx';
import { type Prefs, setPrefs, usePrefs } from '../prefs.ts';

const nextTheme: Record<Prefs['theme'], Prefs['theme']> = { auto: 'light', light: 'dark', dark: 'auto' };
const themeIcon = { auto: SunMoon, light: Sun, dark: Moon } as const;

/** The look, the sound and the language of this screen. */
export function ScreenSettings({ onHelp }: { onHelp: () => void }) {
  const t = useTranslations('header');
  const { theme, locale } = usePrefs();
  const themeWords = t(`theme.${theme}`);
  return (
    <fieldset className="tools" aria-label={t('menu')}>
      <SoundButton />
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

/** Says whether sounds can be heard. While the browser blocks them, the press that unlocks them does nothing else. */
function SoundButton() {
  const t = useTranslations('header');
  const { sound } = usePrefs();
  const state = soundState.use();
  const unlocking = useRef(false);
  useEffect(() => (sound ? watchSound() : undefined), [sound]);
  const blocked = sound && state === 'blocked';
  const words = !sound ? t('soundOff') : t(state === 'none' ? 'soundNone' : 'soundOn');
  const onClick = () => {
    if (!unlocking.current && !blocked) setPrefs({ sound: !sound });
    unlocking.current = false;
  };
  return (
    <Button
      kind="quiet"
      size="bench"
      className={blocked ? 'sound-blocked' : ''}
      icon={sound && state === 'ready' ? Volume2 : blocked ? VolumeOff : VolumeX}
      aria-label={blocked ? t('soundBlocked') : words}
      title={blocked ? t('soundBlockedWhy') : words}
      onPointerDown={() => {
        unlocking.current = blocked;
      }}
      onClick={onClick}
    >
      {blocked && <span className="sound-words">{t('soundBlocked')}</span>}
    </Button>
  );
}
