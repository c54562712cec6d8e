/** Step 5. The rules are checked before the reservation, so that a refused request costs no certificate serial. */
import type { CsrFacts } from '../ca/index.ts';
import type { Ledger } from '../records/index.ts';
import type { Authority } from './authority.ts';
import { assertMayIssue, type RequestFacts } from './rules/index.ts';

export type CheckTools = { ledger: Pick<Ledger, 'issuingFacts'>; authority: () => Pick<Authority, 'caPublicKeys'> };

/** The facts of a CSR that the rules need. */
export const requestFacts = ({ subject, spkiSha256 }: CsrFacts, caPublicKeys: readonly string[]): RequestFacts => ({
  commonName: subject.commonName,
  serialNumber: subject.serialNumber,
  isCaKey: caPublicKeys.includes(spkiSha256),
});

/**
 * Checks that the unit may have a certificate under that profile. Returns notes for the audit log. `reserve` checks the
 * same rules again.
 *
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
