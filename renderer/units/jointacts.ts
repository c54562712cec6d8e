import type { Person, UnitHistory } from '../../app/contract/index.ts';

export type JointAct = 'rework' | 'scrap';

type Unit = Pick<UnitHistory, 'state' | 'certificates'>;

/**
 * The acts of two people that fit the state of a unit. A unit that is being worked on, and a scrapped one, have none.
 */
export function jointActsOf({ state, certificates }: Unit, person: Person, inWork: boolean): JointAct[] {
  if (person.role === 'qa' || inWork || state === 'scrapped') return [];
  const passed = state === 'passed' || state === 'registered' || state === 'rejected';
  return passed && certificates.some((one) => one.state === 'issued') ? ['rework', 'scrap'] : ['scrap'];
}

/** A unit's certificates as a chain, the newest first. */
export const newestFirst = (certificates: UnitHistory['certificates']): UnitHistory['certificates'] =>
  [...certificates].sort((one, other) => other.reservedAt.localeCompare(one.reservedAt));
