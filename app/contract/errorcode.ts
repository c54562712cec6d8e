/** What each error code says besides its name. */

/** The person or system that must act to end the error. It also decides the outcome of a unit (see `outcomeOf`). */
export type Blame = 'operator' | 'unit' | 'station' | 'cloud' | 'bug';

/** The one next act, as a key that the renderer turns into a sentence. */
export type NextAct =
  | 'checkCable'
  | 'checkSetup'
  | 'callEngineer'
  | 'fixInput'
  | 'freeDisk'
  | 'plugInToken'
  | 'reportBug'
  | 'resetUnit'
  | 'retry'
  | 'scanAgain'
  | 'scrapUnit'
  | 'signIn'
  | 'swapCable'
  | 'unlockCa'
  | 'wait';

/** A row of the catalogue. */
export const code = (blame: Blame, next: NextAct) => ({ blame, next }) as const;
