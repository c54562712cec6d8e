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
  },
  choice: {
    shell: { auto: 'Herausfinden', raw: 'Wie sie sind', at: 'Mit dem Shell-Befehl „at“' },
  },
  usual: 'Üblich: {value}',
  wrong: {
    number: 'Eine Zahl von {least} bis {most}.',
    text: 'Höchstens {longest} Zeichen.',
  },
} satisfies SameKeys<typeof drivers>;
