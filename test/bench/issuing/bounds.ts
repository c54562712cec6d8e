/** The limit and the floor: node:crypto alone, each call in its quickest form, one after the other. */
import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import type { Open } from './contender.ts';

export const openBounds: Open = ({ ca }) => {
  const { key, issuer } = ca;
  const check = (data: Uint8Array, publicKey: KeyObject, signature: Uint8Array): void => {
    if (!verify('sha256', data, publicKey, signature)) throw new Error('a signature of the bench does not verify');
  };
  const signed = (data: Uint8Array): Uint8Array => {
    const signature = sign('sha256', data, key);
    check(data, issuer.publicKey, signature);
    return signature;
  };
  return [
    {
      name: 'limit: sign + verify',
      role: 'bound',
      note: "node:crypto alone, the CA's keys imported once; no certificates",
      issue: async (requests) => requests.map(({ csrDer }) => signed(csrDer)),
    },
    {
      name: 'floor: import, 2 × verify, sign',
      role: 'bound',
      note: 'the same for devices nobody knows yet: import the key, verify its signature, then the limit',
      issue: async (requests) =>
        requests.map(({ csrDer, spkiPem, signature }) => {
          check(csrDer, createPublicKey(spkiPem), signature);
          return signed(csrDer);
        }),
    },
  ];
};
