/** Calls about claims that the devices of an order share. */
export {
  activateClaim,
  askClaimRevocation,
  beginClaim,
  claimInUse,
  claimKeys,
  listClaims,
  recordClaimCertificate,
  retireClaim,
} from './claims.ts';
export {
  beginHookRows,
  claimAllowance,
  dueHookRows,
  hookRowsToGo,
  hookWork,
  limitClaim,
  noteHookRows,
} from './hookrows.ts';
export { loseClaimAnswer, lostClaims, recordClaimOrphan, recordClaimSearched } from './lost.ts';
export { claimsToRevoke, giveClaim, recordClaimRevoked, retireEndedClaims } from './units.ts';
