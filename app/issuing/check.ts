/** Step 5: the rules are asked beforehand, so that a request that is refused costs no certificate serial. */
import type { CsrFacts } from '../ca/index.ts';
import type { Ledger } from '../records/index.ts';
import type { Authority } from './authority.ts';
import { assertMayIssue, type RequestFacts } from './rules/index.ts';

export type CheckTools = { ledger: Pick<Ledger, 'issuingFacts'>; authority: () => Pick<Authority, 'caPublicKeys'> };

/** What the rules ask of a CSR. */
export const requestFacts = ({ subject, spkiSha256 }: CsrFacts, caPublicKeys: readonly string[]): RequestFacts => ({
  commonName: subject.commonName,
  serialNumber: subject.serialNumber,
  isCaKey: caPublicKeys.includes(spkiSha256),
});

/**
 * Whether the unit may have a certificate under that profile; what is returned is for the audit log. `reserve` asks
 * the same rules again.
 * @throws policy.*, csr.subjectMismatch, unit.scrapped, order.* – as `assertMayIssue`
 * @throws unit.notFound – when the records have no such unit
 */
export async function checkBeforehand(
  { csr, unitSerial, profile }: { csr: CsrFacts; unitSerial: string; profile: string },
  { ledger, authority }: CheckTools,
): Promise<string[]> {
  const known = await ledger.issuingFacts({ unitSerial, spkiSha256: csr.spkiSha256, profile });
  assertMayIssue({ ...known, request: requestFacts(csr, authority().caPublicKeys) });
  const { keyType, signatureAlgorithm, deviations, subject } = csr;
  const isNameless = subject.commonName === undefined && subject.serialNumber === undefined;
  return [
    `key ${keyType}`,
    `request signed with ${signatureAlgorithm}`,
    ...deviations,
    ...(isNameless ? ['request names no unit'] : []),
  ];
}
