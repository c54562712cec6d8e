/** The closed catalogue of errors. The renderer has words for people, keyed by these codes. */

import { type Blame, code, type NextAct } from './errorcode.ts';
import { plantErrors } from './planterrors.ts';

export type { Blame, NextAct } from './errorcode.ts';

export const errorCatalogue = {
  'session.signedOut': code('operator', 'signIn'),
  'session.wrongPin': code('operator', 'signIn'),
  'session.weakPin': code('operator', 'fixInput'),
  'session.lockedOut': code('operator', 'wait'),
  'session.forbidden': code('operator', 'callEngineer'),
  'session.secondPerson': code('operator', 'callEngineer'),
  'session.lastEngineer': code('operator', 'fixInput'),
  'session.unknownPage': code('operator', 'checkSetup'),

  'call.malformed': code('bug', 'reportBug'),
  'call.unknownMethod': code('bug', 'reportBug'),
  'call.badParams': code('operator', 'fixInput'),
  'call.tooLarge': code('operator', 'fixInput'),
  'call.stale': code('operator', 'scanAgain'),
  'call.cancelled': code('operator', 'retry'),

  'order.notFound': code('operator', 'fixInput'),
  'order.exists': code('operator', 'fixInput'),
  'order.none': code('operator', 'callEngineer'),
  'order.full': code('operator', 'callEngineer'),
  'order.closed': code('operator', 'callEngineer'),
  /** A request with the same key said something else. */
  'order.keyUsed': code('operator', 'fixInput'),
  'order.badFile': code('operator', 'fixInput'),
  'order.paused': code('operator', 'callEngineer'),
  'order.ended': code('operator', 'callEngineer'),
  'order.serialOutOfRange': code('operator', 'scanAgain'),
  'order.leased': code('operator', 'fixInput'),
  'order.profileNotAllowed': code('station', 'checkSetup'),

  'view.notFound': code('operator', 'fixInput'),

  'recipe.notFound': code('operator', 'fixInput'),
  'recipe.invalid': code('operator', 'fixInput'),
  'recipe.notApproved': code('operator', 'fixInput'),
  'recipe.outdated': code('station', 'callEngineer'),
  'recipe.none': code('station', 'callEngineer'),

  'document.notFound': code('operator', 'fixInput'),
  'document.invalid': code('operator', 'fixInput'),
  /** Targets use it. */
  'document.inUse': code('operator', 'fixInput'),
  /** AWS deletes no default version. */
  'document.defaultInAws': code('operator', 'fixInput'),
  /** AWS would refuse a unit with this template, or the records would not find its thing. */
  'template.unfit': code('operator', 'fixInput'),
  'template.notPushed': code('operator', 'fixInput'),
  'template.type': code('operator', 'fixInput'),
  'template.versions': code('operator', 'fixInput'),
  'template.notInAws': code('operator', 'fixInput'),

  'unit.notFound': code('operator', 'fixInput'),
  'unit.badSerial': code('operator', 'scanAgain'),
  'unit.alreadyPassed': code('operator', 'checkSetup'),
  'unit.inProgress': code('operator', 'wait'),
  'unit.labelMismatch': code('unit', 'scanAgain'),
  'unit.wrongModel': code('unit', 'callEngineer'),
  'unit.hardwareIdTaken': code('unit', 'callEngineer'),
  'unit.engineerFirst': code('operator', 'callEngineer'),
  'unit.serialTooLong': code('operator', 'callEngineer'),
  'unit.noSlotWaiting': code('operator', 'checkCable'),
  'unit.scrapped': code('operator', 'scrapUnit'),
  'unit.notReworkable': code('operator', 'callEngineer'),
  'unit.noTranscript': code('operator', 'fixInput'),

  'scan.unknown': code('operator', 'scanAgain'),
  'scan.ambiguous': code('operator', 'scanAgain'),
  'scan.notUnit': code('operator', 'scanAgain'),
  'scan.incomplete': code('operator', 'scanAgain'),
  'scan.wrongCheck': code('operator', 'scanAgain'),
  'scan.wrongLength': code('operator', 'scanAgain'),
  'scan.wrongModel': code('operator', 'scanAgain'),
  'scan.wrongOrder': code('operator', 'scanAgain'),
  'scan.badRule': code('operator', 'fixInput'),

  'link.noPort': code('station', 'checkCable'),
  'link.openFailed': code('station', 'callEngineer'),
  'link.lost': code('unit', 'checkCable'),
  'link.timeout': code('unit', 'checkCable'),
  'link.garbled': code('unit', 'swapCable'),
  'link.flooded': code('unit', 'scrapUnit'),
  'link.loopback': code('unit', 'swapCable'),
  'link.noise': code('station', 'callEngineer'),
  'link.booting': code('station', 'callEngineer'),
  'link.wrongFirmware': code('station', 'callEngineer'),
  'link.otherProgram': code('station', 'callEngineer'),
  'link.stuck': code('unit', 'resetUnit'),
  'link.wrongDevice': code('operator', 'checkCable'),
  'link.timeLimit': code('unit', 'retry'),

  'device.refused': code('unit', 'retry'),
  'device.incompatible': code('unit', 'callEngineer'),
  'device.badImei': code('unit', 'callEngineer'),
  'device.keyFailed': code('unit', 'scrapUnit'),
  'device.keyUnknown': code('unit', 'callEngineer'),
  'device.storageFull': code('unit', 'scrapUnit'),
  'device.sealed': code('unit', 'callEngineer'),
  'device.badAnswer': code('unit', 'retry'),
  'device.noNetwork': code('unit', 'callEngineer'),

  /** The device found no way to the endpoint: its network, or the name. */
  'home.unreachable': code('station', 'callEngineer'),
  /** The device does not take the server for its endpoint: the root, the name or its clock. */
  'home.wrongServer': code('station', 'callEngineer'),
  /** AWS does not take the device: its certificate, its client id, or a policy. */
  'home.refused': code('unit', 'callEngineer'),
  /** AWS took the connection, and not the message: a policy does not allow the topic. */
  'home.notAllowed': code('unit', 'callEngineer'),

  'csr.malformed': code('unit', 'scrapUnit'),
  'csr.tooLarge': code('unit', 'scrapUnit'),
  'csr.badSignature': code('unit', 'scrapUnit'),
  'csr.unsupportedKey': code('unit', 'callEngineer'),
  'csr.weakKey': code('unit', 'scrapUnit'),
  'csr.unsupportedAlgorithm': code('unit', 'callEngineer'),
  'csr.subjectMismatch': code('unit', 'callEngineer'),

  'policy.keyCompromised': code('unit', 'scrapUnit'),
  'policy.keySeen': code('unit', 'scrapUnit'),
  'policy.unitHasCertificate': code('unit', 'callEngineer'),
  'policy.profileUnknown': code('station', 'checkSetup'),
  'policy.profileInvalid': code('station', 'checkSetup'),
  'policy.benchLocked': code('station', 'callEngineer'),
  'policy.interlock': code('station', 'callEngineer'),

  'station.suspended': code('station', 'scanAgain'),
  /** Of a page, which cannot know whether the act was done. */
  'station.noAnswer': code('station', 'wait'),

  'ca.locked': code('station', 'unlockCa'),
  'ca.wrongPassphrase': code('operator', 'fixInput'),
  'ca.weakPassphrase': code('operator', 'fixInput'),
  'ca.missing': code('station', 'callEngineer'),
  'ca.damaged': code('station', 'callEngineer'),
  'ca.expired': code('station', 'callEngineer'),
  'ca.lintFailed': code('station', 'callEngineer'),
  'ca.mismatch': code('station', 'callEngineer'),
  'ca.signFailed': code('station', 'callEngineer'),
  'ca.notFound': code('operator', 'fixInput'),
  'ca.exists': code('operator', 'fixInput'),
  'ca.unfit': code('operator', 'fixInput'),
  'ca.badKeyFile': code('operator', 'fixInput'),
  'ca.badShares': code('operator', 'fixInput'),
  'ca.notProved': code('operator', 'fixInput'),
  'ca.inUse': code('operator', 'fixInput'),
  'ca.wrongPin': code('operator', 'fixInput'),
  'ca.pinLocked': code('station', 'callEngineer'),
  'ca.tokenAbsent': code('station', 'plugInToken'),
  'ca.tokenFailed': code('station', 'callEngineer'),
  'ca.moduleNotListed': code('operator', 'fixInput'),
  'ca.moduleUnsafe': code('station', 'checkSetup'),
  'ca.noTokens': code('station', 'checkSetup'),
  'ca.noVault': code('operator', 'fixInput'),
  'ca.revoked': code('station', 'callEngineer'),

  'certificate.notFound': code('operator', 'fixInput'),
  /** Another job on certificates in AWS has it, and has not ended. */
  'certificate.inJob': code('operator', 'fixInput'),
  'certificate.notIssued': code('operator', 'fixInput'),
  'certificate.revoked': code('operator', 'fixInput'),

  'claim.notFound': code('operator', 'fixInput'),
  'claim.exists': code('operator', 'fixInput'),
  'claim.ended': code('operator', 'fixInput'),
  /** The order has none for its recipe. */
  'claim.none': code('station', 'callEngineer'),
  'claim.locked': code('station', 'unlockCa'),

  'verify.readBackMismatch': code('unit', 'retry'),
  'verify.proofFailed': code('unit', 'scrapUnit'),
  'verify.chainInvalid': code('station', 'callEngineer'),

  'records.conflict': code('station', 'callEngineer'),
  'records.damaged': code('station', 'callEngineer'),
  'records.diskFull': code('station', 'freeDisk'),
  'records.exists': code('operator', 'fixInput'),
  'records.failed': code('station', 'callEngineer'),
  'records.fileHeld': code('station', 'retry'),
  'records.networkFolder': code('operator', 'fixInput'),
  'records.inUse': code('operator', 'checkSetup'),
  'records.newer': code('station', 'callEngineer'),
  'records.notStation': code('operator', 'fixInput'),
  'records.readOnly': code('operator', 'signIn'),

  'backup.damaged': code('station', 'callEngineer'),
  'backup.notContinuous': code('operator', 'callEngineer'),
  'backup.noPlace': code('station', 'checkSetup'),
  'backup.placeFull': code('station', 'freeDisk'),
  'backup.running': code('operator', 'wait'),
  'backup.bucketPublic': code('station', 'checkSetup'),
  'checkpoint.noPlace': code('station', 'checkSetup'),
  'checkpoint.unsigned': code('station', 'callEngineer'),
  /** A witness cannot be reached, or does not know this log. */
  'checkpoint.witness': code('station', 'checkSetup'),
  /** A witness holds another log of this station. */
  'checkpoint.contradicted': code('station', 'callEngineer'),

  'batch.notFound': code('operator', 'fixInput'),
  'batch.empty': code('operator', 'fixInput'),
  'batch.badState': code('operator', 'fixInput'),
  'batch.outdated': code('operator', 'fixInput'),
  /** AWS lacks something that the batch needs, e.g. a policy. */
  'batch.ownWay': code('operator', 'fixInput'),
  'batch.notReady': code('operator', 'checkSetup'),

  'cloud.notConfigured': code('operator', 'checkSetup'),
  'cloud.unreachable': code('cloud', 'wait'),
  'cloud.credentials': code('cloud', 'checkSetup'),
  'cloud.denied': code('cloud', 'checkSetup'),
  'cloud.throttled': code('cloud', 'wait'),
  'cloud.bucket': code('cloud', 'checkSetup'),
  'cloud.caNotRegistered': code('cloud', 'checkSetup'),
  'cloud.taskRunning': code('cloud', 'wait'),
  'cloud.taskFailed': code('cloud', 'callEngineer'),
  'cloud.refused': code('cloud', 'checkSetup'),
  'cloud.badAnswer': code('cloud', 'callEngineer'),
  'cloud.given': code('operator', 'fixInput'),
  'cloud.noTarget': code('operator', 'fixInput'),
  /** The account has no table of just-in-time registration. */
  'cloud.noTable': code('cloud', 'checkSetup'),
  /** A batch still goes to the target. */
  'cloud.targetInUse': code('operator', 'fixInput'),
  /** The CRL is published in the bucket of this target. */
  'cloud.crlTarget': code('operator', 'fixInput'),
  /** AWS keeps five versions of a policy. */
  'cloud.policyFull': code('operator', 'fixInput'),

  ...plantErrors,

  'window.none': code('operator', 'checkSetup'),
  'window.notSaved': code('operator', 'retry'),
  'window.notPrinted': code('operator', 'retry'),
  'window.settingsLost': code('station', 'freeDisk'),

  internal: code('bug', 'reportBug'),
} as const satisfies Record<string, { blame: Blame; next: NextAct }>;

export type ErrorCode = keyof typeof errorCatalogue;
export const errorCodes = Object.keys(errorCatalogue) as [ErrorCode, ...ErrorCode[]];

/**
 * The form of an error that crosses a process boundary. `detail` is English for engineers; `data` is for the words on
 * screen.
 */
export type WireError = {
  code: ErrorCode;
  detail: string;
  data?: Record<string, string | number | boolean> | undefined;
};

/**
 * An expected failure. It is thrown where the fact is known. A foreign error is wrapped once, at the seam, as `cause`.
 */
export class StationError extends Error {
  readonly code: ErrorCode;
  readonly detail: string;
  readonly data: WireError['data'];

  constructor(code: ErrorCode, detail: string, extra: { data?: WireError['data']; cause?: unknown } = {}) {
    super(`${code}: ${detail}`, extra.cause === undefined ? undefined : { cause: extra.cause });
    this.name = 'StationError';
    this.code = code;
    this.detail = detail;
    this.data = extra.data;
  }

  /** The wire form. It never contains the stack or the cause. */
  toJSON(): WireError {
    return this.data === undefined
      ? { code: this.code, detail: this.detail }
      : { code: this.code, detail: this.detail, data: this.data };
  }

  static from(wire: WireError): StationError {
    return new StationError(wire.code, wire.detail, { data: wire.data });
  }
}

export const blameOf = (code: ErrorCode): Blame => errorCatalogue[code].blame;
export const nextActOf = (code: ErrorCode): NextAct => errorCatalogue[code].next;

export type Outcome = 'PASS' | 'FAIL' | 'ERROR' | 'ABORTED';

/** FAIL is the unit's fault, ERROR the station's (or the cloud's, or a bug), ABORTED a person's act. */
export function outcomeOf(code: ErrorCode): Exclude<Outcome, 'PASS'> {
  const blame = blameOf(code);
  if (blame === 'unit') return 'FAIL';
  return blame === 'operator' ? 'ABORTED' : 'ERROR';
}
