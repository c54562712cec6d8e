/** Documents of a plant for tests. */
import { hash, type KeyObject } from 'node:crypto';
import type { PlantDocument, PlantDocumentKind, PlantItems } from '../../app/contract/model.ts';
import { newPlantKey, plantKeyId, publicBytes } from '../../app/plant/index.ts';
import { signDocument } from '../../app/plant/signing.ts';

export type OfDocument<K extends PlantDocumentKind> = {
  kind: K;
  items: PlantItems[K];
  version?: number;
  plantId?: string;
  versions?: Partial<PlantDocument['versions']>;
};

export const documentOf = <K extends PlantDocumentKind>(given: OfDocument<K>): PlantDocument => {
  const { kind, items, version = 1, plantId = 'plant-1', versions = {} } = given;
  return {
    ...{ format: 'birthmark plant document 1', plantId, kind, version, items, signedAt: '2026-11-21T08:00:00.000Z' },
    versions: { ...{ profiles: 0, recipes: 0, people: 0, revocations: 0 }, [kind]: version, ...versions },
  } as PlantDocument;
};

/** As a station gives a checked document to its records. */
export function signedOf<K extends PlantDocumentKind>(given: OfDocument<K>, key: KeyObject = newPlantKey()) {
  const document = documentOf(given);
  const { text, signature } = signDocument(document, key);
  return { document, text, signature, hash: hash('sha256', text, 'hex'), keyId: plantKeyId(publicBytes(key)) };
}
