/** The size of everything on the screen: Ctrl with + - 0 or the wheel, kept for this PC. There is no menu to do it. */
import type * as Electron from 'electron';
import { zoomBounds } from '../../app/contract/window.ts';

/** Chromium's own steps, in percent, within the range that the screens support. */
const steps = [50, 67, 75, 80, 90, 100, 110, 125, 150, 175, 200];

export type ZoomWish = 'in' | 'out' | 'reset';

export function zoomed(percent: number, wish: ZoomWish): number {
  if (wish === 'reset') return 100;
  const next = wish === 'in' ? steps.find((step) => step > percent) : steps.findLast((step) => step < percent);
  return next ?? (wish === 'in' ? zoomBounds.most : zoomBounds.least);
}

type Input = Pick<Electron.Input, 'type' | 'key' | 'control' | 'meta' | 'alt'>;

/** The change that a key asks for, if any: Ctrl (the command key on a Mac) with + or =, -, 0. */
export function zoomWish({ type, key, control, meta, alt }: Input, mac: boolean): ZoomWish | undefined {
  if (type !== 'keyDown' || alt || !(mac ? meta : control)) return undefined;
  if (key === '+' || key === '=') return 'in';
  if (key === '-') return 'out';
  return key === '0' ? 'reset' : undefined;
}

export function followZoom(
  contents: Electron.WebContents,
  percent: () => number,
  choose: (percent: number) => void,
): { apply(): void } {
  const apply = () => {
    if (!contents.isDestroyed()) contents.setZoomFactor(percent() / 100);
  };
  const wish = (wanted: ZoomWish) => {
    choose(zoomed(percent(), wanted));
    apply();
  };
  contents.on('before-input-event', (event, input) => {
    const wanted = zoomWish(input, process.platform === 'darwin');
    if (wanted === undefined) return;
    event.preventDefault();
    wish(wanted);
  });
  contents.on('zoom-changed', (_event, direction) => wish(direction));
  contents.on('did-finish-load', apply);
  return { apply };
}
