import type { IoTClient } from '@aws-sdk/client-iot';
import { required } from '../failure.ts';
import type { PoliciesInAws } from '../policies.ts';

type Run<T> = (options: { abortSignal?: AbortSignal }) => Promise<T>;
type Parts = {
  iot: IoTClient;
  sdk: typeof import('@aws-sdk/client-iot');
  /** Every thrown error leaves as a StationError. `find` has undefined for ResourceNotFoundException. */
  call: <T>(operation: string, signal: AbortSignal | undefined, run: Run<T>) => Promise<T>;
  find: <T>(operation: string, signal: AbortSignal | undefined, run: Run<T>) => Promise<T | undefined>;
};

/** Policies by the AWS SDK. */
export const awsPolicies = ({ iot, sdk, call, find }: Parts): PoliciesInAws => ({
  list: (signal) =>
    call('ListPolicies', signal, async (options) => {
      const names: string[] = [];
      let marker: string | undefined;
      do {
        const input = { pageSize: 250, ...(marker !== undefined && { marker }) };
        const page = await iot.send(new sdk.ListPoliciesCommand(input), options);
        names.push(...(page.policies ?? []).map(({ policyName }) => policyName ?? ''));
        marker = page.nextMarker;
      } while (marker !== undefined);
      return names;
    }),

  describe: async (policyName, signal) => {
    const found = await find('GetPolicy', signal, (options) =>
      iot.send(new sdk.GetPolicyCommand({ policyName }), options),
    );
    if (!found) return undefined;
    const list = await call('ListPolicyVersions', signal, (options) =>
      iot.send(new sdk.ListPolicyVersionsCommand({ policyName }), options),
    );
    return {
      name: policyName,
      arn: required(found.policyArn, 'GetPolicy', 'policyArn'),
      document: required(found.policyDocument, 'GetPolicy', 'policyDocument'),
      defaultVersionId: required(found.defaultVersionId, 'GetPolicy', 'defaultVersionId'),
      versions: (list.policyVersions ?? []).map(({ versionId, isDefaultVersion, createDate }) => ({
        versionId: required(versionId, 'ListPolicyVersions', 'versionId'),
        isDefault: isDefaultVersion === true,
        madeAt: createDate?.toISOString() ?? null,
      })),
    };
  },

  create: (policyName, policyDocument, signal) =>
    call('CreatePolicy', signal, async (options) => {
      await iot.send(new sdk.CreatePolicyCommand({ policyName, policyDocument }), options);
    }),

  createVersion: (policyName, policyDocument, signal) =>
    call('CreatePolicyVersion', signal, async (options) => {
      const input = { policyName, policyDocument, setAsDefault: true };
      const { policyVersionId } = await iot.send(new sdk.CreatePolicyVersionCommand(input), options);
      return required(policyVersionId, 'CreatePolicyVersion', 'policyVersionId');
    }),

  versionText: (policyName, policyVersionId, signal) =>
    find('GetPolicyVersion', signal, async (options) => {
      const found = await iot.send(new sdk.GetPolicyVersionCommand({ policyName, policyVersionId }), options);
      return required(found.policyDocument, 'GetPolicyVersion', 'policyDocument');
    }),

  setDefault: (policyName, policyVersionId, signal) =>
    call('SetDefaultPolicyVersion', signal, async (options) => {
      await iot.send(new sdk.SetDefaultPolicyVersionCommand({ policyName, policyVersionId }), options);
    }),

  deleteVersion: (policyName, policyVersionId, signal) =>
    call('DeletePolicyVersion', signal, async (options) => {
      await iot.send(new sdk.DeletePolicyVersionCommand({ policyName, policyVersionId }), options);
    }),
});
