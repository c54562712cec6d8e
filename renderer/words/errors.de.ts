import type { ErrorTable } from './errortable.ts';

/** Was geschah, was es bedeutet, was zu tun ist: für jeden Code des Katalogs. */
export const errorsDe: ErrorTable = {
  'session.signedOut': {
    what: 'Niemand ist angemeldet.',
    meaning: 'Es ist nichts geschehen.',
    next: 'Melden Sie sich an und versuchen Sie es noch einmal.',
  },
  'session.wrongPin': {
    what: 'Ausweis und PIN gehören nicht zusammen.',
    meaning: 'Sie sind nicht angemeldet.',
    next: 'Prüfen Sie den Ausweis und tippen Sie die PIN noch einmal.',
  },
  'session.weakPin': {
    what: 'Diese PIN ist zu leicht zu erraten.',
    meaning: 'Es wurde nichts geändert.',
    next: 'Wählen Sie eine andere.',
  },
  'session.lockedOut': {
    what: 'Zu viele falsche PINs.',
    meaning: 'Dieser Ausweis muss etwas warten.',
    next: 'Warten Sie, bis die Zeit um ist, und versuchen Sie es dann noch einmal.',
  },
  'session.forbidden': {
    what: 'Ihre Rolle darf das nicht.',
    meaning: 'Es ist nichts geschehen.',
    next: 'Fragen Sie die Technik.',
  },
  'session.secondPerson': {
    what: 'Eine zweite Person muss zustimmen.',
    meaning: 'Es wurde nichts getan.',
    next: 'Bitten Sie QS oder Technik um Ausweis und PIN.',
  },
  'session.lastEngineer': {
    what: 'Das ist die letzte Person der Technik an dieser Station.',
    meaning: 'Sie bleibt: Ohne Technik könnte niemand die Station verwalten.',
    next: 'Nehmen Sie zuerst eine weitere Person der Technik auf.',
  },
  'session.unknownPage': {
    what: 'Die Station kennt diese Seite nicht.',
    meaning: 'Es wurde nichts getan.',
    next: 'Öffnen Sie eine neue Adresse, die die Station ausgibt.',
  },

  'call.malformed': {
    what: 'Bildschirm und Station verstehen sich nicht.',
    meaning: 'Es ist nichts geschehen.',
    next: 'Laden Sie den Bildschirm neu. Wenn es bleibt, melden Sie es.',
  },
  'call.unknownMethod': {
    what: 'Die Station kennt diesen Befehl nicht.',
    meaning: 'Es ist nichts geschehen.',
    next: 'Laden Sie den Bildschirm neu: Er kann von einer anderen Version sein.',
  },
  'call.badParams': {
    what: 'Eine Eingabe hat nicht die richtige Form.',
    meaning: 'Es ist nichts geschehen.',
    next: 'Berichtigen Sie sie und versuchen Sie es noch einmal.',
  },
  'call.tooLarge': {
    what: 'Das war zu viel auf einmal.',
    meaning: 'Es ist nichts geschehen.',
    next: 'Versuchen Sie es mit weniger.',
  },
  'call.stale': {
    what: 'Der Steckplatz war schon weiter.',
    meaning: 'Ihr Druck wurde nicht verwendet.',
    next: 'Sehen Sie auf die Kachel und folgen Sie ihr.',
  },
  'call.cancelled': {
    what: 'Es wurde abgebrochen.',
    meaning: 'Das Gerät hat nicht bestanden.',
    next: 'Versuchen Sie es noch einmal, wenn Sie bereit sind.',
  },

  'order.notFound': {
    what: 'Diesen Auftrag gibt es nicht.',
    meaning: 'Es ist nichts geschehen.',
    next: 'Prüfen Sie die Auftragsnummer.',
  },
  'order.exists': {
    what: 'Einen Auftrag mit dieser Nummer gibt es schon.',
    meaning: 'Ein zweiter wurde nicht angelegt.',
    next: 'Wählen Sie eine andere Nummer.',
  },
  'order.none': {
    what: 'Kein Auftrag ist aktiv.',
    meaning: 'Der Platz wartet.',
    next: 'Bitten Sie die Technik, einen Auftrag zu starten.',
  },
  'order.full': {
    what: 'Der Auftrag ist erfüllt.',
    meaning: 'Dieses Gerät gehört nicht dazu. Es wurde nicht verändert.',
    next: 'Legen Sie das Gerät beiseite. Fragen Sie die Technik nach dem nächsten Auftrag.',
  },
  'order.keyUsed': {
    what: 'Diese Anfrage kam schon einmal, mit anderem Inhalt.',
    meaning: 'Ihr Idempotency-Key gehört zu einem anderen Auftrag.',
    next: 'Senden Sie sie mit einem neuen Schlüssel.',
  },
  'order.badFile': {
    what: 'Die Auftragsdatei ist nicht lesbar.',
    meaning: 'Sie ist kein CSV, XLSX oder JSON in der beschriebenen Form, oder sie ist zu groß.',
    next: 'Berichtigen Sie die Datei (siehe Einzelheiten) und wählen Sie sie noch einmal.',
  },
  'order.paused': {
    what: 'Der Auftrag ist angehalten.',
    meaning: 'Er nimmt keine neuen Geräte. Begonnene Geräte werden fertig.',
    next: 'Fragen Sie die Technik, wann es weitergeht.',
  },
  'order.ended': {
    what: 'Der Auftrag ist abgelaufen.',
    meaning: 'Für ihn wird nichts mehr ausgestellt.',
    next: 'Fragen Sie die Technik nach dem nächsten Auftrag.',
  },
  'order.serialOutOfRange': {
    what: 'Dieses Etikett gehört nicht zu diesem Auftrag.',
    meaning: 'Das Gerät wurde nicht verändert.',
    next: 'Etikett prüfen, dann das richtige scannen.',
  },
  'view.notFound': {
    what: 'Diese Ansicht gibt es nicht.',
    meaning: 'Jemand hat sie entfernt, oder sie gehört einer anderen Person. Es wurde nichts geändert.',
    next: 'Die Liste neu öffnen und ihre Ansichten ansehen.',
  },
  'order.profileNotAllowed': {
    what: 'Der Auftrag ist für ein anderes Zertifikatsprofil.',
    meaning: 'Für das Gerät wurde kein Zertifikat gemacht.',
    next: 'Die Technik muss Auftrag oder Profil berichtigen.',
  },
  'template.notPushed': {
    what: 'Eine Vorlage für Massenaufgaben wird in AWS nicht eingerichtet.',
    meaning: 'Sie geht mit jedem Auftrag mit. Es wurde nichts getan.',
    next: 'Wählen Sie eine Vorlage für die erste Verbindung, mit kurzem Namen.',
  },
  'template.type': {
    what: 'AWS hat eine Vorlage {name} vom Typ {type}.',
    meaning: 'Der Typ einer Vorlage ändert sich nie. Es wurde nichts getan.',
    next: 'Speichern Sie sie unter einem anderen Namen, oder entfernen Sie die in AWS.',
  },
  'template.versions': {
    what: 'Die Vorlage {name} hat in AWS fünf Versionen; mehr gehen nicht.',
    meaning: 'Es wurde nichts getan.',
    next: 'Geben Sie die älteste Version, {oldest}, auf, oder entfernen Sie eine in AWS.',
  },
  'template.notInAws': {
    what: 'Keine Version der Vorlage {name} in AWS hat diesen Text.',
    meaning: 'Es wurde nichts getan. AWS behält fünf Versionen, und diese ist nicht darunter.',
    next: 'Speichern Sie diesen Text als nächste Version, und richten Sie die in AWS ein.',
  },
  'document.notFound': {
    what: 'Diese Vorlage oder Richtlinie gibt es nicht.',
    meaning: 'Es wurde nichts getan.',
    next: 'Wählen Sie eine aus der Liste.',
  },
  'document.inUse': {
    what: 'Ziele benutzen die Vorlage {name}: {targets}.',
    meaning: 'Sie wurde nicht zurückgezogen: Deren Lose könnten nicht mehr gemacht werden.',
    next: 'Wählen Sie bei diesen Zielen eine andere Vorlage, dann ziehen Sie diese zurück.',
  },
  'template.unfit': {
    what: 'Die Vorlage {name} passt nicht: {reason}.',
    meaning: 'Es ging nichts an AWS.',
    next: 'Speichern Sie eine Version der Vorlage, die passt, oder wählen Sie beim AWS-Ziel eine andere.',
  },
  'document.defaultInAws': {
    what: 'Version {versionId} von {name} ist in AWS die Standardversion.',
    meaning: 'Sie wurde nicht gelöscht: Nach ihr richten sich Geräte.',
    next: 'Machen Sie zuerst eine andere Version zur Standardversion.',
  },
  'document.invalid': {
    what: 'AWS nähme diesen Text nicht: {problem}.',
    meaning: 'Er wurde nicht gespeichert.',
    next: 'Berichtigen Sie die markierte Zeile und speichern Sie wieder.',
  },
  'recipe.notFound': {
    what: 'Dieses Rezept gibt es nicht.',
    meaning: 'Es wurde nichts getan.',
    next: 'Wählen Sie eines aus der Liste.',
  },
  'recipe.invalid': {
    what: 'Das Rezept enthält einen Fehler.',
    meaning: 'Es wurde nicht gespeichert.',
    next: 'Berichtigen Sie die markierte Stelle.',
  },
  'recipe.notApproved': {
    what: 'Diese Fassung des Rezepts ist nicht freigegeben.',
    meaning: 'Es wurde nichts veröffentlicht.',
    next: 'Geben Sie sie an der Station frei, oder nennen Sie die Fassung, die in Gebrauch ist.',
  },
  'recipe.outdated': {
    what: 'Das Rezept passt nicht mehr zur Station.',
    meaning: 'Es wird kein Zertifikat ausgestellt. Das Gerät ist nicht schuld.',
    next: 'Bitten Sie die Technik, es zu prüfen und wieder freizugeben.',
  },
  'recipe.none': {
    what: 'Für diesen Auftrag gibt es kein freigegebenes Rezept.',
    meaning: 'Es kann kein Gerät gefertigt werden.',
    next: 'Bitten Sie die Technik, eines freizugeben.',
  },
  'order.closed': {
    what: 'Der Auftrag ist geschlossen.',
    meaning: 'Das Gerät wurde nicht verändert.',
    next: 'Fragen Sie die Technik nach dem nächsten Auftrag.',
  },

  'unit.notFound': {
    what: 'Kein Gerät hat diese Seriennummer.',
    meaning: 'Es gibt nichts zu zeigen.',
    next: 'Prüfen Sie die Nummer auf dem Etikett.',
  },
  'unit.badSerial': {
    what: 'Das ist kein Geräteetikett.',
    meaning: 'Der Scan wurde nicht verwendet.',
    next: 'Scannen Sie das Etikett mit der Seriennummer.',
  },
  'unit.alreadyPassed': {
    what: 'Dieses Gerät hat schon bestanden.',
    meaning: 'Es ist gut und behält sein Zertifikat.',
    next: 'Ziehen Sie es ab und legen Sie es zu den guten.',
  },
  'unit.inProgress': {
    what: 'Dieses Etikett ist in einem anderen Steckplatz in Arbeit.',
    meaning: 'Der Scan wurde nicht verwendet.',
    next: 'Prüfen Sie, ob das Etikett am richtigen Gerät ist.',
  },
  'unit.labelMismatch': {
    what: 'Etikett und Gerät gehören nicht zusammen.',
    meaning: 'Das Gerät nennt eine andere Nummer. Es wurde nicht verändert.',
    next: 'Prüfen Sie das Etikett, dann scannen Sie das richtige.',
  },
  'unit.wrongModel': {
    what: 'Das ist ein anderes Modell, als der Auftrag verlangt.',
    meaning: 'Das Gerät wurde nicht verändert.',
    next: 'Legen Sie das Gerät beiseite und rufen Sie die Technik.',
  },
  'unit.hardwareIdTaken': {
    what: 'Ein anderes Gerät hat dieselbe Hardware-ID.',
    meaning: 'Eines der beiden kann eine Kopie sein. Das Gerät hat nicht bestanden.',
    next: 'Legen Sie das Gerät beiseite und rufen Sie die Technik.',
  },

  'unit.engineerFirst': {
    what: 'Hier hat die Station versagt, nicht das Gerät.',
    meaning: 'Es wurde nichts begonnen.',
    next: 'Rufen Sie die Technik. Lassen Sie das Gerät stecken.',
  },
  'unit.serialTooLong': {
    what: 'Die Nummer hat {length} Zeichen. Dieses Gerät behält höchstens {longest}.',
    meaning: 'Mit dem Gerät wurde nichts gemacht. Das Etikett muss kürzer werden.',
    next: 'Legen Sie das Gerät beiseite und rufen Sie die Technik.',
  },
  'unit.noSlotWaiting': {
    what: 'Kein Platz wartet auf ein Etikett.',
    meaning: 'Es wurde nichts begonnen.',
    next: 'Gerät anstecken, auf die Frage nach dem Etikett warten, noch einmal scannen.',
  },
  'unit.scrapped': {
    what: 'Dieses Gerät wurde ausgeschieden.',
    meaning: 'Damit geschieht nichts mehr.',
    next: 'Legen Sie es zu den ausgeschiedenen.',
  },
  'unit.notReworkable': {
    what: 'Dieses Gerät kann jetzt nicht nachgearbeitet werden.',
    meaning: 'Es hat kein Zertifikat oder ist gerade in Arbeit. Es bleibt, wie es ist.',
    next: 'Scannen Sie am Platz sein Etikett oder rufen Sie die Technik.',
  },
  'unit.noTranscript': {
    what: 'Dafür wurde kein Gespräch aufbewahrt.',
    meaning: 'Der Rest der Akte ist da.',
    next: 'Wählen Sie einen anderen Versuch.',
  },
  'scan.unknown': {
    what: 'Das ist kein Etikett, kein Ausweis und kein Auftrag dieser Station.',
    meaning: 'Es wurde nichts getan.',
    next: 'Scannen Sie das Etikett mit der Seriennummer.',
  },
  'scan.ambiguous': {
    what: 'Dieser Scan kann mehrerlei bedeuten.',
    meaning: 'Es wurde nichts getan.',
    next: 'Wählen Sie, was es ist. Sagen Sie der Technik: Die Regeln überschneiden sich.',
  },
  'scan.notUnit': {
    what: 'Das ist kein Etikett eines Geräts.',
    meaning: 'Es wurde kein Gerät begonnen.',
    next: 'Scannen Sie das Etikett des Geräts.',
  },
  'scan.incomplete': {
    what: 'Von diesem Scan fehlt ein Teil.',
    meaning: 'Er wurde nicht verwendet.',
    next: 'Scannen Sie es noch einmal.',
  },
  'scan.wrongCheck': {
    what: 'Die Prüfziffer dieses Etiketts stimmt nicht.',
    meaning: 'Es wurde falsch gelesen oder falsch gedruckt. Es wurde kein Gerät begonnen.',
    next: 'Scannen Sie es noch einmal. Bleibt es dabei, legen Sie das Gerät beiseite.',
  },
  'scan.wrongLength': {
    what: 'Dieses Etikett ist zu lang oder zu kurz.',
    meaning: 'Es wurde nichts getan.',
    next: 'Scannen Sie es noch einmal. Bleibt es dabei, prüfen Sie, welches Etikett es ist.',
  },
  'scan.wrongModel': {
    what: 'Dieses Etikett gehört zu einem anderen Modell als der Auftrag.',
    meaning: 'Es wurde kein Gerät begonnen.',
    next: 'Prüfen Sie Gerät und Auftrag.',
  },
  'scan.wrongOrder': {
    what: 'Dieses Etikett gehört zu einem anderen Auftrag.',
    meaning: 'Es wurde kein Gerät begonnen.',
    next: 'Prüfen Sie das Gerät, oder bitten Sie die Technik, den Auftrag zu wechseln.',
  },
  'scan.badRule': {
    what: 'Eine Etikettenregel kann nicht verwendet werden.',
    meaning: 'Es wurde nichts gespeichert.',
    next: 'Berichtigen Sie die Regel und probieren Sie sie mit einem Etikett aus.',
  },

  'link.noPort': {
    what: 'Der Anschluss dieses Steckplatzes fehlt.',
    meaning: 'Die Station sieht hier keine Geräte.',
    next: 'Prüfen Sie das Kabel des Steckplatzes.',
  },
  'link.openFailed': {
    what: 'Der Anschluss lässt sich nicht öffnen.',
    meaning: 'Die Station kann hier mit keinem Gerät sprechen.',
    next: 'Rufen Sie die Technik. Ein anderes Programm kann den Anschluss benutzen.',
  },
  'link.lost': {
    what: 'Das Gerät wurde abgezogen oder verlor die Verbindung.',
    meaning: 'Es hat nicht bestanden. Nichts ist verloren.',
    next: 'Prüfen Sie das Kabel, stecken Sie das Gerät neu an, drücken Sie „Noch einmal“.',
  },
  'link.timeout': {
    what: 'Das Gerät antwortet nicht.',
    meaning: 'Es hat nicht bestanden.',
    next: 'Stecken Sie das Gerät neu an, drücken Sie „Noch einmal“. Zweimal dasselbe: rote Kiste.',
  },
  'link.garbled': {
    what: 'Das Gerät ist nicht zu verstehen.',
    meaning: 'Es hat nicht bestanden. Das Kabel kann schlecht sein.',
    next: 'Wechseln Sie das Kabel und drücken Sie „Noch einmal“.',
  },
  'link.flooded': {
    what: 'Das Gerät sendet nur und hört nicht zu.',
    meaning: 'Es hat nicht bestanden.',
    next: 'Ziehen Sie das Gerät ab und legen Sie es in die rote Kiste.',
  },
  'link.loopback': {
    what: 'Das Gerät wiederholt nur, was es hört.',
    meaning: 'RX und TX sind verbunden: Prüfstecker, Lötbrücke oder schlechtes Kabel.',
    next: 'Wechseln Sie das Kabel, drücken Sie „Noch einmal“. Zweimal dasselbe: rote Kiste.',
  },
  'link.noise': {
    what: 'Vom Gerät kommt nur Rauschen.',
    meaning: 'Die Geschwindigkeit der Leitung passt nicht, oder die Masse fehlt.',
    next: 'Rufen Sie die Technik: Geschwindigkeit dieses Steckplatzes.',
  },
  'link.booting': {
    what: 'Das Gerät bleibt in seinem Bootloader.',
    meaning: 'Der Anschluss setzt es zurück oder hält es dort fest.',
    next: 'Rufen Sie die Technik: DTR und RTS dieses Steckplatzes oder die Boot-Taste.',
  },
  'link.wrongFirmware': {
    what: 'Das Gerät spricht ein anderes Protokoll.',
    meaning: 'Es hat eine andere Firmware, oder der Platz ist für andere Geräte eingerichtet.',
    next: 'Rufen Sie die Technik: Der Platz ist auf {setTo} eingestellt, dies ist {found}.',
  },
  'link.otherProgram': {
    what: 'Ein anderes Programm spricht mit dem Gerät.',
    meaning: 'Seine Befehle geraten zwischen die der Station.',
    next: 'Rufen Sie die Technik: Ein anderes Programm benutzt den Anschluss dieses Platzes.',
  },
  'link.stuck': {
    what: 'Das Gerät wartet mitten in einem Text und hört sonst nichts.',
    meaning: 'Es hat nicht bestanden. Nur ein Neustart hilft.',
    next: 'Schalten Sie das Gerät aus und ein und drücken Sie „Noch einmal“.',
  },
  'link.wrongDevice': {
    what: 'Hier steckt etwas anderes.',
    meaning: 'Es wurde nichts hineingeschrieben.',
    next: 'Stecken Sie ein Gerät dieses Auftrags in den Platz.',
  },
  'link.timeLimit': {
    what: 'Das Gerät brauchte zu lange.',
    meaning: 'Es wurde angehalten; sein Stand ist festgehalten.',
    next: 'Versuchen Sie es noch einmal.',
  },

  'device.refused': {
    what: 'Das Gerät hat einen Befehl abgelehnt.',
    meaning: 'Es hat nicht bestanden.',
    next: 'Drücken Sie „Noch einmal“. Zweimal dasselbe: rote Kiste.',
  },
  'device.incompatible': {
    what: 'Das Gerät spricht eine andere Version.',
    meaning: 'Seine Firmware passt nicht zu dieser Station.',
    next: 'Legen Sie das Gerät beiseite und rufen Sie die Technik.',
  },
  'device.badImei': {
    what: 'Die IMEI des Geräts ist falsch: {imei}.',
    meaning: 'Die letzte Ziffer müsste {checkDigit} sein.',
    next: 'Legen Sie das Gerät beiseite und rufen Sie die Technik.',
  },
  'device.keyFailed': {
    what: 'Das Gerät konnte seinen Schlüssel nicht erzeugen.',
    meaning: 'Es ist defekt.',
    next: 'Ziehen Sie das Gerät ab und legen Sie es in die rote Kiste.',
  },
  'device.keyUnknown': {
    what: 'Das Gerät hat einen Schlüssel, der nicht verzeichnet ist.',
    meaning: 'Verzeichnet ist ein Zertifikat für einen anderen.',
    next: 'Legen Sie das Gerät beiseite und rufen Sie die Technik.',
  },
  'device.storageFull': {
    what: 'Das Gerät hat keinen Platz für das Zertifikat.',
    meaning: 'Es ist defekt.',
    next: 'Ziehen Sie das Gerät ab und legen Sie es in die rote Kiste.',
  },
  'device.sealed': {
    what: 'Das Gerät ist schon versiegelt.',
    meaning: 'Es nimmt keinen anderen Schlüssel und kein anderes Zertifikat, also auch keine Nacharbeit.',
    next: 'Legen Sie das Gerät beiseite und rufen Sie die Technik.',
  },
  'device.badAnswer': {
    what: 'Das Gerät gab eine falsche Antwort.',
    meaning: 'Es hat nicht bestanden.',
    next: 'Drücken Sie „Noch einmal“. Zweimal dasselbe: rote Kiste.',
  },
  'device.noNetwork': {
    what: 'Das Gerät hat hierfür kein Netz.',
    meaning: 'Seine Firmware kann sich nicht auf Befehl verbinden. Sein Zertifikat ist in Ordnung.',
    next: 'Gerät beiseitelegen, Technik rufen: Das Rezept verlangt eine Verbindung.',
  },
  'home.unreachable': {
    what: 'Das Gerät fand keinen Weg zu AWS.',
    meaning: 'Sein Netz hat nicht geantwortet. Das Gerät selbst ist in Ordnung.',
    next: 'Rufen Sie die Technik: Das Netz am Platz ist zu prüfen.',
  },
  'home.wrongServer': {
    what: 'Das Gerät traut dem Server nicht, der geantwortet hat.',
    meaning: 'Sein Endpunkt, sein Wurzelzertifikat oder seine Uhr ist falsch. Nichts wurde gesendet.',
    next: 'Rufen Sie die Technik: Vielleicht schreibt das Rezept den falschen Endpunkt oder die falsche Wurzel.',
  },
  'home.refused': {
    what: 'AWS hat das Gerät nicht eingelassen.',
    meaning: 'Es nimmt das Zertifikat oder die Client-ID dieses Geräts nicht an.',
    next: 'Legen Sie das Gerät beiseite und rufen Sie die Technik.',
  },
  'home.notAllowed': {
    what: 'AWS hat das Gerät eingelassen, seine Nachricht aber nicht.',
    meaning: 'Keine Richtlinie erlaubt dem Gerät, dort zu veröffentlichen.',
    next: 'Legen Sie das Gerät beiseite und rufen Sie die Technik: Die Richtlinie ist zu berichtigen.',
  },

  'csr.malformed': {
    what: 'Der Antrag des Geräts ist beschädigt.',
    meaning: 'Es wurde kein Zertifikat ausgestellt.',
    next: 'Ziehen Sie das Gerät ab und legen Sie es in die rote Kiste.',
  },
  'csr.tooLarge': {
    what: 'Der Antrag des Geräts ist zu groß.',
    meaning: 'Es wurde kein Zertifikat ausgestellt.',
    next: 'Ziehen Sie das Gerät ab und legen Sie es in die rote Kiste.',
  },
  'csr.badSignature': {
    what: 'Das Gerät konnte nicht beweisen, dass es seinen Schlüssel hat.',
    meaning: 'Es wurde kein Zertifikat ausgestellt.',
    next: 'Ziehen Sie das Gerät ab und legen Sie es in die rote Kiste.',
  },
  'csr.unsupportedKey': {
    what: 'Das Gerät erzeugte eine Art Schlüssel, die nicht erlaubt ist.',
    meaning: 'Es wurde kein Zertifikat ausgestellt.',
    next: 'Legen Sie das Gerät beiseite und rufen Sie die Technik.',
  },
  'csr.weakKey': {
    what: 'Der Schlüssel des Geräts ist schwach.',
    meaning: 'Es wurde kein Zertifikat ausgestellt.',
    next: 'Ziehen Sie das Gerät ab und legen Sie es in die rote Kiste.',
  },
  'csr.unsupportedAlgorithm': {
    what: 'Das Gerät signiert auf eine Art, die nicht erlaubt ist.',
    meaning: 'Es wurde kein Zertifikat ausgestellt.',
    next: 'Legen Sie das Gerät beiseite und rufen Sie die Technik.',
  },
  'csr.subjectMismatch': {
    what: 'Das Gerät beantragt ein Zertifikat auf einen anderen Namen.',
    meaning: 'Es wurde kein Zertifikat ausgestellt.',
    next: 'Legen Sie das Gerät beiseite und rufen Sie die Technik.',
  },

  'policy.keyCompromised': {
    what: 'Der Schlüssel dieses Geräts wurde als kompromittiert gemeldet.',
    meaning: 'Für ihn wird kein Zertifikat mehr ausgestellt.',
    next: 'Ziehen Sie das Gerät ab und legen Sie es in die rote Kiste.',
  },
  'policy.keySeen': {
    what: 'Dieser Schlüssel war schon in Gebrauch.',
    meaning:
      'Ein anderes Gerät hat ihn, oder dieses hatte ihn vor der Nacharbeit. Es wurde kein Zertifikat ausgestellt.',
    next: 'Ziehen Sie das Gerät ab und legen Sie es in die rote Kiste.',
  },
  'policy.unitHasCertificate': {
    what: 'Dieses Gerät hat ein Zertifikat für einen anderen Schlüssel.',
    meaning: 'Ein zweites wurde nicht ausgestellt. Ein neuer Schlüssel verlangt Nacharbeit.',
    next: 'Legen Sie das Gerät beiseite und rufen Sie die Technik: Nacharbeit zu zweit.',
  },
  'policy.profileUnknown': {
    what: 'Der Auftrag nennt ein Profil, das fehlt.',
    meaning: 'Das Gerät ist nicht schuld. Es wurde nichts ausgestellt.',
    next: 'Die Technik muss den Auftrag berichtigen.',
  },
  'policy.profileInvalid': {
    what: 'Das Zertifikatsprofil hat Fehler.',
    meaning: 'Das Gerät ist nicht schuld. Es wurde nichts ausgestellt.',
    next: 'Die Technik muss das Profil berichtigen.',
  },
  'policy.benchLocked': {
    what: 'Der Platz ist gesperrt.',
    meaning: 'Das Gerät wurde nicht verändert.',
    next: 'Rufen Sie die Technik.',
  },
  'policy.interlock': {
    what: 'Die Station stellt gerade nichts aus.',
    meaning: 'Das Gerät ist nicht schuld.',
    next: 'Rufen Sie die Technik.',
  },

  'station.suspended': {
    what: 'Der PC war im Ruhezustand.',
    meaning:
      'Dabei wurde die Arbeit an diesem Gerät unterbrochen. Das Gerät ist nicht schuld. Was getan war, ist aufgezeichnet.',
    next: 'Scannen Sie das Etikett noch einmal.',
  },

  'station.noAnswer': {
    what: 'Die Station antwortet nicht.',
    meaning: 'Was Sie zuletzt wollten, kann getan sein oder auch nicht.',
    next: 'Warten Sie auf die Station, und sehen Sie nach.',
  },

  'ca.locked': {
    what: 'Die CA ist gesperrt.',
    meaning: 'Es kann kein Zertifikat ausgestellt werden. Das Gerät ist nicht schuld.',
    next: 'Die Technik entsperrt die CA mit ihrer Passphrase.',
  },
  'ca.wrongPassphrase': {
    what: 'Die Passphrase ist falsch.',
    meaning: 'Die CA bleibt gesperrt.',
    next: 'Tippen Sie sie noch einmal.',
  },
  'ca.weakPassphrase': {
    what: 'Die Passphrase ist zu schwach.',
    meaning: 'Es wurde nichts angelegt.',
    next: 'Wählen Sie eine längere.',
  },
  'ca.missing': {
    what: 'Die CA fehlt.',
    meaning: 'Es kann kein Zertifikat ausgestellt werden.',
    next: 'Rufen Sie die Technik.',
  },
  'ca.damaged': {
    what: 'Die Dateien der CA sind beschädigt.',
    meaning: 'Es kann kein Zertifikat ausgestellt werden.',
    next: 'Rufen Sie die Technik. Spielen Sie die Sicherung ein.',
  },
  'ca.expired': {
    what: 'Die CA ist abgelaufen.',
    meaning: 'Es kann kein Zertifikat ausgestellt werden.',
    next: 'Rufen Sie die Technik. Eine neue CA ist nötig.',
  },
  'ca.lintFailed': {
    what: 'Das Zertifikat wäre nicht richtig gewesen.',
    meaning: 'Es wurde nicht signiert. Das Gerät ist nicht schuld.',
    next: 'Rufen Sie die Technik.',
  },
  'ca.mismatch': {
    what: 'Das signierte Zertifikat ist nicht das gemeinte.',
    meaning: 'Es wurde ungültig gemacht. Der Platz hält an.',
    next: 'Rufen Sie die Technik.',
  },
  'ca.signFailed': {
    what: 'Das Signieren misslang.',
    meaning: 'Es wurde kein Zertifikat ausgestellt. Das Gerät ist nicht schuld.',
    next: 'Rufen Sie die Technik.',
  },
  'ca.notFound': {
    what: 'Die Station kennt diese CA nicht.',
    meaning: 'Es wurde nichts getan.',
    next: 'Wählen Sie eine aus der Liste.',
  },
  'ca.exists': {
    what: 'Die Station hat diese CA schon.',
    meaning: 'Es wurde nichts geändert.',
    next: 'Nehmen Sie die vorhandene oder eine andere Datei.',
  },
  'ca.unfit': {
    what: 'Dieses Zertifikat oder dieser Schlüssel taugt hier nicht.',
    meaning: 'Es wurde nichts geändert.',
    next: 'Lesen Sie unten warum und besorgen Sie einen passenden.',
  },
  'ca.badKeyFile': {
    what: 'Die Datei lässt sich nicht öffnen.',
    meaning: 'Es wurde nichts geändert.',
    next: 'Prüfen Sie, ob es die richtige Datei ist, und ihre Passphrase.',
  },
  'ca.badShares': {
    what: 'Diese Teile ergeben den Schlüssel nicht.',
    meaning: 'Es wurde nichts geändert.',
    next: 'Nehmen Sie genug Teile einer Teilung, jeden vollständig.',
  },
  'ca.notProved': {
    what: 'Es ist noch keine Sicherung dieses Schlüssels geprüft.',
    meaning: 'Der Schlüssel bleibt an der Station.',
    next: 'Exportieren oder teilen Sie ihn und prüfen Sie die Sicherung.',
  },
  'ca.inUse': {
    what: 'Diese CA wird so gebraucht, wie sie ist.',
    meaning: 'Es wurde nichts geändert.',
    next: 'Aktivieren Sie zuerst eine andere CA.',
  },
  'ca.wrongPin': {
    what: 'Die PIN öffnet das Token nicht.',
    meaning: 'Das Token zählt falsche PINs und sperrt sich.',
    next: 'Prüfen Sie die PIN, bevor Sie es wieder versuchen.',
  },
  'ca.pinLocked': {
    what: 'Das Token hat seine PIN gesperrt.',
    meaning: 'Damit kann kein Zertifikat ausgestellt werden.',
    next: 'Rufen Sie, wer die SO-PIN des Tokens hat.',
  },
  'ca.tokenAbsent': {
    what: 'Das Token mit dem CA-Schlüssel steckt nicht.',
    meaning: 'Es wurde kein Zertifikat ausgestellt. Das Gerät ist nicht schuld.',
    next: 'Stecken Sie das Token wieder ein.',
  },
  'ca.tokenFailed': {
    what: 'Das Token tat nicht, was es sollte.',
    meaning: 'Es wurde kein Zertifikat ausgestellt. Das Gerät ist nicht schuld.',
    next: 'Rufen Sie die Technik.',
  },
  'ca.moduleNotListed': {
    what: 'Dieses Modul steht nicht auf der Liste der Station.',
    meaning: 'Nichts davon wurde geladen. Ein Modul kann in der Station tun, was es will.',
    next: 'Setzen Sie es auf die Liste, wenn Sie ihm trauen: Station, CA, PKCS#11-Module.',
  },
  'ca.moduleUnsafe': {
    what: 'Dieses Modul ist nicht geschützt.',
    meaning: 'Andere könnten es verändert haben. Es wurde nicht geladen.',
    next: 'Lassen Sie nur die Verwaltung in Datei und Ordner schreiben.',
  },
  'ca.noTokens': {
    what: 'Diese Station kann noch keine Tokens benutzen.',
    meaning: 'Das Modul für das Token ließ sich nicht laden.',
    next: 'Installieren Sie das PKCS#11-Modul des Herstellers oder berichtigen Sie den Pfad.',
  },
  'ca.revoked': {
    what: 'Diese CA wurde widerrufen.',
    meaning: 'Sie stellt nie wieder etwas aus.',
    next: 'Machen Sie eine andere CA aktiv. Ein Gerät mit ihrem Zertifikat bekommt ein neues.',
  },
  'ca.noVault': {
    what: 'Dieser Rechner kann die Passphrase nicht aufbewahren.',
    meaning: 'An der CA hat sich nichts geändert.',
    next: 'Geben Sie die Passphrase bei jedem Start ein.',
  },

  'certificate.notFound': {
    what: 'Dieses Zertifikat ist nicht verzeichnet.',
    meaning: 'Es wurde nichts getan.',
    next: 'Prüfen Sie die Zertifikatsnummer.',
  },
  'certificate.inJob': {
    what: 'Ein anderer Auftrag hat eines dieser Zertifikate und ist nicht zu Ende.',
    meaning: 'Es wurde nichts geändert. Zwei Aufträge an einem Zertifikat ließen es so, wie der letzte sagt.',
    next: 'Führen Sie jenen Auftrag fort oder halten Sie ihn an, und wählen Sie dann neu.',
  },
  'certificate.notIssued': {
    what: 'Mit dieser Zertifikatsnummer wurde nie etwas signiert.',
    meaning: 'Es gibt nichts zu sperren.',
    next: 'Prüfen Sie die Zertifikatsnummer.',
  },
  'certificate.revoked': {
    what: 'Dieses Zertifikat ist bereits gesperrt.',
    meaning: 'Ein Zertifikat wird einmal und für immer gesperrt.',
    next: 'Sehen Sie sich die Sperrung auf dem Bildschirm „Zertifikate“ an.',
  },

  'claim.notFound': {
    what: 'Diesen Claim gibt es nicht.',
    meaning: 'Nichts wurde getan.',
    next: 'In der Liste der Claims nachsehen.',
  },
  'claim.exists': {
    what: 'Der Auftrag hat einen Claim für diese Vorlage.',
    meaning: 'Es wurde kein weiterer angelegt.',
    next: 'Den vorhandenen verwenden oder zuerst zurückziehen.',
  },
  'claim.ended': {
    what: 'Dieser Claim ist zu Ende.',
    meaning: 'Kein weiteres Gerät bekommt ihn.',
    next: 'Einen neuen für den Auftrag anlegen.',
  },
  'claim.none': {
    what: 'Der Auftrag hat noch keinen Claim.',
    meaning: 'Das Gerät ist unberührt.',
    next: 'Ingenieur rufen, damit er den Claim des Auftrags anlegt.',
  },
  'claim.locked': {
    what: 'Der Schlüssel des Claims ist gesperrt.',
    meaning: 'Das Gerät ist unberührt.',
    next: 'CA entsperren oder den Claim mit seiner Passphrase öffnen.',
  },

  'verify.readBackMismatch': {
    what: 'Das Gerät speicherte etwas anderes, als gesendet wurde.',
    meaning: 'Es hat nicht bestanden.',
    next: 'Drücken Sie „Noch einmal“. Zweimal dasselbe: rote Kiste.',
  },
  'verify.proofFailed': {
    what: 'Das Gerät konnte sein Zertifikat nicht beweisen.',
    meaning: 'Das Zertifikat wird gesperrt.',
    next: 'Ziehen Sie das Gerät ab und legen Sie es in die rote Kiste.',
  },
  'verify.chainInvalid': {
    what: 'Die Zertifikatskette ist ungültig.',
    meaning: 'Das Gerät ist nicht schuld.',
    next: 'Rufen Sie die Technik.',
  },

  'records.conflict': {
    what: 'Die Aufzeichnungen sagen etwas anderes.',
    meaning: 'Es wurde nichts geschrieben.',
    next: 'Rufen Sie die Technik.',
  },
  'records.damaged': {
    what: 'Die Aufzeichnungen sind beschädigt.',
    meaning: 'Die Station hält an, damit nichts verloren geht.',
    next: 'Rufen Sie die Technik. Spielen Sie die Sicherung ein.',
  },
  'records.diskFull': {
    what: 'Der Datenträger ist voll.',
    meaning: 'Die Station hält an, damit nichts verloren geht.',
    next: 'Die Technik muss Speicherplatz schaffen.',
  },
  'records.exists': {
    what: 'Das gibt es schon.',
    meaning: 'Es wurde nichts geändert.',
    next: 'Wählen Sie einen anderen Namen oder eine andere Nummer.',
  },
  'records.failed': {
    what: 'Die Aufzeichnungen ließen sich nicht schreiben.',
    meaning: 'Das Gerät hat nicht bestanden.',
    next: 'Rufen Sie die Technik.',
  },
  'records.fileHeld': {
    what: 'Ein anderes Programm hält eine Datei fest.',
    meaning: 'Es wurde nichts geändert. Vielleicht arbeitet gerade ein Virenscanner oder eine Datensicherung.',
    next: 'Versuchen Sie es noch einmal, sonst: Datenordner vom Virenscanner ausnehmen.',
  },
  'records.networkFolder': {
    what: 'Der Datenordner liegt auf einem Netzlaufwerk.',
    meaning:
      'Dort überstünden die Aufzeichnungen keine abgerissene Verbindung. Es wurde nichts geöffnet und nichts angelegt.',
    next: 'Wählen Sie einen Ordner auf einer Festplatte dieses Rechners.',
  },
  'records.inUse': {
    what: 'Ein anderes Programm hat diese Station offen.',
    meaning: 'Zwei zugleich würden die Aufzeichnungen beschädigen.',
    next: 'Schließen Sie das andere Programm.',
  },
  'records.newer': {
    what: 'Die Aufzeichnungen sind von einer neueren Version.',
    meaning: 'Diese Version darf sie nicht anfassen.',
    next: 'Die Technik muss das Programm erneuern.',
  },
  'records.notStation': {
    what: 'In diesem Ordner ist keine Station.',
    meaning: 'Es wurde nichts geöffnet.',
    next: 'Wählen Sie einen anderen Ordner oder richten Sie eine Station ein.',
  },
  'records.readOnly': {
    what: 'Die Aufzeichnungen lassen sich jetzt nur lesen.',
    meaning: 'Es wurde nichts geschrieben.',
    next: 'Melden Sie sich an und versuchen Sie es noch einmal.',
  },

  'backup.damaged': {
    what: 'Diese Sicherung ist nicht vollständig.',
    meaning: 'Sie ist nicht so, wie sie gemacht wurde. Es wurde nichts geändert.',
    next: 'Rufen Sie die Technik. Nehmen Sie eine ältere Sicherung.',
  },
  'backup.notContinuous': {
    what: 'Ein Prüfpunkt widerspricht dieser Sicherung.',
    meaning: 'Eines von beiden wurde umgeschrieben oder ist von einer anderen Station. Es wurde nichts geändert.',
    next: 'Rufen Sie die Technik. Heben Sie beides für die QS auf.',
  },
  'backup.noPlace': {
    what: 'Der Ordner für Sicherungen ist nicht benutzbar.',
    meaning: 'Dort wurde keine Sicherung gemacht. Die Linie läuft weiter.',
    next: 'Die Technik verbindet das Laufwerk oder wählt einen anderen Ordner: Station, Sicherungen.',
  },
  'backup.placeFull': {
    what: 'Der Ordner für Sicherungen ist voll.',
    meaning: 'Es wurde keine Sicherung gemacht. Ältere bleiben.',
    next: 'Die Technik schafft dort Platz oder behält weniger Sicherungen.',
  },
  'backup.running': {
    what: 'Es wird schon eine Sicherung gemacht.',
    meaning: 'Es wird immer nur eine gemacht.',
    next: 'Warten Sie, bis sie fertig ist.',
  },

  'backup.bucketPublic': {
    what: 'Diesen Bucket darf jeder lesen.',
    meaning: 'Keine Sicherung geht dorthin. Die im Ordner bleiben gut.',
    next: 'Die Technik schaltet in AWS Block Public Access ein oder wählt einen anderen Bucket.',
  },

  'checkpoint.noPlace': {
    what: 'Der Ordner für Prüfpunkte ist nicht benutzbar.',
    meaning: 'Dorthin ging kein Prüfpunkt. Die Linie läuft weiter.',
    next: 'Die Technik verbindet das Laufwerk oder wählt einen Ordner: Station, Prüfpunkte.',
  },
  'checkpoint.unsigned': {
    what: 'Das Protokoll dieser Station ist noch nicht signiert.',
    meaning: 'Es gibt nichts zu veröffentlichen.',
    next: 'Rufen Sie die Technik. Starten Sie die Station noch einmal.',
  },
  'checkpoint.witness': {
    what: 'Ein Zeuge hat nicht mitgezeichnet.',
    meaning: 'Er ist nicht erreichbar oder kennt diese Station nicht. Der nächste Versuch kommt von selbst.',
    next: 'Die Technik prüft Adresse und Schlüssel: Station, Prüfpunkte.',
  },
  'checkpoint.contradicted': {
    what: 'Ein Zeuge hat ein anderes Protokoll dieser Station.',
    meaning: 'Jemand hat eine ältere Datei untergeschoben oder das Protokoll umgeschrieben.',
    next: 'Rufen Sie Technik und QS. Lassen Sie den Datenordner, wie er ist.',
  },

  'batch.notFound': {
    what: 'Dieses Los gibt es nicht.',
    meaning: 'Es ist nichts geschehen.',
    next: 'Wählen Sie eines aus der Liste.',
  },
  'batch.empty': {
    what: 'Kein Gerät ist bereit für ein Los.',
    meaning: 'Es wurde kein Los angelegt.',
    next: 'Stellen Sie eines zusammen, wenn Geräte bestanden haben.',
  },
  'batch.outdated': {
    what: 'Ein Gerät dieses Loses hat sein Zertifikat verloren, seit das Los zusammengestellt wurde.',
    meaning: 'Es ging nichts an AWS. Die anderen Geräte können in ein anderes Los.',
    next: 'Stellen Sie ein neues zusammen.',
  },
  'batch.ownWay': {
    what: 'Die Geräte dieses Auftrags machen sich selbst bei AWS bekannt.',
    meaning: 'So sagt es ihr Rezept, und für ein Los wurde kein Weg gewählt. Es wurde nichts angelegt.',
    next: 'Erste Verbindung abwarten oder einen Weg wählen.',
  },
  'batch.notReady': {
    what: 'Bei AWS fehlt etwas, was das Los braucht.',
    meaning: 'Es ging nichts an AWS. Das Los bleibt, wie es ist, und die Geräte sind sicher.',
    next: 'Tun Sie, was die Liste des Loses sagt, und senden Sie es noch einmal.',
  },
  'batch.badState': {
    what: 'Das Los ist nicht an diesem Punkt.',
    meaning: 'Es ist nichts geschehen.',
    next: 'Sehen Sie auf seinen Zustand und wählen Sie neu.',
  },

  'cloud.notConfigured': {
    what: 'Kein AWS-Ziel ist gesetzt.',
    meaning: 'Das Los bleibt, wie es ist. Die Geräte sind sicher.',
    next: 'Setzen Sie das Ziel auf dem Bildschirm „Station“.',
  },
  'cloud.unreachable': {
    what: 'AWS ist nicht erreichbar.',
    meaning: 'Das Los bleibt, wie es ist. Die Geräte sind sicher.',
    next: 'Prüfen Sie das Netz, dann senden Sie noch einmal.',
  },
  'cloud.credentials': {
    what: 'AWS nimmt die Zugangsdaten nicht an.',
    meaning: 'Es wurde nichts registriert.',
    next: 'Prüfen Sie die AWS-Zugangsdaten dieses Rechners.',
  },
  'cloud.denied': {
    what: 'AWS erlaubt das nicht.',
    meaning: 'Es wurde nichts registriert.',
    next: 'Prüfen Sie die Rechte des AWS-Nutzers und der Rolle.',
  },
  'cloud.throttled': {
    what: 'AWS bittet um weniger Aufrufe.',
    meaning: 'Nichts ist verloren.',
    next: 'Warten Sie etwas, dann senden Sie noch einmal.',
  },
  'cloud.bucket': {
    what: 'Der S3-Bucket ist nicht benutzbar.',
    meaning: 'Es wurde nichts hochgeladen.',
    next: 'Prüfen Sie Bucket und Region auf dem Bildschirm „Station“.',
  },
  'cloud.caNotRegistered': {
    what: 'AWS kennt die CA nicht.',
    meaning: 'Es würde jedes Gerät ablehnen.',
    next: 'Registrieren Sie die CA bei AWS, dann senden Sie noch einmal.',
  },
  'cloud.taskRunning': {
    what: 'Im AWS-Konto läuft eine andere Aufgabe.',
    meaning: 'AWS erlaubt eine zugleich. Das Los wartet.',
    next: 'Senden Sie noch einmal, wenn die andere fertig ist.',
  },
  'cloud.taskFailed': {
    what: 'Die AWS-Aufgabe ist gescheitert.',
    meaning: 'Manche Geräte sind vielleicht nicht registriert. Die Liste sagt, welche.',
    next: 'Die Technik sieht nach dem Grund und sendet noch einmal.',
  },
  'cloud.refused': {
    what: 'AWS hat die Aufgabe abgelehnt.',
    meaning: 'Es wurde nichts registriert.',
    next: 'Prüfen Sie das AWS-Ziel auf dem Bildschirm „Station“.',
  },
  'cloud.badAnswer': {
    what: 'AWS gab eine unsinnige Antwort.',
    meaning: 'Geräte ohne Ergebnis sind als „Ohne Antwort“ gekennzeichnet.',
    next: 'Rufen Sie die Technik.',
  },
  'cloud.given': {
    what: 'Das AWS-Ziel dieser Linie ist vorgegeben.',
    meaning: 'Es wurde nichts geändert.',
    next: 'Setzen Sie das Ziel an einer echten Station.',
  },
  'cloud.noTarget': {
    what: 'Ein AWS-Ziel {name} gibt es nicht.',
    meaning: 'Es wurde nichts geändert.',
    next: 'Wählen Sie ein Ziel der Liste, oder legen Sie dieses an.',
  },
  'cloud.noTable': {
    what: 'Das Konto hat keine Tabelle {table} für seine Zulassungsliste.',
    meaning: 'Kein Gerät kam auf die Liste oder von ihr herunter.',
    next: 'Bringen Sie die Vorlage des Ziels mit MakeJitr=yes ein, oder mit MakeHook=yes für Claims. Die Station versucht es von selbst wieder.',
  },
  'cloud.targetInUse': {
    what: 'Das Los {batchId} geht noch an das AWS-Ziel {name}.',
    meaning: 'Es wurde nichts geändert.',
    next: 'Lassen Sie das Los enden, oder halten Sie es an.',
  },
  'cloud.crlTarget': {
    what: 'Die CRL kommt in den Bucket {bucket} des AWS-Ziels {name}.',
    meaning: 'Es wurde nichts geändert. Wer die CRL dort liest, fände eine, die veraltet.',
    next: 'Zuerst ein anderes Ziel zum Standard machen.',
  },
  'cloud.policyFull': {
    what: 'Die Richtlinie {name} hat in AWS fünf Versionen, und mehr hält AWS nicht.',
    meaning: 'Es wurde nichts geändert: Geräte dürfen, was sie durften.',
    next: 'Lassen Sie Version {versionId} löschen, die älteste unbenutzte.',
  },

  'order.leased': {
    what: 'Dieser Auftrag hat nur seinen Anteil.',
    meaning: 'Es wurde nichts geändert. Den Rest hält das Werk für andere Stationen.',
    next: 'Holen Sie einen weiteren Anteil des Auftrags.',
  },
  'plant.noLease': {
    what: 'Das Werk gibt von diesem Auftrag jetzt nichts ab.',
    meaning:
      'Es kennt ihn nicht, oder zu wenig ist übrig, oder es wurde wiederhergestellt und wartet auf seine Stationen.',
    next: 'Fragen Sie, wer die Aufträge plant.',
  },
  'plant.none': {
    what: 'Diese Station gehört zu keinem Werk.',
    meaning: 'Es wurde nichts gesendet.',
    next: 'Verbinden Sie sie mit einem Werk, dann noch einmal.',
  },
  'plant.collision': {
    what: 'Eine andere Station hat dieses Gerät gemacht.',
    meaning: 'Das Werk kennt Seriennummer, Hardware oder Schlüssel von dort. Hier geht es nicht weiter.',
    next: 'Ziehen Sie das Gerät ab, legen Sie es beiseite und rufen Sie einen Techniker.',
  },
  'plant.unreachable': {
    what: 'Das Werk ist nicht erreichbar.',
    meaning: 'Nichts ist verloren: was ihm fehlt, wird später gesendet.',
    next: 'Prüfen Sie das Netz und warten Sie einen Moment.',
  },
  'plant.untrusted': {
    what: 'Das ist vielleicht nicht das Werk: sein Zertifikat besteht nicht.',
    meaning: 'Ihm wurde nichts gesagt, und nichts ist verloren: was ihm fehlt, wird später gesendet.',
    next: 'Vergleichen Sie sein Zertifikat mit Wurzel und Namen in der Adresse.',
  },
  'plant.refused': {
    what: 'Das Werk lässt diese Station nicht ein.',
    meaning: 'Nichts ist verloren: was ihm fehlt, wird später gesendet.',
    next: 'Wer das Werk betreut, muss diese Station zulassen.',
  },
  'plant.failed': {
    what: 'Der Server des Werks konnte es nicht tun.',
    meaning: 'Nichts ist verloren: was ihm fehlt, wird später gesendet.',
    next: 'Sagen Sie es denen, die das Werk betreuen, und warten Sie.',
  },
  'plant.forked': {
    what: 'Das Werk kennt eine andere Vergangenheit dieser Station.',
    meaning:
      'Die Station wurde aus einer Sicherung hergestellt, oder zwei Stationen laufen aus einer Kopie. Es wird nichts gesendet, und Geräte warten.',
    next: 'Rufen Sie einen Techniker: die andere anhalten, oder dem Werk neu beitreten.',
  },
  'plant.noReader': {
    what: 'Diese Station darf nicht das ganze Werk lesen.',
    meaning: 'Ihr fehlt ein Zugang, der alle Stationen liest. Ihre eigenen Daten sind da wie immer.',
    next: 'Ein Techniker gibt ihr einen: Station, Werk.',
  },
  'plant.returned': {
    what: 'Dieser Anteil wurde schon zurückgegeben.',
    meaning: 'Es wurde nichts geändert: sein Auftrag hier ist geschlossen.',
    next: 'Holen Sie einen weiteren Anteil des Auftrags.',
  },
  'plant.newer': {
    what: 'Eine neuere Version des Programms hat dieses Werk gemacht.',
    meaning: 'Es wurde nichts geändert.',
    next: 'Installieren Sie die neuere Version.',
  },
  'plant.owned': {
    what: 'Das kommt vom Werk: {name}.',
    meaning: 'Es wurde nichts geändert. Es ist an allen Stationen gleich.',
    next: 'Wer das Werk betreut, kann es ändern; oder legen Sie eine Kopie mit anderem Namen an.',
  },
  'plant.revoked': {
    what: 'Das Werk hat dieses Gerät gesperrt.',
    meaning: 'Hier geht es nicht weiter. Dort genannter Grund: {note}.',
    next: 'Ziehen Sie das Gerät ab, legen Sie es beiseite und rufen Sie einen Techniker.',
  },
  'window.none': {
    what: 'Dies ist nicht das eigene Fenster des Programms.',
    meaning: 'Es wurde nichts geändert. Ein Browser hat eigene Einstellungen.',
    next: 'Tun Sie es im Birthmark-Fenster auf diesem Computer.',
  },
  'window.notSaved': {
    what: 'Die Datei wurde nicht gespeichert.',
    meaning: 'Der Ordner ist vielleicht voll, schreibgeschützt oder fort. Sonst wurde nichts geändert.',
    next: 'Speichern Sie sie noch einmal in einem anderen Ordner.',
  },
  'window.notPrinted': {
    what: 'Es wurde nicht gedruckt.',
    meaning: 'Der Drucker hat es nicht angenommen. Sonst wurde nichts geändert.',
    next: 'Sehen Sie nach dem Drucker und drucken Sie noch einmal.',
  },
  'window.settingsLost': {
    what: 'Die Einstellungen des Fensters wurden nicht behalten.',
    meaning: 'Sie gelten, bis das Programm endet.',
    next: 'Schaffen Sie Platz auf der Festplatte und speichern Sie sie noch einmal.',
  },

  internal: {
    what: 'In der Station ist etwas Unerwartetes geschehen.',
    meaning: 'Der letzte Schritt ist vielleicht nicht getan. Nichts Aufgezeichnetes ist verloren.',
    next: 'Versuchen Sie es noch einmal. Wenn es bleibt, melden Sie es mit dem Code.',
  },
};
