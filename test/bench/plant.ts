/** Three stations and one plant: units that collide, connections that are cut at random, and what arrives in the end. */
import { randomInt } from 'node:crypto';
import { StationError } from '../../app/contract/errors.ts';
import { type PlantSql, viewPlant } from '../../app/plant/index.ts';
import { leavesHere, leavesThere, makePlant, makeStationBed, type StationBed, ship } from '../plant/support.ts';
import { passUnit } from '../records/support.ts';

/** One statement of so many is cut: before the plant has it, or before the station hears of it. */
const cutOneOf = 25;
const unitsPerRound = 250;
/** One unit of so many has a serial that another station has, too. */
const collideOneOf = 100;

/** `count`: units of all three stations. */
export async function benchPlant(count = 30_000): Promise<void> {
  const after: (() => unknown)[] = [];
  const plant = await makePlant({ after: (end) => after.push(end) });
  const stations: StationBed[] = [];
  for (const name of ['a', 'b', 'c'])
    stations.push(await makeStationBed({ after: (end) => after.push(end) }, plant, name));
  const rounds = Math.ceil(count / 3 / unitsPerRound);
  let [cuts, collided, leaves, shipMs] = [0, 0, 0, 0];
  const through = (sql: PlantSql): PlantSql => ({
    ...sql,
    async query<T>(text: string, params?: readonly unknown[]): Promise<T[]> {
      const place = randomInt(2 * cutOneOf);
      if (place === 0) throw new StationError('plant.unreachable', 'cut before');
      const rows = await sql.query<T>(text, params);
      if (place === 1) throw new StationError('plant.unreachable', 'cut after');
      return rows;
    },
  });
  for (let round = 0; round < rounds; round += 1) {
    for (const [place, station] of stations.entries())
      for (let unit = 0; unit < unitsPerRound; unit += 1) {
        // The last station makes what the first one has made before.
        const collides = place === 2 && unit % (collideOneOf / 3) < 1;
        if (collides) collided += 1;
        await passUnit(station, `${collides ? 'a' : station.name}-${round}-${unit}`);
      }
    const began = performance.now();
    await Promise.all(
      stations.map(async (station) => {
        await ship(station, { pageLeaves: 500, through }).catch(() => {
          cuts += 1;
        });
      }),
    );
    shipMs += performance.now() - began;
  }
  for (const station of stations) {
    // The first one comes first, as it made them first.
    await ship(station, { pageLeaves: 500 });
    const [here, there] = [leavesHere(station), await leavesThere(plant, station)];
    leaves += here.length;
    const same = here.length === there.length && here.every((leaf, index) => leaf === there[index]);
    console.log(
      `${station.name}: ${here.length} leaves, ${there.length} at the plant, ${same ? 'the same' : 'DIFFERENT'}`,
    );
  }
  const view = await viewPlant(plant.admin);
  const refused = await Promise.all(stations.map(({ ledger }) => ledger.plantStanding()));
  const caught = refused.reduce((sum, { refused }) => sum + refused, 0);
  console.log(
    `units at the plant: ${view.stations.map(({ units }) => units).join(' + ')} of ${3 * rounds * unitsPerRound}`,
  );
  console.log(`serials made twice: ${collided}; units that were stopped: ${caught}`);
  console.log(`cut off ${cuts} times of ${3 * rounds}`);
  const perSecond = Math.round((leaves / shipMs) * 1000);
  console.log(
    `shipped: ${leaves} leaves at ${perSecond} a second, ${(leaves / 3 / rounds / unitsPerRound).toFixed(1)} for a unit`,
  );
  const size = plant.cluster.run(plant.database, 'SELECT pg_database_size(current_database())');
  console.log(
    `the plant's database: ${Math.round(Number(size) / leaves)} bytes a leaf, ${Math.round(Number(size) / 3 / rounds / unitsPerRound)} a unit`,
  );
  for (const end of after) await end();
}
