/** Finds mistakes in a recipe whose units AWS provisions by a fleet template. */
import type { ProfileProblem } from '../../ca/index.ts';
import type { RecipeFile } from '../../contract/model.ts';
import { templateNeeds } from '../../iot/index.ts';
import type { Ledger } from '../../records/index.ts';

/** AWS knows it by itself ("Provisioning templates", AWS IoT developer guide). */
const ownId = 'AWS::IoT::Certificate::Id';

/**
 * Parameters that the station hands in, held against the template that it keeps under the name of the one in AWS. Without
 * a kept one nothing is found: AWS is asked with the first unit.
 */
export async function claimProblems(
  { provisioning }: RecipeFile,
  { ledger }: { ledger: Pick<Ledger, 'documents'> },
): Promise<ProfileProblem[]> {
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
