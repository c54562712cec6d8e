import {
  type Blame,
  blameOf,
  type ErrorCode,
  type LockReason,
  type NextAct,
  nextActOf,
  type Slot,
  type SlotAsk,
} from '../../app/contract/index.ts';

/** The drawings of actdrawing.tsx, named by the act of a person. */
export type ActPicture =
  | 'again'
  | 'badge'
  | 'bin'
  | 'cable'
  | 'engineer'
  | 'golden'
  | 'lock'
  | 'order'
  | 'reset'
  | 'scanner'
  | 'swap'
  | 'token'
  | 'unplug'
  | 'wait';

/** The act that helps against an error. Exhaustive: a new act without a picture does not compile. */
const pictureOfNext: Record<NextAct, ActPicture> = {
  checkCable: 'cable',
  checkSetup: 'engineer',
  callEngineer: 'engineer',
  fixInput: 'scanner',
  freeDisk: 'engineer',
  plugInToken: 'token',
  reportBug: 'engineer',
  resetUnit: 'reset',
  retry: 'again',
  scanAgain: 'scanner',
  scrapUnit: 'bin',
  signIn: 'badge',
  swapCable: 'swap',
  unlockCa: 'lock',
  wait: 'wait',
};

const pictureOfAsk: Record<SlotAsk, ActPicture> = {
  signIn: 'badge',
  plugIn: 'cable',
  scanLabel: 'scanner',
  wait: 'wait',
  removePassed: 'unplug',
  removeAborted: 'unplug',
  removeOrRetry: 'again',
  callEngineer: 'engineer',
  unlockCa: 'lock',
  plugInToken: 'token',
  scanGolden: 'golden',
};

export const pictureOfLock: Record<LockReason, ActPicture> = {
  repeatedErrors: 'engineer',
  records: 'engineer',
  disk: 'engineer',
  clock: 'engineer',
  caLocked: 'lock',
  caAbsent: 'token',
  caMissing: 'engineer',
  caExpired: 'engineer',
  caRevoked: 'engineer',
  caEnding: 'engineer',
  signedOut: 'badge',
  noOrder: 'order',
  orderFull: 'order',
  orderPaused: 'order',
  noRecipe: 'order',
  recipeOutdated: 'order',
};

/** The way of the unit. Its error says it, or the unit is not the cause and stays in its slot. */
const unitOf: Record<Blame, 'says' | 'keep'> = {
  operator: 'says',
  unit: 'says',
  station: 'keep',
  cloud: 'keep',
  bug: 'keep',
};

export const keepsUnit = (code: ErrorCode): boolean => unitOf[blameOf(code)] === 'keep';

/** The picture of a slot's next act. */
export const pictureOf = ({ ask, error, lockReason, state }: Slot): ActPicture => {
  // A station at fault asks for the same act whatever went wrong.
  if (error) return state === 'CHECK_STATION' ? pictureOfAsk[ask] : pictureOfNext[nextActOf(error.code)];
  return state === 'LOCKED' && lockReason ? pictureOfLock[lockReason] : pictureOfAsk[ask];
};
