/** Devices that come for the first time, as far as the registry of the practice AWS shows it. */
import {
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreateThingCommand,
  type IoTClient,
  RegisterCertificateCommand,
} from '@aws-sdk/client-iot';

export type Comes = { certificatePem: string; caCertificatePem?: string; thingName: string; policyName?: string };

/** What just-in-time provisioning does for a device, in its order. @returns the ARN of its certificate */
export async function comes(iot: IoTClient, device: Comes): Promise<string> {
  const { certificatePem, caCertificatePem, thingName, policyName } = device;
  const registered = await iot.send(
    new RegisterCertificateCommand({
      ...{ certificatePem, status: 'ACTIVE' },
      ...(caCertificatePem === undefined ? {} : { caCertificatePem }),
    }),
  );
  const principal = registered.certificateArn!;
  await iot.send(new CreateThingCommand({ thingName }));
  if (policyName !== undefined) await iot.send(new AttachPolicyCommand({ policyName, target: principal }));
  await iot.send(new AttachThingPrincipalCommand({ thingName, principal }));
  return principal;
}
