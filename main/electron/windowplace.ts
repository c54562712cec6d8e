/** The place of the window: its monitor, and what happens when that monitor is unplugged or comes back. */
import type * as Electron from 'electron';
import type { WindowSettings } from '../../app/contract/window.ts';

type Display = Pick<Electron.Display, 'id' | 'label' | 'bounds'>;

/** The chosen monitor, found by its id or else by its name. The system's first monitor when it is gone. */
export function displayFor<D extends Display>(chosen: WindowSettings['display'], all: readonly D[], first: D): D {
  if (chosen === null) return first;
  const named = chosen.label === '' ? [] : all.filter(({ label }) => label === chosen.label);
  return all.find(({ id }) => id === chosen.id) ?? (named.length === 1 ? named[0] : undefined) ?? first;
}

const size = { width: 1280, height: 800 };

/** The whole monitor in kiosk mode, otherwise a window in its middle. */
export function boundsOn({ bounds }: Display, kiosk: boolean): Electron.Rectangle {
  if (kiosk) return bounds;
  const width = Math.min(size.width, bounds.width);
  const height = Math.min(size.height, bounds.height);
  const x = bounds.x + Math.round((bounds.width - width) / 2);
  return { x, y: bounds.y + Math.round((bounds.height - height) / 2), width, height };
}

/** Puts the window on its monitor, now and whenever a monitor comes or goes. `kiosk` tells the wanted mode. */
export function keepPlace(
  screen: Electron.Screen,
  window: Electron.BrowserWindow,
  wanted: () => { display: WindowSettings['display']; kiosk: boolean },
): { place(): void } {
  const target = () => displayFor(wanted().display, screen.getAllDisplays(), screen.getPrimaryDisplay());
  const place = () => {
    if (window.isDestroyed()) return;
    const { kiosk } = wanted();
    // A window that fills one monitor must leave it before it can move to another.
    if (window.isKiosk()) window.setKiosk(false);
    window.setBounds(boundsOn(target(), kiosk));
    if (kiosk) window.setKiosk(true);
  };
  const changed = () => {
    if (wanted().kiosk || wanted().display !== null) place();
  };
  screen.on('display-added', changed);
  screen.on('display-removed', changed);
  window.once('closed', () => {
    screen.off('display-added', changed);
    screen.off('display-removed', changed);
  });
  return { place };
}
