/** The records: all SQL, and the ledger through which the rest of the station asks for data. */
export type { AuditEntry } from '../contract/model.ts';
export type {
  AuthorityCount,
  AuthorityKeyRecord,
  AuthorityKind,
  AuthorityRecord,
  AuthorityRequest,
} from './authorities/authorities.ts';
export type { AuthorityRevocation } from './authorities/revocations.ts';
export type { BatchCandidate, BatchProgressData } from './batches/batches.ts';
export type { MemberResult } from './batches/results.ts';
export type { BatchHead } from './batches/search.ts';
export type { CrlSource, CrlStanding, IssuedCrl } from './certificates/crls.ts';
export type { StandingCertificate } from './certificates/lifecycle.ts';
export type { CloudRevocation } from './certificates/revocations.ts';
export type { ShownCertificate } from './certificates/search.ts';
export { createLocalDatabase, type Database } from './database.ts';
export { createLedger, type Ledger } from './ledger.ts';
export { migrate } from './migrations/index.ts';
export type { OrderFacts } from './orders/orders.ts';
export type { RecipeRecord } from './orders/recipes.ts';
export type { ScanFacts } from './orders/scans.ts';
export type { Counters } from './shapes.ts';
export type { Sql } from './sql.ts';
export type { StationFacts } from './station.ts';
export type { OpenAttempt } from './units/attempts.ts';
export type { AttemptKey } from './units/journal.ts';
export type { PendingEntry, WithPending } from './units/pending.ts';
export type { TranscriptRecord } from './units/transcripts.ts';
export type { Standing } from './units/units.ts';
