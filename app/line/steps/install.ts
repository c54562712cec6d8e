import type { DriverTraits, Installation } from '../../device/driver.ts';
import { need, type Step, skippedAsSealed } from '../unit.ts';

/** Step 10: the stored DER, in acknowledged pieces. A retry sends the same bytes; nothing is signed again. */
export const install: Step = async (unit) => {
  const identity = need(unit.facts.identity, 'identity');
  const certificate = need(unit.facts.certificate, 'certificate');
  if (identity.sealed) return skippedAsSealed;
  const what = installationOf(unit, certificate.der);
  await unit.device.install(what, (done, total) => unit.onFraction(done / total));
  const notHeld = notHeldBy(unit.traits, what);
  const { certificateId, der } = certificate;
  return { certificateId, bytes: der.length, ...(notHeld.length > 0 ? { notHeld } : {}) };
};

/** Names of what the device's protocol has no place for. */
function notHeldBy({ chain, config }: DriverTraits, what: Installation): string[] {
  const values = config.includes('*') ? [] : Object.keys(what.config).filter((name) => !config.includes(name));
  return [...(chain === 'none' ? ['chain'] : []), ...values];
}

/** What goes onto the device, and what `verify` expects to find there. */
export function installationOf(unit: Parameters<Step>[0], certificateDer: Uint8Array): Installation {
  const { issuingDer } = unit.tools.authority();
  const { unitSerial } = unit.job;
  return {
    certificateDer,
    chainDer: [issuingDer],
    rootCaDer: unit.recipe.rootCaDer,
    config: { ...unit.recipe.config, thingName: unitSerial, unitSerial },
  };
}
