/** The CA hierarchy as the screens show it. */
import { type CaFacts, expiryOf, pemOf } from '../../ca/index.ts';
import type { CaRequestView, CaView, Custody, HierarchyView } from '../../contract/authority.ts';
import type { Person, StationStatus } from '../../contract/model.ts';
import { startOfDay } from '../../line/index.ts';
import type { AuthorityCount, AuthorityRequest } from '../../records/index.ts';
import type { StationParts } from '../composition.ts';
import { autoLockMinutes } from '../folder/config.ts';
import { isAlone } from '../people/secondperson.ts';
import type { KnownCa } from './signing.ts';

/** The place of a key, in words for a person. */
export function custodyText(custody: Custody): string {
  switch (custody.kind) {
    case 'file':
      return `ca/${custody.file}`;
    case 'token':
      return `${custody.tokenLabel} (${custody.tokenSerial})`;
    case 'kms':
      return custody.keyArn;
    case 'elsewhere':
      return '';
  }
}

/** An open request as the screens show it. */
export const requestView = (request: AuthorityRequest): CaRequestView => ({
  requestId: request.requestId,
  subject: request.subject,
  keyType: request.keyType,
  custody: request.custody.kind,
  custodyText: custodyText(request.custody),
  requestedAt: request.requestedAt,
  csrPem: pemOf('CERTIFICATE REQUEST', request.csrDer),
});

/** Certificates of the active chain that end within 90 days or have ended. */
export function endingOf({ authority, clock }: StationParts): StationStatus['ca']['ending'] {
  const now = clock.now();
  return authority.caOf(authority.issuer.issuerId).path.flatMap(({ issuerId, commonName, notAfter }) => {
    const { daysLeft, expiry } = expiryOf(notAfter, now);
    if (expiry === 'well') return [];
    return [{ issuerId, commonName, notAfterAt: notAfter.toISOString(), daysLeft }];
  });
}

/** The hierarchy as the asking person sees it. */
export async function hierarchyOf(parts: StationParts, asking: Person | null): Promise<HierarchyView> {
  const { ledger, authority, kept, homes, clock, config } = parts;
  const [counts, requests, found, remember, alone] = await Promise.all([
    ledger.authorityCounts(startOfDay(clock.now()).toISOString()),
    ledger.authorityRequests(),
    homes.tokens.modules(),
    kept.availability(),
    isAlone(ledger, asking),
  ]);
  const listedModules = parts.modules.listed();
  const tokenModules = [...listedModules, ...found.filter((path) => !listedModules.includes(path))];
  const roots = authority.all().filter(({ record }) => record.kind === 'root');
  const issuing = authority.issuing().sort((one, other) => Number(other.record.active) - Number(one.record.active));
  const own = await Promise.all([...roots, ...issuing].map((ca) => viewOf(ca, counts, parts)));
  const listed = new Set(own.map(({ issuerId }) => issuerId));
  const between = issuing.flatMap(({ path }) =>
    path.flatMap((facts, index) => {
      if (listed.has(facts.issuerId)) return [];
      listed.add(facts.issuerId);
      return [intermediateOf(facts, path[index + 1]?.issuerId ?? null, clock.now())];
    }),
  );
  const isRoot = ({ role }: CaView) => role === 'root';
  return {
    authorities: [...own.filter(isRoot), ...between, ...own.filter((ca) => !isRoot(ca))],
    requests: requests.map(requestView),
    autoLockMinutes: autoLockMinutes(config.current()),
    remember,
    alone,
    rootCrlValidDays: config.current().rootCrl.validDays,
    tokenModules,
  };
}

const said = (
  { issuerId, subjectText, commonName, keyType, notBefore, notAfter, certificateDer }: CaFacts,
  now: Date,
) => ({
  issuerId,
  subject: subjectText,
  commonName,
  keyType,
  notBeforeAt: notBefore.toISOString(),
  notAfterAt: notAfter.toISOString(),
  ...expiryOf(notAfter, now),
  certificatePem: pemOf('CERTIFICATE', certificateDer),
});

async function viewOf(ca: KnownCa, counts: AuthorityCount[], parts: StationParts): Promise<CaView> {
  const { authority, kept, homes, cloudLink, clock, crlJobs } = parts;
  const { record, facts, path, custody, backupProvedAt, revocation } = ca;
  const count = counts.find(({ issuerId }) => issuerId === facts.issuerId);
  const token = custody.kind === 'token' ? await homes.tokens.state(custody).catch(() => 'absent' as const) : undefined;
  const keyState = authority.keyState(facts.issuerId);
  return {
    ...said(facts, clock.now()),
    role: record.kind,
    parentId: path[1]?.issuerId ?? null,
    active: record.kind === 'issuing' && record.active,
    custody: custody.kind,
    custodyText: custodyText(custody),
    keyState: token === 'absent' && keyState === 'locked' ? 'absent' : keyState,
    ...(token === undefined || token === 'absent' || token === 'notSet' ? {} : { pin: token }),
    remembered: await kept.has(facts.spkiSha256),
    backupProvedAt,
    issued: count?.issued ?? 0,
    issuedToday: count?.issuedSince ?? 0,
    live: count?.live ?? 0,
    revocation,
    rootCrl: record.kind === 'root' ? await crlJobs.rootStanding(facts.issuerId) : null,
    registration: cloudLink.registration(facts.issuerId),
  };
}

const intermediateOf = (facts: CaFacts, parentId: string | null, now: Date): CaView => ({
  ...said(facts, now),
  role: 'intermediate',
  parentId,
  active: false,
  custody: 'elsewhere',
  custodyText: '',
  keyState: 'elsewhere',
  remembered: false,
  backupProvedAt: null,
  issued: 0,
  issuedToday: 0,
  live: 0,
  revocation: null,
  rootCrl: null,
  registration: 'unknown',
});
