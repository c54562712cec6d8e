import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Forge } from '../practice/forge.ts';

export type Unit = {
  /** Its serial number, its common name, and the name of its thing. */
  name: string;
  key: KeyObject;
  /** The one of our CA. Ways with a claim do not show it. */
  certificatePem: string;
  isListed: boolean;
};

/** Units with a key each. Every twentieth is on no allow-list, unless all are to be listed. */
export const makeUnits = (count: number, forge: Forge, areAllListed: boolean): Unit[] =>
  Array.from({ length: count }, (_, at) => {
    const name = `storm-${at}`;
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const isListed = areAllListed || at % 20 !== 7;
    return { name, key: privateKey, certificatePem: forge.issue(name, publicKey), isListed };
  });
