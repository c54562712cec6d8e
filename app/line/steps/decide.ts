import { checkBeforehand } from '../../issuing/index.ts';
import { need, type Step, skippedAsSealed } from '../unit.ts';

/** Step 5. The rules of issuing decide on the present facts of the records. The audit log gets the decision. */
export const decideStep: Step<'decide'> = async (unit) => {
  const { job, tools, facts, recipe } = unit;
  if (need(facts.identity, 'identity').sealed) return skippedAsSealed;
  const csr = need(facts.csr, 'csr');
  const { unitSerial } = job;
  await tools.askPlant([{ kind: 'key', value: csr.spkiSha256, unitSerial }]);
  const notes = await checkBeforehand({ csr, unitSerial, profile: recipe.profile }, tools);
  unit.pending.add({ kind: 'decision', notes });
  return { notes };
};
