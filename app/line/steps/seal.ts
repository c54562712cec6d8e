import { need, type Step, skippedAsSealed } from '../unit.ts';

/** Step 12: from here on the device takes no other key and no other certificate, where its protocol has such a thing. */
export const seal: Step<'seal'> = async (unit) => {
  if (need(unit.facts.identity, 'identity').sealed) return skippedAsSealed;
  if (!unit.traits.seals) return { skipped: 'doesNotSeal' };
  // Begun by `verify`.
  await (unit.facts.installRecorded ?? unit.pending.flush());
  await unit.device.seal();
  return {};
};
