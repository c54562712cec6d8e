import type { Look } from './browser.ts';

/**
 * Every screen is looked at in these: both themes and both widths. A theme changes colours only and a width the layout
 * only, so the other two pairs would show nothing that these do not.
 */
export const looks: Look[] = [
  { theme: 'light', width: 1280, height: 800 },
  { theme: 'dark', width: 1920, height: 1080 },
];

export const label = ({ theme, width }: Look) => `${width}-${theme}`;
