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
    awsIssued: 'Ausgestellt von der CA von AWS',
    jitp: 'Just-in-time provisioning (JITP)',
    jitr: 'Just-in-time registration (JITR)',
    claim: 'Fleet provisioning mit Claim',
    trustedUser: 'Fleet provisioning durch Vertrauensperson',
  },
  ofRecipe: 'Weg der Geräte zu AWS',
  byOrder: 'Die Aufträge bestimmen ihn',
  byOrderHint: 'Jeder Auftrag sagt, wie seine Geräte registriert werden, oder eine Person bildet Lose.',
  recipeHint: {
    bulk: 'AWS liest eine Datei mit allen Geräten eines Loses. Für Tausende auf einmal. Nötig sind ein Bucket, eine Rolle und die aktive CA in AWS.',
    registerThing:
      'Die Station registriert jedes Gerät mit einer Vorlage, Sekunden nach dem Bestehen. Für einige hundert Geräte bei laufender Linie. Nötig ist die aktive CA in AWS.',
    registerCertificate:
      'Die Station legt Zertifikat, Thing und Zuordnungen mit einzelnen Aufrufen an. Wo ein Konto nur einzelne Aufrufe erlaubt. Nötig ist die aktive CA in AWS.',
    withoutCa:
      'Die Station registriert jedes Zertifikat ohne seine CA, in einem Konto oder in mehreren. Für mehrere Konten einer Region. Die Geräte müssen den Servernamen ihres Kontos senden (SNI).',
    awsIssued:
      'Die CA von AWS unterschreibt den Schlüssel des Geräts, die Station registriert es. Wo keine eigene CA gewünscht ist. Nötig ist ein Netz während der Fertigung.',
    jitp: 'AWS legt das Thing beim ersten Verbinden aus dem Subject des Zertifikats an. Für Geräte, die erst lange nach der Fertigung ans Netz gehen. Nötig sind die CA mit Auto-Registrierung und Vorlage und eine Firmware, die sich erneut verbindet.',
    jitr: 'Eine Funktion in Ihrem Konto entscheidet über jedes Gerät, das sich zum ersten Mal verbindet. Für eine Zulassungsliste oder eigene Regeln. Nötig sind die CA mit Auto-Registrierung ohne Vorlage, dazu Regel, Funktion und Tabelle im Konto.',
    claim:
      'Geräte teilen sich ein Claim-Zertifikat, mit dem jedes sein eigenes von AWS erhält. Für Geräte, die vor dem Netz kein eigenes Zertifikat halten können. Nötig sind eine aktive Fleet-Vorlage mit Hook und ein Treiber, der einen privaten Schlüssel annimmt.',
    trustedUser:
      'Die Station holt bei AWS einen Claim für fünf Minuten und erhält damit das Zertifikat des Geräts. Für Fleet-Vorlagen, bei denen Geräte kein Geheimnis teilen dürfen. Nötig sind eine aktive Fleet-Vorlage und ein Netz während der Fertigung.',
  },
  templateInAws: 'Vorlage in AWS, hier unter demselben Namen aufbewahrt',
  templateKept: 'Aufbewahrte Vorlage',
  noTemplate: 'Keine genannt',
  dueDays: 'Überfällig nach so vielen Tagen ohne erste Verbindung',
  beforePass: 'Das Gerät muss sich am Platz verbinden, bevor es besteht',
  inAws: {
    title: 'In AWS prüfen',
    act: 'In AWS prüfen',
    stop: 'Anhalten',
    hint: 'Fragt jedes Konto nach allem, was dieser Weg braucht. Nichts wird geändert.',
    asking: '{target} wird gefragt ({number, number} von {count, number}) …',
    result:
      '{count, plural, =0 {{target}: nichts fehlt} one {{target}: # Punkt fehlt} other {{target}: # Punkte fehlen}}',
    noAnswer: '{target} war nicht zu fragen',
    problem: 'Es fehlt:',
    warning: 'Ansehen:',
    next: 'Nächster Schritt: {remedy}',
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
  allowListed: '{listed, plural, one {# Gerät} other {# Geräte}} auf der Zulassungsliste von {target}',
  allowLeft: '{left, plural, one {# Änderung} other {# Änderungen}} der Zulassungsliste von {target} noch zu melden',
  lineHint:
    'Jedes Gerät wird Sekunden nach dem Bestehen registriert. Ohne Netz warten die Geräte, und die Linie läuft weiter.',
} as const satisfies SameKeys<typeof ways>;
