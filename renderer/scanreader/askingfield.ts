import { badge as badgeShape, order, type ScanReading, type StationStatus } from '../../app/contract/index.ts';
import type { NotTakenReason } from './lastscan.ts';
import { isTypable, type TypableField } from './typablefield.ts';

/**
 * The kinds of scan that a field takes (`data-scan`). `newBadge` is the badge of a person who is not on record yet;
 * `text` is any text.
 */
const wants = ['badge', 'newBadge', 'serial', 'order', 'text'] as const;
export type WantedScan = (typeof wants)[number];

const wantedBy = (field: TypableField): WantedScan | undefined => wants.find((name) => name === field.dataset.scan);

/**
 * The field for a scan: the one with the focus, or the one that asks for a badge in the open dialog or for a second
 * person.
 */
export function askingField(dialog: Element | undefined): { field: TypableField; wanted: WantedScan } | undefined {
  const focused = document.activeElement;
  const asked = (dialog ?? document.querySelector('.second'))?.querySelector<HTMLInputElement>(
    'input[data-scan="badge"], input[data-scan="newBadge"]',
  );
  for (const field of [focused, asked]) {
    if (!field || !isTypable(field) || !field.checkVisibility()) continue;
    const wanted = wantedBy(field);
    if (wanted) return { field, wanted };
  }
  return undefined;
}

/** The next field after this one, e.g. from a badge to its PIN. */
export const nextField = (field: TypableField): HTMLElement | null | undefined =>
  field
    .closest(':is([role="dialog"], [role="alertdialog"], .second)')
    ?.querySelector<HTMLInputElement>('input[data-scan-next]');

type Rules = Pick<StationStatus, 'scan'>['scan'] | undefined;
type GivenScan = { value: string } | { why: NotTakenReason };

/**
 * The value for a field from a scan that may have several readings. The person has chosen the reading by choosing the
 * field.
 */
export function valueFor(wanted: WantedScan, reading: ScanReading, text: string, rules: Rules): GivenScan {
  const all = reading.kind === 'ambiguous' ? reading.readings : [reading];
  const plain = text.trim();
  switch (wanted) {
    case 'text':
      // A field cannot show GS, so it gets the text form that the page of rules uses.
      return { value: text.replaceAll('\u001d', '<GS>') };
    case 'serial': {
      const unit = all.find(({ kind }) => kind === 'unit');
      return unit?.kind === 'unit' ? { value: unit.unitSerial } : { why: 'notSerial' };
    }
    case 'order': {
      const found = all.find(({ kind }) => kind === 'order');
      if (found?.kind === 'order') return { value: found.orderId };
      const fits = !rules?.order && order.shape.orderId.safeParse(plain).success;
      return fits && !all.some(({ kind }) => kind === 'badge') ? { value: plain } : { why: 'notOrder' };
    }
    default: {
      const found = all.find(({ kind }) => kind === 'badge');
      if (found?.kind === 'badge') return { value: found.badge };
      // Without a rule only the records can tell a badge, and this one is not on record yet.
      const known =
        rules?.badge || reading.kind === 'order' || (reading.kind === 'unit' && rules?.unit.kind !== 'plain');
      const fits = wanted === 'newBadge' && !known && badgeShape.safeParse(plain).success;
      return fits ? { value: plain } : { why: 'notBadge' };
    }
  }
}
