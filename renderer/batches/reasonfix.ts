import { reasonTold, type SentenceCode } from '../../app/contract/index.ts';

/**
 * What helps against a reason of AWS. The names of errors are the service model's; AWS does not document the texts, so
 * what is not known gets the general advice.
 */
const fixes = [
  ['certificate', /CertificateValidation|CertificateConflict|CertificateState/i],
  ['exists', /AlreadyExists|ResourceConflict/i],
  ['missing', /ResourceNotFound|does not exist|not found/i],
  ['rate', /Throttl|LimitExceeded|Rate exceeded|ServiceUnavailable|InternalFailure/i],
  ['rights', /Unauthorized|AccessDenied|not authorized/i],
  ['registration', /ResourceRegistrationFailure|InvalidRequest/i],
] as const;

type ReasonFix = (typeof fixes)[number][0] | 'withdrawn' | 'template' | 'other';

/** What helps against a reason of the station. The others are about a unit that does not fit the template. */
const ownFixes: Partial<Record<SentenceCode, ReasonFix>> = {
  certificateRevoked: 'withdrawn',
  caRevoked: 'withdrawn',
  batchNotMade: 'withdrawn',
  batchAgain: 'withdrawn',
  otherCertificate: 'certificate',
  certificateOfAws: 'certificate',
  noCertificateOfAws: 'certificate',
  certificateThere: 'certificate',
  certificateLost: 'certificate',
  thingOfOther: 'exists',
};

/** The name of the advice for this reason. */
export function fixOf(reason: string): ReasonFix {
  const told = reasonTold(reason);
  if (told) return ownFixes[told.code] ?? 'template';
  return fixes.find(([, pattern]) => pattern.test(reason))?.[0] ?? 'other';
}
