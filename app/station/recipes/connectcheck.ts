/** Whether a unit of a recipe can connect at the bench before its PASS, as the recipe asks. */
import type { ProfileProblem } from '../../ca/index.ts';
import type { RecipeFile } from '../../contract/model.ts';
import type { Driver } from '../../device/driver.ts';

const path = 'firstConnection.beforePass';

/** AWS comes to know these units only after their PASS, so it refuses them before. */
const afterPass: readonly string[] = ['bulk', 'registerThing', 'registerCertificate', 'withoutCa', 'claim'];

/** The reasons why it cannot, each with its path in the recipe; empty when it can, or is not asked. */
export function connectProblems(
  { firstConnection, provisioning, issuer }: RecipeFile,
  driver: Driver,
): ProfileProblem[] {
  if (!firstConnection?.beforePass) return [];
  if (!driver.traits.callsHome)
    return [{ path, message: `${driver.name} has no command by which a device connects: set it to false` }];
  if (issuer) return [{ path, message: 'a certificate of AWS becomes ACTIVE only after PASS: set it to false' }];
  if (!provisioning) return [{ path, message: 'say in provisioning how AWS knows the unit before its PASS' }];
  if (!afterPass.includes(provisioning.way)) return [];
  return [{ path, message: `${provisioning.way} makes the unit known to AWS only after its PASS: set it to false` }];
}
