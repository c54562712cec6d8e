/**
 * How one certificate is issued, for the line, for a CSR in a file, and for the registration of a CA. See
 * docs/issuance.md.
 */
export { type Authority, type Chain, cannotSign, type SigningState } from './authority.ts';
export { type AwsTools, issueAtAws } from './awsissue.ts';
export { checkBeforehand, requestFacts } from './check.ts';
export { type ClaimTools, type DeviceAnswer, type DeviceClaim, issueByClaim, issueByDevice } from './claimissue.ts';
export { signCsr } from './csrfile.ts';
export { type Along, type Issued, type IssueTools, issueCertificate } from './issue.ts';
export { verificationCertificate } from './verification.ts';
