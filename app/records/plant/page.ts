/** A page of the log for the plant: the next leaves, and what is on record now of the rows that they tell of. */
import type { LeaseReturn, PlantCollision, PlantLease } from '../../contract/plant.ts';
import { read } from '../call.ts';
import { checkpointOf, headOf, leavesOf, rootOfFirst } from '../log/store.ts';
import type { Sql } from '../sql.ts';
import { shownState, withScraps } from '../units/scrapped.ts';

export type PlantFacts = {
  units: {
    unitSerial: string;
    orderId: string;
    model: string;
    hardwareId: string | null;
    state: string;
    updatedAt: string;
  }[];
  certificates: {
    serialHex: string;
    unitSerial: string;
    certificateId: string | null;
    issuerId: string | null;
    spkiSha256: string;
    state: string;
    notAfterAt: string;
    issuedAt: string | null;
  }[];
  keys: { spkiSha256: string; unitSerial: string }[];
  /** `returned`: what came back of it; null while it is held. */
  leases: (PlantLease & { returned: LeaseReturn | null })[];
  /** What the plant refused of these units. */
  refused: Omit<PlantCollision, 'collisionId'>[];
};

/** `root` is that of the log's first `from + leaves.length` leaves, 32 bytes; `checkpoint` is given when these are all. */
export type PlantPage = {
  from: number;
  leaves: string[];
  root: Uint8Array;
  checkpoint: string | null;
  facts: PlantFacts;
};

/** What the plant says of the log: its first `size` leaves, and their root in hex; null when it has none. */
export type PlantPlace = { size: number; root: string | null };

type Said = { kind: string; unitSerial?: string; of?: string; key?: [string] };

/**
 * The leaves that come after those of the plant, `limit` at most, in one state of the file. `forked`: the plant's leaves
 * are not the beginning of this log.
 */
export const plantPage = read(
  (sql, { size: from, root, limit }: PlantPlace & { limit: number }): PlantPage | 'forked' | 'whole' => {
    const size = headOf(sql)?.size ?? 0;
    if (from > size || (from > 0 && Buffer.from(rootOfFirst(sql, from)).toString('hex') !== root)) return 'forked';
    if (from === size) return 'whole';
    const to = Math.min(size, from + limit);
    const leaves: string[] = [];
    const touched = {
      units: new Set<string>(),
      certificates: new Set<string>(),
      keys: new Set<string>(),
      leases: new Set<string>(),
    };
    for (const { source, text } of leavesOf(sql, from, to)) {
      leaves.push(text);
      if (source === 'audit') continue;
      const { unitSerial, of = '', key: [key] = [] } = JSON.parse(text) as Said;
      if (unitSerial !== undefined) touched.units.add(unitSerial);
      else if (key === undefined) continue;
      else if (of === 'units') touched.units.add(key);
      else if (of === 'plantLeases' || of === 'plantReturns') touched.leases.add(key);
      else if (of === 'certificates' || of === 'keys') touched[of].add(key);
    }
    const checkpoint = to === size ? (checkpointOf(sql)?.note ?? null) : null;
    return { from, leaves, root: rootOfFirst(sql, to), checkpoint, facts: factsOf(sql, touched) };
  },
);

const json = (all: ReadonlySet<string>): { all: string } => ({ all: JSON.stringify([...all]) });

const factsOf = (sql: Sql, touched: Record<'units' | 'certificates' | 'keys' | 'leases', Set<string>>): PlantFacts => ({
  units: sql.all(
    `SELECT u.unitSerial, u.orderId, u.model, u.hardwareId, ${shownState} AS state, j.updatedAt
     FROM units u JOIN journalIndex j USING (unitSerial) ${withScraps} WHERE u.unitSerial IN (SELECT value FROM json_each(@all))`,
    json(touched.units),
  ),
  certificates: sql.all(
    `SELECT serialHex, unitSerial, certificateId, issuerId, spkiSha256, state, notAfterAt, issuedAt FROM certificates
     WHERE unitSerial IS NOT NULL AND serialHex IN (SELECT value FROM json_each(@all))`,
    json(touched.certificates),
  ),
  keys: sql.all(
    'SELECT spkiSha256, unitSerial FROM keys WHERE spkiSha256 IN (SELECT value FROM json_each(@all))',
    json(touched.keys),
  ),
  leases: sql
    .all<PlantLease & { back: number | null; serials: string }>(
      `SELECT l.leaseId, l.plantOrder, l.model, l.quantity, l.serialFrom, l.serialTo, r.quantity AS back, r.serials
       FROM plantLeases l LEFT JOIN plantReturns r USING (leaseId) WHERE l.leaseId IN (SELECT value FROM json_each(@all))`,
      json(touched.leases),
    )
    .map(({ back, serials, ...lease }) => ({
      ...lease,
      returned: back === null ? null : { quantity: back, serials: JSON.parse(serials) as LeaseReturn['serials'] },
    })),
  refused: sql.all(
    `SELECT kind, value, unitSerial, ownerId, owner, ownerUnit FROM plantRefusals
     WHERE unitSerial IN (SELECT value FROM json_each(@units)
       UNION SELECT unitSerial FROM keys WHERE spkiSha256 IN (SELECT value FROM json_each(@keys)))`,
    { units: json(touched.units).all, keys: json(touched.keys).all },
  ),
});
