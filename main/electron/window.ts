import type { BrowserWindowConstructorOptions, Rectangle, WebContents } from 'electron';
import { mayNavigate, openWindow, troubleAct } from './guards.ts';

export type WindowSettings = {
  preload: string;
  /** Fills the screen without a frame: a panel PC on the line. */
  kiosk: boolean;
  devTools: boolean;
  bounds: Rectangle;
};

/** All security settings are written out, so that none depends on a default that a later Electron may change. */
export const windowOptions = (settings: WindowSettings): BrowserWindowConstructorOptions => ({
  ...settings.bounds,
  minWidth: 1024,
  minHeight: 640,
  show: false,
  title: 'Birthmark',
  kiosk: settings.kiosk,
  autoHideMenuBar: true,
  webPreferences: {
    preload: settings.preload,
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webviewTag: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    navigateOnDragDrop: false,
    safeDialogs: true,
    spellcheck: false,
    // The times of keystrokes tell scans from typing, so a covered or minimised window must not be throttled.
    backgroundThrottling: false,
    devTools: settings.devTools,
  },
});

/**
 * Keeps any web contents, ours or not, where it is: no navigation, no new windows, no webview.
 * @param onTrouble is told which link of the page of last resort was pressed
 */
export function confine(contents: WebContents, onTrouble: (act: 'again' | 'restart') => void): void {
  contents.on('will-frame-navigate', (details) => {
    const act = details.isMainFrame ? troubleAct(contents.getURL(), details.url) : undefined;
    if (act !== undefined) onTrouble(act);
    if (!details.isMainFrame || !mayNavigate(details.url)) details.preventDefault();
  });
  contents.on('will-redirect', (details) => details.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(openWindow);
}
