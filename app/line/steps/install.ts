import { need, type Step, skippedAsSealed } from '../unit.ts';

/** Step 10: the stored DER, in acknowledged pieces. A retry sends the same bytes; nothing is signed again. */
export const install: Step = async (unit) => {
  const identity = need(unit.facts.identity, 'identity');
  const certificate = need(unit.facts.certificate, 'certificate');
  if (identity.sealed) return skippedAsSealed;
  await unit.device.install(installationOf(unit), (done, total) => unit.onFraction(done / total));
  return { certificateId: certificate.certificateId, bytes: certificate.der.length };
};

/** What goes onto the device, and what `verify` expects to find there. */
export function installationOf(unit: Parameters<Step>[0]) {
  const { issuerId, der: certificateDer } = need(unit.facts.certificate, 'certificate');
  const { chainDer } = unit.tools.authority().chainOf(issuerId);
  const { unitSerial } = unit.job;
  return {
    certificateDer,
    chainDer: [...chainDer],
    rootCaDer: unit.recipe.rootCaDer,
    config: { ...unit.recipe.config, thingName: unitSerial, unitSerial },
  };
}
