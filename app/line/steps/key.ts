import { need, type Step, skippedAsSealed } from '../unit.ts';

/** Step 3: the key is made on the device and never leaves it. One that is already there is kept. */
export const key: Step = async (unit) => {
  const identity = need(unit.facts.identity, 'identity');
  if (identity.sealed) return skippedAsSealed;
  const { created } = await unit.device.makeKey(unit.recipe.keyType);
  return { created, keyType: unit.recipe.keyType };
};
