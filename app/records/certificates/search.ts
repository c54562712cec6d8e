/** Finding certificates in any state. */
import { type CertificateFilter, type CertificateOrder, windowRows } from '../../contract/desk.ts';
import { StationError } from '../../contract/errors.ts';
import type { IssuedCertificate } from '../../contract/model.ts';
import { read } from '../call.ts';
import type { Sql, SqlParams } from '../sql.ts';
import { termsOf } from '../units/candidates.ts';
import { behind, countWindow, type Order, orderText, type Part, pageSize, type WindowPage } from '../windows.ts';

/** The state that people see. `revoked` comes from the revocation, the other states from the certificate's own row. */
export const stateOf = `CASE WHEN r.serialHex IS NULL THEN c.state ELSE 'revoked' END`;
export const withRevocation = 'certificates c LEFT JOIN revocations r USING (serialHex)';

export type CertificateSearch = CertificateFilter & Part;

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

/** Each is an order of an index. `rowid` tells apart what is alike. */
const orders: Record<CertificateOrder, Omit<Order, 'descending'>> = {
  reservedAt: { key: 'c.reservedAt', tie: 'c.rowid' },
  notAfterAt: { key: 'c.notAfterAt', tie: 'c.rowid' },
  serialHex: { key: 'c.serialHex', tie: 'c.rowid' },
};

/**
 * A page of certificates, the latest first unless `orderBy` says otherwise. `query` is the beginning of a certificate
 * serial, of a certificateId or of a unit serial.
 */
export const listCertificates = read((sql, search: CertificateSearch): WindowPage<IssuedCertificate> => {
  const { after, offset = 0, limit = pageSize, orderBy = 'reservedAt' } = search;
  const params: SqlParams = {};
  const order = { ...orders[orderBy], descending: search.descending ?? orderBy === 'reservedAt' };
  const further = behind(order, after, params);
  const where = [...conditionsOf(sql, search, params), ...(further ? [further] : [])];
  const condition = where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`;
  const counted = countWindow(sql, `SELECT 1 FROM certificates c ${condition}`, params);
  const rows = sql.all<Row & { pageKey: string; pageTie: number }>(
    `SELECT ${columns}, p.pageKey, p.pageTie FROM (SELECT c.serialHex, ${order.key} AS pageKey, c.rowid AS pageTie FROM certificates c
       ${condition} ORDER BY ${orderText(order)} LIMIT @limit OFFSET @offset) p
     JOIN certificates c USING (serialHex) LEFT JOIN revocations r USING (serialHex) LEFT JOIN cloudRevocations q USING (serialHex)
     ORDER BY p.pageKey${order.descending ? ' DESC' : ''}, p.pageTie${order.descending ? ' DESC' : ''}`,
    { ...params, limit, offset },
  );
  const end = rows.at(-1);
  const isLast = offset + rows.length >= counted.total && !counted.more;
  return {
    ...counted,
    rows: rows.map(({ pageKey, pageTie, ...row }) => shaped(row)),
    next: end && !isLast ? { key: end.pageKey, tie: end.pageTie } : null,
  };
});

/** The conditions on `certificates c`. */
function conditionsOf(
  sql: Sql,
  { query, state, issuerId, since, until, orderBy }: CertificateSearch,
  params: SqlParams,
): string[] {
  const where: string[] = [];
  if (query?.trim()) {
    where.push('c.serialHex IN (SELECT value FROM json_each(@serials))');
    params.serials = JSON.stringify(serialsOf(sql, query.trim()));
  }
  const revoked = 'EXISTS (SELECT 1 FROM revocations r WHERE r.serialHex = c.serialHex)';
  if (state === 'revoked') where.push('c.serialHex IN (SELECT serialHex FROM revocations)');
  else if (state) {
    where.push(`c.state = @state AND NOT ${revoked}`);
    params.state = state;
  }
  if (issuerId !== undefined) {
    where.push('c.issuerId = @issuerId');
    params.issuerId = issuerId;
  }
  // The period chooses the index only where the list is in its order; elsewhere the order is what the page needs.
  const reserved = orderBy === undefined || orderBy === 'reservedAt' ? 'c.reservedAt' : '+c.reservedAt';
  for (const [sign, name, value] of [
    ['>=', 'since', since],
    ['<', 'until', until],
  ] as const) {
    if (value === undefined) continue;
    where.push(`${reserved} ${sign} @${name}`);
    params[name] = value;
  }
  return where;
}

/** The serials of the certificates that a text may mean, a window of them at the most. */
function serialsOf(sql: Sql, query: string): string[] {
  const found = new Set<string>();
  const take = (text: string, range: SqlParams) => {
    if (found.size > windowRows) return;
    const rows = sql.all<{ serialHex: string }>(`${text} LIMIT ${windowRows + 1}`, range);
    for (const { serialHex } of rows) found.add(serialHex);
  };
  const { low, high } = termsOf(query);
  take('SELECT serialHex FROM certificates WHERE serialHex >= @low AND serialHex < @high', { low, high });
  take('SELECT serialHex FROM certificates WHERE certificateId >= @low AND certificateId < @high', { low, high });
  take(
    `SELECT c.serialHex FROM units u JOIN certificates c USING (unitSerial)
     WHERE u.unitSerial COLLATE NOCASE >= @low AND u.unitSerial COLLATE NOCASE < @high`,
    { low: query, high: `${query}\u{10ffff}` },
  );
  return [...found];
}

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
