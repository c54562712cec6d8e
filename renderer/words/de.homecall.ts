import type { homeCall } from './en.homecall.ts';
import type { SameKeys } from './shape.ts';

export const homeCallDe = {
  connectNow: 'Jetzt verbinden',
  running: 'Lassen Sie das Gerät in Platz {slot} stecken. Es verbindet sich: {phase}.',
  connected: 'VERBUNDEN. Ziehen Sie das Gerät in Platz {slot} ab.',
  notConnected: 'NICHT VERBUNDEN: {phase}. Rufen Sie die Technik an Platz {slot}.',
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
