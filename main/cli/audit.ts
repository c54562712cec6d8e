import type { Command } from 'commander';
import { addAuditExport } from './auditexport.ts';
import { addAuditTiles } from './audittiles.ts';
import { addAuditCheckpoint, addAuditVerify } from './auditverify.ts';

export function addAudit(program: Command): void {
  const audit = program.command('audit').description('the audit log: all acts in order');
  addAuditExport(audit);
  addAuditCheckpoint(audit);
  addAuditVerify(audit);
  addAuditTiles(audit);
}
