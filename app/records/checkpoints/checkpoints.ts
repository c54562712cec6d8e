/** The signed head of the log for those who publish it, and what the audit log says of publishing. */
import type { Contradiction, PublishedRow } from '../../contract/checkpoints.ts';
import { read } from '../call.ts';
import { auditNames } from '../entrynames.ts';
import { contradictionsOf } from '../log/contradictions.ts';
import { isSignedBy, readCheckpoint } from '../log/note.ts';
import { checkpointOf, headOf, proveConsistency, rootOfFirst } from '../log/store.ts';

/** `root` and the hashes are in base64. `note` is signed by the station alone. */
export type SignedHead = { origin: string; size: number; root: string; note: string; verifierKey: string };

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** The head of the log as a checkpoint; null before it is signed. */
export const currentCheckpoint = read((sql): SignedHead | null => {
  const checkpoint = checkpointOf(sql);
  return checkpoint === undefined ? null : { ...checkpoint, root: base64(checkpoint.root) };
});

/** Proof that the first `older` leaves are the beginning of the first `size`, `older` ≤ `size` (RFC 6962 section 2.1.2). */
export const consistencyOf = read((sql, { older, size }: { older: number; size: number }): string[] =>
  proveConsistency(sql, older, size).map(base64),
);

/**
 * Whether this checkpoint, which someone else shows, is one that this station's key has signed and that the log does not
 * have: a longer log, or another one.
 */
export const isContradiction = read((sql, note: string): boolean => {
  const [checkpoint, head, own] = [readCheckpoint(note), headOf(sql), checkpointOf(sql)];
  if (checkpoint === undefined || head?.publicKey == null || checkpoint.origin !== own?.origin) return false;
  if (!isSignedBy(checkpoint, head.publicKey)) return false;
  return checkpoint.size > head.size || Buffer.compare(rootOfFirst(sql, checkpoint.size), checkpoint.root) !== 0;
});

type Head = { at: string; size: number; root: string };

/** The last checkpoint that each of these places has, by its name. */
export const lastPublished = read((sql, places: readonly string[]): Record<string, Head> => {
  const last = (place: string): Head | undefined =>
    sql.get<Head>(
      `SELECT at, json_extract(data, '$.size') AS size, json_extract(data, '$.root') AS root FROM audit
       WHERE subject = @place AND entry IN (${auditNames('checkpoint.published', 'checkpoint.cosigned')})
       ORDER BY seq DESC LIMIT 1`,
      { place },
    );
  return Object.fromEntries(
    places.flatMap((place) => {
      const found = last(place);
      return found ? [[place, found]] : [];
    }),
  );
});

type Row = { at: string; place: string; data: string; entry: string };

/** The last hundred that arrived at these places, the latest first. */
export const publishedCheckpoints = read((sql, places: readonly string[]): PublishedRow[] =>
  sql
    .all<Row>(
      `SELECT at, subject AS place, data, entry FROM audit
       WHERE subject IN (SELECT value FROM json_each(@places))
         AND entry IN (${auditNames('checkpoint.published', 'checkpoint.cosigned')})
       ORDER BY seq DESC LIMIT 100`,
      { places: JSON.stringify(places) },
    )
    .map(({ at, place, data }) => {
      const {
        size,
        root,
        why,
        cosignatures = [],
        cosignature,
      } = JSON.parse(data) as Omit<PublishedRow, 'at'> & {
        cosignatures?: string[];
        cosignature?: string;
      };
      return { at, place, size, root, why, cosigned: cosignature !== undefined || cosignatures.length > 0 };
    }),
);

/** What witnesses held against the log since the last declared restore, the latest first. */
export const contradictions = read((sql): Contradiction[] =>
  contradictionsOf(sql)
    .map(({ note, ...facts }) => ({ ...facts, proved: note !== null }))
    .reverse(),
);
