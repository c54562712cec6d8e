/** What an account is still to be told: the difference between the records and what it was told. */

import { audit } from '../audit/audit.ts';
import { underRevoked } from '../authorities/revocations.ts';
import { thingName } from '../batches/candidates.ts';
import { patientWrite, read } from '../call.ts';
import { isRefused } from '../plant/refusals.ts';
import type { Sql } from '../sql.ts';

/** The unit passed, and is not scrapped; its certificate is in use. Only then does its device belong into an account. */
const inUse = (certificate: string) => `
  ${certificate}.state = 'issued' AND NOT ${underRevoked(certificate)} AND NOT ${isRefused(certificate)}
  AND EXISTS (SELECT 1 FROM journalIndex j WHERE j.unitSerial = ${certificate}.unitSerial
    AND j.state IN ('passed', 'rejected', 'registered'))
  AND NOT EXISTS (SELECT 1 FROM scraps x WHERE x.unitSerial = ${certificate}.unitSerial)`;

const isWanted = (orderId: string, target: string) =>
  `EXISTS (SELECT 1 FROM allowLists w WHERE w.orderId = ${orderId} AND w.target = ${target} AND w.wanted = 1)`;

/** `FROM … WHERE` of the certificates of an order that the target is to list. The parameters are SQL expressions. */
export const dueToList = (orderId: string, target: string): string => `
  FROM certificates c WHERE c.orderId = ${orderId} AND ${isWanted(orderId, target)} AND ${inUse('c')}
    AND NOT EXISTS (SELECT 1 FROM allowed a WHERE a.target = ${target} AND a.serialHex = c.serialHex AND a.state = 'listed')`;

/** `FROM … WHERE` of the certificates of an order that the target has, or may have, and is to take off. */
export const dueToGo = (orderId: string, target: string): string => `
  FROM allowed a JOIN certificates c USING (serialHex)
  WHERE a.target = ${target} AND a.state IN ('listed', 'telling') AND c.orderId = ${orderId}
    AND NOT (${isWanted(orderId, target)} AND ${inUse('c')})`;

/** A certificate that is revoked must be known as such to the account that listed it. */
const isRevoked = 'EXISTS (SELECT 1 FROM revocations r WHERE r.serialHex = c.serialHex)';
const dueToRevoke = (target: string) => `
  FROM allowed a JOIN certificates c USING (serialHex)
  WHERE a.target = ${target} AND a.state = 'off' AND ${isRevoked}`;

export type DueToList = {
  serialHex: string;
  unitSerial: string;
  /** SHA-256 of the SubjectPublicKeyInfo, hex. */
  spkiSha256: string;
  /** The thing name that the device was told. */
  thingName: string;
};
export type DueToGo = { serialHex: string; spkiSha256: string; revoked: boolean };
type Page = { orderId: string; target: string; limit: number };

/** The next units of an order to be listed, the oldest certificate first. */
export const dueOnAllowList = read((sql, page: Page): DueToList[] =>
  sql.all<DueToList>(
    `SELECT c.serialHex, c.unitSerial, c.spkiSha256, ${thingName} AS thingName
     ${dueToList('@orderId', '@target')} ORDER BY c.issuedAt, c.serialHex LIMIT @limit`,
    page,
  ),
);

/** The next certificates of an order to be taken off, or to be listed as revoked. */
export const dueOffAllowList = read((sql, page: Page): DueToGo[] =>
  sql
    .all<Omit<DueToGo, 'revoked'> & { revoked: number }>(
      `SELECT c.serialHex, c.spkiSha256, ${isRevoked} AS revoked ${dueToGo('@orderId', '@target')}
       UNION SELECT c.serialHex, c.spkiSha256, 1 AS revoked ${dueToRevoke('@target')} AND c.orderId = @orderId LIMIT @limit`,
      page,
    )
    .map((row) => ({ ...row, revoked: row.revoked === 1 })),
);

/** Records that the account is about to be told to list these certificates, by their serials. */
export const beginAllowList = patientWrite(
  (sql, { target, serials }: { target: string; serials: readonly string[] }, at): void =>
    setStates(sql, { target, state: 'telling', serials, at }),
);

const setStates = (
  sql: Sql,
  { serials, ...row }: { target: string; state: string; serials: readonly string[]; at: string },
): void => {
  sql.run(
    `INSERT INTO allowed (target, serialHex, state, changedAt)
     SELECT @target, value, @state, @at FROM json_each(@serials) WHERE true
     ON CONFLICT DO UPDATE SET state = excluded.state, changedAt = excluded.changedAt`,
    { ...row, serials: JSON.stringify(serials) },
  );
};

type Told = {
  orderId: string;
  target: string;
  /** Certificate serials. */
  listed?: readonly string[];
  off?: readonly string[];
  revoked?: readonly string[];
};

/** Records what the account has taken. Audit `allowlist.told`. */
export const noteAllowList = patientWrite(
  (sql, { orderId, target, listed = [], off = [], revoked = [] }: Told, at): void => {
    for (const [state, serials] of Object.entries({ listed, off, revoked }))
      setStates(sql, { target, state, serials, at });
    const data = { target, listed: listed.length, gone: off.length + revoked.length };
    audit(sql, { at, entry: 'allowlist.told', actor: 'station', subject: orderId, data });
  },
);
