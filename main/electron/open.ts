/** The one window, with everything that keeps it running for a shift. */
import { dirname } from 'node:path';
import type * as Electron from 'electron';
import type { ActDone, WindowAct } from '../../app/contract/index.ts';
import type { WindowChange } from '../../app/contract/window.ts';
import type { Host } from '../host.ts';
import type { ActOnWindow, Bridge } from './bridge.ts';
import { type Closing, createClosing } from './closing.ts';
import { type Control, displaysOf, printersOf } from './control.ts';
import { watchGraphics } from './graphics.ts';
import { pageUrl, scheme } from './guards.ts';
import { startWithPc } from './login.ts';
import { type Locale, localeOf, nativeWords } from './nativewords.ts';
import { systemdInhibit, watchPower } from './power.ts';
import { createPageHandler } from './protocol.ts';
import { choosePlace, keepFile, printPage } from './saving.ts';
import type { SettingsStore } from './settings.ts';
import { watchPage } from './watch.ts';
import { windowOptions } from './window.ts';
import { boundsOn, displayFor, keepPlace } from './windowplace.ts';
import { followZoom } from './zoom.ts';

/** The parts of the electron module that the host uses. */
export type ElectronParts = Pick<
  typeof Electron,
  | 'app'
  | 'BrowserWindow'
  | 'dialog'
  | 'ipcMain'
  | 'Menu'
  | 'powerMonitor'
  | 'powerSaveBlocker'
  | 'protocol'
  | 'safeStorage'
  | 'screen'
  | 'session'
>;

export type ElectronSettings = {
  /** Absolute folder of the built screens. */
  assetsDir: string;
  /** Absolute path of the built preload script. */
  preload: string;
  /** Fills the screen in this run, whatever the settings say. */
  kiosk: boolean;
  /** Absolute path of the window's settings on this PC. */
  settingsFile: string;
  /** The arguments for starting this program again. */
  args: readonly string[];
};

export type Opening = {
  /** Called once the app is ready and the station is open. */
  show(host: Host, bridge: Bridge): void;
  onTrouble(act: 'again' | 'restart'): void;
};

export function openWindow(
  electron: ElectronParts,
  settings: ElectronSettings,
  store: SettingsStore,
  control: Control,
): Opening {
  const { app, dialog, screen } = electron;
  const { brief } = control.facts;
  let locale: Locale | undefined;
  let closing: Closing | undefined;
  let forgive = () => {};
  const words = () => nativeWords[locale ?? localeOf(app.getLocale())];
  const wanted = () => ({ display: store.current().display, kiosk: brief.kiosk });

  watchGraphics(app, store, ({ reason, exitCode, again }) => {
    brief.graphicsLosses += 1;
    control.tell({ what: 'graphicsLost', level: 'warn', reason, exitCode });
    // Chromium survives a few losses. A second one means that this run will not get better.
    if (again && !brief.software) closing?.endWhenIdle({ relaunch: true });
  });

  const create = (): Electron.BrowserWindow => {
    const { display, kiosk } = wanted();
    const target = displayFor(display, screen.getAllDisplays(), screen.getPrimaryDisplay());
    const options = { ...settings, kiosk, devTools: !app.isPackaged, bounds: boundsOn(target, kiosk) };
    return new electron.BrowserWindow(windowOptions(options));
  };

  return {
    onTrouble(act) {
      forgive();
      if (act === 'restart') closing?.endWhenIdle({ relaunch: true });
    },
    show(host, bridge) {
      electron.protocol.handle(
        scheme,
        createPageHandler(settings.assetsDir, () => locale ?? localeOf(app.getLocale())),
      );
      const ends = createClosing(host, {
        app,
        dialog,
        words,
        held: () => brief.kiosk,
        onChange: () => {
          brief.closing = ends.waiting();
          control.tell({ what: brief.closing ? 'closesWhenIdle' : 'staysOpen', level: 'info' });
        },
        told: (what, units) => control.tell({ what, level: 'info', units }),
      });
      closing = ends;
      watchPower(host, {
        ...electron,
        ...(process.platform === 'linux' ? { inhibit: systemdInhibit } : {}),
        told: (what, units) => control.tell({ what, level: 'info', units }),
        onLock: bridge.signOut,
        onShutdown: ends.systemEnds,
      });
      for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const) process.once(signal, ends.systemEnds);

      const window = create();
      const contents = window.webContents;
      const place = keepPlace(screen, window, wanted);
      const zoom = followZoom(
        contents,
        () => store.current().zoomPercent,
        (zoomPercent) => void store.save({ zoomPercent }).catch(() => {}),
      );
      const page = watchPage(contents, ({ reason, exitCode, shown }) => {
        brief.pageReloads += 1;
        brief.lastReloadAt = new Date().toISOString();
        control.tell({ what: 'pageGone', level: 'warn', reason, exitCode, shown, reloads: brief.pageReloads });
      });
      forgive = page.forgive;
      ends.watch(window);
      bridge.admit(
        contents,
        actsOf(electron, window, store, (spoken) => (locale = spoken)),
      );
      Object.assign(control.facts, {
        displays: () => displaysOf(screen, window),
        printers: () => printersOf(contents),
        stay: ends.stay,
        apply: (change: WindowChange) => {
          if (change.kiosk !== undefined || change.display !== undefined) place.place();
          if (change.zoomPercent !== undefined) zoom.apply();
          if (change.startWithPc === undefined) return Promise.resolve();
          return startWithPc(app, change.startWithPc, programOf(app, settings.args));
        },
      });
      window.once('ready-to-show', () => window.show());
      app.on('second-instance', () => {
        if (window.isDestroyed()) return;
        if (window.isMinimized()) window.restore();
        window.focus();
      });
      void window.loadURL(pageUrl);
    },
  };
}

/** The acts that the window does for its page. */
function actsOf(
  { app, dialog }: ElectronParts,
  window: Electron.BrowserWindow,
  store: SettingsStore,
  speak: (locale: Locale) => void,
): ActOnWindow {
  let folder: string | undefined;
  const choose = choosePlace(
    (options) => dialog.showSaveDialog(window, options),
    () => folder ?? app.getPath('documents'),
    (file) => {
      folder = dirname(file);
    },
  );
  const contents = window.webContents;
  return async (act: WindowAct, keeper): Promise<ActDone> => {
    switch (act.act) {
      case 'keep':
        return keepFile(act.file, keeper, choose);
      case 'print':
        return printPage((options, done) => contents.print(options, done), store.current().printer);
      case 'speak':
        speak(act.locale);
        return {};
    }
  };
}

/** How the PC starts this program again. An AppImage's mount is gone after the program ends, but its own file stays. */
const programOf = (app: Electron.App, args: readonly string[]) => ({
  path: process.env.APPIMAGE ?? process.execPath,
  args: app.isPackaged ? args : [app.getAppPath(), ...args],
});
