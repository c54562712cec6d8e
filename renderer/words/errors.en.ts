import type { ErrorTable } from './errortable.ts';

/** Three sentences for every code of the catalogue: the event, its meaning, the next act. */
export const errorsEn: ErrorTable = {
  'session.signedOut': {
    what: 'You are not signed in.',
    meaning: 'Nothing was done.',
    next: 'Sign in, then do it again.',
  },
  'session.wrongPin': {
    what: 'Badge and PIN do not belong together.',
    meaning: 'You are not signed in.',
    next: 'Check the badge and type the PIN again.',
  },
  'session.weakPin': {
    what: 'This PIN is too easy to guess.',
    meaning: 'Nothing was changed.',
    next: 'Choose another one.',
  },
  'session.lockedOut': {
    what: 'Too many wrong PINs.',
    meaning: 'This badge has to wait a little.',
    next: 'Wait until the time is over, then try again.',
  },
  'session.forbidden': { what: 'Your role may not do this.', meaning: 'Nothing was done.', next: 'Ask an engineer.' },
  'session.secondPerson': {
    what: 'A second person has to agree.',
    meaning: 'Nothing was done.',
    next: 'Ask QA or an engineer to sign with badge and PIN.',
  },
  'session.lastEngineer': {
    what: 'This is the last engineer of the station.',
    meaning: 'Nothing was changed. The station needs an engineer to manage it.',
    next: 'Add another engineer first.',
  },
  'session.unknownPage': {
    what: 'The station does not know this page.',
    meaning: 'Nothing was done.',
    next: 'Open a new address that the station prints.',
  },

  'call.malformed': {
    what: 'The screen and the station do not understand each other.',
    meaning: 'Nothing was done.',
    next: 'Load the screen again. If that does not help, report the code.',
  },
  'call.unknownMethod': {
    what: 'The station does not know this command.',
    meaning: 'Nothing was done.',
    next: 'Load the screen again: it may be of another version.',
  },
  'call.badParams': {
    what: 'One entry is not in the right form.',
    meaning: 'Nothing was done.',
    next: 'Correct it and try again.',
  },
  'call.tooLarge': { what: 'The request was too large.', meaning: 'Nothing was done.', next: 'Try again with less.' },
  'call.stale': {
    what: 'The slot had moved on already.',
    meaning: 'Your press was not used.',
    next: 'Look at the tile and follow it.',
  },
  'call.cancelled': {
    what: 'The work was stopped.',
    meaning: 'The unit has not passed.',
    next: 'Try again when you are ready.',
  },

  'order.notFound': { what: 'There is no such order.', meaning: 'Nothing was done.', next: 'Check the order number.' },
  'order.exists': {
    what: 'An order with this number exists.',
    meaning: 'No second one was made.',
    next: 'Choose another number.',
  },
  'order.none': {
    what: 'No order is active.',
    meaning: 'The bench waits.',
    next: 'Ask an engineer to start an order.',
  },
  'order.full': {
    what: 'The order is complete.',
    meaning: 'This unit is not part of it. Nothing was done to the unit.',
    next: 'Put the unit aside. Ask an engineer for the next order.',
  },
  'order.keyUsed': {
    what: 'This request was made before, with other content.',
    meaning: 'Its Idempotency-Key belongs to another order.',
    next: 'Send it with a new key.',
  },
  'order.badFile': {
    what: 'The file of orders cannot be read.',
    meaning: 'It is not CSV, XLSX or JSON as described, or it is too large.',
    next: 'See the details, correct the file and choose it again.',
  },
  'order.paused': {
    what: 'The order is paused.',
    meaning: 'It takes no new units. Units that were begun are finished.',
    next: 'Ask an engineer when it goes on.',
  },
  'order.ended': {
    what: 'The order has ended.',
    meaning: 'Nothing is issued for it any more.',
    next: 'Ask an engineer for the next order.',
  },
  'order.serialOutOfRange': {
    what: 'This label is not of this order.',
    meaning: 'Nothing was done to the unit.',
    next: 'Check the label, then scan the right one.',
  },
  'view.notFound': {
    what: 'There is no such view.',
    meaning: 'Someone removed it, or it is another person’s own. Nothing was changed.',
    next: 'Open the list again and look at its views.',
  },
  'order.profileNotAllowed': {
    what: 'The order is for another certificate profile.',
    meaning: 'No certificate was made for the unit.',
    next: 'An engineer must correct the order or the profile.',
  },
  'template.notPushed': {
    what: 'A template for bulk tasks is not put in place in AWS.',
    meaning: 'It goes with each task. Nothing was done.',
    next: 'Choose a template for a first connection, with a short name.',
  },
  'template.type': {
    what: 'AWS has a template {name} of the type {type}.',
    meaning: 'The type of a template never changes. Nothing was done.',
    next: 'Save it under another name, or remove the one in AWS.',
  },
  'template.versions': {
    what: 'The template {name} has five versions in AWS, which is the most.',
    meaning: 'Nothing was done.',
    next: 'Let the oldest version, {oldest}, go, or remove one in AWS.',
  },
  'template.notInAws': {
    what: 'No version of the template {name} in AWS has this text.',
    meaning: 'Nothing was done. AWS keeps five versions, and this one is not among them.',
    next: 'Save this text as the next version, and put that in place in AWS.',
  },
  'document.notFound': {
    what: 'There is no such template or policy.',
    meaning: 'Nothing was done.',
    next: 'Choose one from the list.',
  },
  'document.inUse': {
    what: 'Targets use the template {name}: {targets}.',
    meaning: 'It was not retired: their batches could no longer be made.',
    next: 'Choose another template at these targets, then retire this one.',
  },
  'template.unfit': {
    what: 'The template {name} does not fit: {reason}.',
    meaning: 'Nothing was sent to AWS.',
    next: 'Save a version of the template that fits, or choose another one at the AWS target.',
  },
  'document.defaultInAws': {
    what: 'Version {versionId} of {name} is the default in AWS.',
    meaning: 'It was not deleted: devices are held to it.',
    next: 'Make another version the default first.',
  },
  'document.invalid': {
    what: 'AWS would not take this text: {problem}.',
    meaning: 'It was not saved.',
    next: 'Correct the marked line, then save again.',
  },
  'recipe.notFound': {
    what: 'There is no such recipe.',
    meaning: 'Nothing was done.',
    next: 'Choose one from the list.',
  },
  'recipe.invalid': {
    what: 'The recipe has a mistake.',
    meaning: 'It was not saved.',
    next: 'Correct it where it is marked.',
  },
  'recipe.notApproved': {
    what: 'This version of the recipe is not approved.',
    meaning: 'Nothing was published.',
    next: 'Approve it at the station, or name the version that is in use.',
  },
  'recipe.outdated': {
    what: 'The recipe no longer fits the station.',
    meaning: 'No certificate is issued. The unit is not to blame.',
    next: 'Ask an engineer to check and approve it again.',
  },
  'recipe.none': {
    what: 'There is no approved recipe for this order.',
    meaning: 'No unit can be made.',
    next: 'Ask an engineer to approve one.',
  },
  'order.closed': {
    what: 'The order is closed.',
    meaning: 'Nothing was done to the unit.',
    next: 'Ask an engineer for the next order.',
  },

  'unit.notFound': {
    what: 'No unit has this serial.',
    meaning: 'There is nothing to show.',
    next: 'Check the serial on the label.',
  },
  'unit.badSerial': {
    what: 'This is not a unit label.',
    meaning: 'The scan was not used.',
    next: 'Scan the label with the unit serial.',
  },
  'unit.alreadyPassed': {
    what: 'This unit passed before.',
    meaning: 'It is good and keeps its certificate.',
    next: 'Unplug the unit and put it with the good units.',
  },
  'unit.inProgress': {
    what: 'This label is in work in another slot.',
    meaning: 'The scan was not used.',
    next: 'Check that the label is on the right unit.',
  },
  'unit.labelMismatch': {
    what: 'Label and unit do not belong together.',
    meaning: 'The unit says it has another serial. It was not changed.',
    next: 'Check the label, then scan the right one.',
  },
  'unit.wrongModel': {
    what: 'This is another model than the order asks for.',
    meaning: 'The unit was not changed.',
    next: 'Put the unit aside and call an engineer.',
  },
  'unit.hardwareIdTaken': {
    what: 'Another unit has the same hardware id.',
    meaning: 'One of the two may be a copy. The unit has not passed.',
    next: 'Put the unit aside and call an engineer.',
  },

  'unit.engineerFirst': {
    what: 'The station failed here, not the unit.',
    meaning: 'Nothing was begun.',
    next: 'Call an engineer. Leave the unit in.',
  },
  'unit.serialTooLong': {
    what: 'The serial has {length} characters. This unit keeps at most {longest}.',
    meaning: 'Nothing was done to the unit. Its label must be shorter.',
    next: 'Put the unit aside and call an engineer.',
  },
  'unit.noSlotWaiting': {
    what: 'No slot is waiting for a label.',
    meaning: 'Nothing was started.',
    next: 'Plug the unit in, wait until a slot asks for its label, then scan again.',
  },
  'unit.scrapped': {
    what: 'This unit has been scrapped.',
    meaning: 'Nothing more is done to it.',
    next: 'Put it with the scrapped units.',
  },
  'unit.notReworkable': {
    what: 'This unit cannot be reworked now.',
    meaning: 'It holds no certificate, or is being worked on. It stays as it is.',
    next: 'Scan its label on the bench, or call an engineer.',
  },
  'unit.noTranscript': {
    what: 'The station kept no conversation of this attempt.',
    meaning: 'The rest of the record is there.',
    next: 'Choose another attempt.',
  },
  'scan.unknown': {
    what: 'This is not a label, badge or order of this station.',
    meaning: 'Nothing was done.',
    next: 'Scan the label with the unit serial.',
  },
  'scan.ambiguous': {
    what: 'This scan can mean more than one thing.',
    meaning: 'Nothing was done.',
    next: 'Choose what it is, and tell an engineer: the label rules overlap.',
  },
  'scan.notUnit': {
    what: 'This is not the label of a unit.',
    meaning: 'No unit was started.',
    next: "Scan the unit's own label.",
  },
  'scan.incomplete': {
    what: 'Part of this scan is missing.',
    meaning: 'Nothing was done with it.',
    next: 'Scan it again.',
  },
  'scan.wrongCheck': {
    what: 'The check digit of this label is wrong.',
    meaning: 'The label was misread or misprinted. No unit was started.',
    next: 'Scan it again. If that does not help, put the unit aside.',
  },
  'scan.wrongLength': {
    what: 'This label is too long or too short.',
    meaning: 'Nothing was done.',
    next: 'Scan it again. If that does not help, check which label it is.',
  },
  'scan.wrongModel': {
    what: 'This label is of another model than the order.',
    meaning: 'No unit was started.',
    next: 'Check the unit and the order.',
  },
  'scan.wrongOrder': {
    what: 'This label belongs to another order.',
    meaning: 'No unit was started.',
    next: 'Check the unit, or ask an engineer to change the order.',
  },
  'scan.badRule': {
    what: 'A label rule cannot be used.',
    meaning: 'Nothing was saved.',
    next: 'Correct the rule and try a label with it.',
  },

  'link.noPort': {
    what: 'The port of this slot is missing.',
    meaning: 'The station cannot see units in this slot.',
    next: 'Check the cable of the slot.',
  },
  'link.openFailed': {
    what: 'The port cannot be opened.',
    meaning: 'The station cannot talk to units in this slot.',
    next: 'Call an engineer. Another program may use the port.',
  },
  'link.lost': {
    what: 'The unit was unplugged or lost its link.',
    meaning: 'It has not passed. Nothing is lost.',
    next: 'Check the cable, plug the unit in again and press “Try again”.',
  },
  'link.timeout': {
    what: 'The unit does not answer.',
    meaning: 'It has not passed.',
    next: 'Plug the unit in again and press “Try again”. If it fails again, use the red bin.',
  },
  'link.garbled': {
    what: 'The station cannot understand the unit.',
    meaning: 'It has not passed. The cable may be bad.',
    next: 'Change the cable and press “Try again”.',
  },
  'link.flooded': {
    what: 'The unit only talks and does not listen.',
    meaning: 'It has not passed.',
    next: 'Unplug the unit and put it in the red bin.',
  },
  'link.loopback': {
    what: 'The unit only repeats what it hears.',
    meaning: 'RX and TX are joined: a loopback plug, a solder bridge or a bad cable.',
    next: 'Change the cable and press “Try again”. If it fails again, use the red bin.',
  },
  'link.noise': {
    what: 'Only noise comes from the unit.',
    meaning: 'The speed of the line does not fit, or the ground wire is missing.',
    next: 'Call an engineer: the line speed of this slot.',
  },
  'link.booting': {
    what: 'The unit stays in its boot loader.',
    meaning: 'The port resets it, or holds it there.',
    next: 'Call an engineer: DTR and RTS of this slot, or the boot button.',
  },
  'link.wrongFirmware': {
    what: 'The unit speaks another protocol.',
    meaning: 'It has other firmware, or the slot is set up for other units.',
    next: 'Call an engineer: the slot is set to {setTo}, this is {found}.',
  },
  'link.otherProgram': {
    what: 'Another program talks to the unit.',
    meaning: 'Its commands come between those of the station.',
    next: 'Call an engineer: another program uses the port of this slot.',
  },
  'link.stuck': {
    what: 'The unit waits inside a text and hears nothing else.',
    meaning: 'It has not passed. Only a reset helps.',
    next: 'Switch the unit off and on, then press “Try again”.',
  },
  'link.wrongDevice': {
    what: 'Something else is plugged in here.',
    meaning: 'Nothing was written to it.',
    next: 'Plug a unit of this order into the slot.',
  },
  'link.timeLimit': {
    what: 'The unit took too long.',
    meaning: 'It was stopped. The records say what it holds.',
    next: 'Press “Try again”.',
  },

  'device.refused': {
    what: 'The unit refused a command.',
    meaning: 'It has not passed.',
    next: 'Press “Try again”. If it fails again, use the red bin.',
  },
  'device.incompatible': {
    what: 'The unit speaks another version.',
    meaning: 'Its firmware does not fit this station.',
    next: 'Put the unit aside and call an engineer.',
  },
  'device.badImei': {
    what: 'The IMEI of the unit is wrong: {imei}.',
    meaning: 'The last digit would have to be {checkDigit}.',
    next: 'Put the unit aside and call an engineer.',
  },
  'device.keyFailed': {
    what: 'The unit could not make its key.',
    meaning: 'It is faulty.',
    next: 'Unplug the unit and put it in the red bin.',
  },
  'device.keyUnknown': {
    what: 'The unit holds a key that is not on record.',
    meaning: 'Its records have a certificate for another key.',
    next: 'Put the unit aside and call an engineer.',
  },
  'device.storageFull': {
    what: 'The unit has no room for the certificate.',
    meaning: 'It is faulty.',
    next: 'Unplug the unit and put it in the red bin.',
  },
  'device.sealed': {
    what: 'The unit is sealed already.',
    meaning: 'It takes no other key or certificate. It cannot be reworked.',
    next: 'Put the unit aside and call an engineer.',
  },
  'device.badAnswer': {
    what: 'The unit gave a wrong answer.',
    meaning: 'It has not passed.',
    next: 'Press “Try again”. If it fails again, use the red bin.',
  },
  'device.noNetwork': {
    what: 'The unit has no network for this.',
    meaning: 'Its firmware cannot connect when it is told to. Its certificate is in order.',
    next: 'Keep the unit and call an engineer: the recipe asks for a connection.',
  },
  'home.unreachable': {
    what: 'The unit found no way to AWS.',
    meaning: 'Its network did not answer. The unit itself is in order.',
    next: 'Call an engineer: the network at the bench has to be checked.',
  },
  'home.wrongServer': {
    what: 'The unit does not trust the server that answered.',
    meaning: 'Its endpoint, its root certificate or its clock is wrong. Nothing was sent.',
    next: 'Call an engineer: the recipe may write the wrong endpoint or root.',
  },
  'home.refused': {
    what: 'AWS did not let the unit in.',
    meaning: 'It does not take the certificate or the client id of this unit.',
    next: 'Keep the unit and call an engineer.',
  },
  'home.notAllowed': {
    what: 'AWS let the unit in, and not its message.',
    meaning: 'No policy allows the unit to publish there.',
    next: 'Keep the unit and call an engineer: the policy has to be mended.',
  },

  'csr.malformed': {
    what: 'The request of the unit is damaged.',
    meaning: 'No certificate was issued.',
    next: 'Unplug the unit and put it in the red bin.',
  },
  'csr.tooLarge': {
    what: 'The request of the unit is too large.',
    meaning: 'No certificate was issued.',
    next: 'Unplug the unit and put it in the red bin.',
  },
  'csr.badSignature': {
    what: 'The unit could not prove that it holds its key.',
    meaning: 'No certificate was issued.',
    next: 'Unplug the unit and put it in the red bin.',
  },
  'csr.unsupportedKey': {
    what: 'The unit made a kind of key that is not allowed.',
    meaning: 'No certificate was issued.',
    next: 'Put the unit aside and call an engineer.',
  },
  'csr.weakKey': {
    what: 'The key of the unit is weak.',
    meaning: 'No certificate was issued.',
    next: 'Unplug the unit and put it in the red bin.',
  },
  'csr.unsupportedAlgorithm': {
    what: 'The unit signs in a way that is not allowed.',
    meaning: 'No certificate was issued.',
    next: 'Put the unit aside and call an engineer.',
  },
  'csr.subjectMismatch': {
    what: 'The unit asks for a certificate in another name.',
    meaning: 'No certificate was issued.',
    next: 'Put the unit aside and call an engineer.',
  },

  'policy.keyCompromised': {
    what: 'The key of this unit was reported compromised.',
    meaning: 'No certificate is issued for it again.',
    next: 'Unplug the unit and put it in the red bin.',
  },
  'policy.keySeen': {
    what: 'This key was used before.',
    meaning: 'Another unit has it, or this one had it before rework. No certificate was issued.',
    next: 'Unplug the unit and put it in the red bin.',
  },
  'policy.unitHasCertificate': {
    what: 'This unit has a certificate for another key.',
    meaning: 'No second one was issued. A new key needs rework.',
    next: 'Put the unit aside and call an engineer. Two people must agree to its rework.',
  },
  'policy.profileUnknown': {
    what: 'The order names a profile that is missing.',
    meaning: 'The unit is not to blame. Nothing was issued.',
    next: 'An engineer must correct the order.',
  },
  'policy.profileInvalid': {
    what: 'The certificate profile has mistakes.',
    meaning: 'The unit is not to blame. Nothing was issued.',
    next: 'An engineer must correct the profile.',
  },
  'policy.benchLocked': {
    what: 'The bench is locked.',
    meaning: 'Nothing was done to the unit.',
    next: 'Call an engineer.',
  },
  'policy.interlock': {
    what: 'The station does not issue now.',
    meaning: 'The unit is not to blame.',
    next: 'Call an engineer.',
  },

  'station.suspended': {
    what: 'The PC went to sleep.',
    meaning: 'The work on this unit was interrupted. The unit is not to blame. Every finished step is on record.',
    next: 'Scan the label again.',
  },

  'station.noAnswer': {
    what: 'The station does not answer.',
    meaning: 'The last act may have been done, or not.',
    next: 'Wait until it is back, and look.',
  },

  'ca.locked': {
    what: 'The CA is locked.',
    meaning: 'No certificate can be issued. The unit is not to blame.',
    next: 'An engineer unlocks the CA with its passphrase.',
  },
  'ca.wrongPassphrase': { what: 'The passphrase is wrong.', meaning: 'The CA stays locked.', next: 'Type it again.' },
  'ca.weakPassphrase': {
    what: 'The passphrase is too weak.',
    meaning: 'Nothing was made.',
    next: 'Choose a longer one.',
  },
  'ca.missing': { what: 'The CA is missing.', meaning: 'No certificate can be issued.', next: 'Call an engineer.' },
  'ca.damaged': {
    what: 'The CA files are damaged.',
    meaning: 'No certificate can be issued.',
    next: 'Call an engineer. Restore the backup.',
  },
  'ca.expired': {
    what: 'The CA has expired.',
    meaning: 'No certificate can be issued.',
    next: 'Call an engineer. A new CA is needed.',
  },
  'ca.lintFailed': {
    what: 'The certificate would not have been correct.',
    meaning: 'It was not signed. The unit is not to blame.',
    next: 'Call an engineer.',
  },
  'ca.mismatch': {
    what: 'The signed certificate is not the one that was meant.',
    meaning: 'The certificate was made void. The bench stops.',
    next: 'Call an engineer.',
  },
  'ca.signFailed': {
    what: 'The CA could not sign.',
    meaning: 'No certificate was issued. The unit is not to blame.',
    next: 'Call an engineer.',
  },
  'ca.notFound': {
    what: 'The station knows no such CA.',
    meaning: 'Nothing was done.',
    next: 'Choose one from the list.',
  },
  'ca.exists': {
    what: 'The station has this CA already.',
    meaning: 'Nothing was changed.',
    next: 'Choose the one that is there, or another file.',
  },
  'ca.unfit': {
    what: 'This certificate or key cannot serve here.',
    meaning: 'Nothing was changed.',
    next: 'Read the reason below. Then get a certificate or key that fits.',
  },
  'ca.badKeyFile': {
    what: 'The file cannot be opened.',
    meaning: 'Nothing was changed.',
    next: 'Check that it is the right file, and its passphrase.',
  },
  'ca.badShares': {
    what: 'These shares do not give the key.',
    meaning: 'Nothing was changed.',
    next: 'Enter enough shares of one split. Each must be complete.',
  },
  'ca.notProved': {
    what: 'No backup of this key has been proved yet.',
    meaning: 'The key stays at the station.',
    next: 'Export or split it, then prove the backup.',
  },
  'ca.inUse': {
    what: 'This CA is in use.',
    meaning: 'Nothing was changed.',
    next: 'Activate another CA first.',
  },
  'ca.wrongPin': {
    what: 'The PIN does not open the token.',
    meaning: 'The token counts wrong PINs and locks itself.',
    next: 'Check the PIN before you try again.',
  },
  'ca.pinLocked': {
    what: 'The token has locked its PIN.',
    meaning: 'No certificate can be issued with it.',
    next: 'Call the person who holds the SO PIN of the token.',
  },
  'ca.tokenAbsent': {
    what: 'The token with the CA key is not plugged in.',
    meaning: 'No certificate was issued. The unit is not to blame.',
    next: 'Plug the token in again.',
  },
  'ca.tokenFailed': {
    what: 'The token did not do what it was asked.',
    meaning: 'No certificate was issued. The unit is not to blame.',
    next: 'Call an engineer.',
  },
  'ca.moduleNotListed': {
    what: 'This module is not on the station’s list.',
    meaning: 'It was not loaded. A module can do anything inside the station.',
    next: 'Put it on the list if you trust it: Station, CA, PKCS#11 modules.',
  },
  'ca.moduleUnsafe': {
    what: 'Others could have changed this module.',
    meaning: 'It was not loaded.',
    next: 'Let only the administrator write the file and each folder above it, then try again.',
  },
  'ca.noTokens': {
    what: 'This station cannot use tokens yet.',
    meaning: 'The module for the token could not be loaded.',
    next: 'Install the maker\u2019s PKCS#11 module, or correct its path.',
  },
  'ca.revoked': {
    what: 'This CA was revoked.',
    meaning: 'It can never issue a certificate again.',
    next: 'Make another CA active. A unit with its certificate gets a new one.',
  },
  'ca.noVault': {
    what: 'This computer cannot keep the passphrase.',
    meaning: 'Nothing else was changed.',
    next: 'Type the passphrase at each start.',
  },

  'certificate.notFound': {
    what: 'No such certificate is on record.',
    meaning: 'Nothing was done.',
    next: 'Check the certificate serial.',
  },
  'certificate.inJob': {
    what: 'Another job has a certificate of these, and has not ended.',
    meaning: 'Nothing was changed. Two jobs on one certificate would leave it as the last one says.',
    next: 'Go on with that job or stop it, then choose again.',
  },
  'certificate.notIssued': {
    what: 'No certificate was signed with this serial.',
    meaning: 'There is nothing to revoke.',
    next: 'Check the certificate serial.',
  },
  'certificate.revoked': {
    what: 'This certificate is revoked already.',
    meaning: 'A revocation cannot be undone.',
    next: 'Look at its revocation on the Certificates screen.',
  },

  'claim.notFound': {
    what: 'There is no such claim.',
    meaning: 'Nothing was done.',
    next: 'Look at the list of claims.',
  },
  'claim.exists': {
    what: 'The order has a claim for this template.',
    meaning: 'No other one was made.',
    next: 'Use the one that is there, or retire it first.',
  },
  'claim.ended': {
    what: 'This claim has ended.',
    meaning: 'No other device gets it.',
    next: 'Make another one for the order.',
  },
  'claim.none': {
    what: 'The order has no claim yet.',
    meaning: 'The unit is untouched.',
    next: 'Call an engineer to make the claim of the order.',
  },
  'claim.locked': {
    what: 'The key of the claim is locked.',
    meaning: 'The unit is untouched.',
    next: 'Unlock the CA, or open the claim with its passphrase.',
  },

  'verify.readBackMismatch': {
    what: 'The unit stored something else than it was sent.',
    meaning: 'It has not passed.',
    next: 'Press “Try again”. If it fails again, use the red bin.',
  },
  'verify.proofFailed': {
    what: 'The unit could not prove its certificate.',
    meaning: 'The certificate will be revoked.',
    next: 'Unplug the unit and put it in the red bin.',
  },
  'verify.chainInvalid': {
    what: 'The certificate chain is not valid.',
    meaning: 'The unit is not to blame.',
    next: 'Call an engineer.',
  },

  'records.conflict': {
    what: 'The records contradict this.',
    meaning: 'Nothing was written.',
    next: 'Call an engineer.',
  },
  'records.damaged': {
    what: 'The records are damaged.',
    meaning: 'The station stops, so that nothing is lost.',
    next: 'Call an engineer. Restore the backup.',
  },
  'records.diskFull': {
    what: 'The disk is full.',
    meaning: 'The station stops, so that nothing is lost.',
    next: 'An engineer must free disk space.',
  },
  'records.exists': {
    what: 'The records hold this name or number already.',
    meaning: 'Nothing was changed.',
    next: 'Choose another name or number.',
  },
  'records.failed': {
    what: 'The records could not be written.',
    meaning: 'The unit has not passed.',
    next: 'Call an engineer.',
  },
  'records.fileHeld': {
    what: 'Another program holds a file of the station.',
    meaning: 'Nothing was changed. A virus scanner or a backup may be at work.',
    next: 'Try again. If that fails, an engineer excludes the data folder from the virus scanner.',
  },
  'records.networkFolder': {
    what: 'The data folder lies on a network drive.',
    meaning: 'The records would not survive a broken connection there. Nothing was opened or made.',
    next: 'Choose a folder on a disk of this computer.',
  },
  'records.inUse': {
    what: 'Another program has this station open.',
    meaning: 'Two at once would damage the records.',
    next: 'Close the other program.',
  },
  'records.newer': {
    what: 'The records are of a newer version.',
    meaning: 'This version must not touch them.',
    next: 'An engineer must update the program.',
  },
  'records.notStation': {
    what: 'This folder holds no station.',
    meaning: 'Nothing was opened.',
    next: 'Choose another folder, or set up a station.',
  },
  'records.readOnly': {
    what: 'The records can only be read now.',
    meaning: 'Nothing was written.',
    next: 'Sign in, then do it again.',
  },

  'backup.damaged': {
    what: 'This backup is not whole.',
    meaning: 'It is not as it was made. Nothing was changed.',
    next: 'Call an engineer. Take an older backup.',
  },
  'backup.notContinuous': {
    what: 'A checkpoint contradicts this backup.',
    meaning: 'One of them was rewritten, or is of another station. Nothing was changed.',
    next: 'Call an engineer. Keep both for QA.',
  },
  'backup.noPlace': {
    what: 'The folder of backups cannot be used.',
    meaning: 'No backup was made there. The line goes on.',
    next: 'An engineer connects the drive or chooses another folder: Station, Backups.',
  },
  'backup.placeFull': {
    what: 'The folder of backups is full.',
    meaning: 'No backup was made. Older backups stay.',
    next: 'An engineer makes room there, or keeps fewer backups.',
  },
  'backup.running': {
    what: 'A backup is being made already.',
    meaning: 'One is made at a time.',
    next: 'Wait until it is done.',
  },

  'backup.bucketPublic': {
    what: 'Everybody may read this bucket.',
    meaning: 'No backup goes there. Those in the folder stay good.',
    next: 'An engineer turns on Block Public Access in AWS, or chooses another bucket.',
  },

  'checkpoint.noPlace': {
    what: 'The folder for checkpoints cannot be used.',
    meaning: 'No checkpoint went there. The line goes on.',
    next: 'An engineer connects the drive or chooses a folder: Station, Checkpoints.',
  },
  'checkpoint.unsigned': {
    what: 'The log of this station is not signed yet.',
    meaning: 'There is nothing to publish.',
    next: 'Call an engineer. Start the station once more.',
  },
  'checkpoint.witness': {
    what: 'A witness did not sign.',
    meaning: 'It is not reached, or does not know this station. The next try comes by itself.',
    next: 'An engineer checks its address and keys: Station, Checkpoints.',
  },
  'checkpoint.contradicted': {
    what: 'A witness holds another log of this station.',
    meaning: 'An older file was put in place, or the log was rewritten.',
    next: 'Call an engineer and QA. Keep the data folder as it is.',
  },

  'batch.notFound': {
    what: 'There is no such batch.',
    meaning: 'Nothing was done.',
    next: 'Choose one from the list.',
  },
  'batch.empty': {
    what: 'No unit is ready for a batch.',
    meaning: 'No batch was made.',
    next: 'Make one when units have passed.',
  },
  'batch.outdated': {
    what: 'A unit of this batch lost its certificate since the batch was made.',
    meaning: 'Nothing was sent to AWS. The other units may join another batch.',
    next: 'Make a new batch.',
  },
  'batch.ownWay': {
    what: 'The devices of this order make themselves known to AWS.',
    meaning: 'Its recipe says so, and no way for a batch was chosen. Nothing was made.',
    next: 'Wait for their first connection, or choose a way.',
  },
  'batch.notReady': {
    what: 'Something that the batch needs is missing in AWS.',
    meaning: 'Nothing was sent. The batch stays as it is, and the units are safe.',
    next: 'Do what the list of the batch says, then submit it again.',
  },
  'batch.badState': {
    what: 'The batch is not in a state for this.',
    meaning: 'Nothing was done.',
    next: 'Look at its state and choose again.',
  },

  'cloud.notConfigured': {
    what: 'No AWS target is set.',
    meaning: 'The batch stays as it is. The units are safe.',
    next: 'Set the target on the Station screen.',
  },
  'cloud.unreachable': {
    what: 'AWS cannot be reached.',
    meaning: 'The batch stays as it is. The units are safe.',
    next: 'Check the network, then submit again.',
  },
  'cloud.credentials': {
    what: 'AWS does not accept the credentials.',
    meaning: 'Nothing was registered.',
    next: 'Check the AWS credentials of this computer.',
  },
  'cloud.denied': {
    what: 'AWS does not allow this.',
    meaning: 'Nothing was registered.',
    next: 'Check the rights of the AWS user and of the role.',
  },
  'cloud.throttled': {
    what: 'AWS asks for fewer calls.',
    meaning: 'Nothing is lost.',
    next: 'Wait a little, then submit again.',
  },
  'cloud.bucket': {
    what: 'The S3 bucket cannot be used.',
    meaning: 'Nothing was uploaded.',
    next: 'Check the bucket and its region on the Station screen.',
  },
  'cloud.caNotRegistered': {
    what: 'AWS does not know the CA.',
    meaning: 'It would refuse every unit.',
    next: 'Register the CA with AWS, then submit again.',
  },
  'cloud.taskRunning': {
    what: 'Another task is running in the AWS account.',
    meaning: 'AWS allows one at a time. The batch waits.',
    next: 'Submit again when the other one has ended.',
  },
  'cloud.taskFailed': {
    what: 'The AWS task failed.',
    meaning: 'Some units may not be registered. The list says which.',
    next: 'An engineer looks at the reason, then submits again.',
  },
  'cloud.refused': {
    what: 'AWS refused the task.',
    meaning: 'Nothing was registered.',
    next: 'Check the AWS target on the Station screen.',
  },
  'cloud.badAnswer': {
    what: 'AWS gave an answer that makes no sense.',
    meaning: 'Units without a result are marked “No answer”.',
    next: 'Call an engineer.',
  },
  'cloud.given': {
    what: 'The AWS target of this line comes with it.',
    meaning: 'Nothing was changed.',
    next: 'Set the target at a real station.',
  },
  'cloud.noTarget': {
    what: 'There is no AWS target {name}.',
    meaning: 'Nothing was changed.',
    next: 'Choose a target of the list, or add this one.',
  },
  'cloud.noTable': {
    what: 'The account has no table {table} for its allow-list.',
    meaning: 'No unit was put on it or taken off.',
    next: 'Bring in the template of the target with MakeJitr=yes, or with MakeHook=yes for claims. The station tries again by itself.',
  },
  'cloud.targetInUse': {
    what: 'Batch {batchId} still goes to the AWS target {name}.',
    meaning: 'Nothing was changed.',
    next: 'Submit the batch and let it end, or stop it. Then forget the target.',
  },
  'cloud.crlTarget': {
    what: 'The CRL goes to the bucket {bucket} of the AWS target {name}.',
    meaning: 'Nothing was changed. Who reads the CRL there would find one that grows old.',
    next: 'Make another target the default first.',
  },
  'cloud.policyFull': {
    what: 'The policy {name} has five versions in AWS, and AWS keeps no more.',
    meaning: 'Nothing was changed: devices keep what they may do.',
    next: 'Agree to delete version {versionId}, the oldest that is not in use, or delete another one in AWS.',
  },

  'order.leased': {
    what: 'This order has no more than its lease.',
    meaning: 'Nothing was changed. The plant keeps the rest for other stations.',
    next: 'Lease another part of the order.',
  },
  'plant.noLease': {
    what: 'The plant leases nothing of this order now.',
    meaning:
      'It is not known there, or too little of it is left, or the plant was restored and waits for its stations.',
    next: 'Ask who plans the orders.',
  },
  'plant.none': {
    what: 'This station has joined no plant.',
    meaning: 'Nothing was sent.',
    next: 'Join a plant, then do it again.',
  },
  'plant.collision': {
    what: 'Another station has made this unit.',
    meaning: 'The plant knows its serial, its hardware or its key from there. It goes no further here.',
    next: 'Unplug the unit, keep it apart, and call an engineer.',
  },
  'plant.unreachable': {
    what: 'The plant cannot be reached.',
    meaning: 'Nothing is lost: what it misses is sent later.',
    next: 'Check the network, and wait a moment.',
  },
  'plant.untrusted': {
    what: 'This may not be the plant: its certificate does not pass.',
    meaning: 'Nothing was said to it, and nothing is lost: what it misses is sent later.',
    next: 'Compare its certificate with the root and the name in the address.',
  },
  'plant.refused': {
    what: 'The plant does not let this station in.',
    meaning: 'Nothing is lost: what it misses is sent later.',
    next: 'Ask who keeps the plant to admit this station.',
  },
  'plant.failed': {
    what: 'The server of the plant could not do it.',
    meaning: 'Nothing is lost: what it misses is sent later.',
    next: 'Tell who keeps the plant, and wait.',
  },
  'plant.forked': {
    what: 'The plant has another past of this station.',
    meaning:
      'The station was restored from a backup, or two stations run from one copy. Nothing is sent, and units wait.',
    next: 'Call an engineer: stop the other one, or join the plant again.',
  },
  'plant.noReader': {
    what: 'This station cannot read the whole plant.',
    meaning: 'It has no login that reads all stations. Its own records are here as ever.',
    next: 'An engineer gives it one: Station, Plant.',
  },
  'plant.returned': {
    what: 'This part was given back before.',
    meaning: 'Nothing was changed: its order here is closed.',
    next: 'Take another part of the order.',
  },
  'plant.newer': {
    what: 'A newer version of the program made this plant.',
    meaning: 'Nothing was changed.',
    next: 'Install the newer version.',
  },
  'plant.owned': {
    what: 'This comes from the plant: {name}.',
    meaning: 'Nothing was changed. It is the same at all stations.',
    next: 'Ask who keeps the plant to change it, or make a copy under another name.',
  },
  'plant.revoked': {
    what: 'The plant revoked this unit.',
    meaning: 'It goes no further here. The reason given there: {note}.',
    next: 'Unplug the unit, keep it apart, and call an engineer.',
  },
  'window.none': {
    what: 'This is not the program’s own window.',
    meaning: 'Nothing was changed. A browser has its own settings.',
    next: 'Do it in the Birthmark window on this computer.',
  },
  'window.notSaved': {
    what: 'The file was not saved.',
    meaning: 'The folder may be full, write-protected or gone. Nothing else was changed.',
    next: 'Save it again in another folder.',
  },
  'window.notPrinted': {
    what: 'The page was not printed.',
    meaning: 'The printer did not take it. Nothing else was changed.',
    next: 'Look at the printer, then print again.',
  },
  'window.settingsLost': {
    what: 'The settings of the window could not be saved.',
    meaning: 'They hold until the program ends.',
    next: 'Free some space on the disk, then save them again.',
  },

  internal: {
    what: 'Something unexpected happened in the station.',
    meaning: 'The last act may not have been done. Nothing recorded is lost.',
    next: 'Try once more. If that does not help, report the code.',
  },
};
