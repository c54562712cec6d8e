/** The words of the system's dialogs and of the page of last resort. The screens have their own tables. */
export type Locale = 'en' | 'de';

const en = {
  atWork: (units: number) => (units === 1 ? '1 unit is at work.' : `${units} units are at work.`),
  ask: 'If you close Birthmark now, these units stop. Each one goes on at its next scan; nothing is signed twice and nothing is lost.',
  stay: 'Stay',
  wait: 'Close when they are done',
  now: 'Close now',
  unsaved: 'There is text that is not saved.',
  unsavedAsk: 'If you leave the page now, what you typed is lost.',
  leaveText: 'Leave without saving',
  save: 'Save',
  trouble: 'This page keeps stopping.',
  goesOn: 'The station goes on: units at work are finished, and nothing is lost.',
  again: 'Show the page again',
  restart: 'Start Birthmark again',
  restartHint: 'Units at work are finished first. Then the program ends and starts again, and you sign in.',
  call: 'If this page comes back, call an engineer. The log of the station says when and how the page stopped.',
};

const de: typeof en = {
  atWork: (units: number) => (units === 1 ? '1 Gerät ist in Arbeit.' : `${units} Geräte sind in Arbeit.`),
  ask: 'Wenn Sie Birthmark jetzt schließen, hält die Arbeit an diesen Geräten an. Jedes geht beim nächsten Scan weiter; nichts wird doppelt signiert, nichts geht verloren.',
  stay: 'Offen lassen',
  wait: 'Schließen, wenn sie fertig sind',
  now: 'Jetzt schließen',
  unsaved: 'Es gibt Text, der nicht gespeichert ist.',
  unsavedAsk: 'Wenn Sie die Seite jetzt verlassen, ist verloren, was Sie getippt haben.',
  leaveText: 'Ohne Speichern verlassen',
  save: 'Speichern',
  trouble: 'Diese Seite bleibt immer wieder stehen.',
  goesOn: 'Die Station arbeitet weiter: Geräte in Arbeit werden fertig, nichts geht verloren.',
  again: 'Seite wieder zeigen',
  restart: 'Birthmark neu starten',
  restartHint:
    'Geräte in Arbeit werden erst fertig. Dann endet das Programm und startet neu; Sie melden sich wieder an.',
  call: 'Wenn diese Seite wiederkommt, rufen Sie die Technik. Im Log der Station steht, wann und wie die Seite stehen blieb.',
};

export const nativeWords = { en, de } as const;

/** Our language for a system locale such as `de-AT`. */
export const localeOf = (system: string): Locale => (system.toLowerCase().startsWith('de') ? 'de' : 'en');
