import { StationError } from '../../contract/errors.ts';
import type { DeviceIdentity } from '../../device/driver.ts';
import { noNetwork } from '../../device/nonetwork.ts';
import { usesItsClaim } from '../deviceclaim.ts';
import type { Step } from '../unit.ts';
import { thingNameIn } from './install.ts';

/** @throws `unit.labelMismatch` – when the device says that it is another unit */
export function assertLabel({ unitSerial: told }: DeviceIdentity, unitSerial: string): void {
  if (told === undefined || told === '' || told === unitSerial) return;
  throw new StationError('unit.labelMismatch', `the label says ${unitSerial}, the device says it is ${told}`, {
    data: { label: unitSerial, device: told },
  });
}

/** Step 2. Reads the identity of the device before anything is written to it. A wrong unit stops here. */
export const identify: Step<'identify'> = async (unit) => {
  const identity = await unit.device.identify();
  const { unitSerial } = unit.job;
  assertLabel(identity, unitSerial);
  const { model } = unit.recipe;
  if (model !== '*' && identity.model !== '' && identity.model !== model) {
    const detail = `${unit.recipe.mark.name} is for ${model}, the device is a ${identity.model}`;
    throw new StationError('unit.wrongModel', detail, { data: { expected: model, actual: identity.model } });
  }
  if (!identity.keyTypes.includes(unit.recipe.keyType)) {
    throw new StationError('device.incompatible', `the device cannot make a ${unit.recipe.keyType} key`, {
      data: { keyType: unit.recipe.keyType },
    });
  }
  if (usesItsClaim(unit.recipe.provisioning) && !identity.callsHome)
    throw noNetwork('the device has no network: it cannot use its claim at the bench');
  // A sealed device accepts no certificate. It can be completed only if its certificate is on record.
  const stored = unit.standing.certificate;
  if (identity.sealed && stored === undefined) {
    const why = unit.standing.rework
      ? 'it takes no other key, so the unit cannot be reworked with it'
      : 'these records hold no certificate for it';
    throw new StationError('device.sealed', `the device is sealed: ${why}`);
  }
  await unit.tools.ledger.recordDevice({
    unitSerial,
    attempt: unit.attempt,
    hardwareId: identity.hardwareId,
    model: identity.model,
    firmware: identity.firmware,
    hardwareRevision: identity.hardwareRevision,
  });
  unit.facts.identity = identity;
  // A golden unit is one that this station has made before.
  if (!unit.golden) {
    const claims = [
      { kind: 'unitSerial' as const, value: unitSerial, unitSerial },
      { kind: 'hardwareId' as const, value: identity.hardwareId, unitSerial },
    ];
    await unit.tools.askPlant(claims.filter(({ value }) => value !== ''));
  }
  // This check comes first, so that no certificate is issued for a unit whose thing cannot be named.
  if (!unit.golden) thingNameIn(unit);
  // The device was sealed before its outcome was on record. Only the check that it holds that certificate remains.
  if (identity.sealed && stored) unit.facts.certificate = stored;
  return {
    model: identity.model,
    hardwareId: identity.hardwareId,
    firmware: identity.firmware,
    hasKey: identity.hasKey,
    sealed: identity.sealed,
  };
};
