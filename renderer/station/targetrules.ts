import { type CloudTarget, stationPlan } from '../../app/contract/index.ts';
import type { Rules } from '../controls/formfields.ts';

/** The AWS target as a person types it. */
export type TargetDraft = {
  region: string;
  bucket: string;
  roleArn: string;
  policyNames: string;
  endpointUrl: string;
  /** The host to which units connect. */
  device: string;
};

export const emptyTarget: TargetDraft = {
  region: '',
  bucket: '',
  roleArn: '',
  policyNames: '',
  endpointUrl: '',
  device: '',
};

export const targetDraftOf = (target: CloudTarget | undefined, device: string): TargetDraft => ({
  region: target?.region ?? '',
  bucket: target?.bucket ?? '',
  roleArn: target?.roleArn ?? '',
  policyNames: target?.policyNames.join(', ') ?? '',
  endpointUrl: target?.endpointUrl ?? '',
  device,
});

const names = (typed: string) =>
  typed
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

/** The target and the endpoint of a station's plan. Its schema finds what is missing or wrong. */
export const targetParams = ({ region, bucket, roleArn, policyNames, endpointUrl, device }: TargetDraft) => ({
  cloud: {
    region,
    bucket,
    roleArn,
    policyNames: names(policyNames),
    ...(endpointUrl === '' ? {} : { endpointUrl }),
  },
  device: { endpoint: device },
});

export const targetRules: Rules<TargetDraft> = {
  schema: stationPlan.pick({ cloud: true, device: true }),
  params: targetParams,
};
