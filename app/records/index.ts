/** The records: all SQL, and the ledger through which the rest of the station asks for data. */
export type {
  AuthorityCount,
  AuthorityKeyRecord,
  AuthorityRecord,
  AuthorityRequest,
} from './authorities/authorities.ts';
export type { AuthorityRevocation } from './authorities/revocations.ts';
export type { Candidates } from './batches/candidates.ts';
export type { CandidatePage } from './batches/making.ts';
export type { MemberPage } from './batches/pages.ts';
export type { BatchHead } from './batches/search.ts';
export type { LostAwsRequest } from './certificates/awsrequests.ts';
export type { CrlStanding } from './certificates/crls.ts';
export type { CertificateChoice } from './certificates/selection.ts';
export type { Pass as NewPass } from './connections/expect.ts';
export type { NotedConnection } from './connections/note.ts';
export { createLocalDatabase, type Database } from './database.ts';
export { chartsOf } from './desk/chartsum.ts';
export { createLedger, type Ledger } from './ledger.ts';
export { canonical } from './log/leaves.ts';
export type { LogVerdict } from './log/verdict.ts';
export { migrate } from './migrations/index.ts';
export type { OrderFacts } from './orders/orders.ts';
export type { RecipeRecord } from './orders/recipes.ts';
export { hashPin } from './people/pins.ts';
export type { SignedInPerson } from './people/signin.ts';
export type { AppliedDocument, PlantApproval, RejectedDocument } from './plant/documents.ts';
export type { PlantPage } from './plant/page.ts';
export type { Sql } from './sql.ts';
export type { OpenAttempt } from './units/attempts.ts';
export type { PendingEntry } from './units/pending.ts';
export type { TranscriptRecord } from './units/transcripts.ts';
export type { Standing } from './units/units.ts';
