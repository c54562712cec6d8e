import type { drift } from './en.drift.ts';
import type { SameKeys } from './shape.ts';

/** Die Wörter der Seite, die AWS mit den Aufzeichnungen vergleicht. */
export const driftDe = {
  open: 'Mit AWS vergleichen',
  title: 'AWS und die Aufzeichnungen',
  hint: 'Listet die Zertifikate unserer CAs im Konto auf und vergleicht sie mit den Aufzeichnungen. Weder hier noch bei AWS ändert sich etwas.',
  target: 'Ziel',
  things: 'Auch nach dem Thing jedes Geräts fragen',
  thingsHint: 'Ein Aufruf je Gerät, zehn je Sekunde: 36 000 Geräte dauern eine Stunde.',
  start: 'Jetzt vergleichen',
  stop: 'Vergleich anhalten',
  empty: 'Seit dem Start der Station nicht verglichen.',
  emptyHint: 'Wählen Sie ein Ziel und vergleichen Sie. 2 500 Zertifikate dauern eine Sekunde.',
  state: {
    running: 'Vergleicht mit {target}',
    done: 'Mit {target} verglichen',
    stopped: 'Vergleich mit {target} angehalten',
    failed: 'Vergleich mit {target} gescheitert',
  },
  waiting: 'Wartet: AWS ist nicht erreichbar oder bat um weniger Aufrufe. Es geht von selbst weiter.',
  seen: '{certificates, number} Zertifikate von AWS aufgelistet, {units, number} registrierte Geräte angesehen.',
  same: 'Kein Unterschied.',
  sameSoFar: 'Bisher kein Unterschied.',
  earlier: 'Zurück',
  later: 'Weiter',
  shown: '{from, number} bis {to, number} von {count, number}',
  export: 'Als CSV ausgeben',
  most: 'Die ersten {count, number} sind behalten. Klären Sie diese, und vergleichen Sie noch einmal.',
  certificate: 'Zertifikat {id}…',
  found: {
    missing: 'nicht bei AWS',
    status: 'Zustand bei AWS: {found}',
    noThing: 'kein Thing',
    things: 'Thing: {found}',
  },
  kind: {
    missing: {
      what: '{count, plural, one {# registriertes Gerät fehlt bei AWS} other {# registrierte Geräte fehlen bei AWS}}',
      next: 'Sein Zertifikat wurde dort gelöscht. Das Gerät kann sich nicht verbinden. Klären Sie, wer es gelöscht hat; mit einem neuen Zertifikat (Nacharbeit) kommt das Gerät wieder in ein Los.',
    },
    inactive: {
      what: '{count, plural, one {# registriertes Gerät ist nicht aktiv} other {# registrierte Geräte sind nicht aktiv}}',
      next: 'Das Gerät kann sich nicht verbinden. Wollte das niemand, aktivieren Sie das Zertifikat bei AWS. Ein widerrufenes bleibt widerrufen: Nacharbeit.',
    },
    stillActive: {
      what: '{count, plural, one {# Zertifikat außer Gebrauch ist noch aktiv} other {# Zertifikate außer Gebrauch sind noch aktiv}}',
      next: 'Es wurde hier widerrufen oder ersetzt. Die Station sagt es AWS aus ihrer Warteschlange; die Seite der Zertifikate zeigt, warum sie es noch nicht konnte.',
    },
    notRecorded: {
      what: '{count, plural, one {# Zertifikat ist ohne ein Los von uns bei AWS} other {# Zertifikate sind ohne ein Los von uns bei AWS}}',
      next: 'Es wurde anders registriert, oder ein Bericht nannte es nicht. Nehmen Sie das Gerät in ein Los; was es bei AWS gibt, bleibt.',
    },
    unknown: {
      what: '{count, plural, one {# Zertifikat ist nicht aufgezeichnet} other {# Zertifikate sind nicht aufgezeichnet}}',
      next: 'Laut AWS hat es unsere CA signiert, und diese Station hat es nicht ausgestellt. War es auch keine andere Station mit dieser CA, kann der Schlüssel der CA in fremden Händen sein: siehe die Seite über Widerruf.',
    },
    noThing: {
      what: '{count, plural, one {# Gerät hat kein Thing} other {# Geräte haben kein Thing}}',
      next: 'Das Thing wurde gelöscht oder sein Zertifikat gelöst. Hängen Sie es bei AWS wieder an.',
    },
    otherThing: {
      what: '{count, plural, one {# Zertifikat hat ein anderes Thing} other {# Zertifikate haben ein anderes Thing}}',
      next: 'Jemand hat es bei AWS angehängt. Sehen Sie nach, welches Thing das richtige ist, und lösen Sie dort das andere.',
    },
  },
} as const satisfies SameKeys<typeof drift>;
