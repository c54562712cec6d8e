import type { Person, UnitHistory } from '../../app/contract/index.ts';

export type JointAct = 'rework' | 'scrap';

type Unit = Pick<UnitHistory, 'state' | 'certificates'>;

/** What two people may agree on for a unit as it stands. A unit in work, and a scrapped one, are left alone. */
export function jointActsOf({ state, certificates }: Unit, person: Person, inWork: boolean): JointAct[] {
  if (person.role === 'qa' || inWork || state === 'scrapped') return [];
  const passed = state === 'passed' || state === 'registered' || state === 'rejected';
  return passed && certificates.some((one) => one.state === 'issued') ? ['rework', 'scrap'] : ['scrap'];
}

/** A unit's certificates as a chain, the newest first. */
export const newestFirst = (certificates: UnitHistory['certificates']): UnitHistory['certificates'] =>
  [...certificates].sort((one, other) => other.reservedAt.localeCompare(one.reservedAt));
