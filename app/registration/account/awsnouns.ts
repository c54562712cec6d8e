import type { DescribeThingTypeCommandOutput, IoTClient } from '@aws-sdk/client-iot';
import type { Cloud } from '../cloud.ts';

type Options = { abortSignal?: AbortSignal };
type Parts = {
  iot: IoTClient;
  sdk: typeof import('@aws-sdk/client-iot');
  /** Undefined for ResourceNotFoundException. Every other error leaves as a StationError. */
  find: <T>(
    operation: string,
    signal: AbortSignal | undefined,
    run: (o: Options) => Promise<T>,
  ) => Promise<T | undefined>;
};

/** Whether the account has a noun of a template, by the AWS SDK. */
export function awsNouns({ iot, sdk, find }: Parts): Cloud['find'] {
  return async (kind, name, signal) => {
    const looks = {
      policy: (options: Options) => iot.send(new sdk.GetPolicyCommand({ policyName: name }), options),
      thingType: (options: Options) => iot.send(new sdk.DescribeThingTypeCommand({ thingTypeName: name }), options),
      thingGroup: (options: Options) => iot.send(new sdk.DescribeThingGroupCommand({ thingGroupName: name }), options),
      billingGroup: (options: Options) =>
        iot.send(new sdk.DescribeBillingGroupCommand({ billingGroupName: name }), options),
    };
    const found = await find(`look for a ${kind}`, signal, (options) => looks[kind](options));
    if (found === undefined) return 'missing';
    const { thingTypeMetadata: type } = found as DescribeThingTypeCommandOutput;
    return type?.deprecated ? 'deprecated' : 'found';
  };
}
