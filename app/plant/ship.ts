/**
 * A station's log goes to the plant. The plant says how far it has it, so that there is nothing to keep here that a crash
 * could lose: after a cut in any place the next answer says where to go on.
 */
import { StationError } from '../contract/errors.ts';
import type { Ledger } from '../records/index.ts';
import {
  assertTakesReturns,
  noticeRestore,
  type PlantAnswer,
  sayWhole,
  shipPage,
  standingIn,
  tellPlant,
} from './protocol.ts';
import type { PlantSql } from './sql.ts';

type Shipping = {
  sql: PlantSql;
  ledger: Pick<Ledger, 'plantPage' | 'keepPlantMark' | 'plantStanding' | 'recordPlantRefusals' | 'audit'>;
  stationId: string;
  /** Asked between two pages. */
  isStopped?: () => boolean;
  pageLeaves?: number;
};

/** A page of 500 leaves is about 150 kB, and a few dozen ms of the plant. */
const usualPage = 500;

/**
 * Ships until the plant has the whole log. Returns how many leaves went.
 *
 * @throws plant.unreachable, plant.refused, plant.forked
 */
export async function shipAll({ sql, ledger, isStopped = () => false, ...given }: Shipping): Promise<number> {
  const { stationId, pageLeaves: limit = usualPage } = given;
  let said = await standingIn(sql);
  await noteRestore(said);
  let shipped = 0;
  for (;;) {
    await take(said);
    if (isStopped()) return shipped;
    const page = await ledger.plantPage({ size: said.size, root: said.root, limit });
    if (page === 'whole') {
      await sayWhole(sql);
      return shipped;
    }
    if (page === 'forked') throw forked();
    // A page is taken once: an older plant would have the leaves, and never the return.
    if (page.facts.leases.some(({ returned }) => returned !== null)) await assertTakesReturns(sql);
    const next = await shipPage(sql, page);
    if (next.size <= said.size)
      throw new StationError('plant.refused', 'the plant takes no leaves, and does not say why');
    shipped += next.size - said.size;
    said = next;
  }

  async function take({ plantId, logId, size, collisions }: PlantAnswer): Promise<void> {
    if (collisions.length > 0) {
      await ledger.recordPlantRefusals(collisions);
      await tellPlant(
        sql,
        collisions.map(({ collisionId }) => collisionId),
      );
    }
    await ledger.keepPlantMark({ plantId, logId, acknowledged: size });
  }

  async function noteRestore({ plantId, logId, size }: PlantAnswer): Promise<void> {
    const { mark } = await ledger.plantStanding();
    if (mark === null || mark.plantId !== plantId || mark.logId !== logId || mark.acknowledged <= size) return;
    const { acknowledged } = mark;
    await noticeRestore(sql, acknowledged);
    const data = { plantId, acknowledged, size };
    await ledger.audit({ entry: 'plant.restored', actor: 'station', subject: stationId, data });
  }
}

/**
 * Whether what the plant has is the beginning of this station's log.
 *
 * @throws plant.forked – another station has this identity, or this one is from a backup
 */
export async function assertSameLog(sql: PlantSql, ledger: Pick<Ledger, 'plantPage'>): Promise<void> {
  const { size, root } = await standingIn(sql);
  if ((await ledger.plantPage({ size, root, limit: 0 })) === 'forked') throw forked();
}

const forked = () =>
  new StationError('plant.forked', "the plant has other leaves than this station's log: was it restored?");
