import type { Look } from './browser.ts';

/** Every screen is looked at in these. */
export const looks: Look[] = [
  { theme: 'light', width: 1280, height: 800 },
  { theme: 'dark', width: 1280, height: 800 },
  { theme: 'light', width: 1920, height: 1080 },
  { theme: 'dark', width: 1920, height: 1080 },
];

export const label = ({ theme, width }: Look) => `${width}-${theme}`;
