import type { CaKeyType } from '../../contract/authority.ts';
import { newCaKeyPair } from '../authorities/certify.ts';
import { softwareKey } from '../authorities/key.ts';
import { type KeyFacts, readKey } from './publickey.ts';

const samples = new Map<CaKeyType, Promise<KeyFacts>>();

/**
 * A public key for previews. Its private half is dropped. There is one for each type, because a large RSA key takes a
 * second to make.
 */
export function sampleKey(keyType: CaKeyType): Promise<KeyFacts> {
  const known = samples.get(keyType) ?? newCaKeyPair(keyType).then((pair) => readKey(softwareKey(pair).spkiDer));
  samples.set(keyType, known);
  return known;
}
