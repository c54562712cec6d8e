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
  ['withdrawn', /revoked|withdrawn|not made/i],
  ['registration', /ResourceRegistrationFailure|InvalidRequest/i],
] as const;

export type ReasonFix = (typeof fixes)[number][0] | 'other';

/** The name of the advice for this reason. */
export const fixOf = (reason: string): ReasonFix => fixes.find(([, pattern]) => pattern.test(reason))?.[0] ?? 'other';
