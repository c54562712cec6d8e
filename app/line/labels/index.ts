export { assertRule, labelProblem, rulesProblem } from './problem.ts';
export { type KnownToScan, lookedUp, readScan, readUnit, unitFrom } from './read.ts';
export { shownText } from './text.ts';
