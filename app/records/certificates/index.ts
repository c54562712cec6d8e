/** Calls about certificates, their revocation and CRLs. */
export {
  askAws,
  isAwsOrphan,
  lostAwsRequests,
  recordAwsIssued,
  recordAwsLapsed,
  recordAwsMade,
  recordAwsOrphan,
  recordAwsSearched,
  refuseAwsRequest,
} from './awsrequests.ts';
export { crlSource, crlStanding, lastCrl, recordCrl, reserveCrl, voidCrl } from './crls.ts';
export { issuingFacts } from './facts.ts';
export {
  issuedSince,
  queueRevocation,
  recordIssued,
  reserve,
  voidReservation,
  voidUnowned,
} from './lifecycle.ts';
export { cloudRevocations, putBackCertificate, recordCloudRevocation, revokeCertificate } from './revocations.ts';
export { listCertificates, showCertificate } from './search.ts';
export { chosenCertificates } from './selection.ts';
