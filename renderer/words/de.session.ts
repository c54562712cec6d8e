import type { session } from './en.session.ts';
import type { SameKeys } from './shape.ts';

/** Die Worte rund um die Anmeldung, und die einer Seite, die nicht eingelassen wird. */
export const sessionDe = {
  idle: {
    label: 'Sie werden gleich abgemeldet',
    what: 'Hier hat länger niemand etwas getan.',
    left: 'Abmeldung in {seconds, plural, one {# Sekunde} other {# Sekunden}}.',
    stay: 'Angemeldet bleiben',
  },
  idleSetting: {
    title: 'Abmeldung von selbst',
    meaning:
      'Wer so lange nichts gedrückt, getippt oder gescannt hat, wird nach einer Warnung abgemeldet. Geräte in Arbeit laufen weiter.',
    choice: '{minutes, plural, =0 {Nie von selbst} one {Nach # Minute} other {Nach # Minuten}}',
    saved: 'Gespeichert.',
  },
  qa: {
    why: 'Niemand, der am Platz arbeiten darf, ist angemeldet',
    act: 'Bedienung oder Technik meldet sich an, um am Platz zu arbeiten.',
  },
  people: {
    lastEngineer: 'Die letzte Person der Technik. Fügen Sie zuerst eine weitere hinzu.',
    deactivateMyself:
      'Sie werden sofort abgemeldet, und Ihr Ausweis gilt nicht mehr. Was Sie getan haben, bleibt in den Aufzeichnungen.',
    list: 'Personen',
    lastSignIn: 'Zuletzt angemeldet',
    never: 'Noch nie',
    signIns: 'Falsche PINs',
    none: 'Keine',
    wrong: '{count, plural, one {# falsche PIN} other {# falsche PINs}}',
    locked: 'Gesperrt, noch {time}',
    unlock: 'Entsperren',
    unlockPerson: 'Ausweis von {name} entsperren',
    pinGiven: 'PIN von der Technik, noch nicht geändert',
    fromPlant: 'Vom Werk: Rolle, Ausweis und PIN werden dort geändert',
    elsewhere: 'Bekannt aus {source}: kann sich hier nicht anmelden',
    former: '{count, plural, one {# früherer Ausweis} other {# frühere Ausweise}}',
    formerOne: '{badge}: {reason}, {actor}',
    reason: { lost: 'verloren', damaged: 'beschädigt', other: 'anderer Grund' },
    acts: 'Mehr zu {name}',
    inLog: 'Im Protokoll',
    qa: 'Personen ändert die Technik. Hier können Sie sie ansehen.',
    activate: {
      open: 'Wieder aktivieren',
      title: '{name} wieder aktivieren?',
      meaning: 'Der Ausweis {badge} gilt wieder, mit der PIN und der Rolle, die {name} hatte.',
      go: 'Aktivieren',
    },
    replaceBadge: {
      open: 'Ausweis ersetzen',
      title: 'Ein anderer Ausweis für {name}',
      meaning:
        'Der Ausweis {badge} gilt sofort nicht mehr, und {name} wird abgemeldet. Name, Rolle, PIN und Aufzeichnungen bleiben. Keine andere Person kann {badge} bekommen.',
      badge: 'Neue Ausweisnummer',
      why: 'Warum',
      go: 'Ersetzen',
    },
    setRole: {
      open: 'Rolle ändern',
      title: 'Eine andere Rolle für {name}',
      meaning:
        'Sie gilt sofort, auch wo {name} jetzt angemeldet ist. Was {name} getan hat, bleibt in den Aufzeichnungen.',
      go: 'Ändern',
    },
    setPin: {
      open: 'Neue PIN geben',
      title: 'Eine neue PIN für {name}',
      meaning:
        'Für jemanden, der seine PIN vergessen hat. {name} wird abgemeldet, und eine Sperre des Ausweises endet. Sie kennen diese PIN: Solange {name} sie nicht ändert, kann {name} nicht als zweite Person zustimmen.',
      pin: 'Neue PIN',
      go: 'Geben',
    },
  },
  handOver: {
    open: 'Übergeben',
    title: 'An die nächste Person übergeben',
    lead: 'Die nächste Person scannt ihren Ausweis.',
    stays: '{name} bleibt angemeldet, bis die PIN stimmt.',
    atWork:
      '{count, plural, =0 {Kein Gerät ist in Arbeit.} one {# Gerät ist in Arbeit und läuft weiter. Die Aufzeichnungen nennen beide Personen.} other {# Geräte sind in Arbeit und laufen weiter. Die Aufzeichnungen nennen beide Personen.}}',
    go: 'Übernehmen',
  },
  door: {
    none: {
      title: 'Dieser Tab ist nicht eingelassen',
      what: 'Die Station lässt nur Seiten ein, die mit einer Adresse von ihr geöffnet wurden. Ein neuer Tab braucht eine neue.',
      next: 'Drücken Sie im Terminal der Station die Eingabetaste. Öffnen Sie die Adresse, die dort erscheint.',
    },
    spent: {
      title: 'Diese Adresse wurde schon benutzt',
      what: 'Eine Adresse lässt eine Seite ein, einmal.',
      next: 'Drücken Sie im Terminal der Station die Eingabetaste. Öffnen Sie die neue Adresse, die dort erscheint.',
    },
    forgotten: {
      title: 'Die Station kennt diese Seite nicht mehr',
      what: 'Sie wurde neu gestartet oder war lange ohne diese Seite. Nichts ist verloren: Geräte und Aufzeichnungen sind in der Station.',
      next: 'Öffnen Sie die Adresse, die die Station beim Start ausgegeben hat. Die Eingabetaste in ihrem Terminal gibt eine neue aus.',
    },
    full: {
      title: 'Zu viele Seiten sind offen',
      what: 'Die Station bedient sechzehn Seiten zugleich.',
      next: 'Schließen Sie eine, die niemand braucht. Versuchen Sie es dann noch einmal.',
    },
    gone: {
      title: 'Die Station antwortet nicht',
      what: 'Sie wurde angehalten oder startet gerade neu. Geräte und Aufzeichnungen sind in der Station; mit dieser Seite geht nichts verloren.',
      next: 'Starten Sie die Station wieder, wenn sie angehalten wurde. Diese Seite kommt von selbst zurück.',
    },
    noTerminal: 'Starten Sie die Station neu. Öffnen Sie die Adresse, die sie dann ausgibt.',
    again: 'Noch einmal versuchen',
  },
} as const satisfies SameKeys<typeof session>;
