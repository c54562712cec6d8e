/** How the stations of a plant do. */
import { StationError } from '../../contract/errors.ts';
import type { PlantOverview, PlantStation } from '../../contract/plantdesk.ts';
import { readCheckpoint } from '../../records/log/note.ts';
import type { PlantSql } from '../sql.ts';

export const text = (at: Date | null): string | null => at?.toISOString() ?? null;

/** The name of a station in a row. */
export const nameOf = (s: string, id: string): string => `coalesce(${s}.station_name, ${id}::text)`;

/** SQL: collisions as the contract has them. */
export const collisionColumns = `x.kind, x.value, x.unit_serial AS "unitSerial", ${nameOf('o', 'x.owner_station')} AS owner,
  x.owner_unit AS "ownerUnit", ${nameOf('m', 'x.station_id')} AS station, x.station_id AS "stationId", x.found_at AS "foundAt"
  FROM birthmark.collisions x LEFT JOIN birthmark.stations o ON o.station_id = x.owner_station
  LEFT JOIN birthmark.stations m ON m.station_id = x.station_id`;
export type CollisionRow = Omit<PlantOverview['collisions'][number], 'foundAt'> & { foundAt: Date };
export const collisionOf = ({ foundAt, ...one }: CollisionRow): PlantOverview['collisions'][number] => ({
  ...one,
  foundAt: foundAt.toISOString(),
});

/**
 * Checks that the login reads the rows of all stations.
 *
 * @throws plant.refused – it does not, or there is no plant
 */
async function assertReadsAll(sql: PlantSql): Promise<void> {
  // An owner of the tables reads all as well, and could write: a desk has no use for that.
  const [may] = await sql.query<{ all: boolean }>(
    `SELECT pg_has_role('birthmark_reader', 'MEMBER') AND NOT has_table_privilege('birthmark.units', 'INSERT') AS all`,
  );
  if (!may?.all)
    throw new StationError('plant.refused', 'this login is no reader: make one with "plant admit NAME --reader"', {
      data: { reason: 'plantNoReader' },
    });
}

/**
 * What the plant says to a login that is to read all of it. `publicKey`: 32 bytes, or null when the plant has none.
 *
 * @throws plant.refused – the login reads its own rows only, could write, or there is no plant
 */
export async function tryReader(sql: PlantSql): Promise<{ plantId: string; publicKey: Uint8Array | null }> {
  await assertReadsAll(sql);
  const [said] = await sql.query<{ plantId: string; publicKey: Uint8Array | null }>(
    'SELECT plant_id AS "plantId", public_key AS "publicKey" FROM birthmark.plant',
  );
  return said!;
}

/** Results since a time, ISO 8601; whole hours. @throws plant.refused – the login may not read all, or there is no plant */
export async function overviewOfPlant(sql: PlantSql, since: string): Promise<PlantOverview> {
  const [plant] = await sql.query<{ plantId: string; restoredAt: Date | null }>(
    'SELECT plant_id AS "plantId", restored_at AS "restoredAt" FROM birthmark.plant',
  );
  const stations = await sql.query<StationRow>(
    `SELECT s.login, s.station_id AS "stationId", s.station_name AS name, coalesce(l.size, 0)::float8 AS size, l.checkpoint,
       l.shipped_at AS "shippedAt", l.whole_at AS "wholeAt",
       (SELECT count(*)::float8 FROM birthmark.collisions c WHERE c.station_id = s.station_id) AS collisions,
       (SELECT coalesce(jsonb_object_agg(r.outcome, jsonb_build_object('all', r.attempts, 'first', r.firsts)), '{}')
         FROM (SELECT outcome, sum(attempts) AS attempts, sum(firsts) AS firsts FROM birthmark.results WHERE log_id = l.log_id AND hour >= date_trunc('hour', $1::timestamptz, 'UTC') GROUP BY outcome) r) AS outcomes
     FROM birthmark.stations s LEFT JOIN LATERAL (SELECT * FROM birthmark.logs l WHERE l.station_id = s.station_id
       ORDER BY log_id DESC LIMIT 1) l ON true ORDER BY s.login`,
    [since],
  );
  const orders = await sql.query<PlantOverview['orders'][number]>(
    `SELECT g."orderId", g.model, g.quantity, g.left, coalesce((SELECT jsonb_agg(jsonb_build_object('station', p.station,
         'quantity', p.quantity, 'made', p.made, 'returned', p.returned) ORDER BY p.station)
       FROM (SELECT ${nameOf('s', 'e.station_id')} AS station, sum(e.quantity) AS quantity, coalesce(sum(b.quantity), 0) AS returned,
           sum((SELECT count(*) FROM birthmark.units u WHERE u.station_id = e.station_id AND u.order_id = left(e.order_id, 31) || '-' ||
             left(e.lease_id::text, 8) AND u.state IN ('passed', 'registered', 'rejected'))) AS made
         FROM birthmark.leases e LEFT JOIN birthmark.returns b USING (lease_id) LEFT JOIN birthmark.stations s USING (station_id)
         WHERE e.order_id = g."orderId" GROUP BY 1) p), '[]') AS parts
     FROM jsonb_to_recordset(birthmark.list_orders()) AS g ("orderId" text, model text, quantity float8, "left" float8)
     WHERE g.left > 0 OR EXISTS (SELECT 1 FROM birthmark.leases e WHERE e.order_id = g."orderId"
       AND NOT EXISTS (SELECT 1 FROM birthmark.returns b WHERE b.lease_id = e.lease_id)) LIMIT 50`,
  );
  const collisions = await sql.query<CollisionRow>(`SELECT ${collisionColumns} ORDER BY x.collision_id DESC LIMIT 20`);
  return {
    plantId: plant!.plantId,
    restoredAt: text(plant!.restoredAt),
    since,
    stations: stations.map(stationOf),
    orders,
    collisions: collisions.map(collisionOf),
  };
}

type StationRow = Pick<PlantStation, 'login' | 'stationId' | 'name' | 'size' | 'collisions'> & {
  checkpoint: string | null;
  shippedAt: Date | null;
  wholeAt: Date | null;
  outcomes: Record<string, { all: number; first: number } | undefined>;
};
const nothing = { all: 0, first: 0 };
function stationOf({ checkpoint, shippedAt, wholeAt, outcomes, ...row }: StationRow): PlantStation {
  const { PASS = nothing, FAIL = nothing, ERROR = nothing, ABORTED = nothing } = outcomes;
  return {
    ...row,
    checkpointSize: (checkpoint && readCheckpoint(checkpoint)?.size) || null,
    shippedAt: text(shippedAt),
    wholeAt: text(wholeAt),
    results: {
      ...{ passed: PASS.all, failed: FAIL.all, errors: ERROR.all, aborted: ABORTED.all },
      ...{ first: PASS.first + FAIL.first, firstPassed: PASS.first },
    },
  };
}
