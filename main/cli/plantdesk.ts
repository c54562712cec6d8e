/** `plant overview`, `search` and `show`: QA looks at all stations with a reader's login, without a station. */
import type { Command } from 'commander';
import { StationError } from '../../app/contract/errors.ts';
import {
  type PlantProof,
  type PlantUnit,
  type PlantUnitRow,
  plantUnitFilter,
  yieldOf,
} from '../../app/contract/model.ts';
import { overviewOfPlant, proverOf, unitOfPlant, unitsOfPlant } from '../../app/plant/index.ts';
import { wholeNumber } from '../numbers.ts';
import { print } from './command.ts';
import { inPlant, type PlantOptions, valid, withUrl } from './inplant.ts';

const dayMs = 86_400_000;

/** Adds the commands that read. */
export function addPlantDesk(plant: Command): void {
  withUrl(plant.command('overview'))
    .description('results by station, open orders, collisions, and how far each station has shipped')
    .option('--days <days>', 'results of so many days', '7')
    .action((options: PlantOptions & { days: string }) =>
      inPlant(options, async (sql) => {
        const days = wholeNumber(options.days, '--days', { to: 3660 });
        const seen = await overviewOfPlant(sql, new Date(Date.now() - days * dayMs).toISOString());
        print(options, seen, () =>
          [
            ...seen.stations.map(({ login, name, results, size, checkpointSize, wholeAt, collisions }) =>
              [
                `${name ?? login}  ${results.passed} passed, ${results.failed} failed, ${results.errors} errors`,
                `first-pass yield ${results.first === 0 ? 'of no unit' : `${((yieldOf(results) ?? 0) * 100).toFixed(1)} % of ${results.first} units`}`,
                `${size} leaves, ${checkpointSize ?? 0} signed`,
                wholeAt === null ? 'has not shipped all' : `all of ${wholeAt}`,
                ...(collisions === 0 ? [] : [`${collisions} COLLISIONS`]),
              ].join('; '),
            ),
            ...seen.orders.flatMap(({ orderId, quantity, left, parts }) => [
              `${orderId}  ${left} of ${quantity} left`,
              ...parts.map(
                ({ station, made, quantity, returned }) => `  ${station}: ${made} of ${quantity - returned} made`,
              ),
            ]),
          ].join('\n'),
        );
      }),
    );

  withUrl(plant.command('search').argument('[text]', 'the beginning of a unit serial, or the whole of another id'))
    .description('units of all stations, by serial; 500 at a time')
    .option('--state <state>', 'only these')
    .option('--order <order>', 'only those of an order of a station')
    .option('--refused', 'only units that the plant refused')
    .option('--after <serial>', 'go on behind `next` of the page before')
    .action((query: string | undefined, options: Searching) =>
      inPlant(options, async (sql) => {
        const { state, order: orderId, refused } = options;
        const filter = valid(plantUnitFilter, { query, state, orderId, refused });
        const after = options.after === undefined ? {} : { after: { key: options.after, tie: 0 } };
        const page = await unitsOfPlant(sql, { ...filter, ...after, offset: 0, limit: 500 });
        print(options, page, () =>
          [
            ...page.rows.map(
              ({ unitSerial, station, orderId, state, updatedAt, refused }) =>
                `${unitSerial}  ${station}  ${orderId}  ${state}${refused ? ', REFUSED' : ''}  ${updatedAt}`,
            ),
            page.next === null ? `${page.rows.length} units` : `go on with --after '${page.next.key}'`,
          ].join('\n'),
        );
      }),
    );

  withUrl(plant.command('show').argument('<serial>', 'a unit serial'))
    .description('a unit at each station that has it, with its entries; each is proved against the signed checkpoint')
    .option('--station <station>', 'only as this station has it: its name, or its id')
    .option('--proof <leaf>', 'the proof of this leaf of the log of the station, by its number')
    .action((unitSerial: string, options: PlantOptions & { proof?: string; station?: string }) =>
      inPlant(options, async (sql) => {
        const { rows } = await unitsOfPlant(sql, { query: unitSerial, offset: 0, limit: 50 });
        const { station } = options;
        const by = (row: PlantUnitRow) => station === undefined || [row.station, row.stationId].includes(station);
        const [mine, ...others] = rows.filter((row) => row.unitSerial === unitSerial && by(row));
        if (!mine)
          throw new StationError(
            'unit.notFound',
            station === undefined ? `no station has shipped ${unitSerial}` : `${station} has not shipped ${unitSerial}`,
            {
              data: { unitSerial },
            },
          );
        if (options.proof !== undefined) {
          const leafIndex = wholeNumber(options.proof, '--proof');
          // A leaf's number is one of its station's log.
          if (others.length > 0)
            throw new StationError(
              'call.badParams',
              `several stations have this unit, name one with --station: ${[mine, ...others].map(({ stationId }) => stationId).join(', ')}`,
              {
                data: { path: 'station' },
              },
            );
          const proof = await (await proverOf(sql, mine.stationId)).prove(leafIndex);
          print(options, proof, () => (proof === null ? 'no signed checkpoint covers it yet' : proofText(proof)));
          return;
        }
        const units: PlantUnit[] = [];
        for (const { stationId } of [mine, ...others]) units.push(await unitOfPlant(sql, { unitSerial, stationId }));
        print(options, units, () => units.map(unitText).join('\n\n'));
      }),
    );
}

type Searching = PlantOptions & { state?: string; order?: string; refused?: boolean; after?: string };

const proofText = (proof: PlantProof): string =>
  [
    `leaf ${proof.leafIndex} of ${proof.size}: ${proof.included && proof.signed ? 'proved' : 'NOT PROVED'}`,
    `hash ${proof.leafHash}`,
    ...proof.path.map((hash) => `with ${hash}`),
    `root ${proof.root}`,
    proof.checkpoint,
  ].join('\n');

const unitText = (unit: PlantUnit): string =>
  [
    `${unit.unitSerial}  ${unit.model}  ${unit.state} at ${unit.station}, ${unit.updatedAt}`,
    ...unit.certificates.map(({ serialHex, state }) => `  certificate ${serialHex}  ${state}`),
    ...unit.collisions.map(({ kind, owner, ownerUnit }) => `  REFUSED: ${owner} has its ${kind}, as ${ownerUnit}`),
    ...unit.entries.map(
      ({ leafIndex, at, entry, actor, proved }) =>
        `  ${at}  ${entry}  ${actor}  leaf ${leafIndex}, ${proved === null ? 'not signed yet' : proved ? 'proved' : 'NOT PROVED'}`,
    ),
  ].join('\n');
