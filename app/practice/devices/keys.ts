import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Fault } from './faults.ts';

/** The common key of all devices with a broken random generator. */
let commonKey: KeyObject | undefined;
const freshKey = (curve: string): KeyObject => generateKeyPairSync('ec', { namedCurve: curve }).privateKey;

/** A real key as this device makes it; `undefined` when its generator fails. */
export function makeDeviceKey({ key }: Fault): KeyObject | undefined {
  if (key === 'fails') return undefined;
  if (key === 'duplicate') {
    commonKey ??= freshKey('prime256v1');
    return commonKey;
  }
  return freshKey(key === 'weak' ? 'secp224r1' : 'prime256v1');
}
