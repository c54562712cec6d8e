/** The ledger over a database: adds the time, hashes PINs, cuts long work into chunks; decides nothing itself. */
import { createHash } from 'node:crypto';
import type { Clock } from '../contract/clock.ts';
import { StationError } from '../contract/errors.ts';
import type { CrlReservation, Linted, Reservation, TbsFacts } from '../contract/issuance.ts';
import { keySeen } from './certificates/lifecycle.ts';
import type { Database } from './database.ts';
import type {
  AuditLedger,
  AuthorityLedger,
  BatchLedger,
  FlowLedger,
  Ledger,
  LineLedger,
  OrderLedger,
  PeopleLedger,
  RecipeLedger,
  RevocationLedger,
  StationLedger,
  UnitLedger,
} from './ledger.ts';
import { hashPin, isCheap, pinMatches } from './people/pins.ts';
import { dayOf } from './units/search.ts';

/** Members a single write of results holds, so that the line's writes get their turn in between. */
const resultsPerWrite = 500;
const pageSize = 100;

export function createLedger(database: Database, clock: Pick<Clock, 'now'>): Ledger {
  const at = () => clock.now().toISOString();
  return {
    ...lineLedger(database, at),
    ...unitLedger(database, at),
    ...orderLedger(database, at),
    ...peopleLedger(database, at),
    ...auditLedger(database, at),
    ...batchLedger(database, at),
    ...revocationLedger(database, at),
    ...authorityLedger(database, at),
    ...recipeLedger(database, at),
    ...flowLedger(database, at),
    ...stationLedger(database, at),
  };
}

type Part<L> = (database: Database, at: () => string) => L;

const lineLedger: Part<LineLedger> = (database, at) => ({
  startAttempt: (params) => database.write('startAttempt', { ...params, at: at() }),
  admitUnit: (params) => database.write('admitUnit', { ...params, at: at() }),
  journal: (params) => database.write('journal', { ...params, at: at() }),
  recordNotes: (params) => database.write('recordNotes', params),
  recordDevice: (params) => database.write('recordDevice', { ...params, at: at() }),
  async recordCsr(params) {
    const { owner } = await database.write('recordCsr', { ...params, at: at() });
    if (owner !== params.unitSerial) throw keySeen(owner);
  },
  policyFacts: (params) => database.read('policyFacts', params),
  recordDecision: (params) => database.write('recordDecision', { ...params, notes: [...params.notes], at: at() }),
  async reserve(linted, owner) {
    const tbs = factsOf(linted);
    await database.write('reserve', { ...owner, tbs, at: at() });
    return { serialHex: tbs.serialHex, tbsDer: tbs.tbsDer, issuerId: tbs.issuerId } as Reservation;
  },
  recordIssued: (params) => database.write('recordIssued', { ...params, at: at() }),
  voidReservation: (params) => database.write('voidReservation', { ...params, at: at() }),
  voidUnowned: (params) => database.write('voidUnowned', { ...params, at: at() }),
  queueRevocation: (params) => database.write('queueRevocation', { ...params, at: at() }),
  endAttempt: (params) => database.write('endAttempt', { ...params, at: at() }),
  standing: (unitSerial) => database.read('standing', { unitSerial }),
  openAttempts: () => database.read('openAttempts', {}),
});

/** Only the facts cross to the writer. The TBS bytes are copied: what was recorded is what will be signed. */
const factsOf = (linted: Linted): TbsFacts => ({
  tbsDer: new Uint8Array(linted.tbsDer),
  serialHex: linted.serialHex,
  spkiSha256: linted.spkiSha256,
  issuerId: linted.issuerId,
  profile: linted.profile,
  purpose: linted.purpose,
  subject: linted.subject,
  notBeforeAt: linted.notBeforeAt,
  notAfterAt: linted.notAfterAt,
});

const unitLedger: Part<UnitLedger> = (database, at) => ({
  listUnits: ({ offset = 0, limit = pageSize, ...search }) =>
    database.read('listUnits', { ...search, day: dayOf(search.query), offset, limit }),
  showUnit: (unitSerial) => database.read('showUnit', { unitSerial }),
  listTranscripts: (unitSerial) => database.read('listTranscripts', { unitSerial }),
  transcript: (params) => database.read('transcript', params),
  counters: (since) => database.read('counters', { since, now: at() }),
  issuedSince: (since) => database.read('issuedSince', { since }),
});

const orderLedger: Part<OrderLedger> = (database, at) => ({
  listOrders: () => database.read('listOrders', {}),
  order: (orderId) => database.read('order', { orderId }),
  makeOrder: ({ serialFrom = null, serialTo = null, endsAt = null, recipe = null, label = null, ...params }) =>
    database.write('makeOrder', { ...params, serialFrom, serialTo, endsAt, recipe, label, at: at() }),
  activateOrder: (params) => database.write('activateOrder', { ...params, at: at() }),
  closeOrder: (params) => database.write('closeOrder', { ...params, at: at() }),
  activeOrder: () => database.read('activeOrder', {}),
  scanFacts: (text) => database.read('scanFacts', { text }),
});

const peopleLedger: Part<PeopleLedger> = (database, at) => ({
  listPeople: () => database.read('listPeople', {}),
  async addPerson({ pin, ...person }) {
    return database.write('addPerson', { ...person, ...(await hashPin(pin)), at: at() });
  },
  async signIn(badge, pin) {
    const { person } = await database.write('beginSignIn', { badge, at: at() });
    const matches = await pinMatches(pin, person);
    const { ok } = await database.write('endSignIn', { badge, ok: matches, at: at() });
    if (!ok || !person) throw new StationError('session.wrongPin', 'badge and PIN do not go together');
    const { personId, name, role } = person;
    // The one moment at which the PIN is at hand.
    if (isCheap(person)) {
      const raised = await hashPin(pin);
      await database.write('setPin', { ...raised, personId, actor: 'station', why: 'hashRaised', at: at() });
    }
    return { personId, name, badge, role };
  },
  async changePin({ newPin, ...person }) {
    await database.write('setPin', { ...person, ...(await hashPin(newPin)), why: 'changed', at: at() });
  },
  deactivatePerson: (params) => database.write('deactivatePerson', { ...params, at: at() }),
});

const auditLedger: Part<AuditLedger> = (database, at) => ({
  audit: (params) => database.write('audit', { ...params, at: at() }),
  listAudit: (page) => database.read('listAudit', page),
  errorsInARow: () => database.read('errorsInARow', {}),
  trustedAt: () => database.read('trustedAt', {}),
});

const batchLedger: Part<BatchLedger> = (database, at) => ({
  readyUnits: () => database.read('readyUnits', {}),
  batchCandidates: (params) => database.read('batchCandidates', params),
  async recordBatch(params) {
    await database.write('recordBatch', { ...params, at: at() });
    return database.read('batchRow', { batchId: params.batchId });
  },
  loadBatch: (batchId) => database.read('loadBatch', { batchId }),
  async advanceBatch(params) {
    await database.write('advanceBatch', { actor: 'station', ...params, at: at() });
    return database.read('batchRow', { batchId: params.batchId });
  },
  withdrawOutdated: (params) => database.write('withdrawOutdated', { ...params, at: at() }),
  async recordResults({ batchId, results }) {
    for (let start = 0; start < results.length; start += resultsPerWrite) {
      const chunk = results.slice(start, start + resultsPerWrite);
      await database.write('recordResults', { batchId, results: chunk, actor: 'station', at: at() });
    }
  },
  listBatches: () => database.read('listBatches', {}),
  showBatch: ({ offset = 0, limit = pageSize, ...params }) => database.read('showBatch', { ...params, offset, limit }),
});

const revocationLedger: Part<RevocationLedger> = (database, at) => ({
  listCertificates: ({ offset = 0, limit = pageSize, ...search }) =>
    database.read('listCertificates', { ...search, offset, limit }),
  showCertificate: (serialHex) => database.read('showCertificate', { serialHex }),
  revokeCertificate: (params) => database.write('revokeCertificate', { ...params, at: at() }),
  putBackCertificate: (params) => database.write('putBackCertificate', { ...params, at: at() }),
  cloudRevocations: (limit) => database.read('cloudRevocations', { limit }),
  recordCloudRevocation: (params) => database.write('recordCloudRevocation', { ...params, at: at() }),
  crlSource: (issuerId) => database.read('crlSource', { issuerId }),
  async reserveCrl({ tbsDer, number, issuerId, entries, thisUpdateAt, nextUpdateAt }, actor) {
    // Copied: what was recorded is what will be signed.
    const crl = { tbsDer: new Uint8Array(tbsDer), number, issuerId, entries, thisUpdateAt, nextUpdateAt };
    await database.write('reserveCrl', { ...crl, actor, at: at() });
    return { number, tbsDer: crl.tbsDer, issuerId } as CrlReservation;
  },
  recordCrl: (params) => database.write('recordCrl', { ...params, at: at() }),
  voidCrl: (params) => database.write('voidCrl', { ...params, at: at() }),
  lastCrl: (issuerId) => database.read('lastCrl', { issuerId }),
  crlStanding: (issuerId) => database.read('crlStanding', { issuerId }),
});

const recipeLedger: Part<RecipeLedger> = (database, at) => ({
  recipes: () => database.read('recipes', {}),
  saveRecipe: (params) => database.write('saveRecipe', { ...params, at: at() }),
  approveRecipe: (params) => database.write('approveRecipe', { ...params, at: at() }),
  retireRecipe: (params) => database.write('retireRecipe', { ...params, at: at() }),
  goldenPassedAt: (unitSerial) => database.read('goldenPassedAt', { unitSerial }),
});

const flowLedger: Part<FlowLedger> = (database, at) => ({
  reworkUnit: (params) => database.write('reworkUnit', { ...params, at: at() }),
  scrapUnit: (params) => database.write('scrapUnit', { ...params, at: at() }),
});

const authorityLedger: Part<AuthorityLedger> = (database, at) => ({
  async addIssuer({ chain = [], activate = true, key = null, requestId = null, ...params }) {
    const issuerId = createHash('sha256').update(params.certificateDer).digest('hex');
    const issuer = { ...params, chain: [...chain], activate, key, requestId, issuerId, at: at() };
    await database.write('addIssuer', issuer);
    return { issuerId };
  },
  activateIssuer: (params) => database.write('activateIssuer', { ...params, at: at() }),
  revokeIssuer: (params) => database.write('revokeIssuer', { ...params, at: at() }),
  caRevocations: () => database.read('caRevocations', {}),
  recordCloudCaRevocation: (params) => database.write('recordCloudCaRevocation', { ...params, at: at() }),
  issuers: () => database.read('issuers', {}),
  caKeys: () => database.read('caKeys', {}),
  issuerCounts: (since) => database.read('issuerCounts', { since }),
  setCustody: (params) => database.write('setCustody', { ...params, at: at() }),
  recordBackupProof: (params) => database.write('recordBackupProof', { ...params, at: at() }),
  recordCaRequest: (params) => database.write('recordCaRequest', { ...params, at: at() }),
  caRequests: () => database.read('caRequests', {}),
  discardCaRequest: (params) => database.write('discardCaRequest', { ...params, at: at() }),
});

const stationLedger: Part<StationLedger> = (database) => ({
  initStation: (params) => database.write('initStation', params),
  station: () => database.read('station', {}),
  async integrityCheck() {
    const [writer, reader, problems] = await Promise.all([
      database.write('connection', undefined),
      database.read('connection', undefined),
      database.read('integrityCheck', {}),
    ]);
    const weak = [writer, reader].some(({ synchronous, journalMode }) => synchronous !== 2 || journalMode !== 'wal');
    return weak ? ['a connection does not wait for the disk (synchronous is not FULL)', ...problems] : problems;
  },
});
