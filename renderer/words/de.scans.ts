import type { scanner, scans } from './en.scans.ts';
import type { SameKeys } from './shape.ts';

export const scansDe = {
  refused: 'Nicht angenommen',
  refusedText: 'Nicht angenommen: {text}',
  again: 'Scannen Sie noch einmal.',
  story: 'Etikett {text}: hier ist seine Geschichte.',
  order: 'Auftrag {text}: hier sind seine Geräte.',
  signIn: 'Ausweis {text}: jetzt die PIN.',
  unheard: 'Die Seite wurde neu geladen. Haben Sie eben gescannt, scannen Sie noch einmal.',
  field: '{text} steht jetzt in „{field}“.',
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
    ownBadge: 'Das ist Ihr eigener Ausweis. Sie sind angemeldet.',
    isOrder: 'Das ist das Etikett eines Auftrags, nicht eines Geräts. Scannen Sie das Etikett mit der Seriennummer.',
    notChosen: 'Niemand hat gesagt, was es ist.',
    teaching: 'Auf diesem Bildschirm wird gerade ein Scanner angelernt. Beenden Sie das zuerst.',
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
  about:
    'Ein Scanner, der wie eine Tastatur tippt, wird einmal angelernt. Die Station weiß dann, wie seine Scans beginnen und enden, wie schnell er ist und welche Taste für welches Zeichen steht, gleich welche Sprache dieser PC hat.',
  empty: 'Noch kein Scanner angelernt',
  emptyHint:
    'Scans gelingen, solange der Scanner am Ende Enter sendet und die Tastaturbelegung dieses PCs hat. Lernen Sie ihn an, dann ist es sicher.',
  teach: 'Scanner anlernen',
  again: 'Neu anlernen',
  forget: 'Vergessen',
  forgetTitle: 'Den Scanner vergessen?',
  forgetMeaning: 'Scans werden dann so gelesen, wie Scanner ab Werk senden. Sie können ihn jederzeit neu anlernen.',
  forgotten: 'Der Scanner ist vergessen.',
  undo: 'Rückgängig',
  kept: 'Angelernt von {by}, <at></at>',
  fact: {
    suffix: 'Endet mit',
    prefix: 'Beginnt mit',
    gap: 'Längste Pause',
    keys: 'Zeichen',
    separator: 'GS1-Trennzeichen',
  },
  end: { enter: 'Enter', lf: 'Strg+J (LF)', tab: 'Tab', none: 'nichts: eine Pause beendet den Scan' },
  noPrefix: 'nichts',
  ms: '{ms, number} ms',
  count: '{count, number} angelernt',
  separatorYes: 'angelernt: {key}',
  separatorNo: 'nicht angelernt: Etiketten mit GS1-Trennzeichen werden abgelehnt',
  step: 'Code {step, number} von {total, number}',
  code: {
    digits: 'Scannen Sie die Ziffern',
    upper1: 'Scannen Sie die Großbuchstaben A bis M',
    upper2: 'Scannen Sie die Großbuchstaben N bis Z',
    lower1: 'Scannen Sie die Kleinbuchstaben a bis m',
    lower2: 'Scannen Sie die Kleinbuchstaben n bis z',
    signs: 'Scannen Sie die Sonderzeichen',
    separator: 'Scannen Sie den GS1-Code',
  },
  codeAlt: 'Strichcode mit dem Text {text}',
  waiting: 'Die Station wartet auf den Scan. Halten Sie den Scanner auf den Code und drücken Sie ab.',
  laser: 'Ein Laserscanner liest keine Bildschirme: drucken Sie diese Seite und scannen Sie vom Papier.',
  print: 'Codes drucken',
  skip: 'Unsere Etiketten haben keine GS1-Codes: überspringen',
  stop: 'Anlernen beenden',
  came: 'Tasten, wie sie kamen',
  cameEmpty: 'Noch kam nichts.',
  key: 'Taste',
  place: 'Ort',
  gap: 'Nach',
  meant: 'Gemeint',
  more: 'und {count, number} weitere',
  taken: 'Vollständig gelesen: {text}',
  set: 'Zuerst einstellen',
  problem: {
    capsLock: 'Die Feststelltaste ist an. Schalten Sie sie aus und scannen Sie noch einmal.',
    inputMethod:
      'Eine Eingabemethode dieses PCs fängt die Tasten ab. Stellen Sie sie auf einfache Buchstaben und scannen Sie noch einmal.',
    repeat: 'Eine Taste wiederholte sich von selbst. Scannen Sie noch einmal; bleibt es so, prüfen Sie das Kabel.',
    slow: 'Der Scanner macht {ms, number} ms Pause zwischen Tasten: so langsam ist auch ein Mensch. Stellen Sie seine Zeichenverzögerung (inter-character delay) auf 0 und scannen Sie noch einmal.',
    short:
      'Es fehlen Zeichen: {found, number} von {wanted, number} kamen an. Scannen Sie noch einmal; bleibt es so, stellen Sie am Scanner ein, dass er alle Zeichen sendet, und seine Tastatur auf US-Englisch.',
    unnamedKey:
      'Der Scanner sendet Tasten, die hier keinen Namen haben. Stellen Sie seine Tastatur auf US-Englisch oder auf Alt-Codes und scannen Sie noch einmal.',
    sameKey:
      'Verschiedene Zeichen kamen als dieselbe Taste. Stellen Sie am Scanner ein, dass er Groß- und Kleinschreibung nicht ändert, und seine Tastatur auf US-Englisch; beginnen Sie dann von vorn.',
    suffix:
      'Der Scan endet mit mehr als zwei Tasten. Stellen Sie ein Enter als Suffix ein und scannen Sie noch einmal.',
    suffixVaries:
      'Die Scans enden verschieden. Stellen Sie für alle Codearten ein Enter als Suffix ein und beginnen Sie von vorn.',
    prefixVaries:
      'Die Scans beginnen verschieden. Stellen Sie für alle Codearten dasselbe Präfix ein, oder keines, und beginnen Sie von vorn.',
    prefixUnknown:
      'Die Scans beginnen mit einer Taste, die in keinem der Codes vorkommt. Stellen Sie ein Präfix aus Buchstaben, Ziffern oder Sonderzeichen ein, oder keines, und beginnen Sie von vorn.',
    separatorLost:
      'Das Trennzeichen ging verloren: die Funktionstasten-Zuordnung ist aus. Schalten Sie sie am Scanner ein (GS als F8, Strg+] oder Alt+029) und scannen Sie noch einmal, oder überspringen Sie.',
    otherCode: 'Das war ein anderer Code. Scannen Sie den auf diesem Bildschirm.',
  },
  learned: 'Das hat die Station gelernt',
  bent: 'Scanner und PC haben verschiedene Belegungen. Die Station stellt diese Zeichen richtig: {chars}',
  straight: 'Scanner und PC haben dieselbe Belegung.',
  aim: 'Der Scanner nennt zuerst die Codeart (AIM-Kennung). GS1-Regeln nutzen sie.',
  noSuffix:
    'Der Scanner sendet am Ende nichts. Das geht, aber jeder Scan wartet auf eine Pause, und ein abgebrochener kann für ganz gehalten werden. Besser: stellen Sie Enter als Suffix ein und lernen Sie ihn neu an.',
  overlaps:
    'Der Scanner drückt Tasten, bevor er die vorige loslässt. Zwei Scanner zugleich sind dann schwerer zu unterscheiden.',
  tryIt: 'Zuletzt: scannen Sie dies als Probe',
  tryOk: 'Gelesen wie gedruckt: {text}',
  tryBad: 'Es kam falsch an: {text}. Scannen Sie noch einmal, oder beginnen Sie von vorn.',
  tryRefused: 'Der Scan wurde abgelehnt. Scannen Sie noch einmal, oder beginnen Sie von vorn.',
  keep: 'Für diese Station behalten',
  restart: 'Von vorn beginnen',
} as const satisfies SameKeys<typeof scanner>;
