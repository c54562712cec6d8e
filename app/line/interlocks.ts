/** The interlocks: the reasons why the station issues nothing now. The bench checks them before every unit. */
import { StationError } from '../contract/errors.ts';
import type { Finding, LockReason, SlotAsk } from '../contract/model.ts';
import { cannotSign, type SigningState } from '../issuing/index.ts';

export type Interlock = { reason: LockReason; detail: string; finding?: Finding; releasable?: true };

/** The order in which people see them: first what makes the records untrustworthy, last what an operator can fix. */
const order: readonly LockReason[] = [
  'repeatedErrors',
  'records',
  'clock',
  'disk',
  'caMissing',
  'caRevoked',
  'caExpired',
  'caAbsent',
  'caLocked',
  'caEnding',
  'signedOut',
  'noOrder',
  'orderFull',
  'orderPaused',
  'noRecipe',
  'recipeOutdated',
];

export const inOrder = <I extends Pick<Interlock, 'reason'>>(interlocks: readonly I[]): I[] =>
  [...interlocks].sort((one, other) => order.indexOf(one.reason) - order.indexOf(other.reason));

const ofSigning = {
  locked: 'caLocked',
  absent: 'caAbsent',
  missing: 'caMissing',
  expired: 'caExpired',
  revoked: 'caRevoked',
} as const satisfies Record<Exclude<SigningState, 'ready'>, LockReason>;

/** The CA's own interlock, if it cannot sign. */
export const signingLock = (state: SigningState): Interlock[] =>
  state === 'ready' ? [] : [{ reason: ofSigning[state], detail: cannotSign(state).detail }];

/** The error of a scan while this interlock holds. */
export function lockError({ reason, detail }: Interlock): StationError {
  switch (reason) {
    case 'caLocked':
      return new StationError('ca.locked', detail);
    case 'caAbsent':
      return new StationError('ca.tokenAbsent', detail);
    case 'caMissing':
      return new StationError('ca.missing', detail);
    case 'caExpired':
      return new StationError('ca.expired', detail);
    case 'caRevoked':
      return new StationError('ca.revoked', detail);
    case 'signedOut':
      return new StationError('session.signedOut', detail);
    case 'noOrder':
      return new StationError('order.none', detail);
    case 'orderFull':
      return new StationError('order.full', detail);
    case 'orderPaused':
      return new StationError('order.paused', detail);
    case 'noRecipe':
      return new StationError('recipe.none', detail);
    case 'recipeOutdated':
      return new StationError('recipe.outdated', detail);
    case 'repeatedErrors':
      return new StationError('policy.benchLocked', detail);
    default:
      return new StationError('policy.interlock', detail, { data: { reason } });
  }
}

/** The operator's next act. */
export const lockAsk: Record<LockReason, SlotAsk> = {
  repeatedErrors: 'callEngineer',
  records: 'callEngineer',
  clock: 'callEngineer',
  disk: 'callEngineer',
  caMissing: 'callEngineer',
  caExpired: 'callEngineer',
  caRevoked: 'callEngineer',
  caAbsent: 'plugInToken',
  caLocked: 'unlockCa',
  caEnding: 'callEngineer',
  signedOut: 'signIn',
  noOrder: 'callEngineer',
  orderFull: 'callEngineer',
  orderPaused: 'callEngineer',
  noRecipe: 'callEngineer',
  recipeOutdated: 'callEngineer',
};
