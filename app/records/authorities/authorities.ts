/** The CAs of a station: their certificates, where their keys are, and requests that are out. */
import type { Agreement } from '../../contract/agreement.ts';
import type { Custody } from '../../contract/authority.ts';
import { StationError } from '../../contract/errors.ts';
import { audit } from '../audit/audit.ts';
import type { Sql } from '../sql.ts';
import type { CaKeyRecord, CaRequestRecord, IssuerCount, IssuerKind, IssuerRecord } from './ledger.ts';
import { caRevoked, isRevokedCa } from './revocations.ts';

type Acted = { actor: string; at: string };
/** Who agreed, where two persons are asked; it goes into the audit log beside who acted. */
type Agreed = Acted & { agreement?: Agreement | undefined };
type KeyHome = { spkiSha256: string; custody: Custody };

export type NewIssuer = Agreed & {
  issuerId: string;
  certificateDer: Uint8Array;
  kind: IssuerKind;
  chain: Uint8Array[];
  activate: boolean;
  key: KeyHome | null;
  requestId: string | null;
};

export function addIssuer(
  sql: Sql,
  { actor, at, agreement, chain, activate, key, requestId, ...issuer }: NewIssuer,
): void {
  const { issuerId, kind, certificateDer } = issuer;
  if (sql.get('SELECT 1 FROM issuers WHERE issuerId = @issuerId', { issuerId })) {
    throw new StationError('records.exists', `issuer ${issuerId} is on record`, { data: { issuerId } });
  }
  if (activate) sql.run('UPDATE issuers SET active = 0 WHERE kind = @kind', { kind });
  sql.run(
    `INSERT INTO issuers (issuerId, kind, certificateDer, active, addedAt)
     VALUES (@issuerId, @kind, @certificateDer, @active, @at)`,
    { issuerId, kind, certificateDer, active: activate ? 1 : 0, at },
  );
  chain.forEach((der, index) => {
    sql.run('INSERT INTO issuerChains (issuerId, position, certificateDer) VALUES (@issuerId, @position, @der)', {
      issuerId,
      position: index + 1,
      der,
    });
  });
  if (key) keepCustody(sql, key);
  if (requestId !== null) endRequest(sql, requestId, 'completed');
  const data = { kind, active: activate, custody: key?.custody.kind ?? 'elsewhere', above: chain.length, ...agreement };
  audit(sql, { at, entry: 'issuer.added', actor, subject: issuerId, data });
}

const keepCustody = (sql: Sql, { spkiSha256, custody }: KeyHome): void =>
  void sql.run(
    `INSERT INTO caKeys (spkiSha256, custody) VALUES (@spkiSha256, @custody)
     ON CONFLICT (spkiSha256) DO UPDATE SET custody = @custody`,
    { spkiSha256, custody: JSON.stringify(custody) },
  );

export function activateIssuer(sql: Sql, { issuerId, actor, at, agreement }: Agreed & { issuerId: string }): void {
  const found = sql.get<{ kind: IssuerKind }>('SELECT kind FROM issuers WHERE issuerId = @issuerId', { issuerId });
  if (!found) throw new StationError('ca.notFound', `no CA ${issuerId} is on record`, { data: { issuerId } });
  if (isRevokedCa(sql, issuerId)) throw caRevoked(issuerId);
  sql.run('UPDATE issuers SET active = 0 WHERE kind = @kind', { kind: found.kind });
  sql.run('UPDATE issuers SET active = 1 WHERE issuerId = @issuerId', { issuerId });
  audit(sql, { at, entry: 'issuer.activated', actor, subject: issuerId, data: { kind: found.kind, ...agreement } });
}

export function issuers(sql: Sql, _: object): IssuerRecord[] {
  const chains = sql.all<{ issuerId: string; certificateDer: Uint8Array }>(
    'SELECT issuerId, certificateDer FROM issuerChains ORDER BY issuerId, position',
  );
  return sql
    .all<Omit<IssuerRecord, 'active' | 'chain'> & { active: number }>(
      'SELECT issuerId, kind, certificateDer, active, addedAt FROM issuers ORDER BY addedAt, issuerId',
    )
    .map((row) => ({
      ...row,
      active: row.active === 1,
      chain: chains.filter(({ issuerId }) => issuerId === row.issuerId).map(({ certificateDer }) => certificateDer),
    }));
}

export const caKeys = (sql: Sql, _: object): CaKeyRecord[] =>
  sql
    .all<{ spkiSha256: string; custody: string; backupProvedAt: string | null }>(
      'SELECT spkiSha256, custody, backupProvedAt FROM caKeys',
    )
    .map((row) => ({ ...row, custody: JSON.parse(row.custody) as Custody }));

export const issuerCounts = (sql: Sql, { since }: { since: string }): IssuerCount[] =>
  sql.all(
    `SELECT issuerId, count(*) AS issued, sum(issuedAt >= @since) AS issuedSince, sum(state = 'issued') AS live FROM certificates
     WHERE purpose = 'device' AND issuedAt IS NOT NULL GROUP BY issuerId`,
    { since },
  );

type MovedKey = Agreed & KeyHome & { issuerId: string };

export function setCustody(sql: Sql, { issuerId, actor, at, agreement, ...key }: MovedKey): void {
  keepCustody(sql, key);
  audit(sql, { at, entry: 'ca.keyMoved', actor, subject: issuerId, data: { custody: key.custody.kind, ...agreement } });
}

export function recordBackupProof(sql: Sql, params: MovedKey & { by: 'export' | 'shares' }): void {
  const { issuerId, actor, at, by, spkiSha256, custody } = params;
  sql.run(
    `INSERT INTO caKeys (spkiSha256, custody, backupProvedAt) VALUES (@spkiSha256, @custody, @at)
     ON CONFLICT (spkiSha256) DO UPDATE SET backupProvedAt = @at`,
    { spkiSha256, custody: JSON.stringify(custody), at },
  );
  audit(sql, { at, entry: 'ca.backupProved', actor, subject: issuerId, data: { by } });
}

export function recordCaRequest(sql: Sql, { actor, at, custody, ...request }: CaRequestRecord & Acted): void {
  sql.run(
    `INSERT INTO caRequests (requestId, subject, keyType, custody, csrDer, state, actor, requestedAt)
     VALUES (@requestId, @subject, @keyType, @custody, @csrDer, 'open', @actor, @requestedAt)`,
    { ...request, custody: JSON.stringify(custody), actor },
  );
  const { requestId, subject, keyType } = request;
  audit(sql, {
    at,
    entry: 'ca.requested',
    actor,
    subject: requestId,
    data: { subject, keyType, custody: custody.kind },
  });
}

export const caRequests = (sql: Sql, _: object): CaRequestRecord[] =>
  sql
    .all<Omit<CaRequestRecord, 'custody'> & { custody: string }>(
      `SELECT requestId, subject, keyType, custody, csrDer, requestedAt FROM caRequests
       WHERE state = 'open' ORDER BY requestedAt, requestId`,
    )
    .map((row) => ({ ...row, custody: JSON.parse(row.custody) as Custody }));

export function discardCaRequest(sql: Sql, { requestId, actor, at }: Acted & { requestId: string }): void {
  endRequest(sql, requestId, 'discarded');
  audit(sql, { at, entry: 'ca.requestDiscarded', actor, subject: requestId, data: {} });
}

function endRequest(sql: Sql, requestId: string, state: 'completed' | 'discarded'): void {
  const { changes } = sql.run(`UPDATE caRequests SET state = @state WHERE requestId = @requestId AND state = 'open'`, {
    requestId,
    state,
  });
  if (changes === 0) throw new StationError('ca.notFound', `no request ${requestId} is open`, { data: { requestId } });
}
