/** Finds mistakes in a recipe whose units AWS provisions by a fleet template. */
import type { ProfileProblem } from '../../ca/index.ts';
import type { RecipeFile } from '../../contract/model.ts';
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

const noPlace = (driver: string, others: string[]) =>
  `${driver} has no way to write a private key to a device, which a claim needs; ${others.join(', ') || 'no driver'} has one`;
/** Its five minutes begin at the bench, and no driver yet has a command to use a claim there. */
const tooShort =
  'a claim of five minutes must be used at the bench, and no driver has a command for that: let the station speak for the device';

/**
 * Whether the driver can write a claim. Parameters that the station hands in, held against the template that it keeps under the name of the one in AWS. Without
 * a kept one nothing is found: AWS is asked with the first unit.
 */
export async function claimProblems(
  { provisioning, driver }: RecipeFile,
  { ledger, driverNames, driverNamed }: Tools,
): Promise<ProfileProblem[]> {
  if (provisioning?.way === 'claim' && driverNames.includes(driver) && !driverNamed(driver).traits.takesClaim)
    return [
      {
        path: 'driver',
        message: noPlace(
          driver,
          driverNames.filter((name) => driverNamed(name).traits.takesClaim),
        ),
      },
    ];
  if (provisioning?.way === 'trustedUser' && provisioning.by === 'device')
    return [{ path: 'provisioning.by', message: tooShort }];
  if (provisioning?.way !== 'trustedUser' || provisioning.by !== 'station') return [];
  const { template, parameters } = provisioning;
  const kept = (await ledger.documents('template')).findLast(({ name }) => name === template);
  if (!kept?.text) return [];
  const needs = templateNeeds(kept.text).filter(({ name }) => name !== ownId);
  const lacking = needs.filter(({ name, fallback }) => fallback === undefined && !(name in parameters));
  const unknown = Object.keys(parameters).filter((given) => !needs.some(({ name }) => name === given));
  return [
    ...lacking.map(({ name }) => ({
      path: 'provisioning.parameters',
      message: `the template ${template} needs ${name}: say what it is, e.g. {unitSerial}`,
    })),
    ...unknown.map((name) => ({
      path: `provisioning.parameters.${name}`,
      message: `the template ${template} has no such parameter`,
    })),
  ];
}
