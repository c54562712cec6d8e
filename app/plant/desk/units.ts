/** Units of all stations of a plant, in pages and one by one. */
import { type ListCursor, windowRows } from '../../contract/desk.ts';
import { StationError } from '../../contract/errors.ts';
import type { PlantUnit, PlantUnitFilter, PlantUnitKey, PlantUnitRow } from '../../contract/plantdesk.ts';
import type { PlantSql } from '../sql.ts';
import { type CollisionRow, collisionColumns, collisionOf, nameOf, text } from './overview.ts';
import { proverOf } from './proof.ts';

const rowColumns = `u.unit_serial AS "unitSerial", u.station_id AS "stationId", ${nameOf('s', 'u.station_id')} AS station,
  u.order_id AS "orderId", u.model, u.hardware_id AS "hardwareId", u.state, u.updated_at AS "updatedAt",
  EXISTS (SELECT 1 FROM birthmark.collisions x WHERE x.station_id = u.station_id AND x.unit_serial = u.unit_serial) AS refused`;
const fromUnits = 'birthmark.units u LEFT JOIN birthmark.stations s ON s.station_id = u.station_id';
const inOrder = 'u.unit_serial COLLATE "C", u.station_id';

type Row = Omit<PlantUnitRow, 'updatedAt'> & { updatedAt: Date };
const rowOf = ({ updatedAt, ...row }: Row): PlantUnitRow => ({ ...row, updatedAt: updatedAt.toISOString() });

type Part = { after?: ListCursor | undefined; offset: number; limit: number };
type Page = { total: number; more: boolean; rows: PlantUnitRow[]; next: ListCursor | null };

/**
 * A page of the units, by serial and station. A query that is the whole of something finds only this.
 *
 * @throws plant.refused, plant.unreachable
 */
export async function unitsOfPlant(
  sql: PlantSql,
  { after, offset, limit, ...filter }: PlantUnitFilter & Part,
): Promise<Page> {
  const [unitSerial = '', stationId = ''] = String(after?.key ?? '').split(' ');
  const query = filter.query?.trim() ?? '';
  const exact = query === '' ? [] : await serialsOf(sql, query);
  const given: [string, unknown][] = [
    [`u.unit_serial = ANY ($?)`, exact.length > 0 ? exact : undefined],
    // In the order of bytes, what begins so lies before what begins so and goes on with the last character there is.
    [
      `u.unit_serial COLLATE "C" BETWEEN $? AND $? || chr(1114111)`,
      exact.length === 0 && query !== '' ? query : undefined,
    ],
    ['u.state = $?', filter.state],
    ['u.station_id = $?', filter.station],
    ['u.order_id = $?', filter.orderId],
    [
      '$? AND (u.unit_serial, u.station_id) IN (SELECT x.unit_serial, x.station_id FROM birthmark.collisions x)',
      filter.refused || undefined,
    ],
  ];
  const set = given.filter(([, value]) => value !== undefined);
  const params = set.map(([, value]) => value);
  const conditions = set.map(([condition], index) => condition.replaceAll('$?', `$${index + 1}`));
  if (stationId !== '') {
    params.push(unitSerial, stationId);
    conditions.push(`(${inOrder}) > ($${params.length - 1}, $${params.length}::uuid)`);
  }
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  const [counted] = await sql.query<{ rows: number }>(
    `SELECT count(*)::float8 AS rows FROM (SELECT 1 FROM birthmark.units u ${where} LIMIT ${windowRows + 1}) counted`,
    params,
  );
  const wanted = Math.min(limit, windowRows - offset);
  const rows = await sql.query<Row>(
    `SELECT ${rowColumns} FROM ${fromUnits} ${where} ORDER BY ${inOrder} OFFSET ${offset} LIMIT ${wanted + 1}`,
    params,
  );
  const shown = rows.slice(0, wanted).map(rowOf);
  const last = shown.at(-1);
  return {
    total: Math.min(windowRows, counted!.rows),
    more: counted!.rows > windowRows,
    rows: shown,
    next: last && rows.length > wanted ? { key: `${last.unitSerial} ${last.stationId}`, tie: 0 } : null,
  };
}

/** The serials of units that have exactly this. Hex may be written with colons, as openssl does. */
async function serialsOf(sql: PlantSql, query: string): Promise<string[]> {
  const found = await sql.query<{ serial: string }>(
    `SELECT unit_serial AS serial FROM birthmark.units WHERE unit_serial = $1 OR hardware_id = $1
     UNION SELECT unit_serial FROM birthmark.certificates WHERE serial_hex = $2 OR certificate_id = $2 OR spki_sha256 = $2 LIMIT 100`,
    [query, query.replaceAll(':', '').toLowerCase()],
  );
  return found.map(({ serial }) => serial);
}

const mostEntries = 500;

type Said = { at?: string; entry?: string; actor?: string; data?: Record<string, unknown> };

/**
 * All that the plant has of a unit of a station, each entry proved against the station's checkpoint.
 *
 * @throws unit.notFound
 */
export async function unitOfPlant(sql: PlantSql, { unitSerial, stationId }: PlantUnitKey): Promise<PlantUnit> {
  const all = await sql.query<Row>(
    `SELECT ${rowColumns} FROM ${fromUnits} WHERE u.unit_serial = $1 ORDER BY ${inOrder} LIMIT 50`,
    [unitSerial],
  );
  const unit = all.find((one) => one.stationId === stationId);
  if (!unit)
    throw new StationError('unit.notFound', `no station of the plant has shipped ${unitSerial}`, {
      data: { unitSerial },
    });
  const key = [unitSerial, stationId];
  const certificates = await sql.query<CertificateRow>(
    `SELECT serial_hex AS "serialHex", certificate_id AS "certificateId", spki_sha256 AS "spkiSha256", state,
       not_after AS "notAfterAt", issued_at AS "issuedAt" FROM birthmark.certificates
     WHERE unit_serial = $1 AND station_id = $2 ORDER BY issued_at, serial_hex`,
    key,
  );
  const collisions = await sql.query<CollisionRow>(
    `SELECT ${collisionColumns} WHERE x.unit_serial = $1 AND x.station_id = $2 ORDER BY x.collision_id`,
    key,
  );
  const prover = await proverOf(sql, stationId);
  const leaves = await sql.query<{ leafIndex: number; leaf: string }>(
    `SELECT v.leaf_index::float8 AS "leafIndex", v.leaf FROM birthmark.leaves v
     WHERE birthmark.subject_of(v.leaf) = $1 AND v.log_id = $2 ORDER BY v.leaf_index LIMIT ${mostEntries}`,
    [unitSerial, prover.logId],
  );
  const entries: PlantUnit['entries'] = [];
  for (const { leafIndex, leaf } of leaves) {
    const { at = null, entry = '', actor = '', data = {} } = JSON.parse(leaf) as Said;
    const proof = await prover.prove(leafIndex);
    entries.push({
      leafIndex,
      leaf,
      at,
      entry,
      actor,
      data,
      proved: proof === null ? null : proof.included && proof.signed,
    });
  }
  return {
    ...rowOf(unit),
    certificates: certificates.map(({ notAfterAt, issuedAt, ...one }) => ({
      ...one,
      notAfterAt: notAfterAt.toISOString(),
      issuedAt: text(issuedAt),
    })),
    collisions: collisions.map(collisionOf),
    elsewhere: all.filter((one) => one !== unit).map(rowOf),
    entries,
  };
}

type CertificateRow = Omit<PlantUnit['certificates'][number], 'notAfterAt' | 'issuedAt'> & {
  notAfterAt: Date;
  issuedAt: Date | null;
};
