/** Proofs that a leaf is in the log which its station signed, from the leaves and the hashes that the plant has. */
import { StationError } from '../../contract/errors.ts';
import type { PlantProof } from '../../contract/plantdesk.ts';
import { type Hash, inclusionProof, leafHash, rootOfRow, verifyInclusion } from '../../records/log/merkle.ts';
import { isSignedBy, originOf, readCheckpoint, verifierKey } from '../../records/log/note.ts';
import type { PlantSql } from '../sql.ts';

/** Hashes lie in tiles of 256: those of leaves, and those of subtrees of 2^8, 2^16 and 2^24 leaves. */
const tile = 256;
const levels = [0, 8, 16, 24];

/** `prove` gives null for a leaf that no signed checkpoint covers yet. */
export type Prover = { logId: number; prove(leafIndex: number): Promise<PlantProof | null> };

/**
 * Proofs against the last checkpoint of a station's log. What is read is kept, because leaves of a unit lie close together.
 *
 * @throws plant.refused, plant.unreachable
 */
export async function proverOf(sql: PlantSql, stationId: string): Promise<Prover> {
  const [log] = await sql.query<{ logId: number; publicKey: Buffer; note: string | null }>(
    `SELECT log_id::float8 AS "logId", public_key AS "publicKey", checkpoint AS note FROM birthmark.logs
     WHERE station_id = $1 ORDER BY log_id DESC LIMIT 1`,
    [stationId],
  );
  if (!log)
    throw new StationError('unit.notFound', 'no station of the plant has this id', { data: { unitSerial: '' } });
  const { logId, publicKey, note } = log;
  const origin = originOf(stationId);
  const checkpoint = note === null ? undefined : readCheckpoint(note);
  const texts = new Map<number, string>();
  const tiles = new Map<string, Hash[]>();

  const load = async (level: number, place: number): Promise<void> => {
    const name = `${level}/${place}`;
    if (tiles.has(name)) return;
    const range = [logId, place * tile, place * tile + tile - 1];
    if (level === 0) {
      const rows = await sql.query<{ index: number; leaf: string }>(
        'SELECT leaf_index::float8 AS index, leaf FROM birthmark.leaves_between($1, $2, $3)',
        range,
      );
      for (const { index, leaf } of rows) texts.set(index, leaf);
      tiles.set(
        name,
        rows.map(({ leaf }) => leafHash(leaf)),
      );
      return;
    }
    const rows = await sql.query<{ hash: Buffer }>(
      'SELECT hash FROM birthmark.nodes WHERE log_id = $1 AND level = $4 AND place BETWEEN $2 AND $3 ORDER BY place',
      [...range, level],
    );
    tiles.set(
      name,
      rows.map(({ hash }) => hash),
    );
  };
  const subtree = (level: number, position: number): Hash => {
    const base = level - (level % 8);
    const count = 2 ** (level - base);
    const from = position * count;
    const hashes = tiles.get(`${base}/${Math.floor(from / tile)}`)?.slice(from % tile, (from % tile) + count) ?? [];
    // Leaves that were taken away leave the proof without a hash: it does not hold then.
    return hashes.length === count ? rootOfRow(Buffer.concat(hashes)) : Buffer.alloc(32);
  };

  return {
    logId,
    async prove(leafIndex) {
      if (note === null || !checkpoint || checkpoint.origin !== origin || leafIndex >= checkpoint.size) return null;
      const { size, root } = checkpoint;
      for (const [step, level] of levels.entries())
        for (const index of [leafIndex, size]) await load(level, Math.floor(index / tile ** (step + 1)));
      const leaf = texts.get(leafIndex) ?? '';
      const path = inclusionProof(subtree, leafIndex, size);
      return {
        ...{ leafIndex, leaf, size, checkpoint: note, key: verifierKey(origin, publicKey) },
        leafHash: leafHash(leaf).toString('hex'),
        root: Buffer.from(root).toString('hex'),
        path: path.map((hash) => hash.toString('hex')),
        included: verifyInclusion({ leaf: leafHash(leaf), index: leafIndex, size, root, proof: path }),
        signed: isSignedBy(checkpoint, publicKey),
      };
    },
  };
}
