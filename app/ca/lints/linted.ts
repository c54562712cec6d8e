/**
 * The last check before a certificate is signed. It reads the very bytes that will be signed, not the request for them.
 */
import { StationError } from '../../contract/errors.ts';
import type { Linted } from '../../contract/issuance.ts';
import type { Issuer } from '../authorities/issuer.ts';
import { readTbs, serialHexOf } from '../x509/certificate.ts';
import type { Tbs } from '../x509/tbs.ts';
import { alternativeLints } from './alternatives.ts';
import { keyIn, type Lint, type LintFacts } from './define.ts';
import { distributionLints } from './distribution.ts';
import { extensionLints } from './extensions.ts';
import { fieldLints } from './fields.ts';
import { nameLints } from './names.ts';
import { usageLints } from './usages.ts';

export const lints: readonly Lint[] = [
  ...fieldLints,
  ...nameLints,
  ...extensionLints,
  ...usageLints,
  ...alternativeLints,
  ...distributionLints,
];

/**
 * The only maker of `Linted`.
 * @throws `ca.lintFailed` – `data.lints` names every lint that failed; `tbs.isReadable` when the bytes are not a
 * TBSCertificate in DER (RFC 5280 §4.1)
 */
export function lint(tbs: Tbs, issuer: Issuer): Linted {
  const tbsDer = new Uint8Array(tbs.tbsDer);
  const view = read(tbsDer);
  const failures = lintFailures({ tbs: view, issuer, profile: tbs.profile });
  if (failures.length > 0) throw lintFailed(failures);
  return {
    tbsDer,
    serialHex: serialHexOf(view),
    spkiSha256: keyIn(view.spkiDer).spkiSha256,
    issuerId: issuer.issuerId,
    profile: tbs.profile.name,
    purpose: tbs.profile.purpose,
    subject: view.subject.text,
    notBeforeAt: view.notBefore.toISOString(),
    notAfterAt: view.notAfter.toISOString(),
  } as Linted;
}

export type LintFailure = { name: string; source: string; why: string };

function read(tbsDer: Uint8Array): LintFacts['tbs'] {
  try {
    return readTbs(tbsDer);
  } catch (error) {
    throw lintFailed([{ name: 'tbs.isReadable', source: 'RFC 5280 §4.1', why: (error as Error).message }]);
  }
}

/** Every lint that would stop this certificate, with its reason. */
export function lintFailures(facts: LintFacts): LintFailure[] {
  const failures: LintFailure[] = [];
  for (const { name, source, problem } of lints) {
    const why = problemOf(problem, facts);
    if (why !== undefined) failures.push({ name, source, why });
  }
  return failures;
}

/** A lint that cannot read its subject has found a problem too. */
function problemOf(problem: Lint['problem'], facts: LintFacts): string | undefined {
  try {
    return problem(facts);
  } catch (error) {
    return (error as Error).message;
  }
}

function lintFailed(failures: readonly LintFailure[]): StationError {
  const detail = failures.map(({ name, why }) => `${name}: ${why}`).join('; ');
  return new StationError('ca.lintFailed', detail, { data: { lints: failures.map(({ name }) => name).join(' ') } });
}
