/** Calls about the CAs of this station. */
export {
  activateAuthority,
  addAuthority,
  authorities,
  authorityCounts,
  authorityKeys,
  authorityRequests,
  discardAuthorityRequest,
  recordAuthorityRequest,
  recordBackupProof,
  setCustody,
} from './authorities.ts';
export { authorityRevocations, recordCloudAuthorityRevocation, revokeAuthority } from './revocations.ts';
