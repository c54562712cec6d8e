/** What those do who keep the plant: make it, admit stations, look. */
import { createHmac, hash, pbkdf2Sync, randomBytes } from 'node:crypto';
import { StationError } from '../contract/errors.ts';
import { quantityProblem, rangeProblem } from '../contract/serials.ts';
import { migrations } from './schema/index.ts';
import type { PlantSql } from './sql.ts';

const versionOf = async (sql: PlantSql): Promise<number> => {
  // A schema of this name that another program made has no such table, or one without a version.
  const [there] = await sql.query<{ there: boolean }>(
    `SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('birthmark.migrations') AND attname = 'version') AS there`,
  );
  if (!there?.there) return 0;
  const [row] = await sql.query<{ version: number }>(
    'SELECT coalesce(max(version), 0) AS version FROM birthmark.migrations',
  );
  return row?.version ?? 0;
};

/**
 * A plant takes every sign that a station writes: in a database of another encoding, one sign would keep a log from going on.
 *
 * @throws plant.refused
 */
async function assertFit(sql: PlantSql): Promise<void> {
  const [server] = await sql.query<{ version: number; encoding: string }>(
    `SELECT current_setting('server_version_num')::int AS version, current_setting('server_encoding') AS encoding`,
  );
  const { version, encoding } = server!;
  const major = Math.floor(version / 10_000);
  const refused = (reason: string, detail: string) => new StationError('plant.refused', detail, { data: { reason } });
  if (major < oldestPostgres)
    throw refused('plantPostgres', `the server is PostgreSQL ${major}: a plant needs ${oldestPostgres} or later`);
  if (encoding !== 'UTF8')
    throw refused('plantEncoding', `the database has the encoding ${encoding}: make one with UTF8`);
}
const oldestPostgres = 15;

/** 42501 to who keeps the plant: there is no one else to ask. */
const asOwner = (thrown: unknown): never => {
  if (thrown instanceof StationError && thrown.data?.reason === 'plantLogin')
    throw new StationError(
      'plant.refused',
      'this login may not do that (42501): it has to own the database of the plant, and needs CREATEROLE',
      { data: { reason: 'plantOwner' }, cause: thrown.cause },
    );
  throw thrown;
};

/**
 * Makes the plant in a database, or brings it up to date; in one transaction. `made`: the migrations that were run.
 *
 * @throws plant.newer – a later version of this program made it
 * @throws plant.refused – the database is not fit for one, has another schema of this name, or this login may not make it
 */
export async function initPlant(sql: PlantSql): Promise<{ version: number; made: number }> {
  await assertFit(sql);
  const version = await versionOf(sql);
  if (version > migrations.length)
    throw new StationError(
      'plant.newer',
      `the plant is of version ${version}, this program knows ${migrations.length}`,
    );
  const steps = migrations.slice(version);
  if (steps.length > 0)
    await sql
      .query(
        [
          'BEGIN; SELECT pg_advisory_xact_lock(7146512)',
          ...steps,
          'CREATE TABLE IF NOT EXISTS birthmark.migrations (version int PRIMARY KEY, run_at timestamptz NOT NULL DEFAULT now())',
          ...steps.map((_, index) => `INSERT INTO birthmark.migrations (version) VALUES (${version + index + 1})`),
          'GRANT SELECT ON birthmark.migrations TO birthmark_station, birthmark_reader',
          'COMMIT',
        ].join(';\n'),
      )
      .catch(asOwner);
  return { version: migrations.length, made: steps.length };
}

const name = /^[a-z][a-z0-9_]{0,39}$/;

function assertName(login: string): void {
  if (!name.test(login))
    throw new StationError('call.badParams', 'a login has small letters, digits and _, 40 at most');
}

/**
 * Makes a login for a station, or for a reader of all. Returns its password, which cannot be read later.
 *
 * @throws call.badParams – the name is none, or is taken; plant.refused – this login may make no other one
 */
export async function admitLogin(sql: PlantSql, login: string, role: 'station' | 'reader'): Promise<string> {
  assertName(login);
  const taken = await sql.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [login]);
  if (taken.length > 0) throw new StationError('call.badParams', `there is a login ${login} already`);
  const password = randomBytes(24).toString('base64url');
  // Neither takes a parameter. The name is checked above, and a verifier has no quotes: the password stays here.
  const admitted = role === 'station' ? `INSERT INTO birthmark.stations (login) VALUES ('${login}');` : '';
  await sql
    .query(
      `BEGIN; CREATE ROLE ${login} LOGIN PASSWORD '${verifierOf(password)}' IN ROLE birthmark_${role}; ${admitted} COMMIT`,
    )
    .catch(asOwner);
  return password;
}

/**
 * Lets the station of a login in once more, with another password: its file was lost, or it was dismissed.
 *
 * @throws call.badParams – no station of this plant has the login; plant.refused
 */
export async function admitAgain(sql: PlantSql, login: string): Promise<string> {
  await assertStation(sql, login);
  const password = randomBytes(24).toString('base64url');
  await sql
    .query(
      `BEGIN; ALTER ROLE ${login} LOGIN PASSWORD '${verifierOf(password)}'; GRANT birthmark_station TO ${login}; COMMIT`,
    )
    .catch(asOwner);
  return password;
}

/**
 * Ends the log of a station that does not come again, and lets it in no more. What it shipped, used and leased stays its own.
 *
 * @throws call.badParams – no station of this plant has the login; plant.refused
 */
export async function dismissStation(sql: PlantSql, login: string): Promise<void> {
  await assertStation(sql, login);
  await sql
    .query(
      `BEGIN; ALTER ROLE ${login} NOLOGIN; REVOKE birthmark_station FROM ${login};
       UPDATE birthmark.logs SET ended_at = now() WHERE ended_at IS NULL
         AND station_id = (SELECT station_id FROM birthmark.stations WHERE login = '${login}'); COMMIT`,
    )
    .catch(asOwner);
}

async function assertStation(sql: PlantSql, login: string): Promise<void> {
  assertName(login);
  const found = await sql.query('SELECT 1 FROM birthmark.stations WHERE login = $1', [login]);
  if (found.length === 0) throw new StationError('call.badParams', `no station of this plant has the login ${login}`);
}

type PlantOrder = { orderId: string; model: string; quantity: number; serialFrom?: string; serialTo?: string };

/**
 * Makes an order of the plant, of which stations lease parts. One that is there already gets this quantity and range: what
 * stations have of it may lie in the range before.
 *
 * @returns other orders for some of the same serials: a lease of one takes them from all
 * @throws call.badParams – the range is none, or that of a new order has fewer serials than its quantity
 */
export async function makePlantOrder(
  sql: PlantSql,
  { orderId, model, quantity, serialFrom, serialTo }: PlantOrder,
): Promise<string[]> {
  const problem = serialFrom && serialTo ? rangeProblem(serialFrom, serialTo) : undefined;
  if (problem) throw new StationError('call.badParams', problem, { data: { path: 'serialFrom' } });
  const few =
    serialFrom && serialTo
      ? quantityProblem(quantity, { serialFrom, serialTo, pattern: null, listed: null })
      : undefined;
  if (few && (await sql.query('SELECT 1 FROM birthmark.orders WHERE order_id = $1', [orderId])).length === 0)
    throw new StationError('call.badParams', few.detail, { data: { path: few.path } });
  const digits = (serial = '') => /\d+$/.exec(serial)?.[0];
  const [first, last] = [digits(serialFrom), digits(serialTo)];
  const range = serialFrom && first && last ? [serialFrom.slice(0, -first.length), first.length, first, last] : [];
  await sql.query(
    `INSERT INTO birthmark.orders (order_id, model, quantity, serial_prefix, serial_width, serial_first, serial_last)
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (order_id) DO UPDATE SET model = $2, quantity = $3, serial_prefix = $4,
       serial_width = $5, serial_first = $6, serial_last = $7`,
    [orderId, model, quantity, ...[0, 1, 2, 3].map((place) => range[place] ?? null)],
  );
  const others = await sql.query<{ orderId: string }>(
    `SELECT b.order_id AS "orderId" FROM birthmark.orders a JOIN birthmark.orders b USING (serial_prefix, serial_width)
     WHERE a.order_id = $1 AND b.order_id <> $1 AND b.serial_first <= a.serial_last AND b.serial_last >= a.serial_first
     ORDER BY 1`,
    [orderId],
  );
  return others.map((one) => one.orderId);
}

/** What PostgreSQL keeps of a password (RFC 5803): SCRAM-SHA-256 with 4096 rounds. */
function verifierOf(password: string): string {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, 4096, 32, 'sha256');
  const keyOf = (name: string) => createHmac('sha256', salted).update(name).digest();
  const stored = hash('sha256', keyOf('Client Key'), 'buffer').toString('base64');
  return `SCRAM-SHA-256$4096:${salt.toString('base64')}$${stored}:${keyOf('Server Key').toString('base64')}`;
}

export type PlantView = {
  plantId: string;
  version: number;
  restoredAt: string | null;
  stations: {
    login: string;
    stationId: string | null;
    name: string | null;
    size: number | null;
    shippedAt: string | null;
    units: number;
    collisions: number;
  }[];
};

/** The stations and how far they are. */
export async function viewPlant(sql: PlantSql): Promise<PlantView> {
  const [plant] = await sql.query<{ plantId: string; restoredAt: Date | null }>(
    'SELECT plant_id AS "plantId", restored_at AS "restoredAt" FROM birthmark.plant',
  );
  const stations = await sql.query<Omit<PlantView['stations'][number], 'shippedAt'> & { shippedAt: Date | null }>(
    `SELECT s.login, s.station_id AS "stationId", s.station_name AS name, l.size::float8 AS size, l.shipped_at AS "shippedAt",
       (SELECT count(*)::float8 FROM birthmark.units u WHERE u.station_id = s.station_id) AS units,
       (SELECT count(*)::float8 FROM birthmark.collisions c WHERE c.station_id = s.station_id) AS collisions
     FROM birthmark.stations s LEFT JOIN birthmark.logs l ON l.station_id = s.station_id AND l.ended_at IS NULL
     ORDER BY s.login`,
  );
  return {
    plantId: plant!.plantId,
    version: await versionOf(sql),
    restoredAt: plant!.restoredAt?.toISOString() ?? null,
    stations: stations.map(({ shippedAt, ...one }) => ({ ...one, shippedAt: shippedAt?.toISOString() ?? null })),
  };
}

export type PlantUnit = {
  unitSerial: string;
  station: string;
  orderId: string;
  model: string;
  hardwareId: string | null;
  state: string;
  updatedAt: string;
  certificates: { serialHex: string; certificateId: string | null; state: string; spkiSha256: string }[];
  collisions: { kind: string; value: string; owner: string; ownerUnit: string }[];
};

/** Units of all stations whose serial, hardware id, key, certificate serial or certificate id is `text`; 100 at most. */
export async function findPlantUnits(sql: PlantSql, text: string): Promise<PlantUnit[]> {
  const rows = await sql.query<Omit<PlantUnit, 'updatedAt'> & { updatedAt: Date }>(
    `SELECT u.unit_serial AS "unitSerial", coalesce(s.station_name, u.station_id::text) AS station, u.order_id AS "orderId",
       u.model, u.hardware_id AS "hardwareId", u.state, u.updated_at AS "updatedAt",
       (SELECT coalesce(jsonb_agg(jsonb_build_object('serialHex', c.serial_hex, 'certificateId', c.certificate_id,
          'state', c.state, 'spkiSha256', c.spki_sha256) ORDER BY c.serial_hex), '[]')
        FROM birthmark.certificates c WHERE c.unit_serial = u.unit_serial AND c.station_id = u.station_id) AS certificates,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', x.kind, 'value', x.value, 'owner',
          coalesce(o.station_name, x.owner_station::text), 'ownerUnit', x.owner_unit)), '[]')
        FROM birthmark.collisions x LEFT JOIN birthmark.stations o ON o.station_id = x.owner_station
        WHERE x.unit_serial = u.unit_serial AND x.station_id = u.station_id) AS collisions
     FROM birthmark.units u LEFT JOIN birthmark.stations s ON s.station_id = u.station_id
     WHERE u.unit_serial = $1 OR u.hardware_id = $1 OR u.unit_serial IN (SELECT c.unit_serial FROM birthmark.certificates c
       WHERE c.spki_sha256 = lower($1) OR c.serial_hex = lower($1) OR c.certificate_id = lower($1))
     ORDER BY 1, 2 LIMIT 100`,
    [text],
  );
  return rows.map(({ updatedAt, ...unit }) => ({ ...unit, updatedAt: updatedAt.toISOString() }));
}
