/** QA's desk looks at the plant: by a login that reads all, in a file beside the station's own. */
import { StationError } from '../../contract/errors.ts';
import type { PlantTried } from '../../contract/model.ts';
import {
  addressOf,
  type OpenPlant,
  overviewOfPlant,
  type PlantSql,
  plantKeyId,
  proverOf,
  tryReader,
  unitOfPlant,
  unitsOfPlant,
} from '../../plant/index.ts';
import type { Ledger } from '../../records/index.ts';
import { type GivenAddress, readerAddress } from './keptaddress.ts';

type ReaderOptions = {
  dir: string;
  openPlant?: OpenPlant | undefined;
  ledger: Pick<Ledger, 'plantStanding'>;
};
type Params<F> = F extends (sql: PlantSql, params: infer P) => unknown ? P : never;

/**
 * Each question has a connection of its own, so that a slow one holds up no other and nothing of the line.
 *
 * @throws plant.noReader, plant.unreachable, plant.untrusted, plant.refused – each question
 */
export function createPlantReader({ dir, openPlant, ledger }: ReaderOptions) {
  const address = readerAddress(dir);
  const open = async (url: string): Promise<PlantSql> => {
    if (openPlant === undefined) throw new StationError('plant.none', 'the practice line joins no plant');
    return openPlant(url);
  };
  const ask = async <T>(question: (sql: PlantSql) => Promise<T>): Promise<T> => {
    const sql = await open(await address.read());
    return question(sql).finally(() => sql.close());
  };
  /** What is given, or else kept, and what the plant says to it. */
  const tried = async (given: GivenAddress): Promise<PlantTried & { url: string }> => {
    const url = (await address.given(given)).url ?? (await address.read());
    const sql = await open(url);
    const said = await tryReader(sql).finally(() => sql.close());
    const { mark } = await ledger.plantStanding();
    if (mark !== null && mark.plantId !== said.plantId)
      throw new StationError('plant.refused', `this login reads another plant, ${said.plantId}`, {
        data: { reason: 'plantOther' },
      });
    return { plantId: said.plantId, keyId: said.publicKey && plantKeyId(new Uint8Array(said.publicKey)), url };
  };
  return {
    /** The login, without the secret; null where there is none. */
    shown: address.shown,
    remove: address.remove,
    async tryAt(given: GivenAddress): Promise<PlantTried> {
      const { plantId, keyId } = await tried(given);
      return { plantId, keyId };
    },
    /** Keeps the address, once it was seen to read the whole plant. Returns the login. */
    async use(given: GivenAddress): Promise<string> {
      const { url } = await tried(given);
      await address.keep(url);
      return addressOf(url).user;
    },
    overview: (since: string) => ask((sql) => overviewOfPlant(sql, since)),
    units: (wanted: Params<typeof unitsOfPlant>) => ask((sql) => unitsOfPlant(sql, wanted)),
    unit: (wanted: Params<typeof unitOfPlant>) => ask((sql) => unitOfPlant(sql, wanted)),
    proof: (stationId: string, leafIndex: number) =>
      ask(async (sql) => (await proverOf(sql, stationId)).prove(leafIndex)),
  };
}
