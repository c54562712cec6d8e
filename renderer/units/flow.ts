import type { Person, UnitStory } from '../../app/contract/index.ts';

export type Flow = 'rework' | 'scrap';

type Unit = Pick<UnitStory, 'state' | 'certificates'>;

/** What two people may agree on for a unit as it stands. A unit in work, and a scrapped one, are left alone. */
export function flowsOf({ state, certificates }: Unit, person: Person, inWork: boolean): Flow[] {
  if (person.role === 'qa' || inWork || state === 'scrapped') return [];
  const passed = state === 'passed' || state === 'registered' || state === 'rejected';
  return passed && certificates.some((one) => one.state === 'issued') ? ['rework', 'scrap'] : ['scrap'];
}

type Certificate = UnitStory['certificates'][number];

/** A unit's certificates as a chain, the newest first; each that was superseded with the one that took its place. */
export function chainOf({
  certificates,
  journal,
}: Pick<UnitStory, 'certificates' | 'journal'>): { certificate: Certificate; by: Certificate | undefined }[] {
  const reworked = new Set(
    journal.filter(({ entry }) => entry === 'unit.reworked').map(({ data }) => String(data.serialHex)),
  );
  const inTime = [...certificates].sort((one, other) => one.reservedAt.localeCompare(other.reservedAt));
  return inTime
    .map((certificate, index) => {
      const superseded = certificate.state === 'superseded' || reworked.has(certificate.serialHex);
      const by = inTime.slice(index + 1).find((later) => later.state !== 'void');
      return { certificate, by: superseded ? by : undefined };
    })
    .reverse();
}
