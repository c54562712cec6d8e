import type { SlotConfig } from '../../app/contract/index.ts';
import { type StationPlan, stationPlan } from '../../app/contract/index.ts';
import { passphraseFits } from '../controls/passphrasestrength.ts';
import { emptyPerson, type PersonDraft, personFits } from '../station/persondraft.ts';
import { emptyTarget, type TargetDraft, targetFits, targetOf } from '../station/targetdraft.ts';

export const setupSteps = ['station', 'ca', 'people', 'slots', 'cloud', 'review'] as const;
export type SetupStep = (typeof setupSteps)[number];

/** Everything typed so far. */
export type SetupDraft = {
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

export const emptySetupDraft: SetupDraft = {
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

const badgesDiffer = (draft: SetupDraft) => !draft.withOperator || draft.engineer.badge !== draft.operator.badge;

/** Whether a step is complete. */
export const completeSteps: Record<Exclude<SetupStep, 'review'>, (draft: SetupDraft) => boolean> = {
  station: ({ name, organisation }) => name.trim() !== '' && organisation.trim() !== '',
  ca: (draft) => passphraseFits(draft) && draft.understood,
  people: (draft) =>
    personFits(draft.engineer) && (!draft.withOperator || personFits(draft.operator)) && badgesDiffer(draft),
  slots: ({ slots }) =>
    slots.length > 0 && slots.every(({ name, port, driver }) => name !== '' && port !== '' && driver !== ''),
  cloud: ({ withCloud, target }) => !withCloud || (targetOf(target) !== undefined && targetFits.device(target.device)),
};

export const missingSetupSteps = (draft: SetupDraft) =>
  setupSteps.filter((step): step is Exclude<SetupStep, 'review'> => step !== 'review' && !completeSteps[step](draft));

/** What the station is asked to make; undefined while something is missing. */
export function planOf(draft: SetupDraft): StationPlan | undefined {
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
  return read.success && missingSetupSteps(draft).length === 0 ? read.data : undefined;
}

const storageKey = 'birthmark.setup';

/** Keeps the draft for later. Passphrase and PINs are never written down. */
export function keepSetupDraft(draft: SetupDraft): void {
  const kept: SetupDraft = {
    ...draft,
    passphrase: '',
    again: '',
    understood: false,
    engineer: { ...draft.engineer, pin: '' },
    operator: { ...draft.operator, pin: '' },
  };
  localStorage.setItem(storageKey, JSON.stringify(kept));
}

export function keptSetupDraft(): SetupDraft | undefined {
  try {
    const kept = localStorage.getItem(storageKey);
    return kept === null ? undefined : { ...emptySetupDraft, ...(JSON.parse(kept) as SetupDraft) };
  } catch {
    return undefined;
  }
}

export const forgetSetupDraft = () => localStorage.removeItem(storageKey);
