import { need, type Step, skippedAsSealed } from '../unit.ts';

/** Step 12. Seals the device, if its protocol can: after that it accepts no other key and no other certificate. */
export const seal: Step<'seal'> = async (unit) => {
  if (need(unit.facts.identity, 'identity').sealed) return skippedAsSealed;
  if (!unit.traits.seals) return { skipped: 'doesNotSeal' };
  // `verify` has begun this commit.
  await (unit.facts.installRecorded ?? unit.pending.flush());
  await unit.device.seal();
  return {};
};
