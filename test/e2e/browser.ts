import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright';

export const chromiumPath = '/usr/bin/chromium';
export const hasChromium = (): boolean => existsSync(chromiumPath);

/** Debian's Chromium; the flags keep it from looking for hosts it cannot reach. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: chromiumPath,
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
