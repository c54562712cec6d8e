/** The station's control of the window, and the window's reports to the station. */
import type * as Electron from 'electron';
import type { WindowBrief, WindowChange, WindowView } from '../../app/contract/window.ts';
import type { WindowControl, WindowEvent } from '../../app/station/index.ts';
import type { SettingsStore } from './settings.ts';

/** The program's knowledge of its window. Absent until the window is open. */
export type WindowFacts = {
  brief: WindowBrief;
  /** The window's monitor and the possible ones. */
  displays: () => WindowView['displays'];
  printers: () => Promise<WindowView['printers']>;
  /** Applies changed settings, as far as they can take effect at once. */
  apply: (change: WindowChange) => Promise<void>;
  stay: () => void;
};

export type Control = WindowControl & {
  facts: WindowFacts;
  /** Reports a change in `facts.brief`. The station's log keeps the event. */
  tell(event: WindowEvent): void;
};

export function createControl(settings: SettingsStore, kiosk: boolean): Control {
  const listeners = new Set<(event: WindowEvent) => void>();
  const facts: WindowFacts = {
    brief: {
      pageReloads: 0,
      graphicsLosses: 0,
      software: settings.current().graphics === 'software',
      kiosk,
      closing: false,
    },
    displays: () => [],
    printers: async () => [],
    apply: async () => {},
    stay: () => {},
  };
  const tell = (event: WindowEvent) => {
    for (const listener of listeners) listener(event);
  };
  return {
    facts,
    tell,
    brief: () => ({ ...facts.brief }),
    view: async () => ({
      ...facts.brief,
      settings: settings.current(),
      displays: facts.displays(),
      printers: await facts.printers(),
    }),
    async configure(change) {
      if (change.kiosk !== undefined) facts.brief.kiosk = change.kiosk;
      const saved = settings.save(change);
      await facts.apply(change);
      tell({ what: 'configured', level: 'info' });
      await saved;
    },
    kiosk(on) {
      facts.brief.kiosk = on;
      void facts.apply({ kiosk: on });
      tell({ what: on ? 'kioskEntered' : 'kioskLeft', level: 'info' });
    },
    stay: () => facts.stay(),
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The monitors that an engineer can choose from. */
export function displaysOf(screen: Electron.Screen, window: Electron.BrowserWindow): WindowView['displays'] {
  const first = screen.getPrimaryDisplay().id;
  const inUse = screen.getDisplayMatching(window.getBounds()).id;
  return screen.getAllDisplays().map(({ id, label, bounds }) => ({
    id,
    label,
    widthPx: bounds.width,
    heightPx: bounds.height,
    first: id === first,
    inUse: id === inUse,
  }));
}

export const printersOf = async (contents: Electron.WebContents): Promise<WindowView['printers']> =>
  (await contents.getPrintersAsync()).map(({ name, displayName }) => ({ name, label: displayName || name }));
