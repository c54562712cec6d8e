/** An engineer's choices for the window. A chosen thing that is gone stays in its list. */
import type { createTranslator } from 'use-intl/core';
import type { WindowSettings, WindowView } from '../../app/contract/index.ts';
import { zoomBounds } from '../../app/contract/window.ts';
import type { en } from '../words/en.ts';

type Words = ReturnType<typeof createTranslator<typeof en, 'shiftWindow.set'>>;
type Choice = { value: string; label: string };
type Chosen = WindowSettings['display'];

/** Stands for null in a list. No system uses this name for a printer or a monitor. */
export const noneKey = '-';

export const displayKey = (chosen: Chosen): string => (chosen === null ? noneKey : `${chosen.id}`);

export function displayOf(key: string, view: WindowView, before: Chosen): Chosen {
  if (key === noneKey) return null;
  const found = view.displays.find(({ id }) => `${id}` === key);
  return found ? { id: found.id, label: found.label } : before;
}

export function displayChoices({ displays }: WindowView, chosen: Chosen, t: Words): Choice[] {
  const here = displays.map(({ id, label, widthPx, heightPx }, index) => ({
    value: `${id}`,
    label: t('displayName', {
      label: label === '' ? t('unnamed', { number: String(index + 1) }) : label,
      width: widthPx,
      height: heightPx,
    }),
  }));
  const gone = chosen !== null && !displays.some(({ id }) => id === chosen.id);
  return [
    { value: noneKey, label: t('firstDisplay') },
    ...here,
    ...(gone ? [{ value: `${chosen.id}`, label: t('displayGone', { label: chosen.label || `${chosen.id}` }) }] : []),
  ];
}

export function printerChoices({ printers }: WindowView, chosen: string | null, t: Words): Choice[] {
  const gone = chosen !== null && !printers.some(({ name }) => name === chosen);
  return [
    { value: noneKey, label: t('askPrinter') },
    ...printers.map(({ name, label }) => ({ value: name, label })),
    ...(gone ? [{ value: chosen, label: t('printerGone', { name: chosen }) }] : []),
  ];
}

const usual = [zoomBounds.least, 67, 75, 80, 90, 100, 110, 125, 150, 175, zoomBounds.most];

export const zoomChoices = (percent: number, t: Words): Choice[] =>
  [...new Set([...usual, percent])]
    .sort((one, other) => one - other)
    .map((value) => ({ value: String(value), label: t('percent', { percent: value }) }));
