import type { Account, Certificate, ProvisioningTemplate } from '../account.ts';
import { pemOf } from '../iot/holdings.ts';
import { functionNamed } from '../lambda/functions.ts';
import { mayInvoke } from '../lambda/permission.ts';
import { invoke } from '../lambda/run.ts';
import type { Connection } from './connection.ts';
import { FleetRefusal } from './payload.ts';

/** "Pre-provisioning hooks", AWS IoT developer guide. */
const hookMs = 5000;

/**
 * Asks the template's function whether this device may be provisioned.
 * @returns the parameters with the overrides of the hook
 * @throws FleetRefusal ACCESS_DENIED – it says no, fails, takes longer than five seconds, or answers something else
 */
export async function askHook(
  account: Account,
  template: ProvisioningTemplate,
  { connection, certificate }: { connection: Connection; certificate: Certificate },
  parameters: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> {
  if (!template.hook) return parameters;
  const event = {
    claimCertificateId: connection.certificate.certificateId,
    certificateId: certificate.certificateId,
    certificatePem: pemOf(certificate),
    templateArn: template.arn,
    clientId: connection.clientId,
    parameters: Object.fromEntries(parameters),
  };
  const made = functionNamed(account, template.hook.targetArn);
  if (made && !mayInvoke(account, made, 'iot.amazonaws.com', template.arn))
    throw denied(
      'AWS IoT may not run the pre-provisioning hook: the function needs a permission for iot.amazonaws.com.',
    );
  const answer = await invoke(account, template.hook.targetArn, event, { timeoutMs: hookMs });
  if (!answer.ok) throw denied(`The pre-provisioning hook failed (${answer.kind}).`);
  const value = membersOf(answer.value);
  if (value?.allowProvisioning !== true) throw denied('The pre-provisioning hook does not allow it.');
  const overrides =
    value.parameterOverrides === undefined || value.parameterOverrides === null
      ? {}
      : membersOf(value.parameterOverrides);
  if (!overrides) throw denied('The parameterOverrides of the pre-provisioning hook are no object.');
  const added = Object.entries(overrides).map(([name, text]): [string, string] => {
    if (typeof text !== 'string') throw denied(`The pre-provisioning hook gives ${name}, and not as a string.`);
    return [name, text];
  });
  return new Map([...parameters, ...added]);
}

const membersOf = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;

const denied = (message: string) => new FleetRefusal(403, 'ACCESS_DENIED', message);
