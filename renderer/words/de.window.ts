import type { keep, shiftWindow } from './en.window.ts';
import type { SameKeys } from './shape.ts';

/** Die Worte des Programmfensters: Speichern, Drucken, Einstellungen, Störungen. */
export const keepDe = {
  saved: '{name} gespeichert.',
  partHere: '{share, number, percent} sind da.',
  notSaved: 'Nicht gespeichert.',
  print: 'Drucken',
} as const satisfies SameKeys<typeof keep>;

export const shiftWindowDe = {
  reloaded:
    '{count, plural, one {Diese Seite blieb einmal stehen und wurde neu geladen, zuletzt um <when></when>.} other {Diese Seite blieb #-mal stehen und wurde neu geladen, zuletzt um <when></when>.}} Die Station arbeitete weiter.',
  reloadedLabel: 'Die Seite wurde neu geladen',
  seen: 'Verstanden',
  closing: 'Das Programm endet, sobald kein Gerät mehr in Arbeit ist.',
  closingLabel: 'Das Programm endet bald',
  stay: 'Offen lassen',
  keyboard: 'Bildschirmtastatur',
  hideKeyboard: 'Tastatur ausblenden',
  keys: { shift: 'Großbuchstaben', signs: 'Zeichen', space: 'Leerzeichen', erase: 'Löschen', enter: 'Eingabe' },
  set: {
    intro: 'Was für dieses Fenster auf diesem Rechner gilt, gleich welche Station offen ist.',
    screen: 'Bildschirm',
    display: 'Monitor',
    firstDisplay: 'Der erste des Systems',
    displayName: '{label} · {width, number, ::group-off} × {height, number, ::group-off}',
    unnamed: 'Monitor {number}',
    displayGone: '{label} (zurzeit nicht angeschlossen)',
    kiosk: 'Den ganzen Bildschirm füllen; nur die Technik verlässt ihn',
    kioskHint:
      'Das Fenster lässt sich dann nicht schließen. Was das System selbst anbietet, etwa Strg+Alt+Entf, geht weiterhin.',
    leave: 'Vollbild jetzt verlassen',
    leaveHint: 'Bis das Programm neu startet.',
    enter: 'Bildschirm wieder füllen',
    start: 'Mit diesem Rechner starten',
    startHint: 'Wenn sich dieser Benutzer am Rechner anmeldet.',
    zoom: 'Größe von allem',
    percent: '{percent, number} %',
    zoomHint: 'Auch mit Strg und +, − oder 0.',
    printer: 'Drucker',
    askPrinter: 'Jedes Mal fragen',
    printerGone: '{name} (zurzeit nicht gefunden)',
    printerHint: 'Ein hier gewählter Drucker druckt sofort.',
    graphics: 'Zeichnen',
    hardware: 'Mit der Grafikkarte',
    software: 'Ohne die Grafikkarte',
    graphicsHint: 'Ab dem nächsten Start. Stellt sich von selbst um, wenn der Grafikprozess verloren ging.',
    save: 'Fenstereinstellungen speichern',
    state: 'Seit dem Programmstart',
    reloads: 'Seite neu geladen',
    graphicsLosses: 'Grafikprozess verloren',
    drawing: 'Zeichnet jetzt',
  },
} as const satisfies SameKeys<typeof shiftWindow>;
