import type { homeCall, would } from './en.homecall.ts';
import type { SameKeys } from './shape.ts';

export const homeCallDe = {
  connectNow: 'Jetzt verbinden',
  running: 'Lassen Sie das Gerät in Steckplatz {slot}. Es verbindet sich: {phase}.',
  connected: 'VERBUNDEN. Ziehen Sie das Gerät aus Steckplatz {slot}.',
  notConnected: 'GUT gilt, Verbindung schlug fehl ({phase}). Steckplatz {slot} abziehen.',
  short: { running: 'Verbindet', connected: 'Verbunden', notConnected: 'Nicht verbunden' },
  fact: 'Verbindung',
  where: 'Verbunden mit',
  whereValue: '{host}:{port} als {client}, Thema {topic}',
  tries: '{tries, plural, one {# Versuch} other {# Versuche}}',
  phases: 'Phasen der Verbindung',
  phase: { dns: 'DNS', tcp: 'TCP', tls: 'TLS', connect: 'CONNECT', publish: 'Senden', policy: 'Richtlinie' },
  state: { ok: 'gelungen', failed: 'gescheitert', notReached: 'nicht erreicht' },
  device: 'das Gerät',
  remedy: {
    name: 'Der Name hat keine Adresse. Prüfen Sie den Endpunkt im Rezept und das DNS des Netzes am Platz.',
    network:
      'An diesem Port antwortet nichts. Prüfen Sie das Netz des Geräts, und ob eine Firewall Port 8883 durchlässt.',
    silence: 'Der Server sagt nichts. Prüfen Sie das Netz und versuchen Sie es noch einmal.',
    server:
      'Der Server ist nicht der Endpunkt des Geräts oder nicht unter der Wurzel, der das Gerät traut. Vergleichen Sie beides mit dem Rezept.',
    clock: 'Nach der Uhr des Geräts gilt das Zertifikat des Servers nicht. Stellen Sie zuerst die Uhr des Geräts.',
    store: 'Das Gerät kann nicht benutzen, was es hält. Fertigen Sie es noch einmal.',
    refused:
      'AWS nimmt das Zertifikat nicht: Es ist nicht registriert, nicht ACTIVE, oder seine CA ist es nicht. Fragen Sie „Würde es sich verbinden?“ auf der Seite des Geräts.',
    refusedClient:
      'AWS nimmt das Zertifikat, aber nicht die Client-ID: Eine Richtlinie muss dafür iot:Connect erlauben.',
    policy: 'Eine Richtlinie muss iot:Publish auf dem Thema des Geräts erlauben.',
    protocol: 'Die Gegenstelle spricht ein anderes Protokoll. Prüfen Sie Host und Port.',
  },
} as const satisfies SameKeys<typeof homeCall>;

export const wouldDe = {
  title: 'Würde es sich verbinden?',
  explain: 'Die Station hält das Gerät gegen sein Konto, ohne das Gerät selbst. Nichts wird geändert.',
  ask: 'Jetzt prüfen',
  again: 'Noch einmal prüfen',
  noTarget: 'kein Ziel',
  to: 'Als {client} an {target}',
  verdict: {
    yes: 'Es würde sich verbinden.',
    no: 'Es würde sich nicht verbinden.',
    unknown: 'Bisher ist nichts falsch. Nicht alles war zu erfragen.',
  },
  state: { ok: 'in Ordnung', wrong: 'falsch', unknown: 'nicht bekannt' },
  check: {
    endpoint: 'Endpunkt',
    root: 'Wurzel des Endpunkts',
    clock: 'Uhr des Geräts',
    validity: 'Gültigkeit',
    algorithm: 'Schlüssel und Signatur',
    records: 'Aufzeichnungen',
    ca: 'CA bei AWS',
    certificate: 'Zertifikat bei AWS',
    template: 'Vorlage und Antragsteller',
    thingName: 'Name des Dings',
    policy: 'Richtlinien',
  },
  remedy: {
    endpoint: 'Nehmen Sie den Endpunkt des Kontos ins Rezept, und fertigen Sie das Gerät noch einmal.',
    root: 'Schreiben Sie die Wurzel des Endpunkts ins Rezept, und fertigen Sie das Gerät noch einmal.',
    clock: 'Sorgen Sie dafür, dass die Firmware ihre Uhr stellt, bevor sie sich verbindet.',
    validity: 'Prüfen Sie die Uhr dieses Computers. Ein abgelaufenes Zertifikat ersetzt die Nacharbeit.',
    algorithm: 'Nehmen Sie ein Profil und eine Schlüsselart, die AWS IoT annimmt.',
    records: 'Geben Sie das Gerät in die Nacharbeit: Es braucht ein anderes Zertifikat.',
    ca: 'Registrieren Sie die CA im Konto, oder ändern Sie dort ihren Status, unter Station, AWS.',
    certificate: 'Registrieren Sie das Gerät, oder setzen Sie sein Zertifikat auf ACTIVE.',
    template: 'Lassen Sie das Profil diese Angaben schreiben, oder die Vorlage ohne sie auskommen.',
    thingName: 'Ein Name hat Buchstaben, Ziffern, „:“, „_“ und „-“, höchstens 128.',
    policy: 'Erlauben Sie es in der Richtlinie, und bringen Sie die Richtlinie ins Konto.',
  },
} as const satisfies SameKeys<typeof would>;
