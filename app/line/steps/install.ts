import type { DriverTraits, Installation } from '../../device/driver.ts';
import { thingNameOf } from '../recipe.ts';
import { chainOf, need, type Step, skippedAsSealed, type UnitContext } from '../unit.ts';

/** Step 10. Writes the stored DER in acknowledged pieces. A retry sends the same bytes, and nothing is signed again. */
export const install: Step<'install'> = async (unit) => {
  const identity = need(unit.facts.identity, 'identity');
  const certificate = need(unit.facts.certificate, 'certificate');
  if (identity.sealed) return skippedAsSealed;
  const what = installationOf(unit);
  await unit.device.install(what, (done, total) => unit.onFraction(done / total));
  const notHeld = notHeldBy(unit.traits, what);
  const { certificateId, der } = certificate;
  // The batch that registers the unit reads the name from this entry.
  return {
    certificateId,
    thingName: thingNameIn(unit),
    bytes: der.length,
    ...(notHeld.length > 0 ? { notHeld } : {}),
  };
};

/** The names of items for which the device's protocol has no place. */
function notHeldBy({ chain, config }: DriverTraits, what: Installation): string[] {
  const values = config.includes('*') ? [] : Object.keys(what.config).filter((name) => !config.includes(name));
  return [...(chain === 'none' ? ['chain'] : []), ...values];
}

/**
 * The thing name of this unit: that of AWS, where AWS has made the thing, and else that of the recipe.
 *
 * @throws `device.incompatible` – as `thingNameOf`
 */
export function thingNameIn({ recipe, job, facts }: UnitContext): string {
  if (facts.certificate?.thing) return facts.certificate.thing.thingName;
  const { model, hardwareId } = need(facts.identity, 'identity');
  return thingNameOf(recipe.config.thingName, { unitSerial: job.unitSerial, model, hardwareId });
}

/** The items that are written to the device, and that `verify` expects there. */
export function installationOf(unit: UnitContext): Installation {
  const { issuerId, der: certificateDer, thing } = need(unit.facts.certificate, 'certificate');
  const chainDer = chainOf(unit, issuerId)?.chainDer ?? [];
  const { unitSerial } = unit.job;
  const { endpoint } = unit.recipe.config;
  return {
    certificateDer,
    chainDer: [...chainDer],
    rootCaDer: unit.recipe.rootCaDer,
    // A device that gets no endpoint has its own.
    config: {
      // What the template tells the device never replaces what the recipe does.
      ...thing?.deviceConfiguration,
      ...(endpoint === '' ? {} : { endpoint }),
      thingName: thingNameIn(unit),
      unitSerial,
    },
  };
}
