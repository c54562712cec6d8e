import { need, type Step, skippedAsSealed, type UnitContext } from '../unit.ts';

/**
 * Step 3. The device makes the key, and the key never leaves it. A key that is already there is kept, except when the
 * unit is reworked. Then every attempt makes a new key until a certificate has replaced the old one, so that no attempt
 * depends on how far an earlier one came.
 */
export const key: Step<'key'> = async (unit) => {
  const identity = need(unit.facts.identity, 'identity');
  if (identity.sealed) return skippedAsSealed;
  const { standing, recipe, job } = unit;
  const fresh = standing.rework ?? false;
  if (fresh && unit.traits.keyGeneration !== 'overwrites') await forget(unit);
  const { created, keyMark } = await unit.device.makeKey({
    keyType: recipe.keyType,
    subject: job.unitSerial,
    ...(standing.csr && !fresh ? { known: standing.csr } : {}),
    mayReplace: standing.certificate === undefined,
    ...(fresh ? { fresh } : {}),
  });
  if (keyMark !== undefined) unit.facts.keyMark = keyMark;
  // The records return this mark to the next attempt. It tells whether the CSR on record belongs to this key.
  return { created, keyType: recipe.keyType, ...(keyMark === undefined ? {} : { keyMark }) };
};

/** Erases the old key and certificate. A device that dies right after this has none, like a new unit. */
async function forget({ device, tools, job, attempt, pending: waiting }: UnitContext): Promise<void> {
  await device.erase();
  const { unitSerial, actor } = job;
  const erased = { unitSerial, attempt, entry: 'device.erased', step: 'key', actor, data: {} } as const;
  await waiting.along((pending) => tools.ledger.journal({ ...erased, pending }));
}
