import type { drivers } from './en.drivers.ts';
import type { SameKeys } from './shape.ts';

export const driversDe = {
  place: 'USB-Platz {place}',
  notFound: 'Dort steckt gerade nichts.',
  ask: 'Gerät fragen',
  askSlot: 'Das Gerät an Platz {slot} fragen, welchen Treiber es braucht',
  answered: 'Das Gerät spricht {driver}.',
  settingOfSlot: '{setting} von Steckplatz {slot}',
  setting: {
    secTag: 'Security-Tag',
    shell: 'AT-Befehle',
    certificateLabel: 'Label des Zertifikats',
    rootCaLabel: 'Label des Root',
    baud: 'Geschwindigkeit in Baud',
    flowControl: 'Flusskontrolle',
    dtr: 'DTR beim Öffnen',
    rts: 'RTS beim Öffnen',
    terminator: 'Zeilenende',
    pieceBytes: 'Bytes auf einmal',
    gapMs: 'Pause danach in ms',
  },
  choice: {
    shell: { auto: 'Herausfinden', raw: 'Wie sie sind', at: 'Mit dem Shell-Befehl „at“' },
    flowControl: { none: 'Keine (drei Drähte)', rtscts: 'RTS/CTS', xonxoff: 'XON/XOFF' },
    dtr: { on: 'An', off: 'Aus' },
    rts: { on: 'An', off: 'Aus' },
    terminator: { cr: 'CR', lf: 'LF', crlf: 'CR LF', nul: 'NUL' },
  },
  line: {
    title: 'Leitung von Steckplatz {slot}',
    open: 'wie Rezept oder Treiber sagen',
    chosen: '{count, plural, one {# eigene Einstellung} other {# eigene Einstellungen}}',
    intro:
      'Nur einstellen, was hier anders verdrahtet ist. Die Wahl des Steckplatzes geht vor der des Rezepts, und diese vor der des Treibers. Mit RTS/CTS steuert die Flusskontrolle RTS.',
    inUse: 'Leitung von Steckplatz {slot} für das nächste Gerät',
    leave: 'Wie Rezept oder Treiber sagen',
    from: { place: 'dieser Steckplatz', recipe: 'das Rezept', driver: 'der Treiber' },
  },
  usual: 'Üblich: {value}',
  wrong: {
    number: 'Eine Zahl von {least} bis {most}.',
    text: 'Höchstens {longest} Zeichen.',
  },
} satisfies SameKeys<typeof drivers>;
