/** QA's desk looks at the plant: by a login that reads all, in a file beside the station's own. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { StationError } from '../../contract/errors.ts';
import { hands } from '../../files/index.ts';
import {
  addressOf,
  assertReadsAll,
  type OpenPlant,
  overviewOfPlant,
  type PlantSql,
  proverOf,
  unitOfPlant,
  unitsOfPlant,
} from '../../plant/index.ts';
import { writeWhole } from '../folder/folder.ts';

/** How to connect. Only its owner can read it. */
export const readerFile = (dir: string): string => join(dir, 'plant-reader.url');

type ReaderOptions = { dir: string; openPlant?: OpenPlant | undefined };
type Params<F> = F extends (sql: PlantSql, params: infer P) => unknown ? P : never;

/**
 * Each question has a connection of its own, so that a slow one holds up no other and nothing of the line.
 *
 * @throws plant.noReader, plant.unreachable, plant.untrusted, plant.refused – each question
 */
export function createPlantReader({ dir, openPlant }: ReaderOptions) {
  const open = async (url: string): Promise<PlantSql> => {
    if (openPlant === undefined) throw new StationError('plant.none', 'the practice line joins no plant');
    return openPlant(url);
  };
  const ask = async <T>(question: (sql: PlantSql) => Promise<T>): Promise<T> => {
    const url = await readFile(readerFile(dir), 'utf8').catch((cause: unknown) => {
      throw new StationError('plant.noReader', 'no login reads the plant from here: use "plant read-with"', { cause });
    });
    const sql = await open(url);
    return question(sql).finally(() => sql.close());
  };
  return {
    /** Whether there is a login. */
    isThere: (): Promise<boolean> =>
      stat(readerFile(dir)).then(
        () => true,
        () => false,
      ),
    /** Keeps the address, once it was seen to read the whole plant; null removes it. Returns the login. */
    async use(url: string | null): Promise<string | null> {
      if (url === null) {
        await hands.remove(readerFile(dir));
        return null;
      }
      const { user } = addressOf(url);
      const sql = await open(url);
      await assertReadsAll(sql).finally(() => sql.close());
      await writeWhole(readerFile(dir), url.trim(), true);
      return user;
    },
    overview: (since: string) => ask((sql) => overviewOfPlant(sql, since)),
    units: (wanted: Params<typeof unitsOfPlant>) => ask((sql) => unitsOfPlant(sql, wanted)),
    unit: (wanted: Params<typeof unitOfPlant>) => ask((sql) => unitOfPlant(sql, wanted)),
    proof: (stationId: string, leafIndex: number) =>
      ask(async (sql) => (await proverOf(sql, stationId)).prove(leafIndex)),
  };
}
