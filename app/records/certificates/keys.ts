/** Public keys and their CSRs. A key always belongs to the first unit it was seen on. */
import { journalNames } from '../entrynames.ts';
import type { Sql } from '../sql.ts';
import { append } from '../units/journal.ts';

/** The unit serial that the key belongs to. A new key belongs to this unit from now on. `spkiSha256` is lower-case hex. */
export function claimKey(sql: Sql, key: { unitSerial: string; spkiSha256: string; at: string }): string {
  const { changes } = sql.run(
    `INSERT INTO keys (spkiSha256, unitSerial, firstSeenAt) VALUES (@spkiSha256, @unitSerial, @at)
     ON CONFLICT (spkiSha256) DO NOTHING`,
    key,
  );
  if (changes === 1) return key.unitSerial;
  const { spkiSha256 } = key;
  return sql.get<{ owner: string }>('SELECT unitSerial AS owner FROM keys WHERE spkiSha256 = @spkiSha256', {
    spkiSha256,
  })!.owner;
}

/** The unit's last accepted CSR, see `Standing.csr`. The key step of the CSR's own attempt names the key. */
export function lastCsr(sql: Sql, unitSerial: string): { csrDer: Uint8Array; keyMark?: string } | undefined {
  const row = sql.get<{ csrDer: Uint8Array; keyMark: string | null }>(
    `SELECT c.csrDer, (SELECT data ->> 'keyMark' FROM journal j WHERE j.unitSerial = c.unitSerial AND j.attempt = c.attempt
       AND j.entry = ${journalNames('step.done')} AND j.step = 'key') AS keyMark
     FROM csrs c JOIN keys k ON k.spkiSha256 = c.spkiSha256 AND k.unitSerial = c.unitSerial
     WHERE c.unitSerial = @unitSerial ORDER BY csrId DESC LIMIT 1`,
    { unitSerial },
  );
  return row && { csrDer: row.csrDer, ...(row.keyMark === null ? {} : { keyMark: row.keyMark }) };
}

export type CsrParams = {
  unitSerial: string;
  attempt: number;
  csrDer: Uint8Array;
  spkiSha256: string;
  actor: string;
  at: string;
};

/**
 * Keeps the bytes of the CSR, even when the CSR is refused later, and returns the unit that its key belongs to. A
 * refused CSR is evidence, so the caller refuses it after this commit.
 */
export function keepCsr(sql: Sql, csr: CsrParams): { owner: string } {
  const { unitSerial, attempt, csrDer, spkiSha256, actor, at } = csr;
  sql.run(
    `INSERT INTO csrs (unitSerial, attempt, spkiSha256, csrDer, receivedAt)
     VALUES (@unitSerial, @attempt, @spkiSha256, @csrDer, @at)`,
    { unitSerial, attempt, spkiSha256, csrDer, at },
  );
  const owner = claimKey(sql, { unitSerial, spkiSha256, at });
  const accepted = owner === unitSerial;
  const where = { unitSerial, at, attempt, step: 'csr', actor } as const;
  if (accepted) append(sql, { ...where, entry: 'csr.recorded', data: { spkiSha256 } });
  else append(sql, { ...where, entry: 'csr.refused', data: { spkiSha256, keySeenOn: owner } });
  return { owner };
}
