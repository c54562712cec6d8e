/** Calls about the audit log. */
export { errorsInARow, listAudit, recordAudit as audit, trustedAt } from './audit.ts';
export { auditActors, searchAudit } from './search.ts';
