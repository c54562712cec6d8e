/** What the hook of an account is still to be told: the difference between the records and what it was told. */
import { audit } from '../audit/audit.ts';
import { patientWrite, read, write } from '../call.ts';
import { unitsOf } from './places.ts';

/** A row of the account's table, by its kind and the serial number of a unit or the id of a claim's certificate. */
type RowName = { kind: 'serial' | 'claim'; name: string };
export type HookRow = RowName & {
  orderId: string;
  /** How many units the claim may provision; null for a serial number. */
  maxUnits: number | null;
};

/** AWS takes the claim, and is to take it. A retired one is still used by the devices that have it. */
const usable = (claim: string) => `${claim}.state IN ('active', 'retired') AND ${claim}.revokeAsked = 0`;

/** How many units a claim may provision: once it is retired, those that have it. */
const limitOf = (claim: string, order: string) => `
  CASE ${claim}.state WHEN 'active' THEN coalesce(${claim}.maxUnits, ${order}.quantity)
    ELSE min(coalesce(${claim}.maxUnits, ${order}.quantity), ${unitsOf(`${claim}.claimId`)}) END`;

/**
 * The rows that accounts are to have: claims; units that passed with one and are not scrapped; and units for which the
 * station is speaking to AWS now.
 */
const wanted = `
  SELECT k.target, k.template, k.orderId, 'claim' AS kind, k.certificateId AS name, ${limitOf('k', 'o')} AS maxUnits
  FROM claims k JOIN orders o USING (orderId) WHERE ${usable('k')} AND k.certificateId IS NOT NULL
  UNION
  SELECT k.target, k.template, k.orderId, 'serial', g.unitSerial, NULL
  FROM claims k JOIN claimUnits g USING (claimId) JOIN journalIndex j USING (unitSerial)
  WHERE ${usable('k')} AND j.state IN ('passed', 'rejected', 'registered')
    AND NOT EXISTS (SELECT 1 FROM scraps s WHERE s.unitSerial = g.unitSerial)
  UNION
  SELECT target, template, orderId, 'serial', unitSerial, NULL FROM awsRequests
  WHERE state = 'asked' AND template IS NOT NULL`;

const due = `(${wanted}) w WHERE NOT EXISTS (SELECT 1 FROM hookRows h WHERE h.target = w.target AND h.kind = w.kind
  AND h.name = w.name AND h.state = 'told' AND h.maxUnits IS w.maxUnits)`;

const toGo = `hookRows h WHERE h.state IN ('telling', 'told')
  AND NOT EXISTS (SELECT 1 FROM (${wanted}) w WHERE w.target = h.target AND w.kind = h.kind AND w.name = h.name)`;

/** Where something is due: `template` is null for rows that are to go, whichever template they were for. */
export const hookWork = read((sql): { target: string; template: string | null }[] =>
  sql.all(
    `SELECT DISTINCT target, NULL AS template FROM ${toGo}
     UNION ALL SELECT DISTINCT w.target, w.template FROM ${due}`,
  ),
);

type Page = { target: string; template: string; limit: number };

/** The next rows that the hook of a template is to be told, claims first. */
export const dueHookRows = read((sql, page: Page): HookRow[] =>
  sql.all(
    `SELECT w.kind, w.name, w.orderId, w.maxUnits FROM ${due} AND w.target = @target AND w.template = @template
     GROUP BY w.kind, w.name ORDER BY w.kind, w.name LIMIT @limit`,
    page,
  ),
);

/** The next rows that are to go. */
export const hookRowsToGo = read((sql, page: Omit<Page, 'template'>): RowName[] =>
  sql.all(`SELECT h.kind, h.name FROM ${toGo} AND h.target = @target ORDER BY h.kind, h.name LIMIT @limit`, page),
);

type Rows = { target: string; rows: readonly (RowName & { maxUnits?: number | null })[] };

const setStates = (state: 'telling' | 'told' | 'gone') => `
  INSERT INTO hookRows (target, kind, name, maxUnits, state, changedAt)
  SELECT @target, value ->> 'kind', value ->> 'name', value ->> 'maxUnits', '${state}', @at FROM json_each(@rows) WHERE true
  ON CONFLICT DO UPDATE SET state = excluded.state, maxUnits = excluded.maxUnits, changedAt = excluded.changedAt`;

/** Records that the account is about to be told these rows. */
export const beginHookRows = patientWrite((sql, { target, rows }: Rows, at): void => {
  sql.run(setStates('telling'), { target, rows: JSON.stringify(rows), at });
});

/** Records what the account has taken. Audit `hook.told`. */
export const noteHookRows = patientWrite(
  (sql, { target, rows, state }: Rows & { state: 'told' | 'gone' }, at): void => {
    sql.run(setStates(state), { target, rows: JSON.stringify(rows), at });
    const data = { told: state === 'told' ? rows.length : 0, gone: state === 'gone' ? rows.length : 0 };
    audit(sql, { at, entry: 'hook.told', actor: 'station', subject: target, data });
  },
);

/** A person says how many units a claim may provision; null: as many as its order has. */
export const limitClaim = write((sql, asked: { claimId: number; maxUnits: number | null }): void => {
  sql.run('UPDATE claims SET maxUnits = @maxUnits WHERE claimId = @claimId', asked);
});

/** The limit of a claim, and how many of its units the hook was told. */
export const claimAllowance = read(
  (sql, { claimId }: { claimId: number }): { maxUnits: number; units: number } | undefined =>
    sql.get(
      `SELECT ${limitOf('k', 'o')} AS maxUnits, (SELECT count(DISTINCT g.unitSerial) FROM claimUnits g
         JOIN hookRows h ON h.target = k.target AND h.kind = 'serial' AND h.name = g.unitSerial AND h.state = 'told'
         WHERE g.claimId = k.claimId) AS units
       FROM claims k JOIN orders o USING (orderId) WHERE k.claimId = @claimId`,
      { claimId },
    ),
);
