/** The plant: one ledger in PostgreSQL for the stations of a factory. */
export { addressOf } from './address.ts';
export { admitLogin, findPlantUnits, initPlant, makePlantOrder, viewPlant } from './office.ts';
export {
  askPlant,
  documentOf,
  joinPlant,
  leaseOf,
  offersOf,
  type PlantClaim,
  type PlantOffer,
  sayTaken,
  tellPlant,
} from './protocol.ts';
export {
  keyOfPlant,
  type Published,
  publishDocument,
  setPlantKey,
  unitOfCertificate,
  viewPublished,
} from './publish.ts';
export { errorOf } from './refusals.ts';
export { shipAll } from './ship.ts';
export { newPlantKey, plantKeyId, publicBytes, publicPem, readDocument, readPublicKey } from './signing.ts';
export type { OpenPlant, PlantSql } from './sql.ts';
