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
  chooseWay: 'Weg der Registrierung',
  chooseTargets: 'Ziele',
  makeFor: '{count, plural, one {# Gerät} other {# Geräte}} bereit für {target}',
  hint: {
    bulk: 'AWS liest eine Datei mit allen Geräten. Für Tausende am schnellsten.',
    registerThing: 'Ein Aufruf je Gerät, so schnell das Konto es erlaubt. Ein Bucket ist nicht nötig.',
    registerCertificate: 'Das Zertifikat unter der registrierten CA, dann Thing und Richtlinien, Aufruf für Aufruf.',
    withoutCa: 'Das Konto muss die CA nicht kennen. Für Geräte, die mehreren Konten gehören.',
  },
  template: 'Vorlage {name}, Version {version, number}',
  line: 'Registrierung bei laufender Linie',
  lineOf: 'Nimmt die Geräte von Auftrag {order} auf, sobald sie bestehen',
  lineOff: 'Geräte warten auf ein Los',
  lineChoose: 'Registrierung von Auftrag {order}',
  lineHint:
    'Jedes Gerät wird Sekunden nach dem Bestehen registriert. Ohne Netz warten die Geräte, und die Linie läuft weiter.',
} as const satisfies SameKeys<typeof ways>;
