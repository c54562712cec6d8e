/** What who keeps the plant publishes for all stations: signed documents, each with all of its kind. */
import type { KeyObject } from 'node:crypto';
import { StationError } from '../contract/errors.ts';
import {
  type PlantDocument,
  type PlantDocumentKind,
  type PlantItems,
  plantDocument,
  plantDocumentKinds,
} from '../contract/plantdocuments.ts';
import { plantKeyId, publicBytes, readDocument, signDocument } from './signing.ts';
import type { PlantSql } from './sql.ts';

const refused = (detail: string) => new StationError('call.badParams', detail);

type Plant = { plantId: string; publicKey: Uint8Array | null };
const plantOf = async (sql: PlantSql): Promise<Plant> => {
  const [plant] = await sql.query<Plant>(
    'SELECT plant_id AS "plantId", public_key AS "publicKey" FROM birthmark.plant',
  );
  return plant!;
};

/** The public key that the plant says is its own, 32 bytes; null before it has one. */
export const keyOfPlant = async (sql: PlantSql): Promise<Uint8Array | null> => {
  const { publicKey } = await plantOf(sql);
  return publicKey && new Uint8Array(publicKey);
};

type Newest = Partial<Record<PlantDocumentKind, PlantDocument>>;

/**
 * The newest document of each kind, as far as the plant has one.
 *
 * @throws call.badParams – one was not signed with this key: someone else wrote into the plant
 */
async function newestOf(sql: PlantSql, { plantId }: Plant, publicKey: Uint8Array): Promise<Newest> {
  const rows = await sql.query<{ kind: PlantDocumentKind; version: number; text: string; signature: Uint8Array }>(
    `SELECT DISTINCT ON (kind) kind, version::float8 AS version, text, signature FROM birthmark.documents
     ORDER BY kind, version DESC`,
  );
  const newest: Newest = {};
  for (const { kind, version, text, signature } of rows) {
    const read = readDocument({ text, signature }, { publicKey, plantId, kind });
    if ('problem' in read) throw refused(`${kind} ${version} in the plant is not yours: ${read.why}`);
    if (read.document.version !== version)
      throw refused(`${kind} ${version} in the plant is an older one, put there again`);
    newest[kind] = read.document;
  }
  return newest;
}

/** @throws call.badParams – the newest document of a kind was not signed with this key, 32 bytes */
export async function assertPublishedBy(sql: PlantSql, publicKey: Uint8Array): Promise<void> {
  await newestOf(sql, await plantOf(sql), publicKey);
}

/** The items of a kind as they were published last. */
const itemsIn = <K extends PlantDocumentKind>(newest: Newest, kind: K): PlantItems[K] =>
  (newest[kind]?.items ?? []) as PlantItems[K];

type Versions = Record<PlantDocumentKind, number>;

/** For each kind a version above all that any station has. */
async function nextVersions(sql: PlantSql): Promise<Versions> {
  const rows = await sql.query<{ kind: PlantDocumentKind; version: number }>(
    `SELECT kind, (1 + max(version))::float8 AS version
     FROM (SELECT kind, version FROM birthmark.documents UNION ALL SELECT kind, version FROM birthmark.taken) AS known
     GROUP BY kind`,
  );
  return versionsOf((kind) => rows.find((row) => row.kind === kind)?.version ?? 1);
}

const versionsOf = (versionOf: (kind: PlantDocumentKind) => number): Versions =>
  Object.fromEntries(plantDocumentKinds.map((kind) => [kind, versionOf(kind)])) as Versions;

type Stated = { plantId: string; kind: PlantDocumentKind; versions: Versions; items: unknown; now: Date };

/** @throws call.badParams – the items are none, or the key is none */
function signedOf({ plantId, kind, versions, items, now }: Stated, key: KeyObject) {
  const version = versions[kind];
  const head = { format: 'birthmark plant document 1', plantId, kind, version };
  const { data, error } = plantDocument.safeParse({ ...head, ...{ versions, signedAt: now.toISOString(), items } });
  if (error) throw refused(`${error.issues[0]?.path.join('.')}: ${error.issues[0]?.message}`);
  const { text, signature } = signDocument(data, key);
  return { kind, version, text, signature: Buffer.from(signature) };
}

/**
 * Makes this the key of the plant; stations that trust another one have to join once more. What the former key signed is
 * signed again with this one, in the same transaction. Without a former key nothing stays published.
 *
 * @param former the public key that the plant had, 32 bytes, as who keeps the plant knows it
 * @returns the kinds that are published under this key now
 * @throws call.badParams – a document of the plant was not signed with the former key
 */
export async function setPlantKey(
  sql: PlantSql,
  { key, former, now }: { key: KeyObject; former?: Uint8Array | undefined; now: Date },
): Promise<PlantDocumentKind[]> {
  const plant = await plantOf(sql);
  const newest = former ? await newestOf(sql, plant, former) : {};
  const kinds = plantDocumentKinds.filter((kind) => newest[kind] !== undefined);
  const next = await nextVersions(sql);
  const versions = versionsOf((kind) => (newest[kind] ? next[kind] : 0));
  const signed = kinds.map((kind) =>
    signedOf({ plantId: plant.plantId, kind, versions, items: newest[kind]!.items, now }, key),
  );
  const publicKey = publicBytes(key);
  const rows = signed.map((one) => ({ ...one, signature: one.signature.toString('base64') }));
  await sql.query(
    `WITH held AS (UPDATE birthmark.plant SET public_key = $1), gone AS (DELETE FROM birthmark.documents)
     INSERT INTO birthmark.documents (kind, version, text, signature, key_id)
     SELECT kind, version, text, decode(signature, 'base64'), $2
     FROM jsonb_to_recordset($3) AS given (kind text, version bigint, text text, signature text)`,
    [Buffer.from(publicKey), plantKeyId(publicKey), JSON.stringify(rows)],
  );
  return kinds;
}

type Publishing<K extends PlantDocumentKind> = {
  kind: K;
  key: KeyObject;
  /** From what was published last to what is to count. */
  change: (before: PlantItems[K]) => PlantItems[K];
  now: Date;
};
export type Published = { kind: PlantDocumentKind; version: number; items: number; keyId: string };

/**
 * Signs and publishes the next document of a kind. Its version is above all that any station has, so that a plant that was
 * restored from a backup publishes what its stations take.
 *
 * @throws call.badParams – the plant has another key, what is published is not signed with it, or the items are none
 */
export async function publishDocument<K extends PlantDocumentKind>(
  sql: PlantSql,
  { kind, key, change, now }: Publishing<K>,
): Promise<Published> {
  const plant = await plantOf(sql);
  const publicKey = publicBytes(key);
  if (plant.publicKey === null || !Buffer.from(publicKey).equals(plant.publicKey))
    throw refused('this is not the key of the plant: make one with "plant key", or give the right file');
  const newest = await newestOf(sql, plant, publicKey);
  const items = change(itemsIn(newest, kind));
  const version = (await nextVersions(sql))[kind];
  const versions = versionsOf((one) => (one === kind ? version : (newest[one]?.version ?? 0)));
  const { text, signature } = signedOf({ plantId: plant.plantId, kind, versions, items, now }, key);
  const keyId = plantKeyId(publicKey);
  const written = await sql.query(
    `INSERT INTO birthmark.documents (kind, version, text, signature, key_id) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT DO NOTHING RETURNING 1`,
    [kind, version, text, signature, keyId],
  );
  if (written.length === 0) throw refused('someone else published at the same moment: do it once more');
  return { kind, version, items: items.length, keyId };
}

/** What the plant has published of each kind, and what its stations have of it. */
export type PublishedView = {
  kind: PlantDocumentKind;
  version: number;
  keyId: string | null;
  publishedAt: string | null;
  stations: { station: string; version: number; problem: string | null }[];
}[];

/** The newest document of each kind, without its text; also for a reader. */
export async function viewPublished(sql: PlantSql): Promise<PublishedView> {
  const documents = await sql.query<{ kind: string; version: number; keyId: string; publishedAt: Date }>(
    `SELECT DISTINCT ON (kind) kind, version::float8 AS version, key_id AS "keyId", published_at AS "publishedAt"
     FROM birthmark.documents ORDER BY kind, version DESC`,
  );
  const taken = await sql.query<{ kind: string; station: string; version: number; problem: string | null }>(
    `SELECT t.kind, coalesce(s.station_name, s.login) AS station, t.version::float8 AS version, t.problem
     FROM birthmark.taken t JOIN birthmark.stations s USING (station_id) ORDER BY s.login`,
  );
  return plantDocumentKinds.map((kind) => {
    const newest = documents.find((one) => one.kind === kind);
    return {
      ...{ kind, version: newest?.version ?? 0, keyId: newest?.keyId ?? null },
      publishedAt: newest?.publishedAt.toISOString() ?? null,
      stations: taken
        .filter((one) => one.kind === kind)
        .map(({ station, version, problem }) => ({ station, version, problem })),
    };
  });
}

/** The unit of a certificate that a station shipped. @throws call.badParams – no station shipped it */
export async function unitOfCertificate(sql: PlantSql, serialHex: string): Promise<string> {
  const [row] = await sql.query<{ unitSerial: string }>(
    'SELECT unit_serial AS "unitSerial" FROM birthmark.certificates WHERE serial_hex = $1',
    [serialHex],
  );
  if (!row) throw refused(`no station has shipped a certificate with the serial ${serialHex}`);
  return row.unitSerial;
}

/** Whether a station has shipped the unit, and the certificate where one is named. */
export async function isShipped(
  sql: PlantSql,
  { serialHex, unitSerial }: { serialHex: string | null; unitSerial: string | null },
): Promise<boolean> {
  const rows = await sql.query(
    `SELECT FROM birthmark.units u WHERE u.unit_serial = $1
       AND ($2::text IS NULL OR EXISTS (SELECT FROM birthmark.certificates c WHERE c.serial_hex = $2)) LIMIT 1`,
    [unitSerial, serialHex],
  );
  return rows.length > 0;
}
