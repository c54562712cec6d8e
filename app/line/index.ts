export { type Bench, createBench } from './bench.ts';
export { signCsr } from './csrfile.ts';
export { cannotSign, type Issued, issueCertificate } from './issue.ts';
export { type Recipe, wholeLife } from './recipe.ts';
export { recover } from './recover.ts';
export { asStationError, runUnit, startAttempt, type UnitResult } from './runner.ts';
export type { Authority, Chain, LineTools, SigningState, UnitJob } from './unit.ts';
