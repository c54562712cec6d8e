import { tornDe } from './de.labels.ts';
import type { refusalsEn } from './refusals.en.ts';
import type { SameKeys } from './shape.ts';

/** Warum ein Antrag abgelehnt wurde oder eine CA nicht passt, in einem Satz für die Technik. */
export const refusalsDe: SameKeys<typeof refusalsEn> = {
  notDer: 'Der Antrag ist weder DER noch PEM.',
  trailingBytes: 'Hinter dem Ende des Antrags stehen noch Bytes.',
  indefiniteLength: 'Eine Länge im Antrag ist offen gelassen, was DER verbietet.',
  nonMinimalLength: 'Eine Länge im Antrag braucht mehr Bytes als nötig, was DER verbietet.',
  nonMinimalInteger: 'Eine Zahl im Antrag braucht mehr Bytes als nötig, was DER verbietet.',
  wrongStructure: 'Die Teile des Antrags sind nicht die eines Antrags.',
  wrongVersion: 'Der Antrag nennt eine Version, die es nicht gibt.',
  duplicateAttribute: 'Der Antrag nennt dasselbe Attribut zweimal.',
  oversize: 'Der Antrag ist größer als 8 KiB.',
  unsupportedKey: 'Nur P-256, P-384, P-521 und RSA von 2048 bis 4096 Bit werden zertifiziert.',
  pointAtInfinity: 'Der öffentliche Schlüssel ist der unendlich ferne Punkt und damit keiner.',
  pointNotOnCurve: 'Der öffentliche Schlüssel liegt nicht auf seiner Kurve.',
  rsaModulusSmall: 'Der RSA-Modul hat weniger als 2048 Bit.',
  rsaModulusEven: 'Der RSA-Modul ist gerade: Der Schlüssel wurde falsch erzeugt.',
  rsaExponentBad: 'Der RSA-Exponent ist gerade, zu klein oder zu groß.',
  rsaSmallFactor: 'Der RSA-Modul hat einen kleinen Teiler: Der Schlüssel wurde falsch erzeugt.',
  rsaFactorsClose: 'Die beiden RSA-Primzahlen liegen zu nah beieinander (CVE-2022-26320).',
  rsaRoca: 'Der RSA-Schlüssel zeigt die ROCA-Schwäche (CVE-2017-15361).',
  knownWeakKey: 'Der private Schlüssel dazu ist allgemein bekannt.',
  weakSignatureAlgorithm: 'Der Antrag ist mit SHA-1 oder MD5 signiert.',
  unsupportedSignatureAlgorithm: 'Der Antrag ist auf eine Art signiert, die AWS IoT nicht annimmt.',
  algorithmParameters: 'Die Parameter des Signaturverfahrens sind nicht die seiner Norm.',
  algorithmMismatch: 'Das Signaturverfahren gehört nicht zu dieser Art Schlüssel.',
  badSignature: 'Die Signatur des Antrags passt nicht zu seinem Schlüssel.',
  subjectMismatch: 'Der Inhaber im Antrag widerspricht dem Gerät.',
  keySeen: 'Derselbe Schlüssel kam von einem anderen Gerät: ein Klon, oder ein Generator, der sich wiederholt.',
  caKey: 'Der Schlüssel des Antrags ist der einer CA.',
  notExportable: 'Dieser Schlüssel verlässt nie den Ort, an dem er entstand.',
  ...tornDe,
  otherKey: 'Der Schlüssel gehört zu einer anderen CA.',
};
