import { need, type Step, skippedAsSealed, type UnitContext } from '../unit.ts';

/**
 * Step 3: the key is made on the device and never leaves it. One that is already there is kept, unless the unit is
 * reworked: until a certificate has taken the old one's place every attempt makes another, so that none has to know
 * how far the one before it came.
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
  // The records read the mark back from here: it tells the next attempt whether the CSR on record is this key's.
  return { created, keyType: recipe.keyType, ...(keyMark === undefined ? {} : { keyMark }) };
};

/** The old key and certificate go; a device that dies right after has none, which is where a new unit begins. */
async function forget({ device, tools, job, attempt, pending: waiting }: UnitContext): Promise<void> {
  await device.erase();
  const { unitSerial, actor } = job;
  const erased = { unitSerial, attempt, entry: 'device.erased', step: 'key', actor, data: {} } as const;
  await waiting.along((pending) => tools.ledger.journal({ ...erased, pending }));
}
