/** What a station says to its plant. Each function is one statement, so that it happens wholly or not at all. */
import type { PlantCollision, PlantKind, PlantLease, PlantOrder } from '../contract/plant.ts';
import type { PlantDocumentKind, PlantProblem } from '../contract/plantdocuments.ts';
import type { PlantPage } from '../records/index.ts';
import { errorOf } from './refusals.ts';
import type { SignedText } from './signing.ts';
import type { PlantSql } from './sql.ts';

/** Where the station's log stands in the plant. `root` in hex. `collisions`: those that the station was not told. */
export type PlantAnswer = {
  plantId: string;
  logId: number;
  size: number;
  root: string | null;
  collisions: PlantCollision[];
};
export type PlantClaim = { kind: PlantKind; value: string; unitSerial: string };

/** PostgreSQL keeps no NUL and no half of a pair. A device may say either, and no log may stop at that: U+FFFD stands for it. */
const kept = (text: string): string => text.replaceAll('\0', '\ufffd').toWellFormed();
const jsonOf = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'string' ? kept(part) : part));

const one = async <T>(sql: PlantSql, text: string, params: readonly unknown[]): Promise<T> => {
  const [row] = await sql.query<{ said: T }>(text, params);
  return row!.said;
};

type Joining = { stationId: string; name: string; publicKey: Uint8Array; again: boolean };

/** @throws plant.refused – the login is not admitted, or is another station's; plant.forked – its log had another key */
export const joinPlant = (sql: PlantSql, { stationId, name, publicKey, again }: Joining): Promise<PlantAnswer> =>
  one(sql, 'SELECT birthmark.join_plant($1, $2, $3, $4) AS said', [
    stationId,
    kept(name),
    Buffer.from(publicKey),
    again,
  ]);

/**
 * What the plant says to this login, which nothing changes. `publicKey`: 32 bytes, or null when the plant has none.
 *
 * @throws plant.refused – there is no plant, the login is no station's, or it is another station's
 */
export async function tryPlant(
  sql: PlantSql,
  stationId: string,
): Promise<{ plantId: string; publicKey: Uint8Array | null }> {
  const [said] = await sql.query<{
    plantId: string;
    publicKey: Uint8Array | null;
    mayShip: boolean;
    owner: string | null;
  }>(
    `SELECT plant_id AS "plantId", public_key AS "publicKey", birthmark.my_station()::text AS owner,
       has_function_privilege('birthmark.standing()', 'EXECUTE') AS "mayShip" FROM birthmark.plant`,
  );
  const { plantId, publicKey, mayShip, owner } = said!;
  if (!mayShip || (owner !== null && owner !== stationId)) throw errorOf('BM001', undefined);
  return { plantId, publicKey };
}

/** @throws plant.refused – the station has not joined */
export const standingIn = (sql: PlantSql): Promise<PlantAnswer> => one(sql, 'SELECT birthmark.standing() AS said', []);

/** A page that the plant has already changes nothing; the answer says where to go on. @throws plant.forked */
export const shipPage = (sql: PlantSql, { from, leaves, root, checkpoint, facts }: PlantPage): Promise<PlantAnswer> =>
  one(sql, 'SELECT birthmark.ship($1, $2, $3, $4, $5) AS said', [
    from,
    leaves,
    Buffer.from(root),
    checkpoint,
    jsonOf(facts),
  ]);

/** Takes what the unit uses for this station. The answer: what another station has of it. */
export const askPlant = (sql: PlantSql, claims: readonly PlantClaim[]): Promise<PlantCollision[]> =>
  one(sql, 'SELECT birthmark.ask($1) AS said', [jsonOf(claims)]);

/** The station has these on record. */
export const tellPlant = async (sql: PlantSql, collisionIds: readonly number[]): Promise<void> => {
  await sql.query('SELECT birthmark.told($1)', [collisionIds]);
};

/** The plant had acknowledged so much before it was restored. */
export const noticeRestore = async (sql: PlantSql, acknowledged: number): Promise<void> => {
  await sql.query('SELECT birthmark.notice_restore($1)', [acknowledged]);
};

/** The plant has the whole log. */
export const sayWhole = async (sql: PlantSql): Promise<void> => {
  await sql.query('SELECT birthmark.whole()');
};

/** Leases so many of an order. Returns all leases of this station, the new one last. @throws plant.noLease */
export const leaseOf = async (sql: PlantSql, orderId: string, quantity: number): Promise<PlantLease[]> =>
  (await one<{ leases: PlantLease[] }>(sql, 'SELECT birthmark.lease($1, $2) AS said', [orderId, quantity])).leases;

/** The orders of the plant, the latest first; 200 at most. */
export const plantOrders = (sql: PlantSql): Promise<PlantOrder[]> =>
  one(sql, 'SELECT birthmark.list_orders() AS said', []);

/** The ids of the leases that this station gave back, as the plant knows them. */
export const returnsOf = (sql: PlantSql): Promise<string[]> => one(sql, 'SELECT birthmark.my_returns() AS said', []);

/** @throws plant.refused – the plant is of a version that hears of no returns */
export const assertTakesReturns = async (sql: PlantSql): Promise<void> => {
  await sql.query('SELECT birthmark.takes_returns()');
};

/** The newest document of a kind as the plant says; `hash` is the SHA-256 of its text, lower-case hex. */
export type PlantOffer = { kind: PlantDocumentKind; version: number; hash: string };

/** What the plant shows, in one state of it; none at a plant of an earlier version. */
export async function offersOf(sql: PlantSql): Promise<PlantOffer[]> {
  const [found] = await sql.query<{ there: boolean }>(`SELECT to_regclass('birthmark.documents') IS NOT NULL AS there`);
  if (found?.there !== true) return [];
  return sql.query<PlantOffer>(
    `SELECT DISTINCT ON (kind) kind, version::float8 AS version, encode(sha256(convert_to(text, 'UTF8')), 'hex') AS hash
     FROM birthmark.documents ORDER BY kind, version DESC`,
  );
}

/** Undefined when the plant has it no more. */
export async function documentOf(sql: PlantSql, { kind, version }: PlantOffer): Promise<SignedText | undefined> {
  const [row] = await sql.query<SignedText>(
    'SELECT text, signature FROM birthmark.documents WHERE kind = $1 AND version = $2',
    [kind, version],
  );
  return row;
}

/** What this station has now. `problem`: why it takes nothing later. */
export const sayTaken = async (
  sql: PlantSql,
  taken: readonly { kind: PlantDocumentKind; version: number; problem: PlantProblem | null }[],
): Promise<void> => {
  await sql.query('SELECT birthmark.say_taken($1)', [jsonOf(taken)]);
};
