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
    again: 'Noch einmal versuchen',
  },
} as const satisfies SameKeys<typeof session>;
