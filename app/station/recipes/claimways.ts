/** Finds mistakes in a recipe whose units AWS provisions by a fleet template. */
import type { RecipeFile } from '../../contract/model.ts';
import type { ProfileProblem } from '../../contract/profileview.ts';
import { sentence } from '../../contract/sentences.ts';
import type { Driver } from '../../device/driver.ts';
import { templateNeeds } from '../../iot/index.ts';
import type { Ledger } from '../../records/index.ts';

/** AWS knows it by itself ("Provisioning templates", AWS IoT developer guide). */
const ownId = 'AWS::IoT::Certificate::Id';

type Tools = {
  ledger: Pick<Ledger, 'documents'>;
  driverNames: readonly string[];
  driverNamed: (name: string) => Driver;
};

/** The device keeps them as config values `param.NAME` (native/agent/PROTOCOL.md). */
const parameterName = /^[A-Za-z0-9._-]{1,26}$/;

/**
 * Whether the driver can write a claim. Parameters that the station hands in, held against the template that it keeps under the name of the one in AWS. Without
 * a kept one nothing is found: AWS is asked with the first unit.
 */
export async function claimProblems(
  { provisioning, driver, seal }: RecipeFile,
  { ledger, driverNames, driverNamed }: Tools,
): Promise<ProfileProblem[]> {
  if (provisioning?.way === 'claim' && driverNames.includes(driver) && !driverNamed(driver).traits.takesClaim) {
    const others = driverNames.filter((name) => driverNamed(name).traits.takesClaim).join(', ');
    return [{ path: 'driver', ...sentence('noClaimPlace', { driver, others }) }];
  }
  // A seal ends provisioning, and a device with a claim has not had its own yet.
  if (provisioning?.way === 'claim' && seal && driverNames.includes(driver) && driverNamed(driver).traits.seals)
    return [{ path: 'seal', ...sentence('claimAndSeal') }];
  if (provisioning?.way !== 'trustedUser') return [];
  const { template, parameters, by } = provisioning;
  // Its five minutes begin at the bench.
  if (by === 'device' && driverNames.includes(driver) && !driverNamed(driver).traits.provisions)
    return [{ path: 'provisioning.by', ...sentence('claimTooShort', { driver }) }];
  const odd = Object.keys(parameters).filter((name) => by === 'device' && !parameterName.test(name));
  if (odd.length > 0)
    return odd.map((name) => ({ path: `provisioning.parameters.${name}`, ...sentence('parameterOdd') }));
  const kept = (await ledger.documents('template')).findLast(({ name }) => name === template);
  if (!kept?.text) return [];
  const needs = templateNeeds(kept.text).filter(({ name }) => name !== ownId);
  const lacking = needs.filter(({ name, fallback }) => fallback === undefined && !(name in parameters));
  const unknown = Object.keys(parameters).filter((given) => !needs.some(({ name }) => name === given));
  return [
    ...lacking.map(({ name }) => ({
      path: 'provisioning.parameters',
      ...sentence('parameterLacks', { template, name, example: '{unitSerial}' }),
    })),
    ...unknown.map((name) => ({
      path: `provisioning.parameters.${name}`,
      ...sentence('parameterUnknown', { template }),
    })),
  ];
}
