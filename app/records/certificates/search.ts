/** Finding certificates in any state. */
import { StationError } from '../../contract/errors.ts';
import type { CertificateState, IssuedCertificate } from '../../contract/model.ts';
import { read } from '../call.ts';
import type { SqlParams } from '../sql.ts';
import { pageSize, termsOf } from '../units/search.ts';

/** The state that people see. `revoked` comes from the revocation, the other states from the certificate's own row. */
export const stateOf = `CASE WHEN r.serialHex IS NULL THEN c.state ELSE 'revoked' END`;
export const withRevocation = 'certificates c LEFT JOIN revocations r USING (serialHex)';

export type CertificateSearch = {
  query?: string | undefined;
  state?: CertificateState | undefined;
  /** The CA that issued the certificate. */
  issuerId?: string | undefined;
  offset?: number;
  limit?: number;
};

type Row = Omit<IssuedCertificate, 'revocation'> & {
  revocationReason: string | null;
  note: string | null;
  revokedBy: string | null;
  revokedAt: string | null;
  cloud: string | null;
};

const columns = `c.serialHex, ${stateOf} AS state, c.purpose, c.unitSerial, c.certificateId, c.subject, c.profile,
  c.notBeforeAt, c.notAfterAt, c.reservedAt, c.issuedAt, c.reason, c.awsTarget,
  r.reason AS revocationReason, r.note, r.actor AS revokedBy, r.revokedAt, q.state AS cloud`;
const from = `FROM ${withRevocation} LEFT JOIN cloudRevocations q USING (serialHex)`;
const hits = `c.serialHex IN (
  SELECT serialHex FROM certificates WHERE serialHex >= @low AND serialHex < @high
  UNION SELECT serialHex FROM certificates WHERE certificateId >= @low AND certificateId < @high
  UNION SELECT serialHex FROM certificates WHERE unitSerial LIKE @beginning ESCAPE '\\')`;

type Page = { total: number; rows: IssuedCertificate[] };

/**
 * A page of certificates, the latest first; `total` counts all that match. `query` is the beginning of a certificate
 * serial, of a certificateId or of a unit serial.
 */
export const listCertificates = read((sql, search: CertificateSearch): Page => {
  const { offset = 0, limit = pageSize } = search;
  const where: string[] = [];
  const params: SqlParams = {};
  const query = search.query?.trim();
  if (query) {
    where.push(hits);
    const { low, high, beginning } = termsOf(query);
    Object.assign(params, { low, high, beginning });
  }
  if (search.state) {
    where.push(search.state === 'revoked' ? 'r.serialHex IS NOT NULL' : 'c.state = @state AND r.serialHex IS NULL');
    if (search.state !== 'revoked') params.state = search.state;
  }
  if (search.issuerId !== undefined) {
    where.push('c.issuerId = @issuerId');
    params.issuerId = search.issuerId;
  }
  const condition = where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`;
  const { total } = sql.get<{ total: number }>(`SELECT count(*) AS total FROM ${withRevocation} ${condition}`, params)!;
  const rows = sql
    .all<Row>(
      `SELECT ${columns} ${from} ${condition} ORDER BY c.reservedAt DESC, c.serialHex LIMIT @limit OFFSET @offset`,
      {
        ...params,
        limit,
        offset,
      },
    )
    .map(shaped);
  return { total, rows };
});

export type ShownCertificate = IssuedCertificate & {
  der: Uint8Array | null /** Null for AWS's own CA. */;
  issuerDer: Uint8Array | null;
};

/**
 * One certificate with its DER and the DER of its issuer.
 *
 * @throws certificate.notFound
 */
export const showCertificate = read((sql, serialHex: string): ShownCertificate => {
  const row = sql.get<Row & { der: Uint8Array | null; issuerDer: Uint8Array | null }>(
    `SELECT ${columns}, c.der, i.certificateDer AS issuerDer ${from} LEFT JOIN issuers i USING (issuerId)
     WHERE c.serialHex = @serialHex`,
    { serialHex },
  );
  if (!row) {
    throw new StationError('certificate.notFound', `certificate serial ${serialHex} is not on record`, {
      data: { serialHex },
    });
  }
  const { der, issuerDer, ...certificate } = row;
  return { ...shaped(certificate), der, issuerDer };
});

function shaped({ revocationReason, note, revokedBy, revokedAt, cloud, ...certificate }: Row): IssuedCertificate {
  if (revocationReason === null) return { ...certificate, revocation: null };
  const revocation = { reason: revocationReason, note, actor: revokedBy, revokedAt, cloud };
  return { ...certificate, revocation: revocation as NonNullable<IssuedCertificate['revocation']> };
}
