import { need, type Step, skippedAsSealed } from '../unit.ts';

/** Step 3: the key is made on the device and never leaves it. One that is already there is kept. */
export const key: Step = async (unit) => {
  const identity = need(unit.facts.identity, 'identity');
  if (identity.sealed) return skippedAsSealed;
  const { standing, recipe, job } = unit;
  const { created, keyMark } = await unit.device.makeKey({
    keyType: recipe.keyType,
    subject: job.unitSerial,
    ...(standing.csr ? { known: standing.csr } : {}),
    mayReplace: standing.certificate === undefined,
  });
  if (keyMark !== undefined) unit.facts.keyMark = keyMark;
  // The records read the mark back from here: it tells the next attempt whether the CSR on record is this key's.
  return { created, keyType: recipe.keyType, ...(keyMark === undefined ? {} : { keyMark }) };
};
