/** Calls about the audit log. */
export { errorsInARow, listAudit, recordAudit as audit, trustedAt } from './audit.ts';
