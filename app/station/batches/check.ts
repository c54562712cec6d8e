/** The look before a batch leaves, when a person asks for it: what AWS lacks for it, and what the records say against it. */
import type { PreflightFinding, PreflightReport } from '../../contract/model.ts';
import { sentence } from '../../contract/sentences.ts';
import type { Ledger } from '../../records/index.ts';
import { preflight, saying } from '../../registration/index.ts';
import type { CloudLink } from '../cloud/cloudlink.ts';
import type { fileMembers } from './store.ts';
import type { createBatchTemplates } from './templates.ts';

type Parts = {
  ledger: Ledger;
  cloudLink: CloudLink;
  templates: ReturnType<typeof createBatchTemplates>;
  membersOf: (batchId: string) => ReturnType<typeof fileMembers>;
};

/** @returns the look at one batch; it changes nothing */
export const createBatchCheck =
  ({ ledger, cloudLink, templates, membersOf }: Parts) =>
  async (batchId: string): Promise<PreflightReport> => {
    const head = await ledger.batchHead(batchId);
    const { target, way } = head;
    const [cloud, authorities, unit] = await Promise.all([
      cloudLink.cloud(target),
      ledger.batchAuthorities(batchId),
      ledger.withdrawnFor({ batchId }),
    ]);
    const { template, findings } = await templates.lookAt(head, () => membersOf(batchId));
    const caCertificateIds = way === 'withoutCa' ? [] : authorities.map(({ issuerId }) => issuerId);
    const templateBody = await templates.bodyOf({ target, template });
    const report = await preflight({ cloud, caCertificateIds, templateBody, hasFile: way === 'bulk' });
    const ours = [...(unit === null ? [] : [outdated(unit)]), ...findings];
    return ours.length === 0 ? report : { ...report, ok: false, problems: [...ours, ...report.problems] };
  };

const outdated = (name: string): PreflightFinding => ({
  code: 'outdated',
  path: 'unit',
  name,
  ...saying(sentence('unitOutdated', { name })),
});
