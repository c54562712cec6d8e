/**
 * What the log says of each table of the records. Every table is in exactly one of these lists; test/records/logtables.test.ts
 * compares them with the schema.
 */

/** Their rows are leaves of the log. */
export const entryTables = { audit: 'seq', journal: 'entryId' } as const;

/** A table whose rows are stated in the log: each row after a commit that touched it, with the digest of its content. */
export type Bound = {
  key: readonly string[];
  /** Columns that say how far a work of the station has come, and nothing that anyone relies on. */
  without?: readonly string[];
  /** So many rows, by the last column of the key, share a statement. It is for tables with pages of many rows. */
  together?: number;
  /** Files have rows of it of which the log says nothing yet, also new ones: they are taken in with the next commit. */
  late?: true;
  /**
   * Its oldest rows go by a rule. The latest entry of this name says in `through` the last key that went, for all of them:
   * a statement of each would take more room than its row did.
   */
  goesBy?: 'events.removed';
};

export const boundTables: Readonly<Record<string, Bound>> = {
  allowLists: { key: ['orderId', 'target'] },
  allowed: { key: ['target', 'serialHex'] },
  awsOrphans: { key: ['certificateId'] },
  awsRequests: { key: ['requestId'] },
  batches: { key: ['batchId'] },
  caKeys: { key: ['spkiSha256'] },
  caRequests: { key: ['requestId'] },
  caRevocations: { key: ['issuerId'] },
  certificates: { key: ['serialHex'] },
  claimUnits: { key: ['unitSerial', 'attempt'] },
  claims: { key: ['claimId'] },
  cloudCaRevocations: { key: ['issuerId'] },
  cloudRevocations: { key: ['serialHex'] },
  crls: { key: ['number'] },
  csrs: { key: ['csrId'] },
  documents: { key: ['documentId'] },
  // askAt: when AWS is asked next. It moves with every question.
  firstConnections: { key: ['unitSerial', 'target'], without: ['askAt'] },
  formerBadges: { key: ['formerId'] },
  hookKeys: { key: ['key'] },
  hookRows: { key: ['target', 'kind', 'name'] },
  issuerChains: { key: ['issuerId', 'position'] },
  issuers: { key: ['issuerId'] },
  keys: { key: ['spkiSha256'] },
  logCheckpoints: { key: ['size'], late: true },
  memberPages: { key: ['batchId', 'firstLine'] },
  members: { key: ['batchId', 'line'], together: 64 },
  orderSerials: { key: ['orderId', 'unitSerial'] },
  orders: { key: ['orderId'] },
  outbox: { key: ['seq'], goesBy: 'events.removed' },
  // A mark that is too far would keep events from whom they are for. What became of a try is said by the next one.
  outboxMark: { key: ['only'], without: ['tries', 'nextTryAt', 'pausedAt', 'error'], late: true },
  people: { key: ['personId'] },
  plantDocuments: { key: ['documentId'] },
  plantLeases: { key: ['leaseId'] },
  plantProfiles: { key: ['name'] },
  plantRefusals: { key: ['refusalId'] },
  plantReturns: { key: ['leaseId'] },
  plantRevocations: { key: ['revocationId'] },
  recipeApprovals: { key: ['approvalId'] },
  recipes: { key: ['recipeId'] },
  removedTranscripts: { key: ['transcriptId'] },
  revocations: { key: ['serialHex'] },
  scraps: { key: ['unitSerial'] },
  station: { key: ['only'] },
  supersessions: { key: ['serialHex'] },
  transcripts: { key: ['transcriptId'] },
  units: { key: ['unitSerial'] },
};

/** Their rows follow from rows of others, and the verification computes them again. */
export const derivedTables = [
  'journalIndex',
  'connectionCounts',
  'journalDays',
  'auditDays',
  'orderUnits',
  'orderPlaces',
  'keptPlaces',
  'attemptCounts',
  'stepCounts',
] as const;

/** Nothing relies on their rows, so the log says nothing of them. */
export const volatileTables: Readonly<Record<string, string>> = {
  lastSignIns: 'when a person signed in last; each sign-in is in the audit log',
  signInFailures: 'wrong PINs of the last minutes; who signed in, and who was locked out, is in the audit log',
  plantMark: 'how far the plant has the log; the plant says it itself',
  plantRejections: 'what the plant shows and the station does not take; the audit log has each of them',
  savedViews: 'how a person likes to see a list',
  watchMarks: 'how far the watch over first connections has come; without a mark AWS is asked once more',
};

/** The log itself. Its head is signed, and all of it is compared with its head. Heads that it had are bound. */
export const logTables = ['logHead', 'logRuns', 'logStatements', 'logTiles', 'logPending'] as const;
