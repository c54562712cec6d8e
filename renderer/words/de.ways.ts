import type { ways } from './en.ways.ts';
import type { SameKeys } from './shape.ts';

/** Die Worte der Wege der Registrierung und der Ziele. */
export const waysDe = {
  target: 'Ziel',
  way: 'Weg',
  name: {
    bulk: 'Massenaufgabe',
    registerThing: 'RegisterThing, Gerät für Gerät',
    registerCertificate: 'Zertifikat unter registrierter CA',
    withoutCa: 'Zertifikat ohne CA',
  },
} as const satisfies SameKeys<typeof ways>;
