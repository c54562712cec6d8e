import type { DriverTraits, Installation } from '../../device/driver.ts';
import { thingNameOf } from '../recipe.ts';
import { chainOf, need, type Step, skippedAsSealed, type UnitContext } from '../unit.ts';

/** Step 10: the stored DER, in acknowledged pieces. A retry sends the same bytes; nothing is signed again. */
export const install: Step<'install'> = async (unit) => {
  const identity = need(unit.facts.identity, 'identity');
  const certificate = need(unit.facts.certificate, 'certificate');
  if (identity.sealed) return skippedAsSealed;
  const what = installationOf(unit);
  await unit.device.install(what, (done, total) => unit.onFraction(done / total));
  const notHeld = notHeldBy(unit.traits, what);
  const { certificateId, der } = certificate;
  // The batch that registers the unit reads the name from here.
  return {
    certificateId,
    thingName: thingNameIn(unit),
    bytes: der.length,
    ...(notHeld.length > 0 ? { notHeld } : {}),
  };
};

/** Names of what the device's protocol has no place for. */
function notHeldBy({ chain, config }: DriverTraits, what: Installation): string[] {
  const values = config.includes('*') ? [] : Object.keys(what.config).filter((name) => !config.includes(name));
  return [...(chain === 'none' ? ['chain'] : []), ...values];
}

/** Throws `device.incompatible`; see `thingNameOf`. */
export function thingNameIn({ recipe, job, facts }: UnitContext): string {
  const { model, hardwareId } = need(facts.identity, 'identity');
  return thingNameOf(recipe.config.thingName, { unitSerial: job.unitSerial, model, hardwareId });
}

/** What goes onto the device, and what `verify` expects to find there. */
export function installationOf(unit: UnitContext): Installation {
  const { issuerId, der: certificateDer } = need(unit.facts.certificate, 'certificate');
  const { chainDer } = chainOf(unit, issuerId);
  const { unitSerial } = unit.job;
  const { endpoint } = unit.recipe.config;
  return {
    certificateDer,
    chainDer: [...chainDer],
    rootCaDer: unit.recipe.rootCaDer,
    // A device that is told no endpoint has its own.
    config: { ...(endpoint === '' ? {} : { endpoint }), thingName: thingNameIn(unit), unitSerial },
  };
}
