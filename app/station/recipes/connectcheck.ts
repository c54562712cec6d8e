/** Whether a unit of a recipe can connect at the bench before its PASS, as the recipe asks. */
import type { RecipeFile } from '../../contract/model.ts';
import type { ProfileProblem } from '../../contract/profileview.ts';
import { sentence } from '../../contract/sentences.ts';
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
  if (!driver.traits.callsHome) return [{ path, ...sentence('noCommand', { driver: driver.name }) }];
  if (issuer) return [{ path, ...sentence('awsAfterPass') }];
  if (!provisioning) return [{ path, ...sentence('sayProvisioning') }];
  if (!afterPass.includes(provisioning.way)) return [];
  return [{ path, ...sentence('wayAfterPass', { way: provisioning.way }) }];
}
