/** Entries of the log as files for other people: with their proofs, or alone. */
export { type BirthRecord, birthRecordOf } from './birth.ts';
export { type BundleExpected, BundleProblem, type BundleSource, type BundleVerdict, checkBundle } from './check.ts';
export { auditEntries, entryLines } from './lines.ts';
export { type BundleMade, type BundleSink, makeBundle } from './make.ts';
