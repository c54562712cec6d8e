import { type SlotConfig, type StationPlan, stationPlan } from '../../app/contract/index.ts';
import { wrongPaths } from '../controls/formfields.ts';
import { passphraseFits } from '../controls/passphrasestrength.ts';
import { emptyPerson, type PersonDraft } from '../station/personrules.ts';
import { emptyTarget, type TargetDraft, targetParams } from '../station/targetrules.ts';

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

/** The page that a person is at, and the furthest one that they saw. */
export type SetupPlace = { at: SetupStep; furthest: SetupStep };

const firstPlace: SetupPlace = { at: 'station', furthest: 'station' };

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

type AnsweredStep = Exclude<SetupStep, 'review'>;

/** The steps that ask for the parts of the plan. */
const stepOfPart: Record<Exclude<keyof StationPlan, 'order'>, AnsweredStep> = {
  name: 'station',
  organisation: 'station',
  passphrase: 'ca',
  engineer: 'people',
  operator: 'people',
  slots: 'slots',
  cloud: 'cloud',
  device: 'cloud',
};

/** The params of the call, whether or not the station would accept them. */
const candidateOf = (draft: SetupDraft) => ({
  name: draft.name.trim(),
  organisation: draft.organisation.trim(),
  passphrase: draft.passphrase,
  engineer: draft.engineer,
  ...(draft.withOperator ? { operator: draft.operator } : {}),
  slots: draft.slots,
  ...(draft.withCloud ? targetParams(draft.target) : { device: { endpoint: '' } }),
});

/** Steps with mistakes that the schema of the plan cannot find. */
function alsoMissing(draft: SetupDraft): AnsweredStep[] {
  const people = draft.withOperator ? [draft.engineer, draft.operator] : [draft.engineer];
  const badges = new Set(people.map(({ badge }) => badge));
  return [
    ...(passphraseFits(draft) && draft.understood ? [] : ['ca' as const]),
    ...(new Set(draft.slots.map(({ port }) => port)).size === draft.slots.length ? [] : ['slots' as const]),
    ...(people.every(({ name }) => name.trim() !== '') && badges.size === people.length ? [] : ['people' as const]),
  ];
}

/** Steps in which an answer is missing or wrong, in their order. */
export function missingSetupSteps(draft: SetupDraft): AnsweredStep[] {
  const parts = wrongPaths(stationPlan, candidateOf(draft)).map((path) => path.split('.')[0] ?? '');
  const steps = new Set([...parts.map((part) => stepOfPart[part as keyof typeof stepOfPart]), ...alsoMissing(draft)]);
  return setupSteps.filter((step): step is AnsweredStep => step !== 'review' && steps.has(step));
}

/** The plan of the station; undefined while an answer is missing. */
export function planOf(draft: SetupDraft): StationPlan | undefined {
  const read = stationPlan.safeParse(candidateOf(draft));
  return read.success && missingSetupSteps(draft).length === 0 ? read.data : undefined;
}

const storageKey = 'birthmark.setup';

/** Keeps the draft and its page for later. Passphrase and PINs are never stored. */
export function keepSetupDraft(draft: SetupDraft, place: SetupPlace = firstPlace): void {
  const kept: SetupDraft & { place: SetupPlace } = {
    ...draft,
    passphrase: '',
    again: '',
    understood: false,
    engineer: { ...draft.engineer, pin: '' },
    operator: { ...draft.operator, pin: '' },
    place,
  };
  localStorage.setItem(storageKey, JSON.stringify(kept));
}

export function keptSetupDraft(): SetupDraft | undefined {
  const kept = read();
  if (kept === undefined) return undefined;
  const { place: _, ...draft } = { ...emptySetupDraft, ...kept };
  return draft;
}

/** The page at which a person left the wizard. */
export function keptSetupPlace(): SetupPlace {
  const { at, furthest } = { ...firstPlace, ...read()?.place };
  return setupSteps.includes(at) && setupSteps.includes(furthest) ? { at, furthest } : firstPlace;
}

function read(): (SetupDraft & { place?: SetupPlace }) | undefined {
  try {
    const kept = localStorage.getItem(storageKey);
    return kept === null ? undefined : (JSON.parse(kept) as SetupDraft & { place?: SetupPlace });
  } catch {
    return undefined;
  }
}

export const forgetSetupDraft = () => localStorage.removeItem(storageKey);
