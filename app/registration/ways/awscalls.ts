/** `ThingCalls` by the AWS SDK. */
import type { IoTClient } from '@aws-sdk/client-iot';
import { StationError } from '../../contract/errors.ts';
import type { PacedOperation } from '../../contract/targets.ts';
import { required } from '../failure.ts';
import type { ThingCalls, ThingFacts } from './calls.ts';

type Sdk = typeof import('@aws-sdk/client-iot');
type Options = { abortSignal?: AbortSignal };
/** Runs one call, and turns its error into the station's. */
export type Call = <T>(
  operation: string,
  signal: AbortSignal | undefined,
  run: (options: Options) => Promise<T>,
) => Promise<T>;

/** @param iot a client that repeats nothing */
export function awsThingCalls(sdk: Sdk, iot: IoTClient, call: Call): ThingCalls {
  /** The call for an operation of this list. */
  const act = <T>(operation: PacedOperation, signal: AbortSignal | undefined, run: (options: Options) => Promise<T>) =>
    call(operation, signal, run);
  const find = <T>(operation: PacedOperation, signal: AbortSignal | undefined, run: (options: Options) => Promise<T>) =>
    act(operation, signal, run).catch((error: unknown) => {
      if (error instanceof StationError && error.data?.awsError === 'ResourceNotFoundException') return undefined;
      throw error;
    });
  const payload = ({ attributes, name, typeName }: ThingFacts, merge: boolean) => ({
    thingName: name,
    attributePayload: { attributes: { ...attributes }, ...(merge && { merge }) },
    ...(typeName !== undefined && { thingTypeName: typeName }),
  });
  return {
    registerThing: ({ templateBody, parameters }, signal) =>
      act('RegisterThing', signal, async (options) => {
        const command = new sdk.RegisterThingCommand({ templateBody, parameters });
        return (await iot.send(command, options)).resourceArns ?? {};
      }),
    registerCertificate: ({ certificatePem, caCertificatePem }, signal) => {
      const status = 'ACTIVE' as const;
      if (caCertificatePem === undefined) {
        return act('RegisterCertificateWithoutCA', signal, async (options) => {
          const command = new sdk.RegisterCertificateWithoutCACommand({ certificatePem, status });
          return required(
            (await iot.send(command, options)).certificateArn,
            'RegisterCertificateWithoutCA',
            'certificateArn',
          );
        });
      }
      return act('RegisterCertificate', signal, async (options) => {
        const command = new sdk.RegisterCertificateCommand({ certificatePem, caCertificatePem, status });
        return required((await iot.send(command, options)).certificateArn, 'RegisterCertificate', 'certificateArn');
      });
    },
    describeCertificate: (certificateId, signal) =>
      find('DescribeCertificate', signal, async (options) => {
        const found = await iot.send(new sdk.DescribeCertificateCommand({ certificateId }), options);
        const { certificateArn, status } = found.certificateDescription ?? {};
        return {
          arn: required(certificateArn, 'DescribeCertificate', 'certificateArn'),
          status: required(status, 'DescribeCertificate', 'status'),
        };
      }),
    activateCertificate: (certificateId, signal) =>
      act('UpdateCertificate', signal, async (options) => {
        await iot.send(new sdk.UpdateCertificateCommand({ certificateId, newStatus: 'ACTIVE' }), options);
      }),
    // A certificate of the station has one thing and a handful of policies, so one page is enough.
    thingsOf: (principal, signal) =>
      act('ListPrincipalThings', signal, async (options) => {
        return (await iot.send(new sdk.ListPrincipalThingsCommand({ principal }), options)).things ?? [];
      }),
    policiesOf: (target, signal) =>
      act('ListAttachedPolicies', signal, async (options) => {
        const { policies = [] } = await iot.send(new sdk.ListAttachedPoliciesCommand({ target }), options);
        return policies.flatMap(({ policyName }) => policyName ?? []);
      }),
    createThing: (thing, signal) =>
      act('CreateThing', signal, async (options) => {
        await iot.send(new sdk.CreateThingCommand(payload(thing, false)), options);
      }),
    describeThing: (thingName, signal) =>
      find('DescribeThing', signal, async (options) => {
        const { attributes = {}, thingTypeName } = await iot.send(new sdk.DescribeThingCommand({ thingName }), options);
        return { attributes, typeName: thingTypeName };
      }),
    updateThing: (thing, signal) =>
      act('UpdateThing', signal, async (options) => {
        await iot.send(new sdk.UpdateThingCommand(payload(thing, true)), options);
      }),
    attachThing: ({ name, certificateArn }, signal) =>
      act('AttachThingPrincipal', signal, async (options) => {
        const command = new sdk.AttachThingPrincipalCommand({ thingName: name, principal: certificateArn });
        await iot.send(command, options);
      }),
    attachPolicy: ({ name, certificateArn }, signal) =>
      act('AttachPolicy', signal, async (options) => {
        await iot.send(new sdk.AttachPolicyCommand({ policyName: name, target: certificateArn }), options);
      }),
    addToGroup: ({ name, group }, signal) =>
      act('AddThingToThingGroup', signal, async (options) => {
        await iot.send(new sdk.AddThingToThingGroupCommand({ thingName: name, thingGroupName: group }), options);
      }),
    addToBillingGroup: ({ name, group }, signal) =>
      act('AddThingToBillingGroup', signal, async (options) => {
        await iot.send(new sdk.AddThingToBillingGroupCommand({ thingName: name, billingGroupName: group }), options);
      }),
  };
}
