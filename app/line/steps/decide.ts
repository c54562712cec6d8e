import { decide, requireAllowed } from '../../ca/index.ts';
import { need, type Step, skippedAsSealed } from '../unit.ts';

/** Step 5: gather what the records know, then decide; the decision is in the audit log. */
export const decideStep: Step = async (unit) => {
  const { job, tools, facts } = unit;
  if (need(facts.identity, 'identity').sealed) return skippedAsSealed;
  const csr = need(facts.csr, 'csr');
  const known = await tools.ledger.policyFacts({ unitSerial: job.unitSerial, spkiSha256: csr.spkiSha256 });
  const { caPublicKeys } = tools.authority();
  const notes = requireAllowed(decide({ csr, unitSerial: job.unitSerial, caPublicKeys, ...known }));
  unit.pending.add({ kind: 'decision', notes });
  return { notes };
};
