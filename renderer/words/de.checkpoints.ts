import type { checkpoints } from './en.checkpoints.ts';
import type { SameKeys } from './shape.ts';

/** Die Worte der Prüfpunkte, die die Station veröffentlicht. */
export const checkpointsDe: SameKeys<typeof checkpoints> = {
  loading: 'Der Stand der Prüfpunkte wird erfragt …',
  none: 'Es werden keine Prüfpunkte veröffentlicht.',
  noneMeaning:
    'Ein Prüfpunkt ist der signierte Kopf des Protokolls. Liegt er, wo ihn an dieser Station niemand ändern kann, zeigt er später, dass niemand eine ältere Datei untergeschoben hat.',
  first: 'Es kam noch kein Prüfpunkt an.',
  last: 'Der letzte Prüfpunkt kam an: <time></time>.',
  lastOld: 'Der letzte Prüfpunkt ist zu alt: Er ist von <time></time>.',
  against:
    'Der Zeuge {witness} hat {held, number} Blätter eines anderen Protokolls dieser Station; hier waren es {size, number}. Jemand hat eine ältere Datei untergeschoben oder das Protokoll umgeschrieben. Rufen Sie die QS und lassen Sie den Datenordner, wie er ist.',
  proved: 'Er hat einen Prüfpunkt gezeigt, den diese Station signiert hat.',
  claimed: 'Er hat keinen Prüfpunkt gezeigt, es gibt nur sein Wort. Fragen Sie seinen Betreiber.',
  askEngineer: 'Die Technik kann einen Ordner, einen Bucket oder einen Zeugen dafür wählen.',
  publish: 'Jetzt einen veröffentlichen',
  places: 'Wohin sie gehen',
  place: 'Ort',
  kind: { folder: 'Ordner', bucket: 'Bucket', witness: 'Zeuge' },
  arrived: 'Zuletzt angekommen',
  leaves: 'Blätter des Protokolls',
  state: 'Zustand',
  well: 'Angekommen',
  waits: 'Noch nichts',
  failed: 'Kommt nicht an',
  next: 'Nächster: <time></time>',
  key: 'Schlüssel des Protokolls dieser Station',
  keyMeaning: 'Für die Betreiber von Zeugen und für alle, die eine Ausgabe prüfen.',
  copyKey: 'Schlüssel kopieren',
  set: {
    title: 'Einstellungen',
    when: 'Wann',
    everyHours: 'Alle … Stunden',
    at: 'Täglich um',
    overdueHours: 'Zu alt nach … Stunden',
    shiftEnd: 'Am Schichtende: nach dem Kalender, bei der Übergabe, wenn sich der Letzte abmeldet',
    also: 'Auch bei jeder Ausgabe geht einer hinaus. Ohne Netz wartet er und wird noch einmal versucht.',
    folder: 'Ordner',
    folderHint:
      'Am besten auf einem anderen Rechner, wo man Dateien ablegen, aber nicht ändern kann. Leer heißt: keiner.',
    target: 'S3-Bucket des Ziels',
    noBucket: 'Keiner',
    bucket: 'Ein anderer Bucket',
    bucketOfTarget: 'der des Ziels',
    prefix: 'Schlüssel beginnen mit',
    lock: 'Object Lock',
    noLock: 'Keine Sperre',
    governance: 'Governance',
    compliance: 'Compliance',
    complianceMeaning:
      'Im Compliance-Modus entfernt sie vor Ablauf der Zeit niemand, auch nicht der Root-Benutzer von AWS.',
    days: 'Gesperrt für Tage',
    witnesses: 'Zeugen',
    witnessHint:
      'Je eine Zeile: Adresse, Leerzeichen, Schlüssel (name+id+key). Geben Sie ihm dann den Schlüssel dieser Station.',
    witnessProblem: 'Jede Zeile braucht eine Adresse, ein Leerzeichen und einen Schlüssel wie name+1a2b3c4d+BASE64.',
    numberProblem: 'Eine passende ganze Zahl',
    formProblem: 'Das hat nicht die richtige Form',
    save: 'Speichern',
    saved: 'Gespeichert.',
  },
  warning: {
    contradicted: 'Ein Zeuge hat ein anderes Protokoll dieser Station.',
    overdue: 'Seit zu langer Zeit kam kein Prüfpunkt des Protokolls an.',
    failed: 'Ein Prüfpunkt des Protokolls kam nicht an.',
  },
};
