/** The people of the fake station. */
import type { PersonRow } from '../../app/contract/index.ts';
import { people } from './fixtures.ts';

const usual = {
  ...{ active: true, source: 'station', addedAt: '2026-03-02T07:30:00Z', lastSignInAt: null, failures: 0 },
  ...{ lockedUntilAt: null, lockedMs: 0, pinGiven: false, formerBadges: [] },
};

export const firstPeople = (): PersonRow[] => [
  { ...usual, ...people.engineer, lastSignInAt: '2026-11-20T13:02:00Z' },
  {
    ...{ ...usual, ...people.operator, lastSignInAt: '2026-11-20T05:58:12Z', failures: 5 },
    ...{ lockedUntilAt: '2026-11-20T13:06:00Z', lockedMs: 65_000 },
  },
  {
    ...{ ...usual, personId: 9, name: 'Otto Brandt', badge: 'B-2002', role: 'operator', active: false },
    lastSignInAt: '2026-07-31T14:00:03Z',
  },
  {
    ...{ ...usual, ...people.qa, pinGiven: true },
    formerBadges: [
      {
        ...{ badge: 'B-3000', reason: 'lost', replacedAt: '2026-10-05T06:40:00Z' },
        replacedBy: `${people.engineer.name} (${people.engineer.badge})`,
      },
    ],
  },
];
