/** The plant: one ledger in PostgreSQL for the stations of a factory. */
export { addressFor, addressOf, textOfLogin } from './address.ts';
export { overviewOfPlant, tryReader } from './desk/overview.ts';
export { proverOf } from './desk/proof.ts';
export { unitOfPlant, unitsOfPlant } from './desk/units.ts';
export {
  admitAgain,
  admitLogin,
  dismissStation,
  findPlantUnits,
  initPlant,
  makePlantOrder,
  viewPlant,
} from './office.ts';
export {
  askPlant,
  documentOf,
  joinPlant,
  leaseOf,
  offersOf,
  type PlantClaim,
  type PlantOffer,
  plantOrders,
  returnsOf,
  sayTaken,
  tellPlant,
  tryPlant,
} from './protocol.ts';
export {
  assertPublishedBy,
  isShipped,
  keyOfPlant,
  type Published,
  publishDocument,
  setPlantKey,
  unitOfCertificate,
  viewPublished,
} from './publish.ts';
export { errorOf, noTls } from './refusals.ts';
export { assertSameLog, shipAll } from './ship.ts';
export { newPlantKey, plantKeyId, publicBytes, publicPem, readDocument, readPublicKey } from './signing.ts';
export type { OpenPlant, PlantAddress, PlantSql } from './sql.ts';
