export { type Bench, createBench } from './bench.ts';
export { signCsr } from './csrfile.ts';
export { type Interlock, lockError } from './interlocks.ts';
export { cannotSign, type Issued, issueCertificate } from './issue.ts';
export { type Recipe, thingNameOf, wholeLife, withoutSeal } from './recipe.ts';
export { recover } from './recover.ts';
export { asStationError, runUnit, startAttempt, type UnitResult } from './runner.ts';
export type { Authority, Chain, LineTools, SigningState, UnitJob } from './unit.ts';
