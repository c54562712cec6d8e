/** The CAs of a station: their certificates, the places of their keys, and open requests. */
import { createHash } from 'node:crypto';
import type { Agreement } from '../../contract/agreement.ts';
import type { CaKeyType, Custody } from '../../contract/authority.ts';
import { StationError } from '../../contract/errors.ts';
import { audit } from '../audit/audit.ts';
import { read, write } from '../call.ts';
import type { Sql } from '../sql.ts';
import { isRevoked, revokedError } from './revocations.ts';

export type AuthorityKind = 'root' | 'issuing';
export type AuthorityRecord = {
  /** SHA-256 of the certificate's DER, lower-case hex. */
  issuerId: string;
  kind: AuthorityKind;
  certificateDer: Uint8Array;
  active: boolean;
  addedAt: string;
  /** From the CA above it to its root; empty for a root, and for the first CA of an older station. */
  chain: Uint8Array[];
};

/** `spkiSha256`: SHA-256 of the SubjectPublicKeyInfo DER, lower-case hex. */
export type AuthorityKeyRecord = { spkiSha256: string; custody: Custody; backupProvedAt: string | null };
export type AuthorityCount = { issuerId: string; issued: number; issuedSince: number; live: number };

export type AuthorityRequest = {
  /** SHA-256 of the SubjectPublicKeyInfo DER, lower-case hex. */
  requestId: string;
  subject: string;
  keyType: CaKeyType;
  custody: Custody;
  csrDer: Uint8Array;
  requestedAt: string;
};

type Acted = { actor: string };
/** The second person, when two people must agree. The audit log has both. */
type Agreed = Acted & { agreement?: Agreement | undefined };
type KeyHome = { spkiSha256: string; custody: Custody };

export type NewAuthority = Agreed & {
  certificateDer: Uint8Array;
  kind: AuthorityKind;
  /** From the CA above it to its root. */
  chain?: readonly Uint8Array[];
  /** Whether it becomes the active CA of its kind; the default is true. */
  activate?: boolean;
  key?: KeyHome;
  /** The request that the certificate answers. */
  requestId?: string;
};

/**
 * Adds a CA. One commit holds the CA, the chain above it, the place of its key, and the end of its request, if there
 * was one. Audit `issuer.added`. `issuerId` is the SHA-256 of the certificate's DER, lower-case hex.
 *
 * @throws records.exists
 * @throws ca.notFound – the request is not open
 */
export const addAuthority = write((sql, params: NewAuthority, at): { issuerId: string } => {
  const { kind, certificateDer, chain = [], activate = true, key, requestId, actor, agreement } = params;
  const issuerId = createHash('sha256').update(certificateDer).digest('hex');
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
  if (requestId !== undefined) endRequest(sql, requestId, 'completed');
  const data = { kind, active: activate, custody: key?.custody.kind ?? 'elsewhere', above: chain.length, ...agreement };
  audit(sql, { at, entry: 'issuer.added', actor, subject: issuerId, data });
  return { issuerId };
});

const keepCustody = (sql: Sql, { spkiSha256, custody }: KeyHome): void =>
  void sql.run(
    `INSERT INTO caKeys (spkiSha256, custody) VALUES (@spkiSha256, @custody)
     ON CONFLICT (spkiSha256) DO UPDATE SET custody = @custody`,
    { spkiSha256, custody: JSON.stringify(custody) },
  );

type Named = Agreed & { issuerId: string };

/**
 * Makes this CA the active one of its kind: it certifies devices, or issuing CAs, from now on. Audit
 * `issuer.activated`.
 *
 * @throws ca.notFound
 * @throws ca.revoked
 */
export const activateAuthority = write((sql, { issuerId, actor, agreement }: Named, at): void => {
  const found = sql.get<{ kind: AuthorityKind }>('SELECT kind FROM issuers WHERE issuerId = @issuerId', { issuerId });
  if (!found) throw new StationError('ca.notFound', `no CA ${issuerId} is on record`, { data: { issuerId } });
  if (isRevoked(sql, issuerId)) throw revokedError(issuerId);
  sql.run('UPDATE issuers SET active = 0 WHERE kind = @kind', { kind: found.kind });
  sql.run('UPDATE issuers SET active = 1 WHERE issuerId = @issuerId', { issuerId });
  audit(sql, { at, entry: 'issuer.activated', actor, subject: issuerId, data: { kind: found.kind, ...agreement } });
});

/** Every CA of this station, the oldest first. */
export const authorities = read((sql): AuthorityRecord[] => {
  const chains = sql.all<{ issuerId: string; certificateDer: Uint8Array }>(
    'SELECT issuerId, certificateDer FROM issuerChains ORDER BY issuerId, position',
  );
  return sql
    .all<Omit<AuthorityRecord, 'active' | 'chain'> & { active: number }>(
      'SELECT issuerId, kind, certificateDer, active, addedAt FROM issuers ORDER BY addedAt, issuerId',
    )
    .map((row) => ({
      ...row,
      active: row.active === 1,
      chain: chains.filter(({ issuerId }) => issuerId === row.issuerId).map(({ certificateDer }) => certificateDer),
    }));
});

/** The place of each key that a CA of this station has or will have. */
export const authorityKeys = read((sql): AuthorityKeyRecord[] =>
  sql
    .all<{ spkiSha256: string; custody: string; backupProvedAt: string | null }>(
      'SELECT spkiSha256, custody, backupProvedAt FROM caKeys',
    )
    .map((row) => ({ ...row, custody: JSON.parse(row.custody) as Custody })),
);

/** The number of device certificates of each CA: all, those issued since `since` (ISO 8601 UTC), and the live ones. */
export const authorityCounts = read((sql, since: string): AuthorityCount[] =>
  sql.all(
    `SELECT issuerId, count(*) AS issued, sum(issuedAt >= @since) AS issuedSince, sum(state = 'issued') AS live FROM certificates
     WHERE purpose = 'device' AND issuedAt IS NOT NULL AND issuerId IS NOT NULL GROUP BY issuerId`,
    { since },
  ),
);

type MovedKey = Agreed & KeyHome & { issuerId: string };

/** Records the new place of this CA's key. Audit `ca.keyMoved`. */
export const setCustody = write((sql, { issuerId, actor, agreement, ...key }: MovedKey, at): void => {
  keepCustody(sql, key);
  audit(sql, { at, entry: 'ca.keyMoved', actor, subject: issuerId, data: { custody: key.custody.kind, ...agreement } });
});

/** Records that a backup of this CA's key was restored and has signed. Audit `ca.backupProved`. */
export const recordBackupProof = write((sql, params: MovedKey & { by: 'export' | 'shares' }, at): void => {
  const { issuerId, actor, by, spkiSha256, custody } = params;
  sql.run(
    `INSERT INTO caKeys (spkiSha256, custody, backupProvedAt) VALUES (@spkiSha256, @custody, @at)
     ON CONFLICT (spkiSha256) DO UPDATE SET backupProvedAt = @at`,
    { spkiSha256, custody: JSON.stringify(custody), at },
  );
  audit(sql, { at, entry: 'ca.backupProved', actor, subject: issuerId, data: { by } });
});

/** Records a request to another CA for a certificate of a CA. Audit `ca.requested`. */
export const recordAuthorityRequest = write(
  (sql, { actor, custody, ...request }: AuthorityRequest & Acted, at): void => {
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
  },
);

/** The open requests, the oldest first. */
export const authorityRequests = read((sql): AuthorityRequest[] =>
  sql
    .all<Omit<AuthorityRequest, 'custody'> & { custody: string }>(
      `SELECT requestId, subject, keyType, custody, csrDer, requestedAt FROM caRequests
       WHERE state = 'open' ORDER BY requestedAt, requestId`,
    )
    .map((row) => ({ ...row, custody: JSON.parse(row.custody) as Custody })),
);

/**
 * Gives a request up. Audit `ca.requestDiscarded`.
 *
 * @throws ca.notFound – no such request is open
 */
export const discardAuthorityRequest = write((sql, { requestId, actor }: Acted & { requestId: string }, at): void => {
  endRequest(sql, requestId, 'discarded');
  audit(sql, { at, entry: 'ca.requestDiscarded', actor, subject: requestId, data: {} });
});

function endRequest(sql: Sql, requestId: string, state: 'completed' | 'discarded'): void {
  const { changes } = sql.run(`UPDATE caRequests SET state = @state WHERE requestId = @requestId AND state = 'open'`, {
    requestId,
    state,
  });
  if (changes === 0) throw new StationError('ca.notFound', `no request ${requestId} is open`, { data: { requestId } });
}
