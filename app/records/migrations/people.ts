/** Badges that people had before, where a person is known from, and whose PIN an engineer gave. */
import { appendOnly, time } from './checks.ts';

export const people = `
CREATE TABLE formerBadges (
  formerId INTEGER PRIMARY KEY,
  personId INTEGER NOT NULL REFERENCES people,
  badge TEXT NOT NULL,
  reason TEXT NOT NULL CHECK (reason IN ('lost', 'damaged', 'other')),
  replacedBy TEXT NOT NULL,
  replacedAt TEXT NOT NULL ${time('replacedAt')}
) STRICT;
CREATE INDEX formerBadgesByBadge ON formerBadges (badge);
${appendOnly('formerBadges', 'formerId')}
-- Without a value where most people have none: so the digests of people in the log stay as they are.
-- NULL: this station, by the PIN whose hash stands beside it.
ALTER TABLE people ADD COLUMN source TEXT CHECK (length(source) > 0);
-- The engineer who gave the PIN; NULL once the person has chosen one.
ALTER TABLE people ADD COLUMN pinGivenBy TEXT;
CREATE TRIGGER peopleKept BEFORE DELETE ON people BEGIN SELECT RAISE(ABORT, 'a person stays on record'); END;

CREATE TABLE lastSignIns (
  personId INTEGER PRIMARY KEY REFERENCES people,
  at TEXT NOT NULL ${time('at')}
) STRICT;
INSERT INTO lastSignIns SELECT p.personId, max(a.at) FROM people p
  JOIN audit a ON a.subject = p.badge AND a.entry = 'session.signedIn' GROUP BY p.personId;
`;
