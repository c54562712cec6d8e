import { parseCsr } from '../../ca/index.ts';
import { need, type Step, skippedAsSealed } from '../unit.ts';

/**
 * Step 4. The original bytes of the CSR are kept, with the reservation or with the end of the attempt. Proof of
 * possession is checked over exactly these bytes.
 */
export const csr: Step<'csr'> = async (unit) => {
  if (need(unit.facts.identity, 'identity').sealed) return skippedAsSealed;
  const { csrDer, notes } = await unit.device.readCsr(unit.job.unitSerial);
  const facts = parseCsr(csrDer);
  unit.pending.add({ kind: 'csr', csrDer, spkiSha256: facts.spkiSha256 });
  unit.facts.csr = facts;
  return { spkiSha256: facts.spkiSha256, keyType: facts.keyType, subject: facts.subjectText, notes };
};
