import type { scanner, scans } from './en.scans.ts';
import type { SameKeys } from './shape.ts';

export const scansDe = {
  refused: 'Nicht angenommen',
  refusedText: 'Nicht angenommen: {text}',
  again: 'Scannen Sie noch einmal.',
  story: 'Etikett {text}: hier ist seine Geschichte.',
  order: 'Auftrag {text}: hier sind seine Geräte.',
  signIn: 'Ausweis {text}: jetzt die PIN.',
  field: '{text} steht jetzt in „{field}“.',
  test: 'Für die Probe gelesen: {text}',
  trouble: {
    pause: 'Der Scan stockte in der Mitte, ein Teil kann fehlen.',
    hole: 'Der Scan hat eine Lücke, ein Zeichen kann fehlen.',
    followed: 'Gleich nach dem Ende des Scans kamen weitere Tasten.',
    near: 'Kurz vor dem Scan kamen andere Tasten.',
    rest: 'Der Scan davor brach ab, und dies kann sein Rest sein.',
    overlap: 'Zwei Quellen tippten zugleich: ein zweiter Scanner oder ein Mensch.',
    strangeKey:
      'Der Scan enthält eine Taste, die die Station nicht kennt: {key}. Bleibt das so, lernt die Technik den Scanner an.',
    repeat: 'Eine Taste des Scans wiederholte sich von selbst.',
    capsLock: 'Die Feststelltaste ist an. Schalten Sie sie aus.',
    noSuffix:
      'Der Scan hat kein Ende. Bleibt das so, stellt die Technik am Scanner Enter als Ende ein oder lernt ihn an.',
    otherSuffix: 'Der Scan endet anders als üblich. Bleibt das so, lernt die Technik den Scanner an.',
    noPrefix: 'Der Scan beginnt nicht so, wie es diese Station gelernt hat.',
    empty: 'Der Scan war leer.',
    long: 'Der Scan ist zu lang für ein Etikett.',
    left: 'Mitten im Scan kam ein anderes Fenster nach vorn.',
  },
  why: {
    signInFirst:
      'Melden Sie sich zuerst an, dann scannen Sie noch einmal. Ist dies Ihr Ausweis, kennt ihn die Station nicht: fragen Sie die Technik.',
    dialog: 'Ein Fenster ist offen: beantworten oder schließen Sie es, dann scannen Sie noch einmal.',
    badgeAsked: 'Diesen Ausweis kennt die Station nicht. Scannen Sie Ihren Ausweis, oder schließen Sie die Anmeldung.',
    notBadge: 'Das ist kein Ausweis. Scannen Sie den Ausweis.',
    notSerial: 'Das ist kein Geräteetikett. Scannen Sie für dieses Feld ein Etikett mit einer Seriennummer.',
    notOrder: 'Das ist kein Auftrag. Scannen Sie für dieses Feld das Etikett des Auftrags.',
    isBadge: 'Das ist ein Ausweis. Melden Sie sich erst ab, wenn jemand anderes weiterarbeitet.',
    isOrder: 'Das ist das Etikett eines Auftrags, nicht eines Geräts. Scannen Sie das Etikett mit der Seriennummer.',
    notChosen: 'Niemand hat gesagt, was es ist.',
  },
  choose: {
    title: 'Was haben Sie gescannt?',
    lead: '{text} passt auf mehr als eine Regel. Wählen Sie, was es ist.',
    unit: 'Ein Geräteetikett: {value}',
    badge: 'Ein Ausweis: {value}',
    order: 'Das Etikett eines Auftrags: {value}',
    none: 'Nichts davon: vergessen',
  },
  unitsOf: 'Geräte des Auftrags {order}',
  allUnits: 'Geräte aller Aufträge zeigen',
} as const satisfies SameKeys<typeof scans>;

export const scannerDe = {
  title: 'Tastaturscanner',
} as const satisfies SameKeys<typeof scanner>;
