import type { SlotConfig } from '../../app/contract/index.ts';
import { type StationPlan, stationPlan } from '../../app/contract/index.ts';
import { passphraseFits } from '../controls/passphrasestrength.ts';
import { emptyPerson, type PersonDraft, personFits } from '../station/persondraft.ts';
import { emptyTarget, fits, type TargetDraft, targetOf } from '../station/targetdraft.ts';

export const steps = ['station', 'ca', 'people', 'slots', 'cloud', 'review'] as const;
export type Step = (typeof steps)[number];

/** Everything typed so far. */
export type Draft = {
  name: string;
  organisation: string;
  passphrase: string;
  again: string;
  understood: boolean;
  engineer: PersonDraft;
  withOperator: boolean;
  operator: PersonDraft;
  slots: SlotConfig[];
  withCloud: boolean;
  target: TargetDraft;
};

export const emptyDraft: Draft = {
  name: '',
  organisation: '',
  passphrase: '',
  again: '',
  understood: false,
  engineer: emptyPerson,
  withOperator: false,
  operator: emptyPerson,
  slots: [{ slotId: 1, name: '1', port: '', driver: '' }],
  withCloud: false,
  target: emptyTarget,
};

const badgesDiffer = (draft: Draft) => !draft.withOperator || draft.engineer.badge !== draft.operator.badge;

/** Whether a step is complete. */
export const complete: Record<Exclude<Step, 'review'>, (draft: Draft) => boolean> = {
  station: ({ name, organisation }) => name.trim() !== '' && organisation.trim() !== '',
  ca: (draft) => passphraseFits(draft) && draft.understood,
  people: (draft) =>
    personFits(draft.engineer) && (!draft.withOperator || personFits(draft.operator)) && badgesDiffer(draft),
  slots: ({ slots }) =>
    slots.length > 0 && slots.every(({ name, port, driver }) => name !== '' && port !== '' && driver !== ''),
  cloud: ({ withCloud, target }) => !withCloud || (targetOf(target) !== undefined && fits.device(target.device)),
};

export const missingSteps = (draft: Draft) =>
  steps.filter((step): step is Exclude<Step, 'review'> => step !== 'review' && !complete[step](draft));

/** What the station is asked to make; undefined while something is missing. */
export function planOf(draft: Draft): StationPlan | undefined {
  const cloud = draft.withCloud ? targetOf(draft.target) : undefined;
  const read = stationPlan.safeParse({
    name: draft.name.trim(),
    organisation: draft.organisation.trim(),
    passphrase: draft.passphrase,
    engineer: draft.engineer,
    ...(draft.withOperator ? { operator: draft.operator } : {}),
    slots: draft.slots,
    ...(cloud ? { cloud } : {}),
    device: { endpoint: draft.withCloud ? draft.target.device : '' },
  });
  return read.success && missingSteps(draft).length === 0 ? read.data : undefined;
}

const storageKey = 'birthmark.setup';

/** Keeps the draft for later. Passphrase and PINs are never written down. */
export function keepDraft(draft: Draft): void {
  const kept: Draft = {
    ...draft,
    passphrase: '',
    again: '',
    understood: false,
    engineer: { ...draft.engineer, pin: '' },
    operator: { ...draft.operator, pin: '' },
  };
  localStorage.setItem(storageKey, JSON.stringify(kept));
}

export function keptDraft(): Draft | undefined {
  try {
    const kept = localStorage.getItem(storageKey);
    return kept === null ? undefined : { ...emptyDraft, ...(JSON.parse(kept) as Draft) };
  } catch {
    return undefined;
  }
}

export const forgetDraft = () => localStorage.removeItem(storageKey);
