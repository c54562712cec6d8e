import { StationError } from '../../contract/errors.ts';
import type { ClaimInstallation } from '../../device/driver.ts';
import { need, type Step, skippedAsSealed, type UnitContext } from '../unit.ts';

/**
 * In place of key, request and certificate: the device gets the claim of its order, with which it asks AWS for its own
 * certificate when it first connects. On record before it is written: what has the claim takes a place in the order.
 */
export const claim: Step<'claim'> = async (unit) => {
  const { recipe, job, tools, attempt } = unit;
  if (need(unit.facts.identity, 'identity').sealed) return skippedAsSealed;
  if (recipe.provisioning?.way !== 'claim') throw new Error('the recipe has a claim step without a claim');
  const { target, template } = recipe.provisioning;
  const { unitSerial, orderId, actor } = job;
  const { claimId, certificateId, ...shared } = await tools.claimOf({ orderId, target, template });
  await tools.assertSound();
  await unit.pending.along((pending) => tools.ledger.giveClaim({ unitSerial, attempt, claimId, actor, pending }));
  const what = { ...shared, rootCaDer: recipe.rootCaDer, config: configOf(unit, template) };
  const progress = (done: number, total: number) => unit.onFraction(done / total);
  const { items, unread, bytes } = await unit.device.installClaim(what, progress);
  const differences = items.filter(({ same }) => !same).map(({ name }) => name);
  if (differences.length > 0 || !items.some(({ name }) => name === 'certificate')) {
    const names = differences.join(', ') || 'certificate';
    throw new StationError('verify.readBackMismatch', `the device does not hold what was written: ${names}`, {
      data: { what: names },
    });
  }
  const { config } = unit.traits;
  const notHeld = config.includes('*') ? [] : Object.keys(what.config).filter((name) => !config.includes(name));
  const data = { claimId, certificateId, bytes, compared: items.map(({ name }) => name), unread };
  return { ...data, ...(notHeld.length > 0 ? { notHeld } : {}) };
};

/** What the device has to know beside the claim. Firmware without a place for it has it built in. */
function configOf({ recipe, job }: UnitContext, template: string): ClaimInstallation['config'] {
  const { endpoint } = recipe.config;
  return { ...(endpoint === '' ? {} : { endpoint }), template, unitSerial: job.unitSerial };
}
