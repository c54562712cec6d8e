/** All the writer thread and the reader thread can be asked to do: name → (sql, params) → result. */

import { audit, errorsInARow, listAudit, trustedAt } from './audit/audit.ts';
import {
  activateIssuer,
  addIssuer,
  caKeys,
  caRequests,
  discardCaRequest,
  issuerCounts,
  issuers,
  recordBackupProof,
  recordCaRequest,
  setCustody,
} from './authorities/authorities.ts';
import { caRevocations, recordCloudCaRevocation, revokeIssuer } from './authorities/revocations.ts';
import { advanceBatch, batchCandidates, readyUnits, recordBatch } from './batches/batches.ts';
import { withdrawOutdated } from './batches/outdated.ts';
import { batchRowOf, listBatches, loadBatch, recordResults, showBatch } from './batches/results.ts';
import { crlSource, crlStanding, lastCrl, recordCrl, reserveCrl, voidCrl } from './certificates/crls.ts';
import {
  issuedSince,
  queueRevocation,
  recordIssued,
  reserve,
  voidReservation,
  voidUnowned,
} from './certificates/lifecycle.ts';
import {
  cloudRevocations,
  putBackCertificate,
  recordCloudRevocation,
  revokeCertificate,
} from './certificates/revocations.ts';
import { listCertificates, showCertificate } from './certificates/search.ts';
import { activateOrder, activeOrder, closeOrder, findOrder, listOrders, makeOrder } from './orders/orders.ts';
import { approveRecipe, goldenPassedAt, recipes, retireRecipe, saveRecipe } from './orders/recipes.ts';
import { scanFacts } from './orders/scans.ts';
import { addPerson, beginSignIn, deactivatePerson, endSignIn, listPeople, setPin } from './people/people.ts';
import { connectionOf, type Sql } from './sql.ts';
import { initStation, integrityCheck, station } from './station.ts';
import { endAttempt, journal, openAttempts, policyFacts, recordCsr, recordDecision } from './units/attempts.ts';
import { counters } from './units/counters.ts';
import { showUnit } from './units/history.ts';
import { keepNotes, noted } from './units/pending.ts';
import { reworkUnit, scrapUnit } from './units/rework.ts';
import { listUnits } from './units/search.ts';
import { listTranscripts, transcript } from './units/transcripts.ts';
import { admitUnit, recordDevice, standing, startAttempt } from './units/units.ts';

/** Each runs in a savepoint of a group commit: all of it happens, or nothing. */
export const writes = {
  activateIssuer,
  activateOrder,
  addIssuer,
  addPerson,
  admitUnit,
  advanceBatch,
  approveRecipe,
  audit,
  beginSignIn,
  closeOrder,
  discardCaRequest,
  recordBackupProof,
  recordCaRequest,
  setCustody,
  setPin,
  connection: connectionOf,
  deactivatePerson,
  endAttempt: noted(endAttempt),
  endSignIn,
  initStation,
  journal: noted(journal),
  makeOrder,
  putBackCertificate,
  queueRevocation,
  recordBatch,
  recordCloudCaRevocation,
  recordCloudRevocation,
  recordCrl,
  recordCsr,
  recordDecision,
  recordDevice,
  recordIssued,
  recordNotes: keepNotes,
  recordResults,
  reserve: noted(reserve),
  reserveCrl,
  retireRecipe,
  revokeCertificate,
  revokeIssuer,
  reworkUnit,
  saveRecipe,
  scrapUnit,
  startAttempt,
  voidCrl,
  voidReservation,
  voidUnowned,
  withdrawOutdated,
};

/** Each sees one state of the file. */
export const reads = {
  activeOrder,
  batchCandidates,
  caKeys,
  caRequests,
  caRevocations,
  issuerCounts,
  batchRow: (sql: Sql, { batchId }: { batchId: string }) => batchRowOf(sql, batchId),
  cloudRevocations,
  connection: connectionOf,
  counters,
  crlSource,
  crlStanding,
  errorsInARow,
  goldenPassedAt,
  integrityCheck,
  issuedSince,
  issuers,
  lastCrl,
  listAudit,
  listBatches,
  listCertificates,
  listOrders,
  listPeople,
  listTranscripts,
  listUnits,
  loadBatch,
  openAttempts,
  order: (sql: Sql, { orderId }: { orderId: string }) => findOrder(sql, orderId),
  policyFacts,
  readyUnits,
  recipes,
  scanFacts,
  showBatch,
  showCertificate,
  showUnit,
  standing,
  station,
  transcript,
  trustedAt,
};

type Act = (sql: Sql, params: never) => unknown;
type ParamsOf<F extends Act> = Parameters<F>[1];

export type WriteName = keyof typeof writes;
export type WriteParams<N extends WriteName> = ParamsOf<(typeof writes)[N]>;
export type WriteResult<N extends WriteName> = ReturnType<(typeof writes)[N]>;
export type ReadName = keyof typeof reads;
export type ReadParams<N extends ReadName> = ParamsOf<(typeof reads)[N]>;
export type ReadResult<N extends ReadName> = ReturnType<(typeof reads)[N]>;

export const runWrite = <N extends WriteName>(sql: Sql, name: N, params: WriteParams<N>): WriteResult<N> =>
  (writes[name] as (sql: Sql, params: WriteParams<N>) => WriteResult<N>)(sql, params);

export function runRead<N extends ReadName>(sql: Sql, name: N, params: ReadParams<N>): ReadResult<N> {
  sql.exec('BEGIN');
  try {
    return (reads[name] as (sql: Sql, params: ReadParams<N>) => ReadResult<N>)(sql, params);
  } finally {
    if (sql.inTransaction()) sql.exec('COMMIT');
  }
}
