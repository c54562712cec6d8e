import type { Person, Role } from '../app/contract/index.ts';
import { hrefTo } from './route.ts';

/** The pages of the header: address, key, and the roles that may visit them. */
const pages = [
  { key: 'bench', letter: 'b', href: hrefTo.bench, screens: ['bench'], roles: 'anyone' },
  {
    key: 'overview',
    letter: 'o',
    href: hrefTo.overview,
    screens: ['overview', 'charts', 'plant', 'plantUnits', 'plantUnit'],
    roles: ['qa', 'engineer'],
  },
  { key: 'units', letter: 'u', href: hrefTo.units, screens: ['units', 'unit'], roles: ['operator', 'qa', 'engineer'] },
  {
    key: 'batches',
    letter: 'l',
    href: hrefTo.batches,
    screens: ['batches', 'batch', 'drift'],
    roles: ['qa', 'engineer'],
  },
  {
    key: 'connections',
    letter: 'c',
    href: hrefTo.connections,
    screens: ['connections'],
    roles: ['qa', 'engineer'],
  },
  { key: 'audit', letter: 'a', href: hrefTo.audit, screens: ['audit', 'exports'], roles: ['qa', 'engineer'] },
  { key: 'station', letter: 's', href: hrefTo.station(), screens: ['station'], roles: ['qa', 'engineer'] },
] as const satisfies readonly {
  key: string;
  letter: string;
  href: string;
  screens: readonly string[];
  roles: 'anyone' | readonly Role[];
}[];

/**
 * The pages that this person may visit. Links, keys and the help follow it. The station refuses the other pages in any
 * case.
 */
export const pagesFor = (person: Pick<Person, 'role'> | null) =>
  pages.filter(
    ({ roles }) => roles === 'anyone' || (person !== null && (roles as readonly Role[]).includes(person.role)),
  );

/** The keys of all pages, for every role. */
export const pageLetters: readonly string[] = pages.map(({ letter }) => letter);
