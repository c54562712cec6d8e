import { atStart } from './atstart.ts';
import { speak } from './controls/savefile.ts';
import { sharedValue } from './sharedvalue.ts';

/** The person's wishes for this screen; never a secret. */
export type Prefs = {
  theme: 'auto' | 'light' | 'dark';
  locale: 'en' | 'de';
  sound: boolean;
  /** Null means that the panel is open where there is room. */
  practicePanel: boolean | null;
};

const storageKey = 'birthmark.prefs';

const firstPrefs = (): Prefs => ({
  theme: 'auto',
  locale: navigator.language.toLowerCase().startsWith('de') ? 'de' : 'en',
  sound: true,
  practicePanel: null,
});

function read(): Prefs {
  try {
    return { ...firstPrefs(), ...(JSON.parse(localStorage.getItem(storageKey) ?? '{}') as Partial<Prefs>) };
  } catch {
    return firstPrefs();
  }
}

function apply({ locale, theme }: Prefs) {
  document.documentElement.lang = locale;
  if (theme === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

const prefs = sharedValue(firstPrefs());

function use(next: Prefs): void {
  apply(next);
  speak(next.locale);
  prefs.set(next);
}
atStart(() => use(read()));

export const currentPrefs = prefs.get;
export const usePrefs = prefs.use;

export function setPrefs(change: Partial<Prefs>): void {
  const next = { ...prefs.get(), ...change };
  localStorage.setItem(storageKey, JSON.stringify(next));
  use(next);
}
