import { type CertainReading, type Person, type ScanReading, StationError } from '../../app/contract/index.ts';
import { atStart } from '../atstart.ts';
import { goTo, hrefTo, parseRoute } from '../route.ts';
import { sharedValue } from '../sharedvalue.ts';
import { openSignIn, signInState } from '../signin/signinstate.ts';
import { latest, station } from '../stationclient.ts';
import { leaveBy } from '../unsaved.ts';
import { askingField, nextField, valueFor, type WantedScan } from './askingfield.ts';
import { openDialog, refuseScan, tellLastScan } from './lastscan.ts';
import { rawKeys } from './rawkeys.ts';
import { setValue, type TypableField } from './typablefield.ts';

export type Delivery = {
  /** The slot of the label. The practice panel knows it; a scanner does not. */
  forSlot?: number | undefined;
  /** The scan comes from a dialog, which closes with it. */
  fromDialog?: boolean;
};

/** The person who is signed in on this screen. */
export const scannedBy = sharedValue<Person | null>(null);
/** A scan with several readings, until a person chooses one. */
export const choice = sharedValue<
  { text: string; readings: readonly CertainReading[]; delivery: Delivery } | undefined
>(undefined);
const asError = (cause: unknown) =>
  (cause instanceof StationError ? cause : new StationError('internal', String(cause))).toJSON();

/** The question on screen. The scan answers this question, even if another slot begins to wait meanwhile. */
function askedPrompt(forSlot: number | undefined): { promptId?: string } {
  const bench = latest('bench.changed');
  const asked = bench?.slots.find((slot) => slot.slotId === (forSlot ?? bench.askedSlotId));
  return asked?.prompt?.kind === 'scanLabel' ? { promptId: asked.prompt.promptId } : {};
}

function giveField(field: TypableField, wanted: WantedScan, reading: ScanReading, text: string): void {
  const given = valueFor(wanted, reading, text, latest('station.changed')?.scan);
  if ('why' in given) {
    refuseScan(text, { kind: 'why', why: given.why });
    return;
  }
  setValue(field, given.value);
  tellLastScan({ kind: 'field', text: given.value, field: field.labels?.[0]?.textContent ?? '' });
  nextField(field)?.focus();
}

async function toBench(text: string, { forSlot }: Delivery, chosen: boolean): Promise<void> {
  try {
    const as = chosen ? { as: 'unit' as const } : {};
    const { slotId } = await station.call('bench.scan', { text, ...askedPrompt(forSlot), ...as });
    tellLastScan(slotId === null ? { kind: 'held', text } : { kind: 'slot', text, slotId });
  } catch (cause) {
    const error = asError(cause);
    // The person was signed out a moment ago, here or elsewhere.
    const signedOut = error.code === 'session.signedOut';
    refuseScan(text, signedOut ? { kind: 'why', why: 'signInFirst' } : { kind: 'error', error });
  }
}

/** Looks the unit up and changes nothing. */
async function toStory(unitSerial: string): Promise<void> {
  try {
    await station.call('units.show', { unitSerial });
    goTo(hrefTo.unit(unitSerial));
    tellLastScan({ kind: 'story', text: unitSerial });
  } catch (cause) {
    refuseScan(unitSerial, { kind: 'error', error: asError(cause) });
  }
}

/** Takes one reading to its place on this screen. */
export async function take(reading: CertainReading, text: string, delivery: Delivery, chosen: boolean): Promise<void> {
  const person = scannedBy.get();
  if (reading.kind === 'badge') {
    if (person?.badge === reading.badge) return refuseScan(text, { kind: 'why', why: 'ownBadge' });
    // With a person signed in it is the badge of the next one, who takes over.
    leaveBy(() => openSignIn(reading.badge));
    return tellLastScan({ kind: 'signIn', text: reading.badge });
  }
  if (!person) return refuseScan(text, { kind: 'why', why: 'signInFirst' });
  const onBench = parseRoute(window.location.hash).screen === 'bench';
  if (reading.kind === 'unit') {
    return onBench && person.role !== 'qa' ? toBench(text, delivery, chosen) : toStory(reading.unitSerial);
  }
  if (onBench) return refuseScan(reading.orderId, { kind: 'why', why: 'isOrder' });
  goTo(hrefTo.unitsOf(reading.orderId));
  tellLastScan({ kind: 'order', text: reading.orderId });
}

async function deliver(text: string, delivery: Delivery): Promise<void> {
  if (rawKeys.get()) return refuseScan(text, { kind: 'why', why: 'teaching' });
  let reading: ScanReading;
  try {
    reading = await station.call('scan.read', { text });
  } catch (cause) {
    return refuseScan(text, { kind: 'error', error: asError(cause) });
  }
  const dialog = delivery.fromDialog ? undefined : openDialog();
  const asking = delivery.fromDialog ? undefined : askingField(dialog);
  if (asking) return giveField(asking.field, asking.wanted, reading, text);
  if (signInState.get().open) {
    const all = reading.kind === 'ambiguous' ? reading.readings : [reading];
    const mine = all.find(({ kind }) => kind === 'badge');
    return mine?.kind === 'badge'
      ? take(mine, text, delivery, true)
      : refuseScan(text, { kind: 'why', why: 'badgeAsked' });
  }
  // The page behind a dialog cannot take a scan.
  if (dialog) return refuseScan(text, { kind: 'why', why: 'dialog' });
  if (reading.kind === 'unknown') return refuseScan(text, { kind: 'error', error: reading.error });
  if (reading.kind === 'ambiguous') return choice.set({ text, readings: reading.readings, delivery });
  return take(reading, text, delivery, false);
}

let line: Promise<void>;
atStart(() => {
  line = Promise.resolve();
});

/** Delivers scans one after another. The station says what a scan is, and the screen decides where it goes. */
export function deliverScan(text: string, delivery: Delivery = {}): Promise<void> {
  line = line.then(() => deliver(text, delivery));
  return line;
}
