import type { findingRemedies, findings } from './en.health.ts';

export const findingsDe: typeof findings = {
  stationRuns: 'Ein anderes Programm hat diese Station geöffnet (Prozess {pid}).',
  stationShut: 'Die Station lässt sich nicht öffnen: <machine></machine>',
  recordsSound: 'Die Datenbank besteht ihre Prüfung.',
  recordsChanged:
    'Die Aufzeichnungen sind nicht so, wie die Station sie hinterließ: <machine></machine>. Anhalten und den Ordner „evidence“ für die QS aufheben.',
  recordsDamaged: 'Die Datenbank ist beschädigt: <machine></machine>',
  diskFree: '{mib, number} MiB sind frei.',
  diskLow: 'Auf dem Datenträger des Datenordners sind nur {mib, number} MiB frei.',
  diskReadOnly: 'Der Datenordner ist nicht beschreibbar (<machine></machine>). Es wird nichts mehr ausgestellt.',
  backupGood:
    'Die letzte gute Sicherung ist {hours, plural, =0 {weniger als eine Stunde} one {# Stunde} other {# Stunden}} alt.',
  backupNone: 'Es werden keine Sicherungen gemacht. Ein defekter Datenträger nähme alle Aufzeichnungen mit.',
  backupFirst: 'Es wurde noch keine Sicherung gemacht. Die erste kommt von selbst.',
  backupOverdue: 'Die letzte gute Sicherung ist {hours, plural, one {# Stunde} other {# Stunden}} alt.',
  backupFailed: 'Die letzte Sicherung misslang. {said}',
  backupUnsent: '{place} hat die letzte Sicherung nicht. {said}',
  backupSent: 'Der Bucket hat die letzte Sicherung: {place}{name}',
  backupSameDisk:
    'Die Sicherungen liegen auf demselben Datenträger wie die Station. Geht er kaputt, ist beides verloren.',
  backupTwin:
    'Eine andere Kopie dieser Station hat in dem Ordner Sicherungen gemacht ({name}). Zwei Stationen laufen aus einer Kopie, oder ein älterer Ordner wurde eingesetzt.',
  checkpointGood:
    'Der letzte Prüfpunkt des Protokolls kam vor {hours, plural, =0 {weniger als einer Stunde} one {# Stunde} other {# Stunden}} an.',
  checkpointNone:
    'Es werden keine Prüfpunkte des Protokolls veröffentlicht. Ohne einen anderswo fällt nicht auf, wenn jemand eine ältere Datei unterschiebt.',
  checkpointFirst: 'Es ging noch kein Prüfpunkt des Protokolls hinaus. Der erste geht von selbst.',
  checkpointOverdue:
    'Seit {hours, plural, =0 {einiger Zeit} one {# Stunde} other {# Stunden}} kam kein Prüfpunkt des Protokolls an.',
  checkpointFailed: 'Kein Prüfpunkt des Protokolls erreicht {place}. {said}',
  checkpointContradicted:
    'Der Zeuge {witness} hat {held, number} Blätter eines anderen Protokolls dieser Station; hier waren es {size, number}. Jemand hat eine ältere Datei untergeschoben oder das Protokoll umgeschrieben.',
  restoredOrders:
    'Die Aufzeichnungen kommen aus einer Sicherung. Die Zahlen dieser Aufträge können zu niedrig sein: {orders}.',
  rightsClosed: 'Nur dieser Benutzer darf im Datenordner schreiben.',
  rightsOther: '{folder} gehört einem anderen Benutzer.',
  rightsOpen: '{folder} ist für andere Benutzer offen.',
  clockPlausible: 'Dieser PC sagt {now}.',
  clockWrong: 'Dieser PC sagt {now}. Das kann nicht sein.',
  clockBack: 'Dieser PC sagt {now}, aber das letzte Gerät wurde um {last} begonnen.',
  clockAhead:
    'Nach der Uhr dieses PCs {days, plural, one {ist # Tag} other {sind # Tage}} seit dem letzten Gerät vergangen.',
  caUnlocked: 'Die ausstellende CA ist entsperrt.',
  caOpens: 'Die Passphrase öffnet die Schlüssel der CA.',
  caLocked: 'Die ausstellende CA ist gesperrt.',
  caAbsent: 'Das Token mit dem Schlüssel der ausstellenden CA steckt nicht.',
  caMissing: 'Der Schlüssel der ausstellenden CA ist nicht an seinem Ort.',
  caExpired: 'Die ausstellende CA ist abgelaufen.',
  caRevoked: 'Die ausstellende CA ist widerrufen.',
  caEnding: '{days, plural, one {{name} endet in # Tag.} other {{name} endet in # Tagen.}}',
  caPathEnding:
    'Die ausstellende CA oder eine über ihr endet in {days, plural, one {# Tag} other {# Tagen}}. Zertifikate würden mit ihr enden.',
  portsCounted: 'An {there, number} von {slots, number} Steckplätzen steckt ein Gerät.',
  portHeld: '{name} läuft (Prozess {pid}). Es öffnet serielle Anschlüsse, sobald etwas steckt, und schreibt hinein.',
  portsForbidden:
    '{count, plural, one {Benutzer {user} darf # Anschluss nicht öffnen.} other {Benutzer {user} darf # Anschlüsse nicht öffnen.}}',
  folderSynchronised:
    '{by} gleicht den Datenordner {dir} ab. Es kann halb geschriebene Aufzeichnungen kopieren und alte zurückbringen.',
  rootCrlRevocation: 'Eine CA wurde widerrufen, und die Sperrliste von {name} sagt es noch nicht.',
  rootCrlEnding: 'Die Sperrliste von {name} endet um {at}.',
  windowWell: 'Die Seite lebt seit dem Start des Programms.',
  windowSuffered:
    'Die Seite wurde {reloads, plural, one {# Mal} other {# Mal}} neu geladen; die Grafik ging {losses, plural, one {# Mal} other {# Mal}} verloren.',
  scannerThere:
    '{taught, select, yes {Ein Tastaturscanner wurde angelernt.} other {}} {serial, plural, =0 {} one {# Scanner hängt an einem seriellen Anschluss.} other {# Scanner hängen an seriellen Anschlüssen.}}',
  scannerNone: 'Kein Scanner wurde angelernt, und keiner ist an einem seriellen Anschluss eingestellt.',
  scannerReady: '{name} ist bereit.',
  scannerAbsent: '{name} steckt nicht.',
  scannerTrouble: '{name} lässt sich nicht öffnen.',
  badgeRule:
    'Ausweise haben eine Regel. Etiketten von Geräten werden {kind, select, plain {als einfache Seriennummern} gs1 {als GS1} other {nach einem Muster}} gelesen.',
  badgeRuleNone: 'Ausweise haben keine Regel.',
  badgeRuleNeeded: 'Ausweise haben keine Regel. Ein unbekannter Ausweis würde als Etikett eines Geräts gelesen.',
  cloudNone: 'Kein AWS-Ziel ist eingestellt. Geräte lassen sich fertigen, aber nicht registrieren.',
  cloudWell: 'Der Bucket {bucket} ist benutzbar.',
  endpointSame: 'Geräte bekommen den Endpunkt {sealed}, wie AWS ihn hat.',
  endpointOther: 'Geräte bekommen den Endpunkt {sealed}, doch das Konto von {target} hat {aws}.',
  usbAwake:
    '{count, plural, one {# serielles USB-Gerät wird wach gehalten.} other {# serielle USB-Geräte werden wach gehalten.}}',
  usbAsleep: 'Dieser PC darf {count, number} von {all, number} seriellen USB-Geräten abschalten: {devices}.',
  usbSelectiveOff: 'Das Energiesparen für USB ist aus.',
  usbSelectiveOn: 'Windows darf USB-Anschlüsse abschalten (selektives Energiesparen).',
  sleepNever: 'Dieser PC schläft nicht von selbst ein, solange er am Strom hängt.',
  sleepAfter: 'Dieser PC schläft nach {minutes, plural, one {# Minute} other {# Minuten}} ohne Tastendruck ein.',
  timeFollows: 'Die Uhr dieses PCs folgt einem Zeitserver.',
  timeUnknown: 'Dieser PC sagt nicht, ob seine Uhr einem Zeitserver folgt.',
  timeOff: 'Die Uhr dieses PCs folgt keinem Zeitserver; so ist es eingestellt.',
  timeUnreached: 'Die Uhr dieses PCs soll einem Zeitserver folgen, hat aber keinen erreicht.',
  plantWell:
    'Das Werk hat das Protokoll dieser Station{waiting, plural, =0 {} one {; # Eintrag ist unterwegs} other {; # Einträge sind unterwegs}}.',
  plantBehind:
    '{waiting, plural, one {# Eintrag wartet} other {# Einträge warten}} auf das Werk. {said} <machine></machine>',
  plantRefused:
    'Das Werk wies {units, plural, one {# Gerät} other {# Geräte}} zurück: eine andere Station hat Seriennummer, Hardware oder Schlüssel.',
  plantDocument:
    '{kind, select, profiles {Die Profile} recipes {Die Rezepte} people {Die Personen} other {Die Sperrungen}} vom Werk, Version {version}, werden nicht übernommen: {problem, select, noKey {diese Station kennt den Schlüssel des Werks nicht} badSignature {die Unterschrift ist nicht die des Werks} otherPlant {sie stammen von einem anderen Werk} older {diese Station hat eine spätere Version} changed {diese Station hat ein anderes Dokument dieser Version} missing {eine spätere Version wurde unterschrieben, und das Werk zeigt diese nicht} unreadable {dieses Programm kann sie nicht lesen} other {dieses Programm kann sie nicht verwenden}}.',
  plantClash:
    'Ausweise des Werks gehören Personen dieser Station, sodass die Personen des Werks sich hier nicht anmelden können: {badges}.',
  orderPaused: 'Auftrag {order} ist angehalten und nimmt keine neuen Geräte.',
  alertsStand: '{count, plural, one {# Warnung liegt} other {# Warnungen liegen}} vor, zu {orders}.',
  orderFull: 'Auftrag {order} hat {quantity, plural, one {sein # Gerät} other {seine # Geräte}}.',
  failed: 'Das ließ sich nicht prüfen. Das System sagt: <machine></machine>',
};

export const findingRemediesDe: typeof findingRemedies = {
  restoreRecords: 'Stellen Sie den Datenordner aus einer Sicherung wieder her. Löschen Sie nichts.',
  freeDisk: 'Schaffen Sie Platz auf dem Datenträger des Datenordners.',
  closeFolder: 'Lassen Sie nur den Benutzer, unter dem die Station läuft, im Datenordner schreiben (chmod, chown).',
  setClock: 'Stellen Sie die Uhr dieses PCs und starten Sie neu.',
  takeEndpoint: 'Übernehmen Sie den Endpunkt von AWS auf der Seite „AWS“ der Station.',
  unlockCa: 'Lassen Sie die CA von der Technik entsperren: Station, CA.',
  plugInToken: 'Stecken Sie das Token mit dem CA-Schlüssel wieder ein.',
  restoreKey: 'Holen Sie die Schlüsseldatei aus einer Sicherung des Datenordners zurück.',
  otherCa: 'Schalten Sie eine andere ausstellende CA ein oder legen Sie eine neue an: Station, CA.',
  newCa:
    'Stellen Sie die Uhr dieses PCs, falls sie falsch geht. Sonst legen Sie eine neue ausstellende CA an und schalten sie ein: Station, CA.',
  lookAtAlerts: 'Sehen Sie nach, was sie sagen und seit wann: Übersicht, Ausbeute und Durchsatz.',
  newCaSoon: 'Legen Sie eine neue ausstellende CA an und schalten Sie sie ein, bevor die alte endet: Station, CA.',
  checkCables: 'Prüfen Sie die Kabel und ob dieser Benutzer serielle Anschlüsse öffnen darf.',
  plugInSlots: 'Stecken Sie die Kabel aller Steckplätze ein oder wählen Sie andere Anschlüsse: Station, Steckplätze.',
  moveFolder:
    'Schließen Sie dieses Programm und legen Sie den Datenordner außerhalb von {by} ab. Für Kopien gibt es Sicherungen.',
  makeRootCrl: 'Öffnen Sie dafür den Schlüssel der Wurzel: Station, CA.',
  updateGraphics: 'Erneuern Sie den Grafiktreiber. Bis dahin lassen Sie ohne Grafikkarte zeichnen: Station, Fenster.',
  restartProgram:
    'Starten Sie das Programm zwischen zwei Schichten neu. Kommt es wieder, prüfen Sie den Speicher dieses PCs und sagen Sie es den Herstellern.',
  teachScanner:
    'Lernen Sie den Scanner an oder stellen Sie ihn an einem seriellen Anschluss ein: Station, Etiketten und Scanner.',
  plugInScanner:
    'Stecken Sie den Scanner ein, auf USB-COM gestellt, oder nehmen Sie ihn heraus: Station, Etiketten und Scanner.',
  freeScannerPort:
    'Schließen Sie, was seinen Anschluss benutzt, und prüfen Sie, ob dieser Benutzer serielle Anschlüsse öffnen darf.',
  setBadgeRule: 'Stellen Sie ein, wie Ausweise aussehen: Station, Etiketten und Scanner.',
  setCloud: 'Stellen Sie Region, Bucket und Rolle ein und prüfen Sie die Zugangsdaten: Station, AWS.',
  makeWritable: 'Den Datenträger des Datenordners prüfen, und ob dieser Benutzer dort schreiben darf.',
  setBackups: 'Einen Ordner auf einem anderen Datenträger wählen: Station, Sicherungen.',
  connectBackups:
    'Das Laufwerk der Sicherungen verbinden, dort Platz schaffen oder einen anderen Ordner wählen: Station, Sicherungen.',
  otherBackupDisk: 'Einen Ordner auf einem anderen Datenträger oder Netzlaufwerk wählen: Station, Sicherungen.',
  stopTwin: 'Eine der beiden Stationen anhalten und die Ordner beider für die QS aufheben.',
  waitForAws: 'Das Netz prüfen. Die Station versucht es von selbst wieder.',
  renewCredentials: 'Die AWS-Zugangsdaten dieses PCs erneuern.',
  giveBackupRights: 'Die Rechte geben, die der Test des Ziels nennt: Station, AWS.',
  checkBackupBucket: 'Bucket und Region prüfen oder einen anderen wählen: Station, Sicherungen.',
  closeBucket:
    'In AWS Block Public Access des Buckets einschalten oder einen anderen Bucket wählen: Station, Sicherungen.',
  connectCheckpoints: 'Das Laufwerk des Ordners verbinden oder einen anderen wählen: Station, Prüfpunkte.',
  checkBucket: 'Netz, Zugangsdaten und Bucket prüfen: Station, Prüfpunkte.',
  askWitness: 'Den Betreiber des Zeugen fragen und ihm den Schlüssel dieser Station geben: Station, Prüfpunkte.',
  keepForQa: 'Technik und QS rufen. Nichts mehr fertigen und den Datenordner lassen, wie er ist.',
  reconcileOrders: 'Die Geräte dieser Aufträge zählen und die Zahl eintragen: Station, Aufträge.',
  letIn: 'Adresse, Anmeldung und Zertifikat mit denen vergleichen, die das Werk betreuen. Die Arbeit geht weiter.',
  joinAgain:
    'Die Kopie dieser Station anhalten, wenn es eine gibt. Eine Station aus einer Sicherung tritt dem Werk neu bei.',
  tellPlant: 'Denen sagen, die das Werk betreuen. Die Arbeit geht weiter.',
  reachPlant: 'Das Netz zum Werk prüfen. Die Arbeit geht weiter.',
  settleRefused: 'Diese Geräte beiseite legen und klären, welches der beiden das richtige ist.',
  joinWithKey: 'Den öffentlichen Schlüssel vom Betreuer des Werks holen und damit beitreten: plant join --key.',
  publishAgain: 'Den Betreuer des Werks bitten, neu zu veröffentlichen. Was diese Station hat, bleibt.',
  mendDocument: 'Dem Betreuer des Werks Bescheid geben. Was diese Station hat, bleibt.',
  otherBadge: 'Den Betreuer des Werks um andere Ausweise für diese Personen bitten.',
  asAdministrator: 'Als Administrator: {commands}',
  asRoot: 'Im Terminal: {commands}',
  joinGroup: 'Im Terminal: {commands}',
  usbRules:
    'Installieren Sie 60-birthmark.rules (docs/ports.md); damit bleiben diese Geräte wach. Wo TLP oder powertop installiert ist, nehmen Sie USB davon aus.',
  timeServer: 'Im Terminal, als Administrator: {commands}. Ohne Netz nennen Sie einen Zeitserver der Fabrik.',
};
