import type { exports } from './en.exports.ts';
import type { SameKeys } from './shape.ts';

/** Die Wörter der Seite, auf der die QS Einträge aus den Aufzeichnungen mitnimmt. */
export const exportsDe = {
  open: 'Mit Beweisen ausgeben',
  back: 'Protokoll',
  title: 'Ausgabe',
  hint: 'Einträge des Protokolls und der Lebensläufe, die alle Bedingungen erfüllen. Leere Felder sind keine Bedingung.',
  scope: {
    unitSerial: 'Seriennummer',
    orderId: 'Auftrag',
    batchId: 'Los',
    operator: 'Name oder Ausweis',
    from: 'Erster Tag',
    to: 'Letzter Tag',
  },
  backwards: 'Der letzte Tag liegt vor dem ersten.',
  format: 'Format',
  formats: {
    bundle: {
      name: 'Bündel mit Beweisen (zip)',
      hint: 'Für Kunden oder Prüfer: es beweist sich überall selbst und zeigt nichts von anderen Aufträgen.',
    },
    csv: { name: 'CSV', hint: 'Für eine Tabelle: nur die Einträge.' },
    jsonl: { name: 'JSON Lines', hint: 'Für Programme: nur die Einträge, einer je Zeile.' },
  },
  start: 'Datei erstellen',
  stop: 'Anhalten',
  none: 'Seit dem Start der Station nichts ausgegeben.',
  noneHint: 'Wählen Sie, was, und erstellen Sie die Datei. Die Linie läuft weiter.',
  state: {
    running: 'Wird erstellt:',
    done: 'Fertig:',
    stopped: 'Angehalten, nichts wurde behalten:',
    failed: 'Gescheitert:',
  },
  everything: 'alle Einträge',
  soFar: 'bisher {done, number} Einträge',
  file: 'Im Ordner der Station',
  entries: 'Einträge',
  count: '{count, number}',
  log: 'Log',
  leaves: '{count, plural, one {# Blatt} other {# Blätter}}',
  root: 'Wurzel',
  save: 'Datei speichern',
  kept: 'Die Station behält sie bis zur nächsten Ausgabe.',
  birthRecord: 'Geburtsurkunde (PDF)',
} as const satisfies SameKeys<typeof exports>;
