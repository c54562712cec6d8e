/** Die Wörter der Seite über erste Verbindungen. */
import type { firstConnections } from './en.firstconnections.ts';
import type { SameKeys } from './shape.ts';

export const firstConnectionsDe: SameKeys<typeof firstConnections> = {
  title: 'Erste Verbindungen',
  orders: 'Wie viele Geräte wo stehen',
  orderAt: '{order} → {target}',
  number: '{count, number}',
  part: '{count, number} {state}',
  of: 'von {count, plural, one {# Gerät} other {# Geräten}}',
  state: { waiting: 'wartet', connected: 'verbunden', failed: 'gescheitert', overdue: 'überfällig' },
  empty: {
    target: {
      title: 'Es gibt kein AWS-Ziel.',
      hint: 'Setzen Sie ein Ziel: das Konto und die Region, mit denen sich Ihre Geräte verbinden.',
      act: 'Ziel setzen',
    },
    recipe: {
      title: 'Kein Rezept verlangt eine erste Verbindung.',
      hint: 'Ein Rezept mit „provisioning“ oder „firstConnection“ lässt die Station auf seine Geräte warten: Wer von da an besteht, steht hier.',
      act: 'Rezepte öffnen',
    },
    units: {
      title: 'Noch wird auf kein Gerät gewartet.',
      hint: 'Das nächste Gerät, das nach einem Rezept mit erster Verbindung besteht, steht hier.',
    },
  },
  watch: {
    title: 'Wie AWS beobachtet wird',
    none: 'Zurzeit wird kein Ziel beobachtet: Alle Geräte haben sich verbunden.',
    events: {
      off: 'wird in Runden gefragt',
      connecting: 'Verbindung mit den Nachrichten von AWS…',
      on: 'Nachrichten von AWS kommen, sobald sich Geräte verbinden',
      refused: 'wird in Runden gefragt: Die Identität der Station darf die Nachrichten des Kontos nicht hören',
      unreachable: 'die Nachrichten von AWS sind nicht erreichbar; solange wird in Runden gefragt',
    },
    onlyMessages:
      'Von Geräten, welche die Station selbst registriert (Massenaufgabe, RegisterThing, Zertifikate), sagen nur Nachrichten, dass sie sich verbunden haben: Solange die Identität nicht zuhören darf, bleiben sie wartend und werden überfällig. Was sie braucht, steht in der Richtlinie, die birthmark target cloudformation schreibt.',
    looked: 'Letzter Blick durch das Register:',
    never: 'noch keiner',
  },
  check: {
    title: 'AWS jetzt fragen',
    hint: 'Die Station fragt von selbst. Prüfen Sie jetzt, wenn Sie nicht warten wollen: Nach jedem Gerät, das sich nicht verbunden hat, wird einmal gefragt, einige in der Sekunde.',
    target: 'Ziel',
    start: 'Jetzt prüfen',
    stop: 'Prüfung anhalten',
    progress: 'Geräte, nach denen gefragt wurde',
    asked: 'nach {done, number} von {total, number} gefragt',
    changed: '{changed, plural, =0 {keines steht anders} one {# steht jetzt anders} other {# stehen jetzt anders}}',
    waiting: 'Wartet: AWS ist nicht erreichbar oder will weniger Aufrufe. Es geht von selbst weiter.',
    state: { running: 'Prüfung läuft', done: 'Geprüft', stopped: 'Angehalten', failed: 'Die Prüfung ist gescheitert' },
  },
  reasons: 'Was nicht stimmt, und was zu tun ist',
  showUnits: '{count, plural, one {Dieses Gerät} other {Diese # Geräte}} zeigen',
  reason: {
    templateFailed: {
      name: 'Vorlage gescheitert',
      what: '{count, plural, one {# Gerät kam, und seine Vorlage scheiterte} other {# Geräte kamen, und ihre Vorlage scheiterte}}',
      next: 'Vergleichen Sie die Vorlage an der CA mit dem Subject des Zertifikats, und ihre Richtlinien und Gruppen mit dem Konto. Das Gerät kommt von selbst wieder, wenn es stimmt.',
    },
    notActivated: {
      name: 'nicht aktiviert',
      what: '{count, plural, one {# Gerät kam und wurde nicht aktiviert} other {# Geräte kamen und wurden nicht aktiviert}}',
      next: 'Die Funktion lief nicht oder scheiterte: Sehen Sie in AWS nach der Regel und dem Protokoll der Funktion. Bei einem Claim hat das Gerät sein Thing nicht verlangt.',
    },
    notAllowed: {
      name: 'auf keiner Erlaubnisliste',
      what: '{count, plural, one {# Gerät steht auf keiner Erlaubnisliste} other {# Geräte stehen auf keiner Erlaubnisliste}}',
      next: 'Setzen Sie den Auftrag auf die Erlaubnisliste des Ziels (Station, Aufträge, oder birthmark cloud allowlist put). Das Gerät kommt von selbst wieder.',
    },
    inactive: {
      name: 'inaktiv',
      what: '{count, plural, one {# Zertifikat ist inaktiv} other {# Zertifikate sind inaktiv}}',
      next: 'Aktivieren Sie es auf der Seite Zertifikate, oder finden Sie heraus, wer es deaktiviert hat.',
    },
    revoked: {
      name: 'gesperrt',
      what: '{count, plural, one {# Zertifikat ist in AWS gesperrt} other {# Zertifikate sind in AWS gesperrt}}',
      next: 'Es bleibt gesperrt. Soll das Gerät benutzt werden, arbeiten Sie es nach: Es bekommt einen anderen Schlüssel und ein anderes Zertifikat.',
    },
    missing: {
      name: 'fehlt in AWS',
      what: '{count, plural, one {# Zertifikat fehlt in AWS} other {# Zertifikate fehlen in AWS}}',
      next: 'Jemand hat es dort gelöscht. Ein Gerät einer CA mit Auto-Registrierung kommt von selbst zurück; jedes andere braucht ein Los.',
    },
    noThing: {
      name: 'kein Thing',
      what: '{count, plural, one {# Zertifikat hat kein Thing} other {# Zertifikate haben kein Thing}}',
      next: 'Die Vorlage oder die Funktion legt keines an, oder es wurde gelöscht. Berichtigen Sie das, und tun Sie die Geräte in ein Los.',
    },
    noPolicy: {
      name: 'keine Richtlinie',
      what: '{count, plural, one {# Zertifikat hat keine Richtlinie} other {# Zertifikate haben keine Richtlinie}}',
      next: 'Das Gerät kann sich nicht verbinden. Hängen Sie die Richtlinie in AWS an, und nehmen Sie sie in die Vorlage oder die Funktion auf.',
    },
    otherThing: {
      name: 'anderes Thing',
      what: '{count, plural, one {# Gerät hat ein anderes Thing, als ihm gesagt wurde} other {# Geräte haben andere Things, als ihnen gesagt wurde}}',
      next: 'Die Vorlage benennt Things nach einer anderen Regel als das Rezept. Bringen Sie beide in Einklang, bevor mehr Geräte entstehen.',
    },
    otherType: {
      name: 'anderer Typ',
      what: '{count, plural, one {# Thing hat einen anderen Typ} other {# Things haben einen anderen Typ}}',
      next: 'Die Vorlage gibt einen anderen Thing-Typ als den des Ziels. Berichtigen Sie eines von beiden.',
    },
  },
  neverCame: {
    what: '{count, plural, one {# Gerät ist überfällig: Es kam nicht} other {# Geräte sind überfällig: Sie kamen nicht}}',
    next: 'AWS weiß von keinem Fehler. Das Gerät mag im Lager sein, ohne Netz, oder abgewiesen werden, bevor AWS es sieht: falscher Endpunkt oder falsche Wurzel, kein Servername (SNI), eine falsche Uhr.',
  },
  list: 'Erste Verbindungen von Geräten',
  noMatch: 'Kein Gerät passt zu diesem Filter.',
  noMatchHint: 'Wählen Sie „Alle“ in einer der Listen darüber.',
  filter: { order: 'Auftrag', target: 'Ziel', state: 'Zustand', reason: 'Grund' },
  column: {
    unit: 'Gerät',
    state: 'Zustand',
    reason: 'Grund',
    when: 'Verbunden',
    from: 'Client und Adresse',
    target: 'Ziel',
    way: 'Weg',
  },
  due: 'fällig',
  tries: 'kam {count, number}-mal',
  source: {
    presence: 'von AWS gesehen',
    registry: 'im Register gesehen',
    index: 'im Flottenindex gesehen',
    bench: 'am Arbeitsplatz',
  },
  way: {
    bulk: 'Massenaufgabe',
    registerThing: 'RegisterThing',
    registerCertificate: 'mit seiner CA registriert',
    withoutCa: 'ohne CA registriert',
    jitp: 'JITP',
    jitr: 'JITR',
    claim: 'durch Claim',
    trustedUser: 'durch Vertrauensperson',
    stationClaim: 'Claim der Station',
  },
  export: {
    act: 'Als CSV ausgeben',
    tooMany: 'Mehr als {count, number} Zeilen: Nehmen Sie birthmark connections export.',
  },
  unit: {
    to: 'Erste Verbindung mit {target}',
    connected: 'als {client} von {address}',
    madeName: 'AWS hat das Thing {thing} angelegt.',
  },
};
